//! What happens in the company while the stub runs: one batch at a time, each
//! following from its seed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock;
use crate::names::POOLS;
use crate::people::{Company, DEPARTMENTS, Rank, Standing, mix, pick, team_of};

/// What a batch does.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Batch {
    pub hire: u32,
    /// The person leaves: gone from the directories, and a person who left in
    /// the personnel system.
    pub leave: u32,
    /// The person is deleted everywhere, the personnel system too.
    pub delete: u32,
    pub rename: u32,
    #[serde(rename = "move")]
    pub transfer: u32,
    /// Percentage of the people who get another title.
    pub fields: f64,
    pub seed: u64,
}

#[derive(Serialize)]
pub struct Affected {
    pub index: u32,
    pub email: String,
    pub kind: &'static str,
}

impl Company {
    /// Carries out a batch and says who was affected. Whoever gets another
    /// manager because theirs left is affected too.
    pub fn change(&mut self, batch: &Batch) -> Vec<Affected> {
        self.batch += 1;
        self.now += clock::STEP;
        let mut draws = Draws { seed: mix(self.seed, "batch", batch.seed ^ u64::from(self.batch)), count: 0 };
        let mut affected = Vec::new();

        // Nobody is chosen for two things in one batch.
        let mut pool: Vec<u32> = self.present.iter().copied().filter(|index| self.settled(*index)).collect();
        let mut choose = |draws: &mut Draws, count: u32| -> Vec<u32> {
            (0..count)
                .filter_map(|_| {
                    let length = pool.len() as u64;
                    (length > 0).then(|| pool.swap_remove((draws.next() % length) as usize))
                })
                .collect()
        };
        let leavers = choose(&mut draws, batch.leave);
        let deleted = choose(&mut draws, batch.delete);
        let renamed = choose(&mut draws, batch.rename);
        let transferred = choose(&mut draws, batch.transfer);
        let titles = (self.present.len() as f64 * batch.fields / 100.0).round() as u32;
        let retitled = choose(&mut draws, titles);

        for index in renamed {
            self.rename(index, draws.next());
            affected.push(self.affected(index, "rename"));
        }
        for index in retitled {
            let title =
                format!("Principal {}", ["Analyst", "Engineer", "Officer"][(draws.next() % 3) as usize]);
            // A second batch must change the title again.
            let person = &mut self.people[index as usize];
            person.title =
                Some(if person.title.as_ref() == Some(&title) { format!("{title} II") } else { title });
            self.touch(index);
            affected.push(self.affected(index, "fields"));
        }
        let left: Vec<(u32, bool)> = leavers
            .into_iter()
            .map(|index| (index, false))
            .chain(deleted.into_iter().map(|index| (index, true)))
            .collect();
        for (index, for_good) in &left {
            self.remove(*index, *for_good);
            affected.push(self.affected(*index, if *for_good { "delete" } else { "leave" }));
        }
        for index in transferred {
            self.transfer(index, draws.next());
            affected.push(self.affected(index, "move"));
        }
        for index in self.hand_over() {
            affected.push(self.affected(index, "manager"));
        }
        for _ in 0..batch.hire {
            let manager = self.manager_of_newcomer(draws.next());
            let index = self.add(manager, Rank::Newcomer);
            affected.push(self.affected(index, "hire"));
        }
        self.refresh();
        affected
    }

    /// Whether somebody may be chosen: works there, is no guest and not the
    /// top of the tree.
    fn settled(&self, index: u32) -> bool {
        index != 0 && self.works(index) && !self.person(index).guest()
    }

    fn affected(&self, index: u32, kind: &'static str) -> Affected {
        Affected { index, email: self.person(index).user_name.clone(), kind }
    }

    fn rename(&mut self, index: u32, draw: u64) {
        let families = POOLS[0].family;
        let person = &mut self.people[index as usize];
        let mut family = pick(families, draw);
        if family == person.family {
            family = pick(families, draw + 1);
        }
        person.family = family;
        let old = person.user_name.clone();
        person.old_addresses.push(old);
        self.name_address(index);
        self.touch(index);
    }

    fn transfer(&mut self, index: u32, draw: u64) {
        let departments = DEPARTMENTS.len();
        // Only somebody of higher rank, so that the tree stays a tree.
        let manager = (0..index)
            .map(|step| ((draw + u64::from(step)) % u64::from(index)) as u32)
            .find(|candidate| self.works(*candidate) && self.person(index).manager != Some(*candidate));
        let person = &mut self.people[index as usize];
        let department = match person.department {
            Some(now) => (now + 1 + (draw % (departments as u64 - 1)) as usize) % departments,
            None => (draw % departments as u64) as usize,
        };
        person.department = Some(department);
        person.team = team_of(department, draw / 16);
        if manager.is_some() {
            (person.former_manager, person.manager) = (person.manager, manager);
        }
        self.touch(index);
    }

    fn remove(&mut self, index: u32, for_good: bool) {
        let (batch, now) = (self.batch, self.now);
        let person = &mut self.people[index as usize];
        person.standing = Standing::Terminated;
        person.end = Some(clock::day(now - 86_400));
        person.gone = Some(batch);
        person.deleted = for_good;
        self.touch(index);
    }

    /// Gives the people of managers who left to the next manager above.
    fn hand_over(&mut self) -> Vec<u32> {
        let mut heirs: BTreeMap<u32, Option<u32>> = BTreeMap::new();
        for person in self.people.iter().filter(|person| person.gone == Some(self.batch)) {
            let mut above = person.manager;
            while let Some(index) = above.filter(|index| self.person(*index).gone.is_some()) {
                above = self.person(index).manager;
            }
            heirs.insert(person.index, above);
        }
        let mut given = Vec::new();
        for index in 0..self.people.len() as u32 {
            let person = self.person(index);
            let Some(heir) = person.manager.and_then(|manager| heirs.get(&manager).copied()) else {
                continue;
            };
            let silent = person.gone.is_some();
            let person = &mut self.people[index as usize];
            (person.former_manager, person.manager) = (person.manager, heir);
            if !silent {
                self.touch(index);
                given.push(index);
            }
        }
        given
    }
}

/// Random numbers in a row.
struct Draws {
    seed: u64,
    count: u64,
}

impl Draws {
    fn next(&mut self) -> u64 {
        self.count += 1;
        mix(self.seed, "draw", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_does_what_it_says() {
        let mut company = Company::new(1000, 5, clock::START);
        let batch = Batch { hire: 10, leave: 5, delete: 2, rename: 4, transfer: 3, fields: 2.0, seed: 9 };
        let affected = company.change(&batch);
        let count = |kind: &str| affected.iter().filter(|entry| entry.kind == kind).count();
        assert_eq!(
            [count("hire"), count("leave"), count("delete"), count("rename"), count("move"), count("fields")],
            [10, 5, 2, 4, 3, 20]
        );
        assert_eq!(company.present.len(), 1003);
        assert_eq!(company.employed.len(), 1008);
        assert_eq!(company.now, clock::START + 3600);
        for index in &company.present {
            let manager = company.manager(company.person(*index));
            assert!(manager.is_none_or(|manager| manager.gone.is_none()));
        }
        assert!(company.moved.iter().any(|moved| moved.joined));
    }

    #[test]
    fn the_same_batches_have_the_same_outcome() {
        let run = || {
            let mut company = Company::new(300, 5, clock::START);
            let batch = Batch { hire: 3, leave: 3, rename: 3, transfer: 3, seed: 1, ..Batch::default() };
            let first: Vec<String> = company.change(&batch).into_iter().map(|entry| entry.email).collect();
            let second: Vec<String> = company.change(&batch).into_iter().map(|entry| entry.email).collect();
            assert_ne!(first, second);
            (first, second)
        };
        assert_eq!(run(), run());
    }
}
