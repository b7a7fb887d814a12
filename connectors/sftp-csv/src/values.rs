//! What single cells mean.

/// Space of all kinds that people cannot see, and Excel's way to keep zeros.
pub fn trimmed(cell: &str) -> &str {
    let is_blank = |letter: char| {
        letter.is_whitespace() || matches!(letter, '\u{A0}' | '\u{202F}' | '\u{FEFF}' | '\u{200B}')
    };
    let cell = cell.trim_matches(is_blank);
    let quoted = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    quoted.unwrap_or(cell).trim_matches(is_blank)
}

/// An id as text. `None`: Excel has made a number of it and lost digits.
pub fn id(cell: &str) -> Option<&str> {
    let marked =
        cell.strip_prefix('\'').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let id = marked.unwrap_or(cell);
    (!is_shortened(id)).then_some(id)
}

/// `1,00E+05`.
pub fn is_shortened(cell: &str) -> bool {
    let Some((number, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = number.split_once([',', '.']).unwrap_or((number, "0"));
    exponent.strip_prefix('+').is_some_and(digits) && digits(whole) && digits(part)
}

/// `#N/A`: what Excel writes where there is no value.
pub fn is_error(cell: &str) -> bool {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"];
    ERRORS.contains(&cell)
}

/// In four languages, and Excel's own.
pub fn boolean(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "x" | "ja" | "j" | "oui" | "o" | "waar" | "wahr" | "vrai" => Some(true),
        "false" | "0" | "no" | "n" | "nee" | "nein" | "non" | "onwaar" | "falsch" | "faux" => Some(false),
        _ => None,
    }
}

/// `0,8`, `0.8`, `80 %`, `80`: nobody works more than twice the full time.
pub fn part(cell: &str) -> Option<f64> {
    let percent = cell.strip_suffix('%');
    let number: f64 = percent.unwrap_or(cell).trim_end().replace(',', ".").parse().ok()?;
    let of = if percent.is_some() || number > 2.0 { 100.0 } else { 1.0 };
    (number.is_finite() && number >= 0.0).then_some(number / of)
}

/// The address in `Ada <ada@example.com>`, the first of several.
pub fn email(cell: &str) -> Option<&str> {
    // A name in front of it may have a comma.
    let inner = cell.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inner, _)| inner);
    let address = inner.or_else(|| cell.split([';', ',']).next())?.trim();
    let address = match address.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => address.get(7..)?,
        _ => address,
    };
    address
        .split_once('@')
        .filter(|(user, host)| !user.is_empty() && !host.is_empty() && !address.contains(' '))?;
    Some(address)
}

/// `ZoÃ«`: UTF-8 that was read as Windows-1252 and saved again.
pub fn is_garbled(cell: &str) -> bool {
    let is_rest = |rest: &str| rest.starts_with(|letter| ('\u{80}'..='\u{BF}').contains(&letter));
    cell.contains(['\u{FFFD}']) || cell.contains("â€") || cell.split('Ã').skip(1).any(is_rest)
}

/// `a | b; c`.
pub fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['|', ';']).map(str::trim).filter(|part| !part.is_empty())
}

/// `NL`, `Dutch`, `Nederlands` are `nl`.
pub fn language(cell: &str) -> String {
    const WORDS: [(&str, &[&str]); 6] = [
        ("en", &["english", "engels", "englisch", "anglais"]),
        ("nl", &["dutch", "nederlands", "niederlandisch", "niederländisch", "neerlandais", "néerlandais"]),
        ("de", &["german", "duits", "deutsch", "allemand"]),
        ("fr", &["french", "frans", "franzosisch", "französisch", "francais", "français"]),
        ("es", &["spanish", "spaans", "spanisch", "espagnol"]),
        ("it", &["italian", "italiaans", "italienisch", "italien"]),
    ];
    let lower = cell.to_lowercase();
    match WORDS.iter().find(|(_, words)| words.contains(&lower.as_str())) {
        Some((tag, _)) => (*tag).to_owned(),
        None if cell.len() == 2 => lower,
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        assert_eq!(trimmed("\u{A0} a b\u{200B}"), "a b");
        assert_eq!(trimmed("=\"00042\""), "00042");
        assert_eq!(id("'00042"), Some("00042"));
        assert_eq!(id("'t Hof"), Some("'t Hof"));
        assert_eq!(id("1,00E+05"), None);
        assert_eq!(id("1.23457E+15"), None);
        assert_eq!(id("E+05"), Some("E+05"));
        assert_eq!(id("12E5"), Some("12E5"));
        assert_eq!((is_error("#N/A"), is_error("#1")), (true, false));
        assert_eq!((boolean("Ja"), boolean("FAUX"), boolean("perhaps")), (Some(true), Some(false), None));
        assert_eq!(
            (part("0,8"), part("80 %"), part("80"), part("1.0"), part("full")),
            (Some(0.8), Some(0.8), Some(0.8), Some(1.0), None)
        );
        assert_eq!(email("Ada <ada@example.com>"), Some("ada@example.com"));
        assert_eq!(email("MAILTO:ada@example.com; b@example.com"), Some("ada@example.com"));
        assert_eq!(email("Peeters, Zoë <zoe@example.com>"), Some("zoe@example.com"));
        assert_eq!(email("none"), None);
        assert!(is_garbled("ZoÃ«") && is_garbled("Zo\u{FFFD}") && !is_garbled("JoÃo") && !is_garbled("Zoë"));
        assert_eq!(list("a | b; ;c").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(language("Nederlands"), "nl");
        assert_eq!(language("NL"), "nl");
        assert_eq!(language("nl-BE"), "nl-BE");
    }
}
