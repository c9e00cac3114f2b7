//! Cards of all kinds: full and empty, with long names and many entries.

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

fn career(count: usize) -> String {
    let entry = |n| format!("[[entry]]\norganization = 'Company {n}'\ntitle = 'work {n}'\ntext = 'Text {n}.'\n\n");
    let entries = (1..=count).rev().map(entry).collect::<String>();
    format!("layout = 'timeline'\n{entries}")
}

#[test]
fn the_shortest() {
    cards("shortest", &[("card.toml", "headline = 'A'\n")], &[("card", "<rest>"), ("contact", "2")]);
}

#[test]
fn forty_entries_and_one() {
    let card = "headline = 'Forty years'\n";
    cards(
        "forty-entries",
        &[("card.toml", card), ("career.toml", &career(40))],
        &[("career", "2"), ("career-further", "2jjjjjjjjjjjjjjjjjjjjjjjjj"), ("career-end", "2G")],
    );
    cards("one-entry", &[("card.toml", card), ("career.toml", &career(1))], &[("career", "2")]);
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
         email = '{}@example.com'\ninterests = ['{}', '{}', 'c']\noutside = ['{}']\nlogo = 'WWWWWWWW'\n\
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
        "layout = 'timeline'\nline = ['{}', '{}']\n[[entry]]\norganization = '{}'\ntitle = '{}'\ntime = '{}'\n\
         people = ['{}', '{}']\ntext = '{}'\n",
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
        "layout = 'layers'\nground = '{}'\n[[entry]]\ntitle = '{}'\nsubtitle = '{}'\nplace = '{}'\ntext = '{}'\n",
        words(78).trim(),
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
        لا إله، السلام، الأول: لام وألف خليتان.\n\n\
        👩‍🔬 👨‍👩‍👧‍👦 🏳️‍🌈 emoji of several code points, and cafe\u{301}, n\u{303}, o\u{308} with combining marks.\n\n\
        한국어 문장도 잘 보입니다. Ελληνικά και кириллица тоже.\n";
    let card = "headline = 'السلام لا الأول'\nname = 'لالا'\ninterests = ['❤️ ❤️', '👩‍🔬👩‍🔬', 'الأول']\n";
    let career = "layout = 'timeline'\nline = ['لا', 'السلام', '👩‍🔬']\n\
        [[entry]]\norganization = 'السلام الأول'\ntitle = 'لا لا'\ntime = '❤️'\n\
        [[entry]]\norganization = '👩‍🔬 ❤️'\ntitle = 'لا'\n";
    let stack = "layout = 'layers'\nground = 'السلام'\n\
        [[entry]]\ntitle = 'لا لا'\nsubtitle = 'السلام'\nplace = '❤️ لا'\n";
    cards(
        "scripts",
        &[("card.toml", card), ("about.md", about), ("career.toml", career), ("stack.toml", stack)],
        &[("card", "<rest>"), ("about", "2"), ("career", "3"), ("stack", "4")],
    );
}

#[test]
fn a_side_note_stands_once_however_often_it_is_meant() {
    let links =
        "Read [this](https://example.com/a), then much else, and many words that come after it and fill the line. ";
    let about = format!("{}\n", links.repeat(3));
    let content = other(&[("card.toml", "headline = 'x'\n"), ("about.md", &about)]);
    for (width, height) in [(120, 40), (40, 60)] {
        let mut visitor = Visitor::arrive(&content, width, height);
        let screen = visitor.keys("2").screen();
        assert_eq!(screen.matches("https://example.com/a").count(), 1, "{width}x{height}:\n{screen}");
    }
}

#[test]
fn a_code_is_seen_whole_or_not_at_all() {
    let content = other(&[("card.toml", "headline = 'x'\nqr = 'https://example.com/an/address'\n")]);
    let side = content.qr().unwrap().width() as u16 + 2;
    for (glyphs, rows) in [("", side.div_ceil(2)), ("<ascii>", side)] {
        let mut whole = 0;
        for (width, height) in
            [(24, 6), (30, 12), (40, 12), (40, 19), (60, 20), (60, 31), (80, 24), (80, 36), (200, 60)]
        {
            let mut visitor = Visitor::arrive(&content, width, height);
            visitor.keys(glyphs).keys("2");
            // As many rows of it as there are at once, wherever the page is scrolled to.
            let mut most = 0;
            for _ in 0..20 {
                let painted =
                    |row: &[ratatui::buffer::Cell]| row.iter().any(|cell| cell.bg != ratatui::style::Color::Reset);
                let buffer = visitor.draw();
                most = most.max(buffer.content().chunks(width.into()).filter(|row| painted(row)).count());
                visitor.keys("<wheel>");
            }
            let says = visitor.keys("G").screen().contains("larger");
            assert_eq!(most == 0, says, "{glyphs} at {width}x{height}:\n{}", visitor.screen());
            assert!(most == 0 || most >= rows.into(), "{glyphs} at {width}x{height}: {most} of {rows} rows");
            whole += usize::from(most > 0);
        }
        assert!((2..9).contains(&whole), "{glyphs} {whole}");
    }
}
