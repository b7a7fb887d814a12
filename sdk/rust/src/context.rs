//! What a connector's call gets: the run, its settings, and the way out.

use crate::call::{Call, Readers};
use crate::date::{Date, Instant};
use crate::setting::Setting;
use crate::{
    Connector, Failure, FetchError, GroupKind, Method, Mode, Nesting, Request, Response, Result, Run, Target,
    cursor,
};

/// Whatever carries out requests: the host, or a test.
pub trait Transport {
    /// Sends one request.
    fn fetch(&self, request: Request) -> Result<Response, FetchError>;
    /// Sends several, answered in the order asked.
    fn fetch_all(&self, requests: Vec<Request>) -> Vec<Result<Response, FetchError>>;
}

/// One call of the host, as the connector sees it.
pub struct Context {
    run: Run,
    pub(crate) transport: Box<dyn Transport>,
    readers: Readers,
}

impl Context {
    /// For a run of connector `C`. `export!` and the test kit call this.
    pub fn new<C: Connector>(run: Run, transport: Box<dyn Transport>) -> Self {
        Self { run, transport, readers: Readers { failure: C::failure, reason: C::reason } }
    }

    /// The run as the host gave it.
    pub fn run(&self) -> &Run {
        &self.run
    }

    // ------------------------------------------------------- settings ----

    /// What the admin entered under `key`.
    pub fn setting<'a>(&'a self, key: &'a str) -> Setting<'a> {
        let entry = self.run.settings.iter().find(|(k, _)| k == key);
        Setting::new(key, entry.map(|(_, value)| value.as_str()))
    }

    // ----------------------------------------------------------- time ----

    /// The time of this call.
    pub fn now(&self) -> Instant {
        Instant::from_millis(i64::try_from(self.run.now_ms).unwrap_or(i64::MAX))
    }

    /// The calendar day of this call, in UTC.
    pub fn today(&self) -> Date {
        self.now().utc_date()
    }

    // --------------------------------------------------- what is wanted ----

    /// Whether the host will use this attribute: `department`,
    /// `work_address.street`, `custom.badge`.
    pub fn wants(&self, attribute: &str) -> bool {
        self.wants_all() || self.run.wanted_attributes.iter().any(|wanted| wanted == attribute)
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
        self.wants_all() || self.run.wanted_attributes.iter().any(is)
    }

    /// Whether the host will use any attribute that begins so: `custom.`,
    /// `work_address.`.
    pub fn wants_any(&self, prefix: &str) -> bool {
        self.wants_all() || self.run.wanted_attributes.iter().any(|wanted| wanted.starts_with(prefix))
    }

    /// The fields to ask for out of a table of the provider's fields with the
    /// attributes that are made of each: those of which the host will use one,
    /// and those without attributes, which are always needed.
    pub fn fields_of<'t>(&self, table: &[(&'t str, &[&str])]) -> impl Iterator<Item = &'t str> {
        let is_wanted = |made: &[&str]| made.is_empty() || made.iter().any(|attribute| self.wants(attribute));
        table.iter().filter(move |(_, made)| is_wanted(made)).map(|(field, _)| *field)
    }

    /// The customer's own fields to ask for: those of a setting that the host
    /// will use, and those that it names itself, each once.
    pub fn custom_fields<'a>(&'a self, setting: Setting<'a>) -> Vec<&'a str> {
        let mapped = self.run.wanted_attributes.iter().filter_map(|name| name.strip_prefix("custom."));
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
        self.run.wanted_attributes.is_empty()
    }

    /// Whether the host will use the memberships of this group.
    pub fn wants_group(&self, id: &str) -> bool {
        self.run.wanted_groups.is_empty() || self.run.wanted_groups.iter().any(|wanted| wanted == id)
    }

    /// Whether the host will use the memberships of any group of this kind, where
    /// ids are made by [`GroupKind::id_of`].
    pub fn wants_groups_of(&self, kind: GroupKind) -> bool {
        let of_kind = kind.id_of("");
        self.run.wanted_groups.is_empty() || self.run.wanted_groups.iter().any(|id| id.starts_with(&of_kind))
    }

    /// The groups whose memberships the host will use. Empty: all.
    pub fn wanted_groups(&self) -> &[String] {
        &self.run.wanted_groups
    }

    /// Whether members of groups within groups are to be listed as workers
    /// where the provider can do that.
    pub fn flattened(&self) -> bool {
        self.run.nesting == Nesting::Flattened
    }

    /// How many records to ask for at a time, where the provider takes at most
    /// `maximum`.
    pub fn page_size(&self, maximum: u32) -> u32 {
        self.run.page_size.clamp(1, maximum.max(1))
    }

    /// The checkpoint to begin at; `None` in a full read. One that cannot be
    /// read makes the host read everything.
    pub fn changes_since<T: cursor::Shape>(&self) -> Result<Option<T>> {
        match &self.run.mode {
            Mode::Full => Ok(None),
            Mode::Changes(bytes) => cursor::decode(bytes).map(Some).ok_or(Failure::CheckpointExpired),
        }
    }

    // ----------------------------------------------------------- HTTP ----

    /// `GET` of a path below the URL of the host alias. An id inside is written
    /// with [`segment`](crate::segment).
    pub fn get(&self, alias: &str, path: impl Into<String>) -> Call<'_> {
        self.call(Method::Get, alias, Target::Path(path.into()))
    }

    /// `POST`, with [`Call::json_body`] or [`Call::body`].
    pub fn post(&self, alias: &str, path: impl Into<String>) -> Call<'_> {
        self.call(Method::Post, alias, Target::Path(path.into()))
    }

    /// `HEAD`.
    pub fn head(&self, alias: &str, path: impl Into<String>) -> Call<'_> {
        self.call(Method::Head, alias, Target::Path(path.into()))
    }

    /// `GET` of a link that the provider gave, whole or relative to the alias'
    /// URL. The host refuses one that leads to another host.
    pub fn follow(&self, alias: &str, link: &str) -> Call<'_> {
        if !link.starts_with('/') || link.starts_with("//") {
            return self.call(Method::Get, alias, Target::NextLink(link.to_owned()));
        }
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let mut call = self.get(alias, crate::percent::decode_path(path));
        for (key, value) in crate::percent::decode_query(query) {
            call = call.query(&key, value);
        }
        call
    }

    fn call(&self, method: Method, alias: &str, target: Target) -> Call<'_> {
        Call::new(self, self.readers, method, alias, target)
    }

    /// Reads all pages of a list within one call, for one that is small by its
    /// nature: until `page` gives no further state. One that goes in circles, or
    /// has more than 200 pages, is a failure.
    pub fn every_page<S: cursor::Shape + Default>(
        &self,
        mut page: impl FnMut(S) -> Result<Option<S>>,
    ) -> Result<()> {
        const LIMIT: usize = 200;
        let mut seen = Vec::new();
        let mut state = S::default();
        for _ in 0..LIMIT {
            match page(state)? {
                None => return Ok(()),
                Some(next) => state = next,
            }
            let note = cursor::encode(&state);
            if seen.contains(&note) {
                return Err(Failure::InvalidResponse("the paging of a list goes in circles".into()));
            }
            seen.push(note);
        }
        Err(Failure::InvalidResponse(format!("a list has more than {LIMIT} pages")))
    }
}
