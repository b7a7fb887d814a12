//! Files from real SFTP servers: OpenSSH's, as an ordinary process, with keys of
//! its own, and paramiko's for passwords. `tests/setup-servers.sh` installs them,
//! and GnuPG.

mod company;
mod openpgp;
mod passwords;
mod refusals;
mod sshd;
mod whole;
