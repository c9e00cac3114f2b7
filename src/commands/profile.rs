//! Loading a profile for a command, with its warnings on standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, Result};
use parking_lot::Mutex;
use sshcard::{
    app::Word,
    cli::{SchemaOf, Settings},
    document::Document,
    exhibits, formats, init, places,
    profile::{self, Diagnostics, Loaded, Vocabulary, schema},
    reload::{self, Reading},
    site::Logo,
    ssh,
};
use tokio_util::sync::CancellationToken;

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

/// Loads a profile with what the program knows.
fn read(directory: &Path) -> Result<Loaded> {
    with_vocabulary(|vocabulary| Ok(profile::load(directory, vocabulary)?))
}

/// Does something with what the program knows and a profile may use.
fn with_vocabulary<T>(work: impl FnOnce(&Vocabulary<'_>) -> T) -> T {
    let reserved: Vec<&str> =
        formats::reserved().chain(Word::RESERVED).chain(ssh::exec::NOTICES).chain([ssh::exec::POSTCARD]).collect();
    work(&Vocabulary { exhibits: &exhibits::NAMES, reserved: &reserved, has_glyph: Logo::has_glyph })
}

/// Prints the schema of a file.
pub(super) fn print_schema(of: SchemaOf) -> Result<ExitCode> {
    let schema = with_vocabulary(|vocabulary| match of {
        SchemaOf::Card => schema::of_card(vocabulary),
        SchemaOf::Page => schema::of_page(vocabulary),
    });
    writeln!(io::stdout(), "{schema:#}").context("cannot print")?;
    Ok(ExitCode::SUCCESS)
}

/// Says whether a profile loads: its diagnostics, and the pages of its card.
///
/// # Errors
///
/// What is no diagnostic, or that nothing can be printed.
pub(super) fn check(directory: &Path, json: bool) -> Result<ExitCode> {
    let checked = Checked::of(directory);
    checked.tell(directory, json)?;
    Ok(if checked.diagnostics.has_errors() { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// What a profile was found to be.
#[derive(Default)]
struct Checked {
    diagnostics: Diagnostics,
    document: Option<Document>,
}

impl Checked {
    fn of(directory: &Path) -> Self {
        let loaded = with_vocabulary(|vocabulary| profile::load(directory, vocabulary));
        match loaded {
            Ok(Loaded { document, warnings }) => Self { diagnostics: warnings, document: Some(document) },
            Err(diagnostics) => Self { diagnostics, document: None },
        }
    }

    /// Prints it in one piece, for people or for a program.
    fn tell(&self, directory: &Path, json: bool) -> Result<()> {
        if json {
            return write!(io::stdout(), "{}", self.diagnostics.json_lines()).context("cannot print");
        }
        if !self.diagnostics.is_empty() {
            eprintln!("{}", self.diagnostics.report(io::stderr().is_terminal()));
        }
        let Some(document) = &self.document else { return Ok(()) };
        let pages: Vec<&str> = document.pages.iter().map(|page| page.name.as_str()).collect();
        let others = document.translations.iter().map(|other| format!("; also in {}", other.language));
        let (pages, others) = (pages.join(", "), others.collect::<String>());
        writeln!(io::stdout(), "{}: the card is ready: {pages}{others}", directory.display()).context("cannot print")
    }
}

/// Checks a profile now and at each change of its files, and prints one block each time.
pub(super) async fn watch(directory: PathBuf, json: bool, stopped: CancellationToken) -> Result<()> {
    // What was loaded last, by the one reading that is told.
    let last = Arc::new(Mutex::new(Checked::default()));
    let load = {
        let last = Arc::clone(&last);
        move |directory: &Path| {
            let checked = Checked::of(directory);
            let document = checked.document.clone().ok_or_else(|| checked.diagnostics.clone().into());
            *last.lock() = checked;
            document
        }
    };
    let tell = {
        let directory = directory.clone();
        move |_: &Reading| {
            if last.lock().tell(&directory, json).is_ok() && !json {
                println!();
            }
        }
    };
    let watching = reload::follow(places::absolute(&directory), Document::default(), load, tell, None);
    tokio::select! {
        never = watching => match never {},
        () = stopped.cancelled() => Ok(()),
    }
}
