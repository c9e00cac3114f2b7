//! `sshcard key`: shows the host key, or prints it for a backup.

use std::{
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use sshcard::{
    cli::{KeyAction, Settings},
    ssh::hostkey::HostKey,
};

use super::profile;

/// Shows which key there is, or writes its file to standard output.
pub(super) fn run(action: KeyAction, settings: &Settings) -> Result<ExitCode> {
    let place = settings.key();
    let key = HostKey::read(&place)?;
    let (fingerprint, mut out) = (key.fingerprint(), io::stdout());
    match action {
        KeyAction::Show => {
            let name = profile::host(settings);
            let what = if name.is_some() { "" } else { ", with the name under which this card is reached for HOST" };
            writeln!(
                out,
                "The host key:\n{place}\n\nThe fingerprint:\n{fingerprint}\n\nThe record for the DNS{what}:\n{}",
                key.sshfp(name.as_deref().unwrap_or("HOST"))
            )
            .context("cannot print")?;
        }
        KeyAction::Backup if out.is_terminal() => {
            bail!("a private key is not shown on a terminal; write it to a file: sshcard key backup > FILE");
        }
        KeyAction::Backup => {
            let file = place.contents()?;
            out.write_all(&file).and_then(|()| out.flush()).context("cannot write the host key")?;
            eprintln!(
                "sshcard: that was {place}, {fingerprint}; whoever has it can pass for this card: let nobody else read it"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
