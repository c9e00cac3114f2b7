//! The commands that write a new profile: from templates (`init`), from a JSON Resume (`import`), from the files of
//! version 0.1 (`migrate`).

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result};
use sshcard::{
    import, init, places,
    scaffold::{self, NewFile},
};

use super::profile;

/// Writes the files of a new profile. `from` is a JSON Resume.
pub(super) fn init(named: Option<PathBuf>, yes: bool, from: Option<PathBuf>) -> Result<ExitCode> {
    let dir = places::new_profile(named.as_deref());
    if let Some(resume) = from {
        let imported = import::import(&resume)?;
        written(&dir, &imported.files)?;
        // What was written is told first, however much of the resume has no home.
        write!(io::stdout(), "{}", imported.report).context("cannot print")?;
        return next(&dir, named.is_some());
    }
    init::check_dir(&dir)?;
    let asks = !yes && io::stdin().is_terminal();
    let mut answers =
        if asks { init::ask(io::stdin().lock(), io::stderr().lock())? } else { init::NewProfile::default() };
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(env::var_os).find(|value| !value.is_empty());
    if let Some(language) = locale.and_then(|locale| init::language(&locale.to_string_lossy())) {
        answers.language = language;
    }
    written(&dir, &answers.files())?;
    next(&dir, named.is_some())
}

/// Writes the files, and sees whether the card of them loads.
fn written(dir: &Path, files: &[NewFile]) -> Result<()> {
    scaffold::write(dir, files)?;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    writeln!(io::stdout(), "Wrote {}: {}", places::absolute(dir).display(), names.join(", "))
        .context("cannot print")?;
    profile::load(dir).map(|_| ())
}

/// Says what to do next, as it is typed here.
fn next(dir: &Path, is_named: bool) -> Result<ExitCode> {
    let program =
        env::args_os().next().map_or_else(|| "sshcard".to_owned(), |name| name.to_string_lossy().into_owned());
    let next = scaffold::next_commands(&program, is_named.then_some(dir));
    write!(io::stdout(), "{next}").context("cannot print")?;
    Ok(ExitCode::SUCCESS)
}

/// Moves a profile of version 0.1.
pub(super) fn migrate(dir: &Path) -> Result<ExitCode> {
    let moved = sshcard::migrate::migrate(dir)?;
    let mut out = io::stdout();
    for file in &moved {
        writeln!(out, "{}: {}; the old file is {}", file.file.display(), file.changes.join(", "), file.old.display())?;
    }
    if moved.is_empty() {
        writeln!(out, "{}: no file has keys of version 0.1; nothing was changed", dir.display())?;
    }
    profile::check(dir, false)
}
