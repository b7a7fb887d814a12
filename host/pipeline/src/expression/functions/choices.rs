//! Functions that choose between values or ask whether there is one.

use uuid::Uuid;

use super::super::kind::Kind::{Any, Bool, Number, Text};
use super::{Args, Function, Gives, Takes, Times, once, repeated, special};
use crate::expression::val::Val;

/// Of the ids that `uuid` makes, which have to stay what they are.
const NAMESPACE: Uuid = Uuid::from_u128(0x7c1d_2a52_4a0b_5b5e_9d0f_6e3a_57c4_11d8);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "coalesce",
        params: &[repeated("value", Any)],
        gives: Gives::OneOf(|_| true),
        says: "The first value that is not empty.",
        examples: &[
            (r#"coalesce(preferred_name, given_name, "?")"#, r#""Zoë""#),
            (r#"coalesce(null, "")"#, "null"),
        ],
        run: |args| args.rest(0).find(|value| !value.is_empty()),
    },
    Function {
        name: "iif",
        params: &[once("condition", Bool), once("then", Any), once("otherwise", Any)],
        gives: Gives::OneOf(|at| at > 0),
        says: "One of two values, as the condition says; the same as `condition ? then : otherwise`.",
        examples: &[
            (r#"iif(is_manager, "lead", "member")"#, r#""lead""#),
            (r#"is_manager ? "lead" : "member""#, r#""lead""#),
        ],
        run: |args| {
            let chosen = if args.take(0).is_true() { 1 } else { 2 };
            Some(args.take(chosen))
        },
    },
    Function {
        name: "switch",
        params: &[
            once("source", Any),
            once("otherwise", Any),
            special("key", Takes::LikeFirst, Times::Repeated),
            repeated("value", Any),
        ],
        gives: Gives::OneOf(|at| at == 1 || (at > 2 && at % 2 == 1)),
        says: "The value behind the first key that equals the source, else `otherwise`.",
        examples: &[
            (r#"switch(work_address.country, "en", "DE", "de", "FR", "fr")"#, r#""de""#),
            (r#"switch(title, "other", "Nurse", "care")"#, r#""other""#),
        ],
        run: |args| {
            let source = args.take(0);
            let mut pairs = args.rest(2);
            while let (Some(key), Some(value)) = (pairs.next(), pairs.next()) {
                if source.equals(&key) {
                    return Some(value);
                }
            }
            Some(args.take(1))
        },
    },
    Function {
        name: "not",
        params: &[once("condition", Bool)],
        gives: Gives::Always(Bool),
        says: "The contrary; the same as `!condition`. Null counts as false.",
        examples: &[("not(is_manager)", "false"), ("not(null)", "true")],
        run: |args| Some(Val::Bool(!args.take(0).is_true())),
    },
    Function {
        name: "isEmpty",
        params: &[once("value", Any)],
        gives: Gives::Always(Bool),
        says: "Whether there is nothing: null, an empty text, an empty list.",
        examples: &[("isEmpty(preferred_name)", "true"), ("isEmpty(teams)", "false")],
        run: |args| Some(Val::Bool(args.take(0).is_empty())),
    },
    Function {
        name: "isPresent",
        params: &[once("value", Any)],
        gives: Gives::Always(Bool),
        says: "Whether there is anything: the contrary of `isEmpty`.",
        examples: &[("isPresent(preferred_name)", "false")],
        run: |args| Some(Val::Bool(!args.take(0).is_empty())),
    },
    Function {
        name: "selectUniqueValue",
        params: &[repeated("candidate", Text)],
        gives: Gives::Always(Text),
        says: "Outermost in a line: the first candidate that is neither empty nor another account's; in \
               these examples somebody is `zlind`. An account keeps its value for as long as it is among \
               the candidates.",
        examples: &[
            (r#"selectUniqueValue("zlind", "zoe.lind")"#, r#""zoe.lind""#),
            (r#"selectUniqueValue("zlind")"#, "null"),
        ],
        // A plan chooses.
        run: |_| None,
    },
    Function {
        name: "uuid",
        params: &[],
        gives: Gives::Always(Text),
        says: "An id for the person, made from the id at the source: the same in every run (UUID version 5).",
        examples: &[("uuid()", r#""31da74e1-6319-5c0b-b1b3-080c62646177""#)],
        run: |args| {
            let id = Uuid::new_v5(&NAMESPACE, args.context.record.id.as_str().as_bytes());
            Some(Val::text(id.to_string()))
        },
    },
    Function {
        name: "bitAnd",
        params: &[once("one", Number), once("other", Number)],
        gives: Gives::Always(Number),
        says: "The bits that both whole numbers have.",
        examples: &[("bitAnd(6, 3)", "2"), ("bitAnd(0.5, 1)", "null")],
        run: bit_and,
    },
    Function {
        name: "skipIfEmpty",
        params: &[once("value", Any)],
        gives: Gives::OneOf(|_| true),
        says: "Outermost in a line: where the value is empty, the account keeps what it has.",
        examples: &[("skipIfEmpty(title)", r#""Analyst""#)],
        run: |args| Some(args.take(0)),
    },
    Function {
        name: "redact",
        params: &[once("value", Any)],
        gives: Gives::OneOf(|_| true),
        says: "Outermost in a line: the value is provisioned and never shown, as with `sensitive = true`.",
        examples: &[("redact(title)", r#""Analyst""#)],
        run: |args| Some(args.take(0)),
    },
];

/// Beyond this not every whole number has a number of its own.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "both are within 2^53")]
fn bit_and<'a>(args: &mut Args<'_, 'a>) -> Option<Val<'a>> {
    let mut bits = |at| {
        let number = args.number(at)?;
        (number.fract() == 0.0 && number.abs() <= MAX_WHOLE).then_some(number as i64)
    };
    Some(Val::Number((bits(0)? & bits(1)?) as f64))
}
