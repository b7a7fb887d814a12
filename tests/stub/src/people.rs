//! The synthetic company: the same people, names and addresses behind every
//! provider. Everything follows from the seed and the number of people.

use std::collections::HashMap;

use crate::clock;
use crate::names::{Name, POOLS};

pub struct Location {
    pub name: &'static str,
    pub street: &'static str,
    pub postal_code: &'static str,
    pub region: &'static str,
    pub country: &'static str,
    pub country_code: &'static str,
    pub building: &'static str,
    pub timezone: &'static str,
    pub language: &'static str,
    pub phone: &'static str,
    company: usize,
}

pub const LOCATIONS: &[Location] = &[
    Location {
        name: "Berlin",
        street: "Musterstraße 1",
        postal_code: "10115",
        region: "BE",
        country: "Germany",
        country_code: "DE",
        building: "ber-1",
        timezone: "Europe/Berlin",
        language: "de-DE",
        phone: "+49 30 555",
        company: 0,
    },
    Location {
        name: "Gent",
        street: "Voorbeeldstraat 1",
        postal_code: "9000",
        region: "Oost-Vlaanderen",
        country: "Belgium",
        country_code: "BE",
        building: "gnt-1",
        timezone: "Europe/Brussels",
        language: "nl-BE",
        phone: "+32 9 555",
        company: 1,
    },
    Location {
        name: "Paris",
        street: "12 rue de l'Exemple",
        postal_code: "75011",
        region: "Île-de-France",
        country: "France",
        country_code: "FR",
        building: "par-1",
        timezone: "Europe/Paris",
        language: "fr-FR",
        phone: "+33 1 555",
        company: 2,
    },
    Location {
        name: "Seoul",
        street: "예시로 1",
        postal_code: "04524",
        region: "서울특별시",
        country: "South Korea",
        country_code: "KR",
        building: "sel-1",
        timezone: "Asia/Seoul",
        language: "ko-KR",
        phone: "+82 2 555",
        company: 3,
    },
    Location {
        name: "Mumbai",
        street: "1 Example Marg",
        postal_code: "400001",
        region: "Maharashtra",
        country: "India",
        country_code: "IN",
        building: "bom-1",
        timezone: "Asia/Kolkata",
        language: "hi-IN",
        phone: "+91 22 555",
        company: 3,
    },
    Location {
        name: "Tel Aviv",
        street: "1 Example St",
        postal_code: "6100000",
        region: "Tel Aviv District",
        country: "Israel",
        country_code: "IL",
        building: "tlv-1",
        timezone: "Asia/Jerusalem",
        language: "he-IL",
        phone: "+972 3 555",
        company: 0,
    },
];

pub const COMPANIES: &[&str] = &["Example GmbH", "Example NV", "Example SAS", "Example Ltd"];

/// Departments and their share of the people in percent. The groups of the
/// first two hold a quarter of the company.
pub const DEPARTMENTS: &[(&str, u64)] = &[
    ("Sales", 13),
    ("Engineering", 12),
    ("Operations", 12),
    ("Support", 10),
    ("Product", 8),
    ("Marketing", 8),
    ("Finance", 8),
    ("Logistics", 7),
    ("People & Culture", 6),
    ("Quality", 6),
    ("Legal", 5),
    ("Research", 5),
];

/// Teams, each within a department.
pub const TEAMS: &[(&str, usize)] = &[
    ("Operations North", 2),
    ("Operations South", 2),
    ("Support First Line", 3),
    ("Support Second Line", 3),
    ("Product Core", 4),
    ("Product Growth", 4),
];

const TITLES: &[&str] = &[
    "Account Manager",
    "Analyst",
    "Specialist",
    "Engineer",
    "Senior Engineer",
    "Coordinator",
    "Consultant",
    "Officer",
    "Technician",
    "Planner",
    "Chargé·e de projet",
    "Sachbearbeiter:in",
];

/// The cost centre of a department.
pub fn cost_center(department: usize) -> String {
    (1100 + 100 * department).to_string()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Employee,
    Contractor,
    Guest,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Active,
    Pending,
    OnLeave,
    Inactive,
    Terminated,
}

impl Standing {
    /// The word of the connector interface.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::OnLeave => "on-leave",
            Self::Inactive => "inactive",
            Self::Terminated => "terminated",
        }
    }
}

/// How somebody comes into the company.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// With people to lead.
    Lead,
    /// Without; only they have an unusual standing.
    Leaf,
    /// Hired while the stub runs: an employee who works there at once.
    Newcomer,
}

pub struct Person {
    pub index: u32,
    pub graph_id: String,
    pub google_id: String,
    pub personio_id: u64,
    pub scim_id: String,
    pub given: Option<Name>,
    pub family: Name,
    family_first: bool,
    /// The address that the person signs in with; everybody has one.
    pub user_name: String,
    /// Whether that address is also known as the work e-mail.
    pub has_email: bool,
    /// Addresses from before a change of name, latest last.
    pub old_addresses: Vec<String>,
    pub department: Option<usize>,
    pub team: Option<usize>,
    pub location: usize,
    pub manager: Option<u32>,
    /// The manager before the last change of manager.
    pub former_manager: Option<u32>,
    pub kind: Kind,
    pub standing: Standing,
    pub title: Option<String>,
    pub start: String,
    pub end: Option<String>,
    pub number: String,
    pub badge: Option<String>,
    pub created: i64,
    pub changed: i64,
    /// Number of the batch that last changed the person.
    pub changed_by: u32,
    /// Number of the batch with which the person left the directories.
    pub gone: Option<u32>,
    /// Gone without a trace, from the personnel system too.
    pub deleted: bool,
    /// Random bits that decide about oddities of the person's record.
    pub quirk: u64,
}

impl Person {
    pub fn given(&self) -> Option<&'static str> {
        self.given.map(|name| name.0)
    }

    pub fn family(&self) -> &'static str {
        self.family.0
    }

    pub fn display(&self) -> String {
        match (self.given(), self.family_first) {
            (Some(given), true) => format!("{}{given}", self.family()),
            (Some(given), false) => format!("{given} {}", self.family()),
            (None, _) => self.family().to_owned(),
        }
    }

    pub fn email(&self) -> Option<&str> {
        self.has_email.then_some(self.user_name.as_str())
    }

    pub fn department_name(&self) -> Option<&'static str> {
        self.department.map(|department| DEPARTMENTS[department].0)
    }

    pub fn team_name(&self) -> Option<&'static str> {
        self.team.map(|team| TEAMS[team].0)
    }

    pub fn place(&self) -> &'static Location {
        &LOCATIONS[self.location]
    }

    pub fn company(&self) -> usize {
        self.place().company
    }

    pub fn company_name(&self) -> &'static str {
        COMPANIES[self.company()]
    }

    pub fn cost_center(&self) -> Option<String> {
        self.department.map(cost_center)
    }

    pub fn guest(&self) -> bool {
        self.kind == Kind::Guest
    }

    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            Kind::Employee => "Employee",
            Kind::Contractor => "Contractor",
            Kind::Guest => "Guest",
        }
    }

    pub fn work_phone(&self) -> String {
        format!("{}{:05}", self.place().phone, self.index % 100_000)
    }

    pub fn mobile_phone(&self) -> Option<String> {
        self.quirk.is_multiple_of(4).then(|| format!("+4917{:08}", self.quirk % 100_000_000))
    }

    /// The groups that the person is a direct member of.
    pub fn groups(&self) -> impl Iterator<Item = usize> {
        let department = match (self.department, self.team) {
            (_, Some(team)) => Some(group_of_team(team)),
            (Some(department), None) => Some(group_of_department(department)),
            // Whoever has no department would otherwise miss "All staff".
            (None, None) => Some(ALL_STAFF),
        };
        let contractors = (self.kind != Kind::Employee).then_some(CONTRACTORS);
        let vpn = (self.quirk / 7 % 10 < 3).then_some(VPN_USERS);
        department.into_iter().chain([group_of_location(self.location)]).chain(contractors).chain(vpn)
    }
}

const ALL_STAFF: usize = 0;

const fn group_of_department(department: usize) -> usize {
    1 + department
}

const fn group_of_team(team: usize) -> usize {
    1 + DEPARTMENTS.len() + team
}

const fn group_of_location(location: usize) -> usize {
    1 + DEPARTMENTS.len() + TEAMS.len() + location
}

const CONTRACTORS: usize = 1 + DEPARTMENTS.len() + TEAMS.len() + LOCATIONS.len();
const VPN_USERS: usize = CONTRACTORS + 1;

pub struct Group {
    pub graph_id: String,
    pub google_id: String,
    pub scim_id: String,
    pub name: String,
    /// Name for addresses, ASCII.
    pub alias: String,
    /// Groups that are members of this one.
    pub groups: Vec<usize>,
    /// People who are direct members, by index.
    pub people: Vec<u32>,
}

/// That somebody came into a group or left it.
pub struct Moved {
    pub batch: u32,
    pub group: usize,
    pub person: u32,
    pub joined: bool,
}

pub struct Company {
    pub seed: u64,
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
    /// Number of batches of changes so far.
    pub batch: u32,
    pub now: i64,
    pub moved: Vec<Moved>,
    /// People in the directories.
    pub present: Vec<u32>,
    /// People in the directories who are no guests.
    pub members: Vec<u32>,
    /// People in the personnel system.
    pub employed: Vec<u32>,
    by_graph_id: HashMap<String, u32>,
    by_google_id: HashMap<String, u32>,
    by_scim_id: HashMap<String, u32>,
    addresses: HashMap<String, u32>,
    /// How many reports a manager has.
    span: u32,
}

impl Company {
    pub fn new(count: u32, seed: u64, now: i64) -> Self {
        // A tree of six levels below the top, whatever the number of people.
        let span = (2..).find(|span: &u32| span.pow(6) >= count).unwrap_or(2);
        let mut company = Self {
            seed,
            people: Vec::with_capacity(count as usize),
            groups: make_groups(seed),
            batch: 0,
            now,
            moved: Vec::new(),
            present: Vec::new(),
            members: Vec::new(),
            employed: Vec::new(),
            by_graph_id: HashMap::new(),
            by_google_id: HashMap::new(),
            by_scim_id: HashMap::new(),
            addresses: HashMap::new(),
            span,
        };
        for index in 0..count {
            // Only people without reports have an unusual standing, so that
            // every manager is somebody who works there.
            let leaf = u64::from(index) * u64::from(span) + 1 >= u64::from(count);
            let manager = index.checked_sub(1).map(|below| below / span);
            company.add(manager, if leaf { Rank::Leaf } else { Rank::Lead });
        }
        company.refresh();
        // What was so from the beginning is no change.
        company.moved.clear();
        company
    }

    /// Appends somebody and gives the index.
    pub fn add(&mut self, manager: Option<u32>, rank: Rank) -> u32 {
        let leaf = rank != Rank::Lead;
        let index = self.people.len() as u32;
        let at = u64::from(index);
        let dice = |tag: &str| mix(self.seed, tag, at);

        let pool = match dice("pool") % 100 {
            0..50 => &POOLS[0],
            draw => &POOLS[1 + draw as usize % (POOLS.len() - 1)],
        };
        let given = pick(pool.given, dice("given"));
        let family = pick(pool.family, dice("family"));
        let without_given = leaf && dice("no-given") % 100 == 0;
        let given = (!without_given).then_some(given);

        let (kind, standing) = match if rank == Rank::Leaf { dice("standing") % 100 } else { 99 } {
            0..3 => (Kind::Employee, Standing::Terminated),
            3 => (Kind::Employee, Standing::Inactive),
            4..6 => (Kind::Employee, Standing::Pending),
            6 => (Kind::Employee, Standing::OnLeave),
            7 => (Kind::Guest, Standing::Active),
            8..10 => (Kind::Contractor, Standing::Active),
            _ => (Kind::Employee, Standing::Active),
        };
        let department = (dice("no-department") % 100 >= 3).then(|| {
            let mut draw = dice("department") % 100;
            DEPARTMENTS
                .iter()
                .position(|(_, share)| {
                    let here = draw < *share;
                    draw = draw.saturating_sub(*share);
                    here
                })
                .unwrap_or(0)
        });
        let team = department.and_then(|department| team_of(department, dice("team")));
        let title = match index {
            0 => Some("Chief Executive Officer".to_owned()),
            _ if !leaf => Some(format!("Head of {}", department.map_or("Office", |d| DEPARTMENTS[d].0))),
            _ if dice("no-title").is_multiple_of(50) => None,
            _ => Some(pick(TITLES, dice("title")).to_owned()),
        };

        // Whoever starts starts far ahead, whoever left did so before the
        // stub's clock: the standing holds for a reader with any clock.
        const DAY: i64 = 86_400;
        let start = match standing {
            _ if rank == Rank::Newcomer => self.now,
            Standing::Pending => clock::START + (1830 + (dice("start") % 360) as i64) * DAY,
            _ => clock::START - (500 + (dice("start") % 5000) as i64) * DAY,
        };
        let end = match standing {
            Standing::Terminated => Some(clock::START - (1 + (dice("end") % 400) as i64) * DAY),
            _ => None,
        };
        let created = start.min(clock::START) - (1 + (dice("created") % 30) as i64) * DAY + 4500;
        let changed = clock::START - 3600 - (dice("changed") % (200 * 86_400)) as i64;
        let in_first_batch = self.batch == 0;

        let google = u128::from(dice("google-a")) << 64 | u128::from(dice("google-b"));
        let quirk = dice("quirk");
        let person = Person {
            index,
            graph_id: guid(self.seed, "graph", at),
            google_id: format!("1{:020}", google % 10u128.pow(20)),
            personio_id: 100_000 + at * 7 + dice("personio") % 7,
            scim_id: guid(self.seed, "scim", at),
            given,
            family,
            family_first: pool.family_first,
            user_name: String::new(),
            has_email: !(leaf && dice("no-email") % 100 == 0),
            old_addresses: Vec::new(),
            department,
            team,
            location: (dice("location") % LOCATIONS.len() as u64) as usize,
            manager: manager.filter(|_| kind != Kind::Guest),
            former_manager: None,
            kind,
            standing,
            title,
            start: clock::day(start),
            end: end.map(clock::day),
            number: format!("{:05}", 1001 + index),
            badge: dice("badge").is_multiple_of(5).then(|| format!("B-{}", dice("badge-no") % 10_000)),
            created: if in_first_batch { created } else { self.now },
            changed: if in_first_batch { changed.max(created) } else { self.now },
            changed_by: self.batch,
            gone: None,
            deleted: false,
            quirk,
        };
        self.by_graph_id.insert(person.graph_id.clone(), index);
        self.by_google_id.insert(person.google_id.clone(), index);
        self.by_scim_id.insert(person.scim_id.clone(), index);
        self.people.push(person);
        self.name_address(index);
        index
    }

    /// Gives somebody the address that goes with the name.
    pub fn name_address(&mut self, index: u32) {
        let person = &self.people[index as usize];
        let local = match person.given {
            Some(given) => format!("{}.{}", given.1, person.family.1),
            None => person.family.1.to_owned(),
        };
        let domain = if person.guest() { "partner.example.net" } else { "example.com" };
        let uses = self.addresses.entry(format!("{local}@{domain}")).or_default();
        *uses += 1;
        let suffix = if *uses == 1 { String::new() } else { uses.to_string() };
        self.people[index as usize].user_name = format!("{local}{suffix}@{domain}");
    }

    /// The manager that a newcomer gets.
    pub fn manager_of_newcomer(&self, draw: u64) -> Option<u32> {
        let managers = (self.people.len() as u64 / u64::from(self.span)).max(1);
        let first = draw % managers;
        // Whoever left leads nobody any more; the top never leaves.
        (0..managers)
            .map(|step| ((first + step) % managers) as u32)
            .find(|index| self.works(*index))
            .or(Some(0))
    }

    /// Whether somebody is in the directories and works there.
    pub fn works(&self, index: u32) -> bool {
        self.people
            .get(index as usize)
            .is_some_and(|person| person.gone.is_none() && person.standing == Standing::Active)
    }

    /// Marks somebody as changed in the batch under way.
    pub fn touch(&mut self, index: u32) {
        let (now, batch) = (self.now, self.batch);
        let person = &mut self.people[index as usize];
        person.changed = now;
        person.changed_by = batch;
    }

    /// Brings the lists and the memberships up to date with the people.
    pub fn refresh(&mut self) {
        let list = |keep: &dyn Fn(&Person) -> bool| -> Vec<u32> {
            self.people.iter().filter(|person| keep(person)).map(|person| person.index).collect()
        };
        let present = list(&|person| person.gone.is_none());
        let members = list(&|person| person.gone.is_none() && !person.guest());
        let employed = list(&|person| !person.deleted);
        let mut people = vec![Vec::new(); self.groups.len()];
        for index in &present {
            for group in self.people[*index as usize].groups() {
                people[group].push(*index);
            }
        }
        let batch = self.batch;
        for (number, (group, after)) in self.groups.iter_mut().zip(people).enumerate() {
            let before = std::mem::replace(&mut group.people, after);
            // Both lists are in the order of the index.
            let only = |these: &[u32], those: &[u32]| -> Vec<u32> {
                these.iter().copied().filter(|index| those.binary_search(index).is_err()).collect()
            };
            for (joined, changed) in
                [(true, only(&group.people, &before)), (false, only(&before, &group.people))]
            {
                self.moved.extend(changed.into_iter().map(|person| Moved {
                    batch,
                    group: number,
                    person,
                    joined,
                }));
            }
        }
        (self.present, self.members, self.employed) = (present, members, employed);
    }

    pub fn person(&self, index: u32) -> &Person {
        &self.people[index as usize]
    }

    /// Whoever a personnel system has, in its order.
    pub fn staff(&self) -> impl Iterator<Item = &Person> {
        self.employed.iter().map(|row| self.person(*row))
    }

    pub fn manager(&self, person: &Person) -> Option<&Person> {
        person.manager.map(|manager| self.person(manager))
    }

    pub fn by_graph_id(&self, id: &str) -> Option<&Person> {
        self.by_graph_id.get(id).map(|index| self.person(*index))
    }

    pub fn by_google_id(&self, id: &str) -> Option<&Person> {
        self.by_google_id.get(id).map(|index| self.person(*index))
    }

    pub fn by_scim_id(&self, id: &str) -> Option<&Person> {
        self.by_scim_id.get(id).map(|index| self.person(*index))
    }

    pub fn by_personio_id(&self, id: u64) -> Option<&Person> {
        let index = id.checked_sub(100_000)? / 7;
        self.people.get(usize::try_from(index).ok()?).filter(|person| person.personio_id == id)
    }

    /// A group and all groups below it.
    pub fn below(&self, group: usize) -> Vec<usize> {
        let mut found = vec![group];
        let mut next = 0;
        while let Some(group) = found.get(next).copied() {
            for child in &self.groups[group].groups {
                if !found.contains(child) {
                    found.push(*child);
                }
            }
            next += 1;
        }
        found
    }

    /// Everybody in a group or below it, each once.
    pub fn people_below(&self, group: usize) -> Vec<u32> {
        let mut people: Vec<u32> = self
            .below(group)
            .into_iter()
            .flat_map(|group| self.groups[group].people.iter().copied())
            .collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}

/// The team that somebody of a department is in, if the department has teams.
pub fn team_of(department: usize, draw: u64) -> Option<usize> {
    let teams: Vec<usize> = (0..TEAMS.len()).filter(|team| TEAMS[*team].1 == department).collect();
    match draw % 10 {
        0..7 if !teams.is_empty() => Some(teams[(draw / 10) as usize % teams.len()]),
        _ => None,
    }
}

fn make_groups(seed: u64) -> Vec<Group> {
    let departments = 0..DEPARTMENTS.len();
    let mut named: Vec<(String, Vec<usize>)> =
        vec![("All staff".to_owned(), departments.clone().map(group_of_department).collect())];
    for department in departments {
        let teams = (0..TEAMS.len()).filter(|team| TEAMS[*team].1 == department).map(group_of_team);
        named.push((format!("Dept {}", DEPARTMENTS[department].0), teams.collect()));
    }
    named.extend(TEAMS.iter().map(|(name, _)| (format!("Team {name}"), Vec::new())));
    named.extend(LOCATIONS.iter().map(|place| (format!("Site {}", place.name), Vec::new())));
    named.push(("Contractors".to_owned(), Vec::new()));
    named.push(("VPN users".to_owned(), vec![CONTRACTORS]));
    named
        .into_iter()
        .enumerate()
        .map(|(number, (name, groups))| {
            let letters = name.to_lowercase();
            let words: Vec<&str> =
                letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
            Group {
                graph_id: guid(seed, "graph-group", number as u64),
                google_id: format!("0{}", letters_and_digits(mix(seed, "google-group", number as u64), 14)),
                scim_id: guid(seed, "scim-group", number as u64),
                alias: words.join("-"),
                name,
                groups,
                people: Vec::new(),
            }
        })
        .collect()
}

/// Random bits that depend on the seed, on what they are for and on a number.
pub fn mix(seed: u64, tag: &str, number: u64) -> u64 {
    let mut bits = seed ^ 0x9e37_79b9_7f4a_7c15;
    for byte in tag.bytes() {
        bits = scramble(bits.wrapping_add(u64::from(byte)));
    }
    scramble(bits.wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95)))
}

/// The finish of SplitMix64.
fn scramble(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

pub fn pick<T: Copy>(from: &[T], draw: u64) -> T {
    from[(draw % from.len() as u64) as usize]
}

/// A random GUID (version 4).
pub fn guid(seed: u64, tag: &str, number: u64) -> String {
    let high = mix(seed, tag, number);
    let low = mix(high, tag, number);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        0x8000 | low >> 48 & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// Lower-case letters and digits, as in the ids of Google's groups.
pub fn letters_and_digits(mut bits: u64, length: usize) -> String {
    (0..length)
        .map(|_| {
            let digit = char::from_digit((bits % 36) as u32, 36).unwrap_or('0');
            bits = scramble(bits / 36);
            digit
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn facts(company: &Company) -> Vec<String> {
        let person = |person: &Person| {
            format!(
                "{} {} {} {} {} {:?} {:?} {:?} {}",
                person.graph_id,
                person.google_id,
                person.personio_id,
                person.user_name,
                person.display(),
                person.department,
                person.manager,
                person.standing,
                person.start
            )
        };
        company.people.iter().map(person).collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_company() {
        let one = Company::new(2000, 7, clock::START);
        assert_eq!(facts(&one), facts(&Company::new(2000, 7, clock::START)));
        assert_ne!(facts(&one), facts(&Company::new(2000, 8, clock::START)));
    }

    #[test]
    fn ids_and_addresses_are_unique() {
        let company = Company::new(20_000, 1, clock::START);
        let unique = |key: &dyn Fn(&Person) -> String| -> usize {
            company.people.iter().map(key).collect::<HashSet<_>>().len()
        };
        assert_eq!(unique(&|person| person.graph_id.clone()), 20_000);
        assert_eq!(unique(&|person| person.google_id.clone()), 20_000);
        assert_eq!(unique(&|person| person.personio_id.to_string()), 20_000);
        assert_eq!(unique(&|person| person.scim_id.clone()), 20_000);
        assert_eq!(unique(&|person| person.user_name.clone()), 20_000);
        assert!(company.people.iter().all(|person| person.user_name.is_ascii()));
        assert!(company.people.iter().all(|person| person.google_id.len() == 21));
    }

    #[test]
    fn shares_are_about_as_announced() {
        let company = Company::new(20_000, 3, clock::START);
        let share = |keep: &dyn Fn(&Person) -> bool| -> f64 {
            company.people.iter().filter(|person| keep(person)).count() as f64 / 20_000.0
        };
        let leavers = share(&|person| matches!(person.standing, Standing::Terminated | Standing::Inactive));
        assert!((0.025..0.045).contains(&leavers), "{leavers}");
        let quarter = company.groups[1].people.len() + company.groups[2].people.len();
        assert!((4500..5300).contains(&quarter), "{quarter}");
        assert!((0.02..0.04).contains(&share(&|person| person.department.is_none())));
    }

    #[test]
    fn managers_form_a_tree_of_people_who_work_there() {
        let company = Company::new(5000, 3, clock::START);
        for person in &company.people {
            let mut depth = 0;
            let mut at = person;
            while let Some(manager) = company.manager(at) {
                assert_eq!(manager.standing, Standing::Active);
                at = manager;
                depth += 1;
            }
            assert!(depth <= 7, "{depth}");
        }
    }

    #[test]
    fn all_staff_holds_everybody() {
        let company = Company::new(500, 3, clock::START);
        assert_eq!(company.people_below(ALL_STAFF).len(), 500);
    }
}
