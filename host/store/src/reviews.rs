//! Cases that a person has to decide, and people whom an admin keeps out.

use redb::{ReadableDatabase, TableDefinition};
use rollcall_model::{IntegrationId, Review, SourceId};
use serde::{Deserialize, Serialize};

use crate::links::{self, below, bounds, place};
use crate::{Apply, StoreError, TenantStore, decode, encode};

/// `integration NUL source id`.
pub(crate) const REVIEWS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("reviews");

/// `integration NUL source id`.
pub(crate) const EXCLUDED: TableDefinition<&[u8], &[u8]> = TableDefinition::new("excluded");

/// That an admin keeps somebody out, whatever the filter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    pub by: String,
    pub reason: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

impl Apply<'_> {
    /// None: it is decided.
    pub fn put_review(
        &mut self,
        integration: &IntegrationId,
        source: &SourceId,
        review: Option<&Review>,
    ) -> Result<(), StoreError> {
        let place = links::place(integration, source);
        match review {
            Some(review) => self.reviews.insert(place.as_slice(), encode("review", review)?.as_slice())?,
            None => self.reviews.remove(place.as_slice())?,
        };
        Ok(())
    }

    /// Forgets the cases of an integration: a read of everybody finds them anew.
    pub fn clear_reviews(&mut self, integration: &IntegrationId) -> Result<(), StoreError> {
        let (first, after) = links::bounds(integration);
        self.reviews.retain_in(first.as_slice()..after.as_slice(), |_, _| false)?;
        Ok(())
    }

    pub fn remove_exclusion(&mut self, of: &IntegrationId, source: &SourceId) -> Result<(), StoreError> {
        self.tx.open_table(EXCLUDED)?.remove(place(of, source).as_slice())?;
        Ok(())
    }
}

impl TenantStore {
    pub fn reviews(&self, integration: &IntegrationId) -> Result<Vec<(SourceId, Review)>, StoreError> {
        self.each(REVIEWS, "review", integration)
    }

    pub fn exclusions(&self, integration: &IntegrationId) -> Result<Vec<(SourceId, Exclusion)>, StoreError> {
        self.each(EXCLUDED, "exclusion", integration)
    }

    fn each<T: for<'de> Deserialize<'de>>(
        &self,
        table: TableDefinition<&[u8], &[u8]>,
        what: &'static str,
        integration: &IntegrationId,
    ) -> Result<Vec<(SourceId, T)>, StoreError> {
        let table = self.database.begin_read()?.open_table(table)?;
        let (first, after) = bounds(integration);
        let rows = table.range(first.as_slice()..after.as_slice())?;
        rows.map(|row| {
            let (place, record) = row?;
            Ok((below(place.value())?.into(), decode(what, record.value())?))
        })
        .collect()
    }

    pub fn exclude(
        &self,
        integration: &IntegrationId,
        source: &SourceId,
        exclusion: &Exclusion,
    ) -> Result<(), StoreError> {
        let bytes = encode("exclusion", exclusion)?;
        let tx = self.database.begin_write()?;
        tx.open_table(EXCLUDED)?.insert(place(integration, source).as_slice(), bytes.as_slice())?;
        Ok(tx.commit()?)
    }

    /// False: they were not excluded.
    pub fn include(&self, integration: &IntegrationId, source: &SourceId) -> Result<bool, StoreError> {
        let tx = self.database.begin_write()?;
        let was = tx.open_table(EXCLUDED)?.remove(place(integration, source).as_slice())?.is_some();
        tx.commit()?;
        Ok(was)
    }
}
