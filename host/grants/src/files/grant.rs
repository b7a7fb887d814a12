//! `[files]` with a tenant's settings: what may be read, and from where.

use url::Url;

use crate::address::Reach;
use crate::files::manifest::{ManifestFiles, Sftp};
use crate::files::pattern::NamePattern;
use crate::parse::Problem;
use crate::settings::Settings;
use crate::template::Template;
use crate::upstream::Upstream;

/// What one integration may read.
#[derive(Debug, Clone)]
pub struct FileGrant {
    manifest: ManifestFiles,
    names: Vec<NamePattern>,
    settles: bool,
    place: FilePlace,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilePlace {
    /// A folder of this machine, which the operator names.
    Upload,
    Sftp(Box<SftpPlace>),
}

/// A folder of an SFTP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SftpPlace {
    /// As granted: what messages and the audit name.
    pub logical: Url,
    /// Where it is connected to instead.
    pub upstream: Option<Url>,
    pub reach: Reach,
    /// Empty: where the server puts whoever signs in.
    pub folder: String,
}

impl SftpPlace {
    /// Host and port that are connected to.
    pub fn sent(&self) -> (&str, u16) {
        let url = self.upstream.as_ref().unwrap_or(&self.logical);
        (url.host_str().unwrap_or_default(), url.port().unwrap_or(PORT))
    }
}

/// Of SSH.
const PORT: u16 = 22;

impl FileGrant {
    /// `private`: private networks are open.
    pub(crate) fn new(
        files: &ManifestFiles,
        settings: &Settings,
        upstreams: &[Upstream],
        private: bool,
    ) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut problem = |field: &str, message: String| {
            problems.push(Problem { field: format!("files.{field}"), message });
        };
        let mut names = Vec::new();
        for template in files.names.iter().filter(|template| is_complete(template, settings)) {
            let name = filled(template, settings);
            match NamePattern::parse(&name) {
                Ok(pattern) => names.push(pattern),
                Err(error) => problem("names", format!("`{name}` {error}")),
            }
        }
        if names.is_empty() {
            problem("names", "no setting says which files may be read".to_owned());
        }
        let place = match settings.holds(&files.upload) {
            true => FilePlace::Upload,
            false => match sftp(&files.sftp, settings, upstreams, private) {
                Ok(place) => FilePlace::Sftp(Box::new(place)),
                Err((field, message)) => {
                    problem(field, message);
                    FilePlace::Upload
                }
            },
        };
        let settles = files.settle.as_ref().is_none_or(|condition| settings.holds(condition));
        if problems.is_empty() {
            Ok(Self { manifest: files.clone(), names, settles, place })
        } else {
            Err(problems)
        }
    }

    /// Whether the guest may read a file of this name.
    pub fn covers(&self, name: &str) -> bool {
        self.names.iter().any(|pattern| pattern.covers(name))
    }

    /// As entered, for people to read.
    pub fn names(&self) -> impl Iterator<Item = &NamePattern> {
        self.names.iter()
    }

    pub fn place(&self) -> &FilePlace {
        &self.place
    }

    /// Whether a file that was written a moment ago is looked at twice.
    pub fn settles(&self) -> bool {
        self.settles
    }

    /// Templates of credentials, for [`Settings::fill`].
    pub fn manifest(&self) -> &ManifestFiles {
        &self.manifest
    }

    pub(crate) fn logical(&self) -> Option<&Url> {
        match &self.place {
            FilePlace::Upload => None,
            FilePlace::Sftp(place) => Some(&place.logical),
        }
    }
}

/// Whether all its settings have a value.
fn is_complete(template: &str, settings: &Settings) -> bool {
    Template::parse(template).is_ok_and(|template| template.keys().all(|key| settings.get(key).is_some()))
}

/// Over public settings; a template that is none was refused with the manifest.
fn filled(template: &str, settings: &Settings) -> String {
    let fill = |template: Template| template.fill(|key| settings.get(key));
    Template::parse(template).map(fill).unwrap_or_default()
}

fn sftp(
    sftp: &Sftp,
    settings: &Settings,
    upstreams: &[Upstream],
    private: bool,
) -> Result<SftpPlace, (&'static str, String)> {
    let entered = filled(&sftp.host, settings);
    let no_host = || {
        (
            "sftp.host",
            format!("`{entered}` is not the name of a host: enter it without `sftp://`, port and path"),
        )
    };
    // A name or an address, spelt as those of other hosts are.
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'[' | b']');
    if entered.is_empty() || !entered.bytes().all(is_plain) {
        return Err(no_host());
    }
    let parsed = Url::parse(&format!("https://{entered}/")).map_err(|_| no_host())?;
    let host = parsed.host_str().filter(|_| parsed.port().is_none()).ok_or_else(no_host)?;
    let entered = filled(&sftp.port, settings);
    let port: u16 =
        entered.parse().ok().filter(|port| *port != 0).ok_or_else(|| {
            ("sftp.port", format!("`{entered}` is not a port: it is a number from 1 to 65535"))
        })?;
    let folder = filled(&sftp.folder, settings);
    if folder.split('/').any(|segment| segment == "..") {
        return Err(("sftp.folder", "has `..` in it: write the folder out".to_owned()));
    }
    let logical = Url::parse(&format!("sftp://{host}:{port}")).map_err(|_| no_host())?;
    let upstream = upstreams.iter().find(|upstream| upstream.is_for(&logical)).map(|one| one.url().clone());
    let reach = if upstream.is_some() { Reach::UPSTREAM } else { Reach { private, loopback: false } };
    Ok(SftpPlace { logical, upstream, reach, folder })
}
