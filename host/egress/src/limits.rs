//! How much of everything, and how long.

use std::time::Duration;

/// The body of an answer, after decompression, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;
/// Requests of one `fetch_all`.
pub const MAX_BATCH_REQUESTS: usize = 100;
/// All answers of one `fetch_all`, in bytes.
pub const MAX_BATCH_BYTES: usize = 32 * 1024 * 1024;
/// Headers of an answer.
pub const MAX_RESPONSE_HEADERS: usize = 128;
/// All headers of an answer, names and values, in bytes.
pub const MAX_RESPONSE_HEADER_BYTES: usize = 64 * 1024;
/// The answer of a token endpoint, in bytes.
pub const MAX_TOKEN_BYTES: usize = 256 * 1024;
/// Permissions of one token that are read.
pub const MAX_GRANTED: usize = 1_000;
/// The claims of a token that are read for them, encoded, in bytes.
pub const MAX_CLAIMS_BYTES: usize = 64 * 1024;
/// What a provider says about a refused sign-in, in characters.
pub const MAX_REASON_CHARS: usize = 300;
/// Redirects followed for one request.
pub const MAX_REDIRECTS: u32 = 3;
/// Tries after 502, 503, 504, 598 (a proxy that lost patience) and broken
/// connections, the first included.
pub const MAX_TRIES: u32 = 5;
/// Tries after too many requests, the first included: with the waits in between
/// about half a minute.
pub const MAX_TRIES_429: u32 = 7;
/// Tries after 500, the first included.
pub const MAX_TRIES_500: u32 = 3;
/// Tries after a timeout, the first included.
pub const MAX_TRIES_TIMEOUT: u32 = 2;
/// The first step of the exponential back-off, of which at least half is waited.
pub const BACKOFF_BASE: Duration = Duration::from_millis(500);
/// The same after too many requests, where the provider does not say how long.
pub const BACKOFF_BASE_429: Duration = Duration::from_secs(1);
/// The longest step of the exponential back-off.
pub const BACKOFF_MAX: Duration = Duration::from_secs(20);
/// A longer `Retry-After` is not waited for: the guest gets the answer. Most
/// providers count by the minute, and say so in seconds that are rounded up.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(65);
/// Waits between tries in one session, together.
pub const MAX_RETRY_WAIT: Duration = Duration::from_secs(15 * 60);
/// To resolve, connect and shake hands.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// To the head of an answer, which comes when a report has been computed.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// Within the body, without a byte of it.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(15);
/// On the network for one request, tries and redirects included, waits not: two
/// tries whose head does not come, and some.
pub const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(150);
/// Requests in one session, tries and sign-ins included.
pub const MAX_SESSION_REQUESTS: u64 = 1_000_000;
/// Bodies of answers in one session, in bytes.
pub const MAX_SESSION_BYTES: u64 = 32 * 1024 * 1024 * 1024;
/// The lifetime of a token whose answer has none.
pub const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(300);
/// The longest lifetime believed.
pub const MAX_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// A token is renewed so long before its end, or at half its life if shorter.
pub const TOKEN_MARGIN: Duration = Duration::from_secs(60);
/// A refused sign-in is not tried again for so long: accounts get locked.
pub const REFUSAL_MEMORY: Duration = Duration::from_secs(30);
/// What a guest calls its request, in the audit, in characters.
pub const AUDITED_PURPOSE_CHARS: usize = 200;
/// An alias that is not declared, in the audit, in characters.
pub const AUDITED_ALIAS_CHARS: usize = 64;
/// Secrets shorter than this are not searched for in answers: they would match
/// by chance.
pub const MIN_SCRUBBED_BYTES: usize = 6;

/// The limits of one session. The defaults are the constants of this module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub response_bytes: usize,
    pub batch_requests: usize,
    pub batch_bytes: usize,
    pub max_retry_after: Duration,
    pub retry_wait: Duration,
    pub connect_timeout: Duration,
    pub head_timeout: Duration,
    pub idle_timeout: Duration,
    pub exchange_timeout: Duration,
    pub session_requests: u64,
    pub session_bytes: u64,
    /// Whether the manifest's rates hold towards an upstream too. They are the
    /// provider's, and an upstream only stands in for it.
    pub rate_upstreams: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            response_bytes: MAX_RESPONSE_BYTES,
            batch_requests: MAX_BATCH_REQUESTS,
            batch_bytes: MAX_BATCH_BYTES,
            max_retry_after: MAX_RETRY_AFTER,
            retry_wait: MAX_RETRY_WAIT,
            connect_timeout: CONNECT_TIMEOUT,
            head_timeout: HEAD_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            exchange_timeout: EXCHANGE_TIMEOUT,
            session_requests: MAX_SESSION_REQUESTS,
            session_bytes: MAX_SESSION_BYTES,
            rate_upstreams: false,
        }
    }
}
