//! Loading a profile for a command, with its warnings on standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use sshcard::{
    app::Word,
    cli::Settings,
    document::Document,
    exhibits, formats, init, places,
    profile::{self, Loaded, Vocabulary},
    site::Logo,
    ssh,
};

/// Loads the profile of these settings, or the sample.
pub(super) fn chosen(settings: &Settings) -> Result<Document> {
    if settings.sample {
        let sample = init::sample().context("the sample needs a directory for temporary files")?;
        return load(sample.path());
    }
    load(&places::profile(settings.profile.as_deref())?)
}

/// Loads a profile. What is written in it and not shown is told on standard error.
pub(super) fn load(directory: &Path) -> Result<Document> {
    let Loaded { document, warnings } = read(directory)?;
    if !warnings.is_empty() {
        eprintln!("{}", warnings.report(io::stderr().is_terminal()));
    }
    Ok(document)
}

/// Loads a profile again. Of what is written in it and not shown, the log has the number.
pub(super) fn reload(directory: &Path) -> Result<Document> {
    let Loaded { document, warnings } = read(directory)?;
    if !warnings.is_empty() {
        tracing::warn!("the profile loads with {}; `sshcard check` tells which", warnings.summary());
    }
    Ok(document)
}

fn read(directory: &Path) -> Result<Loaded> {
    let reserved: Vec<&str> =
        formats::reserved().chain(Word::RESERVED).chain(ssh::exec::NOTICES).chain([ssh::exec::POSTCARD]).collect();
    let vocabulary = Vocabulary { exhibits: &exhibits::NAMES, reserved: &reserved, has_glyph: Logo::has_glyph };
    Ok(profile::load(directory, &vocabulary)?)
}

/// Says whether a profile loads, and the pages of its card.
pub(super) fn check(directory: &Path) -> Result<ExitCode> {
    let document = load(directory)?;
    let pages: Vec<&str> = document.pages.iter().map(|page| page.name.as_str()).collect();
    let others: Vec<String> =
        document.translations.iter().map(|other| format!("; also in {}", other.language)).collect();
    writeln!(io::stdout(), "{}: the card is ready: {}{}", directory.display(), pages.join(", "), others.concat())?;
    Ok(ExitCode::SUCCESS)
}
