//! What an author has: `connector new`, `dev`, `test` and its recordings, and
//! SDKs that behave the same.

mod bad;
mod dev;
mod every;
mod har;
mod new;
mod record;
