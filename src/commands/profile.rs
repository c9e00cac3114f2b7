//! Loads a profile for a command, and prints its warnings on standard error.

use std::{
    convert::Infallible,
    io::{self, IsTerminal as _, Write as _},
    net::IpAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use sshcard::{
    app::Word,
    cli::{SchemaOf, Settings},
    exhibits, formats, import, init, places,
    profile::{self, Diagnostics, Loaded, Vocabulary, schema},
    reload::{self, Reading, ReloadSignal},
    site::Logo,
    ssh, web,
};
use tokio_util::sync::CancellationToken;

/// Loads the profile of these settings, or the sample.
pub(super) fn chosen(settings: &Settings) -> Result<Loaded> {
    match directory(settings)? {
        Some(directory) => load(&directory),
        None => load(init::sample().context("the sample needs a directory for temporary files")?.path()),
    }
}

/// The directory of the profile; `None` for the sample, which is in the program.
pub(super) fn directory(settings: &Settings) -> Result<Option<PathBuf>> {
    Ok(if settings.sample { None } else { Some(places::profile(settings.profile.as_deref())?) })
}

/// The name of the host under which the card is reached, if there is a profile that loads and says so. An address has
/// no name.
pub(super) fn host(settings: &Settings) -> Option<String> {
    let loaded = read(&directory(settings).ok()??).ok()?;
    let (host, _) = loaded.document.card.host()?;
    host.parse::<IpAddr>().is_err().then(|| host.to_owned())
}

/// Loads a profile. What is written in it and not shown is told on standard error.
pub(super) fn load(directory: &Path) -> Result<Loaded> {
    let loaded = read(directory)?;
    if !loaded.warnings.is_empty() {
        eprintln!("{}", loaded.warnings.report(io::stderr().is_terminal()));
    }
    Ok(loaded)
}

/// Loads a profile with what the program knows.
fn read(directory: &Path) -> Result<Loaded, Diagnostics> {
    with_vocabulary(|vocabulary| {
        if places::is_resume(directory) {
            import::load(directory, vocabulary)
        } else {
            profile::load(directory, vocabulary)
        }
    })
}

/// Tells what the profile in `directory` says after each change of its files. Of the sample there is nothing to tell,
/// but that a reload which was asked for has ended.
pub(super) async fn following(
    directory: Option<PathBuf>,
    loaded: Loaded,
    tell: impl Fn(&Reading<'_>) + Send + Sync + 'static,
    hangup: Option<ReloadSignal>,
) -> Infallible {
    match directory {
        Some(directory) => reload::follow(places::absolute(&directory), loaded, read, tell, hangup).await,
        None => reload::read_nothing(hangup).await,
    }
}

/// Calls `work` with the vocabulary: the exhibits, the reserved names, and what the logo's font can draw.
fn with_vocabulary<T>(work: impl FnOnce(&Vocabulary<'_>) -> T) -> T {
    let of_ssh = ssh::exec::NOTICES.into_iter().chain([ssh::exec::POSTCARD]);
    let reserved: Vec<&str> = formats::reserved().chain(Word::RESERVED).chain(of_ssh).chain(web::RESERVED).collect();
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
/// A fault that is no diagnostic, or that nothing can be printed.
pub(super) fn check(directory: &Path, json: bool) -> Result<ExitCode> {
    let loaded = read(directory);
    tell(loaded.as_ref(), directory, json)?;
    Ok(if loaded.is_err() { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// Prints what a profile was found to be in one piece, for people or for a program.
fn tell(loaded: Result<&Loaded, &Diagnostics>, directory: &Path, json: bool) -> Result<()> {
    let diagnostics = loaded.map_or_else(|errors| errors, |loaded| &loaded.warnings);
    if json {
        return write!(io::stdout(), "{}", diagnostics.json_lines()).context("cannot print");
    }
    if !diagnostics.is_empty() {
        eprintln!("{}", diagnostics.report(io::stderr().is_terminal()));
    }
    let Ok(Loaded { document, .. }) = loaded else { return Ok(()) };
    let pages: Vec<&str> = document.pages.iter().map(|page| page.name.as_str()).collect();
    let others = document.translations.iter().map(|other| format!("; also in {}", other.language));
    let (pages, others) = (pages.join(", "), others.collect::<String>());
    writeln!(io::stdout(), "{}: the card is ready: {pages}{others}", directory.display()).context("cannot print")
}

/// Checks a profile now and at each change of its files, and prints one block each time.
pub(super) async fn watch(directory: PathBuf, json: bool, stopped: CancellationToken) -> Result<()> {
    let tell = {
        let directory = directory.clone();
        move |reading: &Reading<'_>| {
            if tell(reading.loaded, &directory, json).is_ok() && !json {
                println!();
            }
        }
    };
    tokio::select! {
        never = following(Some(directory), Loaded::default(), tell, None) => match never {},
        () = stopped.cancelled() => Ok(()),
    }
}
