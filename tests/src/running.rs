//! A sync that can be killed.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Scene;

/// A process of a sync, and a channel with the lines it says.
pub struct Running {
    child: std::process::Child,
    lines: Receiver<String>,
}

impl Running {
    pub fn start(scene: &Scene, arguments: &[&str]) -> Self {
        let mut command = scene.sync_command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
        let said = BufReader::new(child.stderr.take().expect("is piped"));
        let (sender, lines) = channel();
        thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits until it has got to a phase; `false` when it ends before.
    pub fn reaches(&self, phase: &str) -> bool {
        // An error is told on one line, before the end.
        self.lines
            .iter()
            .inspect(|line| assert!(!line.starts_with("rollcall: "), "{line}"))
            .any(|line| line == phase)
    }

    /// Waits so long, or until it ends.
    pub fn works_for(&self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if matches!(self.lines.recv_timeout(left), Err(RecvTimeoutError::Disconnected)) {
                return;
            }
        }
    }

    /// Waits until it has.
    pub fn ends(&self) {
        while self.lines.recv().is_ok() {}
    }

    /// `kill -9`. Whether there was something to kill: it may have done its
    /// work before.
    pub fn kill(mut self, told: &str) -> bool {
        self.child.kill().expect("it is ours");
        let status = self.child.wait().expect("it ends");
        let said: Vec<_> = self.lines.iter().collect();
        assert!(
            status.success() || status.signal() == Some(9),
            "{told}: it failed on its own: {status}: {said:?}"
        );
        !status.success()
    }
}
