//! Whom the users of a page report to. `managerId` is free text: an id, an
//! employee number, a login or an e-mail address, as the customer has it. Where
//! it is empty, a linked object may say it.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::schema::SCHEMAS;
use crate::user::User;
use crate::{LARGEST_PAGE, USERS, get};

pub const BY_NAME: &str = "managers by their names";

/// Names in one search, each asked for in three attributes.
const NAMES_AT_ONCE: usize = 10;

/// In which attribute a name is looked for, the best first.
const ATTRIBUTES: [&str; 3] = ["employeeNumber", "login", "email"];

#[derive(Default)]
pub struct Managers {
    by_name: BTreeMap<String, String>,
    by_report: BTreeMap<String, String>,
}

impl Managers {
    /// `relation`: of linked objects, where the customer uses one.
    pub fn of(cx: &Context, users: &[User], relation: Option<&str>) -> Result<Self> {
        let mut managers = Self::default();
        if !cx.wants("manager_id") {
            return Ok(managers);
        }
        let names: BTreeSet<&str> = users.iter().filter_map(|user| user.profile.text("managerId")).collect();
        let names: Vec<&str> = names.into_iter().filter(|name| !is_id(name) && !is_dn(name)).collect();
        managers.look_up(cx, &names)?;
        if let Some(relation) = relation {
            let without = users.iter().filter(|user| user.profile.text("managerId").is_none());
            managers.follow(cx, without, relation)?;
        }
        Ok(managers)
    }

    /// The id of the manager of this user, whose profile has this name of them.
    pub fn of_user(&self, user: &str, name: Option<&str>) -> Option<String> {
        match name {
            Some(name) if is_id(name) => Some(name.to_owned()),
            Some(name) => self.by_name.get(name).cloned(),
            None => self.by_report.get(user).cloned(),
        }
    }

    fn look_up(&mut self, cx: &Context, names: &[&str]) -> Result<()> {
        let search = |names: &&[&str]| {
            let terms = names.iter().flat_map(|name| {
                let name = name.replace('\\', "\\\\").replace('"', "\\\"");
                ATTRIBUTES.map(|attribute| format!("profile.{attribute} eq \"{name}\""))
            });
            let call = get(cx, USERS, BY_NAME)?.query("limit", LARGEST_PAGE);
            Ok(call.query("search", terms.collect::<Vec<_>>().join(" or ")))
        };
        let parts: Vec<&[&str]> = names.chunks(NAMES_AT_ONCE).collect();
        let calls = parts.iter().map(search).collect::<Result<_>>()?;
        for (names, answer) in parts.iter().zip(cx.fetch_all(calls)) {
            let answer = answer?;
            let found: Vec<User> = answer.json()?;
            for name in *names {
                let fits = found.iter().filter_map(|user| Some((user.rank(name)?, user.id.as_str()?)));
                if let Some((_, id)) = fits.min() {
                    self.by_name.insert((*name).to_owned(), id.to_owned());
                }
            }
        }
        let unknown = names.len().saturating_sub(self.by_name.len());
        if unknown > 0 {
            info!("{unknown} values of `managerId` on this page name nobody");
        }
        Ok(())
    }

    fn follow<'u>(
        &mut self,
        cx: &Context,
        users: impl Iterator<Item = &'u User<'u>>,
        relation: &str,
    ) -> Result<()> {
        rollcall_sdk::shapes! {
            struct Linked<'a> { #[serde(rename = "_links")] links: Links<'a> }
            struct Links<'a> { #[serde(rename = "self")] own: Link<'a> }
            struct Link<'a> { href: Text<'a> }
        }
        let ids: Vec<&str> = users.filter_map(|user| user.id.as_str()).collect();
        let call = |id: &&str| {
            let path = format!("{USERS}/{}/linkedObjects/{}", segment(id), segment(relation));
            get(cx, &path, "manager of a user")
        };
        let calls = ids.iter().map(call).collect::<Result<_>>()?;
        for (id, answer) in ids.iter().zip(cx.fetch_all(calls)) {
            // Somebody who was deleted in between.
            let answer = if answer == Err(Failure::Upstream(404)) { continue } else { answer? };
            let linked: Vec<Linked> = answer.json()?;
            let link = linked.into_iter().find_map(|one| one.links.own.href.take());
            let manager = link.and_then(|link| Some(link.rsplit('/').next()?.to_owned()));
            self.by_report.extend(manager.map(|manager| ((*id).to_owned(), manager)));
        }
        Ok(())
    }
}

/// Why the relation of the setting may lead nobody to a manager.
pub fn doubt(cx: &Context) -> Result<Option<String>> {
    rollcall_sdk::shapes! {
        struct LinkedObject<'a> { primary: Relation<'a> }
        struct Relation<'a> { name: Text<'a> }
    }
    let Some(relation) = cx.setting("manager_relation").optional() else { return Ok(None) };
    let test = get(cx, &format!("{SCHEMAS}linkedObjects"), "linked objects test")?;
    let Some(answer) = test.send_unless(&[403, 404])? else {
        return Ok(Some("Linked objects are not readable: okta.linkedObjects.read is missing.".into()));
    };
    let known: Vec<LinkedObject> = answer.json()?;
    let is_known = known.iter().any(|one| one.primary.name.as_str() == Some(relation));
    Ok((!is_known).then(|| {
        format!("No linked object has the primary relation `{relation}`: it leads nobody to a manager.")
    }))
}

impl User<'_> {
    /// How well the user fits a name, if at all: whoever is still here first.
    fn rank(&self, name: &str) -> Option<(bool, usize)> {
        let is =
            |attribute: &&str| self.profile.text(attribute).is_some_and(|own| own.eq_ignore_ascii_case(name));
        Some((self.status.as_str() == Some("DEPROVISIONED"), ATTRIBUTES.iter().position(is)?))
    }
}

fn is_id(name: &str) -> bool {
    name.len() == 20 && name.starts_with("00u") && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A name in Active Directory, which Okta does not search.
fn is_dn(name: &str) -> bool {
    name.contains('=')
}
