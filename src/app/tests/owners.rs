//! The card, the contact page and the search, on the cards of several owners.

use super::{
    lists::{OWNERS, owner, shown},
    *,
};
use crate::ssh;

/// The rows of the card's box, its edges too; none where it has no box.
fn box_rows(screen: &str) -> usize {
    screen.lines().filter(|line| line.contains(['│', '╭', '╰'])).count()
}

#[test]
fn the_card_says_how_to_reach_its_owner() {
    for name in OWNERS {
        let site = owner(name);
        let Some(email) = &site.document().card.email else { continue };
        // The longest cards have no row left for it in a window of 80x24.
        let is_long = ["academic", "maintainer"].contains(&name);
        for size in [(80, 24), (120, 40), (200, 60)].into_iter().skip(usize::from(is_long)) {
            let screen = shown(&site, "card", size, "");
            assert!(screen.contains(email), "{name} at {size:?}:\n{screen}");
        }
    }
}

#[test]
fn the_card_keeps_its_box_and_is_no_higher_than_its_words_ask_for() {
    for name in OWNERS {
        for size in [(80, 24), (84, 24), (100, 30), (120, 40)] {
            let screen = shown(&owner(name), "card", size, "");
            assert!(box_rows(&screen) >= 14, "{name} at {size:?}:\n{screen}");
        }
    }
    for size in [(80, 24), (120, 40), (200, 60)] {
        let screen = shown(&owner("student"), "card", size, "");
        assert_eq!(box_rows(&screen), 14, "{screen}");
    }
}

#[test]
fn a_logo_stands_beside_the_lines_that_leave_it_room() {
    for (name, size) in [("academic", (80, 24)), ("academic", (120, 40)), ("cloud", (80, 24))] {
        let screen = shown(&owner(name), "card", size, "");
        assert!(screen.contains(|sign| ('\u{2801}'..='\u{28ff}').contains(&sign)), "{name} at {size:?}:\n{screen}");
    }
}

#[test]
fn commands_stand_on_one_line_where_the_window_has_one() {
    for name in OWNERS {
        let site = owner(name);
        let commands: Vec<_> = crate::site::items(site.document()).into_iter().filter(|item| item.is_command).collect();
        for (page, keys) in [("contact", "G"), ("contact", ""), ("card", "f<rest>")] {
            if site.document().position(page).is_none() {
                continue;
            }
            for size in [(80, 24), (120, 40)] {
                let screen = shown(&site, page, size, keys);
                for command in &commands {
                    // A command of which something is seen is seen whole.
                    let last = command.text.rsplit(' ').next().unwrap();
                    let seen = screen.lines().filter(|line| line.trim_end().ends_with(&format!(" {last}")));
                    for line in seen.filter(|line| !commands.iter().any(|command| line.contains(&command.label))) {
                        assert!(line.contains(&command.text), "{name} {page} at {size:?}:\n{screen}");
                    }
                }
            }
        }
    }
}

#[test]
fn without_an_address_no_host_is_named() {
    let least = other(&[("card.toml", "headline = 'A'\nlogo = '1/x'\nopens = 'quake'\n"), ("about.md", "So.\n")]);
    let sites = OWNERS.into_iter().map(owner).chain([own(), least]);
    for site in sites.filter(|site| site.document().card.address.is_none()) {
        let document = site.document();
        let names_none = |what: &str, text: &str| {
            let text = text.replace("(ssh -t)", "");
            assert!(!text.contains("HOST") && !text.contains("ssh "), "{} {what}:\n{text}", document.card.title());
        };
        for page in &document.pages {
            for (size, keys) in [((80, 24), ""), ((40, 12), "G"), ((80, 24), "f<rest>"), ((40, 12), "f<rest>G")] {
                names_none(&page.name, &shown(&site, &page.name, size, keys));
            }
            let mut visitor = Visitor::arrive(&site, 80, 24);
            assert_eq!(visitor.keys("<rest><enter>y").copied.clone().filter(|text| text.contains("ssh")), None);
        }
        for keys in ["?", "w", "/contact", "<enter>"] {
            names_none(keys, &shown(&site, "card", (80, 24), keys));
        }
        let print = |name: &str| {
            let key = ssh::hostkey::KeyPlace::Directory("keys".into());
            ssh::exec::print(|| Ok(document.clone()), name, &key, false).unwrap().out
        };
        for name in ["text", "markdown", "html", "json", "vcard", "help"] {
            names_none(name, &String::from_utf8_lossy(&print(name)));
        }
        let mut plain = plain::Plain::new(Arc::clone(&site), 80, false);
        let mut said = String::new();
        plain.greet(&Preferences::default(), &mut said);
        for line in ["?", "0", "b", "1", "", "", "", "", ""] {
            let keys = line.chars().map(crate::terminal::input::Code::Char);
            let keys = keys.chain([crate::terminal::input::Code::Enter]);
            keys.for_each(|code| _ = plain.key(Key::new(code), &mut said));
        }
        names_none("plain mode", &said);
        names_none("the goodbye", &format!("{:?}", site.goodbye()));
    }
}

/// A card with nothing to take away and nobody to reach has no contact page, and the story of its logo on its back.
#[test]
fn a_card_without_contacts_tells_its_story() {
    let card = "headline = 'Bridges'\nlogo = '1/x'\n";
    let opens = format!("{card}opens = 'numerics'\n");
    let stack = "[[entry]]\ntitle = 'piers'\nexhibits = ['numerics']\n[[entry]]\ntitle = 'deck'\nexhibits = ['numerics']\n\
                 text = \"Found on a ferry.[^a]\\n\\n[^a]: In May.\"\n";
    let about = "It began with a raft.\n\nThen came a boat.\n";
    for (files, told, untold) in [
        (&[("card.toml", card)][..], "", "raft"),
        (&[("card.toml", card), ("about.md", about)], "It began with a raft.", "boat"),
        (&[("card.toml", &opens), ("about.md", about), ("stack.toml", stack)], "Found on a ferry.", "raft"),
        (&[("card.toml", &opens), ("stack.toml", stack)], "In May.", "piers\n"),
    ] {
        let site = other(files);
        assert!(!site.document().has_contact());
        for size in [(80, 24), (40, 12), (120, 40)] {
            let screen = shown(&site, "card", size, "f<rest>");
            assert!(screen.contains(told) && !screen.contains(untold), "{size:?}:\n{screen}");
        }
    }
}

#[test]
fn the_code_of_an_address_book_entry_is_seen() {
    for (page, keys) in [("card", "f<rest>"), ("contact", "G")] {
        for size in [(80, 24), (120, 40)] {
            let screen = shown(&owner("academic"), page, size, keys);
            assert!(screen.contains("█ ███ █") || page == "card", "{page} at {size:?}:\n{screen}");
            assert!(!screen.contains(qr_too_small()), "{page} at {size:?}:\n{screen}");
        }
    }
}

/// What a page says in place of a code that has no room.
fn qr_too_small() -> &'static str {
    "A larger window shows the QR code."
}

#[test]
fn words_are_found_before_addresses_and_commands_never() {
    let academic = owner("academic");
    let index = academic.search_index(false);
    let found = |query: &str| -> Vec<String> {
        index.rank(query).iter().map(|number| index.entry(*number).unwrap().text.clone()).collect()
    };
    let hydro = found("hydro");
    let address = hydro.iter().position(|text| text.contains("://")).unwrap();
    assert!(hydro.iter().skip(address).all(|text| text.contains("://") || text.contains('@')), "{hydro:?}");
    assert!(found("frost").iter().all(|text| text.to_lowercase().contains("fro")), "{:?}", found("frost"));
    let jobs = owner("jobs");
    let index = jobs.search_index(false);
    for query in ["2008", "vcard"] {
        let texts =
            index.rank(query).iter().map(|number| index.entry(*number).unwrap().text.clone()).collect::<Vec<_>>();
        assert!(texts.iter().all(|text| !text.contains("ssh ")), "{texts:?}");
    }
}

#[test]
fn a_result_of_a_group_names_its_role() {
    let screen = shown(&owner("jobs"), "card", (80, 24), "/vantor");
    let rows: Vec<&str> = screen.lines().filter(|line| line.contains("Vantor")).collect();
    for (i, row) in rows.iter().enumerate() {
        assert!(!rows.iter().skip(i + 1).any(|other| other.trim() == row.trim()), "{screen}");
    }
}

#[test]
fn the_search_shows_what_can_be_found_and_its_results_below_its_line() {
    let academic = owner("academic");
    let screen = shown(&academic, "card", (80, 24), "/");
    assert!(screen.lines().next().unwrap().trim_start().starts_with('/'), "{screen}");
    assert!(screen.contains("▌ card") && screen.contains("  Research"), "{screen}");
    assert!(shown(&academic, "card", (80, 60), "/").contains("University of Hohenfeld · Associate"));
    let position = shown(&academic, "card", (80, 24), "/<down><down><enter>");
    assert!(position.contains("▌Positions"), "{position}");
    let screen = shown(&academic, "card", (80, 24), "/glacier");
    assert!(screen.lines().next().unwrap().trim().starts_with("/ glacier"), "{screen}");
}
