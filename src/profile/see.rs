//! Resolves references to other places of the card: `see` of entries, and `opens` of the card.

use toml::Spanned;

use super::{
    characters::{alternatives, nearest, quoted, suggestion},
    page::ReadPage,
    source_file::SourceFile,
};
use crate::document::{Document, Entry, Opens, Place};

/// Looks each `see` up: `PAGE`, or `PAGE/ENTRY` by the entry's title or organization.
pub(super) fn resolve(document: &mut Document, read: &[(ReadPage, &SourceFile)]) {
    for (page, source) in read {
        let Some(from) = document.position(&page.page.name) else { continue };
        for (entry, see) in &page.see {
            let place = find(document, see, ("see", &[]), source);
            let entry = document.pages.get_mut(from).and_then(|page| page.entries.get_mut(*entry));
            if let Some(entry) = entry {
                entry.see = place;
            }
        }
    }
}

/// Takes over what the pages of these names refer to from the card in its first language, which they are taken from.
pub(super) fn take_over(document: &mut Document, base: &Document, names: &[&str]) {
    for page in &base.pages {
        let Some(at) = document.position(&page.name).filter(|_| names.contains(&page.name.as_str())) else { continue };
        let see = page.entries.iter().map(|entry| document.counterpart(base, entry.see?)).collect::<Vec<_>>();
        let entries = document.pages.get_mut(at).map(|page| page.entries.iter_mut().zip(see));
        entries.into_iter().flatten().for_each(|(entry, see)| entry.see = see);
    }
}

/// Looks `opens` up: an exhibit by name, else a place as `see` has it.
pub(super) fn opens(
    document: &Document,
    opens: &Spanned<String>,
    exhibits: &[&str],
    source: &SourceFile,
) -> Option<Opens> {
    if exhibits.contains(&opens.get_ref().as_str()) {
        return Some(Opens::Exhibit(opens.get_ref().clone()));
    }
    find(document, opens, ("opens", exhibits), source).map(Opens::Place)
}

/// The place that a `key` leads to; one that can lead to exhibits too is told of their names.
fn find(
    document: &Document,
    see: &Spanned<String>,
    (key, exhibits): (&str, &[&str]),
    source: &SourceFile,
) -> Option<Place> {
    let (page_name, entry_name) = match see.get_ref().split_once('/') {
        Some((page, entry)) => (page.trim(), Some(entry.trim())),
        None => (see.get_ref().as_str(), None),
    };
    let Some(page) = document.position(page_name) else {
        let names = document.pages.iter().map(|page| page.name.as_str()).chain(exhibits.iter().copied());
        let (or_exhibit, or_of) =
            if exhibits.is_empty() { ("", "") } else { (" and no exhibit", ", or of an exhibit") };
        let remedy = suggestion(page_name, names.clone())
            .unwrap_or_else(|| format!("write the name of a page that is shown{or_of}: {}", alternatives(names)));
        let message = format!("`{key}` leads to {}, which is no page{or_exhibit}", quoted(page_name));
        source.error(see.span(), message, remedy);
        return None;
    };
    let Some(entry_name) = entry_name else { return Some(Place { page, entry: None }) };
    let entries = document.pages.get(page).map_or(&[][..], |page| page.entries.as_slice());
    let named = |name: fn(&Entry) -> Option<&String>| {
        let named = entries.iter().enumerate().filter(move |(_, entry)| name(entry).is_some_and(|of| of == entry_name));
        named.map(|(index, _)| index)
    };
    let titled: Vec<usize> = named(|entry| entry.title.as_ref()).collect();
    if titled.len() > 1 {
        let message = format!("the page {} has {} entries {}", quoted(page_name), titled.len(), quoted(entry_name));
        source.warning(see.span(), message, format!("`{key}` leads to the first; give the others titles of their own"));
    }
    // Of the entries of one organization the first stands below its name.
    let entry = titled.first().copied().or_else(|| named(|entry| entry.organization.as_ref()).next());
    if entry.is_none() {
        let names = entries.iter().map(Entry::label);
        let remedy = match nearest(entry_name, names) {
            Some(near) => format!("did you mean {}?", quoted(&format!("{page_name}/{near}"))),
            None => format!("write the title of one of its entries, or `{key} = \"{page_name}\"` for the page"),
        };
        let message = format!("the page {} has no entry {}", quoted(page_name), quoted(entry_name));
        source.error(see.span(), message, remedy);
    }
    Some(Place { page, entry: Some(entry?) })
}
