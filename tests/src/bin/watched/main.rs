//! Runs a program to its end and writes down what it used. A small process of
//! its own, because the kernel counts the memory of whoever starts a program as
//! the program's: `watched REPORT PROGRAM ARGUMENTS...`.

use std::process::{Command, ExitCode};

use wait4::Wait4;

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let report = words.next().expect("a file for the report");
    let program = words.next().expect("a program");
    let child = Command::new(program).args(words).spawn().expect("the program starts");
    let end = child.wait4().expect("the program ends");
    let cpu = (end.rusage.utime + end.rusage.stime).as_micros();
    std::fs::write(report, format!("{cpu} {}", end.rusage.maxrss)).expect("the report is written");
    let code = end.status.code().unwrap_or_else(|| panic!("{:?}", end.status));
    ExitCode::from(u8::try_from(code).expect("an exit code is a byte"))
}
