//! Files: which may be read, where they come from, and with which credentials of
//! the host.

use rollcall_grants::{Condition, ManifestFiles};
use serde::Serialize;

#[derive(Serialize)]
pub struct FilesRead {
    /// Patterns, as far as settings make them.
    pub names: Vec<String>,
    pub from: Vec<Place>,
    /// In words.
    pub credentials: Vec<String>,
}

/// One place that they may come from.
#[derive(Serialize)]
pub struct Place {
    pub when: String,
    pub place: String,
}

impl FilesRead {
    pub fn of(files: &ManifestFiles) -> Self {
        let sftp = &files.sftp;
        let condition =
            |condition: &Condition| format!("{} is {}", condition.setting, condition.is.join(" or "));
        let upload =
            Place { when: condition(&files.upload), place: "a folder that the operator names".to_owned() };
        let server = Place {
            when: "otherwise".to_owned(),
            place: format!("sftp://{}:{}, folder {}", sftp.host, sftp.port, sftp.folder),
        };
        let mut credentials = vec![format!(
            "SSH: `{}` with {} (`{}`, `{}`), at a server with the key {}",
            sftp.username, sftp.sign_in, sftp.private_key, sftp.password, sftp.host_keys
        )];
        credentials.extend(files.openpgp.as_ref().map(|openpgp| {
            format!("OpenPGP: opened with `{}`, signed by `{}`", openpgp.private_key, openpgp.signers)
        }));
        Self { names: files.names.clone(), from: vec![upload, server], credentials }
    }
}
