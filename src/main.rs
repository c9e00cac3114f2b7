//! The program `sshcard`: reads the command line, runs the command, and turns its result into an exit code.

mod commands;
#[cfg(target_os = "linux")]
mod confinement;
mod hardening;
mod log;
mod signals;

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use sshcard::{cli::Cli, places::NoProfile, profile::Diagnostics};

fn main() -> ExitCode {
    // On wrong usage clap prints the error and exits with status 2.
    let cli = Cli::read().unwrap_or_else(|error| error.exit());
    let error = match commands::run(cli) {
        Ok(code) => return code,
        Err(error) => error,
    };
    match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => eprintln!("{}", diagnostics.report(io::stderr().is_terminal())),
        None => eprintln!("sshcard: {error:#}"),
    }
    // 2: a profile that does not load; 1: any other failure.
    ExitCode::from(if error.is::<Diagnostics>() || error.is::<NoProfile>() { 2 } else { 1 })
}
