//! The service as a reader meets it, without a socket.

use std::collections::BTreeSet;

use axum::body::to_bytes;
use roxmltree::Document;

use crate::people::Standing;
use crate::server::Stub;

const SOAP: &str = "/workday/ccx/service/acme/Human_Resources/v44.0";
const GROUP: &str = "<wd:Response_Group><wd:Include_Employment_Information>true</wd:Include_Employment_Information></wd:Response_Group>";

/// With a secret that is not the same once it is escaped.
fn stub() -> Stub {
    let mut stub = crate::tests::stub(250, false, None, &[]);
    "a<&secret".clone_into(&mut stub.options.client_secret);
    stub
}

fn envelope(password: &str, request: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:wd=\"urn:com.workday/bsvc\"><s:Header>\
         <w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
         <w:UsernameToken><w:Username>ISU_Directory@acme</w:Username><w:Password \
         Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">\
         {password}</w:Password></w:UsernameToken></w:Security></s:Header><s:Body>{request}</s:Body></s:Envelope>"
    )
}

async fn send(
    stub: &Stub,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> (u16, String) {
    let response = crate::tests::send(stub, method, path, headers, &body).await;
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn ask(stub: &Stub, name: &str, parts: &str) -> (u16, String) {
    let request = format!("<wd:{name} wd:version=\"v44.0\">{parts}</wd:{name}>");
    send(stub, "POST", SOAP, &[], envelope("a&lt;&amp;secret", &request)).await
}

/// The ids of the workers of an answer, and how many pages there are.
fn wids(answer: &str) -> (Vec<String>, usize) {
    let document = Document::parse(answer).unwrap();
    let named =
        |name: &'static str| document.descendants().filter(move |node| node.tag_name().name() == name);
    let ids =
        named("Worker_Reference").map(|one| one.first_element_child().unwrap().text().unwrap().to_owned());
    let pages = named("Total_Pages").next().and_then(|pages| pages.text()?.parse().ok());
    (ids.collect(), pages.unwrap_or(0))
}

async fn all(stub: &Stub, criteria: &str) -> BTreeSet<String> {
    let (mut all, mut page) = (BTreeSet::new(), 1);
    loop {
        let filter = format!(
            "<wd:Response_Filter><wd:Page>{page}</wd:Page><wd:Count>40</wd:Count></wd:Response_Filter>"
        );
        let criteria = format!("<wd:Request_Criteria>{criteria}</wd:Request_Criteria>");
        let (status, answer) = ask(stub, "Get_Workers_Request", &format!("{criteria}{filter}{GROUP}")).await;
        assert_eq!(status, 200, "{answer}");
        let (ids, pages) = wids(&answer);
        all.extend(ids);
        page += 1;
        if page > pages {
            return all;
        }
    }
}

fn truth(stub: &Stub, keep: impl Fn(&crate::people::Person) -> bool) -> BTreeSet<String> {
    let company = stub.company();
    let rows = company.staff();
    rows.filter(|person| keep(person)).map(super::wid).collect()
}

const HIRES: &str = "<wd:Transaction_Log_Criteria_Data><wd:Transaction_Date_Range_Data>\
    <wd:Effective_From>2026-01-15T00:00:00Z</wd:Effective_From><wd:Effective_Through>2040-01-01T00:00:00Z</wd:Effective_Through>\
    </wd:Transaction_Date_Range_Data><wd:Transaction_Type_References><wd:Transaction_Type_Reference>\
    <wd:ID wd:type=\"Business_Process_Type\">Hire Employee</wd:ID></wd:Transaction_Type_Reference>\
    </wd:Transaction_Type_References></wd:Transaction_Log_Criteria_Data>";

#[tokio::test]
async fn pages_together_are_the_truth() {
    let stub = stub();
    assert_eq!(all(&stub, "").await, truth(&stub, |person| person.standing != Standing::Pending));
    let pending = truth(&stub, |person| person.standing == Standing::Pending);
    assert!(!pending.is_empty());
    assert_eq!(all(&stub, HIRES).await, pending);
}

#[tokio::test]
async fn what_is_refused_has_the_status_500_and_a_code() {
    let stub = stub();
    let check = async |sent: (u16, String), code: &str| {
        assert!(
            sent.0 == 500 && sent.1.contains(&format!("<faultcode>SOAP-ENV:{code}</faultcode>")),
            "{sent:?}"
        );
    };
    let clock = "<wd:Server_Timestamp_Get wd:version=\"v44.0\"/>";
    check(send(&stub, "POST", SOAP, &[], envelope("wrong", clock)).await, "Client.authenticationError").await;
    let elsewhere = SOAP.replace("acme", "other");
    check(
        send(&stub, "POST", &elsewhere, &[], envelope("a&lt;&amp;secret", clock)).await,
        "Client.authenticationError",
    )
    .await;
    let page = |page: &str| format!("<wd:Response_Filter>{page}</wd:Response_Filter>");
    check(ask(&stub, "Get_Workers_Request", &page("<wd:Page>0</wd:Page>")).await, "Client.validationError")
        .await;
    check(
        ask(&stub, "Get_Workers_Request", &page("<wd:Count>1000</wd:Count>")).await,
        "Client.validationError",
    )
    .await;
    check(ask(&stub, "Get_Workers_Requests", "").await, "Client.validationError").await;
    let half = "<wd:Request_Criteria><wd:Transaction_Log_Criteria_Data><wd:Transaction_Date_Range_Data>\
        <wd:Updated_From>2026-01-15T00:00:00Z</wd:Updated_From></wd:Transaction_Date_Range_Data>\
        </wd:Transaction_Log_Criteria_Data></wd:Request_Criteria>";
    check(ask(&stub, "Get_Workers_Request", half).await, "Client.validationError").await;
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let stub = stub();
    let sign_in = async |token: String| {
        let basic = ("authorization", "Basic Y2xpZW50OmE8JnNlY3JldA==");
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("grant_type", "refresh_token"), ("refresh_token", &token)])
            .finish();
        send(&stub, "POST", "/workday/ccx/oauth2/acme/token", &[basic], form).await
    };
    let (status, answer) = sign_in("first-a<&secret".to_owned()).await;
    assert_eq!(status, 200, "{answer}");
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let (token, refresh) =
        (answer["access_token"].as_str().unwrap(), answer["refresh_token"].as_str().unwrap());
    let bearer = format!("Bearer {token}");
    let report = "/workday/ccx/service/customreport2/acme/ISU_Directory/Directory_Export?format=json";
    let (status, rows) = send(&stub, "GET", report, &[("authorization", &bearer)], String::new()).await;
    let rows: serde_json::Value = serde_json::from_str(&rows).unwrap();
    assert_eq!(
        (status, rows["Report_Entry"].as_array().unwrap().len()),
        (200, stub.company().employed.len())
    );
    assert_eq!(sign_in("first-a<&secret".to_owned()).await.0, 400);
    assert_eq!(sign_in("unknown".to_owned()).await.0, 400);
    assert_eq!(sign_in(refresh.to_owned()).await.0, 200);
    assert_eq!(sign_in(refresh.to_owned()).await.0, 400);
}
