//! What happens to a company between two runs. One function a kind of change,
//! and one line in the table.

use rollcall_model::WorkerStatus;

use super::calendar::day;
use super::company::{Company, DEPARTMENTS, GROUPS, Human};
use super::random::Random;

/// People that a company has at most.
const PEOPLE: usize = 12;

pub struct Chance<'a> {
    pub random: &'a mut Random,
    pub now_ms: i64,
    /// Whether people have dates.
    pub dates: bool,
}

type Change = fn(&mut Company, &mut Chance<'_>);

/// What may happen, and how often for every other.
const CHANGES: &[(u64, Change)] = &[
    (6, hire),
    (5, leave),
    (4, end),
    (4, status),
    (4, rename),
    (5, department),
    (3, new_email),
    (1, swap_emails),
    (1, same_email),
    (2, no_email),
    (4, group),
    (6, manager),
    (1, nest),
    (2, rehire_under_the_same_id),
    (2, rehire_under_a_new_id),
    (1, reuse_an_id),
    (2, come_twice),
    (2, order),
    (2, paging),
];

pub fn happen(company: &mut Company, chance: &mut Chance<'_>) {
    let all: u64 = CHANGES.iter().map(|(often, _)| often).sum();
    let mut at = chance.random.below(all);
    for (often, change) in CHANGES {
        if at < *often {
            company.version += 1;
            return change(company, chance);
        }
        at -= often;
    }
}

/// A company to begin with.
pub fn founded(chance: &mut Chance<'_>) -> Company {
    let mut company = Company::default();
    paging(&mut company, chance);
    for _ in 0..chance.random.below(8) {
        company.version += 1;
        hire(&mut company, chance);
    }
    company
}

fn email(company: &mut Company) -> Option<String> {
    Some(format!("{}@corp.example", company.token()))
}

fn somebody<'a>(company: &'a mut Company, chance: &mut Chance<'_>) -> Option<&'a mut Human> {
    let at = chance.random.place(company.people.len())?;
    let version = company.version;
    let human = company.people.get_mut(at)?;
    human.version = version;
    Some(human)
}

fn dates(chance: &mut Chance<'_>) -> (Option<i64>, Option<i64>) {
    let today = day(chance.now_ms, 0);
    let mut near = |often, from: i64| {
        (chance.dates && chance.random.percent(often)).then(|| today + from + chance.random.below(12) as i64)
    };
    (near(60, -5), near(15, -2))
}

fn hire(company: &mut Company, chance: &mut Chance<'_>) {
    if company.people.len() >= PEOPLE {
        return;
    }
    let (start, end) = dates(chance);
    let human = Human {
        id: company.token(),
        status: chance.random.pick(&[WorkerStatus::Active, WorkerStatus::Active, WorkerStatus::Pending]),
        given: format!("Ada {}", company.token()),
        family: company.token(),
        email: email(company),
        private: company.token(),
        department: chance.random.percent(90).then(|| chance.random.pick(&DEPARTMENTS).to_owned()),
        start,
        end,
        groups: GROUPS.into_iter().filter(|_| chance.random.percent(50)).collect(),
        manager: somebodys_id(company, chance),
        version: company.version,
    };
    let at = chance.random.below(company.people.len() as u64 + 1) as usize;
    company.people.insert(at, human);
}

fn leave(company: &mut Company, chance: &mut Chance<'_>) {
    if let Some(at) = chance.random.place(company.people.len()) {
        let human = company.people.remove(at);
        company.gone.insert(human.id.clone(), company.version);
        company.former.push(human);
    }
}

fn end(company: &mut Company, chance: &mut Chance<'_>) {
    let (start, end) = dates(chance);
    if let Some(human) = somebody(company, chance) {
        (human.start, human.end) = (start, end);
    }
}

fn status(company: &mut Company, chance: &mut Chance<'_>) {
    use WorkerStatus::{Active, Inactive, OnLeave, Pending, Terminated};
    let status = chance.random.pick(&[Active, Active, OnLeave, Pending, Inactive, Terminated]);
    if let Some(human) = somebody(company, chance) {
        human.status = status;
    }
}

fn rename(company: &mut Company, chance: &mut Chance<'_>) {
    let family = company.token();
    if let Some(human) = somebody(company, chance) {
        human.family = family;
    }
}

fn department(company: &mut Company, chance: &mut Chance<'_>) {
    let department = chance.random.percent(90).then(|| chance.random.pick(&DEPARTMENTS).to_owned());
    if let Some(human) = somebody(company, chance) {
        human.department = department;
    }
}

fn new_email(company: &mut Company, chance: &mut Chance<'_>) {
    let email = email(company);
    if let Some(human) = somebody(company, chance) {
        human.email = email;
    }
}

fn swap_emails(company: &mut Company, chance: &mut Chance<'_>) {
    let Some(one) = somebody(company, chance) else { return };
    let (id, email) = (one.id.clone(), one.email.clone());
    let Some(other) = somebody(company, chance) else { return };
    let email = std::mem::replace(&mut other.email, email);
    if let Some(one) = company.people.iter_mut().find(|human| human.id == id) {
        one.email = email;
    }
}

fn same_email(company: &mut Company, chance: &mut Chance<'_>) {
    let email = somebody(company, chance).and_then(|human| human.email.clone());
    if let (Some(human), Some(email)) = (somebody(company, chance), email) {
        human.email = Some(email.to_uppercase());
    }
}

fn no_email(company: &mut Company, chance: &mut Chance<'_>) {
    let nothing = chance.random.pick(&[None, Some("  ".to_owned())]);
    if let Some(human) = somebody(company, chance) {
        human.email = nothing;
    }
}

/// Of somebody who is there or was; or of nobody.
fn somebodys_id(company: &mut Company, chance: &mut Chance<'_>) -> Option<String> {
    let known: Vec<_> = company.people.iter().chain(&company.former).map(|human| human.id.clone()).collect();
    chance.random.place(known.len() + 1).and_then(|at| known.get(at).cloned())
}

fn manager(company: &mut Company, chance: &mut Chance<'_>) {
    let manager = somebodys_id(company, chance);
    if let Some(human) = somebody(company, chance) {
        human.manager = manager;
    }
}

/// The record of a person does not show it, so that it does not change.
fn group(company: &mut Company, chance: &mut Chance<'_>) {
    let group = chance.random.pick(&GROUPS);
    if let Some(at) = chance.random.place(company.people.len()) {
        let groups = &mut company.people[at].groups;
        if !groups.remove(group) {
            groups.insert(group);
        }
    }
}

fn nest(company: &mut Company, _: &mut Chance<'_>) {
    company.nested = !company.nested;
}

fn back(company: &mut Company, chance: &mut Chance<'_>, change: fn(&mut Company, &mut Human)) {
    if company.people.len() >= PEOPLE {
        return;
    }
    if let Some(at) = chance.random.place(company.former.len()) {
        let mut human = company.former.remove(at);
        change(company, &mut human);
        // Somebody else may have the id by now.
        if company.people.iter().any(|other| other.id == human.id) {
            return;
        }
        company.gone.remove(&human.id);
        human.version = company.version;
        human.status = WorkerStatus::Active;
        company.people.push(human);
    }
}

fn rehire_under_the_same_id(company: &mut Company, chance: &mut Chance<'_>) {
    back(company, chance, |_, _| ());
}

fn rehire_under_a_new_id(company: &mut Company, chance: &mut Chance<'_>) {
    back(company, chance, |company, human| human.id = company.token());
}

/// Somebody else altogether.
fn reuse_an_id(company: &mut Company, chance: &mut Chance<'_>) {
    back(company, chance, |company, human| {
        (human.given, human.family) = (company.token(), company.token());
        (human.email, human.private) = (email(company), company.token());
    });
}

/// A record that changed while pages were read.
fn come_twice(company: &mut Company, chance: &mut Chance<'_>) {
    let (family, department) = (company.token(), chance.random.pick(&DEPARTMENTS).to_owned());
    if let Some(human) = somebody(company, chance).cloned() {
        let older = Human { family, department: Some(department), ..human };
        company.twice.insert(older.id.clone(), older);
    }
}

fn order(company: &mut Company, chance: &mut Chance<'_>) {
    for last in (1..company.people.len()).rev() {
        company.people.swap(last, chance.random.below(last as u64 + 1) as usize);
    }
}

fn paging(company: &mut Company, chance: &mut Chance<'_>) {
    company.page_size = chance.random.pick(&[1, 2, 3, 5, 100]);
    company.states_total = chance.random.percent(50);
    company.twice.clear();
}
