//! `sshcard`: parse, run, exit code.

mod commands;
mod hardening;
mod heap;
mod log;
mod signals;

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use sshcard::{cli::Cli, profile::Problems};

fn main() -> ExitCode {
    // Wrong usage ends here, with status 2.
    let cli = Cli::read().unwrap_or_else(|error| error.exit());
    let error = match commands::run(cli) {
        Ok(code) => return code,
        Err(error) => error,
    };
    match error.downcast_ref::<Problems>() {
        Some(problems) => eprintln!("{}", problems.report(io::stderr().is_terminal())),
        None => eprintln!("sshcard: {error:#}"),
    }
    // 2: a profile that does not load; 1: whatever else went wrong.
    ExitCode::from(if error.is::<Problems>() { 2 } else { 1 })
}
