//! Sessions against real listeners on loopback.

mod auth;
mod batch;
mod caps;
mod happy;
mod isolation;
mod redirects;
mod retries;
mod scrubbing;
mod tls;
