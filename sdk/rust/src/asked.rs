//! What the host asks of a connector in one call: the run, its settings, its
//! time, and what is wanted.

use crate::date::{Date, Instant};
use crate::setting::Setting;
use crate::{Failure, GroupKind, Mode, Nesting, Result, Run, cursor};

/// One call of the host, whatever the connector reads from.
pub struct Asked(Run);

impl Asked {
    pub(crate) fn new(run: Run) -> Self {
        Self(run)
    }

    /// The run as the host gave it.
    pub fn run(&self) -> &Run {
        &self.0
    }

    // ------------------------------------------------------- settings ----

    /// What the admin entered under `key`.
    pub fn setting<'a>(&'a self, key: &'a str) -> Setting<'a> {
        let entry = self.0.settings.iter().find(|(k, _)| k == key);
        Setting::new(key, entry.map(|(_, value)| value.as_str()))
    }

    // ----------------------------------------------------------- time ----

    /// The time of this call.
    pub fn now(&self) -> Instant {
        Instant::from_millis(i64::try_from(self.0.now_ms).unwrap_or(i64::MAX))
    }

    /// The calendar day of this call, in UTC.
    pub fn today(&self) -> Date {
        self.now().utc_date()
    }

    // --------------------------------------------------- what is wanted ----

    /// Whether the host will use this attribute: `department`,
    /// `work_address.street`, `custom.badge`.
    pub fn wants(&self, attribute: &str) -> bool {
        self.wants_all() || self.0.wanted_attributes.iter().any(|wanted| wanted == attribute)
    }

    /// Whether the host will use a unit's name or id: `department` stands for
    /// `department` and `department_id`, `teams` for `teams` and `team_ids`.
    pub fn wants_unit(&self, unit: &str) -> bool {
        self.wants(unit)
            || self.wants(&format!("{unit}_id"))
            || self.wants(&format!("{}_ids", unit.trim_end_matches('s')))
    }

    /// Whether the host will use the custom attribute of this name.
    pub fn wants_custom(&self, name: &str) -> bool {
        let is = |wanted: &String| wanted.strip_prefix("custom.") == Some(name);
        self.wants_all() || self.0.wanted_attributes.iter().any(is)
    }

    /// Whether the host will use any attribute that begins so: `custom.`,
    /// `work_address.`.
    pub fn wants_any(&self, prefix: &str) -> bool {
        self.wants_all() || self.0.wanted_attributes.iter().any(|wanted| wanted.starts_with(prefix))
    }

    /// The fields to ask for out of a table of the provider's fields with the
    /// attributes that are made of each: those of which the host will use one,
    /// and those without attributes, which are always needed. An attribute that
    /// ends in `*` stands for all that begin so: `work_address.*`.
    pub fn fields_of<'t>(&self, table: &[(&'t str, &[&str])]) -> impl Iterator<Item = &'t str> {
        let wants = |attribute: &&str| match attribute.strip_suffix('*') {
            Some(prefix) => self.wants_any(prefix),
            None => self.wants(attribute),
        };
        let is_wanted = move |made: &[&str]| made.is_empty() || made.iter().any(wants);
        table.iter().filter(move |(_, made)| is_wanted(made)).map(|(field, _)| *field)
    }

    /// The customer's own fields to ask for: those of a setting that the host
    /// will use, and those that it names itself, each once.
    pub fn custom_fields<'a>(&'a self, setting: Setting<'a>) -> Vec<&'a str> {
        let mapped = self.0.wanted_attributes.iter().filter_map(|name| name.strip_prefix("custom."));
        let mut fields = Vec::new();
        for field in setting.list().filter(|field| self.wants_custom(field)).chain(mapped) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        fields
    }

    /// Whether the host named no attributes, and so takes all of them.
    pub fn wants_all(&self) -> bool {
        self.0.wanted_attributes.is_empty()
    }

    /// Whether the host will use the memberships of this group.
    pub fn wants_group(&self, id: &str) -> bool {
        self.0.wanted_groups.is_empty() || self.0.wanted_groups.iter().any(|wanted| wanted == id)
    }

    /// Whether the host will use the memberships of any group of this kind, where
    /// ids are made by [`GroupKind::id_of`].
    pub fn wants_groups_of(&self, kind: GroupKind) -> bool {
        let of_kind = kind.id_of("");
        self.0.wanted_groups.is_empty() || self.0.wanted_groups.iter().any(|id| id.starts_with(&of_kind))
    }

    /// The groups whose memberships the host will use. Empty: all.
    pub fn wanted_groups(&self) -> &[String] {
        &self.0.wanted_groups
    }

    /// Whether members of groups within groups are to be listed as workers
    /// where the provider can do that.
    pub fn flattened(&self) -> bool {
        self.0.nesting == Nesting::Flattened
    }

    /// How many records to ask for at a time, where the provider takes at most
    /// `maximum`.
    pub fn page_size(&self, maximum: u32) -> u32 {
        self.0.page_size.clamp(1, maximum.max(1))
    }

    /// The checkpoint to begin at; `None` in a full read. One that cannot be
    /// read makes the host read everything.
    pub fn changes_since<T: cursor::Shape>(&self) -> Result<Option<T>> {
        match &self.0.mode {
            Mode::Full => Ok(None),
            Mode::Changes(bytes) => cursor::decode(bytes).map(Some).ok_or(Failure::CheckpointExpired),
        }
    }
}
