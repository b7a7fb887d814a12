//! Which files of the folder are read, and in which order.

use std::collections::BTreeMap;

use rollcall_sdk::FileInfo;
use rollcall_sdk::prelude::*;

use crate::invalid;
use crate::manifest::{Kind, Promise, promises};
use crate::pattern::{Mark, is_marked, matched};
use crate::setup::{Ready, Setup};

/// A file as it was when it was chosen. Another one of its name is another file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    pub name: String,
    pub size: u64,
    pub modified_ms: u64,
    /// What its manifest says, where it has one.
    #[serde(default)]
    pub promise: Option<Promise>,
}

/// The files of people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Everybody: one file, or its parts.
    pub base: Vec<Chosen>,
    /// What changed since, the oldest first.
    pub changes: Vec<Chosen>,
    /// The day of the base and that of the newest file, for the other files: empty
    /// where names have none.
    #[serde(default)]
    pub days: (String, String),
}

impl Choice {
    /// What to tell where no new file has come when one was due.
    pub fn overdue(&self, files: &Files, setup: &Setup<'_>) -> Option<String> {
        let file = self.changes.last().or(self.base.last()).filter(|_| setup.expect_every > 0)?;
        let now = u64::try_from(files.now().millis()).unwrap_or_default();
        let hours = now.saturating_sub(file.modified_ms) / 3_600_000;
        let due = setup.expect_every;
        (hours >= due)
            .then(|| format!("`{}` is {hours} hours old, and a new file is due every {due}.", file.name))
    }

    /// Says how new the newest file is: the greater, the newer.
    pub fn age(&self, pattern: &str) -> (Mark, u64) {
        let files = if self.changes.is_empty() { &self.base } else { &self.changes };
        let modified_ms = files.iter().map(|file| file.modified_ms).max().unwrap_or_default();
        let name = files.last().map_or("", |file| file.name.as_str());
        match is_marked(pattern) {
            true => (matched(pattern, name).unwrap_or_default().mark, 0),
            false => (Mark::default(), modified_ms),
        }
    }
}

/// A file, or the parts of one.
struct Set {
    mark: Mark,
    modified_ms: u64,
    of: u32,
    parts: Vec<(u32, Chosen)>,
}

pub fn people(files: &Files, setup: &Setup<'_>) -> Result<Choice> {
    let listed = files.list()?;
    let mut sets = sets(files, &listed, setup.people, setup)?;
    if sets.is_empty() {
        let why = format!("no file matches it; of the files that may be read there are {}", listed.len());
        return Err(files.setting("people_pattern").wrong(&why));
    }
    // A company whose name has the word says `full` as well.
    let is_change = |set: &Set| {
        setup.by_name
            && set
                .parts
                .iter()
                .map(|(_, file)| file.name.to_lowercase())
                .any(|name| name.contains("delta") && !name.contains("full"))
    };
    let Some(base) = sets.iter().rposition(|set| !is_change(set)) else {
        return Err(files
            .setting("people_pattern")
            .wrong("matches files of changes only; the first file has to have everybody"));
    };
    let mut sets = sets.split_off(base);
    gapless(&sets, setup)?;
    let changes = sets.split_off(1);
    agreed(files, sets.iter(), Kind::Full)?;
    agreed(files, changes.iter(), Kind::Delta)?;
    let day = |set: Option<&Set>| set.map(|set| set.day().to_owned()).unwrap_or_default();
    let days = (day(sets.last()), day(changes.last().or(sets.last())));
    let whole = |sets: Vec<Set>| Ok(sets.into_iter().map(Set::whole).collect::<Result<Vec<_>>>()?.concat());
    Ok(Choice { base: whole(sets)?, changes: whole(changes)?, days })
}

/// Whoever reads changes as everybody takes all others for gone: where a manifest
/// says another kind than the settings, nothing is read.
fn agreed<'s>(files: &Files, sets: impl Iterator<Item = &'s Set>, taken_as: Kind) -> Result<()> {
    let told = |file: &Chosen| file.promise.as_ref().and_then(|promise| promise.mode);
    for (_, file) in sets.flat_map(|set| &set.parts) {
        let (is, other) = match taken_as {
            Kind::Full => ("everybody", "changes"),
            Kind::Delta => ("changes", "everybody"),
        };
        if told(file).is_some_and(|told| told != taken_as) {
            let why = format!("takes `{}` for {is}, and its manifest says that it has {other}", file.name);
            return Err(files.setting("mode").wrong(&why));
        }
    }
    Ok(())
}

/// A file beside that of people: the newest that is not older than everybody and
/// not newer than what changed since, where names have a day.
pub fn beside(
    files: &Files,
    setup: &Setup<'_>,
    key: &'static str,
    pattern: &str,
    (first, last): &(String, String),
) -> Result<Vec<Chosen>> {
    let sets = sets(files, &files.list()?, pattern, setup)?;
    let same_day = |set: &Set| {
        !pattern.contains("{date") || first.is_empty() || (first.as_str()..=last).contains(&set.day())
    };
    match sets.into_iter().rfind(same_day) {
        Some(set) => set.whole(),
        None => Err(files.setting(key).wrong(
            "no file matches it that is of the same day as that of people; nothing is read without it",
        )),
    }
}

/// The newest last.
fn sets(files: &Files, listed: &[FileInfo], pattern: &str, setup: &Setup<'_>) -> Result<Vec<Set>> {
    let promises = match setup.ready {
        Ready::Manifest(pattern) => promises(files, pattern, listed)?,
        Ready::Stable | Ready::Marker(_) => BTreeMap::new(),
    };
    let is_ready = |file: &FileInfo| match setup.ready {
        Ready::Stable => true,
        Ready::Marker(ending) => is_marked_ready(file, listed, ending),
        Ready::Manifest(_) => promises.contains_key(&file.name),
    };
    let mut sets: Vec<Set> = Vec::new();
    let mut waiting = None;
    for file in listed {
        let Some(found) = matched(pattern, &file.name) else { continue };
        if !is_ready(file) {
            waiting = Some(file.name.as_str());
            continue;
        }
        let (part, of) = found.part.unwrap_or((1, 1));
        let chosen = Chosen {
            name: file.name.clone(),
            size: file.size,
            modified_ms: file.modified_ms,
            promise: promises.get(&file.name).cloned(),
        };
        let together = |set: &&mut Set| found.part.is_some() && set.of == of && set.mark == found.mark;
        match sets.iter_mut().find(together) {
            Some(set) => {
                set.parts.push((part, chosen));
                set.modified_ms = set.modified_ms.max(file.modified_ms);
            }
            None => sets.push(Set {
                mark: found.mark,
                modified_ms: file.modified_ms,
                of,
                parts: vec![(part, chosen)],
            }),
        }
    }
    if let (true, Some(name)) = (sets.is_empty(), waiting) {
        return Err(invalid(name, "waits for the file that says that it is complete"));
    }
    let first = |set: &Set| set.parts.first().map(|(_, file)| file.name.clone());
    sets.sort_by_cached_key(|set| match is_marked(pattern) {
        true => (set.mark.clone(), set.modified_ms, first(set)),
        false => (Mark::default(), set.modified_ms, first(set)),
    });
    Ok(sets)
}

/// Whether the sender says that it is complete: a marker of yesterday beside the
/// half file of today does not.
fn is_marked_ready(file: &FileInfo, listed: &[FileInfo], marker: &str) -> bool {
    let name = format!("{}{marker}", file.name);
    listed.iter().any(|other| other.name == name && other.modified_ms >= file.modified_ms)
}

/// What changed cannot be told when a file of changes is missing.
fn gapless(sets: &[Set], setup: &Setup<'_>) -> Result<()> {
    if !setup.people.contains("{seq}") {
        return Ok(());
    }
    for pair in sets.windows(2) {
        let [one, next] = pair else { continue };
        if next.mark.seq > one.mark.seq + 1 {
            let name = next.parts.first().map_or("", |(_, file)| file.name.as_str());
            return Err(invalid(name, format!("file {} before it is missing", one.mark.seq + 1)));
        }
    }
    Ok(())
}

impl Set {
    /// As its name has it, without the time.
    fn day(&self) -> &str {
        self.mark.date.get(..8).unwrap_or_default()
    }

    /// All parts, in their order.
    fn whole(mut self) -> Result<Vec<Chosen>> {
        self.parts.sort_by_key(|(part, _)| *part);
        let name = self.parts.first().map(|(_, file)| file.name.clone()).unwrap_or_default();
        for wanted in 1..=self.of {
            if self.parts.iter().filter(|(part, _)| *part == wanted).count() != 1 {
                return Err(invalid(&name, format!("part {wanted} of {} is missing", self.of)));
            }
        }
        Ok(self.parts.into_iter().map(|(_, file)| file).collect())
    }
}
