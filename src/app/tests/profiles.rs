//! Cards of all kinds: full and empty, with long names and many stations.

use super::*;

/// Compares pages of a card at a small and at the usual size with their snapshots.
fn cards(name: &str, files: &[(&str, &str)], pages: &[(&str, &str)]) {
    let content = other(files);
    for (page, keys) in pages {
        for (width, height) in [(40, 12), (80, 24)] {
            let mut visitor = Visitor::arrive(&content, width, height);
            let screen = visitor.keys(keys).screen();
            insta::assert_snapshot!(format!("{name}-{page}-{width}x{height}"), screen);
        }
    }
}

fn stations(count: usize) -> String {
    let station =
        |n| format!("[[station]]\norganization = 'Company {n}'\nsubject = 'work {n}'\ntext = 'Text {n}.'\n\n");
    (1..=count).rev().map(station).collect::<Vec<_>>().concat()
}

#[test]
fn the_shortest() {
    cards("shortest", &[("card.toml", "headline = 'A'\n")], &[("card", "<rest>"), ("contact", "2")]);
}

#[test]
fn forty_stations_and_one() {
    let card = "headline = 'Forty years'\n";
    cards(
        "forty-stations",
        &[("card.toml", card), ("career.toml", &stations(40))],
        &[("career", "2"), ("career-further", "2jjjjjjjjjjjjjjjjjjjjjjjjj"), ("career-end", "2G")],
    );
    cards("one-station", &[("card.toml", card), ("career.toml", &stations(1))], &[("career", "2")]);
}

#[test]
fn the_longest() {
    let word = |length: usize| {
        "Wordswithoutanyspaceatallwhichareverylongindeed".repeat(2).chars().take(length).collect::<String>()
    };
    let words = |length: usize| {
        "Many words in one line and then some more of them ".repeat(3).chars().take(length).collect::<String>()
    };
    let card = format!(
        "headline = \"\"\"\n{}\n{}\n{}\"\"\"\nname = '{}'\npronouns = '{}'\nrole = '{}'\norganization = '{}'\nplace = '{}'\n\
         email = '{}@example.com'\ninterests = ['{}', '{}', 'c']\noutside = ['{}']\nmark = 'WWWWWWWW'\n\
         address = 'a-host-with-a-rather-long-name.example.com:2222'\n\
         [[link]]\nlabel = '{}'\nurl = 'https://example.com/{}'\n",
        words(36).trim(),
        word(36),
        words(30).trim(),
        words(80).trim(),
        words(40).trim(),
        words(80).trim(),
        word(80),
        words(60).trim(),
        word(40).to_lowercase(),
        words(40).trim(),
        word(40),
        words(40).trim(),
        words(60).trim(),
        word(80),
    );
    let about = format!("{} **{}** {}[^n]\n\n[^n]: {}\n", words(120), words(80).trim(), word(90), words(100));
    let career = format!(
        "line = ['{}', '{}']\n[[station]]\norganization = '{}'\nsubject = '{}'\ntime = '{}'\npeople = ['{}', '{}']\ntext = '{}'\n",
        words(60).trim(),
        word(80),
        words(80).trim(),
        word(80),
        words(60).trim(),
        words(60).trim(),
        word(80),
        word(90)
    );
    let stack = format!(
        "[[layer]]\ntitle = '{}'\nsummary = '{}'\nplace = '{}'\ntext = '{}'\n",
        words(70).trim(),
        words(110).trim(),
        word(80),
        word(90)
    );
    let files = [("card.toml", &*card), ("about.md", &about), ("career.toml", &career), ("stack.toml", &stack)];
    let pages = [("card", "<rest>"), ("about", "2"), ("career", "3<enter>"), ("stack", "4"), ("contact", "5")];
    cards("longest", &files, &pages);
}

#[test]
fn every_script() {
    let about = "日本語の文章は、空白がなくても正しく折り返されなければなりません。長い文章でも同じです。\n\n\
        مرحبا بالعالم. هذا نص عربي طويل بما يكفي ليلتف على أكثر من سطر واحد في نافذة ضيقة.\n\n\
        👩‍🔬 👨‍👩‍👧‍👦 🏳️‍🌈 emoji of several code points, and cafe\u{301}, n\u{303}, o\u{308} with combining marks.\n\n\
        한국어 문장도 잘 보입니다. Ελληνικά και кириллица тоже.\n";
    cards("scripts", &[("card.toml", "headline = 'Scripts'\n"), ("about.md", about)], &[("about", "2")]);
}
