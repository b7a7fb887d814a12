//! Files: names, where they come from, and the templates of their credentials.

use super::Check;
use crate::limits::MAX_FILE_NAMES;

pub(super) fn files(check: &mut Check<'_>) {
    let manifest = check.manifest;
    let Some(files) = &manifest.files else { return };
    if !manifest.hosts.is_empty() {
        check.problem("files", "stands beside hosts: a connector reads files or asks hosts");
    }
    if !manifest.slots.is_empty() {
        check.problem("slots", "are for requests: the credentials of files stand under [files]");
    }
    if files.names.is_empty() {
        check.problem("files.names", "is empty; say which files may be read");
    }
    check.at_most("files.names", files.names.len(), MAX_FILE_NAMES);
    for (i, name) in files.names.iter().enumerate() {
        check.public_template(&format!("files.names[{i}]"), name);
    }
    check.condition("files.upload", &files.upload);
    if let Some(settle) = &files.settle {
        check.condition("files.settle", settle);
    }
    let sftp = &files.sftp;
    for (field, template) in [
        ("host", &sftp.host),
        ("port", &sftp.port),
        ("folder", &sftp.folder),
        ("username", &sftp.username),
        ("host_keys", &sftp.host_keys),
        ("sign_in", &sftp.sign_in),
    ] {
        check.public_template(&format!("files.sftp.{field}"), template);
    }
    let openpgp = files.openpgp.iter().flat_map(|openpgp| {
        [
            ("openpgp.private_key", &openpgp.private_key),
            ("openpgp.passphrase", &openpgp.passphrase),
            ("openpgp.signers", &openpgp.signers),
        ]
    });
    let credentials = [
        ("sftp.private_key", &sftp.private_key),
        ("sftp.passphrase", &sftp.passphrase),
        ("sftp.password", &sftp.password),
    ];
    for (field, template) in credentials.into_iter().chain(openpgp) {
        check.template(&format!("files.{field}"), template, &[]);
    }
}
