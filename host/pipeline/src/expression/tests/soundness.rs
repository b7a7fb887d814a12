//! What the checker accepts gives what it says, for anybody; and what it ought
//! to refuse, it refuses. Expressions are made from the table of functions
//! itself, so that a new function is in here from its first day.

use proptest::prelude::*;
use rollcall_model::Worker;

use super::{compile, context, zoe};
use crate::expression::functions::{Function, Gives, Takes, Times, UNITS};
use crate::expression::kind::Kind;
use crate::expression::val::Val;

const KINDS: [Kind; 5] = [Kind::Text, Kind::Number, Kind::Bool, Kind::Date, Kind::Texts];

/// How deep expressions are made.
const DEPTH: usize = 4;

/// Some six for each function.
const CASES: u32 = 400;

/// Makes an expression out of bytes, each of which is a choice. Zeros make the
/// simplest one.
struct Maker<'a> {
    bytes: std::slice::Iter<'a, u8>,
    /// So many arguments with a kind of their own before the one that is given
    /// a wrong one.
    until_wrong: Option<usize>,
}

impl Maker<'_> {
    fn choose<'b, T>(&mut self, of: &'b [T]) -> &'b T {
        &of[usize::from(*self.bytes.next().unwrap_or(&0)) % of.len()]
    }

    fn of(&mut self, kind: Kind, depth: usize) -> String {
        let kind = if kind == Kind::Any { *self.choose(&KINDS) } else { kind };
        match if depth == 0 { 0 } else { *self.choose(&[0, 1, 2, 3]) } {
            0 => (*self.choose(leaves(kind))).to_owned(),
            1 => self.operation(kind, depth - 1),
            _ => {
                let giving: Vec<_> = nestable().filter(|function| gives(function, kind)).collect();
                let function = *self.choose(&giving);
                self.call(function, kind, depth - 1)
            }
        }
    }

    fn operation(&mut self, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Bool => {
                let compared = *self.choose(&[Kind::Text, Kind::Number, Kind::Date]);
                match *self.choose(&["&&", "in", "exists", "<", "=="]) {
                    "&&" => format!("({} && {})", self.argument(kind, depth), self.argument(kind, depth)),
                    "in" => {
                        format!(
                            "({} in {})",
                            self.argument(Kind::Text, depth),
                            self.argument(Kind::Texts, depth)
                        )
                    }
                    "exists" => {
                        format!(
                            "{}.exists(i, i == {})",
                            self.argument(Kind::Texts, 0),
                            self.argument(Kind::Text, 0)
                        )
                    }
                    sign => {
                        format!("({} {sign} {})", self.of(compared, depth), self.argument(compared, depth))
                    }
                }
            }
            Kind::Number => {
                let sign = *self.choose(&["+", "-", "*", "/", "%"]);
                format!("({} {sign} {})", self.of(kind, depth), self.argument(kind, depth))
            }
            Kind::Text | Kind::Texts => {
                format!("({} + {})", self.of(kind, depth), self.argument(kind, depth))
            }
            _ => format!(
                "({} ? {} : {})",
                self.argument(Kind::Bool, depth),
                self.of(kind, depth),
                self.of(kind, depth)
            ),
        }
    }

    fn call(&mut self, function: &'static Function, kind: Kind, depth: usize) -> String {
        let times = |times: Times| function.params.iter().filter(|param| param.times == times).count();
        let repeated = times(Times::Repeated);
        let groups = usize::from(repeated > 0) + usize::from(*self.choose(&[false, true]));
        let optional = if *self.choose(&[false, true]) { times(Times::AtMostOnce) } else { 0 };
        let count = times(Times::Once) + optional + repeated * groups;
        let params = function.params_for(count).expect("so many arguments are taken");
        let like = params_are_alike(function).then(|| *self.choose(&KINDS));
        let mut arguments = Vec::new();
        for (at, param) in params.into_iter().enumerate() {
            arguments.push(match (param.takes, function.gives) {
                (Takes::LikeFirst, _) => self.argument(like.unwrap_or(Kind::Any), depth),
                (Takes::Is(_), _) if at == 0 && like.is_some() => self.of(like.unwrap_or(Kind::Any), depth),
                (Takes::Is(_), Gives::OneOf(is_result)) if is_result(at) => self.of(kind, depth),
                (Takes::Is(kind), _) => self.argument(kind, depth),
                (Takes::Pattern, _) => (*self.choose(&["'a+'", "r'(\\w)(.)?$'", "''"])).to_owned(),
                (Takes::Format, _) => (*self.choose(&["'%Y-%m-%d'", "'%d %B %y %H:%M'", "''"])).to_owned(),
                (Takes::Unit, _) => format!("'{}'", self.choose(&UNITS)),
            });
        }
        format!("{}({})", function.name, arguments.join(", "))
    }

    /// What has to be of this kind, and is not where it is its turn.
    fn argument(&mut self, kind: Kind, depth: usize) -> String {
        if kind != Kind::Any && self.until_wrong.is_some() {
            self.until_wrong = self.until_wrong.and_then(|until| until.checked_sub(1));
            if self.until_wrong.is_none() {
                // A text that is written out may be a date.
                let fits = |other: &Kind| *other == kind || (kind == Kind::Date && *other == Kind::Text);
                let wrong: Vec<_> = KINDS.into_iter().filter(|other| !fits(other)).collect();
                let wrong = *self.choose(&wrong);
                return self.of(wrong, depth);
            }
        }
        self.of(kind, depth)
    }
}

/// All but the three that have their place, and a test, of their own.
fn nestable() -> impl Iterator<Item = &'static Function> {
    Function::all()
        .filter(|function| !["redact", "skipIfEmpty", "selectUniqueValue"].contains(&function.name))
}

fn params_are_alike(function: &Function) -> bool {
    function.params.iter().any(|param| param.takes == Takes::LikeFirst)
}

fn gives(function: &Function, kind: Kind) -> bool {
    match function.gives {
        Gives::Always(given) => given == kind,
        Gives::OneOf(_) => true,
    }
}

fn leaves(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text => &["'a'", "''", "given_name", "title", "preferred_name", "work_address.country"],
        Kind::Number => &["1", "0", "-2.5", "fte", "1e300", "99"],
        Kind::Bool => &["true", "false", "is_manager"],
        Kind::Texts => &["['a', 'b']", "[]", "teams", "team_ids", "[title, given_name]"],
        _ => &["now()", "start_date", "end_date", "created_at"],
    }
}

/// Somebody whose record is full of what nobody expects.
fn odd(text: &str) -> Worker {
    let mut worker = zoe();
    let odd = || Some(text.to_owned());
    worker.name.given = odd();
    worker.employment.title = odd();
    worker.employment.start_date = odd();
    worker.employment.end_date = Some("9999-12-31".into());
    worker.created_at = Some("2026-03-29T02:30:00.5+02:00".into());
    worker.employment.fte = Some(f64::NAN);
    worker.organization.teams.iter_mut().for_each(|team| team.name = odd());
    worker
}

fn is_of(value: &Val<'_>, kind: Kind) -> bool {
    matches!(
        (value, kind),
        (Val::Null, _)
            | (Val::Text(_), Kind::Text)
            | (Val::Number(_), Kind::Number)
            | (Val::Bool(_), Kind::Bool)
            | (Val::Date(_), Kind::Date)
            | (Val::Texts(_), Kind::Texts)
    )
}

fn pieces() -> impl Strategy<Value = String> {
    let tokens = [
        "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "+", "-", "!", "==", "&&", "||", "in", "'", "\"",
        "\\", "\\u", "r'", "b'", "'''", "0x", "1", ".5", "e9", "u", "null", "title", "custom.", "teams",
        "lower", "exists", "map", "has", "matches", " ", "\n", "//", "`", "\0", "é", "😀", "if", "@in",
        "_?_:_", "4711", "true",
    ];
    let piece =
        prop_oneof![9 => prop::sample::select(tokens.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// As long and as deep as can be, where a parser calls itself.
#[test]
fn a_text_that_is_all_beginning_neither_overflows_the_stack_nor_panics() {
    let again = [
        "(", "[", "{", "{a:", "a{b:", "!", "-", "a+", "a.", "a[", "a?", "a?a:", "a<", "f(", "a.f(", "'",
        "a,", "()", "\\",
    ];
    for piece in again {
        let text = piece.repeat(crate::expression::MAX_LENGTH / piece.len());
        let refused = compile(&text).expect_err("is no expression");
        assert!(!refused.why.contains("nothing that the parser"), "{piece}: {refused:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn any_text_is_compiled_or_refused_and_never_more(text in pieces()) {
        match compile(&text) {
            Ok((expression, membrane)) => {
                let record = membrane.pass(zoe());
                let _ = expression.evaluate(&context(&record));
            }
            // What the parser would have panicked at.
            Err(fault) => prop_assert!(!fault.why.contains("nothing that the parser"), "{text:?}"),
        }
    }

    #[test]
    fn what_is_accepted_gives_what_it_says_for_anybody(
        kind in prop::sample::select(KINDS.to_vec()),
        function in prop::option::of(prop::sample::select(nestable().collect::<Vec<_>>())),
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        strange in any::<String>(),
    ) {
        let mut maker = Maker { bytes: bytes.iter(), until_wrong: None };
        let (text, kind) = match function {
            None => (maker.of(kind, DEPTH), kind),
            Some(function) => {
                let kind = if let Gives::Always(given) = function.gives { given } else { kind };
                (maker.call(function, kind, DEPTH - 1), kind)
            }
        };
        // Beyond the limit of length there is nothing to say.
        prop_assume!(text.len() <= crate::expression::MAX_LENGTH);
        let compiled = compile(&text);
        prop_assert!(compiled.is_ok(), "{text}: {compiled:?}");
        let (expression, membrane) = compiled.expect("is accepted");
        prop_assert!(expression.kind().fits(kind), "{text} is {}", expression.kind());
        for worker in [zoe(), odd(&strange)] {
            let record = membrane.pass(worker);
            let value = expression.node.evaluate(&context(&record), None);
            prop_assert!(is_of(&value, kind), "{text} is {kind} and gives {value:?}");
        }
    }

    #[test]
    fn an_argument_of_a_wrong_kind_is_refused(
        kind in prop::sample::select(KINDS.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        wrong in 1_usize..6,
    ) {
        let mut maker = Maker { bytes: bytes.iter(), until_wrong: Some(wrong) };
        let text = maker.of(kind, DEPTH);
        prop_assume!(text.len() <= crate::expression::MAX_LENGTH);
        let reached = maker.until_wrong.is_none();
        prop_assert_eq!(compile(&text).is_err(), reached, "{}", text);
    }
}
