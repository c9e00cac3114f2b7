//! The files of a profile as written: reads `card.toml`, `about.md`, `career.toml` and `stack.toml`, and tells every
//! problem of all of them at once. It reads nothing else, and nothing twice.
//!
//! [`Written`] is one file, [`Reader`] reads a TOML table of it; both serve other TOML files of the owner as well.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{Career, Page, Problems, Profile, Prose, Stack, markdown, problem::Problem};

mod card;
mod parts;
mod reader;
mod spelling;
mod syntax;
mod written;

pub(super) use card::split_address;
pub use reader::Reader;
pub(super) use written::MOST_PROBLEMS;
pub use written::{LONGEST_FILE, Written};

const CARD: &str = "card.toml";
const ABOUT: &str = "about.md";
const CAREER: &str = "career.toml";
const STACK: &str = "stack.toml";

/// Reads the profile in `dir`; `exhibits` are the names that a layer may open.
///
/// # Errors
///
/// All problems of all files.
pub(super) fn load(dir: &Path, exhibits: &[&str]) -> Result<Profile, Problems> {
    check_dir(dir)?;
    let mut files = Files { dir, problems: Vec::new(), more: 0 };
    let card = files.open(CARD);
    let about = files.open(ABOUT);
    let stack = files.open(STACK);
    let career = files.open(CAREER);
    if matches!(card, Opened::Missing) {
        files.missing_card();
    }

    let about = files.optional(about, |written| Some(read_about(written)));
    let stack = files.optional(stack, |written| parts::stack(written, exhibits));
    // Where the stack could not be read, a station's layer cannot be judged.
    let layers = stack.as_ref().map(|stack| stack.layers.iter().map(|layer| layer.title.clone()).collect::<Vec<_>>());
    let career = files.optional(career, |written| parts::career(written, layers.as_deref()));
    let empty = empty_pages(about.as_ref(), career.as_ref(), stack.as_ref());
    let card = files.read(card, |written| Some(card::card(written, &empty)));

    Problems::none(files.problems, files.more)?;
    match (card, about, career, stack) {
        (Some(card), Some(about), Some(career), Some(stack)) => Ok(Profile { card, about, career, stack }),
        // What could not be read has left a problem, so this is never reached; the types do not know that.
        _ => Err(Problem::with_file(dir, "the profile could not be read", "make its files readable").into()),
    }
}

/// A file of the profile, before it is read.
enum Opened {
    Here(Written),
    Missing,
    /// Its problem is noted.
    Unreadable,
}

struct Files<'d> {
    dir: &'d Path,
    problems: Vec<Problem>,
    /// Problems beyond those that are shown of a file.
    more: usize,
}

impl Files<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn open(&mut self, name: &str) -> Opened {
        match Written::open(&self.path(name)) {
            Ok(Some(written)) => Opened::Here(written),
            Ok(None) => Opened::Missing,
            Err(problems) => {
                self.problems.extend(problems);
                Opened::Unreadable
            }
        }
    }

    /// Reads a file that need not be there; a missing one is empty.
    fn optional<T: Default>(&mut self, opened: Opened, read: impl FnOnce(&Written) -> Option<T>) -> Option<T> {
        if matches!(opened, Opened::Missing) { Some(T::default()) } else { self.read(opened, read) }
    }

    /// Reads a file that is here; `None` when it is not, or when some of it could not be understood.
    fn read<T>(&mut self, opened: Opened, read: impl FnOnce(&Written) -> Option<T>) -> Option<T> {
        let Opened::Here(written) = opened else { return None };
        let value = read(&written);
        let (problems, more) = written.into_problems();
        self.problems.extend(problems);
        self.more += more;
        value
    }

    fn missing_card(&mut self) {
        let remedy = "it says who this is; the least that it can hold is `headline = \"What you do\"`";
        self.problems.push(Problem::with_file(&self.path(CARD), "there is no such file", remedy));
    }
}

/// One problem for a profile that is no directory, rather than one for each file that is not in it.
fn check_dir(dir: &Path) -> Result<(), Problems> {
    // The dot asks for what the files in it will need: that it is a directory, and that it may be entered.
    let Err(error) = fs::metadata(dir.join(".")) else { return Ok(()) };
    let message = match error.kind() {
        ErrorKind::NotFound => "there is no such directory".to_owned(),
        ErrorKind::NotADirectory => "this is not a directory".to_owned(),
        _ => {
            let message = format!("this directory cannot be read: {error}");
            return Err(Problem::with_file(dir, message, "make it a directory that the server may read").into());
        }
    };
    let remedy = format!("name the directory that holds {CARD}, {ABOUT}, {CAREER} and {STACK}");
    Err(Problem::with_file(dir, message, remedy).into())
}

fn read_about(written: &Written) -> Prose {
    written.check_characters();
    let (prose, findings) = markdown::parse(written.text());
    for finding in findings {
        written.problem(finding.span, finding.message, finding.remedy);
    }
    prose
}

/// The pages that have nothing to show, each with the file that would fill it. A part that could not be read is not empty.
fn empty_pages(about: Option<&Prose>, career: Option<&Career>, stack: Option<&Stack>) -> Vec<(Page, &'static str)> {
    let mut empty = Vec::new();
    if about.is_some_and(|about| about.blocks.is_empty()) {
        empty.push((Page::About, ABOUT));
    }
    if career.is_some_and(|career| career.line.is_empty() && career.stations.is_empty()) {
        empty.push((Page::Career, CAREER));
    }
    if stack.is_some_and(|stack| stack.layers.is_empty()) {
        empty.push((Page::Stack, STACK));
    }
    empty
}

#[cfg(test)]
mod tests;
