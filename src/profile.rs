//! Reads the owner's files into a [`Document`], and tells everything that is wrong with them at once, each with file,
//! line, column and remedy.
//!
//! The files are read once, when [`load`] is called. No string that leaves this module can harm a terminal: every
//! control character, invisible character and character that changes the direction of text is an error.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use toml::Spanned;

mod card;
pub(crate) mod characters;
pub mod diagnostic;
mod extra;
pub(crate) mod first_edition;
pub mod markdown;
mod page;
mod reader;
mod source_file;
mod source_map;
mod syntax;
pub(crate) mod url;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use source_file::LONGEST_FILE;

use characters::{alternatives, nearest, quoted};
use page::ReadPage;
use source_file::SourceFile;

use crate::document::{Document, Entry, Layout, Page, Place};

const CARD: &str = "card.toml";

/// The pages of a card, beside the card itself and its contact page: more than a line of tabs holds.
const PAGES: usize = 24;

/// The longest name of a page, in characters.
const LONGEST_NAME: usize = 32;

/// Files in the profile's directory that may be there and are no pages.
const OTHER_FILES: [&str; 4] = ["readme", "license", "licence", "copying"];

/// The order of the pages where the owner gives none; pages of other names follow in the order of the alphabet.
const ORDER: [&str; 14] = [
    "about",
    "career",
    "experience",
    "work",
    "education",
    "stack",
    "projects",
    "publications",
    "talks",
    "awards",
    "certificates",
    "volunteer",
    "skills",
    "languages",
];

/// The names that mean something outside of the profile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vocabulary<'a> {
    /// The exhibits that an entry may open.
    pub exhibits: &'a [&'a str],
    /// Commands, formats and user names with a meaning of their own: no page may have such a name.
    pub reserved: &'a [&'a str],
}

/// A profile that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The content.
    pub document: Document,
    /// What was written and is not shown.
    pub warnings: Diagnostics,
}

/// Reads `card.toml` and every page, `NAME.md` or `NAME.toml`, in `dir`. Folders, files that begin with a dot, README
/// and LICENSE are not read.
///
/// # Errors
///
/// All errors and warnings of all files together, if there is at least one error.
pub fn load(dir: &Path, vocabulary: &Vocabulary<'_>) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader { dir, diagnostics: Vec::new(), more: 0 };
    let files = loader.page_files(vocabulary)?;
    let card = loader.open(CARD);
    let sources: Vec<(String, Option<SourceFile>)> =
        files.into_iter().map(|file| (name_of(&file).to_owned(), loader.open(&file))).collect();
    let read: Vec<(ReadPage, &SourceFile)> = sources
        .iter()
        .filter_map(|(name, source)| {
            let source = source.as_ref()?;
            let read = if source.path().extension().is_some_and(|extension| extension == "md") {
                Some(page::prose(name, source))
            } else {
                page::entries(name, source, vocabulary)
            };
            Some((read?, source))
        })
        .collect();
    let names: Vec<&str> = sources.iter().map(|(name, _)| name.as_str()).collect();
    let mut document = Document::default();
    match &card {
        Some(source) => {
            let (card, listed, extra) = card::card(source);
            (document.card, document.extra) = (card, extra);
            document.pages = loader.shown(&read, &names, &listed, source);
        }
        None if dir.join(CARD).exists() => {}
        None => loader.missing_card(),
    }
    let complete = card.is_some() && read.len() == sources.len();
    if complete {
        resolve(&mut document, &read);
    }
    card.into_iter()
        .chain(sources.into_iter().filter_map(|(_, source)| source))
        .for_each(|source| loader.close(source));
    let diagnostics = Diagnostics::new(loader.diagnostics, loader.more);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Loaded { document, warnings: diagnostics }) }
}

/// A file's name without its ending.
fn name_of(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(name, _)| name)
}

struct Loader<'d> {
    dir: &'d Path,
    diagnostics: Vec<Diagnostic>,
    /// Diagnostics beyond those that are shown of a file.
    more: usize,
}

impl Loader<'_> {
    fn path(&self, file: &str) -> PathBuf {
        self.dir.join(file)
    }

    /// The files of the pages, in the order of [`ORDER`] and of the alphabet.
    fn page_files(&mut self, vocabulary: &Vocabulary<'_>) -> Result<Vec<String>, Diagnostics> {
        // The dot asks for what the files in the directory will need: that it is one, and that it may be entered.
        let listed = fs::read_dir(self.dir.join(".")).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let listed = listed.map_err(|error| not_a_profile(self.dir, &error))?;
        let mut files: Vec<String> = Vec::new();
        for file in listed {
            let Ok(file) = file.file_name().into_string() else {
                let remedy = "give the file a name of letters";
                self.diagnostics
                    .push(Diagnostic::with_file(&file.path(), "this name is not UTF-8", remedy).as_warning());
                continue;
            };
            if self.is_page(&file, vocabulary) {
                files.push(file);
            }
        }
        let place = |file: &str| ORDER.iter().position(|name| *name == name_of(file)).unwrap_or(ORDER.len());
        files.sort_by(|one, other| (place(one), one).cmp(&(place(other), other)));
        for pair in files.windows(2) {
            if let [one, other] = pair
                && name_of(one) == name_of(other)
            {
                let message = format!("there are two files for the page {}", quoted(name_of(one)));
                let remedy = format!("keep {one} or {other}");
                self.diagnostics.push(Diagnostic::with_file(&self.path(other), message, remedy));
            }
        }
        files.dedup_by(|next, file| name_of(next) == name_of(file));
        if files.len() > PAGES {
            let message = format!("there are {} pages", files.len());
            self.diagnostics.push(Diagnostic::with_file(self.dir, message, format!("keep at most {PAGES}")));
            files.truncate(PAGES);
        }
        Ok(files)
    }

    /// Whether a file is a page; what is neither a page nor known is told.
    fn is_page(&mut self, file: &str, vocabulary: &Vocabulary<'_>) -> bool {
        let path = self.path(file);
        let name = name_of(file);
        let other = OTHER_FILES.iter().any(|other| name.eq_ignore_ascii_case(other));
        // An editor's backup ends in a tilde, and what `sshcard migrate` keeps in the old version.
        if file == CARD || file.starts_with('.') || file.ends_with('~') || file.ends_with(".toml.0.1") || other {
            return false;
        }
        if !path.extension().is_some_and(|extension| extension == "md" || extension == "toml") {
            let remedy = "a page is a file NAME.md or NAME.toml; remove this one if it is none";
            self.diagnostics.push(Diagnostic::with_file(&path, "this is not read", remedy).as_warning());
            return false;
        }
        let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let wrong = if name == "card" || name == "contact" {
            Some((
                format!("the page {} is made from {CARD}", quoted(name)),
                "write it there, or rename the file".to_owned(),
            ))
        } else if vocabulary.reserved.contains(&name) || vocabulary.exhibits.contains(&name) {
            let message = format!("no page can be called {}: the word has another meaning", quoted(name));
            Some((message, "rename the file".to_owned()))
        } else if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(allowed) {
            let remedy = format!("a page's name has letters from a to z, digits and `-`, at most {LONGEST_NAME}");
            Some((format!("no page can be called {}", quoted(name)), remedy + "; its `title` can be anything"))
        } else {
            None
        };
        let right = wrong.is_none();
        self.diagnostics.extend(wrong.map(|(message, remedy)| Diagnostic::with_file(&path, message, remedy)));
        right
    }

    /// Opens a file; `None` when there is none, or when its error was added.
    fn open(&mut self, file: &str) -> Option<SourceFile> {
        SourceFile::open(&self.path(file)).unwrap_or_else(|error| {
            self.diagnostics.extend(error.iter().cloned());
            None
        })
    }

    /// Takes over the diagnostics of a file.
    fn close(&mut self, source: SourceFile) {
        let (diagnostics, more) = source.into_errors();
        self.diagnostics.extend(diagnostics);
        self.more += more;
    }

    fn missing_card(&mut self) {
        let remedy = "it says who this is; the least that it can hold is `headline = \"What you do\"`";
        self.diagnostics.push(Diagnostic::with_file(&self.path(CARD), "there is no such file", remedy));
    }

    /// The pages in their order: those that the owner listed, or all that have something to show. `names` are those of
    /// all pages, also of those that could not be read.
    fn shown(
        &mut self,
        read: &[(ReadPage, &SourceFile)],
        names: &[&str],
        listed: &[card::Listed],
        source: &SourceFile,
    ) -> Vec<Page> {
        let built_in = |name: &str, layout| Page { name: name.into(), title: name.into(), layout, ..Page::default() };
        let card = || built_in("card", Layout::Card);
        let contact = || built_in("contact", Layout::Contact);
        let full = || read.iter().map(|(read, _)| &read.page).filter(|page| !page::is_empty(page));
        let mut pages: Vec<Page> = Vec::new();
        for name in listed {
            let found = match name.get_ref().as_str() {
                "card" => Some(card()),
                "contact" => Some(contact()),
                of => full().find(|page| page.name == *of).cloned(),
            };
            if pages.iter().any(|page| page.name == *name.get_ref()) {
                let message = format!("the page {} is listed twice", quoted(name.get_ref()));
                source.error(name.span(), message, "remove one of the two");
            } else if let Some(page) = found {
                pages.push(page);
            } else {
                not_listed(name, read, names, source);
            }
        }
        if listed.is_empty() {
            pages = std::iter::once(card()).chain(full().cloned()).chain([contact()]).collect();
        }
        if !pages.iter().any(|page| page.layout == Layout::Card) {
            pages.insert(0, card());
        }
        for (read, file) in read {
            let name = &read.page.name;
            let message = if page::is_empty(&read.page) {
                "this page has nothing to show"
            } else if pages.iter().any(|page| page.name == *name) {
                continue;
            } else {
                "this page is not shown: `pages` in card.toml does not list it"
            };
            let remedy = format!("write it, list it as `{name}`, or remove the file");
            self.diagnostics.push(Diagnostic::with_file(file.path(), message, remedy).as_warning());
        }
        pages
    }
}

/// A name in `pages` that no page has.
fn not_listed(name: &Spanned<String>, read: &[(ReadPage, &SourceFile)], names: &[&str], source: &SourceFile) {
    let text = name.get_ref().as_str();
    let empty = read.iter().find(|(read, _)| read.page.name == text);
    if let Some((_, file)) = empty {
        let file = file.path().file_name().unwrap_or_default().to_string_lossy();
        let message = format!("the page {} has nothing to show", quoted(text));
        source.error(name.span(), message, format!("write {file}, or remove the page here"));
    } else if !names.contains(&text) {
        // A page that could not be read has errors of its own.
        let names = || names.iter().copied().chain(["card", "contact"]);
        let remedy = match nearest(text, names()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => format!("write {text}.md or {text}.toml; there are {}", alternatives(names())),
        };
        source.error(name.span(), format!("there is no page {}", quoted(text)), remedy);
    }
}

/// Looks each `see` up: `PAGE`, or `PAGE/ENTRY` by the entry's title or organization.
fn resolve(document: &mut Document, read: &[(ReadPage, &SourceFile)]) {
    for (page, source) in read {
        let Some(from) = document.position(&page.page.name) else { continue };
        for (entry, see) in &page.see {
            let place = find(document, see, source);
            let entry = document.pages.get_mut(from).and_then(|page| page.entries.get_mut(*entry));
            if let Some(entry) = entry {
                entry.see = place;
            }
        }
    }
}

fn find(document: &Document, see: &Spanned<String>, source: &SourceFile) -> Option<Place> {
    let (page_name, entry_name) = match see.get_ref().split_once('/') {
        Some((page, entry)) => (page.trim(), Some(entry.trim())),
        None => (see.get_ref().as_str(), None),
    };
    let Some(page) = document.position(page_name) else {
        let names = document.pages.iter().map(|page| page.name.as_str());
        let remedy = match nearest(page_name, names.clone()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => format!("write the name of a page that is shown: {}", alternatives(names)),
        };
        source.error(see.span(), format!("`see` leads to {}, which is no page", quoted(page_name)), remedy);
        return None;
    };
    let Some(entry_name) = entry_name else { return Some(Place { page, entry: None }) };
    let entries = document.pages.get(page).map_or(&[][..], |page| page.entries.as_slice());
    let named =
        |entry: &Entry| [&entry.title, &entry.organization].into_iter().flatten().any(|name| name == entry_name);
    let entry = entries.iter().position(named);
    if entry.is_none() {
        let names = entries.iter().map(Entry::label);
        let remedy = match nearest(entry_name, names.clone()) {
            Some(near) => format!("did you mean {}?", quoted(&format!("{page_name}/{near}"))),
            None => format!("write the title of one of its entries, or `see = \"{page_name}\"` for the page"),
        };
        let message = format!("the page {} has no entry {}", quoted(page_name), quoted(entry_name));
        source.error(see.span(), message, remedy);
    }
    Some(Place { page, entry: Some(entry?) })
}

/// One error for a profile that is no directory, rather than one for each file that is not in it.
fn not_a_profile(dir: &Path, error: &std::io::Error) -> Diagnostics {
    let message = match error.kind() {
        ErrorKind::NotFound => "there is no such directory".to_owned(),
        ErrorKind::NotADirectory => "this is not a directory".to_owned(),
        _ => {
            let message = format!("this directory cannot be read: {error}");
            return Diagnostic::with_file(dir, message, "make it a directory that the server may read").into();
        }
    };
    Diagnostic::with_file(dir, message, format!("name the directory that holds {CARD} and the pages")).into()
}

#[cfg(test)]
mod tests;
