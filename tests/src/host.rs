//! The `rollcall` program under test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// How a program ended, and what it said.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Panics with everything that was said unless the program ended like this.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code\nstdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Lines of JSON on standard output.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// The one line of JSON on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        let found = serde_json::from_str(&self.stdout);
        found.unwrap_or_else(|error| panic!("{error}\nstdout: {}\nstderr: {}", self.stdout, self.stderr))
    }

    /// The typed failure on standard error.
    #[track_caller]
    pub fn failure(&self) -> Value {
        let line = self.stderr.lines().rfind(|line| line.starts_with('{'));
        let line = line.unwrap_or_else(|| panic!("no failure on standard error: {}", self.stderr));
        serde_json::from_str(line).expect("the failure is JSON")
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Runs the program to its end.
pub fn rollcall<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ended {
    command().args(arguments).output().expect("the program starts").into()
}

/// The program, ready for arguments.
pub fn command() -> Command {
    let mut command = Command::new(binary());
    command.stdin(Stdio::null());
    // What a developer has set does not decide about tests, and compiled
    // components do not land among the developer's own.
    command.env_remove("RUST_LOG").env_remove("ROLLCALL_MASTER_KEY").env("XDG_CACHE_HOME", scratch());
    command
}

/// The component of a connector.
pub fn component(id: &str) -> PathBuf {
    let file = components().join(format!("{id}.wasm"));
    assert!(
        file.is_file(),
        "{} is missing: build it with `rollcall connector build connectors/{id}`, or let ROLLCALL_CONNECTORS \
         name the directory where it is",
        file.display()
    );
    file
}

/// Where the connectors' components are.
pub fn components() -> PathBuf {
    built("ROLLCALL_CONNECTORS", "connectors")
}

/// Where the components are that show the SDKs, and the bad one.
pub fn examples() -> PathBuf {
    built("ROLLCALL_EXAMPLES", "examples")
}

fn built(variable: &str, usual: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target").join(usual),
        // Cargo runs tests in the directory of their package.
        |set| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(set),
    )
}

/// Where `tests/setup-servers.sh` installs other people's servers and judges:
/// `ROLLCALL_TEST_SERVERS`, or `test-servers` in cargo's target directory.
pub fn servers() -> PathBuf {
    let set = std::env::var_os("ROLLCALL_TEST_SERVERS").map(PathBuf::from);
    set.unwrap_or_else(|| profile().with_file_name("test-servers"))
}

/// The file of the program.
pub fn binary() -> PathBuf {
    let set = std::env::var_os("ROLLCALL_BIN").map(PathBuf::from);
    let file = set.unwrap_or_else(|| profile().with_file_name("release").join("rollcall"));
    assert!(
        file.is_file(),
        "{} is missing: build it with `cargo build --release -p rollcall`, or let ROLLCALL_BIN name it",
        file.display()
    );
    file
}

/// The stub's program.
pub(crate) fn stub() -> PathBuf {
    let file = binary().with_file_name("provider-stub");
    assert!(file.is_file(), "{} is missing: build it with `make host`", file.display());
    file
}

/// The program that watches another.
pub(crate) fn watched() -> PathBuf {
    profile().join("watched")
}

/// Where the program keeps what it compiles, unless a data directory says
/// otherwise.
pub fn compiled() -> PathBuf {
    scratch().join("rollcall").join("compiled")
}

/// Where tests may leave what the next run of tests can use.
pub(crate) fn scratch() -> PathBuf {
    profile().with_file_name("tmp").join("scenarios")
}

/// `debug` or `release` in cargo's target directory: tests run from `deps`
/// below it.
fn profile() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its file");
    test.ancestors().nth(2).expect("tests lie in `deps`").to_owned()
}
