//! Several sources that complete one account (C1 `merged`, R80): each gives what
//! it has, and for every attribute the first that has something wins.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rollcall_model::{Account, Attributes, Change, IntegrationId, Value};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Said by the source that leads: the first of `order` decides who is there,
/// those after it add to its accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MergeConfig {
    /// Whose values go first.
    pub order: Vec<IntegrationId>,
    /// Where another order holds for one attribute of the account.
    pub attributes: BTreeMap<String, Vec<IntegrationId>>,
}

impl MergeConfig {
    pub fn is_empty(&self) -> bool {
        self.order.is_empty() && self.attributes.is_empty()
    }

    /// `targets` are the attributes that the leading source maps.
    pub(crate) fn check(&self, targets: &[String], problems: &mut Vec<Problem>) {
        if self.is_empty() {
            return;
        }
        let twice = |order: &[IntegrationId]| {
            let mut known = HashSet::new();
            order.iter().find(|id| !known.insert(*id)).cloned()
        };
        if self.order.len() < 2 {
            problems.push(Problem::new(
                "merge.order",
                "there is nothing to merge",
                "name two sources or more",
            ));
        }
        if let Some(id) = twice(&self.order) {
            let why = format!("`{id}` comes before itself");
            problems.push(Problem::new("merge.order", why, "name each source once"));
        }
        for (attribute, order) in &self.attributes {
            let place = format!("merge.attributes.{attribute}");
            let stranger = order.iter().find(|id| !self.order.contains(id));
            if let Some(id) = twice(order) {
                problems.push(Problem::new(
                    place,
                    format!("`{id}` comes before itself"),
                    "name each source once",
                ));
            } else if let Some(id) = stranger {
                let why = format!("`{id}` is not in `merge.order`");
                problems.push(Problem::new(place, why, "add it there, or leave it out here"));
            } else if order.is_empty() {
                problems.push(Problem::new(
                    place,
                    "nobody may give it",
                    "name a source, or leave the line out",
                ));
            } else if !targets.contains(attribute) {
                let why = format!("the mapping has no `{attribute}`");
                problems.push(Problem::new(place, why, "use an attribute that a line of the mapping has"));
            }
        }
    }
}

/// The same, as one of the sources sees it.
#[derive(Debug)]
pub(crate) struct Merge {
    config: MergeConfig,
    own: IntegrationId,
}

impl Merge {
    pub fn new(config: MergeConfig, own: IntegrationId) -> Self {
        Self { config, own }
    }

    /// Whether this source decides who is there.
    pub fn leads(&self) -> bool {
        self.config.order.first() == Some(&self.own)
    }

    pub fn leader(&self) -> &str {
        self.config.order.first().map_or("", IntegrationId::as_str)
    }

    pub fn has(&self, integration: &IntegrationId) -> bool {
        self.config.order.contains(integration)
    }

    /// What the account is made of, with this source giving `given`.
    pub fn values<'v>(
        &self,
        account: &'v Account,
        given: impl Iterator<Item = (&'v str, &'v Option<Value>)>,
    ) -> BTreeMap<&'v str, Option<Value>> {
        let own: BTreeMap<&str, &Option<Value>> = given.collect();
        let mut names: BTreeSet<&str> = own.keys().copied().collect();
        names.extend(
            account.contributions.values().flat_map(|given| given.attributes.keys()).map(String::as_str),
        );
        let value = |name: &'v str| {
            let of = |id: &IntegrationId| match *id == self.own {
                true => own.get(name).and_then(|value| value.as_ref()),
                false => account.contributions.get(id)?.attributes.get(name),
            };
            (name, self.order_of(name).iter().find_map(of).cloned())
        };
        names.into_iter().map(value).collect()
    }

    /// What changes when this source has nothing to give any more.
    pub fn without(&self, account: &Account) -> Vec<Change> {
        let nothing = Attributes::new();
        let own = account.contributions.get(&self.own).map_or(&nothing, |given| &given.attributes);
        let after = |name: &String| {
            let of = |id: &IntegrationId| {
                account.contributions.get(id).filter(|_| *id != self.own)?.attributes.get(name)
            };
            self.order_of(name).iter().find_map(of)
        };
        let each = own.keys().filter(|name| account.attributes.get(*name) != after(name));
        each.map(|name| Change {
            attribute: name.clone(),
            before: account.attributes.get(name).cloned(),
            after: after(name).cloned(),
        })
        .collect()
    }

    fn order_of(&self, attribute: &str) -> &[IntegrationId] {
        self.config.attributes.get(attribute).unwrap_or(&self.config.order)
    }
}
