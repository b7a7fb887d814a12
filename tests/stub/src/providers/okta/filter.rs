//! Okta's expressions, as far as anybody needs them: comparisons, joined by
//! `and` and, less tightly, by `or`.

use serde_json::Deserializer;

use super::{person_id, status};
use crate::clock;
use crate::people::{Person, Standing};

pub struct Filter {
    /// One of these has to hold as a whole.
    any: Vec<Vec<Comparison>>,
    /// Whether deactivated people pass.
    with_gone: bool,
}

struct Comparison {
    attribute: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Operator {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Filter {
    /// Of the plain list, which leaves out whoever was deactivated.
    pub fn listed() -> Self {
        Self { any: vec![Vec::new()], with_gone: false }
    }

    pub fn of_filter(text: &str) -> Result<Self, String> {
        const KNOWN: [&str; 7] = [
            "status",
            "lastUpdated",
            "id",
            "profile.login",
            "profile.email",
            "profile.firstName",
            "profile.lastName",
        ];
        let all = parse(text)?;
        for one in all.iter().flatten() {
            let fits = one.operator == Operator::Equal || one.attribute == "lastUpdated";
            if !KNOWN.contains(&one.attribute.as_str()) || !fits {
                return Err(format!("{} cannot be filtered by", one.attribute));
            }
        }
        Ok(Self { any: all, with_gone: true })
    }

    pub fn of_search(text: &str) -> Result<Self, String> {
        Ok(Self { any: parse(text)?, with_gone: true })
    }

    pub fn passes(&self, person: &Person) -> bool {
        let listed = self.with_gone || person.standing != Standing::Terminated;
        listed && self.any.iter().any(|all| all.iter().all(|one| one.holds(person)))
    }
}

fn parse(mut rest: &str) -> Result<Vec<Vec<Comparison>>, String> {
    let mut any = vec![Vec::new()];
    loop {
        let mut words = rest.trim_start().splitn(3, ' ');
        let (Some(attribute), Some(operator), Some(value)) = (words.next(), words.next(), words.next())
        else {
            return Err("The search criteria are not complete".to_owned());
        };
        let operator = match operator {
            "eq" => Operator::Equal,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => return Err(format!("{operator} is no operator")),
        };
        // Values are quoted as in JSON.
        let mut values = Deserializer::from_str(value).into_iter::<String>();
        let Some(Ok(text)) = values.next() else { return Err("A value has no quotes".to_owned()) };
        let after = &value[values.byte_offset()..];
        let comparison = Comparison { attribute: attribute.to_owned(), operator, value: text };
        any.last_mut().expect("there is one from the beginning").push(comparison);
        if let Some(next) = after.strip_prefix(" or ") {
            any.push(Vec::new());
            rest = next;
        } else if let Some(next) = after.strip_prefix(" and ") {
            rest = next;
        } else if after.trim().is_empty() {
            return Ok(any);
        } else {
            return Err("Comparisons are joined by `and` or `or`".to_owned());
        }
    }
}

impl Comparison {
    fn holds(&self, person: &Person) -> bool {
        if self.attribute == "lastUpdated" {
            // To the millisecond, or not at all.
            let Some(than) = clock::parse(&self.value).filter(|_| self.value.contains('.')) else {
                return false;
            };
            return match self.operator {
                Operator::Equal => person.changed == than,
                Operator::Greater => person.changed > than,
                Operator::GreaterOrEqual => person.changed >= than,
                Operator::Less => person.changed < than,
                Operator::LessOrEqual => person.changed <= than,
            };
        }
        let is = |own: Option<&str>| own.is_some_and(|own| own.eq_ignore_ascii_case(&self.value));
        self.operator == Operator::Equal
            && match self.attribute.as_str() {
                "id" => person_id(person) == self.value,
                "status" => status(person) == self.value,
                "profile.login" => is(Some(&person.user_name)),
                "profile.email" => is(person.email()),
                "profile.firstName" => is(person.given()),
                "profile.lastName" => is(Some(person.family())),
                "profile.employeeNumber" => is(Some(&person.number)),
                "profile.department" => is(person.department_name()),
                _ => false,
            }
    }
}
