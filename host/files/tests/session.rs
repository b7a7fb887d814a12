//! What a session makes of a folder: what it lists, what it refuses, and each
//! limit.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rollcall_egress::time::{Clock, Sleeper};
use rollcall_egress::{AuditEvent, AuditSink};
use rollcall_files::limits::{
    MAX_COMPANION_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_SESSION_BYTES, SETTLING, SKEW, YOUNG,
};
use rollcall_files::{Fetched, Folder, Session, SessionOptions, State};
use rollcall_grants::{Fetching, FileError, FileInfo, Files, Grant, Manifest, Settings};

const NOW_MS: u64 = 1_772_445_600_000;

/// A folder of a server that says what it is told to.
#[derive(Default)]
struct Told {
    files: Mutex<Vec<FileInfo>>,
    /// Bytes of every file; as many as it has unless given.
    bytes: Option<usize>,
    /// What a file is after it was read; as before unless given.
    after: Option<State>,
    asked: Mutex<Vec<String>>,
    /// Of this machine.
    upload: bool,
    /// Nobody writes there.
    recorded: bool,
}

impl Folder for Told {
    fn host(&self) -> &str {
        if self.upload { "" } else { "sftp.example.com" }
    }

    fn settles(&self) -> bool {
        !self.recorded
    }

    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        self.asked.lock().unwrap().push("list".to_owned());
        let files = self.files.lock().unwrap().clone();
        Box::pin(async move { Ok(files) })
    }

    fn fetch(&self, name: String, _: u64) -> Fetching<'_, Result<Fetched, FileError>> {
        let file = self.files.lock().unwrap().iter().find(|file| file.name == name).cloned().unwrap();
        self.asked.lock().unwrap().push(name);
        let before = State::of(&file);
        let bytes = vec![b'x'; self.bytes.unwrap_or(file.size as usize)];
        let after = self.after.unwrap_or(before);
        Box::pin(async move { Ok(Fetched { before, bytes, after }) })
    }
}

/// Time stands still; what was waited for is kept.
#[derive(Default)]
struct Still(Mutex<Vec<Duration>>);

impl Clock for Still {
    fn unix_millis(&self) -> u64 {
        NOW_MS
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

impl Sleeper for Still {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

#[derive(Default)]
struct Kept(Mutex<Vec<AuditEvent>>);

impl AuditSink for Kept {
    fn record(&self, event: AuditEvent) {
        self.0.lock().unwrap().push(event);
    }
}

fn file(name: &str, size: u64) -> FileInfo {
    FileInfo { name: name.to_owned(), size, modified_ms: NOW_MS - 3_600_000 }
}

fn folder(files: Vec<FileInfo>) -> Told {
    Told { files: Mutex::new(files), ..Told::default() }
}

fn session(folder: &Arc<Told>, time: &Arc<Still>, audit: &Arc<Kept>) -> Session {
    sleeping(folder, time.clone(), audit)
}

fn sleeping(folder: &Arc<Told>, sleeper: Arc<dyn Sleeper>, audit: &Arc<Kept>) -> Session {
    let manifest = include_str!("../../../connectors/sftp-csv/connector.toml");
    let manifest = Manifest::parse_toml(manifest).unwrap();
    let entered =
        [("people_pattern", "people*"), ("host", "sftp.example.com"), ("username", "hr"), ("host_key", "x")];
    let entered: BTreeMap<_, _> =
        entered.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let settings = Settings::resolve(&manifest, &entered, &BTreeMap::new()).unwrap();
    let grant = Grant::new(&manifest, &settings, &[]).unwrap();
    let options = SessionOptions { clock: Arc::new(Still::default()), sleeper, audit: audit.clone() };
    Session::new(grant.files().unwrap().clone(), settings, folder.clone(), options)
}

fn of(folder: &Arc<Told>) -> Session {
    session(folder, &Arc::default(), &Arc::default())
}

#[tokio::test]
async fn a_folder_is_listed_once_and_a_file_read_once() {
    let told = Arc::new(folder(vec![file("people_2.csv", 5), file("people_1.csv", 3), file("pay.csv", 1)]));
    let audit = Arc::new(Kept::default());
    let session = session(&told, &Arc::default(), &audit);
    let names = |files: Vec<FileInfo>| files.into_iter().map(|file| file.name).collect::<Vec<_>>();
    assert_eq!(names(session.list().await.unwrap()), ["people_1.csv", "people_2.csv"]);
    assert_eq!(session.read("people_2.csv".into(), 0, 3).await.unwrap(), b"xxx");
    assert_eq!(session.read("people_2.csv".into(), 3, 9).await.unwrap(), b"xx");
    assert_eq!(session.read("people_2.csv".into(), u64::MAX, 9).await.unwrap(), b"");
    assert!(matches!(session.read("pay.csv".into(), 0, 1).await, Err(FileError::Denied(_))));
    assert_eq!(*told.asked.lock().unwrap(), ["list", "people_2.csv"]);
    // The audit has patterns and no names.
    let told = format!("{:?}", audit.0.lock().unwrap());
    assert!(told.contains("people*") && !told.contains("people_2"), "{told}");
}

#[tokio::test]
async fn a_young_file_is_looked_at_twice() {
    let young = |name: &str, ms: u64| FileInfo { modified_ms: NOW_MS - ms, ..file(name, 1) };
    let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap();
    let (edge, skew) = (millis(YOUNG), millis(SKEW));
    // The age of a file, that of the newest beside it, and how often is waited.
    let cases = [
        (edge, 0, 0),
        (edge - 1, 0, 1),
        (0, 0, 1),
        // The clock of the server is behind ours: nothing shows but its newest file.
        (edge, edge, 1),
        (skew - 1, skew - 1, 1),
        (skew, skew, 0),
        (edge + 180_000, 180_000, 0),
        (edge + 179_999, 180_000, 1),
    ];
    for (age, newest, waits) in cases {
        let time = Arc::new(Still::default());
        let told = Arc::new(folder(vec![young("people.csv", age), young("pay.csv", newest)]));
        assert!(session(&told, &time, &Arc::default()).list().await.is_ok());
        assert_eq!(*time.0.lock().unwrap(), vec![SETTLING; waits], "{age} beside {newest}");
    }
    let ahead = FileInfo { modified_ms: NOW_MS + skew, ..file("people.csv", 1) };
    let time = Arc::new(Still::default());
    assert!(session(&Arc::new(folder(vec![ahead])), &time, &Arc::default()).list().await.is_ok());
    assert_eq!(time.0.lock().unwrap().len(), 1);
    // Another folder's young file is none of ours.
    let told = Arc::new(folder(vec![young("pay.csv", 0)]));
    let time = Arc::new(Still::default());
    assert!(session(&told, &time, &Arc::default()).list().await.unwrap().is_empty());
    assert!(time.0.lock().unwrap().is_empty());
}

/// Writes while others wait.
struct Writing(Arc<Told>, FileInfo);

impl Sleeper for Writing {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut files = self.0.files.lock().unwrap();
        files.retain(|file| file.name != self.1.name);
        files.push(self.1.clone());
        Box::pin(std::future::ready(()))
    }
}

/// A file of yesterday would be the newest without it.
#[tokio::test]
async fn an_old_file_that_grows_is_being_written() {
    let young = FileInfo { modified_ms: NOW_MS, ..file("people_3.csv", 1) };
    let told = Arc::new(folder(vec![file("people_1.csv", 1), file("people_2.csv", 1), young]));
    let writing = Arc::new(Writing(told.clone(), file("people_2.csv", 2)));
    let session = sleeping(&told, writing, &Arc::default());
    let listed = session.list().await;
    assert!(matches!(&listed, Err(FileError::Changed(what)) if what.contains("people_2.csv")), "{listed:?}");
}

/// Whoever uploads may be at it; nobody writes into a recorded folder.
#[tokio::test]
async fn a_folder_says_whether_somebody_writes_there() {
    for (upload, recorded, waits) in [(true, false, 1), (true, true, 0)] {
        let time = Arc::new(Still::default());
        let told = Told {
            upload,
            recorded,
            ..folder(vec![FileInfo { modified_ms: NOW_MS, ..file("people.csv", 1) }])
        };
        assert!(session(&Arc::new(told), &time, &Arc::default()).list().await.is_ok());
        assert_eq!(time.0.lock().unwrap().len(), waits, "{upload} {recorded}");
    }
}

#[tokio::test]
async fn a_file_that_is_another_one_when_it_was_read() {
    let other = State { size: 3, modified_ms: NOW_MS };
    let states = [(None, Some(other)), (Some(2), None), (Some(4), None)];
    for (bytes, after) in states {
        let told = Arc::new(Told { bytes, after, ..folder(vec![file("people.csv", 3)]) });
        let read = of(&told).read("people.csv".into(), 0, 9).await;
        assert!(matches!(read, Err(FileError::Changed(_))), "{bytes:?} {after:?}: {read:?}");
    }
}

#[tokio::test]
async fn a_checksum_beside_a_file_has_to_be_right() {
    let beside = |size| Arc::new(folder(vec![file("people.csv", 3), file("people.csv.sha256", size)]));
    let told = beside(64);
    let session = of(&told);
    assert_eq!(session.list().await.unwrap().len(), 1);
    let read = session.read("people.csv".into(), 0, 9).await;
    assert!(matches!(&read, Err(FileError::Changed(what)) if what.contains("checksum")), "{read:?}");
    assert_eq!(*told.asked.lock().unwrap(), ["list", "people.csv", "people.csv.sha256"]);
    let read = of(&beside(MAX_COMPANION_BYTES)).read("people.csv".into(), 0, 9).await;
    assert!(matches!(read, Err(FileError::Changed(_))), "{read:?}");
    let read = of(&beside(MAX_COMPANION_BYTES + 1)).read("people.csv".into(), 0, 9).await;
    assert!(matches!(read, Err(FileError::Invalid(_))), "{read:?}");
}

#[tokio::test]
async fn limits() {
    let many =
        |count: usize| Arc::new(folder((0..count).map(|at| file(&format!("people{at}"), 1)).collect()));
    assert_eq!(of(&many(MAX_FILES)).list().await.unwrap().len(), MAX_FILES);
    assert!(matches!(of(&many(MAX_FILES + 1)).list().await, Err(FileError::Budget(_))));
    let large = Arc::new(folder(vec![file("people", MAX_FILE_BYTES + 1)]));
    assert!(matches!(of(&large).read("people".into(), 0, 1).await, Err(FileError::Invalid(_))));
    assert_eq!(*large.asked.lock().unwrap(), ["list"]);
    let half = MAX_SESSION_BYTES / 2;
    let three = Arc::new(folder(vec![file("people1", half), file("people2", half), file("people3", 1)]));
    let session = of(&three);
    assert!(session.read("people1".into(), 0, 1).await.is_ok());
    assert!(session.read("people2".into(), 0, 1).await.is_ok());
    assert!(matches!(session.read("people3".into(), 0, 1).await, Err(FileError::Budget(_))));
}
