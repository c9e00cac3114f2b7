//! Lists of entries, on the cards of several owners: their dates.

use super::*;
use crate::{
    document::{Dates, Layout, Words},
    typeset,
};

const OWNERS: [&str; 7] = ["academic", "apps", "cloud", "designer", "jobs", "maintainer", "student"];

fn owner(name: &str) -> Arc<Site> {
    load(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/owners")).join(name))
}

/// The columns at whose end a text stands in a screen.
fn ends(screen: &str, text: &str) -> Vec<u16> {
    let ends = |line: &str| -> Vec<u16> {
        let end = |(start, _)| typeset::width(line.get(..start).unwrap()) + typeset::width(text);
        line.match_indices(text).map(end).collect()
    };
    screen.lines().flat_map(ends).collect()
}

#[test]
fn dates_stand_flush_right_in_each_row() {
    let mut pages = 0;
    for name in OWNERS {
        let site = owner(name);
        for (i, page) in site.document().pages.iter().enumerate() {
            let dates = |dates: &Dates| typeset::wrap(&dates.text(&Words::default()), 20).first().cloned();
            let first_lines: Vec<String> = match page.layout {
                Layout::Timeline | Layout::List => page
                    .entries
                    .iter()
                    .filter_map(|entry| match &entry.dates {
                        Dates::Span { .. } => Some(entry.dates.text(&Words::default())),
                        words => dates(words),
                    })
                    .collect(),
                _ => continue,
            };
            let Some(first) = first_lines.first() else { continue };
            pages += 1;
            for width in [60, 72, 80, 92, 100, 120, 200] {
                let mut visitor = Visitor::arrive(&site, width, 60);
                let screen = visitor.keys(&"<tab>".repeat(i)).screen();
                let flush = |end: &u16| first_lines.iter().all(|dates| ends(&screen, dates).contains(end));
                let edge = ends(&screen, first).into_iter().find(flush);
                assert!(edge.is_some(), "{name} {}: {first_lines:?}\n{screen}", page.name);
            }
        }
    }
    assert!(pages > 12, "{pages}");
}

#[test]
fn layers_open_at_the_ground() {
    for (name, page) in [("maintainer", "stack"), ("designer", "process")] {
        let site = owner(name);
        let position = site.document().position(page).unwrap();
        let ground = site.document().pages[position].ground.clone().unwrap();
        for (width, height) in [(40, 12), (60, 12), (80, 24)] {
            let screen = Visitor::arrive(&site, width, height).keys(&"<tab>".repeat(position)).screen();
            let body = screen.split_once('\n').unwrap().1;
            assert!(body.contains('▌') && body.contains(&ground), "{name} at {width}x{height}:\n{screen}");
            // Climbing begins at the lowest.
            let climbed = Visitor::arrive(&site, width, height).keys(&"<tab>".repeat(position)).keys("<up>").screen();
            assert!(climbed.split_once('\n').unwrap().1.contains('▌'), "{name} at {width}x{height}:\n{climbed}");
        }
    }
}

#[test]
fn the_tabs_around_the_shown_one_are_seen() {
    for name in OWNERS {
        let site = owner(name);
        let titles: Vec<_> = site.document().pages.iter().map(|page| page.title.clone()).collect();
        for (i, shown) in titles.iter().enumerate() {
            let screen = Visitor::arrive(&site, 80, 24).keys(&"<tab>".repeat(i)).screen();
            let bar = screen.lines().next().unwrap();
            assert!(bar.contains(&format!("▌{shown}")), "{name}: {bar}");
            for neighbour in titles.iter().take(i + 2).skip(i.saturating_sub(1)) {
                assert!(bar.contains(neighbour.as_str()), "{name}: no {neighbour} in {bar}");
            }
        }
    }
}

/// A title as long as papers have hides neither the entry before it nor the one after it.
#[test]
fn a_title_as_long_as_it_may_be_leaves_the_others_in_reach() {
    let title = "On the free energy of solvation ".repeat(10);
    let title = title[..crate::profile::limits::TITLE].trim_end().to_owned();
    for layout in ["list", "timeline", "layers", "compact"] {
        let entry =
            |title: &str| format!("[[entry]]\ntitle = '{title}'\nfrom = 2019\nto = 2020\ntext = 'What it is.'\n");
        let page = format!("layout = '{layout}'\n{}{}{}", entry("first"), entry(&title), entry("third"));
        let content = other(&[("card.toml", "headline = 'x'"), ("papers.toml", &page)]);
        for (width, height) in SIZES {
            let mut visitor = Visitor::arrive(&content, width, height);
            let next = if layout == "layers" { "<up>" } else { "<down>" };
            for selected in ["first", "On the free", "third"] {
                visitor.keys(if selected == "first" { "2" } else { next });
                assert!(visitor.screen().contains(&format!("▌ {selected}")), "{layout}\n{}", visitor.screen());
            }
        }
    }
}
