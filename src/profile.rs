//! Reads the owner's files into a [`Document`], and tells everything that is wrong with them at once, each with file,
//! line, column and remedy.
//!
//! The files are read once, when [`load`] is called. No string that leaves this module can harm a terminal: every
//! control character, invisible character and character that changes the direction of text is an error.

use std::path::Path;

mod card;
pub(crate) mod characters;
pub mod diagnostic;
mod directory;
mod extra;
pub(crate) mod first_edition;
mod keys;
mod known_pages;
pub(crate) mod limits;
mod link;
pub mod markdown;
mod page;
mod pages;
mod photo;
mod reader;
pub mod schema;
mod see;
mod source_file;
mod source_map;
mod syntax;
pub(crate) mod url;
mod vocabulary;
mod words;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use source_file::LONGEST_FILE;
pub use vocabulary::Vocabulary;

use card::ReadCard;
use directory::{CARD, missing_card, name_of, page_files};
use page::ReadPage;
use source_file::SourceFile;

use crate::document::Document;

/// A profile that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The content.
    pub document: Document,
    /// What was written and is not shown.
    pub warnings: Diagnostics,
}

/// Reads `card.toml`, every page, `NAME.md` or `NAME.toml`, and the photo in `dir`. Files that begin with a dot, README
/// and LICENSE are not read.
///
/// # Errors
///
/// All errors and warnings of all files together, if there is at least one error.
pub fn load(dir: &Path, vocabulary: &Vocabulary<'_>) -> Result<Loaded, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let files = page_files(dir, vocabulary, &mut diagnostics)?;
    let card_file = match SourceFile::open(&dir.join(CARD)) {
        Ok(None) => Err(missing_card(dir, &files).into()),
        Ok(Some(file)) => Ok(file),
        Err(error) => Err(error),
    };
    let card_file = card_file.map_err(|error| diagnostics.append(error)).ok();
    let mut sources: Vec<SourceFile> = Vec::new();
    for file in &files {
        match SourceFile::open(file) {
            Ok(source) => sources.extend(source),
            Err(error) => diagnostics.append(error),
        }
    }
    let read = sources.iter().filter_map(|source| {
        let (path, name) = (source.path(), name_of(source.path()));
        let is_prose = path.extension().is_some_and(|extension| extension == "md");
        let page = if is_prose { Some(page::prose(name, source)) } else { page::entries(name, source, vocabulary) };
        Some((page?, source))
    });
    let read: Vec<(ReadPage, &SourceFile)> = read.collect();
    let mut document = Document::default();
    if let Some(file) = &card_file {
        let ReadCard { card, language, words, pages: listed, opens, photo, extra } = card::card(file, vocabulary);
        let names: Vec<&str> = files.iter().map(|file| name_of(file)).collect();
        (document.card, document.language, document.extra) = (card, language, extra);
        document.card.photo = photo::photo(dir, photo, file, &mut diagnostics);
        document.pages = pages::shown(&read, &names, &listed, file, &mut diagnostics);
        for page in document.pages.iter_mut().filter(|page| page.title.is_empty()) {
            page.title.clone_from(words.pages.get(&page.name).unwrap_or(&page.name));
        }
        document.words = words;
        // An entry of a page that could not be read may be what a `see` leads to.
        if read.len() == files.len() {
            see::resolve(&mut document, &read);
            document.card.opens = opens.and_then(|opens| see::opens(&document, &opens, vocabulary.exhibits, file));
        }
    }
    card_file.into_iter().chain(sources).for_each(|file| diagnostics.append(file.into_diagnostics()));
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Loaded { document, warnings: diagnostics }) }
}

#[cfg(test)]
mod tests;
