//! Opens encrypted files, and checks who has signed them. The keys stay with the
//! host: a guest reads what comes out.

use std::io::Read;

use pgp::composed::{
    DecryptionOptions, Deserializable, DetachedSignature, Message, SignedPublicKey, SignedSecretKey, TheRing,
};
use pgp::packet::{PublicKey, PublicSubkey, Signature};
use pgp::types::{KeyDetails, Password};
use rollcall_grants::{FileError, OpenPgp, Secret, Settings};

use crate::limits::{MAX_FILE_BYTES, MAX_NESTING, SIGNATURE_AGE};

/// Keys of one tenant.
pub struct Keys {
    secret: Vec<SignedSecretKey>,
    passphrase: Password,
    signers: Vec<SignedPublicKey>,
    /// Somebody of the signers has to have signed.
    signed: bool,
}

/// Whether the admin says who has to sign.
pub fn is_signature_wanted(openpgp: &OpenPgp, settings: &Settings) -> Result<bool, FileError> {
    Ok(!filled(&openpgp.signers, settings)?.is_empty())
}

fn filled(template: &str, settings: &Settings) -> Result<Secret, FileError> {
    settings.fill(template).map_err(|error| wrong(template, &error.to_string()))
}

fn wrong(template: &str, why: &str) -> FileError {
    FileError::Setting { key: Settings::key_of(template), why: why.to_owned() }
}

impl Keys {
    pub fn new(openpgp: &OpenPgp, settings: &Settings) -> Result<Self, FileError> {
        let fill = |template: &str| filled(template, settings);
        let (private, signers) = (fill(&openpgp.private_key)?, fill(&openpgp.signers)?);
        let secret = match private.is_empty() {
            true => Vec::new(),
            false => several(private.expose())
                .ok_or_else(|| wrong(&openpgp.private_key, "is no armored OpenPGP private key"))?,
        };
        let signed = !signers.is_empty();
        let signers = match signed {
            false => Vec::new(),
            true => several(signers.expose())
                .ok_or_else(|| wrong(&openpgp.signers, "is no armored OpenPGP public key"))?,
        };
        let passphrase = Password::from(fill(&openpgp.passphrase)?.expose());
        Ok(Self { secret, passphrase, signers, signed })
    }

    /// What is in an encrypted message. Its integrity is checked before any of it
    /// is looked at.
    pub fn open(&self, bytes: &[u8], now: u64) -> Result<Vec<u8>, String> {
        let (mut message, _) =
            Message::from_reader(bytes).map_err(|_| "is a damaged OpenPGP message".to_owned())?;
        for _ in 0..MAX_NESTING {
            message = match message {
                Message::Encrypted { .. } => {
                    if self.secret.is_empty() {
                        return Err("is encrypted, and there is no key to open it; enter one".to_owned());
                    }
                    let ring = TheRing {
                        secret_keys: self.secret.iter().collect(),
                        key_passwords: vec![&self.passphrase],
                        // Without integrity nothing is opened, whoever sends it;
                        // GnuPG's own form has it.
                        decrypt_options: DecryptionOptions::new().enable_gnupg_aead(),
                        ..TheRing::default()
                    };
                    let opened = message.decrypt_the_ring(ring, true).map_err(|error| match error {
                        pgp::errors::Error::MissingKey => {
                            "is encrypted for another key, or the passphrase is another one".to_owned()
                        }
                        _ => "cannot be opened: it is damaged, or encrypted without integrity".to_owned(),
                    })?;
                    opened.0
                }
                Message::Compressed { .. } => {
                    message.decompress().map_err(|_| "is a damaged OpenPGP message".to_owned())?
                }
                message => return self.read(message, now),
            };
        }
        Err("is an OpenPGP message in too many layers".to_owned())
    }

    fn read(&self, mut message: Message<'_>, now: u64) -> Result<Vec<u8>, String> {
        let mut plain = Vec::new();
        let read = message.by_ref().take(MAX_FILE_BYTES + 1).read_to_end(&mut plain);
        read.map_err(|_| "cannot be opened: it is damaged".to_owned())?;
        if plain.len() as u64 > MAX_FILE_BYTES {
            return Err(format!("has more than {} MiB when it is opened", MAX_FILE_BYTES >> 20));
        }
        if self.signed {
            if !message.is_signed() {
                return Err("is not signed, and a signature is asked for".to_owned());
            }
            self.checked(now, |key| {
                let made = match key {
                    Signing::Primary(key) => message.verify(*key),
                    Signing::Subkey(key) => message.verify(*key),
                };
                made.ok().cloned()
            })?;
        }
        Ok(plain)
    }

    /// Whether one of the signers has signed the file beside which the signature
    /// lies.
    pub fn check_detached(&self, bytes: &[u8], signature: &[u8], now: u64) -> Result<(), String> {
        let (signature, _) = DetachedSignature::from_reader_single(signature)
            .map_err(|_| "has a file beside it that is no signature".to_owned())?;
        self.checked(now, |key| {
            let good = match key {
                Signing::Primary(key) => signature.verify(*key, bytes),
                Signing::Subkey(key) => signature.verify(*key, bytes),
            };
            good.ok().map(|()| signature.signature.clone())
        })
    }

    /// A good signature of a key that may sign now, made lately: an old file that
    /// is sent again would bring back whoever has left.
    fn checked(&self, now: u64, verify: impl Fn(&Signing<'_>) -> Option<Signature>) -> Result<(), String> {
        for signer in &self.signers {
            let Some(made) = signing_keys(signer, now).iter().find_map(&verify) else { continue };
            let made = made.created().map_or(0, |made| u64::from(made.as_secs()));
            return match made {
                made if made > now + CLOCKS_DIFFER => {
                    Err("is signed in the future; look at the sender's clock".to_owned())
                }
                made if made + SIGNATURE_AGE.as_secs() < now => Err(format!(
                    "was signed more than {} days ago; send a new one",
                    SIGNATURE_AGE.as_secs() / 86_400
                )),
                _ => Ok(()),
            };
        }
        Err("is not signed by any of the keys that were entered, or their key is expired or revoked"
            .to_owned())
    }
}

/// Seconds that two clocks may be apart.
const CLOCKS_DIFFER: u64 = 300;

/// A key that may sign.
enum Signing<'k> {
    Primary(&'k PublicKey),
    Subkey(&'k PublicSubkey),
}

/// Of a key: itself and its subkeys, as far as they may sign now.
fn signing_keys(key: &SignedPublicKey, now: u64) -> Vec<Signing<'_>> {
    let own =
        key.details.users.iter().flat_map(|user| &user.signatures).chain(&key.details.direct_signatures);
    let bound = key.verify_bindings().is_ok();
    if !bound || !key.details.revocation_signatures.is_empty() || is_expired(&key.primary_key, own, now) {
        return Vec::new();
    }
    let may_sign = |signature: &Signature| signature.key_flags().sign();
    let subkeys = key.public_subkeys.iter().filter(|subkey| {
        subkey.signatures.iter().any(may_sign)
            && !subkey.signatures.iter().any(is_revocation)
            && !is_expired(&subkey.key, subkey.signatures.iter(), now)
    });
    let subkeys = subkeys.map(|subkey| Signing::Subkey(&subkey.key));
    std::iter::once(Signing::Primary(&key.primary_key)).chain(subkeys).collect()
}

fn is_revocation(signature: &Signature) -> bool {
    signature.typ() == Some(pgp::packet::SignatureType::SubkeyRevocation)
}

/// By the newest signature that says so: an expiry may be put off.
fn is_expired<'s>(key: &impl KeyDetails, signatures: impl Iterator<Item = &'s Signature>, now: u64) -> bool {
    let newest = signatures.max_by_key(|signature| signature.created().map_or(0, |made| made.as_secs()));
    let lifetime = newest.and_then(Signature::key_expiration_time).map_or(0, |lifetime| lifetime.as_secs());
    lifetime != 0 && u64::from(key.created_at().as_secs()) + u64::from(lifetime) < now
}

/// One or more keys in one text.
fn several<K: Deserializable>(text: &str) -> Option<Vec<K>> {
    let mut all = Vec::new();
    for block in text.split_inclusive("-----END PGP").filter(|block| block.contains("-----BEGIN PGP")) {
        // The rest of the last line is in the block that follows.
        let from = block.find("-----BEGIN PGP")?;
        let name = block.get(from..)?.strip_prefix("-----BEGIN PGP ")?.split("-----").next()?;
        let whole = format!("{} {name}-----\n", block.get(from..)?);
        let (keys, _) = K::from_string_many(&whole).ok()?;
        for key in keys {
            all.push(key.ok()?);
        }
    }
    (!all.is_empty()).then_some(all)
}

/// What the first bytes say about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Message,
    /// Encrypted with a passphrase, or without any key.
    Keyless,
}

/// By the packet that it begins with: its length comes before the version, which
/// tells it from text that begins with a letter of that number.
pub fn kind(bytes: &[u8]) -> Kind {
    if bytes.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----") {
        return Kind::Message;
    }
    let version = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let second = version(1);
    let new_form = if second < 192 { version(2) } else { version(3) };
    match bytes.first() {
        Some(0x84) if matches!(version(2), 3 | 6) => Kind::Message,
        Some(0x85) if matches!(version(3), 3 | 6) => Kind::Message,
        Some(0xC1) if matches!(new_form, 3 | 6) => Kind::Message,
        Some(0x8C) if matches!(version(2), 4..=6) => Kind::Keyless,
        Some(0xC3) if matches!(new_form, 4..=6) => Kind::Keyless,
        Some(0xD2) if matches!(new_form, 1 | 2) => Kind::Keyless,
        _ => Kind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_packet_tells() {
        let check = |bytes: &[u8], expected| assert_eq!(kind(bytes), expected, "{bytes:x?}");
        check(b"-----BEGIN PGP MESSAGE-----\n", Kind::Message);
        check(&[0x85, 0x01, 0x8C, 0x03], Kind::Message);
        check(&[0x84, 0x5E, 0x03], Kind::Message);
        check(&[0xC1, 0xC0, 0xCC, 0x03], Kind::Message);
        check(&[0x8C, 0x0D, 0x04, 0x09], Kind::Keyless);
        check(b"employee_id,name\n", Kind::Plain);
        // Windows-1252: an ellipsis, and a capital A with an accent.
        check(b"\x85abc", Kind::Plain);
        check(b"\xC1rea;B", Kind::Plain);
        check(b"", Kind::Plain);
    }
}
