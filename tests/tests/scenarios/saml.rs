//! Assertions of SAML that the host writes and signs itself, as somebody else
//! judges them: the package `signxml`, with a canonicaliser of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rollcall_tests::{Ended, command, component, servers};

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/assertion.cert.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/assertion.key.pem");

/// The form with which the host signs in, of a token endpoint that refuses it.
fn sign_in(user: &str) -> BTreeMap<String, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the host connects");
        let mut lines = BufReader::new(stream.try_clone().expect("a second handle"));
        let mut length = 0;
        loop {
            let mut line = String::new();
            lines.read_line(&mut line).expect("a header");
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(bytes) = line.strip_prefix("content-length: ") {
                length = bytes.parse().expect("a number");
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        lines.read_exact(&mut body).expect("a body");
        let refusal = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(refusal.as_bytes()).expect("the host reads");
        body
    });
    let mut command = command();
    command.args(["connector", "pull"]).arg(component("sap-successfactors"));
    for setting in [
        "api_server=api012.successfactors.eu",
        "company_id=SFPART012345",
        "client_id=YzA4MTVhMTQtMDAwMC0wMDAw",
        "technical_user_kind=username",
        &format!("technical_user={user}"),
    ] {
        command.args(["--setting", setting]);
    }
    command.args(["--secret", &format!("private_key=@{KEY}")]);
    command.args(["--upstream", &format!("api012.successfactors.eu={url}")]);
    let ended: Ended = command.output().expect("the program starts").into();
    assert_eq!(ended.expect(1).failure()["error"]["code"], "auth-failed");
    let body = asked.join().expect("the endpoint was asked");
    url::form_urlencoded::parse(&body).into_owned().collect()
}

/// Verified by the package `signxml`: what is covered by the signature, or why
/// it is not valid.
fn verified(assertion: &str, directory: &Path) -> Result<String, String> {
    let file = directory.join("assertion.xml");
    std::fs::write(&file, assertion).expect("the assertion is written");
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/verify-assertion.py");
    let python = servers().join("python/bin/python");
    assert!(python.is_file(), "{} is missing: run tests/setup-servers.sh", python.display());
    let ended =
        Command::new(python).arg(program).arg(&file).arg(CERTIFICATE).output().expect("python starts");
    let text = |bytes| String::from_utf8(bytes).expect("python writes UTF-8");
    if ended.status.success() { Ok(text(ended.stdout)) } else { Err(text(ended.stderr)) }
}

/// The host writes an assertion in its canonical form and needs no canonicaliser:
/// one of somebody else's comes to the same bytes, whatever is in the values.
#[test]
fn an_assertion_is_verified_by_somebody_elses_library() {
    let user = "Zoë <SF&API> \"O'Brien\" ]]> 人";
    let form = sign_in(user);
    assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:saml2-bearer");
    assert_eq!((form["company_id"].as_str(), form["new_token"].as_str()), ("SFPART012345", "true"));
    let assertion = STANDARD.decode(&form["assertion"]).expect("base64");
    let assertion = String::from_utf8(assertion).expect("UTF-8");

    let directory = tempfile::tempdir().expect("a temporary directory");
    let covered = verified(&assertion, directory.path()).expect("the signature is valid");
    for part in [
        "Zoë &lt;SF&amp;API&gt; \"O'Brien\" ]]&gt; 人</saml2:NameID>",
        "Recipient=\"https://api012.successfactors.eu/oauth/token\"",
        "<saml2:Audience>www.successfactors.com</saml2:Audience>",
        "Name=\"api_key\"><saml2:AttributeValue>YzA4MTVhMTQtMDAwMC0wMDAw</saml2:AttributeValue>",
        "Name=\"use_username\"><saml2:AttributeValue>true</saml2:AttributeValue>",
    ] {
        assert!(covered.contains(part), "{part} is not in {covered}");
    }
    for (from, to, expected) in [
        ("人", "入", "Digest mismatch"),
        ("true<", "false<", "Digest mismatch"),
        ("Recipient=\"https://api012", "Recipient=\"https://api013", "Digest mismatch"),
        ("<ds:DigestValue>", "<ds:DigestValue> ", "Signature verification failed"),
    ] {
        assert!(assertion.contains(from));
        let wrong = verified(&assertion.replace(from, to), directory.path()).expect_err("it was changed");
        assert!(wrong.contains(expected), "{wrong}");
    }
}
