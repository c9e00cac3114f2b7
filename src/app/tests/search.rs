//! Finding, with keystrokes.

use ratatui::style::Modifier;

use proptest::prelude::*;

use super::{
    properties::{any_keys, holds},
    *,
};
use crate::site::Destination;

/// The words that are marked on the screen, row by row.
fn marked(visitor: &mut Visitor) -> Vec<String> {
    let buffer = visitor.draw();
    let rows = buffer.content().chunks(usize::from(buffer.area.width));
    let words = rows.map(|row| {
        let cells = row.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        cells.map(ratatui::buffer::Cell::symbol).collect::<String>()
    });
    words.filter(|words| !words.is_empty()).collect()
}

/// The same as one word, whatever the lines were broken into.
fn letters(visitor: &mut Visitor) -> String {
    marked(visitor).concat().split_whitespace().collect()
}

/// The line in which the visitor types; `None` where there is none.
fn typed(visitor: &mut Visitor) -> Option<String> {
    let screen = visitor.screen();
    Some(screen.lines().next()?.trim_start().strip_prefix('/')?.trim().to_owned())
}

#[test]
fn an_exhibit_that_is_found_opens_over_its_place() {
    let title = crate::exhibits::open("quantization").unwrap().title();
    let mut visitor = Visitor::arrive(&own(), 80, 24);
    let screen = visitor.keys("/").keys(title).keys("<enter>").screen();
    assert!(screen.contains(title) && screen.contains("SQNR") && screen.contains("Esc back"), "{screen}");
    let screen = visitor.keys("<esc>").screen();
    assert!(screen.contains("▌ edge SLMs") && screen.contains("▌stack"), "{screen}");
}

#[test]
fn what_exhibits_say_is_found_with_their_sources_and_marked() {
    for (words, layer) in [("lomont", "numerics"), ("kadlec", "numerics"), ("as integers", "edge SLMs")] {
        for (width, height) in SIZES {
            let mut visitor = Visitor::arrive(&own(), width, height);
            visitor.keys("/").keys(words).keys("<enter>");
            let said = letters(&mut visitor).to_lowercase();
            assert_eq!(said, words.replace(' ', ""), "{width}x{height}:\n{}", visitor.screen());
            // What is said of the exhibit, then its picture, then the page.
            let screen = visitor.keys("<esc><esc>").screen();
            assert!(screen.contains("▌stack") && screen.contains(&format!("▌ {layer}")), "{words}:\n{screen}");
        }
    }
}

#[test]
fn before_anything_is_typed_stands_what_can_be_found() {
    let own = own();
    let screen = Visitor::arrive(&own, 80, 60).keys("/").screen();
    let exhibits = own.document().exhibits().map(|name| crate::exhibits::open(name).unwrap().title());
    let pages = &own.document().pages;
    let labels = pages.iter().flat_map(|page| &page.entries).map(crate::document::Entry::label);
    for name in pages.iter().map(|page| page.title.as_str()).chain(exhibits).chain(labels) {
        assert!(screen.contains(name), "no {name:?} in\n{screen}");
    }
    for (page, title) in ["card", "about", "career"].into_iter().enumerate() {
        leads_to(&format!("4/{}<enter>", "<down>".repeat(page)), (80, 24), &format!("▌{title}"));
        leads_to(&format!("4/{title}<enter>"), (80, 24), &format!("▌{title}"));
    }
}

#[test]
fn results() {
    let own = own();
    check("find", &own, "/");
    check("find-halven", &own, "/halven");
    check("find-ear2", &own, "/ear2");
    check("find-quant", &own, "2/quant<down><down>");
    check("find-nothing", &own, "4/xyzzy");
    check("found-halven", &own, "/halven<enter>");
    check("found-mur-3", &own, "/mur-3<enter>");
}

#[test]
fn a_result_leads_to_its_place_and_is_marked_there() {
    let own = own();
    for (keys, page, words) in [
        ("/halven<enter>", "▌about", "Halven"),
        ("/nora halven<down><enter>", "▌career", "NoraHalven"),
        ("/beatriz<enter>", "▌career", "Beatriz"),
        ("/ear2<enter>", "▌stack", "EAR2"),
        ("/rmsnorm<enter>", "▌about", "RMSNorm"),
        ("/mur-3<enter>", "▌about", "MUR-3"),
        ("/weaving<enter>", "▌card", "weaving"),
        ("/hardware<enter>", "▌card", "hardware"),
        ("/clearsound<enter>", "▌career", "Clearsound"),
        ("/edge slms<enter>", "▌stack", "edgeSLMs"),
        // Letters that are missing, words apart and in another order.
        ("/halvn<enter>", "▌about", "Halvn"),
        ("/raphson newton<enter>", "▌stack", "NewtonRaphson"),
        // A capital means capitals.
        ("/EAR1<enter>", "▌stack", "EAR1"),
    ] {
        for (width, height) in [(80, 24), (120, 40), (200, 60)] {
            let mut visitor = Visitor::arrive(&own, width, height);
            let screen = visitor.keys(keys).screen();
            assert!(screen.contains(page), "{keys} at {width}x{height}:\n{screen}");
            assert_eq!(letters(&mut visitor), words, "{keys} at {width}x{height}:\n{screen}");
            // Until the next key.
            assert_eq!(marked(visitor.keys("z")), Vec::<String>::new(), "{keys}");
        }
        let mut visitor = Visitor::arrive(&own, 40, 12);
        assert_eq!(letters(visitor.keys(keys)), words, "{keys} at 40x12:\n{}", visitor.screen());
    }
}

#[test]
fn every_result_is_in_view_and_marked() {
    let own = own();
    for (width, height) in SIZES {
        for query in ["selune", "er", "newton", "models"] {
            let results = own.search_index(false).rank(query);
            assert!(!results.is_empty(), "{query}");
            for (i, result) in results.iter().enumerate() {
                let mut visitor = Visitor::arrive(&own, width, height);
                let screen = visitor.keys(&format!("/{query}{}<enter>", "<down>".repeat(i))).screen();
                let seen = marked(&mut visitor).concat().to_lowercase();
                let entry = own.search_index(false).entry(*result).unwrap();
                // A page is the answer as a whole, and in a low window an exhibit has no title.
                let is_titled = height > 12 || !matches!(entry.opens, Destination::Exhibit { explained: false, .. });
                if entry.opens == Destination::Page || !is_titled {
                    continue;
                }
                // In its picture an exhibit may mark what can be moved.
                assert!(seen.starts_with(query), "{seen:?}, {:?} at {width}x{height}:\n{screen}", entry.text);
            }
        }
    }
}

#[test]
fn leaving_changes_nothing() {
    let own = own();
    for (width, height) in SIZES {
        for before in ["<rest>", "f<rest>", "2jjj", "3jj<enter>", "4<up>", "5j", "?j"] {
            let mut visitor = Visitor::arrive(&own, width, height);
            let drawn = visitor.keys(before).draw();
            for search in ["/<esc>", "/\u{7f}", "/quant<down><down><esc>", "/a\u{7f}\u{7f}", "/abc\u{15}\u{7f}"] {
                visitor.keys(search);
                assert!(visitor.draw() == drawn, "{before}{search} at {width}x{height}:\n{}", visitor.screen());
            }
            visitor.keys("/selune<60x15><400x150><esc>");
            assert!(!visitor.app.edits_a_line());
        }
    }
}

/// Before anything is typed the entries of one organization stand under its name.
#[test]
fn a_name_is_not_repeated_down_a_column() {
    for (glyphs, separator) in [("", '·'), ("<ascii>", '/')] {
        let mut visitor = Visitor::arrive(&own(), 80, 50);
        let screen = visitor.keys(glyphs).keys("/").screen();
        assert_eq!(screen.matches(&format!("Selune AI {separator}")).count(), 1, "{screen}");
        let column = |text: &str| {
            let line = screen.lines().find(|line| line.contains(text) && line.contains("career")).unwrap();
            line[..line.find(text).unwrap()].chars().count()
        };
        assert_eq!(column("SLMs"), column("compiler"), "{screen}");
        // What was found is whole.
        let screen = visitor.keys("selune comp").screen();
        assert!(screen.contains(&format!("Selune AI {separator} compiler")), "{screen}");
    }
}

/// A name with which what comes after it has no room is repeated, and no text is drawn over another.
#[test]
fn a_long_name_is_repeated_where_the_rest_has_no_room_beside_it() {
    let mut document = own().document().clone();
    let entries = document.pages.iter_mut().flat_map(|page| &mut page.entries);
    entries.for_each(|entry| entry.organization = Some("An Institute for Measurement".into()));
    let site = Arc::new(Site::new(document));
    for width in 20..=120 {
        let screen = Visitor::arrive(&site, width, 50).keys("/").screen();
        let alone = screen.lines().map(str::trim_start).find(|line| line.starts_with('…'));
        assert_eq!(alone, None, "{width} columns:\n{screen}");
    }
}

#[test]
fn what_is_typed_is_text() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    visitor.keys("/q?t5 jkl");
    assert_eq!(typed(&mut visitor).as_deref(), Some("q?t5 jkl"));
    visitor.keys("\u{15}mur\u{7f}\u{7f}");
    assert_eq!(typed(&mut visitor).as_deref(), Some("m"));
    // Pasted text is typed text, and bounded like it.
    visitor.keys("\u{15}");
    visitor.types("\x1b[200~Nora Halven\x1b[201~");
    assert_eq!(typed(&mut visitor).as_deref(), Some("Nora Halven"));
    visitor.types(&format!("\x1b[200~{}\x1b[201~", "x".repeat(4000)));
    assert_eq!(typed(&mut visitor), Some(format!("Nora Halven{}", "x".repeat(64 - "Nora Halven".len()))));
    // What turns the direction of text, or ends a line in secret, is no text.
    visitor.keys("\u{15}");
    visitor.types("\u{202e}a\u{2066}\u{2028}b\x1b[200~\u{202e}c\u{9b}\x1b[201~");
    assert_eq!(typed(&mut visitor).as_deref(), Some("abc"));
    assert!(!visitor.left);
    assert!(visitor.keys("\u{3}").left);
    // Without a line, pasted text goes nowhere.
    let mut visitor = Visitor::arrive(&own, 80, 24);
    let before = visitor.keys("<rest>").draw();
    visitor.types("\x1b[200~q35\x1b[201~");
    assert!(visitor.draw() == before && !visitor.left);
}

#[test]
fn results_are_chosen_with_keys_and_mouse() {
    let own = own();
    let row = |screen: &str| screen.lines().position(|line| line.contains('▌')).unwrap();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    let first = row(&visitor.keys("/selune").screen());
    for (keys, selected) in
        [("\u{e}\u{e}", 2), ("\u{10}", 1), ("<up><up>", 0), ("<wheel>", 1), ("<down>", 2), ("<pgup>", 0)]
    {
        assert_eq!(row(&visitor.keys(keys).screen()), first + selected, "{keys:?}");
    }
    let line = visitor.screen().lines().nth(first + 3).unwrap().to_owned();
    let clicked = visitor.keys(&format!("<click:9,{}>", first + 4)).screen();
    assert!(!visitor.app.edits_a_line(), "{line}\n{clicked}");
    assert_eq!(marked(&mut visitor), ["Selune"], "{line}\n{clicked}");
}

#[test]
fn esc_leads_back_from_what_was_found() {
    leads_to("2/beatriz<enter><esc>", (80, 24), "▌about");
    leads_to("2/beatriz<enter>", (80, 24), "Esc back");
    leads_to("3/selune<esc>", (80, 24), "▌career");
}

#[test]
fn windows_too_small_for_a_page_have_no_search() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 20, 5);
    assert!(visitor.keys("/q").left);
    let mut visitor = Visitor::arrive(&own, 80, 24);
    assert!(!visitor.keys("/ab<20x5>").app.edits_a_line());
    assert!(visitor.keys("q").left);
}

#[test]
fn other_letters_are_found() {
    let about = "Une façade à **Besançon**. 私は橋を設計します。 Cafe\u{301} 👩‍🔬 und Straße.\n";
    let other = other(&[("card.toml", "headline = 'Ünï'\n"), ("about.md", about)]);
    for (keys, words) in [
        ("/besancon<enter>", "Besançon"),
        ("/BESANÇON<enter>", ""),
        ("/façade<enter>", "façade"),
        ("/cafe<enter>", "Cafe\u{301}"),
        ("/café<enter>", "Cafe\u{301}"),
        ("/橋<enter>", "橋"),
        ("/👩‍🔬<enter>", "👩‍🔬"),
        ("/uni<enter>", "Ünï"),
        ("/stras<enter>", "Straß"),
    ] {
        let mut visitor = Visitor::arrive(&other, 80, 24);
        let screen = visitor.keys(keys).screen();
        let expected = if words.is_empty() { Vec::new() } else { vec![words.to_owned()] };
        let seen = if visitor.app.edits_a_line() { Vec::new() } else { marked(&mut visitor) };
        let seen: Vec<String> = seen.into_iter().map(|words| words.replace(' ', "")).collect();
        assert_eq!(seen, expected, "{keys}:\n{screen}");
    }
}

#[test]
fn a_sentence_with_notes_and_links_in_it_is_found() {
    let about = "Before. Bridges[^n] of [steel](https://a.example)[^m] carry 2² tons and/or more. After.\n\n\
        [^n]: And [tunnels](https://b.example), too.\n[^m]: Not iron.\n";
    let card = "headline = 'x'\npages = ['about']\n";
    let content = other(&[("card.toml", card), ("about.md", about)]);
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        for links in [true, false] {
            for (query, words) in [
                ("bridges", "Bridges"),
                ("steel carry", "steelcarry"),
                ("2² tons", "2²tons"),
                ("tons and/or more", "tonsand/ormore"),
                ("tunnels", "tunnels"),
                ("not iron", "Notiron"),
            ] {
                for (width, height) in [(24, 6), (30, 8), (80, 24), (120, 40)] {
                    let mut visitor = Visitor::arrive(&content, width, height);
                    visitor.update(AppEvent::Appearance(Appearance {
                        glyphs,
                        links,
                        ..visitor.app.display.view.appearance
                    }));
                    let screen = visitor.keys(&format!("/{query}<enter>")).screen();
                    assert_eq!(
                        letters(&mut visitor),
                        words,
                        "{query}, {glyphs:?}, {links} at {width}x{height}:\n{screen}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_title_is_found_where_it_has_columns() {
    let own = own();
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        for (width, height) in SIZES {
            let mut visitor = Visitor::arrive(&own, width, height);
            visitor.update(AppEvent::Appearance(Appearance { glyphs, ..visitor.app.display.view.appearance }));
            let screen = visitor.keys("/ai compiler<enter>").screen();
            assert_eq!(letters(&mut visitor), "AIcompiler", "{glyphs:?} at {width}x{height}:\n{screen}");
        }
    }
}

#[test]
fn nonsense_is_not_found() {
    let own = own();
    for query in ["xyzzy", "qqq", "ktnrs", "zzz", "noncnse", "--", "ak rq"] {
        let mut visitor = Visitor::arrive(&own, 80, 24);
        let screen = visitor.keys(&format!("/{query}")).screen();
        assert!(screen.contains("Nothing on this card"), "{query}:\n{screen}");
    }
}

#[test]
fn whole_words_come_before_parts_and_scattered_letters_are_the_last_resort() {
    let card = "headline = 'x'\ninterests = ['scant one', 'o-n-e', 'stone', 'onerous', 'one', 'o n e']\n";
    let other = other(&[("card.toml", card)]);
    let index = other.search_index(false);
    let found = |query: &str| -> Vec<&str> {
        index.rank(query).iter().map(|number| index.entry(*number).unwrap().text.as_str()).collect()
    };
    assert_eq!(found("one"), ["one", "scant one", "onerous", "stone"]);
    // Scattered letters are found where the word stands nowhere whole.
    assert_eq!(found("onrous"), ["onerous"]);
}

#[test]
fn what_is_found_can_be_seen_without_colour() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    visitor.keys("ttt/halven");
    let buffer = visitor.draw();
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
    let underlined = buffer.content().iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
    let underlined: String = underlined.map(ratatui::buffer::Cell::symbol).collect();
    assert_eq!(underlined, "Halven".repeat(underlined.len() / 6));
    assert!(!underlined.is_empty());
    visitor.keys("<enter>");
    assert_eq!(marked(&mut visitor), ["Halven"]);
}

#[test]
fn an_app_at_rest_is_small() {
    assert!(size_of::<App>() <= 400, "{}", size_of::<App>());
}

#[test]
fn what_is_learned_of_the_terminal_meanwhile_changes_no_result() {
    let links = "[one](https://example.com/1) and [two](https://example.com/2).\n\n";
    let about = format!("{links}A sentence before.\n\nThe zebra runs.\n");
    let content = other(&[("card.toml", "headline = 'Links'\n"), ("about.md", &about)]);
    let mut visitor = Visitor::arrive(&content, 80, 24);
    visitor.keys("/zebra");
    let appearance = Appearance { links: true, ..visitor.app.display.view.appearance };
    visitor.update(AppEvent::Appearance(appearance));
    assert!(visitor.screen().contains("The zebra runs."), "{}", visitor.screen());
    visitor.keys("<enter>");
    assert_eq!(marked(&mut visitor), ["zebra"], "{}", visitor.screen());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn anything_typed_at_any_size(
        width in 1_u16..=200,
        height in 1_u16..=60,
        text in "[ -~]{0,12}|\\PC{0,80}|[a-z ]{0,70}|[\u{0}-\u{ff}]{0,30}",
        keys in any_keys(),
    ) {
        let own = own();
        let mut visitor = Visitor::arrive(&own, width, height);
        visitor.keys("/").types(&text);
        visitor.draw();
        visitor.keys(&keys).draw();
        // Keys that are drawn with what was typed before.
        let text: String = text.chars().filter(|c| !matches!(c, '<' | '>')).collect();
        holds(&own, width, height, &format!("/{text}"))?;
        holds(&own, width, height, &format!("/{text}<enter>{keys}"))?;
    }
}
