//! Operators with two sides.

use cel::common::ast::operators;

use super::super::kind::Kind;
use super::super::tree::{Calculation, Comparison, Node};
use super::{Checked, expect};
use crate::problem::Fault;

/// Err: there is none of this name.
pub(super) fn of(name: &str, sides: [(Node, Kind); 2]) -> Result<Checked, [(Node, Kind); 2]> {
    Ok(match name {
        operators::LOGICAL_AND => both(sides, Node::And),
        operators::LOGICAL_OR => both(sides, Node::Or),
        operators::EQUALS => compare("==", Comparison::Equal, sides),
        operators::NOT_EQUALS => compare("!=", Comparison::Unequal, sides),
        operators::LESS => compare("<", Comparison::Less, sides),
        operators::LESS_EQUALS => compare("<=", Comparison::LessOrEqual, sides),
        operators::GREATER => compare(">", Comparison::Greater, sides),
        operators::GREATER_EQUALS => compare(">=", Comparison::GreaterOrEqual, sides),
        operators::ADD => calculate("+", Calculation::Plus, sides),
        operators::SUBSTRACT => calculate("-", Calculation::Minus, sides),
        operators::MULTIPLY => calculate("*", Calculation::Times, sides),
        operators::DIVIDE => calculate("/", Calculation::Divided, sides),
        operators::MODULO => calculate("%", Calculation::Remainder, sides),
        operators::IN => within(sides),
        _ => return Err(sides),
    })
}

fn both(sides: [(Node, Kind); 2], node: fn(Box<[Node; 2]>) -> Node) -> Checked {
    let [one, other] = sides.map(|side| expect(side, Kind::Bool, "a side of `&&` or `||`"));
    Ok((node(Box::new([one?, other?])), Kind::Bool))
}

fn within([one, all]: [(Node, Kind); 2]) -> Checked {
    let one = expect(one, Kind::Text, "the left side of `in`")?;
    let all = expect(all, Kind::Texts, "the right side of `in`")?;
    Ok((Node::In(Box::new([one, all])), Kind::Bool))
}

fn compare(sign: &str, how: Comparison, sides: [(Node, Kind); 2]) -> Checked {
    let kinds = sides.each_ref().map(|(_, kind)| *kind);
    let kind = common(sign, kinds)?;
    let ordered = !matches!(how, Comparison::Equal | Comparison::Unequal);
    if ordered && matches!(kind, Kind::Bool | Kind::Texts) {
        let why = format!("`{sign}` has no meaning between two of {kind}");
        return Err(Fault::new(why, "use `==`, or `count` for lists"));
    }
    let [one, other] = sides.map(|side| expect(side, kind, "a side of a comparison"));
    Ok((Node::Compare(how, kind, Box::new([one?, other?])), Kind::Bool))
}

pub(super) fn calculate(sign: &str, how: Calculation, sides: [(Node, Kind); 2]) -> Checked {
    let kind = match (how, common(sign, sides.each_ref().map(|(_, kind)| *kind))?) {
        (Calculation::Plus, kind @ (Kind::Text | Kind::Texts | Kind::Any | Kind::Null)) => kind,
        (Calculation::Plus, kind @ (Kind::Bool | Kind::Date)) => {
            let why = format!("`+` has no meaning between two of {kind}");
            return Err(Fault::new(why, "use `dateAdd` for dates, `||` for bools"));
        }
        _ => Kind::Number,
    };
    let [one, other] = sides.map(|side| expect(side, kind, &format!("a side of `{sign}`")));
    Ok((Node::Calculate(how, kind, Box::new([one?, other?])), kind))
}

/// The kind that both sides are. A text that is written out beside a date is
/// one.
fn common(sign: &str, kinds: [Kind; 2]) -> Result<Kind, Fault> {
    match kinds {
        [Kind::Any, kind] | [kind, Kind::Any] | [Kind::Null, kind] | [kind, Kind::Null] => Ok(kind),
        [one, other] if one == other => Ok(one),
        [Kind::Date, Kind::Text] | [Kind::Text, Kind::Date] => Ok(Kind::Date),
        [one, other] => Err(Fault::new(
            format!("`{sign}` stands between {one} and {other}"),
            "make both the same, with `toString`, `toNumber` or `parseDate`",
        )),
    }
}
