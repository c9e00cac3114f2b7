//! The host key, for its owner.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use sshcard::{
    cli::KeyAction,
    ssh::hostkey::{HostKey, KeyPlace},
};
use zeroize::Zeroizing;

/// Shows which key there is, or writes its file to standard output.
pub(super) fn run(action: KeyAction, place: &KeyPlace) -> Result<ExitCode> {
    let (key, path) = (HostKey::read(place)?, place.path());
    let (path, fingerprint, mut out) = (path.display(), key.fingerprint(), io::stdout());
    match action {
        KeyAction::Show => {
            writeln!(
                out,
                "The host key:\n{path}\n\nThe fingerprint:\n{fingerprint}\n\nThe record for the DNS, with the name \
                 under which this card is reached for HOST:\n{}",
                key.sshfp("HOST")
            )
            .context("cannot print")?;
        }
        KeyAction::Backup if out.is_terminal() => {
            bail!("a private key is not shown on a terminal; write it to a file: sshcard key backup > FILE");
        }
        KeyAction::Backup => {
            let file = Zeroizing::new(fs::read(place.path()).with_context(|| format!("cannot read {path}"))?);
            out.write_all(&file).and_then(|()| out.flush()).context("cannot write the host key")?;
            eprintln!(
                "sshcard: that was {path}, {fingerprint}; whoever has it can pass for this card: let nobody else read it"
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
