//! Decides which pages are shown, and in what order.

use toml::Spanned;

use super::{
    characters::{alternatives, quoted, suggestion},
    diagnostic::{Diagnostic, Diagnostics},
    page::{ReadPage, is_empty},
    source_file::{SourceFile, file_name},
};
use crate::document::{Card, Layout, Page};

/// The pages of a card in their order: those that the owner `listed` in the card's file, or all that have something to
/// show. `names` are those of all pages, also of those that could not be read.
pub(super) fn shown(
    of: &Card,
    read: &[(&ReadPage, &SourceFile)],
    names: &[&str],
    listed: &[Spanned<String>],
    card_file: &SourceFile,
) -> Vec<Page> {
    let built_in = |name: &str, layout| Page { name: name.into(), layout, ..Page::default() };
    let card = || built_in("card", Layout::Card);
    let contact = of.has_contact().then(|| built_in("contact", Layout::Contact));
    let full = || read.iter().map(|(read, _)| &read.page).filter(|page| !is_empty(page));
    // What the contact page has to show may stand where an error is.
    let maybe_contact = card_file.has_errors();
    let mut pages: Vec<Page> = Vec::new();
    for name in listed {
        let found = match name.get_ref().as_str() {
            "card" => Some(card()),
            "contact" => contact.clone(),
            name => full().find(|page| page.name == name).cloned(),
        };
        if pages.iter().any(|page| page.name == *name.get_ref()) {
            let message = format!("the page {} is listed twice", quoted(name.get_ref()));
            card_file.error(name.span(), message, "remove one of the two");
        } else if let Some(page) = found {
            pages.push(page);
        } else if name.get_ref() != "contact" || !maybe_contact {
            not_found(name, read, names, card_file);
        }
    }
    if listed.is_empty() {
        pages = std::iter::once(card()).chain(full().cloned()).chain(contact).collect();
    }
    if !pages.iter().any(|page| page.layout == Layout::Card) {
        pages.insert(0, card());
    }
    pages
}

/// Tells what of these pages is not `shown`, and why. `card` is the file in which their order stands.
pub(super) fn warn(
    read: &[(&ReadPage, &SourceFile)],
    shown: &[Page],
    names: &[&str],
    card: &str,
    diagnostics: &mut Diagnostics,
) {
    for (ReadPage { page, meant, .. }, file) in read {
        let mut warn = |message: &str, remedy: String| {
            diagnostics.push(Diagnostic::with_file(file.path(), message, remedy).as_warning());
        };
        if is_empty(page) {
            // The part with the error may be what the page shows, so no second message is given.
            if file.has_errors() {
                continue;
            }
            warn("this page has nothing to show", "write something in it, or remove the file".to_owned());
        } else if !shown.iter().any(|shown| shown.name == page.name) {
            let message = format!("this page is not shown: `pages` in {card} does not list it");
            warn(&message, format!("list it as `{}`, or remove the file", page.name));
        }
        if let Some(meant) = meant.filter(|meant| !names.contains(meant)) {
            let ending = file.path().extension().unwrap_or_default().to_string_lossy();
            let remedy = format!("did you mean {meant}? Rename the file to {meant}.{ending}, or give the page a title");
            warn("the name of this page is almost one that other programs know", remedy);
        }
    }
}

/// A name in `pages` that no page has which is shown.
fn not_found(name: &Spanned<String>, read: &[(&ReadPage, &SourceFile)], names: &[&str], card_file: &SourceFile) {
    let text = name.get_ref().as_str();
    let empty = read.iter().find(|(read, _)| read.page.name == text);
    if text == "contact" {
        let remedy = "add `address`, `email`, `phone`, `web` or a `[[link]]`, or remove the page here";
        card_file.error(name.span(), format!("the page {} has nothing to show", quoted(text)), remedy);
    } else if let Some((_, file)) = empty {
        if file.has_errors() {
            return;
        }
        let message = format!("the page {} has nothing to show", quoted(text));
        card_file.error(name.span(), message, format!("write {}, or remove the page here", file_name(file.path())));
    } else if !names.contains(&text) {
        // A page that could not be read has errors of its own.
        let names = || names.iter().copied().chain(["card", "contact"]);
        let remedy = suggestion(text, names())
            .unwrap_or_else(|| format!("write {text}.md or {text}.toml, or list {}", alternatives(names())));
        card_file.error(name.span(), format!("`pages` lists {}, which is no page", quoted(text)), remedy);
    }
}
