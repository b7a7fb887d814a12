//! `docs/expressions.md`: a page from the table of functions, and the tests that
//! hold it to what the functions do.

use std::fmt::Write;
use std::path::Path;

use super::functions::{Function, LIBRARY};
use super::tests::evaluate;

const INTRODUCTION: &str = include_str!("introduction.md");

/// Set, the test writes the page in the place of comparing it.
const REGENERATE: &str = "REGENERATE_DOCS";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, functions) in LIBRARY {
        let _ = write!(page, "\n## {title}\n");
        for function in functions {
            let _ = write!(page, "\n### {}\n\n`{function}`\n\n{}\n\n```text\n", function.name, function.says);
            let width = function.examples.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
            for (text, gives) in function.examples {
                let _ = writeln!(page, "{text:width$}  ->  {gives}");
            }
            page.push_str("```\n");
        }
    }
    page
}

#[test]
fn every_example_gives_what_it_says() {
    for function in Function::all() {
        assert!(!function.examples.is_empty(), "{} has no example", function.name);
        for (text, gives) in function.examples {
            assert_eq!(evaluate(text), *gives, "{text}");
        }
    }
}

#[test]
fn docs_expressions_md_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/expressions.md");
    if std::env::var_os(REGENERATE).is_some() {
        std::fs::write(&path, page()).expect("the page is written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/expressions.md is not what the table of functions says: run \
         `{REGENERATE}=1 cargo test -p rollcall-pipeline docs_expressions` and commit it"
    );
}
