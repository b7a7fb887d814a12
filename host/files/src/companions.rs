//! Small files that lie beside another one and say something about it: they have
//! its name and an ending.

use md5::Md5;
use rollcall_grants::FileInfo;
use sha2::{Digest, Sha256};

/// Endings of files that are the signature of another.
pub const SIGNATURES: [&str; 2] = [".sig", ".asc"];
/// Endings of files that are the checksum of another.
pub const CHECKSUMS: [&str; 2] = [".sha256", ".md5"];

/// Whether a file is about another one that is there, and not for the guest.
pub fn is_companion(name: &str, all: &[FileInfo]) -> bool {
    let mut endings = SIGNATURES.iter().chain(&CHECKSUMS);
    endings.any(|ending| {
        let about = name.strip_suffix(ending);
        about.is_some_and(|about| all.iter().any(|file| file.name == about))
    })
}

/// Whether a file is what its checksum says: hex digits, and perhaps its name
/// behind them.
pub fn agrees(bytes: &[u8], checksum: &[u8]) -> bool {
    let text = String::from_utf8_lossy(checksum);
    let told = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    match told.len() {
        64 => told == format!("{:x}", Sha256::digest(bytes)),
        32 => told == format!("{:x}", Md5::digest(bytes)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_about() {
        let file = |name: &str| FileInfo { name: name.to_owned(), size: 1, modified_ms: 1 };
        let all = [file("people.csv"), file("people.csv.sha256"), file("units.csv.asc")];
        let check = |name, expected| assert_eq!(is_companion(name, &all), expected, "{name}");
        check("people.csv", false);
        check("people.csv.sha256", true);
        check("people.csv.sig", true);
        // An encrypted file may have this ending too.
        check("units.csv.asc", false);
    }

    #[test]
    fn checksums() {
        let check = |text: &str, expected| assert_eq!(agrees(b"abc", text.as_bytes()), expected, "{text}");
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        check(sha256, true);
        check(&format!("{}  people.csv\n", sha256.to_uppercase()), true);
        check("900150983cd24fb0d6963f7d28e17f72 *people.csv\n", true);
        check("900150983cd24fb0d6963f7d28e17f73", false);
        check("ba7816bf", false);
        check("", false);
    }
}
