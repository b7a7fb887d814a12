//! A stand-in for providers of people and groups, on loopback: those of the
//! folder `providers`. All of them serve the same synthetic company. It shares no code with the connectors or
//! their SDK, so that a mistake in one is not repeated in the other.

mod bare;
mod changes;
mod clock;
mod consent;
mod control;
mod faults;
mod interface;
mod json;
mod names;
mod people;
mod providers;
mod server;
#[cfg(test)]
mod tests;
mod tokens;
mod truth;
mod web;
mod xml;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::{Request, State};
use axum::serve::ListenerExt;
use clap::{Parser, ValueEnum};
use serde_json::json;
use tokio::net::TcpListener;

use crate::consent::Consent;
use crate::faults::Fault;
use crate::server::{Options, Stub};

/// Serves the read interfaces of many providers for a synthetic company.
#[derive(Parser)]
#[command(name = "provider-stub")]
struct Arguments {
    /// How many people the company has.
    #[arg(long, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    people: u32,
    /// What the company is made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The secret that all token endpoints take, and SCIM as a bearer token or
    /// a password.
    #[arg(long, default_value = "stub-secret")]
    client_secret: String,
    /// Seconds that a token holds; without it what the provider gives.
    #[arg(long)]
    access_token_lifetime: Option<i64>,
    /// The largest page of every provider; without it what the provider allows.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    page_limit: Option<u32>,
    /// A fault, as KIND or KIND:ARGUMENT. May be repeated.
    #[arg(long = "fault")]
    faults: Vec<Fault>,
    /// PEM file of the public key that assertions must be signed for.
    #[arg(long)]
    assertion_key: Option<PathBuf>,
    /// Which permissions the tokens of Graph, Google, Okta and Personio have.
    #[arg(long, value_enum, default_value_t)]
    consent: Consent,
    /// How SCIM lists are paged.
    #[arg(long, value_enum, default_value_t = ScimPaging::Index)]
    scim_paging: ScimPaging,
    /// Where the company's clock stands at the start: an instant, or `now`.
    /// Every batch of changes moves it by one hour.
    #[arg(long, default_value = "2026-01-15T08:00:00Z")]
    clock_start: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScimPaging {
    Index,
    Cursor,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(run(arguments))
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let start = match arguments.clock_start.as_str() {
        "now" => clock::wall(),
        text => match clock::parse(text) {
            Some(instant) => instant,
            None => {
                bail!("--clock-start: `{text}` is neither `now` nor an instant like 2026-01-15T08:00:00Z")
            }
        },
    };
    let assertion_key = match &arguments.assertion_key {
        Some(path) => {
            let pem = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let key = jsonwebtoken::DecodingKey::from_rsa_pem(&pem)
                .with_context(|| format!("{} holds no RSA public key in PEM form", path.display()))?;
            Some(key)
        }
        None => None,
    };

    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)))
        .await
        .with_context(|| format!("cannot listen on port {}", arguments.port))?;
    let port = listener.local_addr()?.port();
    let stub = Arc::new(Stub::new(
        Options {
            base: format!("http://127.0.0.1:{port}"),
            offsite: format!("http://127.0.0.2:{port}"),
            client_secret: arguments.client_secret,
            token_lifetime: arguments.access_token_lifetime,
            page_limit: arguments.page_limit.map(|limit| limit as usize),
            assertion_key,
            consent: arguments.consent,
            scim_cursor: arguments.scim_paging == ScimPaging::Cursor,
        },
        arguments.people,
        arguments.seed,
        start,
        arguments.faults,
    ));

    // Where redirects and links to a foreign host point to: nobody should ever
    // come here, and the control's statistics tell who did. A system without
    // that address does without.
    if let Ok(foreign) = TcpListener::bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), port))).await {
        let app = Router::new().fallback(offsite).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(foreign, app).await });
    }

    let mut out = std::io::stdout();
    writeln!(out, r#"{{"url":"{}","people":{}}}"#, stub.options.base, arguments.people)?;
    out.flush()?;

    // Whoever started the stub as a child changes the company by a line on
    // standard input, and needs no HTTP client for it.
    let changed = stub.clone();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            println!(
                "{}",
                control::change(&changed, line.as_bytes()).unwrap_or_else(|error| json!({"error": error}))
            );
        }
    });

    let listener = listener.tap_io(|stream| {
        // A refusal costs time, not correctness.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().fallback(onsite).with_state(stub)).await?;
    Ok(())
}

async fn onsite(State(stub): State<Arc<Stub>>, request: Request) -> axum::response::Response {
    stub.serve(request).await
}

async fn offsite(State(stub): State<Arc<Stub>>, request: Request) -> axum::response::Response {
    stub.note_offsite(web::CREDENTIALS.iter().any(|name| request.headers().contains_key(*name)));
    web::value(200, web::JSON, &json!({"value": []}))
}
