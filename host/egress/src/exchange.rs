//! A guest's request from check to clean answer.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};
use rollcall_grants::{FetchError, Method, Outgoing, Request, Response};

use crate::audit::{AuditEvent, Exchange, Outcome};
use crate::hygiene;
use crate::injection::{Injection, set_body, set_query};
use crate::limits::{AUDITED_ALIAS_CHARS, AUDITED_PURPOSE_CHARS, MAX_REDIRECTS};
use crate::session::Session;
use crate::transport::Tally;
use crate::wire::{Allowance, Answer, Transfer};

impl Session {
    /// Carries out one request and writes it down. `batch`: what the answers of
    /// one `fetch_all` share.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        batch: Option<&Allowance>,
    ) -> Result<Response, FetchError> {
        self.counters.exchange();
        let begun = self.clock.monotonic();
        let mut tally = Tally::default();
        let target = self.grant.target(&request);
        let (alias, method) = (request.host.clone(), request.method);
        let purpose: String =
            request.purpose.chars().flat_map(char::escape_debug).take(AUDITED_PURPOSE_CHARS).collect();
        let (result, last) = match target {
            Err(error) => (Err(error), None),
            Ok(outgoing) => {
                let mut last = outgoing.clone();
                (self.carry(request, outgoing, batch, &mut tally, &mut last).await, Some(last))
            }
        };
        if matches!(result, Err(FetchError::Denied(_) | FetchError::Astray(_))) {
            self.counters.denied();
        }
        let last = last.as_ref();
        self.audit.record(AuditEvent::Exchange(Exchange {
            // An alias that is not declared is the guest's text.
            alias: last.map_or_else(
                || alias.chars().flat_map(char::escape_debug).take(AUDITED_ALIAS_CHARS).collect(),
                |o| o.alias.clone(),
            ),
            method: last.map_or(method, |o| o.method),
            host: last.map(|o| o.logical_host.clone()).unwrap_or_default(),
            path: last.map(|o| o.pattern.clone()).unwrap_or_default(),
            status: tally.status,
            bytes: tally.bytes,
            milliseconds: self.milliseconds_since(begun),
            attempts: tally.attempts,
            purpose,
            via_upstream: last.is_some_and(|o| o.via_upstream),
            outcome: result.as_ref().map_or_else(|e| Outcome::Failed(e.clone()), |_| Outcome::Answered),
        }));
        result
    }

    /// Credential, sending, redirects, one renewal of a token.
    async fn carry(
        &self,
        request: Request,
        mut outgoing: Outgoing,
        batch: Option<&Allowance>,
        tally: &mut Tally,
        last: &mut Outgoing,
    ) -> Result<Response, FetchError> {
        let headers = headers(&request.headers)?;
        let mut body = request.body.map(Bytes::from);
        let credential = request.credential.as_deref().and_then(|name| self.credentials.get(name));
        let (mut redirects, mut renewed) = (0, false);
        loop {
            let injection = match credential {
                Some(credential) => credential.injection(self).await?,
                None => Injection::default(),
            };
            let slot = credential.is_some().then(|| request.credential.clone()).flatten();
            let mut transfer = transfer(&outgoing, slot, &headers, body.clone(), &injection);
            // A redirect that made a GET of it took the body away, and with it the
            // credential.
            if let Some((mark, value)) = injection.body.as_ref().filter(|_| redirects == 0 || body.is_some())
            {
                let with = set_body(body.as_deref().unwrap_or_default(), mark, value)?;
                transfer.plain_body = transfer.body.replace(with.into());
            }
            let max = self.limits.response_bytes;
            let rates = !outgoing.via_upstream || self.limits.rate_upstreams;
            let rated = rates.then_some(outgoing.alias.as_str());
            let answer = self.transport(&transfer, rated, max, batch, tally).await?;
            if let Some(location) = redirect(&answer) {
                redirects += 1;
                if redirects > MAX_REDIRECTS {
                    return Err(FetchError::Astray(format!(
                        "redirect refused: more than {MAX_REDIRECTS} in a row"
                    )));
                }
                let method = redirected(answer.status, outgoing.method);
                outgoing = self.grant.redirect(&outgoing, &location, method).map_err(|error| {
                    // The guest did not ask for this.
                    match self.scrubbed(error) {
                        FetchError::Denied(text) => FetchError::Astray(text),
                        other => other,
                    }
                })?;
                if method != Method::Post {
                    body = None;
                }
                last.clone_from(&outgoing);
                give_back(batch, &answer);
                continue;
            }
            if let (401, false, Some(credential), Some(generation)) =
                (answer.status, renewed, credential, injection.generation)
            {
                renewed = true;
                credential.drop_token(generation).await;
                give_back(batch, &answer);
                continue;
            }
            return Ok(self.clean(answer, &outgoing));
        }
    }

    /// Only headers that a guest may see, and no credential anywhere.
    fn clean(&self, answer: Answer, outgoing: &Outgoing) -> Response {
        let scrubber = self.secrets.scrubber();
        let Answer { status, headers, mut body } = answer;
        let mut times = scrubber.body(&mut body);
        let mut headers = hygiene::visible(&headers);
        for (_, value) in &mut headers {
            times += scrubber.text(value);
        }
        if times > 0 {
            self.audit.record(AuditEvent::SecretEchoed {
                alias: outgoing.alias.clone(),
                path: outgoing.pattern.clone(),
                times,
            });
        }
        Response { status, headers, body }
    }

    /// An error whose text may have the provider's words in it.
    pub(crate) fn scrubbed(&self, error: FetchError) -> FetchError {
        let scrubber = self.secrets.scrubber();
        let clean = |mut text: String| {
            scrubber.text(&mut text);
            text
        };
        match error {
            FetchError::Denied(text) => FetchError::Denied(clean(text)),
            FetchError::SignIn(text) => FetchError::SignIn(clean(text)),
            other => other,
        }
    }

    pub(crate) fn milliseconds_since(&self, begun: Duration) -> u64 {
        u64::try_from(self.clock.monotonic().saturating_sub(begun).as_millis()).unwrap_or(u64::MAX)
    }
}

fn give_back(batch: Option<&Allowance>, answer: &Answer) {
    if let Some(batch) = batch {
        batch.give_back(answer.body.len());
    }
}

/// The guest's headers, which the grant has checked.
fn headers(headers: &[(String, String)]) -> Result<HeaderMap, FetchError> {
    let mut map = HeaderMap::with_capacity(headers.len() + 1);
    for (name, value) in headers {
        let unfit = || FetchError::Denied(format!("header `{}` cannot be sent", name.escape_debug()));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
        let value = HeaderValue::from_str(value).map_err(|_| unfit())?;
        map.append(name, value);
    }
    Ok(map)
}

fn transfer(
    outgoing: &Outgoing,
    slot: Option<String>,
    headers: &HeaderMap,
    body: Option<Bytes>,
    injection: &Injection,
) -> Transfer {
    let mut url = outgoing.url.clone();
    let mut headers = headers.clone();
    if let Some((name, value)) = &injection.header {
        headers.insert(name.clone(), value.clone());
    }
    let plain = injection.query.is_some().then(|| url.clone());
    if let Some((name, value)) = &injection.query {
        set_query(&mut url, name, value);
    }
    let method = match outgoing.method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
    };
    Transfer {
        alias: Some(outgoing.alias.clone()),
        slot,
        method,
        url,
        plain,
        headers,
        body,
        plain_body: None,
    }
}

/// Where a redirect leads. An answer without `Location` is none.
fn redirect(answer: &Answer) -> Option<String> {
    match answer.status {
        301 | 302 | 303 | 307 | 308 => answer.header(LOCATION).map(ToOwned::to_owned),
        _ => None,
    }
}

/// RFC 9110 section 15.4: a POST becomes a GET but for 307 and 308.
fn redirected(status: u16, method: Method) -> Method {
    match (status, method) {
        (301..=303, Method::Post) => Method::Get,
        _ => method,
    }
}
