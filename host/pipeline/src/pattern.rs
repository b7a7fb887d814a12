//! Regular expressions that an admin wrote, of filters and expressions.

use regex::{Regex, RegexBuilder};

use crate::problem::Fault;

/// Bytes of a compiled pattern at most: a few hundred letters of any script.
/// What is compiled runs in time linear in the text.
pub(crate) const MAX_PATTERN: usize = 1024 * 1024;

pub(crate) fn compile(pattern: &str) -> Result<Regex, Fault> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN)
        .build()
        .map_err(|error| Fault::new(format!("not a regular expression: {error}"), "correct the pattern"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_a_limit() {
        assert!(compile("^[a-z]{1,64}$").is_ok());
        assert!(compile(r"(\w{100}){100}").unwrap_err().why.contains("size limit"));
        assert!(compile("(").unwrap_err().why.contains("unclosed group"));
    }
}
