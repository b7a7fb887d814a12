//! Progress of a run: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use rollcall_sync::{Phase, Progress};

/// On standard error, so that standard output stays for a script.
pub struct Shown {
    bar: Option<ProgressBar>,
    phase: Mutex<Option<Phase>>,
}

impl Shown {
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len} {per_sec}")
            {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, phase: Mutex::new(None) }
    }

    /// Takes the bar away, so that what follows begins on a clean line.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Groups => "reading groups",
        Phase::Memberships => "reading memberships",
        Phase::Workers => "reading people",
        Phase::Planning => "planning",
        Phase::Applying => "applying",
    }
}

impl Progress for Shown {
    fn phase(&self, phase: Phase) {
        let Ok(mut now) = self.phase.lock() else { return };
        if *now == Some(phase) {
            return;
        }
        *now = Some(phase);
        match &self.bar {
            Some(bar) => {
                bar.reset();
                bar.set_message(words(phase));
            }
            None => eprintln!("{}", words(phase)),
        }
    }

    fn records(&self, done: u64, total: Option<u64>) {
        if let Some(bar) = &self.bar {
            bar.set_length(total.unwrap_or(done));
            bar.set_position(done);
        }
    }

    fn resumed(&self, phase: Phase) {
        let text = format!("an earlier run was interrupted while {}; it goes on", words(phase));
        match &self.bar {
            Some(bar) => bar.println(text),
            None => eprintln!("{text}"),
        }
    }
}
