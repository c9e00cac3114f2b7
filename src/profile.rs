//! Loads a profile: reads the owner's files into a [`Document`], and reports all errors and warnings together, each
//! with file, line, column and remedy.
//!
//! The files are read once, when [`load`] is called. Control characters, invisible characters and characters that
//! change the direction of text are errors, so that no string of a document can harm a terminal.

use std::{path::Path, sync::Arc};

mod card;
pub(crate) mod characters;
pub mod diagnostic;
mod directory;
mod edition;
mod extra;
pub(crate) mod first_edition;
mod folder;
mod keys;
mod known_pages;
mod languages;
pub(crate) mod limits;
mod link;
pub mod markdown;
mod mistaken;
mod page;
mod pages;
mod photo;
mod reader;
pub mod schema;
mod security;
mod see;
mod source_file;
mod source_map;
mod syntax;
pub(crate) mod url;
mod vocabulary;
mod words;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use source_file::LONGEST_FILE;
pub(crate) use source_file::{read as read_file, utf8};
pub use vocabulary::Vocabulary;

pub(crate) use directory::language_folders;

use directory::{CARD, languages, missing_card, page_files};
use edition::EditionFiles;

use crate::document::{Document, Language};

/// A profile that can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The content.
    pub document: Document,
    /// What was written and is not shown.
    pub warnings: Diagnostics,
}

/// Reads a profile whose files are texts by name, which were made of another file, `of`. It has no photo and no other
/// languages.
///
/// # Errors
///
/// All errors and warnings of all texts together, if there is at least one error.
pub fn load_texts<'t>(
    of: &Path,
    texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    vocabulary: &Vocabulary<'_>,
) -> Result<Loaded, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let own = EditionFiles::of_texts(of, texts);
    let document = own.read(vocabulary, None).document(&mut diagnostics).unwrap_or_default();
    own.into_diagnostics().for_each(|file| diagnostics.append(file));
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Loaded { document, warnings: diagnostics }) }
}

/// Reads `card.toml`, every page, `NAME.md` or `NAME.toml`, the photo and `security.txt` in `dir`, and the same card in
/// other languages in its folders, which are called as their languages. Files that begin with a dot, README and LICENSE
/// are not read.
///
/// # Errors
///
/// All errors and warnings of all files together, if there is at least one error.
pub fn load(dir: &Path, vocabulary: &Vocabulary<'_>) -> Result<Loaded, Diagnostics> {
    let (mut diagnostics, folders) = (Diagnostics::default(), language_folders(dir));
    let files = page_files(dir, vocabulary, &folders, &mut diagnostics)?;
    if let Some(missing) = missing_card(dir) {
        return Err(missing.into());
    }
    let folders = languages(folders, &files, &mut diagnostics);
    let own = EditionFiles::open(dir, files, &mut diagnostics);
    let mut others = Vec::new();
    for (language, folder) in &folders {
        match page_files(folder, vocabulary, &[], &mut diagnostics) {
            Ok(files) => others.push((language, folder, EditionFiles::open(folder, files, &mut diagnostics))),
            Err(errors) => diagnostics.append(errors),
        }
    }
    let base = own.read(vocabulary, None);
    let document = base.document(&mut diagnostics).map(|mut document| {
        for (language, folder, edition) in &others {
            let reading = edition.read(vocabulary, Some((&document.card, language)));
            let translation = reading.translation((language, folder), &base, &document, &mut diagnostics);
            document.translations.push(Arc::new(translation));
        }
        document
    });
    let mut document = document.unwrap_or_default();
    document.security = security::security(dir, &mut diagnostics);
    drop(base);
    for (language, folder) in folders.iter().filter(|(language, _)| *language == document.language) {
        let remedy =
            format!("say in {CARD} what the card is written in, as in `language = \"fr\"`, or move the folder away");
        diagnostics.push(Diagnostic::with_file(folder, format!("the card is in `{language}` already"), remedy));
    }
    let editions = || [&own].into_iter().chain(others.iter().map(|(.., edition)| edition));
    let spoken: Vec<&Language> = if folders.is_empty() { Vec::new() } else { document.languages().collect() };
    editions().for_each(|edition| edition.check_names(&spoken, &mut diagnostics));
    if let Some(summary) = first_edition::summary(dir, own.old_keys()) {
        diagnostics.push(summary);
    }
    let editions = [own].into_iter().chain(others.into_iter().map(|(.., edition)| edition));
    editions.flat_map(EditionFiles::into_diagnostics).for_each(|file| diagnostics.append(file));
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Loaded { document, warnings: diagnostics }) }
}

#[cfg(test)]
mod tests;
