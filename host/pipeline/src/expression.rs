//! Expressions, in CEL (Common Expression Language): compiled once, evaluated
//! for each person. `docs/expressions.md` is the language as an admin sees it.
//!
//! The crate `cel` parses. Its tree is then checked and turned into one of our
//! own, because an interpreter that finds out a wrong type at the five-hundredth
//! person is of no use here, the checker walks the tree anyway, and what it
//! leaves behind borrows from the person's record.

mod check;
mod functions;
mod kind;
mod parse;
mod tree;
mod val;

#[cfg(test)]
mod documentation;
#[cfg(test)]
mod tests;

use jiff::civil::DateTime;
use rollcall_model::Value;

pub(crate) use kind::Kind;

use crate::admission::{Admission, Use};
use crate::membrane::{Record, Slot};
use crate::problem::Fault;
use tree::Node;

/// Bytes of an expression's text at most.
pub(crate) const MAX_LENGTH: usize = 2000;
/// How deep brackets and conditions may be nested.
pub(crate) const MAX_NESTING: u16 = 32;
/// How deep the tree may be, to which a long chain of operators counts too.
pub(crate) const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone)]
pub(crate) struct Expression {
    text: String,
    node: Node,
    kind: Kind,
    reads: Vec<Slot>,
    redacted: bool,
    skips_if_empty: bool,
    has_candidates: bool,
}

/// What an expression is evaluated with, besides its attributes.
pub(crate) struct Context<'a> {
    pub record: &'a Record,
    /// When the run began, by the clock of its time zone.
    pub now: DateTime,
}

impl Expression {
    /// Admits the attributes that the text names, and no others.
    pub fn compile(text: &str, admission: &mut Admission<'_>, by: Use) -> Result<Self, Fault> {
        let mut root = parse::parse(text)?;
        let (mut redacted, mut skips_if_empty) = (false, false);
        while let Some((name, within)) = check::outermost(&mut root, by) {
            redacted |= name == "redact";
            skips_if_empty |= name == "skipIfEmpty";
            root = within;
        }
        let has_candidates = check::candidates(&mut root, by);
        let (node, kind, reads) = check::check(&root, admission, by)?;
        let kind = if has_candidates { Kind::Text } else { kind };
        Ok(Self { text: text.to_owned(), node, kind, reads, redacted, skips_if_empty, has_candidates })
    }

    /// None: empty.
    pub fn evaluate(&self, context: &Context<'_>) -> Option<Value> {
        self.node.evaluate(context, None).within_limit().into_value()
    }

    /// Whether it says yes; null is no.
    pub fn holds(&self, context: &Context<'_>) -> bool {
        self.node.evaluate(context, None).into_kind(Kind::Bool).is_true()
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn reads(&self, slot: Slot) -> bool {
        self.reads.contains(&slot)
    }

    /// Whether its value is not to be shown.
    pub fn is_redacted(&self) -> bool {
        self.redacted
    }

    /// Whether its value is a list, of which the account gets one.
    pub fn has_candidates(&self) -> bool {
        self.has_candidates
    }

    /// Whether an account keeps what it has where the value is empty.
    pub fn skips_if_empty(&self) -> bool {
        self.skips_if_empty
    }
}
