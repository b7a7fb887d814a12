//! The token endpoint: an assertion of SAML 2.0, signed by the key of the client.
//!
//! It is read with another library than the host writes with. The digest is of
//! the text as it came: that this is its canonical form too, a verifier of
//! somebody else's says (`tests/tests/scenarios/saml.rs`).

use axum::http::Method;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use roxmltree::{Document, Node};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{API_USER, COMPANY_ID, failure};
use crate::clock;
use crate::interface::Interface;
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON};

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

pub fn token(interface: &Interface, stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST {
        return failure(404);
    }
    let form = ask.form();
    let field = |name: &str| form.get(name).unwrap_or_default();
    if field("grant_type") != "urn:ietf:params:oauth:grant-type:saml2-bearer" {
        return refuse(400, "Unable to authenticate the client (unsupported grant type)");
    }
    if field("company_id") != COMPANY_ID {
        return refuse(403, "[LGN0008]Unable to authenticate the client (unknown company)");
    }
    if let Err(why) = check(stub, field("assertion"), field("client_id")) {
        return refuse(401, &format!("Unable to authenticate the client ({why})"));
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(86_399);
    let token = hold(&stub.tokens).issue(interface.name, "sfoauth.", lifetime, Grant::Full);
    web::value(200, JSON, &json!({"access_token": token, "token_type": "Bearer", "expires_in": lifetime}))
}

fn refuse(status: u16, message: &str) -> Response {
    web::value(status, JSON, &json!({"errorHttpCode": status.to_string(), "errorMessage": message}))
}

fn check(stub: &Stub, assertion: &str, client: &str) -> Result<(), &'static str> {
    let bytes = STANDARD.decode(assertion).map_err(|_| "the assertion is not in base64")?;
    let text = String::from_utf8(bytes).map_err(|_| "the assertion is not in UTF-8")?;
    let document = Document::parse(&text).map_err(|_| "the assertion is not XML")?;
    let root = document.root_element();
    if !root.has_tag_name((SAML, "Assertion")) || root.attribute("Version") != Some("2.0") {
        return Err("no assertion of SAML 2.0");
    }
    signed(stub, &text, root)?;

    let at = |name| root.descendants().find(|node: &Node| node.has_tag_name((SAML, name)));
    let text_of = |name| at(name).and_then(|node| node.text()).unwrap_or_default();
    let attribute = |name, key| at(name).and_then(|node| node.attribute(key)).unwrap_or_default();
    let moment = |name, key| clock::parse(attribute(name, key));
    // A reader whose clock is put to the company's time is right as well.
    let within = |from: Option<i64>, until: Option<i64>| {
        [clock::wall(), stub.company().now].iter().any(|now| {
            from.is_none_or(|from| from <= now + 300) && until.is_some_and(|until| until > now - 300)
        })
    };
    let until = moment("SubjectConfirmationData", "NotOnOrAfter");
    if !within(moment("Conditions", "NotBefore"), moment("Conditions", "NotOnOrAfter"))
        || !within(None, until)
    {
        return Err("the assertion is expired or not yet valid");
    }
    let recipient = attribute("SubjectConfirmationData", "Recipient");
    if text_of("Audience") != "www.successfactors.com"
        || !recipient.starts_with("https://api")
        || !recipient.ends_with("/oauth/token")
        || attribute("SubjectConfirmation", "Method") != "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    {
        return Err("the assertion is not for this server");
    }
    if at("AuthnContextClassRef").is_none() || text_of("Issuer").is_empty() {
        return Err("the assertion does not say who vouches, and how");
    }
    let of_user = |name: &str| {
        let found = root
            .descendants()
            .find(|node| node.has_tag_name((SAML, "Attribute")) && node.attribute("Name") == Some(name));
        found.and_then(|node| node.descendants().find_map(|node| node.text())).unwrap_or_default()
    };
    if client.is_empty() || of_user("api_key") != client {
        return Err("invalid API key");
    }
    // A user name is a lower-case one here.
    let known = match (of_user("use_username"), of_user("use_email")) {
        ("true", _) => API_USER.to_lowercase(),
        (_, "true") => format!("{}@example.com", API_USER.to_lowercase()),
        _ => API_USER.to_owned(),
    };
    if text_of("NameID") == known { Ok(()) } else { Err("Login failed - invalid user") }
}

/// That the key of the client has signed all of it but the signature.
fn signed(stub: &Stub, text: &str, root: Node) -> Result<(), &'static str> {
    let is = |node: &Node, name| node.has_tag_name((DSIG, name));
    let child = |of: Node<'_, '_>, name: &'static str| {
        of.children().find(|node| is(node, name)).map(|node| node.range())
    };
    let wrong = "the signature cannot be read";
    let signature = root.children().find(|node| is(node, "Signature")).ok_or(wrong)?;
    let find = |name| signature.descendants().find(|node| is(node, name));
    let algorithms: Vec<_> = signature.descendants().filter_map(|node| node.attribute("Algorithm")).collect();
    let expected = [
        EXCLUSIVE,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        EXCLUSIVE,
        "http://www.w3.org/2001/04/xmlenc#sha256",
    ];
    let refers =
        find("Reference").and_then(|node| node.attribute("URI")).and_then(|uri| uri.strip_prefix('#'));
    if algorithms != expected || refers.is_none() || refers != root.attribute("ID") {
        return Err("the signature is made in another way than agreed");
    }
    let value = |name| find(name).and_then(|node| node.text()).and_then(|text| STANDARD.decode(text).ok());
    let rest = [&text[..signature.range().start], &text[signature.range().end..]].concat();
    if value("DigestValue").as_deref() != Some(&*Sha256::digest(rest)) {
        return Err("the assertion was changed after it was signed");
    }
    let info = child(signature, "SignedInfo").ok_or(wrong)?;
    let value = URL_SAFE_NO_PAD.encode(value("SignatureValue").ok_or(wrong)?);
    let Some(key) = &stub.options.assertion_key else { return Ok(()) };
    match jsonwebtoken::crypto::verify(&value, text[info].as_bytes(), key, Algorithm::RS256) {
        Ok(true) => Ok(()),
        _ => Err("the signature is not that of the registered certificate"),
    }
}
