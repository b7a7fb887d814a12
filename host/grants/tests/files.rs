//! `[files]` of a manifest, and what settings make of it.

use std::collections::BTreeMap;

use rollcall_grants::{
    Difference, FilePlace, Grant, Manifest, Settings, Upstream, address::Reach, differences,
};

const TOML: &str = include_str!("../../../connectors/sftp-csv/connector.toml");

fn grant(entered: &[(&str, &str)], upstreams: &[&str]) -> Result<Grant, String> {
    let manifest = Manifest::parse_toml(TOML).unwrap();
    let usual = [
        ("host", "SFTP.example.com"),
        ("username", "hr"),
        ("host_key", "x"),
        ("people_pattern", "people_{date}.csv"),
    ];
    let all: BTreeMap<String, String> =
        usual.iter().chain(entered).map(|(key, value)| (key.to_string(), value.to_string())).collect();
    let settings =
        Settings::resolve(&manifest, &all, &BTreeMap::new()).map_err(|errors| format!("{errors:?}"))?;
    let upstreams: Vec<_> = upstreams.iter().map(|text| Upstream::parse(text).unwrap()).collect();
    Grant::new(&manifest, &settings, &upstreams).map_err(|error| error.to_string())
}

#[test]
fn names_come_from_settings_and_those_without_a_value_are_left_out() {
    let covers =
        |entered: &[(&str, &str)], name: &str| grant(entered, &[]).unwrap().files().unwrap().covers(name);
    assert!(covers(&[], "people_20260301.csv"));
    assert!(!covers(&[], "units_20260301.csv") && !covers(&[], "people_20260301.csv.done"));
    assert!(covers(&[("units_pattern", "units_*")], "units_20260301.csv"));
    let marked = [("ready", "marker"), ("marker", ".done")];
    assert!(covers(&marked, "people_20260301.csv.done"));
    assert!(grant(&[("people_pattern", "../{date}")], &[]).unwrap_err().contains("has a `/`"));
    assert!(grant(&[("people_pattern", "{week}")], &[]).unwrap_err().contains("`{week}`"));
}

#[test]
fn where_files_come_from() {
    let place = |entered: &[(&str, &str)], upstreams: &[&str]| {
        grant(entered, upstreams).map(|grant| grant.files().unwrap().place().clone())
    };
    let Ok(FilePlace::Sftp(server)) = place(&[("directory", "/out/hr")], &[]) else { panic!("a server") };
    assert_eq!(
        (server.sent(), server.reach, server.folder.as_str()),
        (("sftp.example.com", 22), Reach::default(), "/out/hr")
    );
    let Ok(FilePlace::Sftp(server)) = place(&[], &["sftp.example.com=sftp://127.0.0.1:2222"]) else {
        panic!("a server")
    };
    assert_eq!(server.sent(), ("127.0.0.1", 2222));
    assert!(server.reach.loopback);
    assert_eq!(place(&[("source", "upload")], &[]), Ok(FilePlace::Upload));
    assert!(place(&[("directory", "/out/../etc")], &[]).unwrap_err().contains("`..`"));
    assert!(place(&[("port", "0")], &[]).unwrap_err().contains("is not a port"));
    assert!(place(&[("port", "65536")], &[]).unwrap_err().contains("is not a port"));
    assert!(place(&[("host", "a:22:b")], &[]).unwrap_err().contains("not the name of a host"));
    // Somebody's typing error is told.
    let unused = grant(&[], &["sftp.exmple.com=sftp://127.0.0.1:1"]).unwrap().uses_every_upstream();
    let unused = unused.unwrap_err().to_string();
    assert!(unused.contains("sftp.exmple.com") && unused.ends_with("it has: sftp.example.com"), "{unused}");
}

#[test]
fn a_connector_reads_files_or_asks_hosts() {
    let check = |from: &str, to: &str, part: &str| {
        assert!(TOML.contains(from), "{from}");
        let error = Manifest::parse_toml(&TOML.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(part), "{error} should contain {part}");
    };
    let host = "[[hosts]]\nalias = \"api\"\nurl = \"https://a.example\"\nallow = [\"GET /x\"]\n\n[files]\n";
    check("[files]\n", host, "stands beside hosts");
    check("host = \"{host}\"", "host = \"{password}\"", "files.sftp.host: `{password}` is a secret");
    check("  \"{people_pattern}\",\n", "  \"{nobody}\",\n", "files.names[0]: `{nobody}` is not a setting");
    check("is = [\"upload\"] }\nsettle", "is = [\"mail\"] }\nsettle", "`mail` is not an option");
}

#[test]
fn what_an_update_widens() {
    let old = Manifest::parse_toml(TOML).unwrap();
    let check = |from: &str, to: &str, expected: &str| {
        let new = Manifest::parse_toml(&TOML.replacen(from, to, 1)).unwrap();
        assert_eq!(differences(&old, &new), [Difference::Wider(expected.to_owned())]);
    };
    check("  \"{people_pattern}\",\n", "  \"{people_pattern}\",\n  \"*\",\n", "it reads files named `*`");
    check("port = \"{port}\"", "port = \"22\"", "files come from elsewhere, or by another sign-in");
    check("signers = \"{pgp_signer_keys}\"", "signers = \"\"", "encrypted files are opened in another way");
    assert_eq!(differences(&old, &old), []);
}
