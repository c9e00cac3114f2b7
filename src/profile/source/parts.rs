//! `career.toml` and `stack.toml`: lists of stations and of layers.

use toml::Spanned;

use super::{Reader, Written};
use crate::profile::{Career, Layer, Stack, Station, characters::quoted};

/// An organization, a title, a person: a long one is half of this.
const LINE: usize = 80;
/// What a layer is about, in a line of the page.
const SUMMARY: usize = 120;
/// What is told of a station or a layer: some screens of it.
const TEXT: usize = 20_000;
/// The names that a company has had, the people of a station, the exhibits of a layer.
const NAMES: usize = 16;
/// A long life's stations, and more layers than a screen has lines.
const STATIONS: usize = 64;
const LAYERS: usize = 32;

/// Reads the career; `None` when some of it is no TOML. `layers` are the titles of the stack's layers; `None` when they are
/// not known.
pub(super) fn career(written: &Written, layers: Option<&[String]>) -> Option<Career> {
    let mut reader = Reader::new(written);
    let line = reader.list("line", NAMES, LINE).into_iter().map(Spanned::into_inner).collect();
    let stations =
        reader.tables("station", STATIONS).into_iter().filter_map(|reader| station(reader, layers)).collect();
    reader.finish();
    (!written.is_broken()).then_some(Career { line, stations })
}

fn station(mut reader: Reader<'_>, layers: Option<&[String]>) -> Option<Station> {
    reader.require("organization", "organization = \"Example Ltd\"");
    let organization = reader.line("organization", LINE);
    let subject = reader.line("subject", LINE);
    let time = reader.line("time", LINE);
    let people = reader.list("people", NAMES, LINE);
    let text = reader.prose("text", TEXT);
    let layer = reader.line("layer", LINE);
    let layer = layer.zip(layers).and_then(|(layer, titles)| {
        let names: Vec<(&str, usize)> = titles.iter().map(String::as_str).zip(0..).collect();
        reader.pick("layer", &layer, &names)
    });
    reader.finish();
    Some(Station {
        organization: organization?.into_inner(),
        subject: subject.map(Spanned::into_inner),
        time: time.map(Spanned::into_inner),
        people: people.into_iter().map(Spanned::into_inner).collect(),
        text: text.unwrap_or_default(),
        layer,
    })
}

/// Reads the stack; `None` when some of it is no TOML. `exhibits` are the names that a layer may open.
pub(super) fn stack(written: &Written, exhibits: &[&str]) -> Option<Stack> {
    let mut reader = Reader::new(written);
    let ground = reader.line("ground", LINE).map(Spanned::into_inner);
    let text = reader.prose("text", TEXT).unwrap_or_default();
    let mut layers: Vec<Layer> = Vec::new();
    for mut reader in reader.tables("layer", LAYERS) {
        reader.require("title", "title = \"kernels\"");
        let title = reader.line("title", LINE);
        let summary = reader.line("summary", SUMMARY).map(Spanned::into_inner);
        let place = reader.line("place", LINE).map(Spanned::into_inner);
        let text = reader.prose("text", TEXT).unwrap_or_default();
        let names: Vec<(&str, &str)> = exhibits.iter().map(|name| (*name, *name)).collect();
        let listed = reader.list("exhibits", NAMES, LINE);
        let exhibits = listed.iter().filter_map(|exhibit| reader.pick("exhibit", exhibit, &names)).map(str::to_owned);
        let exhibits = exhibits.collect();
        reader.finish();
        let Some(title) = title else { continue };
        if layers.iter().any(|layer| layer.title == *title.get_ref()) {
            let message = format!("there are two layers called {}", quoted(title.get_ref()));
            written.problem(title.span(), message, "give each layer a title of its own");
            continue;
        }
        layers.push(Layer { title: title.into_inner(), summary, place, text, exhibits });
    }
    reader.finish();
    (!written.is_broken()).then_some(Stack { ground, text, layers })
}
