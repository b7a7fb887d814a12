//! Functions on lists of texts. Positions are counted from 0.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::kind::Kind::{Any, Number, Text, Texts};
use super::texts::number;
use super::{Function, Gives, once, repeated};
use crate::expression::val::Val;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "join",
        params: &[once("separator", Text), repeated("value", Any)],
        gives: Gives::Always(Text),
        says: "The values, and those within lists, as one text, without those that are empty.",
        examples: &[
            (r#"join(" ", given_name, preferred_name, family_name)"#, r#""Zoë Lind""#),
            (r#"join("; ", teams)"#, r#""Core; Data; Core""#),
        ],
        run: |args| {
            let separator = args.text(0)?;
            let mut joined = String::new();
            let mut add = |text: &str| {
                if !joined.is_empty() {
                    joined.push_str(&separator);
                }
                joined.push_str(text);
            };
            for value in args.rest(1).filter(|value| !value.is_empty()) {
                match value {
                    Val::Text(text) => add(&text),
                    Val::Texts(texts) => texts.iter().for_each(|text| add(text)),
                    other => add(&other.to_string()),
                }
            }
            Some(Val::text(joined))
        },
    },
    Function {
        name: "split",
        params: &[once("source", Text), once("delimiter", Text)],
        gives: Gives::Always(Texts),
        says: "The parts between the delimiters.",
        examples: &[(r#"split("a;b;;c", ";")"#, r#"["a", "b", "", "c"]"#)],
        run: |args| {
            let (source, delimiter) = (args.text(0)?, args.text(1)?);
            if delimiter.is_empty() {
                return None;
            }
            Some(Val::Texts(source.split(&*delimiter).map(|part| Cow::Owned(part.to_owned())).collect()))
        },
    },
    Function {
        name: "item",
        params: &[once("list", Texts), once("number", Number)],
        gives: Gives::Always(Text),
        says: "One of a list by its number; the same as `list[number]`.",
        examples: &[("item(teams, 1)", r#""Data""#), ("teams[9]", "null")],
        run: |args| {
            let (texts, at) = (args.texts(0)?, args.count(1)?);
            texts.into_iter().nth(at).map(Val::Text)
        },
    },
    Function {
        name: "count",
        params: &[once("value", Any)],
        gives: Gives::Always(Number),
        says: "How many values there are: the items of a list, 1 for anything else, 0 for what is empty.",
        examples: &[("count(teams)", "3"), ("count(title)", "1"), ("count(preferred_name)", "0")],
        run: |args| {
            number(match args.take(0) {
                Val::Texts(texts) => texts.len(),
                other => usize::from(!other.is_empty()),
            })
        },
    },
    Function {
        name: "unique",
        params: &[once("list", Texts)],
        gives: Gives::Always(Texts),
        says: "Each text once, where it came first.",
        examples: &[("unique(teams)", r#"["Core", "Data"]"#)],
        run: |args| {
            let mut seen = HashSet::new();
            let texts = args.texts(0)?;
            Some(Val::Texts(texts.into_iter().filter(|text| seen.insert(text.clone())).collect()))
        },
    },
];
