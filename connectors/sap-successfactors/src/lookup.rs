//! What the codes on a page of people stand for. It is asked for by page: whole
//! lists would not fit a cursor in a large company, and would be read again for
//! each page.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::country::two_letters;
use rollcall_sdk::prelude::*;

use crate::odata::{get, one_of, page};
use crate::person::Chosen;
use crate::units::{FoundUnit, KINDS, Kind, LOCATION, Place};

/// Codes in one filter: with their encoding they fit an address of 8 kB.
const AT_A_TIME: usize = 50;

#[derive(Default)]
pub struct Lookup {
    units: BTreeMap<(&'static str, String), Known>,
    /// Ids of people by those of their accounts.
    people: BTreeMap<String, String>,
}

struct Known {
    name: Option<String>,
    active: bool,
    address: Option<Address>,
}

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    pub struct Account<'a> { pub user_id: Text<'a>, person_id_external: Text<'a> }
}

impl Lookup {
    /// Names of units and addresses, and who the managers are, as far as wanted.
    pub fn for_workers(cx: &Context, people: &[Chosen]) -> Result<Self> {
        let wanted = |kind: &&Kind| cx.wants(kind.word) || has_address(cx, kind);
        let mut lookup = Self::default();
        lookup.read_units(cx, people, KINDS.iter().filter(wanted), true)?;
        if cx.wants("manager_id") {
            lookup.read_managers(cx, people)?;
        }
        Ok(lookup)
    }

    /// Which units of these kinds are groups.
    pub fn for_groups(cx: &Context, people: &[Chosen], kinds: &[&'static Kind]) -> Result<Self> {
        let mut lookup = Self::default();
        lookup.read_units(cx, people, kinds.iter().copied(), false)?;
        Ok(lookup)
    }

    fn read_units(
        &mut self,
        cx: &Context,
        people: &[Chosen],
        kinds: impl Iterator<Item = &'static Kind>,
        for_workers: bool,
    ) -> Result<()> {
        let call = |kind: &Kind, filter: &str, expand| -> Result<Call> {
            let call = get(cx, kind.entity, &format!("{} of a people page", kind.entity))?;
            Ok(call.query("$filter", filter).query_if("$expand", expand))
        };
        let (mut asked, mut calls) = (Vec::new(), Vec::new());
        for kind in kinds {
            let expand = (for_workers && has_address(cx, kind)).then_some("addressNavDEFLT");
            for codes in distinct(people.iter().filter_map(|person| person.code(kind))).chunks(AT_A_TIME) {
                let filter = one_of("externalCode", codes);
                calls.push(call(kind, &filter, expand)?);
                asked.push((kind, filter, expand));
            }
        }
        for ((kind, filter, expand), mut answer) in asked.into_iter().zip(cx.fetch_all(calls)) {
            // Not every company's locations have addresses.
            if expand.is_some() && answer == Err(Failure::Upstream(404)) {
                answer = call(kind, &filter, None)?.send();
            }
            let answer = match answer {
                // A company need not have units of each kind.
                Err(Failure::Upstream(404)) => continue,
                Err(Failure::PermissionMissing(what)) if for_workers => {
                    warn!("a {} has a code and no name: {what} is missing", kind.word);
                    continue;
                }
                answer => answer?,
            };
            for unit in page::<FoundUnit>(&answer)?.0 {
                let (name, active) = (unit.name().map(str::to_owned), unit.is_active());
                let known = Known { name, active, address: address(unit.place) };
                self.units.extend(unit.external_code.take().map(|code| ((kind.word, code), known)));
            }
        }
        Ok(())
    }

    /// Those who are on the page themselves need not be asked for.
    fn read_managers(&mut self, cx: &Context, people: &[Chosen]) -> Result<()> {
        let own = people.iter().filter_map(Chosen::account);
        self.people.extend(own.map(|(account, id)| (account.to_owned(), id.to_owned())));
        let managers = people.iter().filter_map(Chosen::manager);
        let unknown = distinct(managers.filter(|id| !self.people.contains_key(*id)));
        let mut calls = Vec::new();
        for ids in unknown.chunks(AT_A_TIME) {
            let call = get(cx, "EmpEmployment", "managers of a people page")?;
            let call = call.query("$filter", one_of("userId", ids));
            calls.push(call.query("$select", "userId,personIdExternal"));
        }
        for answer in cx.fetch_all(calls) {
            for account in page::<Account>(&answer?)?.0 {
                self.people.extend(account.user_id.take().zip(account.person_id_external.take()));
            }
        }
        Ok(())
    }

    /// The unit of this code, with its name where there is one.
    pub fn unit(&self, kind: &'static str, code: &Text) -> Option<Unit> {
        let code = code.get()?;
        let name = self.units.get(&(kind, code.clone())).and_then(|known| known.name.clone());
        Unit::of(Some(code), name)
    }

    /// The id of the group that a unit is; one that is closed is none.
    pub fn group_id(&self, kind: &Kind, code: &str) -> Option<String> {
        let known = self.units.get(&(kind.word, code.to_owned()))?;
        known.active.then(|| kind.kind.id_of(code))
    }

    pub fn address(&self, location: &Text) -> Option<Address> {
        self.units.get(&(LOCATION, location.get()?))?.address.clone()
    }

    /// Whose account this is.
    pub fn person(&self, account: &str) -> Option<String> {
        self.people.get(account).cloned()
    }
}

/// Each once, in their order: the same page is asked for with the same requests.
fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    // Not collected: that sorts first, with code of 6 kB that nothing else needs.
    let mut distinct = BTreeSet::new();
    for id in ids {
        distinct.insert(id);
    }
    distinct.into_iter().collect()
}

fn has_address(cx: &Context, kind: &Kind) -> bool {
    kind.word == LOCATION && cx.wants_any("work_address.")
}

fn address(place: Place) -> Option<Address> {
    let lines = [place.address1.as_str(), place.address2.as_str()];
    let street: Vec<_> = lines.into_iter().flatten().collect();
    Address {
        street: (!street.is_empty()).then(|| street.join(", ")),
        locality: place.city.take(),
        region: place.state.or(place.province).take(),
        postal_code: place.zip_code.take(),
        country: place.country.take().map(two_letters),
    }
    .if_any()
}
