//! Lists of entries, on the cards of several owners: their dates.

use std::collections::BTreeMap;

use super::*;
use crate::{
    document::{Dates, Direction, Layout},
    typeset,
};

pub(super) const OWNERS: [&str; 7] = ["academic", "apps", "cloud", "designer", "jobs", "maintainer", "student"];

pub(super) fn owner(name: &str) -> Arc<Site> {
    load(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/owners")).join(name))
}

/// The columns at whose end a text stands in a screen; those at which it begins where text runs to the left.
fn ends(screen: &str, text: &str, site: &Site) -> Vec<u16> {
    let width = if is_rtl(site) { 0 } else { typeset::width(text) };
    let ends = |line: &str| -> Vec<u16> {
        let end = |(start, _)| typeset::width(line.get(..start).unwrap()) + width;
        line.match_indices(text).map(end).collect()
    };
    screen.lines().flat_map(ends).collect()
}

fn is_rtl(site: &Site) -> bool {
    site.document().words.direction == Direction::Rtl
}

#[test]
fn dates_stand_flush_right_in_each_row() {
    let mut pages = 0;
    for name in OWNERS {
        let site = owner(name);
        let words = &site.document().words;
        for (i, page) in site.document().pages.iter().enumerate() {
            let dates = |dates: &Dates| typeset::wrap(&dates.text(words), 20).first().cloned();
            let first_lines: Vec<String> = match page.layout {
                Layout::Timeline | Layout::List => page
                    .entries
                    .iter()
                    .filter_map(|entry| match &entry.dates {
                        Dates::Span { .. } => Some(entry.dates.text(words)),
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
                let flush = |end: &u16| first_lines.iter().all(|dates| ends(&screen, dates, &site).contains(end));
                let edge = ends(&screen, first, &site).into_iter().find(flush);
                assert!(edge.is_some(), "{name} {}: {first_lines:?}\n{screen}", page.name);
            }
        }
    }
    assert!(pages > 12, "{pages}");
}

#[test]
fn an_exhibit_is_named_once_where_it_stands_under_its_layer() {
    let two = "layout = 'layers'\n[[entry]]\ntitle = 'deck'\nsubtitle = 'of so many words'\n\
        exhibits = ['numerics', 'quake']\n[[entry]]\ntitle = 'b'\n";
    let two = other(&[("card.toml", "headline = 'x'\n"), ("stack.toml", two)]);
    for (content, page, names) in [(own(), "4", &["kernels"][..]), (two, "2", &["numerics", "quake"])] {
        for (width, height) in [(60, 60), (80, 50)] {
            let mut visitor = Visitor::arrive(&content, width, height);
            let screen = visitor.keys(page).keys("<rest>").screen();
            for name in names {
                let title = crate::exhibits::summary(name).unwrap().title;
                let rows = screen.lines().filter(|line| line.contains(title) && !line.contains('⏎')).count();
                assert_eq!(rows, 1, "{name} at {width}x{height}:\n{screen}");
                assert!(screen.contains(&format!("→ {title}")), "{name} at {width}x{height}:\n{screen}");
            }
            assert!(screen.contains('└'), "the picture at {width}x{height}:\n{screen}");
        }
    }
}

#[test]
fn no_word_of_a_layer_stands_on_a_line_of_its_own() {
    for width in 60..=80 {
        let mut visitor = Visitor::arrive(&own(), width, 60);
        let screen = visitor.keys("4<rest>").screen();
        let rows: Vec<&str> = screen.lines().skip_while(|line| !line.contains("models")).take(5).collect();
        for (row, label) in rows.iter().zip(["models", "edge SLMs", "compiler", "numerics", "kernels"]) {
            assert!(row.contains(label), "{width}:\n{screen}");
        }
        // Whose layer it was is told, if not in the list.
        assert!(screen.contains("EAR1"), "{width}:\n{screen}");
    }
}

#[test]
fn the_dates_of_a_timeline_stand_in_a_small_window_too_where_all_have_room() {
    let career = "layout = 'timeline'\n[[entry]]\norganization = 'Selune'\ntitle = 'SLMs'\nfrom = '2031'\nto = '2031'\n\
        [[entry]]\norganization = 'Corvo'\ntitle = '{}'\nfrom = '2035'\nto = 'now'\n";
    for (title, has_room) in [("compiler", true), ("a title of so many words", false)] {
        let career = career.replace("{}", title);
        let card = other(&[("card.toml", "headline = 'x'\n"), ("career.toml", &career)]);
        let screen = Visitor::arrive(&card, 40, 12).keys("2").screen();
        let row = screen.lines().find(|line| line.contains("SLMs")).unwrap();
        assert_eq!(row.contains("2031"), has_room, "{screen}");
    }
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
            let shown = if is_rtl(&site) { format!("{shown}▐") } else { format!("▌{shown}") };
            assert!(bar.contains(&shown), "{name}: {bar}");
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

#[test]
fn where_text_begins_at_the_right_tabs_do_too() {
    let site = owner("apps");
    let [first, second] = [0, 1].map(|page: usize| site.document().pages[page].title.clone());
    let mut visitor = Visitor::arrive(&site, 80, 24);
    let screen = visitor.keys("<rest>").screen();
    let bar = screen.lines().next().unwrap();
    let column = |title: &str| typeset::width(&bar[..bar.find(title).unwrap()]);
    assert!(bar.contains(&format!("{first}▐")) && column(&second) < column(&first), "{bar}");
    let clicked = visitor.keys(&format!("<click:{},1>", column(&second) + 2)).screen();
    assert!(clicked.lines().next().unwrap().contains(&format!("{second}▐")), "{clicked}");
}

/// The screen of a page, as a visitor comes to it; and once keys are typed there.
pub(super) fn shown(site: &Arc<Site>, page: &str, (width, height): (u16, u16), keys: &str) -> String {
    let position = site.document().position(page).unwrap();
    Visitor::arrive(site, width, height).keys("<rest>").keys(&"<tab>".repeat(position)).keys(keys).screen()
}

/// Words without white space, however their lines are broken.
fn glued(words: &str) -> String {
    words.split_whitespace().collect()
}

#[test]
fn what_fits_the_window_is_told_whole() {
    for (name, page) in [
        ("academic", "talks"),
        ("academic", "awards"),
        ("academic", "teaching"),
        ("designer", "references"),
        ("jobs", "certificates"),
        ("maintainer", "skills"),
        ("maintainer", "talks"),
    ] {
        let site = owner(name);
        let document = site.document();
        for size in [(80, 24), (120, 40)] {
            let screen = shown(&site, page, size, "");
            assert!(!screen.contains("unfold"), "{name} {page}:\n{screen}");
            for entry in &document.pages[document.position(page).unwrap()].entries {
                let fields = [&entry.title, &entry.organization, &entry.subtitle, &entry.place, &entry.level];
                let fields = fields.into_iter().flatten().chain(&entry.people).chain(&entry.tags);
                for field in fields.chain(&entry.links.iter().map(|link| link.label.clone()).collect::<Vec<_>>()) {
                    // Of a name in two lines, the end.
                    let end = field.split_whitespace().next_back().unwrap();
                    assert!(screen.contains(end), "{name} {page} at {size:?}: no {field} in\n{screen}");
                }
            }
        }
    }
}

#[test]
fn a_wide_window_tells_the_selected_entry_beside_every_list() {
    for (name, page) in [("jobs", "experience"), ("academic", "publications"), ("designer", "portfolio")] {
        let site = owner(name);
        let position = site.document().position(page).unwrap();
        for (i, entry) in site.document().pages[position].entries.iter().enumerate() {
            let Some(Some(word)) =
                entry.text.strong().next().map(|words| words.split_whitespace().next().map(str::to_owned))
            else {
                continue;
            };
            for width in [100, 120, 200] {
                let screen = shown(&site, page, (width, 40), &"j".repeat(i));
                assert!(screen.contains(&word), "{name} {page} {i} at {width}: no {word} in\n{screen}");
            }
        }
    }
}

#[test]
fn nothing_is_told_twice_of_an_entry() {
    for (name, page, words) in [
        ("academic", "languages", "Italian"),
        ("student", "education", "Polderdijk College"),
        ("jobs", "certificates", "Six Sigma Black Belt"),
        ("maintainer", "skills", "OCaml"),
    ] {
        for size in [(80, 24), (120, 40), (200, 60)] {
            let screen = shown(&owner(name), page, size, "");
            assert_eq!(screen.matches(words).count(), 1, "{name} {page}:\n{screen}");
        }
    }
}

#[test]
fn a_list_has_what_tells_its_entries_apart() {
    for (name, page, words) in [
        ("jobs", "certificates", &["Institute of Process Excellence", "Mar 2011", "licence", "renewed every year"][..]),
        ("academic", "teaching", &["2014 – now", "Master, 16 students", "every second summer"]),
        ("maintainer", "skills", &["OCaml", "daily", "when asked nicely"]),
        ("designer", "portfolio", &["Wayfinding for 1,100 beds", "Region Sydmark", "An airport with no straight"]),
        ("maintainer", "projects", &["Brightwater Foundation", "A parser generator"]),
    ] {
        for size in [(60, 40), (80, 24), (120, 40)] {
            let screen = shown(&owner(name), page, size, "");
            for words in words {
                assert!(glued(&screen).contains(&glued(words)), "{name} {page} at {size:?}: no {words} in\n{screen}");
            }
        }
    }
}

#[test]
fn unfolding_a_role_does_not_repeat_its_organization() {
    let jobs = owner("jobs");
    let [before, after] = ["j", "j<enter>"].map(|keys| shown(&jobs, "experience", (80, 24), keys));
    let name = "Halloway Castings plc";
    assert_eq!(before.matches(name).count(), after.matches(name).count(), "{after}");
    let row = |screen: &str| screen.lines().position(|line| line.contains('▌') && line.contains("Group Director"));
    assert!(row(&before).is_some(), "{before}");
    assert_eq!(row(&before), row(&after), "{before}\n{after}");
}

#[test]
fn every_page_of_a_size_begins_in_the_same_row_and_column() {
    // Where text begins at the right, so do columns.
    let owners = OWNERS.map(|name| (name, owner(name))).into_iter();
    for (name, site) in owners.filter(|(_, site)| site.document().words.direction == Direction::Ltr) {
        for (width, height) in [(40, 12), (80, 24), (120, 40), (200, 60)] {
            let mut first = BTreeMap::new();
            for page in site.document().pages.iter().filter(|page| page.layout != Layout::Card) {
                // The row after the tabs.
                let screen = shown(&site, &page.name, (width, height), "");
                let rows = || screen.lines().enumerate().filter(|(_, row)| !row.trim().is_empty());
                let (row, text) = rows().nth(1).unwrap();
                let text = text.replace('▌', " ");
                let column = text.chars().take_while(|character| *character == ' ').count();
                first.entry((row, column)).or_insert_with(Vec::new).push((page.name.clone(), screen.clone()));
            }
            let layers =
                |pages: &[(String, String)]| pages.iter().all(|(name, _)| name == "process" || name == "stack");
            // Layers open at the ground, which may be below.
            first.retain(|_, pages| !(height == 12 && layers(pages)));
            assert_eq!(first.len(), 1, "{name} at {width}x{height}: {first:#?}");
        }
    }
}

#[test]
fn a_place_on_the_same_page_is_named_without_the_page() {
    let screen = shown(&owner("designer"), "portfolio", (120, 40), "j");
    assert!(screen.contains("→ Sankt Elof Hospital"), "{screen}");
}

#[test]
fn above_a_list_the_text_takes_the_measure_and_its_addresses_no_notes() {
    let academic = owner("academic");
    let screen = shown(&academic, "teaching", (120, 40), "");
    assert!(screen.contains("In English where nothing else is said. Materials are open."), "{screen}");
    let screen = shown(&academic, "publications", (40, 12), "");
    assert!(screen.contains("▌ Transient storage"), "{screen}");
    assert!(!screen.contains('¹'), "{screen}");
}
