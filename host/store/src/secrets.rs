//! Secrets at rest: sealed with a key of the tenant, which is wrapped by the
//! master key. XChaCha20-Poly1305, whose nonces are long enough to be random.

use std::fs;
use std::io::Write;
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use redb::{ReadableDatabase, TableDefinition};
use rollcall_model::{IntegrationId, TenantId};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::files::Emerging;
use crate::{StoreError, TenantStore};

/// `integration NUL name` to nonce and ciphertext.
pub(crate) const SECRETS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("secrets");

const NONCE: usize = 24;

/// The key that wraps all others. 32 bytes.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// 64 hexadecimal digits. `origin` is named in the error, the key never.
    pub fn from_hex(hex: &str, origin: &str) -> Result<Self, StoreError> {
        let wrong = || StoreError::MasterKeyForm(origin.to_owned());
        let hex = hex.trim().as_bytes();
        let mut key = Zeroizing::new([0; 32]);
        let (pairs, []) = hex.as_chunks::<2>() else { return Err(wrong()) };
        if pairs.len() != key.len() {
            return Err(wrong());
        }
        for (byte, pair) in key.iter_mut().zip(pairs) {
            let digit = |at: u8| char::from(at).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let [high, low] = pair.map(digit);
            *byte = high.zip(low).map(|(high, low)| high << 4 | low).ok_or_else(wrong)?;
        }
        Ok(Self(key))
    }

    /// From a file; a new one with a random key is made if there is none, for
    /// the user who runs the host alone.
    pub fn from_file(path: &Path) -> Result<Self, StoreError> {
        let io = |source| StoreError::Io { path: path.to_owned(), source };
        match fs::read_to_string(path) {
            Ok(hex) => return Self::from_hex(&Zeroizing::new(hex), &path.display().to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        let key = Self(random_key()?);
        let hex = Zeroizing::new(key.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let mut new = Emerging::begin(path).map_err(io)?;
        new.file.write_all(hex.as_bytes()).and_then(|()| new.finish()).map_err(io)?;
        Ok(key)
    }

    /// A key for one purpose.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // Fails only for output longer than 255 hashes.
        let _ = Hkdf::<Sha256>::new(None, &*self.0).expand(purpose.as_bytes(), &mut *key);
        key
    }
}

/// Seals the secrets of one tenant.
pub(crate) struct TenantKey(Zeroizing<[u8; 32]>);

pub(crate) fn new_tenant_key(
    master: &MasterKey,
    tenant: &TenantId,
) -> Result<(TenantKey, Vec<u8>), StoreError> {
    let key = random_key()?;
    let wrapped = seal(&master.derive("tenant keys"), tenant.as_str(), &*key)?;
    Ok((TenantKey(key), wrapped))
}

pub(crate) fn unwrap(master: &MasterKey, tenant: &TenantId, wrapped: &[u8]) -> Result<TenantKey, StoreError> {
    let opened = open(&master.derive("tenant keys"), tenant.as_str(), wrapped)?;
    let key = opened.as_slice().try_into().map_err(|_| StoreError::MasterKey)?;
    Ok(TenantKey(Zeroizing::new(key)))
}

impl TenantStore {
    /// Seals a secret of an integration, in place of an earlier one.
    pub fn put_secret(
        &self,
        integration: &IntegrationId,
        name: &str,
        secret: &str,
    ) -> Result<(), StoreError> {
        if self.secret(integration, name)?.is_some_and(|known| *known == secret) {
            return Ok(());
        }
        let place = place(integration, name);
        let sealed = seal(&self.key.0, &place, secret.as_bytes())?;
        let tx = self.database.begin_write()?;
        tx.open_table(SECRETS)?.insert(place.as_bytes(), sealed.as_slice())?;
        Ok(tx.commit()?)
    }

    pub fn secret(
        &self,
        integration: &IntegrationId,
        name: &str,
    ) -> Result<Option<Zeroizing<String>>, StoreError> {
        let place = place(integration, name);
        let table = self.database.begin_read()?.open_table(SECRETS)?;
        let Some(sealed) = table.get(place.as_bytes())? else { return Ok(None) };
        let opened = open(&self.key.0, &place, sealed.value())?;
        let text = String::from_utf8(opened.to_vec()).map_err(|_| StoreError::MasterKey)?;
        Ok(Some(Zeroizing::new(text)))
    }
}

fn place(integration: &IntegrationId, name: &str) -> String {
    format!("{integration}\0{name}")
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let mut key = Zeroizing::new([0; 32]);
    random(&mut *key)?;
    Ok(key)
}

fn random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes)
        .map_err(|error| StoreError::Damaged { what: "random number", detail: error.to_string() })
}

/// `place` is authenticated: a sealed secret cannot be moved to another place.
fn seal(key: &[u8; 32], place: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut sealed = vec![0; NONCE];
    random(&mut sealed)?;
    let payload = Payload { msg: plain, aad: place.as_bytes() };
    let ciphertext = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&sealed), payload)
        .map_err(|_| StoreError::MasterKey)?;
    sealed.extend(ciphertext);
    Ok(sealed)
}

fn open(key: &[u8; 32], place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE).ok_or(StoreError::MasterKey)?;
    let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
    let plain = XChaCha20Poly1305::new(key.into()).decrypt(XNonce::from_slice(nonce), payload);
    plain.map(Zeroizing::new).map_err(|_| StoreError::MasterKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn rule_7_a_secret_is_sealed_at_rest_and_opens_with_its_key_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let integration = IntegrationId::from("hr");
        {
            let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
            let tenant = store.tenant(&"acme".into()).expect("opens");
            tenant.put_secret(&integration, "token", "correct-horse-battery").expect("seals");
            let opened = tenant.secret(&integration, "token").expect("reads").expect("is there");
            assert_eq!(opened.as_str(), "correct-horse-battery");
            assert!(tenant.secret(&integration, "other").expect("reads").is_none());
        }
        for file in ["control.redb", "tenants/acme.redb"] {
            let bytes = fs::read(directory.path().join(file)).expect("reads");
            assert!(!bytes.windows(13).any(|part| part == b"correct-horse"), "{file}");
        }
        let other = Store::open(directory.path(), MasterKey::from_bytes([2; 32])).expect("opens");
        assert!(matches!(other.tenant(&"acme".into()), Err(StoreError::MasterKey)));
    }

    #[test]
    fn a_sealed_secret_cannot_be_moved_to_another_place() {
        let sealed = seal(&[3; 32], "hr\0token", b"secret").expect("seals");
        assert!(open(&[3; 32], "hr\0token", &sealed).is_ok());
        assert!(open(&[3; 32], "hr\0other", &sealed).is_err());
        assert!(open(&[3; 32], "hr\0token", &sealed[..10]).is_err());
    }

    #[test]
    fn a_master_key_is_64_hexadecimal_digits() {
        assert!(MasterKey::from_hex(&"0a".repeat(32), "test").is_ok());
        for wrong in ["", "0a", &"0g".repeat(32), &"0a".repeat(33), &"é".repeat(32)] {
            assert!(MasterKey::from_hex(wrong, "test").is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_master_key_file_is_made_once_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("master.key");
        let first = MasterKey::from_file(&path).expect("makes");
        let again = MasterKey::from_file(&path).expect("reads");
        assert_eq!(*first.0, *again.0);
        assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
    }
}
