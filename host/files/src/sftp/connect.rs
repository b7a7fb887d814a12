//! From a name to a signed-in session: resolved by the egress' rules, the host
//! key compared before anything about the user is sent.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::AuditSink;
use rollcall_egress::resolve::addresses;
use rollcall_grants::{FileError, Settings, Sftp, SftpPlace};
use russh::client::{Config, Handle, Handler, connect_stream};
use russh::keys::{Algorithm, PublicKeyOrCertificate};
use russh::{Preferred, cipher, compression, kex, mac};
use russh_sftp::client::RawSftpSession;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::host_keys::{HostKeys, fingerprint};
use super::listing::failed;
use super::sign_in::Access;
use crate::limits::{CONNECT_TIMEOUT, IDLE_TIMEOUT, KEEPALIVE, SIGN_IN_TIMEOUT};

/// A server that was signed in to.
pub struct Connection {
    /// Ends the session when it goes.
    _session: Handle<Pinned>,
    pub(super) sftp: RawSftpSession,
    /// As it was granted, and as the server has it.
    pub(super) folder: String,
    pub(super) shown: String,
    /// Of the setting that names it.
    pub(super) folder_key: String,
}

/// Compares the host key; the one that did not fit is kept for the message.
pub struct Pinned {
    keys: Arc<HostKeys>,
    other: Arc<Mutex<Option<String>>>,
}

impl Handler for Pinned {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let key = shown.public_key();
        if self.keys.has(&key) {
            return Ok(true);
        }
        *self.other.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint(&key));
        Ok(false)
    }
}

impl Connection {
    pub async fn open(
        place: &SftpPlace,
        sftp: &Sftp,
        settings: &Settings,
        audit: &dyn AuditSink,
    ) -> Result<Self, FileError> {
        let setting =
            |template: &str, why: String| FileError::Setting { key: Settings::key_of(template), why };
        let entered =
            settings.fill(&sftp.host_keys).map_err(|error| setting(&sftp.host_keys, error.to_string()))?;
        let keys =
            HostKeys::parse(entered.expose()).map_err(|error| setting(&sftp.host_keys, error.to_string()))?;
        let keys = Arc::new(keys);
        let access = Access::new(sftp, settings)?;
        let mut others = Vec::new();
        for kind in keys.kinds() {
            let stream = reach(place, sftp, audit).await?;
            let other = Arc::new(Mutex::new(None));
            let pinned = Pinned { keys: Arc::clone(&keys), other: Arc::clone(&other) };
            let shaking = connect_stream(Arc::new(config(kind)), stream, pinned);
            let session = timeout(CONNECT_TIMEOUT, shaking).await.map_err(|_| FileError::Timeout)?;
            match session {
                Ok(mut session) => {
                    let signing = timeout(SIGN_IN_TIMEOUT, access.sign_in(&mut session));
                    signing.await.map_err(|_| FileError::Timeout)??;
                    return Self::folder(session, place, sftp).await;
                }
                Err(error) => {
                    let key = other.lock().unwrap_or_else(PoisonError::into_inner).take();
                    match (key, &error) {
                        (Some(key), _) => others.push(key),
                        // It has no key of this kind.
                        (None, russh::Error::NoCommonAlgo { kind: russh::AlgorithmKind::Key, .. }) => {}
                        (None, error) => return Err(lost(error)),
                    }
                }
            }
        }
        Err(setting(
            &sftp.host_keys,
            format!(
                "the server has the key {}, and not {}; ask its administrator whether it was changed, and do not sign in before",
                if others.is_empty() { "of another kind".to_owned() } else { others.join(", ") },
                keys.shown()
            ),
        ))
    }

    /// Goes into the folder.
    async fn folder(session: Handle<Pinned>, place: &SftpPlace, sftp: &Sftp) -> Result<Self, FileError> {
        let channel = session.channel_open_session().await.map_err(|error| lost(&error))?;
        channel.request_subsystem(true, "sftp").await.map_err(|error| lost(&error))?;
        let raw = RawSftpSession::new_with_config(
            channel.into_stream(),
            russh_sftp::client::Config { request_timeout_secs: IDLE_TIMEOUT.as_secs(), ..Default::default() },
        );
        let shown = if place.folder.is_empty() { "." } else { place.folder.as_str() };
        raw.init().await.map_err(|error| failed(&error, shown, sftp))?;
        let real = raw.realpath(shown).await.map_err(|error| failed(&error, shown, sftp))?;
        let folder = real.files.into_iter().next().map_or_else(|| shown.to_owned(), |file| file.filename);
        let folder_key = Settings::key_of(&sftp.folder);
        Ok(Self { _session: session, sftp: raw, folder, shown: shown.to_owned(), folder_key })
    }
}

/// A connection to an address that was checked.
async fn reach(place: &SftpPlace, sftp: &Sftp, audit: &dyn AuditSink) -> Result<TcpStream, FileError> {
    let (host, port) = place.sent();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = addresses(bare, port, place.reach, audit).await.map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => FileError::Setting {
            key: Settings::key_of(&sftp.host),
            why: "leads to an address that may not be reached: this machine, a private network or the like"
                .to_owned(),
        },
        _ => FileError::Transport("the name of the host is not known".to_owned()),
    })?;
    for address in found {
        if let Ok(Ok(stream)) = timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(FileError::Transport("no connection to the server; it may let in known addresses only".to_owned()))
}

/// No CBC, no SHA-1, no compression; key exchange is strict where the server
/// can (CVE-2023-48795).
fn config(host_keys: Vec<Algorithm>) -> Config {
    let preferred = Preferred {
        kex: Cow::Borrowed(&[
            kex::MLKEM768X25519_SHA256,
            kex::CURVE25519,
            kex::CURVE25519_PRE_RFC_8731,
            kex::ECDH_SHA2_NISTP256,
            kex::ECDH_SHA2_NISTP384,
            kex::DH_G16_SHA512,
            kex::DH_G14_SHA256,
            kex::EXTENSION_SUPPORT_AS_CLIENT,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
        ]),
        key: Cow::Owned(host_keys),
        cipher: Cow::Borrowed(&[
            cipher::CHACHA20_POLY1305,
            cipher::AES_256_GCM,
            cipher::AES_128_GCM,
            cipher::AES_256_CTR,
            cipher::AES_128_CTR,
        ]),
        mac: Cow::Borrowed(&[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM, mac::HMAC_SHA256, mac::HMAC_SHA512]),
        compression: Cow::Borrowed(&[compression::NONE]),
        ..Preferred::default()
    };
    Config {
        preferred,
        inactivity_timeout: Some(IDLE_TIMEOUT),
        keepalive_interval: Some(KEEPALIVE),
        nodelay: true,
        ..Config::default()
    }
}

/// The connection broke, or never came about. No text of the library: it may
/// have addresses in it.
pub fn lost(error: &russh::Error) -> FileError {
    FileError::Transport(match error {
        russh::Error::NoCommonAlgo { kind, theirs, .. } => {
            return FileError::Transport(format!(
                "the server and this host have no {kind:?} algorithm in common; it offers {}",
                theirs.join(", ")
            ));
        }
        russh::Error::ConnectionTimeout
        | russh::Error::KeepaliveTimeout
        | russh::Error::InactivityTimeout
        | russh::Error::Elapsed(_) => return FileError::Timeout,
        russh::Error::Version => "what answers is no SSH server; FTPS is another thing than SFTP".to_owned(),
        russh::Error::ChannelOpenFailure(_) | russh::Error::RequestDenied => {
            "the server offers no SFTP to this user".to_owned()
        }
        _ => "the connection to the server broke; it may let in known addresses only".to_owned(),
    })
}
