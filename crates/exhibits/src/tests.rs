//! The table, and what holds for every exhibit in it.

pub(crate) mod check;

use ratatui::{buffer::Buffer, layout::Rect};

use super::*;

#[test]
fn every_name_opens_an_exhibit_of_its_own() {
    let titles: std::collections::BTreeSet<_> = NAMES.iter().map(|name| open(name).unwrap().title()).collect();
    assert_eq!(titles.len(), NAMES.len());
    assert!(open("").is_none() && open("Kernels").is_none() && summary("life").is_none());
}

#[test]
fn a_summary_is_the_end_of_the_run_step_by_step() {
    for name in NAMES {
        let (mut exhibit, summary) = (open(name).unwrap(), summary(name).unwrap());
        if exhibit.moves() {
            exhibit.toggle();
        } else {
            exhibit.demonstrate();
        }
        while exhibit.running() {
            exhibit.step();
        }
        assert_eq!((summary.title, &summary.figures), (exhibit.title(), &exhibit.figures()), "{name}");
    }
}

#[test]
fn an_exhibit_is_drawn_through_the_trait() {
    for name in NAMES {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 20));
        open(name).unwrap().draw(&Palette::default(), buffer.area, &mut buffer);
        assert!(buffer.content.iter().any(|cell| cell.symbol() != " "), "{name}");
    }
}
