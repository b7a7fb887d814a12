//! The function library: one table. It is what the compiler checks calls
//! against, what is run, and what `docs/expressions.md` is made from.
//!
//! Functions are total: what makes no sense gives null, never an error, because
//! a strange person must not stop a run.

mod choices;
mod conversions;
mod dates;
mod lists;
mod texts;

use std::borrow::Cow;
use std::fmt;

use jiff::civil::DateTime;
use regex::Regex;

use super::Context;
use super::kind::Kind;
use super::val::Val;

pub(super) use dates::UNITS;

/// The table, in the parts that the documentation has.
pub(crate) const LIBRARY: [(&str, &[Function]); 5] = [
    ("Choosing", choices::FUNCTIONS),
    ("Texts", texts::FUNCTIONS),
    ("Lists", lists::FUNCTIONS),
    ("Dates", dates::FUNCTIONS),
    ("Conversions", conversions::FUNCTIONS),
];

#[derive(Debug)]
pub(crate) struct Function {
    pub name: &'static str,
    pub params: &'static [Param],
    pub gives: Gives,
    /// One sentence.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test makes the documentation of it"))]
    pub says: &'static str,
    /// An expression, and what it gives for the person in the documentation.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test evaluates them"))]
    pub examples: &'static [(&'static str, &'static str)],
    pub run: Run,
}

/// None is null.
type Run = for<'a> fn(&mut Args<'_, 'a>) -> Option<Val<'a>>;

#[derive(Debug)]
pub(crate) struct Param {
    pub name: &'static str,
    pub takes: Takes,
    pub times: Times,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Is(Kind),
    /// What the first argument is.
    LikeFirst,
    /// These three are written out, so that they are checked once, when the
    /// expression is compiled.
    Pattern,
    Format,
    Unit,
}

/// Only the last parameters of a function are anything but `Once`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    Once,
    AtMostOnce,
    /// Together with all others that are repeated, as a group.
    Repeated,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Gives {
    Always(Kind),
    /// One of the arguments, by position.
    OneOf(fn(usize) -> bool),
}

impl Function {
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::all().find(|function| function.name == name)
    }

    pub fn all() -> impl Iterator<Item = &'static Self> {
        LIBRARY.iter().flat_map(|(_, functions)| functions.iter())
    }

    /// The parameters that so many arguments are for. None: there is no such
    /// number of arguments.
    pub fn params_for(&self, arguments: usize) -> Option<Vec<&'static Param>> {
        let repeated: Vec<_> = self.params.iter().filter(|param| param.times == Times::Repeated).collect();
        let required = self.params.iter().filter(|param| param.times == Times::Once).count();
        if repeated.is_empty() {
            let fits = (required..=self.params.len()).contains(&arguments);
            return fits.then(|| self.params.iter().take(arguments).collect());
        }
        let more = arguments.checked_sub(required)?;
        let groups = more.checked_div(repeated.len())?;
        if groups == 0 || more % repeated.len() != 0 {
            return None;
        }
        let again = repeated.into_iter().cycle().take(more);
        Some(self.params.iter().take(required).chain(again).collect())
    }

    pub fn kind(&self, arguments: &[Kind]) -> Kind {
        match self.gives {
            Gives::Always(kind) => kind,
            Gives::OneOf(is_result) => {
                let results = arguments.iter().enumerate().filter(|(at, _)| is_result(*at));
                results.map(|(_, kind)| *kind).fold(Kind::Null, Kind::or)
            }
        }
    }
}

/// The signature: `left(source: text, count: number) -> text`.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (at, param) in self.params.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let optional = if param.times == Times::AtMostOnce { "?" } else { "" };
            write!(f, "{comma}{}{optional}: {}", param.name, param.takes)?;
        }
        let more = if self.params.iter().any(|param| param.times == Times::Repeated) { ", ..." } else { "" };
        write!(f, "{more}) -> ")?;
        match self.gives {
            Gives::Always(kind) => write!(f, "{kind}"),
            Gives::OneOf(_) => f.write_str("one of them"),
        }
    }
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(kind) => write!(f, "{kind}"),
            Self::LikeFirst => f.write_str("like the first"),
            Self::Pattern => f.write_str("pattern"),
            Self::Format => f.write_str("format"),
            Self::Unit => f.write_str("unit"),
        }
    }
}

/// What a function is called with. Each argument is taken out once.
pub(crate) struct Args<'e, 'a> {
    pub values: Vec<Val<'a>>,
    pub pattern: Option<&'e Regex>,
    pub context: &'e Context<'a>,
}

impl<'e, 'a> Args<'e, 'a> {
    pub fn take(&mut self, at: usize) -> Val<'a> {
        self.values.get_mut(at).map(std::mem::take).unwrap_or_default()
    }

    pub fn text(&mut self, at: usize) -> Option<Cow<'a, str>> {
        match self.take(at) {
            Val::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn texts(&mut self, at: usize) -> Option<Vec<Cow<'a, str>>> {
        match self.take(at) {
            Val::Texts(texts) => Some(texts),
            _ => None,
        }
    }

    pub fn date(&mut self, at: usize) -> Option<DateTime> {
        match self.take(at) {
            Val::Date(date) => Some(date),
            _ => None,
        }
    }

    pub fn number(&mut self, at: usize) -> Option<f64> {
        match self.take(at) {
            Val::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A number without its fraction.
    #[allow(clippy::cast_possible_truncation, reason = "what is beyond is cut to the largest")]
    pub fn whole(&mut self, at: usize) -> Option<i64> {
        self.number(at).map(|number| number as i64)
    }

    /// How many, or how far from the beginning; below zero there is nothing.
    pub fn count(&mut self, at: usize) -> Option<usize> {
        usize::try_from(self.whole(at)?).ok()
    }

    pub fn pattern(&self) -> Option<&'e Regex> {
        self.pattern
    }

    /// Those from here on.
    pub fn rest(&mut self, from: usize) -> impl Iterator<Item = Val<'a>> + use<'a> {
        self.values.split_off(from.min(self.values.len())).into_iter()
    }
}

const fn once(name: &'static str, kind: Kind) -> Param {
    Param { name, takes: Takes::Is(kind), times: Times::Once }
}

const fn repeated(name: &'static str, kind: Kind) -> Param {
    Param { name, takes: Takes::Is(kind), times: Times::Repeated }
}

const fn special(name: &'static str, takes: Takes, times: Times) -> Param {
    Param { name, takes, times }
}
