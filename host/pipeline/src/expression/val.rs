//! A value while an expression is evaluated. What can be borrowed from the
//! person's record or the expression is.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::Pieces;
use rollcall_model::Value;

use super::kind::Kind;

/// Bytes of a text, or of all the texts of a list, that an expression reads or
/// makes at most; beyond, there is no value.
pub(crate) const MAX_RESULT: usize = 16 * 1024;

#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Val<'a> {
    #[default]
    Null,
    Text(Cow<'a, str>),
    Number(f64),
    Bool(bool),
    /// By the clock that it was written with.
    Date(DateTime),
    Texts(Vec<Cow<'a, str>>),
}

impl<'a> Val<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub fn of(value: Option<&'a Value>) -> Self {
        match value {
            None => Self::Null,
            Some(Value::Text(text)) => Self::text(text.as_str()),
            Some(Value::Date(text)) => date(text).map_or(Self::Null, Self::Date),
            Some(Value::Number(number)) => Self::Number(*number),
            Some(Value::Boolean(boolean)) => Self::Bool(*boolean),
            Some(Value::Texts(texts)) => {
                Self::Texts(texts.iter().map(|text| Cow::Borrowed(text.as_str())).collect())
            }
        }
    }

    /// As an account holds it. None: empty.
    pub fn into_value(self) -> Option<Value> {
        let value = match self {
            Self::Null => return None,
            Self::Text(text) => Value::Text(text.into_owned()),
            Self::Number(number) => Value::Number(number),
            Self::Bool(boolean) => Value::Boolean(boolean),
            Self::Date(date) => Value::Date(written(date)),
            Self::Texts(texts) => Value::Texts(texts.into_iter().map(Cow::into_owned).collect()),
        };
        (!value.is_empty()).then_some(value)
    }

    /// Nothing, an empty text, or an empty list.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            Self::Number(_) | Self::Bool(_) | Self::Date(_) => false,
        }
    }

    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    /// As what is needed, where that can be: a text that is a number as a
    /// number, one text as a list of one.
    pub fn into_kind(self, kind: Kind) -> Self {
        match (self, kind) {
            (value @ Self::Text(_), Kind::Text)
            | (value @ Self::Number(_), Kind::Number)
            | (value @ Self::Bool(_), Kind::Bool)
            | (value @ Self::Date(_), Kind::Date)
            | (value @ Self::Texts(_), Kind::Texts)
            | (value, Kind::Any) => value,
            (Self::Text(text), Kind::Number) => {
                let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
                number.map_or(Self::Null, Self::Number)
            }
            (Self::Text(text), Kind::Bool) if text.eq_ignore_ascii_case("true") => Self::Bool(true),
            (Self::Text(text), Kind::Bool) if text.eq_ignore_ascii_case("false") => Self::Bool(false),
            (Self::Text(text), Kind::Date) => date(&text).map_or(Self::Null, Self::Date),
            (Self::Text(text), Kind::Texts) => Self::Texts(vec![text]),
            (value @ (Self::Number(_) | Self::Bool(_) | Self::Date(_)), Kind::Text) => {
                Self::text(value.to_string())
            }
            _ => Self::Null,
        }
    }

    /// Null where it has grown too large.
    pub fn within_limit(self) -> Self {
        let bytes = match &self {
            Self::Text(text) => text.len(),
            Self::Texts(texts) => texts.iter().map(|text| text.len() + 1).sum(),
            _ => 0,
        };
        if bytes > MAX_RESULT { Self::Null } else { self }
    }

    /// All that is empty is the same.
    pub fn equals(&self, other: &Self) -> bool {
        match self.compare(other) {
            Some(order) => order.is_eq(),
            None => (self.is_empty() && other.is_empty()) || self == other,
        }
    }

    /// None: there is no order between the two.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Number(one), Self::Number(other)) => one.partial_cmp(other),
            (Self::Date(one), Self::Date(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }
}

/// As `toString` gives it.
impl fmt::Display for Val<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(boolean) => write!(f, "{boolean}"),
            Self::Date(date) => f.write_str(&written(*date)),
            Self::Texts(texts) => f.write_str(&texts.join(", ")),
        }
    }
}

/// A day, or an instant by the clock that it was written with.
pub(super) fn date(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let (10, Ok(day)) = (text.len(), text.parse::<jiff::civil::Date>()) {
        return Some(day.to_datetime(Time::midnight()));
    }
    let pieces = Pieces::parse(text).ok()?;
    Some(pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight())))
}

/// A midnight is a day.
fn written(date: DateTime) -> String {
    if date.time() == Time::midnight() { date.date().to_string() } else { date.to_string() }
}
