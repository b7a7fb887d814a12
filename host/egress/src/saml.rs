//! Bearer assertions of SAML 2.0 (RFC 7522), signed as XML (XML-DSig).
//!
//! A signature is over the canonical form of XML, exclusive C14N. The text here
//! is written in that form, so nothing has to bring it there: the only prefix is
//! declared where it is first used, attributes are in their order, no element
//! is written in its short form, nothing stands between elements, and a value
//! has no character that would be read otherwise than it is written. Whoever
//! verifies has a canonicaliser, and comes to the same bytes.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, crypto};
use quick_xml::escape::partial_escape;
use rollcall_grants::{FetchError, Secret};
use sha2::{Digest, Sha256};

use crate::assertion::{cannot_sign, refused, signing_key, unique};

/// Seconds that an assertion is good for.
const LIFETIME: u64 = 600;
/// Seconds that the provider's clock may be behind.
const SKEW: u64 = 5;

/// What an assertion says.
pub(crate) struct Assertion<'a> {
    pub issuer: Secret,
    pub audience: Secret,
    pub subject: Secret,
    /// The token endpoint. A URL has no character that an attribute cannot have,
    /// but `&`.
    pub recipient: &'a str,
    /// Attributes of the subject: plain names, any values.
    pub attributes: &'a [(&'a str, Secret)],
}

impl Assertion<'_> {
    /// Signed and in base64. `now`: seconds since 1970.
    pub fn signed(&self, private_key: &Secret, now: u64) -> Result<Secret, FetchError> {
        let key = signing_key(private_key)?;
        let id = format!("_{}", unique()?);
        let [head, tail] = self.written(&id, &unique()?, now)?;
        let digest = STANDARD.encode(Sha256::new().chain_update(&head).chain_update(&tail).finalize());
        let info = signed_info(&id, &digest);
        // The library writes signatures as tokens have them.
        let signature = crypto::sign(info.as_bytes(), &key, Algorithm::RS256).map_err(|_| cannot_sign())?;
        let signature = STANDARD.encode(URL_SAFE_NO_PAD.decode(signature).map_err(|_| cannot_sign())?);
        let whole = format!(
            "{head}<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{info}\
             <ds:SignatureValue>{signature}</ds:SignatureValue></ds:Signature>{tail}"
        );
        Ok(Secret::new(STANDARD.encode(whole)))
    }

    /// The assertion in two parts: its signature comes between, after the issuer.
    fn written(&self, id: &str, session: &str, now: u64) -> Result<[String; 2], FetchError> {
        let (now, from, until) =
            (instant(now)?, instant(now.saturating_sub(SKEW))?, instant(now.saturating_add(LIFETIME))?);
        let (issuer, audience, subject) = (text(&self.issuer)?, text(&self.audience)?, text(&self.subject)?);
        let recipient = partial_escape(self.recipient);
        let head = format!(
            "<saml2:Assertion xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" \
             IssueInstant=\"{now}\" Version=\"2.0\"><saml2:Issuer>{issuer}</saml2:Issuer>"
        );
        let mut tail = format!(
            "<saml2:Subject>\
             <saml2:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\">{subject}</saml2:NameID>\
             <saml2:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml2:SubjectConfirmationData NotOnOrAfter=\"{until}\" Recipient=\"{recipient}\">\
             </saml2:SubjectConfirmationData></saml2:SubjectConfirmation></saml2:Subject>\
             <saml2:Conditions NotBefore=\"{from}\" NotOnOrAfter=\"{until}\"><saml2:AudienceRestriction>\
             <saml2:Audience>{audience}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>\
             <saml2:AuthnStatement AuthnInstant=\"{now}\" SessionIndex=\"{session}\"><saml2:AuthnContext>\
             <saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport\
             </saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>"
        );
        // A statement without an attribute is none.
        if !self.attributes.is_empty() {
            tail.push_str("<saml2:AttributeStatement>");
            for (name, value) in self.attributes {
                let value = text(value)?;
                let _ = write!(
                    tail,
                    "<saml2:Attribute Name=\"{name}\"><saml2:AttributeValue>{value}</saml2:AttributeValue>\
                     </saml2:Attribute>"
                );
            }
            tail.push_str("</saml2:AttributeStatement>");
        }
        tail.push_str("</saml2:Assertion>");
        Ok([head, tail])
    }
}

/// What the signature is over: how, and the digest of the rest. It declares its
/// prefix, as its canonical form does, though the element around it has it too.
fn signed_info(id: &str, digest: &str) -> String {
    const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
    format!(
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>\
         <ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>\
         <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
}

/// A value as the text of an element. Line breaks would be read as others, and
/// some characters XML does not have.
fn text(value: &Secret) -> Result<Cow<'_, str>, FetchError> {
    let value = value.expose().trim();
    if value.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        return Err(refused("the credential has characters that an assertion cannot have; enter it anew"));
    }
    Ok(partial_escape(value))
}

/// RFC 3339, in UTC and whole seconds.
fn instant(seconds: u64) -> Result<String, FetchError> {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map(|time| time.to_string()).ok_or_else(|| refused("the system's clock is wrong; set it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(subject: &str, attributes: &[(&str, Secret)]) -> Result<String, FetchError> {
        let assertion = Assertion {
            issuer: Secret::new("the issuer"),
            audience: Secret::new("the audience"),
            subject: Secret::new(subject),
            recipient: "https://login.test/token",
            attributes,
        };
        assertion.written("_id", "session", 1_768_464_000).map(|parts| parts.concat())
    }

    #[test]
    fn times_are_around_now() {
        let text = written("somebody", &[]).unwrap();
        assert!(
            text.contains("NotBefore=\"2026-01-15T07:59:55Z\" NotOnOrAfter=\"2026-01-15T08:10:00Z\""),
            "{text}"
        );
        assert!(text.contains("IssueInstant=\"2026-01-15T08:00:00Z\""), "{text}");
        assert!(!text.contains("AttributeStatement"), "{text}");
    }

    #[test]
    fn values_are_escaped_and_cannot_be_markup() {
        let evil = "a</saml2:NameID>&\"'\u{1F600}";
        let text = written(evil, &[("api_key", Secret::new("<b>"))]).unwrap();
        assert!(text.contains(">a&lt;/saml2:NameID&gt;&amp;\"'\u{1F600}</saml2:NameID>"), "{text}");
        assert!(
            text.contains("Name=\"api_key\"><saml2:AttributeValue>&lt;b&gt;</saml2:AttributeValue>"),
            "{text}"
        );
        for control in ["a\rb", "a\nb", "a\tb", "a\u{0}b", "a\u{85}b", "a\u{ffff}b"] {
            assert!(matches!(written(control, &[]), Err(FetchError::SignIn(_))), "{control:?}");
        }
        assert!(written("somebody", &[("x", Secret::new("a\nb"))]).is_err());
    }

    #[test]
    fn a_clock_beyond_all_dates_is_said() {
        assert!(matches!(instant(u64::MAX), Err(FetchError::SignIn(_))));
    }
}
