//! From a position in a document to the path of the value there.

/// The path of the value that begins or ends at this line and column, as
/// serde_json counts them; of the innermost one around it otherwise. Empty for
/// the whole document.
///
/// The text before the position is well-formed: the parser came that far.
pub fn path_at(bytes: &[u8], line: usize, column: usize) -> String {
    let Some(offset) = offset_of(bytes, line, column) else { return String::new() };
    let mut stack: Vec<Step> = Vec::new();
    // The path of the value that ended last, and where it ended: only that of a
    // value ending exactly at the offset matters.
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|_| at < offset) {
        match byte {
            b'{' => stack.push(Step::Key(None)),
            b'[' => stack.push(Step::Index(0)),
            b'}' | b']' => {
                stack.pop();
                if at + 1 == offset {
                    return written(&stack);
                }
            }
            b',' => match stack.last_mut() {
                Some(Step::Index(index)) => *index += 1,
                Some(Step::Key(key)) => *key = None,
                None => {}
            },
            b'"' => {
                let end = string_end(bytes, at);
                if let Some(Step::Key(key @ None)) = stack.last_mut() {
                    *key = bytes.get(at + 1..end.saturating_sub(1));
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    // A container that begins here is still the value of the step on top, and
    // so is a scalar that ends here.
    written(&stack)
}

enum Step<'a> {
    Key(Option<&'a [u8]>),
    Index(usize),
}

fn offset_of(bytes: &[u8], line: usize, column: usize) -> Option<usize> {
    let mut starts =
        std::iter::once(0).chain(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1));
    Some(starts.nth(line.checked_sub(1)?)? + column)
}

/// One past the closing quote of the string that begins here.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn written(stack: &[Step]) -> String {
    let mut path = String::new();
    for step in stack {
        match step {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Key(Some(key)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(harmless(key));
            }
            Step::Key(None) => {}
        }
    }
    path
}

/// A key that looks like the name of a field. One that does not may be data:
/// providers also write maps by e-mail address.
fn harmless(key: &[u8]) -> &str {
    let named = |(at, byte): (usize, &u8)| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b':' | b'$')
            || (*byte == b'@' && at == 0)
    };
    let is_name = (1..=60).contains(&key.len()) && key.iter().enumerate().all(named);
    std::str::from_utf8(key).ok().filter(|_| is_name).unwrap_or("*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, marked: &str, expected: &str) {
        let offset = json.find(marked).unwrap() + marked.len();
        assert_eq!(path_at(json.as_bytes(), 1, offset), expected, "{json} at {offset}");
    }

    #[test]
    fn paths() {
        let json = r#"{"a":[{"b":1,"c":"x\"]"},{"d":[[],[2]]}],"mara@example.com":{"@odata.id":3}}"#;
        check(json, r#""b":1"#, "a[0].b");
        check(json, r#""c":"x\"]""#, "a[0].c");
        check(json, r#""c":"x\"]"}"#, "a[0]");
        check(json, "[[]", "a[1].d[0]");
        check(json, "[2", "a[1].d[1][0]");
        check(json, "[2]", "a[1].d[1]");
        check(json, "]}]", "a");
        check(json, r#""@odata.id":3"#, "*.@odata.id");
        check(json, json, "");
    }

    #[test]
    fn no_position_is_a_panic() {
        let json = "{\"a\":[1,\n\"x\\";
        for line in 0..5 {
            for column in 0..20 {
                path_at(json.as_bytes(), line, column);
            }
        }
    }
}
