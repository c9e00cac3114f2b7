//! The files of the card in one language (an edition), and the document that is made of them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    card::{self, ReadCard},
    characters::quoted,
    diagnostic::{Diagnostic, Diagnostics},
    directory::{CARD, name_of},
    known_pages::rank,
    languages::words_differ,
    page::{self, ReadPage, is_empty},
    pages, photo, see,
    source_file::{SourceFile, file_name},
    vocabulary::Vocabulary,
};
use crate::document::{Card, Document, Language, Opens, Page, Words, words::locale};

/// The files of one language.
pub(super) struct EditionFiles {
    dir: PathBuf,
    files: Vec<PathBuf>,
    card: Option<SourceFile>,
    pages: Vec<SourceFile>,
}

/// What the files of one language say.
pub(super) struct ReadEdition<'s> {
    dir: &'s Path,
    exhibits: &'s [&'s str],
    card: Option<(ReadCard, &'s SourceFile)>,
    pages: Vec<(ReadPage, &'s SourceFile)>,
    /// The names of all pages, also of those that could not be read.
    names: Vec<&'s str>,
}

impl EditionFiles {
    /// Opens the card's file in `dir`, where there is one, and those of the pages.
    pub(super) fn open(dir: &Path, files: Vec<PathBuf>, diagnostics: &mut Diagnostics) -> Self {
        let mut open = |file: &Path| SourceFile::open(file).map_err(|error| diagnostics.append(error)).ok().flatten();
        let card = open(&dir.join(CARD));
        let pages = files.iter().filter_map(|file| open(file)).collect();
        Self { dir: dir.to_owned(), files, card, pages }
    }

    /// Takes texts as the files of a directory that is called `of`.
    pub(super) fn of_texts<'t>(of: &Path, texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let files = texts.into_iter().map(|(name, text)| SourceFile::new(&of.join(name), text));
        let (card, mut pages): (Vec<_>, Vec<_>) = files.partition(|file| file_name(file.path()) == CARD);
        pages.sort_by_cached_key(|page| (rank(name_of(page.path())), page.path().to_owned()));
        let files = pages.iter().map(|page| page.path().to_owned()).collect();
        Self { dir: of.to_owned(), files, card: card.into_iter().next(), pages }
    }

    /// Reads the files. What the card's file leaves out is as in `base`; without one it has to say who this is.
    pub(super) fn read<'s>(
        &'s self,
        vocabulary: &'s Vocabulary<'_>,
        base: Option<(&Card, &Language)>,
    ) -> ReadEdition<'s> {
        let page = |source| {
            let (path, name) = (SourceFile::path(source), name_of(source.path()));
            let is_prose = path.extension().is_some_and(|extension| extension == "md");
            let page = if is_prose { Some(page::prose(name, source)) } else { page::entries(name, source, vocabulary) };
            Some((page?, source))
        };
        ReadEdition {
            dir: &self.dir,
            exhibits: vocabulary.exhibits,
            card: self.card.as_ref().map(|file| (card::card(file, vocabulary, base), file)),
            pages: self.pages.iter().filter_map(page).collect(),
            names: self.files.iter().map(|file| name_of(file)).collect(),
        }
    }

    /// Tells pages that are called as a language of the card.
    pub(super) fn check_names(&self, languages: &[&Language], diagnostics: &mut Diagnostics) {
        let is_language = |file: &&PathBuf| languages.iter().any(|one| one.tag().eq_ignore_ascii_case(name_of(file)));
        for file in self.files.iter().filter(is_language) {
            let message = format!("no page can be called {}: it is a language of the card", quoted(name_of(file)));
            diagnostics.push(Diagnostic::with_file(file, message, "rename the file"));
        }
    }

    /// The number of keys of the first edition in the files.
    pub(super) fn old_keys(&self) -> usize {
        self.card.iter().chain(&self.pages).map(SourceFile::old_keys).sum()
    }

    /// What was found in the files.
    pub(super) fn into_diagnostics(self) -> impl Iterator<Item = Diagnostics> {
        self.card.into_iter().chain(self.pages).map(SourceFile::into_diagnostics)
    }
}

impl ReadEdition<'_> {
    /// The card in its first language; `None` where there is no file of the card.
    pub(super) fn document(&self, diagnostics: &mut Diagnostics) -> Option<Document> {
        let (ReadCard { card, language, words, pages: listed, photo, extra, .. }, file) = self.card.as_ref()?;
        let mut document = Document {
            language: language.clone(),
            words: Arc::clone(words),
            card: card.clone(),
            pages: titled(pages::shown(card, &self.read(), &self.names, listed, file), words),
            extra: extra.clone(),
            security: None,
            translations: Vec::new(),
        };
        document.card.photo = photo::photo(self.dir, photo.clone(), file, diagnostics);
        pages::warn(&self.read(), &document.pages, &self.names, CARD, diagnostics);
        self.resolve(&mut document);
        Some(document)
    }

    /// The card in another language than that of `document`, which was made of `base`: what is written here takes the
    /// place of what has the same name there.
    pub(super) fn translation(
        &self,
        (language, folder): (&Language, &Path),
        base: &Self,
        document: &Document,
        diagnostics: &mut Diagnostics,
    ) -> Document {
        let own = self.card.as_ref();
        let taken_over: Vec<&str> = base.names.iter().copied().filter(|name| !self.names.contains(name)).collect();
        let is_taken_over = |(page, _): &(&ReadPage, _)| taken_over.contains(&page.page.name.as_str());
        let mut read = self.read();
        read.extend(base.read().into_iter().filter(is_taken_over));
        read.sort_by_key(|(page, _)| (rank(&page.page.name), page.page.name.clone()));
        let names: Vec<&str> = self.names.iter().chain(&taken_over).copied().collect();
        let pages = match (own, &base.card) {
            (Some((card, file)), _) if !card.pages.is_empty() => {
                pages::shown(&card.card, &read, &names, &card.pages, file)
            }
            (_, Some((card, file))) => {
                // What is wrong with them was told of the first language. A page that is empty here has a warning.
                let mut listed = card.pages.clone();
                let is_empty = |name: &str| self.pages.iter().any(|(of, _)| of.page.name == name && is_empty(&of.page));
                listed.retain(|name| document.position(name.get_ref()).is_some() && !is_empty(name.get_ref()));
                pages::shown(own.map_or(&document.card, |(own, _)| &own.card), &read, &names, &listed, file)
            }
            _ => Vec::new(),
        };
        pages::warn(&self.read(), &pages, &names, &format!("{language}/{CARD}"), diagnostics);
        let table = locale(language.tag());
        let differ = words_differ(language, &format!(" of {language}/{CARD}")).filter(|_| own.is_none());
        if let Some((message, remedy)) = differ {
            diagnostics.push(Diagnostic::with_file(folder, message, remedy).as_warning());
        }
        let words = || Arc::new(table.and_then(Words::from_table).unwrap_or_default());
        let words = own.map_or_else(words, |(card, _)| Arc::clone(&card.words));
        let extra = own.map(|(card, _)| &card.extra).filter(|extra| !extra.is_empty()).unwrap_or(&document.extra);
        let mut translation = Document {
            language: language.clone(),
            card: own.map_or_else(|| document.card.clone(), |(card, _)| card.card.clone()),
            pages: titled(pages, &words),
            words,
            extra: extra.clone(),
            security: None,
            translations: Vec::new(),
        };
        if let Some((_, file)) = own.or(base.card.as_ref()) {
            let named = own.and_then(|(card, _)| card.photo.clone());
            let photo = photo::photo(self.dir, named, file, diagnostics);
            translation.card.photo = photo.or_else(|| document.card.photo.clone());
        }
        translation.card.opens = match &document.card.opens {
            Some(Opens::Place(place)) => translation.counterpart(document, *place).map(Opens::Place),
            other => other.clone(),
        };
        if base.is_complete() {
            self.resolve(&mut translation);
        }
        see::take_over(&mut translation, document, &taken_over);
        translation
    }

    fn read(&self) -> Vec<(&ReadPage, &SourceFile)> {
        self.pages.iter().map(|(page, file)| (page, *file)).collect()
    }

    /// Whether all pages could be read.
    fn is_complete(&self) -> bool {
        self.pages.len() == self.names.len()
    }

    /// Looks up what entries refer to. An entry of a page that could not be read may be what a `see` leads to.
    fn resolve(&self, document: &mut Document) {
        if self.is_complete() {
            see::resolve(document, &self.pages);
            if let Some((opens, file)) = self.card.as_ref().and_then(|(card, file)| Some((card.opens.as_ref()?, file)))
            {
                document.card.opens = see::opens(document, opens, self.exhibits, file);
            }
        }
    }
}

/// Pages with the card's own word for a title where their files give none.
fn titled(mut pages: Vec<Page>, words: &Words) -> Vec<Page> {
    for page in pages.iter_mut().filter(|page| page.title.is_empty()) {
        page.title.clone_from(words.pages.get(&page.name).unwrap_or(&page.name));
    }
    pages
}
