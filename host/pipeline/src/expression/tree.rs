//! The tree of a checked expression, and its evaluation. Evaluation is total:
//! there are no errors, only nulls.

use std::borrow::Cow;

use regex::Regex;

use super::Context;
use super::functions::{Args, Function};
use super::kind::Kind;
use super::val::Val;
use crate::membrane::Slot;

#[derive(Debug, Clone)]
pub(super) enum Node {
    Literal(Val<'static>),
    Attribute(Slot, Kind),
    /// The item that a list's `exists`, `all`, `filter` or `map` is looking at.
    Item,
    List(Vec<Node>),
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
    /// The kind that both sides are taken as.
    Compare(Comparison, Kind, Box<[Node; 2]>),
    Calculate(Calculation, Kind, Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    /// Over the items of a list.
    Each(Each, Box<[Node; 2]>),
    Call(Box<Call>),
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub function: &'static Function,
    /// With the kinds that they are taken as.
    pub arguments: Vec<(Node, Kind)>,
    pub pattern: Option<Regex>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calculation {
    Plus,
    Minus,
    Times,
    Divided,
    Remainder,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Each {
    Exists,
    All,
    Filter,
    Map,
}

impl Node {
    pub fn evaluate<'a>(&'a self, context: &Context<'a>, item: Option<&Cow<'a, str>>) -> Val<'a> {
        let value = |node: &'a Node| node.evaluate(context, item);
        let holds = |node: &'a Node| value(node).into_kind(Kind::Bool).is_true();
        match self {
            Self::Literal(literal) => borrowed(literal),
            Self::Attribute(slot, kind) => Val::of(context.record.get(*slot)).into_kind(*kind).within_limit(),
            Self::Item => item.cloned().map_or(Val::Null, Val::Text),
            Self::List(nodes) => Val::Texts(nodes.iter().filter_map(|node| text(value(node))).collect()),
            Self::And(sides) => Val::Bool(sides.iter().all(holds)),
            Self::Or(sides) => Val::Bool(sides.iter().any(holds)),
            Self::Compare(how, kind, sides) => {
                let [one, other] = sides.each_ref().map(|side| value(side).into_kind(*kind));
                Val::Bool(how.holds(&one, &other))
            }
            Self::Calculate(how, kind, sides) => {
                let [one, other] = sides.each_ref().map(|side| value(side).into_kind(*kind));
                how.of(one, other).within_limit()
            }
            Self::In(sides) => {
                let [one, all] = sides.each_ref().map(value);
                let (Val::Text(one), Val::Texts(all)) =
                    (one.into_kind(Kind::Text), all.into_kind(Kind::Texts))
                else {
                    return Val::Bool(false);
                };
                Val::Bool(all.contains(&one))
            }
            Self::Each(each, parts) => {
                let [list, body] = &**parts;
                let items = match value(list).into_kind(Kind::Texts) {
                    Val::Texts(items) => items,
                    _ => Vec::new(),
                };
                each.of(items, |item| body.evaluate(context, Some(item))).within_limit()
            }
            Self::Call(call) => {
                let values = call.arguments.iter().map(|(node, kind)| value(node).into_kind(*kind)).collect();
                let mut args = Args { values, pattern: call.pattern.as_ref(), context };
                (call.function.run)(&mut args).unwrap_or_default().within_limit()
            }
        }
    }
}

impl Comparison {
    /// What is empty is neither more nor less than anything.
    fn holds(self, one: &Val<'_>, other: &Val<'_>) -> bool {
        let order = || one.compare(other);
        match self {
            Self::Equal => one.equals(other),
            Self::Unequal => !one.equals(other),
            Self::Less => order().is_some_and(std::cmp::Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(std::cmp::Ordering::is_le),
            Self::Greater => order().is_some_and(std::cmp::Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

impl Calculation {
    fn of<'a>(self, one: Val<'a>, other: Val<'a>) -> Val<'a> {
        match (self, one, other) {
            (Self::Plus, Val::Text(one), Val::Text(other)) => Val::Text(one + other),
            (Self::Plus, Val::Texts(mut one), Val::Texts(other)) => {
                one.extend(other);
                Val::Texts(one)
            }
            (_, Val::Number(one), Val::Number(other)) => {
                let result = match self {
                    Self::Plus => one + other,
                    Self::Minus => one - other,
                    Self::Times => one * other,
                    Self::Divided => one / other,
                    Self::Remainder => one % other,
                };
                if result.is_finite() { Val::Number(result) } else { Val::Null }
            }
            _ => Val::Null,
        }
    }
}

impl Each {
    fn of<'a>(self, mut items: Vec<Cow<'a, str>>, body: impl Fn(&Cow<'a, str>) -> Val<'a>) -> Val<'a> {
        let holds = |item: &Cow<'a, str>| body(item).into_kind(Kind::Bool).is_true();
        match self {
            Self::Exists => Val::Bool(items.iter().any(holds)),
            Self::All => Val::Bool(items.iter().all(holds)),
            Self::Filter => {
                items.retain(holds);
                Val::Texts(items)
            }
            Self::Map => Val::Texts(items.iter().filter_map(|item| text(body(item))).collect()),
        }
    }
}

fn text(value: Val<'_>) -> Option<Cow<'_, str>> {
    match value.into_kind(Kind::Text) {
        Val::Text(text) => Some(text),
        _ => None,
    }
}

fn borrowed<'a>(literal: &'a Val<'static>) -> Val<'a> {
    match literal {
        Val::Text(text) => Val::Text(Cow::Borrowed(text)),
        Val::Texts(texts) => Val::Texts(texts.iter().map(|text| Cow::Borrowed(&**text)).collect()),
        Val::Null => Val::Null,
        Val::Number(number) => Val::Number(*number),
        Val::Bool(truth) => Val::Bool(*truth),
        Val::Date(date) => Val::Date(*date),
    }
}
