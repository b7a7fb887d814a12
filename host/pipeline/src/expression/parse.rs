//! From text to the tree that the crate `cel` gives, within limits.

use cel::common::ast::IdedExpr;
use cel::parser::Parser;
use cel::{Env, ParseErrors};

use super::{MAX_LENGTH, MAX_NESTING};
use crate::problem::Fault;

/// Bytes of stack for the parser, which takes up to 200 kB for a level of nesting
/// where it is not optimised: more than the threads have that come here.
const STACK: usize = 16 * 1024 * 1024;

pub(super) fn parse(text: &str) -> Result<IdedExpr, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new("is empty", "write an expression, or leave it out"));
    }
    if text.len() > MAX_LENGTH {
        let why = format!("is {} bytes long, and {MAX_LENGTH} are allowed", text.len());
        return Err(Fault::new(why, "shorten it, or move a part to a line of its own"));
    }
    let parsed = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        thread.spawn_scoped(scope, || parser().parse(text)).map(|thread| thread.join())
    });
    match parsed {
        Ok(Ok(result)) => result.map_err(|errors| fault(&errors)),
        Ok(Err(_)) => Err(Fault::new("is nothing that the parser understands", "write it in another way")),
        Err(error) => Err(Fault::new(format!("is not parsed: {error}"), "give this machine more threads")),
    }
}

/// Without macros: what has a variable is compiled here, as all else is.
fn parser() -> Parser {
    Env::default().with_optional_support(false).parser().max_recursion_depth(MAX_NESTING)
}

fn fault(errors: &ParseErrors) -> Fault {
    let Some(first) = errors.errors.first() else {
        return Fault::new("is not an expression", "correct it");
    };
    if errors.errors.iter().any(|error| error.msg.contains("Recursion limit")) {
        return too_deep();
    }
    let (line, column) = first.pos;
    let message = first.msg.trim_start_matches("Syntax error: ");
    let mut message: String = message.chars().take(120).collect();
    if let Some((what, _)) = message.split_once(" expecting ") {
        message = what.to_owned();
    } else if message.starts_with("Incomplete") {
        message = "something is missing, or a condition between `?` and `:` has no brackets".to_owned();
    }
    Fault::new(format!("line {line}, column {column}: {message}"), "correct what stands there")
}

pub(super) fn too_deep() -> Fault {
    let remedy = "use `switch`, `join` or `coalesce` in the place of long chains, or a line of its own";
    Fault::new("is nested too deep", remedy)
}
