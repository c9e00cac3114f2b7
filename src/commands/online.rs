//! `sshcard check --online`: connects to a server over the network and compares its host key.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use sshcard::ssh::{healthcheck, hostkey::KeyPlace};
use tokio::runtime::{Builder, Runtime};

/// A runtime for one question.
pub(super) fn runtime() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("cannot start the runtime")
}

/// Says whether the card is reached at each address of a host, with the right key.
pub(super) fn check(host: &str, port: u16, key: &KeyPlace) -> Result<ExitCode> {
    let found = runtime()?.block_on(healthcheck::online(host, port, key))?;
    let mut code = ExitCode::SUCCESS;
    for line in found {
        match line {
            Ok(line) => writeln!(io::stdout(), "{line}").context("cannot print")?,
            Err(error) => {
                eprintln!("sshcard: {error:#}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}
