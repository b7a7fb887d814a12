//! Files from a real SFTP server: OpenSSH's, as an ordinary process, with keys of
//! its own. `tests/setup-servers.sh` installs it, and GnuPG.

mod company;
mod openpgp;
mod refusals;
mod sshd;
mod whole;
