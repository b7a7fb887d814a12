//! Functions from one kind to another.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::kind::Kind::{Any, Bool, Text};
use super::{Args, Function, Gives, once};
use crate::expression::val::Val;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "toString",
        params: &[once("value", Any)],
        gives: Gives::Always(Text),
        says: "As a text; a list with commas.",
        examples: &[("toString(fte)", r#""0.8""#), ("toString(start_date)", r#""2024-03-01""#)],
        run: |args| {
            let value = args.take(0);
            (value != Val::Null).then(|| Val::text(value.to_string()))
        },
    },
    Function {
        name: "toNumber",
        params: &[once("value", Any)],
        gives: Gives::Always(super::Kind::Number),
        says: "The number that a text says.",
        examples: &[(r#"toNumber("40.5")"#, "40.5"), (r#"toNumber("many")"#, "null")],
        run: |args| Some(args.take(0).into_kind(super::Kind::Number)),
    },
    Function {
        name: "toBool",
        params: &[once("value", Any)],
        gives: Gives::Always(Bool),
        says: "True for `true`, `yes` and `1`, false for `false`, `no` and `0`, in any case; of numbers all \
               but 0 are true.",
        examples: &[(r#"toBool("Yes")"#, "true"), ("toBool(0)", "false"), (r#"toBool("maybe")"#, "null")],
        run: to_bool,
    },
    Function {
        name: "base64",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "The text's bytes (UTF-8) in Base64.",
        examples: &[("base64(given_name)", r#""Wm/Dqw==""#)],
        run: |args| Some(Val::text(STANDARD.encode(args.text(0)?.as_bytes()))),
    },
    Function {
        name: "hex",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "The text's bytes (UTF-8) in hexadecimal digits.",
        examples: &[("hex(given_name)", r#""5a6fc3ab""#)],
        run: |args| {
            let source = args.text(0)?;
            let mut digits = String::with_capacity(source.len() * 2);
            for byte in source.bytes() {
                write!(digits, "{byte:02x}").ok()?;
            }
            Some(Val::text(digits))
        },
    },
];

fn to_bool<'a>(args: &mut Args<'_, 'a>) -> Option<Val<'a>> {
    match args.take(0) {
        Val::Bool(truth) => Some(Val::Bool(truth)),
        Val::Number(number) => Some(Val::Bool(number != 0.0)),
        Val::Text(text) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Val::Bool(true)),
            "false" | "no" | "0" => Some(Val::Bool(false)),
            _ => None,
        },
        Val::Null | Val::Date(_) | Val::Texts(_) => None,
    }
}
