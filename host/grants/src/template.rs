//! Texts in which `{key}` stands for a setting. `{{` and `}}` are literal braces.

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    Key(String),
}

/// Why a text is no template. Fits after "is not a template: ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("`{{` without `}}`; write `{{{{` for a literal brace")]
    Open,
    #[error("`}}` without `{{`; write `}}}}` for a literal brace")]
    Close,
    #[error("`{{{0}}}` is not the key of a setting; use a-z, 0-9 and _")]
    Key(String),
}

impl Template {
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' | '}' if chars.peek() == Some(&c) => {
                    chars.next();
                    literal.push(c);
                }
                '{' => {
                    let mut key = String::new();
                    loop {
                        match chars.next() {
                            Some('}') => break,
                            Some(c) => key.push(c),
                            None => return Err(TemplateError::Open),
                        }
                    }
                    if !is_key(&key) {
                        return Err(TemplateError::Key(key));
                    }
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Key(key));
                }
                '}' => return Err(TemplateError::Close),
                c => literal.push(c),
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { parts })
    }

    /// The keys it names, in order, repeated ones too.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Key(key) => Some(key.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with every key replaced by what `value` says; a key without a
    /// value becomes nothing.
    pub fn fill<'v>(&self, mut value: impl FnMut(&str) -> Option<&'v str>) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Key(key) => out.push_str(value(key).unwrap_or_default()),
            }
        }
        out
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }
}

/// Keys of settings: `a-z0-9_`, a letter first.
pub(crate) fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, TemplateError>) {
        let filled = Template::parse(text).map(|t| {
            t.fill(|key| match key {
                "a" => Some("1"),
                "long_key2" => Some("2"),
                _ => None,
            })
        });
        assert_eq!(filled.as_deref().map_err(Clone::clone), expected, "{text}");
    }

    #[test]
    fn fills() {
        check("", Ok(""));
        check("plain", Ok("plain"));
        check("{a}", Ok("1"));
        check("x{a}{long_key2}y", Ok("x12y"));
        check("{{{a}}}", Ok("{1}"));
        check("{missing}", Ok(""));
    }

    #[test]
    fn refuses() {
        check("{a", Err(TemplateError::Open));
        check("a}", Err(TemplateError::Close));
        check("{A}", Err(TemplateError::Key("A".into())));
        check("{}", Err(TemplateError::Key(String::new())));
        check("{ a }", Err(TemplateError::Key(" a ".into())));
    }
}
