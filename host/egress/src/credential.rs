//! The credential of one slot: fixed, or a token that is fetched and renewed.

use std::time::Duration;

use rollcall_grants::{AuthScheme, Endpoint, FetchError, Method, Secret, Settings, Slot};
use tokio::sync::Mutex;

use crate::audit::{AuditEvent, Exchange, Outcome};
use crate::injection::{self, Injection};
use crate::limits::{MAX_TOKEN_BYTES, REFUSAL_MEMORY, TOKEN_MARGIN};
use crate::session::Session;
use crate::sign_in;
use crate::transport::Tally;

/// A slot of one session.
pub(crate) struct Credential {
    slot: Slot,
    fixed: Option<Result<Injection, FetchError>>,
    token: Mutex<TokenState>,
}

#[derive(Default)]
struct TokenState {
    current: Option<(Injection, Duration)>,
    generation: u64,
    /// The refresh token that is to be used next.
    refresh: Option<Secret>,
    /// The last refusal, and until when it is not tried again.
    refused: Option<(FetchError, Duration)>,
}

impl Credential {
    /// With the secrets that the scheme put together from settings, if any.
    pub fn new(slot: &Slot, settings: &Settings) -> (Self, Option<Secret>) {
        let (fixed, combined) = match injection::fixed(slot, settings) {
            None => (None, None),
            Some(Ok((injection, combined))) => (Some(Ok(injection)), combined),
            Some(Err(error)) => (Some(Err(error)), None),
        };
        (Self { slot: slot.clone(), fixed, token: Mutex::default() }, combined)
    }

    /// What to add to a request. Signs in if there is no token that is good for
    /// a while yet; whoever asks meanwhile waits for the same sign-in.
    pub async fn injection(&self, session: &Session) -> Result<Injection, FetchError> {
        if let Some(fixed) = &self.fixed {
            return fixed.clone();
        }
        // An asynchronous lock, held on purpose while signing in: one at a time.
        let mut state = self.token.lock().await;
        let now = session.clock.monotonic();
        match &*state {
            TokenState { current: Some((injection, until)), .. } if now < *until => {
                return Ok(injection.clone());
            }
            TokenState { refused: Some((error, until)), .. } if now < *until => return Err(error.clone()),
            _ => {}
        }
        match self.sign_in(session, &mut state.refresh).await {
            Ok(granted) => {
                state.generation += 1;
                let mut injection = self.apply(session, &granted)?;
                injection.generation = Some(state.generation);
                let good_for = granted.lifetime.saturating_sub(TOKEN_MARGIN).max(granted.lifetime / 2);
                state.current = Some((injection.clone(), session.clock.monotonic() + good_for));
                state.refused = None;
                Ok(injection)
            }
            Err(error) => {
                state.current = None;
                if matches!(error, FetchError::SignIn(_) | FetchError::Denied(_)) {
                    state.refused = Some((error.clone(), session.clock.monotonic() + REFUSAL_MEMORY));
                }
                Err(error)
            }
        }
    }

    /// Drops the token of this generation, unless it was renewed already.
    pub async fn drop_token(&self, generation: u64) {
        let mut state = self.token.lock().await;
        if state.generation == generation {
            state.current = None;
        }
    }

    fn apply(&self, session: &Session, granted: &sign_in::Grant) -> Result<Injection, FetchError> {
        match self.slot.auth() {
            AuthScheme::TokenExchange { header, value, .. } => {
                let value = session.settings.fill_with(value, &[("token", granted.token.expose())]);
                injection::header(header, &value.map_err(injection::template_error)?)
            }
            _ => injection::bearer(&granted.token),
        }
    }

    async fn sign_in(
        &self,
        session: &Session,
        refresh: &mut Option<Secret>,
    ) -> Result<sign_in::Grant, FetchError> {
        let Some(endpoint) = self.slot.endpoint() else {
            return Err(FetchError::SignIn("the credential has no token endpoint".into()));
        };
        let begun = session.clock.monotonic();
        let mut tally = Tally::default();
        let result = self.ask(session, &endpoint, refresh, &mut tally).await;
        session.audit.record(AuditEvent::SignIn(Exchange {
            alias: self.slot.name().to_owned(),
            method: Method::Post,
            host: endpoint.logical.host_str().unwrap_or_default().to_owned(),
            path: endpoint.logical.path().to_owned(),
            status: tally.status,
            bytes: tally.bytes,
            milliseconds: session.milliseconds_since(begun),
            attempts: tally.attempts,
            purpose: "sign in".to_owned(),
            via_upstream: endpoint.via_upstream,
            outcome: result.as_ref().map_or_else(|e| Outcome::Failed(e.clone()), |_| Outcome::Answered),
        }));
        result
    }

    async fn ask(
        &self,
        session: &Session,
        endpoint: &Endpoint,
        refresh: &mut Option<Secret>,
        tally: &mut Tally,
    ) -> Result<sign_in::Grant, FetchError> {
        let now = session.clock.unix_millis() / 1000;
        let entered = self.entered(session)?;
        if let (None, Some(entered)) = (&refresh, &entered) {
            let kept = session.keeper.successor(self.slot.name(), entered).map_err(not_kept)?;
            session.secrets.add(kept.clone().unwrap_or_else(|| entered.clone()));
            *refresh = kept.or_else(|| Some(entered.clone()));
        }
        let transfer = sign_in::request(&self.slot, endpoint, &session.settings, refresh.as_ref(), now)?;
        let answer = session.transport(&transfer, None, MAX_TOKEN_BYTES, None, tally).await?;
        let granted = sign_in::read(self.slot.auth(), endpoint, &answer, &session.secrets.scrubber())?;
        session.secrets.add(granted.token.clone());
        // Before the token is used: a process that is killed now has the new one.
        if let (Some(entered), Some(new)) = (&entered, &granted.refresh)
            && refresh.as_ref() != Some(new)
        {
            session.secrets.add(new.clone());
            session.keeper.keep(self.slot.name(), entered, new).map_err(not_kept)?;
            *refresh = Some(new.clone());
        }
        session.note_granted(self.slot.name(), granted.permissions.clone());
        Ok(granted)
    }

    /// The refresh token that the admin entered, for the scheme that has one.
    fn entered(&self, session: &Session) -> Result<Option<Secret>, FetchError> {
        match self.slot.auth() {
            AuthScheme::Oauth2RefreshToken { refresh_token, .. } => {
                injection::filled(session.settings.fill(refresh_token)).map(Some)
            }
            _ => Ok(None),
        }
    }
}

fn not_kept(why: String) -> FetchError {
    FetchError::SignIn(format!("the refresh token cannot be kept: {why}; mend that, and enter a new one"))
}
