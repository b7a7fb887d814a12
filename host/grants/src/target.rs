//! From a guest's request to the one URL that is checked, audited and sent.

use url::Url;

use crate::alias::{Alias, printable};
use crate::encode::{encode_path, push_query};
use crate::exchange::{FetchError, Method, Request, Target};
use crate::grant::Grant;
use crate::headers::check_headers;
use crate::limits::{
    MAX_PURPOSE_BYTES, MAX_QUERY_PAIRS, MAX_REQUEST_BODY_BYTES, MAX_TARGET_BYTES, MAX_URL_BYTES,
};
use crate::slot::Slot;

/// A request that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub alias: String,
    pub method: Method,
    /// The URL as sent: the only one.
    pub url: Url,
    /// The host as granted, with its port where that is not 443. For the audit.
    pub logical_host: String,
    /// The path as granted, encoded, without the query.
    pub logical_path: String,
    /// The path of the grant that allows it, with `*` where the request has an
    /// id. For the audit: an id may be that of somebody nobody asked for.
    pub pattern: String,
    /// Whether it goes to an upstream instead of the granted host.
    pub via_upstream: bool,
}

fn denied<T>(text: impl Into<String>) -> Result<T, FetchError> {
    Err(FetchError::Denied(text.into()))
}

impl Grant {
    /// Checks a request and builds its URL. Nothing of it is trusted.
    pub fn target(&self, request: &Request) -> Result<Outgoing, FetchError> {
        let Some(alias) = self.alias(&request.host) else {
            return denied(format!("host `{}` is not declared in connector.toml", printable(&request.host)));
        };
        let slot = request.credential.as_deref().map(|name| self.wanted_slot(name)).transpose()?;
        check_rest(request, slot)?;
        match &request.target {
            Target::Path(path) => alias.path(request.method, path, &request.query),
            Target::NextLink(link) => alias.next_link(request.method, link, &request.query),
        }
    }

    /// Where a redirect leads: to the same origin and to what is granted, or
    /// nowhere. `location` is the header as it came.
    pub fn redirect(&self, from: &Outgoing, location: &str, method: Method) -> Result<Outgoing, FetchError> {
        let Some(alias) = self.alias(&from.alias) else {
            return denied("redirect refused: its host is not declared");
        };
        check_link(location, "redirect")?;
        let Ok(mut url) = from.url.join(location) else {
            return denied("redirect refused: its target is not a URL");
        };
        url.set_fragment(None);
        alias.link(method, url, &[], "redirect")
    }

    fn wanted_slot(&self, name: &str) -> Result<&Slot, FetchError> {
        if let Some(slot) = self.slot(name) {
            return Ok(slot);
        }
        let name = printable(name);
        if self.declared_slots.contains(&name) {
            return denied(format!("credential `{name}` does not apply with these settings"));
        }
        denied(format!("credential `{name}` is not declared in connector.toml"))
    }
}

/// Headers, body, sizes.
fn check_rest(request: &Request, slot: Option<&Slot>) -> Result<(), FetchError> {
    check_headers(&request.headers, slot.map_or(&[], |slot| &slot.injected_headers))?;
    if request.query.len() > MAX_QUERY_PAIRS {
        return denied(format!(
            "{} query parameters; at most {MAX_QUERY_PAIRS} may be sent",
            request.query.len()
        ));
    }
    if let Some(name) = slot.and_then(|slot| slot.injected_query.as_deref())
        && request.query.iter().any(|(key, _)| key == name)
    {
        return denied(format!(
            "query parameter `{}` is set by the credential; leave it out",
            printable(name)
        ));
    }
    if request.purpose.len() > MAX_PURPOSE_BYTES {
        return denied(format!("the purpose is longer than {MAX_PURPOSE_BYTES} bytes; use a few words"));
    }
    match &request.body {
        Some(_) if request.method != Method::Post => denied("only a POST has a body"),
        Some(body) if body.len() > MAX_REQUEST_BODY_BYTES => {
            denied(format!("the body has {} bytes; at most {MAX_REQUEST_BODY_BYTES} may be sent", body.len()))
        }
        _ => Ok(()),
    }
}

/// What `Url::parse` would silently take away or rewrite.
fn check_link(link: &str, what: &str) -> Result<(), FetchError> {
    if link.len() > MAX_TARGET_BYTES {
        return denied(format!("{what} refused: it is longer than {MAX_TARGET_BYTES} bytes"));
    }
    if link.chars().any(|c| c.is_control() || c == '\\') || link.trim() != link {
        return denied(format!(
            "{what} refused: it has a control character, a backslash or white space around it"
        ));
    }
    Ok(())
}

impl Alias {
    fn path(&self, method: Method, path: &str, query: &[(String, String)]) -> Result<Outgoing, FetchError> {
        if path.len() > MAX_TARGET_BYTES {
            return denied(format!("the path is longer than {MAX_TARGET_BYTES} bytes"));
        }
        let encoded = match encode_path(path) {
            Ok(encoded) => encoded,
            Err(error) => return denied(format!("the path `{}` {error}", printable(path))),
        };
        let logical = format!("{}{encoded}", self.place.logical.path);
        let mut text = format!("{}{}{logical}", self.place.sent().origin, self.place.prefix());
        let path_end = text.len();
        if !query.is_empty() {
            text.push('?');
            push_query(&mut text, query);
        }
        let Some(url) = parse(&text) else { return denied("the path and query do not make a URL") };
        // The parser saw what was written: same origin, same path, all of it.
        let wanted = text.get(self.place.sent().origin.len()..path_end).unwrap_or_default();
        if !self.place.sent().same_origin(&url) || url.path() != wanted || url.fragment().is_some() {
            return denied("the path is not written the one way that is sent");
        }
        let pattern = self.check(method, &logical)?;
        self.outgoing(method, url, logical, pattern)
    }

    fn next_link(
        &self,
        method: Method,
        link: &str,
        query: &[(String, String)],
    ) -> Result<Outgoing, FetchError> {
        check_link(link, "next link")?;
        let Some(url) = parse(link) else {
            return denied("next link refused: it is not a whole URL");
        };
        if url.fragment().is_some() {
            return denied("next link refused: it has a fragment");
        }
        self.link(method, url, query, "next link")
    }

    /// A URL that the provider gave.
    fn link(
        &self,
        method: Method,
        url: Url,
        query: &[(String, String)],
        what: &str,
    ) -> Result<Outgoing, FetchError> {
        if !url.username().is_empty() || url.password().is_some() {
            return denied(format!("{what} refused: it has a user name in it"));
        }
        let Some(logical) = self.place.logical_path(&url).map(ToOwned::to_owned) else {
            let target = url.origin().ascii_serialization();
            return denied(format!(
                "{what} refused: it points to `{}`, not to host `{}` ({})",
                printable(&target),
                self.name,
                self.place.logical.origin
            ));
        };
        let pattern = self.check(method, &logical)?;
        let sent = self.place.sent();
        let mut text = if sent.same_origin(&url) {
            url.into()
        } else {
            let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
            format!("{}{}{logical}{query}", sent.origin, self.place.prefix())
        };
        if !query.is_empty() {
            text.push(if text.contains('?') { '&' } else { '?' });
            push_query(&mut text, query);
        }
        match parse(&text) {
            Some(url) if sent.same_origin(&url) => self.outgoing(method, url, logical, pattern),
            _ => denied(format!("{what} refused: it is not a URL")),
        }
    }

    fn outgoing(
        &self,
        method: Method,
        url: Url,
        logical_path: String,
        pattern: String,
    ) -> Result<Outgoing, FetchError> {
        if url.as_str().len() > MAX_URL_BYTES {
            return denied(format!("the URL is longer than {MAX_URL_BYTES} bytes"));
        }
        let origin = &self.place.logical.origin;
        Ok(Outgoing {
            alias: self.name.clone(),
            method,
            url,
            pattern,
            logical_host: origin.split_once("://").map_or(origin.as_str(), |(_, host)| host).to_owned(),
            logical_path,
            via_upstream: self.place.upstream.is_some(),
        })
    }
}

fn parse(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| url.host_str().is_some())
}

#[cfg(test)]
mod tests;
