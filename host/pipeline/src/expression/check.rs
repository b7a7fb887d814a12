//! The checker: from the parser's tree to ours, with a kind for every part.
//! What would go wrong with a person goes wrong here.

mod operation;

use std::borrow::Cow;

use cel::common::ast::{CallExpr, Expr, IdedExpr, ListExpr, LiteralValue, operators};
use jiff::fmt::strtime;

use super::functions::{Function, Param, Takes, UNITS};
use super::kind::Kind;
use super::tree::{Calculation, Call, Each, Node};
use super::val::{Val, date};
use super::{MAX_DEPTH, parse};
use crate::admission::{Admission, Use, nearest};
use crate::membrane::Slot;
use crate::pattern;
use crate::problem::Fault;

/// Functions that say something of a line as a whole.
const OUTERMOST: [&str; 2] = ["redact", "skipIfEmpty"];

/// The one that has candidates for a line, of which a plan chooses.
const CANDIDATES: &str = "selectUniqueValue";

/// What is called on a list, with a name for its item.
const EACH: [(&str, Each); 4] =
    [("exists", Each::Exists), ("all", Each::All), ("filter", Each::Filter), ("map", Each::Map)];

/// Taken off a line's expression: the name of such a function, and what it is
/// called with.
pub(super) fn outermost(root: &mut IdedExpr, by: Use) -> Option<(&'static str, IdedExpr)> {
    let Expr::Call(call) = &mut root.expr else { return None };
    let name = OUTERMOST.into_iter().find(|name| by == Use::Mapping && call.func_name == *name)?;
    match (call.target.take(), call.args.as_mut_slice()) {
        (Some(target), []) => Some((name, *target)),
        (None, [argument]) => Some((name, std::mem::take(argument))),
        (target, _) => {
            call.target = target;
            None
        }
    }
}

/// Makes a list of its candidates of a line's expression. False: it has none.
pub(super) fn candidates(root: &mut IdedExpr, by: Use) -> bool {
    let Expr::Call(call) = &mut root.expr else { return false };
    if by != Use::Mapping || call.func_name != CANDIDATES {
        return false;
    }
    let first = call.target.take().map(|target| *target);
    let elements = first.into_iter().chain(std::mem::take(&mut call.args)).collect();
    root.expr = Expr::List(ListExpr::new(elements));
    true
}

/// The tree, the kind of its value, and the slots that it reads.
pub(super) fn check(
    root: &IdedExpr,
    admission: &mut Admission<'_>,
    by: Use,
) -> Result<(Node, Kind, Vec<Slot>), Fault> {
    let mut checker = Checker { admission, by, item: None, reads: Vec::new() };
    let (node, kind) = checker.node(root, 0)?;
    Ok((node, kind, checker.reads))
}

struct Checker<'c, 'a> {
    admission: &'c mut Admission<'a>,
    by: Use,
    /// What the item of a list is called, within its `exists`, `all`, ...
    item: Option<String>,
    reads: Vec<Slot>,
}

type Checked = Result<(Node, Kind), Fault>;

impl Checker<'_, '_> {
    fn node(&mut self, expression: &IdedExpr, depth: usize) -> Checked {
        if depth > MAX_DEPTH {
            return Err(parse::too_deep());
        }
        match &expression.expr {
            Expr::Literal(literal) => self::literal(literal),
            Expr::Ident(_) | Expr::Select(_) => self.name(expression),
            Expr::List(list) => self.list(&list.elements, depth),
            Expr::Call(call) => self.call(call, depth),
            Expr::Map(_) | Expr::Struct(_) | Expr::Comprehension(_) | Expr::Unspecified => {
                Err(Fault::new("maps and messages are not part of the language", "leave them out"))
            }
        }
    }

    fn name(&mut self, expression: &IdedExpr) -> Checked {
        let name = path(expression)
            .ok_or_else(|| Fault::new("a `.` is behind something that has no parts", "leave it out"))?;
        if self.item.as_ref() == Some(&name) {
            return Ok((Node::Item, Kind::Text));
        }
        self.attribute(&name)
    }

    fn attribute(&mut self, name: &str) -> Checked {
        let (slot, kind) = self.admission.admit(name, self.by)?;
        self.reads.push(slot);
        Ok((Node::Attribute(slot, kind.into()), kind.into()))
    }

    fn list(&mut self, elements: &[IdedExpr], depth: usize) -> Checked {
        let mut nodes = Vec::new();
        for element in elements {
            let (node, kind) = self.node(element, depth + 1)?;
            if !kind.fits(Kind::Text) {
                let why = format!("a list is of texts, and here of {kind}");
                return Err(Fault::new(why, "use `toString`, or `\"...\"`"));
            }
            nodes.push(node);
        }
        let texts = nodes.iter().map(|node| match node {
            Node::Literal(Val::Text(text)) => Some(text.clone()),
            _ => None,
        });
        let node = match texts.collect() {
            Some(texts) => Node::Literal(Val::Texts(texts)),
            None => Node::List(nodes),
        };
        Ok((node, Kind::Texts))
    }

    fn call(&mut self, call: &CallExpr, depth: usize) -> Checked {
        // `x.f(y)` is `f(x, y)`, but for what has a variable.
        let each = EACH.iter().find(|(name, _)| *name == call.func_name);
        match (each, &call.target, call.args.as_slice()) {
            (Some((_, each)), Some(list), [item, body]) => return self.each(*each, list, item, body, depth),
            (Some((name, _)), _, _) => {
                let remedy = format!("write `list.{name}(item, ...)`");
                return Err(Fault::new(
                    format!("`{name}` is called on a list, with a name and a body"),
                    remedy,
                ));
            }
            _ => {}
        }
        let parts: Vec<_> = call.target.as_deref().into_iter().chain(&call.args).collect();
        if let (operators::INDEX, [of, key]) = (call.func_name.as_str(), parts.as_slice())
            && let (Expr::Ident(root), Expr::Literal(LiteralValue::String(name))) = (&of.expr, &key.expr)
            && root == "custom"
        {
            return self.attribute(&format!("custom.{}", name.inner()));
        }
        let mut checked = Vec::new();
        for part in parts {
            checked.push(self.node(part, depth + 1)?);
        }
        let name = match call.func_name.as_str() {
            operators::CONDITIONAL => "iif",
            operators::LOGICAL_NOT => "not",
            operators::INDEX => "item",
            name => name,
        };
        match <[_; 2]>::try_from(checked) {
            Ok(sides) => match operation::of(name, sides) {
                Ok(operation) => operation,
                Err(sides) => self.function(name, sides.into()),
            },
            Err(mut checked) => match (name, checked.pop()) {
                (operators::NEGATE, Some((node, kind))) => {
                    let zero = (Node::Literal(Val::Number(0.0)), Kind::Number);
                    operation::calculate("-", Calculation::Minus, [zero, (node, kind)])
                }
                (_, last) => {
                    checked.extend(last);
                    self.function(name, checked)
                }
            },
        }
    }

    fn each(
        &mut self,
        each: Each,
        list: &IdedExpr,
        item: &IdedExpr,
        body: &IdedExpr,
        depth: usize,
    ) -> Checked {
        let Expr::Ident(item) = &item.expr else {
            return Err(Fault::new("the item of a list has no name", "write `list.exists(item, ...)`"));
        };
        if self.item.is_some() {
            let why = "one look at every item is within another one, which would take long";
            return Err(Fault::new(why, "use `in`, or two lines"));
        }
        let list = self.node(list, depth + 1)?;
        let list = expect(list, Kind::Texts, "what stands before the dot")?;
        self.item = Some(item.clone());
        let body = self.node(body, depth + 1);
        self.item = None;
        let (wanted, kind) = match each {
            Each::Exists | Each::All => (Kind::Bool, Kind::Bool),
            Each::Filter => (Kind::Bool, Kind::Texts),
            Each::Map => (Kind::Text, Kind::Texts),
        };
        let body = expect(body?, wanted, "what is said of each item")?;
        Ok((Node::Each(each, Box::new([list, body])), kind))
    }

    fn function(&self, name: &str, arguments: Vec<(Node, Kind)>) -> Checked {
        let Some(function) = Function::find(name) else { return Err(unknown(name)) };
        let Some(params) = function.params_for(arguments.len()) else {
            let why = format!("`{name}` does not take {} arguments", arguments.len());
            return Err(Fault::new(why, format!("it is `{function}`")));
        };
        if OUTERMOST.contains(&name) || name == CANDIDATES {
            let why = format!("`{name}` says something of a whole line of the mapping");
            return Err(Fault::new(why, "write it around the whole expression of a line"));
        }
        let kinds: Vec<_> = arguments.iter().map(|(_, kind)| *kind).collect();
        let first = kinds.first().copied().filter(|kind| *kind != Kind::Null).unwrap_or(Kind::Any);
        let mut call = Call { function, arguments: Vec::new(), pattern: None };
        for (param, argument) in params.into_iter().zip(arguments) {
            let node = self::argument(param, argument, first, &mut call)?;
            call.arguments.push(node);
        }
        Ok((Node::Call(Box::new(call)), function.kind(&kinds)))
    }
}

fn argument(
    param: &Param,
    argument: (Node, Kind),
    first: Kind,
    call: &mut Call,
) -> Result<(Node, Kind), Fault> {
    let place = format!("`{}` of `{}`", param.name, call.function.name);
    let kind = match param.takes {
        Takes::Is(kind) => kind,
        Takes::LikeFirst => first,
        Takes::Pattern | Takes::Format | Takes::Unit => {
            let (Node::Literal(Val::Text(text)), _) = &argument else {
                return Err(Fault::new(format!("{place} is not written out"), "write it as `\"...\"`"));
            };
            match param.takes {
                Takes::Pattern => call.pattern = Some(pattern::compile(text)?),
                Takes::Unit if !UNITS.contains(&&**text) => {
                    let why = format!("{place} cannot be \"{text}\"");
                    return Err(Fault::new(why, format!("use one of {}", UNITS.join(", "))));
                }
                Takes::Format => {
                    strtime::format(text.as_bytes(), jiff::civil::datetime(2000, 1, 1, 0, 0, 0, 0))
                        .map(|_| ())
                        .map_err(|error| {
                            Fault::new(format!("{place}: {error}"), "use %Y, %m, %d, %H, %M, %S")
                        })?
                }
                _ => {}
            }
            Kind::Text
        }
    };
    Ok((expect(argument, kind, &place)?, kind))
}

/// As a value of this kind, if it can be one.
fn expect((node, kind): (Node, Kind), wanted: Kind, place: &str) -> Result<Node, Fault> {
    if let (Kind::Date, Node::Literal(Val::Text(text))) = (wanted, &node) {
        return literal_date(text);
    }
    if kind.fits(wanted) {
        return Ok(node);
    }
    Err(Fault::new(format!("{place} is {kind}, and has to be {wanted}"), conversion(wanted)))
}

fn conversion(wanted: Kind) -> &'static str {
    match wanted {
        Kind::Text => "use `toString`, or of a list `join`",
        Kind::Number => "use `toNumber`, or `size` or `count`",
        Kind::Bool => "compare it with something, or use `isPresent` or `toBool`",
        Kind::Date => "use `parseDate`",
        Kind::Texts => "use `split`, or `[...]`",
        Kind::Null | Kind::Any => "use something else",
    }
}

fn literal_date(text: &str) -> Result<Node, Fault> {
    let date = date(text).ok_or_else(|| {
        Fault::new(format!("\"{text}\" is not a date"), "write it as \"2026-01-31\", or use `parseDate`")
    })?;
    Ok(Node::Literal(Val::Date(date)))
}

fn unknown(name: &str) -> Fault {
    let near = nearest(name, Function::all().map(|function| function.name));
    let remedy = match near {
        Some(near) => format!("write `{near}` if that is meant"),
        None => "use one of docs/expressions.md".to_owned(),
    };
    Fault::new(format!("there is no function `{name}`"), remedy)
}

/// `work_address.country`
fn path(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "numbers are what JSON has")]
fn literal(literal: &LiteralValue) -> Checked {
    Ok(match literal {
        LiteralValue::Null => (Node::Literal(Val::Null), Kind::Null),
        LiteralValue::Boolean(truth) => (Node::Literal(Val::Bool(*truth.inner())), Kind::Bool),
        LiteralValue::Int(number) => (Node::Literal(Val::Number(*number.inner() as f64)), Kind::Number),
        LiteralValue::UInt(number) => (Node::Literal(Val::Number(*number.inner() as f64)), Kind::Number),
        LiteralValue::Double(number) => (Node::Literal(Val::Number(*number.inner())), Kind::Number),
        LiteralValue::String(text) => {
            (Node::Literal(Val::Text(Cow::Owned(text.inner().to_owned()))), Kind::Text)
        }
        LiteralValue::Bytes(_) => return Err(Fault::new("bytes are not part of the language", "use a text")),
    })
}
