//! Regular expressions from manifests.

use regex::{Regex, RegexBuilder};

use crate::limits::MAX_PATTERN_PROGRAM_BYTES;

/// Compiles `pattern` so that it has to match the whole of a value.
pub(crate) fn whole_value(pattern: &str) -> Result<Regex, regex::Error> {
    // Compiled alone first: `a)(b` is no pattern, but would be within the group.
    compile(pattern)?;
    compile(&format!(r"\A(?:{pattern})\z"))
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN_PROGRAM_BYTES).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, value: &str, expected: Option<bool>) {
        assert_eq!(whole_value(pattern).ok().map(|r| r.is_match(value)), expected, "{pattern} on {value}");
    }

    #[test]
    fn whole_values_only() {
        check("a|b", "a", Some(true));
        check("a|b", "ab", Some(false));
        check("^a$", "a", Some(true));
        check("^a$", "a\n", Some(false));
        check("a)(b", "a", None);
        check("(", "a", None);
    }

    #[test]
    fn size_is_limited() {
        check("[a-z]{1,60}", "abc", Some(true));
        // Within what the library itself allows.
        assert!(Regex::new(r"\w{20}").is_ok());
        check(r"\w{20}", "abc", None);
    }
}
