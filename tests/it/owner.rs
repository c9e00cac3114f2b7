//! What an owner is told by `check`: nothing that was written is dropped in silence, and each message names the true
//! cause and what to do.

use std::{fs, os::unix::fs::symlink, path::Path};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::card::{Card, ENTRY, FROM, LOGO, Said, TO, run};

/// The least card.
const HEADLINE: &str = "headline = \"Bridges\"\n";

/// Asserts that `check` says this of the place, in any order and any case.
#[track_caller]
fn tells(said: &Said, place: &str, words: &[&str]) {
    let all = said.all();
    assert!(all.contains(place), "{place} is not named:\n{all}");
    let lower = all.to_lowercase();
    for words in words {
        assert!(lower.contains(&words.to_lowercase()), "{words:?} is not said of {place}:\n{all}");
    }
}

/// Asserts that the card loads and `check` warns of this.
#[track_caller]
fn warns(card: &Card, place: &str, words: &[&str]) {
    let said = card.check();
    tells(&said, place, words);
    assert_eq!(said.status, Some(0), "a warning keeps no card from loading:\n{}", said.all());
    assert!(said.all().to_lowercase().contains("warning"), "{}", said.all());
}

/// Asserts that the card does not load and `check` says this.
#[track_caller]
fn refuses(card: &Card, place: &str, words: &[&str]) {
    let said = card.check();
    tells(&said, place, words);
    assert_eq!(said.status, Some(2), "{}", said.all());
}

/// The only test of the owner's own `profile/`: whatever words stand there, the card loads and every format is printed.
#[test]
fn this_card_loads() {
    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("profile");
    let run = |command: &str| {
        let arguments: Vec<&str> = command.split(' ').collect();
        let said = run(&std::env::temp_dir(), &[("SSHCARD_PROFILE", profile.to_str().unwrap())], &arguments);
        assert_eq!(said.status, Some(0), "`sshcard {command}`: {}", said.all());
        assert!(!said.out.is_empty(), "`sshcard {command}` prints nothing");
        said.out
    };
    run("check");
    // A line of the help is two spaces, the names of formats, and two spaces or more before what they give.
    let help = run("print help");
    let lines = help.lines().filter_map(|line| line.strip_prefix("  ")?.split("  ").next());
    let names: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    for format in ["text", "markdown", "vcard 3", "vcard 4", "json", "html"] {
        run(&format!("print {format}"));
    }
    for (name, kinds) in [
        ("qr", &["", " dark", " light", " text", " svg", " png"][..]),
        ("card", &[""]),
        ("about", &[""]),
        ("career", &[""]),
        ("stack", &[""]),
        ("contact", &[""]),
    ] {
        // An owner may leave out pages and the QR code; the help then does not list them.
        for kind in kinds.iter().filter(|_| names.contains(&name)) {
            run(&format!("print {name}{kind}"));
        }
    }
}

#[test]
fn check_names_the_pages_that_it_found() {
    for (files, pages) in [
        (&[("card.toml", HEADLINE)][..], &["card"][..]),
        (&[("card.toml", HEADLINE), ("about.md", "Hello.\n")], &["card", "about"]),
        (
            &[
                ("card.toml", HEADLINE),
                ("about.md", "Hello.\n"),
                ("career.toml", &format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\n")),
            ],
            &["card", "about", "career"],
        ),
    ] {
        let said = Card::that_loads(files).check();
        // The directory is called `card` too: it is not looked at.
        let out = said.out.replacen("card:", "", 1).replace("the card is", "it is");
        let found: Vec<_> = out
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| ["card", "about", "career", "stack", "contact"].contains(word))
            .collect();
        assert_eq!(found, pages, "{}", said.out);
    }
}

/// A file that has no end would be waited for.
#[test]
fn what_is_no_regular_file_is_refused_and_not_waited_for() {
    for name in ["card.toml", "about.md", "career.toml", "stack.toml"] {
        for kind in ["FIFO", "socket", "directory", "device"] {
            let card = Card::new(if name == "card.toml" { &[] } else { &[("card.toml", HEADLINE)] });
            let path = card.path().join(name);
            match kind {
                "FIFO" => mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap(),
                "socket" => drop(std::os::unix::net::UnixListener::bind(&path).unwrap()),
                "directory" => fs::create_dir(&path).unwrap(),
                // It gives zeros for as long as one reads.
                _ => symlink("/dev/zero", &path).unwrap(),
            }
            refuses(&card, &format!("card/{name}"), &["regular file"]);
        }
    }
}

#[test]
fn a_file_that_is_almost_a_page_is_warned_of() {
    for (name, meant) in [
        ("About.md", "about.md"),
        ("ABOUT.MD", "about.md"),
        ("abuot.md", "about.md"),
        ("about.md.txt", "about.md"),
        ("about.markdown", "about.md"),
        ("about.txt", "about.md"),
        ("Career.toml", "career.toml"),
        ("carrer.toml", "career.toml"),
    ] {
        let card = Card::new(&[("card.toml", HEADLINE), (name, "")]);
        warns(&card, &format!("card/{name}"), &[meant, "rename"]);
    }
    let card = Card::new(&[("card.toml", HEADLINE)]);
    symlink("/nowhere/about.md", card.path().join("about.md")).unwrap();
    warns(&card, "card/about.md", &["link", "/nowhere/about.md"]);
    // What is no page and wants to be none is not spoken of.
    let quiet = [
        ("card.toml", HEADLINE),
        ("about.md", "Hello.\n"),
        ("README.md", "For me.\n"),
        ("LICENSE", "Mine.\n"),
        (".gitignore", "*~\n"),
    ];
    let said = Card::new(&quiet).check();
    assert!(said.status == Some(0) && !said.all().to_lowercase().contains("warning"), "{}", said.all());
}

#[test]
fn a_character_of_the_logo_that_the_font_lacks_is_warned_of() {
    for (logo, lacking) in [("日本", "日"), ("🎉", "🎉"), ("a🎉b", "🎉"), ("שלום", "ש")] {
        let card = Card::new(&[("card.toml", &format!("{HEADLINE}{LOGO} = \"{logo}\"\n"))]);
        warns(&card, "card.toml:2:", &[lacking, LOGO, "font"]);
    }
    let said = Card::new(&[("card.toml", &format!("{HEADLINE}{LOGO} = \"√x Ωж→\"\n"))]).check();
    assert!(said.status == Some(0) && !said.all().to_lowercase().contains("warning"), "{}", said.all());
}

#[test]
fn text_that_its_indent_makes_code_is_warned_of() {
    for text in ["    Piers and quays.\n    And more.\n", "Piers.\n\n    And quays.\n", "\tPiers and quays.\n"] {
        let career = format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\ntext = \"\"\"\n{text}\"\"\"\n");
        let card = Card::new(&[("card.toml", HEADLINE), ("career.toml", &career)]);
        let before = text.lines().take_while(|line| !line.starts_with([' ', '\t'])).count();
        warns(&card, &format!("career.toml:{}:", 4 + before), &["code", "indent"]);
    }
    // Code that is meant stands between fences, and what hangs under an item is no code.
    for text in ["```\n    let code = 1;\n```\n", "- Piers\n\n  and quays.\n", "1. Piers\n   - and quays\n"] {
        let career = format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\ntext = \"\"\"\n{text}\"\"\"\n");
        let said = Card::new(&[("card.toml", HEADLINE), ("career.toml", &career)]).check();
        assert!(said.status == Some(0) && !said.all().to_lowercase().contains("warning"), "{}", said.all());
    }
}

#[test]
fn front_matter_is_warned_of() {
    for about in ["---\ntitle: About me\nlayout: page\n---\n\nHello.\n", "+++\ntitle = \"About me\"\n+++\n\nHello.\n"] {
        let card = Card::new(&[("card.toml", HEADLINE), ("about.md", about)]);
        warns(&card, "about.md:1:1", &["front matter", "remove"]);
    }
    // A rule is one.
    for about in ["Hello.\n\n---\n\nAnd more.\n", "---\n\nHello.\n"] {
        let said = Card::new(&[("card.toml", HEADLINE), ("about.md", about)]).check();
        assert!(said.status == Some(0) && !said.all().to_lowercase().contains("warning"), "{}", said.all());
    }
}

#[test]
fn typographic_quotes_are_named() {
    for (value, column, found) in [
        ("“Ada Lovelace”", 8, "“"),
        ("‘Ada Lovelace’", 8, "‘"),
        ("„Ada Lovelace“", 8, "„"),
        ("«Ada Lovelace»", 8, "«"),
        ("″Ada Lovelace″", 8, "″"),
        ("＂Ada Lovelace＂", 8, "＂"),
        // An editor that makes one of the two.
        ("\"Ada Lovelace”", 21, "”"),
        ("“Ada Lovelace\"", 8, "“"),
    ] {
        let card = Card::new(&[("card.toml", &format!("{HEADLINE}name = {value}\nrole = \"Engineer\"\n"))]);
        refuses(&card, &format!("card.toml:2:{column}"), &[found, "quot", "straight"]);
    }
    let card = Card::new(&[("card.toml", &format!("{HEADLINE}interests = [“steel”, \"stone\"]\n"))]);
    refuses(&card, "card.toml:2:14", &["“", "quot", "straight"]);
    // Within straight ones they are words like others.
    Card::that_loads(&[("card.toml", &format!("{HEADLINE}name = \"“Ada” Lovelace\"\n"))]);
}

#[test]
fn a_key_below_a_table_that_belongs_above_it_is_told_where_it_belongs() {
    let link = "[[link]]\nlabel = \"Work\"\nurl = \"https://example.com\"\n";
    for key in ["name = \"Ada\"", "accent = \"teal\"", "address = \"card.example.com\"", "interests = [\"steel\"]"] {
        let word = key.split(' ').next().unwrap();
        let card = Card::new(&[("card.toml", &format!("{HEADLINE}\n{link}{key}\n"))]);
        refuses(&card, "card.toml:6:1", &[&format!("`{word}`"), "[[link]]", "above"]);
    }
    let career = format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\nline = [\"A\", \"B\"]\n");
    let card = Card::new(&[("card.toml", HEADLINE), ("career.toml", &career)]);
    refuses(&card, "career.toml:3:1", &["`line`", &format!("[[{ENTRY}]]"), "above"]);
}

#[test]
fn words_that_owners_try_first_are_answered_with_the_right_key() {
    for (word, key) in [
        ("title", "role"),
        ("position", "role"),
        ("job", "role"),
        ("company", "organization"),
        ("employer", "organization"),
        ("organisation", "organization"),
        ("location", "place"),
        ("city", "place"),
        ("mail", "email"),
        ("tel", "phone"),
        ("color", "accent"),
        ("tagline", "headline"),
        ("website", "[[link]]"),
        ("url", "[[link]]"),
        ("hobbies", "outside"),
    ] {
        let card = Card::new(&[("card.toml", &format!("{HEADLINE}{word} = \"x\"\n"))]);
        let key = if key.starts_with('[') { key.to_owned() } else { format!("did you mean `{key}`") };
        refuses(&card, "card.toml:2:1", &[&format!("`{word}`"), &key]);
    }
    for (word, key) in [
        ("company", "organization"),
        ("employer", "organization"),
        ("position", "title"),
        ("role", "title"),
        ("start", FROM),
        ("end", TO),
        ("date", "time"),
        ("dates", "time"),
        ("summary", "text"),
        ("description", "text"),
    ] {
        let career = format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\n{word} = \"x\"\n");
        let card = Card::new(&[("card.toml", HEADLINE), ("career.toml", &career)]);
        refuses(&card, "career.toml:3:1", &[&format!("`{word}`"), &format!("did you mean `{key}`")]);
    }
}

#[test]
fn a_backslash_in_a_text_is_named_as_what_it_is() {
    for (value, column) in [
        (r"C:\Users\ada", 11),
        (r"C:\Documents", 11),
        (r"C:\dir", 11),
        (r"\d+ bridges", 9),
        (r"50\% steel", 11),
        (r"C:\x\y", 11),
    ] {
        let card = Card::new(&[("card.toml", &format!("{HEADLINE}role = \"{value}\"\n"))]);
        refuses(&card, &format!("card.toml:2:{column}"), &["backslash", r"`\\`", "single quotes"]);
        // Both remedies are right.
        Card::that_loads(&[("card.toml", &format!("{HEADLINE}role = '{value}'\n"))]);
        Card::that_loads(&[("card.toml", &format!("{HEADLINE}role = \"{}\"\n", value.replace('\\', r"\\")))]);
    }
    // What TOML takes for a line end, a tab or a backspace was meant as a name too.
    for (value, column) in [(r"C:\new", 11), (r"C:\temp", 11), (r"C:\bin", 11)] {
        let card = Card::new(&[("card.toml", &format!("{HEADLINE}role = \"{value}\"\n"))]);
        refuses(&card, &format!("card.toml:2:{column}"), &["backslash", "single quotes"]);
    }
}

#[test]
fn a_text_without_its_end_is_told_where_it_begins() {
    let entry = |text: &str| format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\ntext = {text}");
    for (career, place, delimiter) in [
        (entry("\"\"\"\nPiers.\n"), "career.toml:3:8", "\"\"\""),
        (entry("'''\nPiers.\n"), "career.toml:3:8", "'''"),
        // What follows is swallowed up to the next three quotes, so that the mistake shows somewhere else.
        (format!("{}\n{}\"\"\"\n", entry("\"\"\"\nPiers.\n"), entry("\"\"\"\nQuays.\n")), "career.toml:3:8", "\"\"\""),
        (format!("{}\n{}'''\n", entry("'''\nPiers.\n"), entry("'''\nQuays.\n")), "career.toml:3:8", "'''"),
        (entry("\"Piers.\n"), "career.toml:3:8", "\""),
        (entry("\"Piers.\n") + "people = [\"Ada\"]\n", "career.toml:3:8", "\""),
    ] {
        let card = Card::new(&[("card.toml", HEADLINE), ("career.toml", &career)]);
        refuses(&card, place, &[delimiter, "end"]);
    }
}
