//! What an expression's values are, as far as its text says it.

use std::fmt;

use rollcall_model::ValueKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Date,
    Texts,
    /// `null` itself. It fits everywhere.
    Null,
    /// Seen only when there is a person. Becomes what is needed where it can,
    /// and null where it cannot.
    Any,
}

impl Kind {
    /// Whether a value of this kind may stand where `wanted` is asked for.
    pub fn fits(self, wanted: Self) -> bool {
        self == wanted || matches!(self, Self::Null | Self::Any) || wanted == Self::Any
    }

    /// The kind of a value that is one of two.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Null, other) => other,
            (one, Self::Null) => one,
            _ => Self::Any,
        }
    }
}

impl From<ValueKind> for Kind {
    fn from(kind: ValueKind) -> Self {
        match kind {
            ValueKind::Text => Self::Text,
            ValueKind::Number => Self::Number,
            ValueKind::Boolean => Self::Bool,
            ValueKind::Date => Self::Date,
            ValueKind::Texts => Self::Texts,
            ValueKind::Any => Self::Any,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Date => "date",
            Self::Texts => "texts",
            Self::Null => "null",
            Self::Any => "any",
        })
    }
}
