//! The provider, asked as the connectors ask it: the same sign-in, the same
//! page sizes, the same selection of properties.

use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use serde_json::Value;

use crate::http::{Signed, form};
use crate::shapes::{GRAPH_SELECT, Shape};

/// Personio answers with no more, whatever is asked for.
const PERSONIO_PAGE: usize = 100;

pub struct Provider {
    http: Signed,
    shape: Shape,
    next: Option<String>,
    offset: usize,
}

impl Provider {
    pub async fn sign_in(shape: Shape, base: &str, secret: &str) -> anyhow::Result<Self> {
        let http = Signed::in_at(shape, base, secret).await?;
        let mut provider = Self { http, shape, next: None, offset: 0 };
        provider.next = Some(match shape {
            Shape::Graph => format!("{base}/graph/v1.0/users?{}", graph_query()),
            Shape::Personio => provider.personio_page(),
        });
        Ok(provider)
    }

    pub async fn next_page(&mut self) -> anyhow::Result<Option<Bytes>> {
        match self.next.take() {
            Some(url) => Ok(Some(self.http.get(&url).await?)),
            None => Ok(None),
        }
    }

    /// Where the page leads that came last, with so many people on it.
    pub fn goes_on(&mut self, link: Option<&str>, people: usize) {
        match self.shape {
            Shape::Graph => self.next = link.map(str::to_owned),
            Shape::Personio => {
                self.offset += people;
                self.next = (people == PERSONIO_PAGE).then(|| self.personio_page());
            }
        }
    }

    /// How long the provider takes to say that nothing has changed.
    pub async fn changes(&self) -> anyhow::Result<Duration> {
        let base = &self.http.base;
        let url = match self.shape {
            Shape::Personio => {
                let day = jiff::Zoned::now().date().yesterday()?;
                format!("{}&updated_since={day}", self.personio_page())
            }
            Shape::Graph => {
                let url = format!("{base}/graph/v1.0/users/delta?$deltatoken=latest");
                let first: Value = serde_json::from_slice(&self.http.get(&url).await?)?;
                let link = first.get("@odata.deltaLink").and_then(Value::as_str);
                link.context("the provider has no delta link")?.to_owned()
            }
        };
        let begun = Instant::now();
        self.http.get(&url).await?;
        Ok(begun.elapsed())
    }

    fn personio_page(&self) -> String {
        let base = &self.http.base;
        format!("{base}/personio/v1/company/employees?limit={PERSONIO_PAGE}&offset={}", self.offset)
    }
}

fn graph_query() -> String {
    form(&[
        ("$top", "999"),
        ("$filter", "userType eq 'Member'"),
        ("$select", GRAPH_SELECT),
        ("$expand", "manager($select=id)"),
    ])
}
