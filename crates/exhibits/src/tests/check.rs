//! What every exhibit is held to, whatever it shows: widths of words, ends of parameters, pictures of every size.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    exhibit::{Change, Exhibit},
    palette::Palette,
    signs::Signs,
};

/// The palette that pictures are tested with: only what has to be seen without colour has a modifier.
pub(crate) fn palette(signs: Signs) -> Palette {
    Palette { quiet: Style::new(), signs, ..Palette::default() }
}

/// A picture as text, without the spaces at the ends of its rows.
pub(crate) fn picture(signs: Signs, (width, height): (u16, u16), draw: impl Fn(&Palette, Rect, &mut Buffer)) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw(&palette(signs), buffer.area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

/// Changes that a visitor may make, in any order.
pub(crate) fn changes() -> impl Strategy<Value = Vec<(usize, bool)>> {
    prop::collection::vec((0..7_usize, any::<bool>()), 0..40)
}

/// Makes the changes, and holds the exhibit to its promises after each.
#[track_caller]
pub(crate) fn make(exhibit: &mut (impl Exhibit + Clone + PartialEq), changes: &[(usize, bool)]) {
    for (parameter, more) in changes {
        let before = (exhibit.clone(), exhibit.parameters());
        exhibit.change(*parameter, if *more { Change::More } else { Change::Less });
        let end = before.1.get(*parameter).is_none_or(|before| if *more { !before.more } else { !before.less });
        assert_eq!(*exhibit == before.0, end, "{parameter} of {:?}", before.1);
        promises(exhibit);
    }
}

/// The widths and numbers that the trait promises, and words that any terminal can show.
#[track_caller]
pub(crate) fn promises(exhibit: &impl Exhibit) {
    let parameters = exhibit.parameters();
    assert!((2..=8).contains(&parameters.len()));
    for parameter in parameters {
        assert!(parameter.label.width() <= 12 && parameter.value.width() <= 20, "{parameter:?}");
        is_spelled(parameter.label, &parameter.value);
    }
    let figures = exhibit.figures();
    let labels: BTreeSet<_> = figures.iter().map(|figure| figure.label).collect();
    assert_eq!(labels.len(), figures.len(), "two figures of one name: {figures:?}");
    for figure in figures.iter().take(4) {
        assert!(figure.value.trim_start().width() <= 13, "{figure:?}");
    }
    for figure in figures {
        assert!(figure.label.width() <= 16 && figure.value.width() <= 20, "{figure:?}");
        assert!(!["NaN", "inf", "−0.0 "].iter().any(|nothing| figure.value.contains(nothing)), "{figure:?}");
        is_spelled(figure.label, &figure.value);
    }
    for text in [exhibit.title(), exhibit.about(), &exhibit.notice(), &exhibit.basis()] {
        is_spelled("", text);
    }
    for text in [exhibit.about(), &exhibit.notice(), &exhibit.basis()] {
        is_bound(text);
    }
    let [about, notice] = [exhibit.about(), &exhibit.notice()].map(|text| text.matches(['.', '?', '!']).count());
    assert!(about >= 2 && notice >= 1 && !exhibit.title().ends_with('.') && exhibit.basis().ends_with('.'));
}

/// A text has its signs in their typographic form, and none that has no form in ASCII. A label has none at all.
#[track_caller]
fn is_spelled(label: &str, text: &str) {
    let typed = text.contains(['\'', '"', '^', '~']) || text.starts_with('-') || text.contains(" -");
    let unit = text.split([' ', ',', '.', ';']).any(|word| word == "us") || text.contains("sqrt");
    let times = text.match_indices(" x ").any(|(at, _)| text[..at].ends_with(|end: char| end.is_ascii_digit()));
    assert!(!typed && !unit && !times, "{label}: {text}");
    let spelled = Signs::Ascii.spell(text).replace('\u{a0}', " ");
    assert!(label.is_ascii() && spelled.is_ascii(), "{label}: {text}");
}

/// What stands after a number without which it says nothing.
const UNITS: [&str; 21] = [
    "%", "dB", "bit", "bits", "b", "B", "kB", "MB", "GB", "KiB", "MiB", "GB/s", "GFLOP/s", "TFLOP/s", "µs", "ms", "×",
    "times", "steps", "sets", "ways",
];

/// No line can end between a number and its unit, nor between a name and its year.
#[track_caller]
fn is_bound(text: &str) {
    let words: Vec<&str> = text.split(' ').collect();
    for (one, next) in words.iter().zip(words.iter().skip(1)) {
        let word = next.split('\u{a0}').next().unwrap_or_default();
        let word = word.trim_end_matches(['.', ',', ';', ':', '?', ')']);
        let year = word.len() == 4 && word.starts_with(['1', '2']) && word.chars().all(|digit| digit.is_ascii_digit());
        let number = one.ends_with(|last: char| last.is_ascii_digit());
        assert!(!(year || number && UNITS.contains(&word)), "{one:?} is parted from {next:?}: {text}");
    }
}

/// Draws it at sizes from 1x1 to 130x60, into the middle of a window: nothing outside of its area is touched, no cell
/// has a control character, and with ASCII's characters there are no others.
#[track_caller]
pub(crate) fn stays_inside(draw: impl Fn(&Palette, Rect, &mut Buffer)) {
    let sizes = |most: u16| (1..=8).chain((11..most).step_by(17)).chain([most]);
    for signs in [Signs::Unicode, Signs::Ascii] {
        let palette = palette(signs);
        for (width, height) in sizes(130).flat_map(|width| sizes(60).map(move |height| (width, height))) {
            let mut buffer = Buffer::filled(Rect::new(0, 0, width + 4, height + 4), ratatui::buffer::Cell::new("@"));
            let area = Rect::new(2, 2, width, height);
            for at in area.positions() {
                buffer[at].set_symbol(" ");
            }
            draw(&palette, area, &mut buffer);
            for at in buffer.area.positions() {
                let cell = buffer[at].symbol();
                assert_eq!(cell == "@", !area.contains(at), "{width}x{height} at {at}: {cell}");
                assert!(signs == Signs::Unicode || cell.is_ascii(), "{width}x{height} at {at}: {cell}");
                assert!(!cell.contains(char::is_control), "{width}x{height} at {at}: {cell:?}");
            }
            // Half of its area lies beyond the window: only what is in it is drawn.
            let mut half = Buffer::empty(Rect::new(0, 0, width / 2 + 1, height));
            draw(&palette, Rect::new(0, 0, width, height), &mut half);
        }
    }
}
