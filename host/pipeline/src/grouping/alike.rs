//! Names of groups that may mean the same and are not spelled so (R90).

use std::collections::BTreeMap;

use rollcall_model::index_fold;

/// Names that are compared one by one; more are compared by their folded form
/// alone.
pub const MAX_COMPARED: usize = 1_000;

/// Letters that two names of at least [`LONG`] letters may differ in.
const DIFFERENT: usize = 1;
const LONG: usize = 6;

/// Pairs of names, each once, in order.
pub fn alike<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut by_fold: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let spellings = by_fold.entry(key(name)).or_default();
        if !spellings.contains(&name) {
            spellings.push(name);
        }
    }
    let mut pairs = Vec::new();
    let mut pair = |a: &str, b: &str| {
        let (first, second) = if a < b { (a, b) } else { (b, a) };
        pairs.push((first.to_owned(), second.to_owned()));
    };
    for spellings in by_fold.values() {
        for (at, name) in spellings.iter().enumerate() {
            spellings.iter().skip(at + 1).for_each(|other| pair(name, other));
        }
    }
    if by_fold.len() <= MAX_COMPARED {
        let each = by_fold.iter().map(|(key, spellings)| (Key::new(key), spellings));
        let each: Vec<_> = each.filter(|(key, _)| key.letters >= LONG).collect();
        for (at, (key, spellings)) in each.iter().enumerate() {
            for (other_key, others) in each.iter().skip(at + 1) {
                if key.is_near(other_key)
                    && let ([name, ..], [other, ..]) = (spellings.as_slice(), others.as_slice())
                {
                    pair(name, other);
                }
            }
        }
    }
    pairs.sort();
    pairs
}

/// Letters and digits alone: `R & D`, `r&d` and `R+D` are the same.
fn key(name: &str) -> String {
    index_fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A name, with what tells most of them apart without a look at their letters:
/// every plan compares each with all others.
struct Key<'a> {
    text: &'a str,
    letters: usize,
    digits: String,
}

impl<'a> Key<'a> {
    fn new(text: &'a str) -> Self {
        let digits = text.chars().filter(char::is_ascii_digit).collect();
        Self { text, letters: text.chars().count(), digits }
    }

    /// Names that differ in a number differ on purpose: `Shift 1` and `Shift 2`.
    fn is_near(&self, other: &Self) -> bool {
        self.letters.abs_diff(other.letters) <= DIFFERENT
            && self.digits == other.digits
            && strsim::osa_distance(self.text, other.text) <= DIFFERENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: &[(&str, &str)]) {
        let found = alike(names.iter().copied());
        let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected, "{names:?}");
    }

    #[test]
    fn r90_names_that_may_mean_the_same_are_reported() {
        check(&["Sales", "sales ", "Support"], &[("Sales", "sales ")]);
        check(&["R & D", "R+D", "HR"], &[("R & D", "R+D")]);
        check(&["Marketing", "Marketting"], &[("Marketing", "Marketting")]);
        check(&["Büro Köln", "Buro Koln"], &[("Buro Koln", "Büro Köln")]);
        check(&["Shift 10 North", "Shift 11 North"], &[]);
        check(&["IT", "HR", "QA"], &[]);
        check(&["Sales", "Sales"], &[]);
    }

    #[test]
    fn r90_too_many_names_are_compared_by_their_folded_form_alone() {
        // Words, not numbers, so that near ones would be reported.
        let word = |mut at: usize| {
            let mut text = String::from("department ");
            for _ in 0..4 {
                text.push(char::from(b'a' + u8::try_from(at % 26).unwrap()));
                at /= 26;
            }
            text
        };
        let names: Vec<_> = (0..=MAX_COMPARED).map(word).collect();
        assert_eq!(alike(names.iter().map(String::as_str)), []);
        assert_ne!(alike(names.iter().take(MAX_COMPARED).map(String::as_str)), []);
    }
}
