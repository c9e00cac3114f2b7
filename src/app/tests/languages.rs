//! A card in several languages.

use ratatui::style::Color;

use super::*;

fn bilingual() -> Arc<Site> {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("de")).unwrap();
    for (name, text) in [
        ("card.toml", "headline = 'Bridges'\n"),
        ("about.md", &"A pier.\n\n".repeat(60)),
        ("work.toml", "[[entry]]\ntitle = 'Quays'\n[[entry]]\ntitle = 'Piers'\ntext = 'Deep.'\n"),
        ("de/card.toml", "headline = 'Brücken'\n"),
        ("de/about.md", &"Ein Pfeiler.\n\n".repeat(60)),
        ("de/work.toml", "[[entry]]\ntitle = 'Kais'\n[[entry]]\ntitle = 'Pfeiler'\ntext = 'Tief.'\n"),
    ] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    load(directory.path())
}

#[test]
fn a_key_changes_the_language_and_nothing_else() {
    let mut visitor = Visitor::arrive(&bilingual(), 100, 20);
    visitor.keys("<rest>");
    assert!(visitor.screen().contains("Bridges"));
    visitor.keys("3jL");
    let screen = visitor.screen();
    assert!(screen.contains("Tief.") && screen.contains("Auf Deutsch."), "{screen}");
    visitor.keys("1");
    assert!(visitor.screen().contains("Brücken"));
    visitor.keys("L3");
    let screen = visitor.screen();
    assert!(screen.contains("Deep.") && !screen.contains("In English."), "{screen}");
}

#[test]
fn a_standard_window_shows_all_keys_in_every_language() {
    for language in crate::document::words::languages() {
        let card = format!("headline = 'A'\nlanguage = '{language}'\nlogo = '1/x'\nopens = 'quake'\n");
        let work = "[[entry]]\ntitle = 'B'\nsee = 'work/C'\n[[entry]]\ntitle = 'C'\n";
        let site = other(&[("card.toml", &card), ("work.toml", work)]);
        for (keys, glyphs) in [("?", ""), ("?<ascii>", "ascii ")] {
            let screen = Visitor::arrive(&site, 80, 24).keys(keys).screen();
            let squeezed = screen.split_whitespace().collect::<Vec<_>>().join(" ");
            for shown in
                ["Tab", "PgDn", "g G", "o", "y", "m M", "q Ctrl-C", "Space", "r", "i", "work@", "plain@", "mono@"]
            {
                let is =
                    |word: &str| word.trim_matches(|sign: char| !sign.is_ascii_alphanumeric() && sign != '@') == shown;
                let is_there =
                    if shown.len() > 1 { squeezed.contains(shown) } else { screen.split_whitespace().any(is) };
                assert!(is_there, "{glyphs}{language}: no {shown}\n{screen}");
            }
        }
    }
}

#[test]
fn the_selection_of_the_contact_page_and_the_side_of_the_card_stay() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("de")).unwrap();
    let links = "[[link]]\nlabel = 'Store'\nurl = 'https://store.example'\n";
    let card = format!("headline = 'Bridges'\nemail = 'a@b.example'\nqr = 'mecard'\n{links}");
    std::fs::write(directory.path().join("card.toml"), card).unwrap();
    std::fs::write(directory.path().join("de/card.toml"), "headline = 'Brücken'\n").unwrap();
    let site = load(directory.path());
    let mut visitor = Visitor::arrive(&site, 100, 40);
    visitor.keys("<rest>2jLy");
    assert_eq!(visitor.copied.as_deref(), Some("https://store.example"));
    let back = Visitor::arrive(&site, 100, 40).keys("<rest>f<rest>").screen();
    let mut visitor = Visitor::arrive(&site, 100, 40);
    assert_eq!(visitor.keys("<rest>f<rest>LL").screen().lines().nth(20), back.lines().nth(20));
    assert!(!visitor.screen().contains("Bridges"), "{}", visitor.screen());
}

#[test]
fn reading_goes_on_at_the_same_paragraph() {
    let mut visitor = Visitor::arrive(&bilingual(), 80, 20);
    visitor.keys("<rest>2  ");
    let first = visitor.app.frame().first();
    assert!(first > 20, "{first}");
    visitor.keys("L");
    assert_eq!(visitor.app.frame().first(), first, "{}", visitor.screen());
}

#[test]
fn after_an_update_the_visitor_reads_in_the_same_language() {
    let mut visitor = Visitor::arrive(&bilingual(), 100, 20);
    visitor.keys("<rest>3jL");
    visitor.update(AppEvent::Site(bilingual()));
    assert!(visitor.screen().contains("Tief."), "{}", visitor.screen());
    // Where it is no more, in that of the card.
    visitor.update(AppEvent::Site(other(&[("card.toml", "headline = 'Bridges'\n")])));
    assert!(visitor.screen().contains("Bridges"), "{}", visitor.screen());
}

#[test]
fn what_lies_over_the_page_stays_there_after_an_update() {
    for (keys, shows) in [("?", "another language"), ("/pier", "pier")] {
        let mut visitor = Visitor::arrive(&bilingual(), 100, 30);
        visitor.keys("<rest>2").keys(keys);
        assert!(visitor.screen().contains(shows), "{keys}: {}", visitor.screen());
        visitor.update(AppEvent::Site(bilingual()));
        assert!(visitor.screen().contains(shows), "{keys}: {}", visitor.screen());
        assert_eq!(visitor.app.display.layers.overlays.len(), 1, "{keys}");
        // A search finds what the new card says.
        let about = [("card.toml", "headline = 'Bridges'\n"), ("about.md", "A quay.\n")];
        visitor.update(AppEvent::Site(other(&about)));
        let found = visitor.screen();
        assert!(keys != "/pier" || !found.contains("A pier."), "{found}");
        // Where the page is no more, nothing lies over the one that is shown in its place.
        visitor.update(AppEvent::Site(other(&about[..1])));
        assert!(visitor.app.display.layers.overlays.is_empty(), "{keys}: {}", visitor.screen());
    }
}

#[test]
fn a_page_that_is_not_there_takes_nothing_away() {
    for key in ["<left>", "9"] {
        let mut visitor = Visitor::arrive(&own(), 100, 40);
        let help = visitor.keys("<rest>?").screen();
        assert_eq!(visitor.keys(key).screen(), help, "{key}");
    }
}

#[test]
fn a_card_in_one_language_does_not_speak_of_others() {
    let told = |site: &Arc<Site>| Visitor::arrive(site, 100, 40).keys("<rest>?").screen();
    assert!(told(&bilingual()).contains("another language"));
    assert!(!told(&own()).contains("another language"));
    let mut visitor = Visitor::arrive(&own(), 100, 40);
    let before = visitor.keys("<rest>").screen();
    assert_eq!(visitor.keys("L").screen(), before);
}

/// A card in Hebrew with all that stands beside words.
fn hebrew() -> Arc<Site> {
    let links = "[[link]]\nlabel = 'קוד'\nurl = 'https://code.example'\n";
    other(&[
        ("card.toml", &format!("headline = 'גשרים'\nlanguage = 'he'\nlogo = '1/x'\nopens = 'quake'\n{links}")),
        ("about.md", "ראשון[^1] ושני.\n\n- רציף\n- מזח\n\n3. שלוש\n\n[^1]: הערה.\n"),
        (
            "work.toml",
            "[[entry]]\ntitle = 'רציפים'\nfrom = 2019\nto = 2020\nsee = 'work/מזחים'\ntext = '- עמוק'\n\
                       [[entry]]\ntitle = 'מזחים'\n",
        ),
    ])
}

/// A terminal that orders the words of a phrase from right to left would put the sign at the other end of it.
#[test]
fn where_text_begins_at_the_right_signs_stand_apart_from_their_words() {
    let screen = Visitor::arrive(&hebrew(), 80, 24).keys("<rest>2").screen();
    for shown in ["רציף  •", "שלוש  3.", "הערה.  ¹", "חיפוש  /", "מקשים  ?"] {
        assert!(screen.contains(shown), "no {shown} in\n{screen}");
    }
    // Whatever is drawn.
    for site in [hebrew(), super::lists::owner("apps")] {
        for (size, page) in
            SIZES.into_iter().flat_map(|size| (0..site.document().pages.len()).map(move |page| (size, page)))
        {
            for keys in ["", "j<enter>", "?", "/a", "y", "i"] {
                let mut visitor = Visitor::arrive(&site, size.0, size.1);
                visitor.keys("<rest>").keys(&"<tab>".repeat(page)).keys(keys);
                let frame = visitor.app.frame();
                assert!(frame.run_together().is_none(), "{keys} {:?} in\n{}", frame.run_together(), visitor.screen());
            }
        }
    }
}

/// On the web page: whatever is chosen can be read on the ground that the browser has.
#[test]
fn where_the_ground_is_certain_no_colours_for_another_are_chosen() {
    for ground in [Ground::Dark, Ground::Light] {
        let mut visitor = Visitor::arrive(&own(), 80, 24);
        let appearance = Appearance { depth: Depth::True, ground, ground_is_certain: true, ..Appearance::default() };
        visitor.update(AppEvent::Appearance(appearance));
        let accent = |visitor: &Visitor| visitor.app.display.view.theme(false).accent.fg;
        let own = accent(&visitor);
        let chosen: Vec<_> = (0..4).map(|_| accent(visitor.keys("t"))).collect();
        assert_eq!(chosen, [None, own, None, own], "{ground:?}");
        let help = visitor.keys("?").screen();
        assert!(help.contains("ground: as it is, none") && !help.contains("dark,"), "{help}");
    }
    let mut visitor = Visitor::arrive(&own(), 80, 24);
    let appearance = Appearance { depth: Depth::True, ground_is_certain: true, ..Appearance::default() };
    visitor.app.display.view.colors = ColorScheme::Dark;
    visitor.update(AppEvent::Appearance(Appearance { ground: Ground::Light, ..appearance }));
    let light = Appearance { ground: Ground::Light, ..appearance };
    let light = crate::theme::accent_colour(own().document().card.accent, light);
    assert_eq!(visitor.app.display.view.theme(false).accent.fg, light);
}

#[test]
fn the_accent_is_that_of_the_card_the_language_and_the_visitor_s_colours() {
    let card = |own: Option<&str>, translated: &str| {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("de")).unwrap();
        let own = own.map(|accent| format!("accent = '{accent}'\n")).unwrap_or_default();
        let translated = format!("headline = 'Brücken'\naccent = '{translated}'\n");
        std::fs::write(directory.path().join("card.toml"), format!("headline = 'Bridges'\n{own}")).unwrap();
        std::fs::write(directory.path().join("de/card.toml"), translated).unwrap();
        load(directory.path())
    };
    let mut visitor = Visitor::arrive(&card(Some("#d8a457"), "#89b0e3"), 100, 20);
    let accent = |visitor: &Visitor| visitor.app.display.view.theme(false).accent.fg;
    assert_eq!(accent(&visitor), Some(Color::Rgb(0xd8, 0xa4, 0x57)));
    visitor.keys("L");
    assert_eq!(accent(&visitor), Some(Color::Rgb(0x89, 0xb0, 0xe3)));
    visitor.update(AppEvent::Site(card(None, "#2fc661")));
    assert_eq!(accent(&visitor), Some(Color::Rgb(0x2f, 0xc6, 0x61)));
    let appearance = Appearance { depth: Depth::Ansi256, ground: Ground::Dark, ..Appearance::default() };
    visitor.update(AppEvent::Appearance(appearance));
    assert!(matches!(accent(&visitor), Some(Color::Indexed(_))));
    visitor.keys("ttt");
    assert_eq!(accent(&visitor), None);
}

#[test]
fn where_tabs_run_to_the_left_the_arrows_do() {
    let apps = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/owners/apps"));
    let mut visitor = Visitor::arrive(&apps, 100, 30);
    visitor.keys("<rest>");
    for (keys, tab) in [("<left>", 1), ("h", 2), ("<right>", 1), ("l", 0), ("<right>", 0), ("<tab>", 1)] {
        assert_eq!(visitor.keys(keys).app.display.layers.tab, tab, "{keys}");
    }
    let screen = visitor.screen();
    assert!(screen.contains("←  ") && !screen.contains('→'), "the hint of the next page: {screen}");
    let help = visitor.keys("?").screen();
    assert!(help.contains("← h Tab") && help.contains(" → l"), "{help}");
    // In English again.
    assert_eq!(visitor.keys("<esc>L<right>").app.display.layers.tab, 2);
    // An exhibit is English, and its values run to the right.
    let site = other(&[("card.toml", "headline = 'א'\nlanguage = 'he'\nlogo = 'a'\nopens = 'numerics'\n")]);
    let mut visitor = Visitor::arrive(&site, 100, 30);
    let help = visitor.keys("<rest>?").screen();
    assert!(help.contains("← →"), "{help}");
    visitor.keys("<esc><enter>");
    assert!(!visitor.app.display.layers.overlays.is_empty() && !visitor.app.display.is_rtl());
}

#[test]
fn from_right_to_left_a_stop_is_at_the_left_of_latin_words() {
    let prose = "# א\n\nמילים.\n\nhttps://example.com/ada.\n\nRust, C...\n\nWhat (really)?!\n\n```\nlet a = 1;\n```\n\n- Swift.\n";
    let site = other(&[("card.toml", "headline = 'א'\nlanguage = 'he'\n"), ("about.md", prose)]);
    let screen = Visitor::arrive(&site, 60, 24).keys("<rest><left>").screen();
    for shown in [" מילים.", " .https://example.com/ada", " ...Rust, C", " ?!What (really)", "let a = 1;", " .Swift"]
    {
        assert!(screen.contains(shown), "no {shown:?} in\n{screen}");
    }
    let site = other(&[("card.toml", "headline = 'A'\n"), ("about.md", prose)]);
    let screen = Visitor::arrive(&site, 60, 24).keys("<rest><right>").screen();
    assert!(screen.contains("https://example.com/ada."), "{screen}");
}
