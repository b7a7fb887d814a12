use connector_scim::Scim;
use rollcall_sdk::testing::{Provider, get};
use rollcall_sdk::{Connector, Cursor};
fn main() {
    let har = std::fs::read_to_string("connectors/scim/cassettes/index.har").unwrap();
    let v: serde_json::Value = serde_json::from_str(&har).unwrap();
    let page: serde_json::Value = v["log"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| {
            let u = e["request"]["url"].as_str()?;
            u.ends_with("Users?startIndex=1&count=2")
                .then(|| serde_json::from_str(e["response"]["content"]["text"].as_str().unwrap()).unwrap())
        })
        .next()
        .unwrap();
    let one = &page["Resources"][0];
    let rows: Vec<_> = (0..1000)
        .map(|n| {
            let mut o = one.clone();
            o["id"] = format!("u{n}").into();
            o
        })
        .collect();
    let body = serde_json::json!({"totalResults":1000,"Resources":rows}).to_string();
    println!("bytes/user {}", body.len() / 1000);
    let p = Provider::new()
        .setting("base_url", "https://h")
        .setting("users_path", "/Users")
        .setting("page_size", "1000")
        .page_size(1000)
        .on(get("scim", "/ServiceProviderConfig").auth("api").repeats())
        .on(get("scim", "/Users")
            .auth("api")
            .query("startIndex", 1)
            .query("count", 1000)
            .json(body.clone())
            .repeats());
    let n = 200;
    let t = std::time::Instant::now();
    for _ in 0..n {
        std::hint::black_box(Scim::workers(&p.context::<Scim>(), Cursor::default()).unwrap());
    }
    println!("us/user {:.2}", t.elapsed().as_secs_f64() * 1e6 / (n as f64 * 1000.0));
    let t = std::time::Instant::now();
    for _ in 0..n {
        std::hint::black_box(serde_json::from_str::<serde_json::Value>(&body).unwrap());
    }
    println!("serde_json::Value alone us/user {:.2}", t.elapsed().as_secs_f64() * 1e6 / (n as f64 * 1000.0));
    let t = std::time::Instant::now();
    for _ in 0..n {
        std::hint::black_box(serde_json::from_str::<serde::de::IgnoredAny>(&body).unwrap());
    }
    println!("IgnoredAny us/user {:.2}", t.elapsed().as_secs_f64() * 1e6 / (n as f64 * 1000.0));
}
