//! `[files]` of `connector.toml`.

use serde::{Deserialize, Serialize};

use crate::manifest::Condition;

/// Which files may be read, and where they come from. A connector with files
/// has no hosts. Texts are templates over settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFiles {
    /// Names: `*`, `?`, `{date}`, `{datetime}`, `{seq}` and `{part}` in what a
    /// setting holds. One that names a setting without a value is left out.
    pub names: Vec<String>,
    /// When this holds, the operator names a folder of this machine; else they
    /// are fetched by SFTP.
    pub upload: Condition,
    /// When this holds, a file that was written a moment ago is looked at twice.
    /// Without it: always. It is for senders that do not say when they are done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Condition>,
    pub sftp: Sftp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openpgp: Option<OpenPgp>,
}

/// A folder of an SFTP server, and how the host signs in there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sftp {
    pub host: String,
    pub port: String,
    /// Empty: where the server puts whoever signs in.
    pub folder: String,
    pub username: String,
    /// One a line: a fingerprint, or a whole public key. None is no server.
    pub host_keys: String,
    /// `key`, `password` or `key+password`.
    pub sign_in: String,
    pub private_key: String,
    pub passphrase: String,
    pub password: String,
}

/// What encrypted files are opened with, and who has to have signed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenPgp {
    /// Armored. Empty: encrypted files are refused.
    pub private_key: String,
    pub passphrase: String,
    /// Armored. Empty: nobody has to have signed.
    pub signers: String,
}
