//! What is asked of one attribute.

use jiff::civil::Date;
use regex::Regex;
use rollcall_model::Value;

/// An operator, with what is said about lists, negation and empty values.
#[derive(Debug, Clone)]
pub(super) struct Test {
    pub operator: Operator,
    pub negated: bool,
    /// Of several values all have to pass, not just one.
    pub every: bool,
    /// What the test says about somebody who has no value.
    pub if_empty: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Operator {
    OneOf(Vec<Text>),
    Contains(Text),
    StartsWith(Text),
    EndsWith(Text),
    Matches(Regex),
    Compare(Order, Bound),
    /// Both days included.
    Between(Option<Date>, Option<Date>),
    IsEmpty(bool),
    IsTrue(bool),
}

/// A text to compare with: lower case unless case counts.
#[derive(Debug, Clone)]
pub(super) struct Text {
    text: String,
    case: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    Greater,
    Less,
    AtLeast,
    AtMost,
}

#[derive(Debug, Clone)]
pub(super) enum Bound {
    Number(f64),
    Date(Date),
}

impl Text {
    pub fn new(text: &str, case: bool) -> Self {
        Self { text: if case { text.to_owned() } else { text.to_lowercase() }, case }
    }

    fn is(&self, text: &str) -> bool {
        match self.case {
            true => self.text == text,
            false => {
                self.text == text
                    || self.text.eq_ignore_ascii_case(text)
                    || (!text.is_ascii() && text.to_lowercase() == self.text)
            }
        }
    }

    fn relates(&self, text: &str, how: fn(&str, &str) -> bool) -> bool {
        if self.case { how(text, &self.text) } else { how(&text.to_lowercase(), &self.text) }
    }
}

impl Test {
    pub fn holds(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            return match self.operator {
                Operator::IsEmpty(empty) => empty,
                _ => self.if_empty,
            };
        };
        let one = |text: &str| self.operator.holds(text, value) != self.negated;
        match value {
            Value::Text(text) | Value::Date(text) => one(text),
            Value::Texts(texts) if self.every => texts.iter().all(|text| one(text)),
            Value::Texts(texts) => texts.iter().any(|text| one(text)),
            Value::Number(_) | Value::Boolean(_) => one(&value.to_string()),
        }
    }
}

impl Operator {
    /// `text` is the value, or one of its values.
    fn holds(&self, text: &str, value: &Value) -> bool {
        match self {
            Self::OneOf(wanted) => wanted.iter().any(|wanted| wanted.is(text)),
            Self::Contains(part) => part.relates(text, |text, part| text.contains(part)),
            Self::StartsWith(part) => part.relates(text, |text, part| text.starts_with(part)),
            Self::EndsWith(part) => part.relates(text, |text, part| text.ends_with(part)),
            Self::Matches(regex) => regex.is_match(text),
            Self::Compare(order, bound) => bound.compare(text, value, *order),
            Self::Between(from, to) => date(text)
                .is_some_and(|date| from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)),
            Self::IsEmpty(empty) => !empty,
            Self::IsTrue(wanted) => match value {
                Value::Boolean(boolean) => boolean == wanted,
                _ => text.eq_ignore_ascii_case(if *wanted { "true" } else { "false" }),
            },
        }
    }
}

impl Bound {
    fn compare(&self, text: &str, value: &Value, order: Order) -> bool {
        let found = match (self, value) {
            (Self::Number(bound), Value::Number(number)) => number.partial_cmp(bound),
            (Self::Number(bound), _) => {
                text.trim().parse::<f64>().ok().and_then(|number| number.partial_cmp(bound))
            }
            (Self::Date(bound), _) => date(text).map(|date| date.cmp(bound)),
        };
        // What is no number, and no date, is neither more nor less.
        found.is_some_and(|found| match order {
            Order::Greater => found.is_gt(),
            Order::Less => found.is_lt(),
            Order::AtLeast => found.is_ge(),
            Order::AtMost => found.is_le(),
        })
    }
}

/// The day of a date, or of an instant by its own clock.
pub(super) fn date(text: &str) -> Option<Date> {
    let day = text.trim().get(..10)?;
    day.parse().ok()
}
