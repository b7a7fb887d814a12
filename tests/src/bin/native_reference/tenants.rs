//! Many small companies: so many at a time, all in one file, one durable commit
//! for each group of them.

use std::path::Path;

use futures::future::try_join_all;

use crate::provider::Provider;
use crate::shapes::Shape;
use crate::table::{People, Storing};

/// Tenants that are read at once, and committed together.
const AT_ONCE: usize = 64;

/// Rows of one tenant's people, by id.
type Rows = Vec<(String, Vec<u8>)>;

/// Reads the same company for so many tenants. The number of people written.
pub async fn copy(shape: Shape, url: &str, secret: &str, db: &Path, tenants: usize) -> anyhow::Result<usize> {
    let mut table = People::create(db, Storing::PerPage)?;
    let mut people = 0;
    let all: Vec<usize> = (0..tenants).collect();
    for group in all.chunks(AT_ONCE) {
        let read = try_join_all(group.iter().map(|_| tenant(shape, url, secret))).await?;
        let mut page = table.page()?;
        for (tenant, rows) in group.iter().zip(read) {
            people += rows.len();
            for (id, row) in rows {
                page.put(&format!("{tenant}/{id}"), &row)?;
            }
        }
        drop(page);
        table.turn()?;
    }
    Ok(people)
}

async fn tenant(shape: Shape, url: &str, secret: &str) -> anyhow::Result<Rows> {
    let mut provider = Provider::sign_in(shape, url, secret).await?;
    let (mut rows, mut row) = (Rows::new(), Vec::new());
    while let Some(body) = provider.next_page().await? {
        let page = shape.parse(&body)?;
        let count = page.len();
        page.each(&mut row, |id, row| {
            rows.push((id.to_owned(), row.to_vec()));
            Ok(())
        })?;
        provider.goes_on(page.next(), count);
    }
    Ok(rows)
}
