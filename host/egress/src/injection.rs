//! What a credential adds to a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use rollcall_grants::{AuthScheme, Escaping, FetchError, Secret, Settings, Slot, TemplateError};
use url::Url;

/// A header, a query parameter or a part of the body, ready to be added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Injection {
    pub header: Option<(HeaderName, HeaderValue)>,
    pub query: Option<(String, Secret)>,
    /// What stands in the body, and what takes its place.
    pub body: Option<(String, Secret)>,
    /// Which token this is, so that a refused one is renewed only once.
    pub generation: Option<u64>,
}

/// What a scheme makes of the settings alone, and the secrets it put together
/// on the way. `None`: the scheme needs a token first.
pub(crate) fn fixed(
    slot: &Slot,
    settings: &Settings,
) -> Option<Result<(Injection, Option<Secret>), FetchError>> {
    let fill = |template: &str| filled(settings.fill(template));
    match slot.auth() {
        AuthScheme::Header { name, value } => {
            Some(fill(value).and_then(|v| Ok((header(name, &v)?, Some(v)))))
        }
        AuthScheme::Query { name, value } => Some(fill(value).map(|v| {
            (Injection { query: Some((name.clone(), v.clone())), ..Injection::default() }, Some(v))
        })),
        AuthScheme::Bearer { token } => Some(fill(token).and_then(|t| Ok((bearer(&t)?, None)))),
        AuthScheme::Body { format, value } => {
            let value = filled(settings.fill_escaped(value, |text| escaped(*format, text)));
            Some(value.map(|v| (Injection { body: Some((slot.mark(), v)), ..Injection::default() }, None)))
        }
        AuthScheme::Basic { username, password } => Some(fill(username).and_then(|username| {
            let password = settings.fill(password).map_err(template_error)?;
            let pair = Secret::new(format!("{}:{}", username.expose(), password.expose()));
            let value = Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())));
            Ok((header(AUTHORIZATION.as_str(), &value)?, Some(pair)))
        })),
        _ => None,
    }
}

/// RFC 6750 section 2.1.
pub(crate) fn bearer(token: &Secret) -> Result<Injection, FetchError> {
    header(AUTHORIZATION.as_str(), &Secret::new(format!("Bearer {}", token.expose())))
}

pub(crate) fn header(name: &str, value: &Secret) -> Result<Injection, FetchError> {
    let unfit = || {
        FetchError::SignIn("the credential has characters that a header cannot have; enter it anew".into())
    };
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
    let mut value = HeaderValue::from_str(value.expose().trim()).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok(Injection { header: Some((name, value)), ..Injection::default() })
}

/// A template's text, which may not be empty.
pub(crate) fn filled(text: Result<Secret, TemplateError>) -> Result<Secret, FetchError> {
    match text {
        Ok(text) if text.expose().trim().is_empty() => {
            Err(FetchError::SignIn("the credential is empty; enter it in the settings".into()))
        }
        Ok(text) => Ok(text),
        Err(error) => Err(template_error(error)),
    }
}

pub(crate) fn template_error(error: TemplateError) -> FetchError {
    FetchError::SignIn(format!("the manifest's credential is not a template: {error}"))
}

/// A text as the format of a body has it.
pub(crate) fn escaped(format: Escaping, text: &str) -> String {
    match format {
        Escaping::Xml => quick_xml::escape::escape(text).into_owned(),
        Escaping::Json => {
            let quoted = serde_json::Value::from(text).to_string();
            quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
        }
    }
}

/// Puts a credential into a body, in place of its mark, which has to be there
/// once: a body without it would go out without the credential, and one with
/// two would have it where nobody looks for it.
pub(crate) fn set_body(body: &[u8], mark: &str, value: &Secret) -> Result<Vec<u8>, FetchError> {
    let mut places = body.windows(mark.len()).enumerate().filter(|(_, part)| *part == mark.as_bytes());
    let (Some((at, _)), None) = (places.next(), places.next()) else {
        return Err(FetchError::Denied(format!(
            "the body has to have `{mark}` once, in the place of the credential"
        )));
    };
    let (before, after) = (body.get(..at), body.get(at + mark.len()..));
    Ok([before.unwrap_or_default(), value.expose().as_bytes(), after.unwrap_or_default()].concat())
}

/// Puts a parameter into a URL. One of the same name, which providers repeat in
/// their next links, is taken out before; the rest stays as it is.
pub(crate) fn set_query(url: &mut Url, name: &str, value: &Secret) {
    let old = url.query().unwrap_or_default();
    let same = |pair: &str| {
        let key = pair.split('=').next().unwrap_or_default();
        percent_decode_str(key).decode_utf8_lossy() == name
    };
    let mut query: Vec<String> =
        old.split('&').filter(|pair| !pair.is_empty() && !same(pair)).map(ToOwned::to_owned).collect();
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    query.push(format!("{}={}", encode(name), encode(value.expose())));
    url.set_query(Some(&query.join("&")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: &str) {
        let mut url = Url::parse(url).unwrap();
        set_query(&mut url, "api_key", &Secret::new("s e"));
        assert_eq!(url.as_str(), expected);
    }

    #[test]
    fn bodies() {
        let check = |body: &str, expected: Option<&str>| {
            let set = set_body(body.as_bytes(), "{{soap}}", &Secret::new("<u/>")).ok();
            assert_eq!(set.as_deref(), expected.map(str::as_bytes), "{body}");
        };
        check("<a>{{soap}}</a>", Some("<a><u/></a>"));
        check("{{soap}}", Some("<u/>"));
        check("<a>{{other}}</a>", None);
        check("<a>{{soap}}{{soap}}</a>", None);
        check("", None);
    }

    #[test]
    fn what_settings_bring_is_escaped() {
        let check = |format, expected: &str| assert_eq!(escaped(format, "a<&>'\"\\\n"), expected);
        check(Escaping::Xml, "a&lt;&amp;&gt;&apos;&quot;\\\n");
        check(Escaping::Json, "a<&>'\\\"\\\\\\n");
    }

    #[test]
    fn query_parameters() {
        check("https://a.example/x", "https://a.example/x?api%5Fkey=s%20e");
        check("https://a.example/x?a=%2c&b", "https://a.example/x?a=%2c&b&api%5Fkey=s%20e");
        check("https://a.example/x?api_key=[redacted]&b=1", "https://a.example/x?b=1&api%5Fkey=s%20e");
        check("https://a.example/x?api%5Fkey=1", "https://a.example/x?api%5Fkey=s%20e");
    }
}
