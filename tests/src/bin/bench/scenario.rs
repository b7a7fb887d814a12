//! The integration that is measured: 25 lines of mapping, three clauses of a
//! filter that keep everybody, matching by e-mail, and a threshold that never
//! holds a run.

use std::fmt::Write;

use crate::shapes::Shape;

/// Target and source; the first is the key for finding accounts.
type Lines = [(&'static str, &'static str); 25];

const GRAPH: &Lines = &[
    ("email", "work_email"),
    ("given_name", "given_name"),
    ("family_name", "family_name"),
    ("display_name", "display_name"),
    ("user_name", "user_name"),
    ("preferred_language", "preferred_language"),
    ("country", "work_address.country"),
    ("employee_number", "employee_number"),
    ("title", "title"),
    ("employment_type", "employment_type"),
    ("worker_type", "worker_type"),
    ("start_date", "start_date"),
    ("manager", "manager_id"),
    ("company", "company"),
    ("division", "division"),
    ("department", "department"),
    ("cost_center", "cost_center"),
    ("location", "location"),
    ("work_phone", "work_phone"),
    ("mobile_phone", "mobile_phone"),
    ("street", "work_address.street"),
    ("locality", "work_address.locality"),
    ("region", "work_address.region"),
    ("postal_code", "work_address.postal_code"),
    ("created_at", "created_at"),
];

const PERSONIO: &Lines = &[
    ("email", "work_email"),
    ("given_name", "given_name"),
    ("family_name", "family_name"),
    ("display_name", "display_name"),
    ("preferred_name", "preferred_name"),
    ("employee_number", "employee_number"),
    ("title", "title"),
    ("honorific_prefix", "honorific_prefix"),
    ("employment_type", "employment_type"),
    ("start_date", "start_date"),
    ("end_date", "end_date"),
    ("manager", "manager_id"),
    ("company", "company"),
    ("company_id", "company_id"),
    ("department", "department"),
    ("department_id", "department_id"),
    ("cost_center", "cost_center"),
    ("cost_center_id", "cost_center_id"),
    ("location", "location"),
    ("location_id", "location_id"),
    ("teams", "teams"),
    ("team_ids", "team_ids"),
    ("fte", "fte"),
    ("created_at", "created_at"),
    ("languages", "custom.Languages"),
];

impl Shape {
    /// As the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Personio => "personio",
        }
    }

    pub fn connector(self) -> &'static str {
        match self {
            Self::Graph => "entra-id",
            Self::Personio => "personio",
        }
    }

    /// With `attributes = "*"` Personio sends all 29 properties, as it sends
    /// them to the reference.
    pub fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Graph => &[
                ("tenant_id", "8a2d0e52-4c1b-4a6e-9f55-0f6d7c1e2b3a"),
                ("client_id", "3f1c7c1e-7e0f-4f3a-8f6a-1b2c3d4e5f60"),
            ],
            Self::Personio => &[
                ("client_id", "papi-12345678"),
                ("attributes", "*"),
                ("fields", "employee_number=Personalnummer, honorific_prefix=Titel"),
            ],
        }
    }

    /// `HOST=URL` for a stub at this address.
    pub fn upstreams(self, url: &str) -> Vec<String> {
        let pairs: &[_] = match self {
            Self::Graph => &[("graph.microsoft.com", "/graph"), ("login.microsoftonline.com", "/login")],
            Self::Personio => &[("api.personio.de", "/personio")],
        };
        pairs.iter().map(|(host, path)| format!("{host}={url}{path}")).collect()
    }

    /// What the mapping asks the connector for.
    pub fn wanted(self) -> impl Iterator<Item = &'static str> {
        self.lines().iter().map(|(_, source)| *source)
    }

    fn lines(self) -> &'static Lines {
        match self {
            Self::Graph => GRAPH,
            Self::Personio => PERSONIO,
        }
    }

    /// The integration as a file.
    pub fn integration(self) -> String {
        let mut file = format!(
            r#"tenant = "acme"
integration = "people"
connector = "{}"
classes = ["work", "sensitive"]
[secrets]
client_secret = {{ file = "secret" }}
[filter]
include = {{ any = [
    {{ attribute = "id", is_empty = false }},
    {{ attribute = "work_email", contains = "@" }},
] }}
exclude = {{ attribute = "department", equals = "Nowhere" }}
[grouping]
source = "attribute:department"

[policies]
hold_removals_over = {{ people = 1000000, percent = 100 }}
[settings]
"#,
            self.connector()
        );
        for (key, value) in self.settings() {
            // Writing into a string cannot fail.
            let _ = writeln!(file, "{key} = \"{value}\"");
        }
        for (target, source) in self.lines() {
            let rank = if *target == "email" { "match = 1\n" } else { "" };
            let _ = write!(file, "[[mapping]]\ntarget = \"{target}\"\nsource = \"{source}\"\n{rank}");
        }
        file
    }
}
