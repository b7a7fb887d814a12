//! What the tables hold about one account, each found by looking through all of
//! its table: asked for seldom, and nothing may be missed.

use redb::{ReadableDatabase, ReadableTable, ReadableTableMetadata};
use rollcall_model::{AccountId, Approval, Event, IntegrationId, Leaving, Link, Run, SourceId};
use serde::Serialize;

use crate::accounts::ACCOUNTS;
use crate::approvals::APPROVALS;
use crate::erase::TenantCounts;
use crate::events::EVENTS;
use crate::keys::KEYS;
use crate::links::{LEAVING, LINKS, below, integration_of};
use crate::runs::RUNS;
use crate::secrets::SECRETS;
use crate::{StoreError, TenantStore, decode};

/// A value that finds the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldKey {
    pub attribute: String,
    /// As it is compared: in small letters.
    pub value: String,
}

/// A link of the account, in whatever integration.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldLink {
    pub integration: IntegrationId,
    pub source_id: SourceId,
    pub account: AccountId,
    /// Of the record that was applied last, hexadecimal.
    pub fingerprint: String,
    pub leaving: Option<Leaving>,
    /// Whether the link is listed among those of people on the way out.
    pub listed_as_leaving: bool,
}

impl TenantStore {
    pub fn keys_of(&self, account: AccountId) -> Result<Vec<HeldKey>, StoreError> {
        let table = self.database.begin_read()?.open_table(KEYS)?;
        let mut held = Vec::new();
        for row in table.iter()? {
            let place = row?.0;
            let Some((key, id)) = place.value().split_last_chunk() else { continue };
            if *id != account.0.to_be_bytes() {
                continue;
            }
            let key = String::from_utf8_lossy(key.strip_suffix(b"\0").unwrap_or(key));
            let (attribute, value) = key.split_once('\0').unwrap_or((&key, ""));
            let (attribute, value) = (attribute.to_owned(), value.to_owned());
            held.push(HeldKey { attribute, value });
        }
        Ok(held)
    }

    pub fn links_of(&self, account: AccountId) -> Result<Vec<HeldLink>, StoreError> {
        let tx = self.database.begin_read()?;
        let (links, leaving) = (tx.open_table(LINKS)?, tx.open_table(LEAVING)?);
        let mut held = Vec::new();
        for row in links.iter()? {
            let (place, bytes) = row?;
            let link: Link = decode("link", bytes.value())?;
            if link.account == account {
                held.push(HeldLink {
                    integration: integration_of(place.value()).into(),
                    source_id: below(place.value())?.into(),
                    account,
                    fingerprint: format!("{:032x}", link.fingerprint.0),
                    leaving: link.leaving,
                    listed_as_leaving: leaving.get(place.value())?.is_some(),
                });
            }
        }
        Ok(held)
    }

    /// With their numbers, oldest first.
    pub fn events_of(&self, account: AccountId) -> Result<Vec<(u64, Event)>, StoreError> {
        let table = self.database.begin_read()?.open_table(EVENTS)?;
        let mut held = Vec::new();
        for row in table.iter()? {
            let (number, bytes) = row?;
            let event: Event = decode("event", bytes.value())?;
            if event.account == Some(account) {
                held.push((number.value(), event));
            }
        }
        Ok(held)
    }

    /// All runs of the tenant, oldest first.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let table = self.database.begin_read()?.open_table(RUNS)?;
        table.iter()?.map(|row| decode("run", row?.1.value())).collect()
    }

    /// All approvals that have not been used.
    pub fn approvals(&self) -> Result<Vec<(IntegrationId, Approval)>, StoreError> {
        let table = self.database.begin_read()?.open_table(APPROVALS)?;
        let row = |row: Result<(redb::AccessGuard<'_, &str>, redb::AccessGuard<'_, &[u8]>), _>| {
            let (id, bytes) = row.map_err(StoreError::from)?;
            Ok((id.value().into(), decode("approval", bytes.value())?))
        };
        table.iter()?.map(row).collect()
    }

    pub fn counts(&self) -> Result<TenantCounts, StoreError> {
        let tx = self.database.begin_read()?;
        Ok(TenantCounts {
            accounts: tx.open_table(ACCOUNTS)?.len()?,
            links: tx.open_table(LINKS)?.len()?,
            events: tx.open_table(EVENTS)?.len()?,
            runs: tx.open_table(RUNS)?.len()?,
            secrets: tx.open_table(SECRETS)?.len()?,
        })
    }
}
