//! Names under which senders write what is not done yet, and what programs leave
//! beside files.

/// Endings of upload tools and editors.
const ENDINGS: [&str; 8] =
    [".tmp", ".part", ".partial", ".filepart", ".uploading", ".inprogress", ".swp", ".crdownload"];

const OTHERS: [&str; 2] = ["thumbs.db", "desktop.ini"];

/// Whether a file of this name is never picked up.
pub fn is_temporary(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with('.')
        || lower.starts_with("~$")
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || OTHERS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_done_yet() {
        let check = |name: &str, expected| assert_eq!(is_temporary(name), expected, "{name}");
        check("people.csv", false);
        check("people_20260302.csv.filepart", true);
        check("people.CSV.TMP", true);
        check(".people.csv", true);
        check("~$people.xlsx", true);
        check("Thumbs.db", true);
        check("people.part02.csv", false);
        check("people.csv.done", false);
    }
}
