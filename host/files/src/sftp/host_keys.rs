//! Which server it may be: keys that the admin has pinned. None is trusted
//! because it came first.

use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKey};

/// A key as the admin entered it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pin {
    /// `SHA256:` and 43 characters.
    Fingerprint(String),
    Key(Box<PublicKey>),
}

/// All pinned keys of a server. Several while one is changed, or where several
/// machines answer to one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKeys(Vec<Pin>);

/// Why pins cannot be used. Fits after the name of the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    #[error("is empty; enter the host key's fingerprint, which `ssh-keyscan HOST | ssh-keygen -lf -` prints")]
    None,
    #[error("has `{0}`, which is an MD5 fingerprint; enter the one that begins with `SHA256:`")]
    Md5(String),
    #[error(
        "has `{0}`, which is neither `SHA256:` with 43 characters nor a line such as `ssh-ed25519 AAAA...`"
    )]
    Other(String),
}

impl HostKeys {
    /// One a line.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let pins: Vec<_> = lines.map(pin).collect::<Result<_, _>>()?;
        if pins.is_empty() { Err(PinError::None) } else { Ok(Self(pins)) }
    }

    pub fn has(&self, key: &PublicKey) -> bool {
        let fingerprint = fingerprint(key);
        self.0.iter().any(|pin| match pin {
            Pin::Fingerprint(pinned) => *pinned == fingerprint,
            Pin::Key(pinned) => pinned.key_data() == key.key_data(),
        })
    }

    /// As messages show them.
    pub fn shown(&self) -> String {
        let one = |pin: &Pin| match pin {
            Pin::Fingerprint(fingerprint) => fingerprint.clone(),
            Pin::Key(key) => fingerprint(key),
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Kinds of key to ask the server for, one after the other: a server with
    /// three keys shows only one, and a fingerprint does not tell which.
    pub fn kinds(&self) -> Vec<Vec<Algorithm>> {
        let wanted = |kind: &Vec<Algorithm>| {
            self.0.iter().any(|pin| match pin {
                Pin::Fingerprint(_) => true,
                Pin::Key(key) => kind.iter().any(|one| is_alike(one, &key.algorithm())),
            })
        };
        all_kinds().into_iter().filter(wanted).collect()
    }
}

/// SHA-256, as `ssh-keygen -l` prints it.
pub fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

fn pin(line: &str) -> Result<Pin, PinError> {
    if let Some(hash) = line.strip_prefix("SHA256:") {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        return match hash.len() == 43 && hash.bytes().all(is_base64) {
            true => Ok(Pin::Fingerprint(line.to_owned())),
            false => Err(PinError::Other(line.to_owned())),
        };
    }
    if line.starts_with("MD5:") || (line.len() == 47 && line.matches(':').count() == 15) {
        return Err(PinError::Md5(line.to_owned()));
    }
    // As `ssh-keyscan` prints it, the name of the host stands before.
    let without_host = line.split_once(' ').map_or(line, |(_, rest)| rest);
    let key = [line, without_host].into_iter().find_map(|text| PublicKey::from_openssh(text).ok());
    let key = key.filter(|key| all_kinds().iter().flatten().any(|kind| is_alike(kind, &key.algorithm())));
    key.map(|key| Pin::Key(Box::new(key))).ok_or_else(|| PinError::Other(line.chars().take(60).collect()))
}

/// RSA is one kind of key, whatever it signs with.
fn is_alike(one: &Algorithm, other: &Algorithm) -> bool {
    one == other || matches!((one, other), (Algorithm::Rsa { .. }, Algorithm::Rsa { .. }))
}

/// Without SHA-1 and DSA.
fn all_kinds() -> [Vec<Algorithm>; 3] {
    let ecdsa = [EcdsaCurve::NistP256, EcdsaCurve::NistP384, EcdsaCurve::NistP521];
    let rsa = [HashAlg::Sha512, HashAlg::Sha256];
    [
        vec![Algorithm::Ed25519],
        ecdsa.into_iter().map(|curve| Algorithm::Ecdsa { curve }).collect(),
        rsa.into_iter().map(|hash| Algorithm::Rsa { hash: Some(hash) }).collect(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    const ZEROS: &str = "SHA256:0000000000000000000000000000000000000000000";

    #[test]
    fn pins() {
        let keys = HostKeys::parse(&format!("{ZEROS}\n\n{LINE} comment\nhost.example {LINE}\n")).unwrap();
        assert_eq!(keys.0.len(), 3);
        let key = PublicKey::from_openssh(LINE).unwrap();
        assert!(keys.has(&key) && keys.shown().contains(&fingerprint(&key)));
        assert!(!HostKeys::parse(ZEROS).unwrap().has(&key));
        assert!(HostKeys::parse(&fingerprint(&key)).unwrap().has(&key));
    }

    #[test]
    fn only_kinds_that_may_be_pinned_are_asked_for() {
        assert_eq!(HostKeys::parse(LINE).unwrap().kinds(), [vec![Algorithm::Ed25519]]);
        assert_eq!(HostKeys::parse(ZEROS).unwrap().kinds().len(), 3);
    }

    #[test]
    fn what_is_no_pin() {
        let check = |text: &str, part: &str| {
            let error = HostKeys::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error} should contain {part}");
        };
        check(" \n", "is empty");
        check("16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "MD5");
        check("SHA256:short", "neither");
        check("ssh-dss AAAAB3NzaC1kc3MAAACBAI", "neither");
    }
}
