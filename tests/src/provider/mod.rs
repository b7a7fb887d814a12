//! The providers: how each is connected, and what a reader has to make of it.
//! Each is a file here and a line in the table.

mod bamboohr;
mod entra;
mod factorial;
mod google;
mod hibob;
mod hrworks;
mod okta;
mod onelogin;
mod personio;
mod scim;
mod sesame;
mod successfactors;
mod workday;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::company::Person;
use crate::host;
use crate::privacy::Needle;

/// The secret that the stub takes, in a form that every connector's settings
/// allow.
pub const SECRET: &str = "papi-stub-secret-1234";

/// A key pair made for these tests; it opens nothing.
const ASSERTION_KEY: &str = include_str!("../../fixtures/assertion.key.pem");
pub(crate) const ASSERTION_PUBLIC_KEY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/assertion.public.pem");

/// A person's fields by name; what is empty is left out.
pub type Fields = BTreeMap<&'static str, Value>;

/// What a sync may come to under a fault.
#[derive(Clone, Copy)]
pub enum Allowed {
    /// The right result.
    Success,
    /// One of these failures.
    Failure(&'static [&'static str]),
    /// Both are right.
    Either(&'static [&'static str]),
}

/// What a provider tells whoever asks for changes alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changes {
    /// Nothing: everything is read each time.
    None,
    /// Who changed and is still there.
    Changed,
    /// That, and who is gone.
    ChangedAndGone,
}

/// Settings that lead to somebody else's account, or to nobody's.
pub struct Elsewhere {
    pub setting: (&'static str, &'static str),
    /// Where the stub stands in for what the setting leads to.
    pub upstreams: &'static [(&'static str, &'static str)],
    /// What the failure says: the setting's key, or the provider's own words.
    pub says: &'static str,
}

/// How a provider is connected and read.
struct Facts {
    /// The connector's id.
    connector: &'static str,
    /// Its word in the stub's control interface.
    stub: &'static str,
    /// Settings with which the connector reads all that the stub knows.
    settings: fn() -> Vec<(&'static str, String)>,
    /// Name and value of the secret, and the value that is wrong.
    secret: fn() -> (&'static str, String),
    wrong_secret: fn() -> String,
    /// What of the secret may be found nowhere.
    parts_of_secret: fn() -> Vec<String>,
    /// How the stub's tokens begin.
    token: Option<&'static str>,
    /// Where the stub stands in for the provider: hosts, and paths of the stub.
    upstreams: &'static [(&'static str, &'static str)],
    /// Makes of what the stub tells what the connector has to read.
    expected: fn(&Person, &mut Fields),
    /// A group's id as the connector gives it, by its kind and the provider's
    /// id: where kinds of groups have ids of their own, the kind is part of it.
    group_id: fn(&str, &str) -> String,
    /// Whether the provider says how many people there are.
    states_total: bool,
    changes: Changes,
    /// A wrong tenant or subdomain, where there is such a setting.
    elsewhere: Option<Elsewhere>,
    /// Faults that end otherwise than with most providers.
    faults: &'static [(&'static str, Allowed)],
}

// `$dollar` is a dollar sign: a macro that writes a macro needs one.
macro_rules! providers {
    ($dollar:tt $($name:ident $test:ident $facts:path;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Provider {
            $($name),*
        }

        impl Provider {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$name => &$facts),*
                }
            }
        }

        /// One test for each provider, from functions that take a [`Provider`].
        #[macro_export]
        macro_rules! for_each_provider {
            ($dollar($dollar function:ident)*) => { $dollar(
                mod $dollar function {
                    $(
                        #[test]
                        fn $test() {
                            super::$dollar function($dollar crate::Provider::$name);
                        }
                    )*
                }
            )* };
        }
    };
}

providers! { $
    BambooHr bamboohr bamboohr::FACTS;
    Personio personio personio::FACTS;
    Entra entra_id entra::FACTS;
    Google google_workspace google::FACTS;
    HiBob hibob hibob::FACTS;
    Hrworks hrworks hrworks::FACTS;
    Okta okta okta::FACTS;
    OneLogin onelogin onelogin::FACTS;
    Scim scim scim::FACTS;
    Factorial factorial factorial::FACTS;
    Sesame sesame_hr sesame::FACTS;
    SuccessFactors sap_successfactors successfactors::CENTRAL;
    SuccessFactorsAccounts sap_successfactors_accounts successfactors::ACCOUNTS;
    Workday workday workday::FACTS;
}

impl Provider {
    /// The connector's id.
    pub fn connector(self) -> &'static str {
        self.facts().connector
    }

    /// The word of the stub's control interface.
    pub(crate) fn side(self) -> &'static str {
        self.facts().stub
    }

    /// Settings with which the connector reads all that the stub knows.
    pub fn settings(self) -> Vec<(&'static str, String)> {
        (self.facts().settings)()
    }

    pub fn secret(self) -> (&'static str, String) {
        (self.facts().secret)()
    }

    /// A secret of the right form that is not the right one.
    pub fn wrong_secret(self) -> String {
        (self.facts().wrong_secret)()
    }

    /// Where the stub stands in for the provider.
    pub fn upstreams(self, url: &str) -> Vec<String> {
        upstreams(self.facts().upstreams, url)
    }

    /// The person as the connector has to read them.
    pub fn expected(self, person: &Person) -> Fields {
        let text = |text: &Option<String>| json!(text);
        let mut fields = BTreeMap::from([
            ("id", json!(person.id)),
            ("status", json!(person.status)),
            ("user_name", text(&person.user_name)),
            ("email", text(&person.email)),
            ("given", text(&person.given)),
            ("family", json!(person.family)),
            ("display", json!(person.display)),
            ("department", text(&person.department)),
            ("team", text(&person.team)),
            ("location", text(&person.location)),
            ("company", text(&person.company)),
            ("cost_center", text(&person.cost_center)),
            ("manager_id", text(&person.manager_id)),
            ("title", text(&person.title)),
            ("employee_number", json!(person.employee_number)),
            ("start_date", text(&person.start_date)),
            ("end_date", text(&person.end_date)),
            ("employment_type", text(&person.kind)),
        ]);
        (self.facts().expected)(person, &mut fields);
        fields.retain(|_, value| !value.is_null());
        fields
    }

    /// A group's id, as the connector gives it.
    pub fn group_id(self, kind: &str, id: &str) -> String {
        (self.facts().group_id)(kind, id)
    }

    /// Whether the provider says how many people there are.
    pub fn states_total(self) -> bool {
        self.facts().states_total
    }

    pub fn changes(self) -> Changes {
        self.facts().changes
    }

    /// A wrong tenant or subdomain, where there is such a setting.
    pub fn elsewhere(self) -> Option<&'static Elsewhere> {
        self.facts().elsewhere.as_ref()
    }

    /// What comes of a fault, where that is otherwise than with most.
    pub fn under(self, fault: &str) -> Option<Allowed> {
        self.facts().faults.iter().find(|(named, _)| *named == fault).map(|(_, allowed)| *allowed)
    }

    /// Panics if it is not built.
    pub fn component(self) -> PathBuf {
        host::component(self.connector())
    }
}

fn upstreams(pairs: &[(&str, &str)], url: &str) -> Vec<String> {
    pairs.iter().flat_map(|(host, path)| ["--upstream".into(), format!("{host}={url}{path}")]).collect()
}

impl Elsewhere {
    pub fn upstreams(&self, url: &str) -> Vec<String> {
        upstreams(self.upstreams, url)
    }
}

/// What may be in no file and no output: the secret, and how the stub's tokens
/// begin.
pub fn credentials(provider: Provider) -> Vec<Needle> {
    let facts = provider.facts();
    let (key, _) = (facts.secret)();
    let needle = |text: String, what: &str| Needle { text, what: what.to_owned(), is_number: false };
    let token = facts.token.map(|token| needle(token.to_owned(), "a token"));
    (facts.parts_of_secret)().into_iter().map(|text| needle(text, key)).chain(token).collect()
}

/// For a provider whose secret is a word.
fn plain_secret() -> Vec<String> {
    vec![SECRET.to_owned()]
}

/// The lines of the key, each on its own: it may be written in two forms.
fn parts_of_key() -> Vec<String> {
    ASSERTION_KEY.lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect()
}

fn another_secret() -> String {
    "papi-another-secret-1234".to_owned()
}
