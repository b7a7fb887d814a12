//! A folder of an SFTP server. Connected to once for a run; signed in to once,
//! because accounts are locked after a few tries.

mod connect;
mod host_keys;
mod listing;
mod sign_in;

use std::sync::Arc;

use rollcall_egress::AuditSink;
use rollcall_egress::time::{Sleeper, TokioSleeper};
use rollcall_grants::{Fetching, FileError, FileInfo, Settings, Sftp, SftpPlace};
use tokio::sync::Mutex;

use self::connect::Connection;
use crate::folder::{Fetched, Folder};
use crate::limits::RETRIES;

/// A server, and how to sign in there.
pub struct Server {
    place: SftpPlace,
    sftp: Sftp,
    settings: Settings,
    audit: Arc<dyn AuditSink>,
    sleeper: Arc<dyn Sleeper>,
    connection: Mutex<Option<Arc<Connection>>>,
}

impl Server {
    /// Nothing is connected to yet.
    pub fn new(place: SftpPlace, sftp: Sftp, settings: Settings, audit: Arc<dyn AuditSink>) -> Self {
        Self { place, sftp, settings, audit, sleeper: Arc::new(TokioSleeper), connection: Mutex::default() }
    }

    #[must_use]
    pub fn with_sleeper(self, sleeper: Arc<dyn Sleeper>) -> Self {
        Self { sleeper, ..self }
    }

    async fn connected(&self) -> Result<Arc<Connection>, FileError> {
        let mut connection = self.connection.lock().await;
        if let Some(connection) = &*connection {
            return Ok(Arc::clone(connection));
        }
        let made = Connection::open(&self.place, &self.sftp, &self.settings, &*self.audit).await?;
        Ok(Arc::clone(connection.insert(Arc::new(made))))
    }

    /// A network that fails is tried again after a while, by a connection of its
    /// own. A credential or a host key that is refused is not.
    async fn patiently<T, F>(&self, work: impl Fn(Arc<Connection>) -> F) -> Result<T, FileError>
    where
        F: Future<Output = Result<T, FileError>>,
    {
        let mut waits = RETRIES.into_iter();
        loop {
            let result = match self.connected().await {
                Ok(connection) => work(connection).await,
                Err(error) => Err(error),
            };
            match (result, waits.next()) {
                (Err(FileError::Transport(_) | FileError::Timeout), Some(wait)) => {
                    *self.connection.lock().await = None;
                    self.sleeper.sleep(wait).await;
                }
                (result, _) => return result,
            }
        }
    }
}

impl Folder for Server {
    fn host(&self) -> &str {
        self.place.logical.host_str().unwrap_or_default()
    }

    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        Box::pin(self.patiently(|connection| async move { connection.list().await }))
    }

    fn fetch(&self, name: String, max: u64) -> Fetching<'_, Result<Fetched, FileError>> {
        Box::pin(async move {
            let name = name.as_str();
            self.patiently(|connection| async move { connection.fetch(name, max).await }).await
        })
    }
}
