//! Functions on texts. Positions and lengths are counted in characters, from 0.

use std::borrow::Cow;

use regex::Captures;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::super::kind::Kind::{Bool, Number, Text};
use super::{Args, Function, Gives, Takes, Times, once, special};
use crate::expression::val::{MAX_RESULT, Val};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "append",
        params: &[once("source", Text), once("suffix", Text)],
        gives: Gives::Always(Text),
        says: "The source with the suffix behind it; the same as `source + suffix`.",
        examples: &[(r#"append(user_name, "@example.com")"#, r#""zlind@example.com""#)],
        run: |args| Some(Val::text(args.text(0)? + args.text(1)?)),
    },
    Function {
        name: "left",
        params: &[once("source", Text), once("count", Number)],
        gives: Gives::Always(Text),
        says: "The first characters.",
        examples: &[("left(given_name, 1)", r#""Z""#), ("left(given_name, 99)", r#""Zoë""#)],
        run: |args| part(args.text(0)?, 0, args.count(1)?),
    },
    Function {
        name: "right",
        params: &[once("source", Text), once("count", Number)],
        gives: Gives::Always(Text),
        says: "The last characters.",
        examples: &[("right(given_name, 2)", r#""oë""#)],
        run: |args| {
            let (source, count) = (args.text(0)?, args.count(1)?);
            let start = source.chars().count().saturating_sub(count);
            part(source, start, count)
        },
    },
    Function {
        name: "mid",
        params: &[once("source", Text), once("start", Number), once("count", Number)],
        gives: Gives::Always(Text),
        says: "So many characters from `start` on.",
        examples: &[(r#"mid("K-4711-X", 2, 4)"#, r#""4711""#)],
        run: |args| part(args.text(0)?, args.count(1)?, args.count(2)?),
    },
    Function {
        name: "size",
        params: &[once("source", Text)],
        gives: Gives::Always(Number),
        says: "How many characters.",
        examples: &[("size(given_name)", "3")],
        run: |args| number(args.text(0)?.chars().count()),
    },
    Function {
        name: "indexOf",
        params: &[once("source", Text), once("part", Text)],
        gives: Gives::Always(Number),
        says: "Where the part begins, or -1.",
        examples: &[(r#"indexOf(work_email, "@")"#, "8"), (r#"indexOf(work_email, "+")"#, "-1")],
        run: |args| {
            let (source, part) = (args.text(0)?, args.text(1)?);
            let before = source.find(&*part).and_then(|at| source.get(..at));
            before.map_or(Some(Val::Number(-1.0)), |before| number(before.chars().count()))
        },
    },
    Function {
        name: "contains",
        params: &[once("source", Text), once("part", Text)],
        gives: Gives::Always(Bool),
        says: "Whether the part is somewhere in it.",
        examples: &[(r#"contains(work_email, "@example.")"#, "true")],
        run: |args| relation(args, |source, part| source.contains(part)),
    },
    Function {
        name: "startsWith",
        params: &[once("source", Text), once("part", Text)],
        gives: Gives::Always(Bool),
        says: "Whether it begins with the part.",
        examples: &[(r#"startsWith(title, "Ana")"#, "true")],
        run: |args| relation(args, |source, part| source.starts_with(part)),
    },
    Function {
        name: "endsWith",
        params: &[once("source", Text), once("part", Text)],
        gives: Gives::Always(Bool),
        says: "Whether it ends with the part.",
        examples: &[(r#"work_email.endsWith("@example.com")"#, "true")],
        run: |args| relation(args, |source, part| source.ends_with(part)),
    },
    Function {
        name: "matches",
        params: &[once("source", Text), special("pattern", Takes::Pattern, Times::Once)],
        gives: Gives::Always(Bool),
        says: "Whether the regular expression is found anywhere.",
        examples: &[(r#"matches(user_name, "^z.*d$")"#, "true"), (r#"matches(null, "^")"#, "null")],
        run: |args| Some(Val::Bool(args.pattern()?.is_match(&args.text(0)?))),
    },
    Function {
        name: "replace",
        params: &[once("source", Text), once("find", Text), once("with", Text)],
        gives: Gives::Always(Text),
        says: "Every `find` becomes `with`.",
        examples: &[(r#"replace(work_email, "example.com", "acme.test")"#, r#""zoe.lind@acme.test""#)],
        run: |args| {
            let (source, find, with) = (args.text(0)?, args.text(1)?, args.text(2)?);
            let length = source.len() + source.matches(&*find).count() * with.len();
            (length <= MAX_RESULT).then(|| Val::text(source.replace(&*find, &with)))
        },
    },
    Function {
        name: "replaceRegex",
        params: &[once("source", Text), special("pattern", Takes::Pattern, Times::Once), once("with", Text)],
        gives: Gives::Always(Text),
        says: "Everything that the regular expression finds becomes `with`, in which `$1` or `${name}` is a \
               group of it.",
        examples: &[(r#"replaceRegex("0049 30 12", "^00([1-9])", "+$1")"#, r#""+49 30 12""#)],
        run: replace_regex,
    },
    Function {
        name: "lower",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "In lower case.",
        examples: &[(r#"lower("ÄRZTE")"#, r#""ärzte""#)],
        run: |args| Some(Val::text(args.text(0)?.to_lowercase())),
    },
    Function {
        name: "upper",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "In upper case.",
        examples: &[("upper(user_name)", r#""ZLIND""#)],
        run: |args| Some(Val::text(args.text(0)?.to_uppercase())),
    },
    Function {
        name: "properCase",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "Each word with a capital first and small letters behind it; words end at spaces and hyphens.",
        examples: &[(r#"properCase("anna-LENA meyer")"#, r#""Anna-Lena Meyer""#)],
        run: |args| Some(Val::text(proper_case(&args.text(0)?))),
    },
    Function {
        name: "trim",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "Without spaces before and behind it.",
        examples: &[(r#"trim("  a b ")"#, r#""a b""#)],
        run: |args| {
            Some(Val::Text(match args.text(0)? {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            }))
        },
    },
    Function {
        name: "stripSpaces",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "Without any spaces.",
        examples: &[(r#"stripSpaces(" +49 30 12 ")"#, r#""+493012""#)],
        run: |args| Some(Val::text(args.text(0)?.split_whitespace().collect::<String>())),
    },
    Function {
        name: "normalizeDiacritics",
        params: &[once("source", Text)],
        gives: Gives::Always(Text),
        says: "Letters without their marks, and `ss` for `ß`, `o` for `ø`, `ae` for `æ` and so on.",
        examples: &[
            ("normalizeDiacritics(given_name)", r#""Zoe""#),
            (r#"normalizeDiacritics("Łukasz Weiß")"#, r#""Lukasz Weiss""#),
        ],
        run: |args| Some(Val::text(plain(&args.text(0)?))),
    },
    Function {
        name: "word",
        params: &[once("source", Text), once("number", Number), once("delimiters", Text)],
        gives: Gives::Always(Text),
        says: "A word by its number, where each of the delimiters ends a word.",
        examples: &[(r#"word("Lind, Zoë; Dr.", 1, ",; ")"#, r#""Zoë""#), (r#"word("Zoë", 1, " ")"#, "null")],
        run: |args| {
            let (source, number, delimiters) = (args.text(0)?, args.count(1)?, args.text(2)?);
            let mut words =
                source.split(|letter| delimiters.contains(letter)).filter(|word| !word.is_empty());
            words.nth(number).map(|word| Val::text(word.to_owned()))
        },
    },
];

#[allow(clippy::cast_precision_loss, reason = "texts are far shorter than 2^53")]
pub(super) fn number<'a>(count: usize) -> Option<Val<'a>> {
    Some(Val::Number(count as f64))
}

fn part(source: Cow<'_, str>, start: usize, count: usize) -> Option<Val<'_>> {
    let cut = |text: &str| -> (usize, usize) {
        let at = |chars: usize, from: usize| {
            let rest = text.get(from..).unwrap_or_default();
            rest.char_indices().nth(chars).map_or(text.len(), |(at, _)| from + at)
        };
        let begin = at(start, 0);
        (begin, at(count, begin))
    };
    let (begin, end) = cut(&source);
    Some(Val::Text(match source {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(begin..end).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(begin..end).unwrap_or_default().to_owned()),
    }))
}

fn relation<'a>(args: &mut Args<'_, 'a>, holds: fn(&str, &str) -> bool) -> Option<Val<'a>> {
    Some(Val::Bool(holds(&args.text(0)?, &args.text(1)?)))
}

/// Stops where the result has grown too large, not after it.
fn replace_regex<'a>(args: &mut Args<'_, 'a>) -> Option<Val<'a>> {
    let (pattern, source, with) = (args.pattern()?, args.text(0)?, args.text(2)?);
    let mut replaced = String::new();
    let mut end = 0;
    for found in pattern.captures_iter(&source) {
        let whole = found.get_match();
        replaced.push_str(source.get(end..whole.start())?);
        Captures::expand(&found, &with, &mut replaced);
        end = whole.end();
        if replaced.len() > MAX_RESULT {
            return None;
        }
    }
    replaced.push_str(source.get(end..)?);
    Some(Val::text(replaced))
}

fn proper_case(text: &str) -> String {
    let mut proper = String::with_capacity(text.len());
    let mut begins = true;
    for letter in text.chars() {
        if begins {
            proper.extend(letter.to_uppercase());
        } else {
            proper.extend(letter.to_lowercase());
        }
        begins = letter.is_whitespace() || letter == '-';
    }
    proper
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' => plain.push_str("ss"),
            'ẞ' => plain.push_str("SS"),
            'Æ' => plain.push_str("AE"),
            'æ' => plain.push_str("ae"),
            'Œ' => plain.push_str("OE"),
            'œ' => plain.push_str("oe"),
            'Þ' => plain.push_str("Th"),
            'þ' => plain.push_str("th"),
            'Ø' => plain.push('O'),
            'ø' => plain.push('o'),
            'Ł' => plain.push('L'),
            'ł' => plain.push('l'),
            'Đ' | 'Ð' => plain.push('D'),
            'đ' | 'ð' => plain.push('d'),
            'Ħ' => plain.push('H'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            other => plain.push(other),
        }
    }
    plain
}
