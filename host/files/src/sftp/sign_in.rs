//! Signing in: a key, a password, or both. Each is tried once.

use std::sync::Arc;

use rollcall_grants::{FileError, Secret, Settings, Sftp};
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg, decode_secret_key};
use russh::{MethodKind, MethodSet};

use super::connect::{Pinned, lost};

/// Bits of an RSA key at least.
const MIN_RSA_BITS: u32 = 3072;

/// Who signs in, and with what.
pub struct Access {
    username: String,
    key: Option<Arc<PrivateKey>>,
    password: Option<Secret>,
}

impl Access {
    pub fn new(sftp: &Sftp, settings: &Settings) -> Result<Self, FileError> {
        let fill =
            |template: &str| settings.fill(template).map_err(|error| wrong(template, &error.to_string()));
        let needed = |template: &str, what: &str| {
            let value = fill(template)?;
            if value.is_empty() { Err(wrong(template, what)) } else { Ok(value) }
        };
        let sign_in = fill(&sftp.sign_in)?;
        let (by_key, by_password) = match sign_in.expose() {
            "key" => (true, false),
            "password" => (false, true),
            "key+password" => (true, true),
            _ => return Err(wrong(&sftp.sign_in, "is none of `key`, `password` and `key+password`")),
        };
        let key = match by_key {
            true => Some(private_key(
                &needed(&sftp.private_key, "is needed to sign in with a key")?,
                &fill(&sftp.passphrase)?,
                sftp,
            )?),
            false => None,
        };
        let password = match by_password {
            true => Some(needed(&sftp.password, "is needed to sign in with a password")?),
            false => None,
        };
        Ok(Self { username: needed(&sftp.username, "is needed")?.expose().to_owned(), key, password })
    }

    pub async fn sign_in(&self, session: &mut Handle<Pinned>) -> Result<(), FileError> {
        if let Some(key) = &self.key {
            // Servers that do not say what they verify know the newer two.
            let hash = session.best_supported_rsa_hash().await.map_err(|error| lost(&error))?;
            let hash = hash.flatten().unwrap_or(HashAlg::Sha512);
            let key = PrivateKeyWithHashAlg::new(Arc::clone(key), Some(hash));
            match session.authenticate_publickey(&self.username, key).await.map_err(|error| lost(&error))? {
                AuthResult::Success => return Ok(()),
                AuthResult::Failure { partial_success: true, .. } if self.password.is_some() => {}
                AuthResult::Failure { partial_success: true, remaining_methods } => {
                    return Err(refused(&format!(
                        "the key is accepted, and the server asks for more ({})",
                        names(&remaining_methods)
                    )));
                }
                AuthResult::Failure { remaining_methods, .. } => {
                    return Err(refused(&format!(
                        "the server does not accept the key for this user ({})",
                        names(&remaining_methods)
                    )));
                }
            }
        }
        let Some(password) = &self.password else { return Err(refused("there is nothing to sign in with")) };
        let answer = session.authenticate_password(&self.username, password.expose()).await;
        match answer.map_err(|error| lost(&error))? {
            AuthResult::Success => Ok(()),
            // It does not know the method, so that the password was not tried.
            AuthResult::Failure { remaining_methods, .. }
                if remaining_methods.contains(&MethodKind::KeyboardInteractive)
                    && !remaining_methods.contains(&MethodKind::Password) =>
            {
                self.answer_prompts(session, password).await
            }
            AuthResult::Failure { remaining_methods, .. } => Err(refused(&format!(
                "the server does not accept the password for this user ({})",
                names(&remaining_methods)
            ))),
        }
    }

    /// Many servers ask for the password as if a person sat there. A second round
    /// of questions is no password.
    async fn answer_prompts(&self, session: &mut Handle<Pinned>, password: &Secret) -> Result<(), FileError> {
        use KeyboardInteractiveAuthResponse::{Failure, InfoRequest, Success};
        let begun = session.authenticate_keyboard_interactive_start(&self.username, None::<String>).await;
        let mut asked = begun.map_err(|error| lost(&error))?;
        let mut answered = false;
        for _ in 0..ROUNDS {
            let prompts = match asked {
                Success => return Ok(()),
                Failure { remaining_methods, .. } => {
                    return Err(refused(&format!(
                        "the server does not accept the password for this user ({})",
                        names(&remaining_methods)
                    )));
                }
                InfoRequest { prompts, .. } => prompts,
            };
            if answered && !prompts.is_empty() {
                return Err(refused("the server asks for more than a password"));
            }
            answered |= !prompts.is_empty();
            let answer = |echo: bool| if echo { String::new() } else { password.expose().to_owned() };
            let answers = prompts.iter().map(|prompt| answer(prompt.echo)).collect();
            let next = session.authenticate_keyboard_interactive_respond(answers).await;
            asked = next.map_err(|error| lost(&error))?;
        }
        Err(refused("the server goes on asking"))
    }
}

/// Rounds of questions: one with the password, some with none.
const ROUNDS: usize = 4;

fn private_key(text: &Secret, passphrase: &Secret, sftp: &Sftp) -> Result<Arc<PrivateKey>, FileError> {
    if text.expose().trim_start().starts_with("PuTTY-User-Key-File") {
        return Err(wrong(&sftp.private_key, "is a key of PuTTY; export it as OpenSSH key"));
    }
    let passphrase = Some(passphrase.expose()).filter(|text| !text.is_empty());
    let key = decode_secret_key(text.expose(), passphrase).map_err(|error| match error {
        russh::keys::Error::KeyIsEncrypted => wrong(&sftp.passphrase, "is needed to open the private key"),
        // The library's words may hold a part of it.
        _ if passphrase.is_some() => wrong(
            &sftp.private_key,
            "cannot be opened; it is no OpenSSH or PEM key, or the passphrase is another one",
        ),
        _ => wrong(
            &sftp.private_key,
            "cannot be read; enter an OpenSSH or PEM key with its first and last line",
        ),
    })?;
    if key.is_encrypted() {
        return Err(wrong(&sftp.passphrase, "is needed to open the private key"));
    }
    let algorithm = key.algorithm();
    if algorithm.is_rsa()
        && key.public_key().key_data().rsa().is_some_and(|rsa| rsa.key_size() < MIN_RSA_BITS)
    {
        return Err(wrong(&sftp.private_key, "is an RSA key of fewer than 3072 bits; make an Ed25519 key"));
    }
    Ok(Arc::new(key))
}

fn wrong(template: &str, why: &str) -> FileError {
    FileError::Setting { key: Settings::key_of(template), why: why.to_owned() }
}

fn refused(why: &str) -> FileError {
    FileError::SignIn(why.to_owned())
}

fn names(methods: &MethodSet) -> String {
    let names: Vec<&str> = methods.iter().map(Into::into).collect();
    if names.is_empty() {
        "it offers no other way".to_owned()
    } else {
        format!("it offers {}", names.join(", "))
    }
}
