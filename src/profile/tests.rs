use std::fs;

use proptest::prelude::*;

use super::*;
use crate::document::{Accent, Block, Dates, Layout, Opens, Place, Qr, Rgb, Section, Words};

mod languages;
mod slips;
mod warnings;

/// Writes a profile of these files and loads it; `sway` is an exhibit, `text` a command.
fn load_files(files: &[(&str, &str)]) -> Result<Loaded, Diagnostics> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    load(dir.path(), &Vocabulary { exhibits: &["sway", "load"], reserved: &["text"], ..Vocabulary::default() })
}

/// Errors or warnings as `file:line:column message; remedy`.
pub(super) fn told(diagnostics: &Diagnostics) -> Vec<String> {
    let told = |one: &Diagnostic| {
        let file = one.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let at = one.location.as_ref().map(|at| format!(":{}:{}", at.line, at.column)).unwrap_or_default();
        format!("{file}{at} {}; {}", one.message, one.remedy)
    };
    diagnostics.all.iter().map(told).collect()
}

fn errors(files: &[(&str, &str)]) -> Vec<String> {
    load_files(files).map_or_else(|errors| told(&errors), |_| Vec::new())
}

fn loaded(files: &[(&str, &str)]) -> Loaded {
    load_files(files).unwrap_or_else(|errors| panic!("{errors}"))
}

fn card(text: &str) -> Document {
    loaded(&[("card.toml", text)]).document
}

fn names(document: &Document) -> Vec<&str> {
    document.pages.iter().map(|page| page.name.as_str()).collect()
}

#[test]
fn a_headline_is_a_card() {
    let document = card("headline = 'One'");
    assert_eq!(document.card.headline, ["One"]);
    assert_eq!(names(&document), ["card"]);
    assert_eq!(document.card.accent, Accent::Teal);
    assert_eq!(document.card.qr, Qr::None);
    assert_eq!(document.card.ssh(), None);
}

#[test]
fn everything_is_read() {
    let Loaded { document, warnings } = loaded(&[
        (
            "card.toml",
            "\u{feff}headline = \"\"\"\r\nOne\r\ntwo\"\"\"\r\naccent = 'rose'\r\naddress = 'card.example.com:2222'\r\n\
             pages = ['stack', 'card', 'career']\r\n[[link]]\r\nlabel = 'L'\r\nurl = 'https://example.com'\r\n",
        ),
        ("about.md", "<!-- nothing -->\r\n"),
        (
            "stack.toml",
            "title = 'Turm'\nlayout = 'layers'\nground = 'g'\nintro = 'I'\n[[entry]]\ntitle = 'a'\n[[entry]]\ntitle = 'b'\n\
             exhibits = ['sway']\ntext = 'T'\nplace = 'P'\nsubtitle = 'S'",
        ),
        (
            "career.toml",
            "layout = 'timeline'\nline = ['x']\n[[entry]]\norganization = 'O'\nsee = 'stack/b'\npeople = ['P']\n\
             from = 2019\nto = 2020-05-01\nurl = 'https://o.example'\nlinks = [{ label = 'p', url = 'https://p.example' }]\n\
             tags = ['t']\n[[entry]]\ntitle = 'U'\nto = 'now'\nsee = 'stack'\n[[entry]]\ntitle = 'V'\ntime = 'once'\n",
        ),
        ("notes.txt", "not ours"),
        ("README.md", "not ours either"),
    ]);
    assert_eq!(document.card.headline, ["One", "two"]);
    assert_eq!(names(&document), ["stack", "card", "career"]);
    assert_eq!(document.card.ssh().as_deref(), Some("ssh -p 2222 card.example.com"));
    let [stack, _, career] = document.pages.as_slice() else { panic!("three pages") };
    assert_eq!((stack.title.as_str(), document.heading(stack).as_str()), ("Turm", "Turm"));
    assert_eq!((stack.layout, stack.section, stack.ground.as_deref()), (Layout::Layers, Section::Skills, Some("g")));
    assert_eq!(stack.intro.source, "I");
    let layer = stack.entries.last().unwrap();
    assert_eq!((layer.exhibits.as_slice(), layer.place.as_deref()), (&["sway".to_owned()][..], Some("P")));
    assert!(matches!(layer.text.blocks.as_slice(), [Block::Paragraph(_)]));
    assert_eq!(
        (career.layout, career.section, career.line.as_slice()),
        (Layout::Timeline, Section::Work, &["x".to_owned()][..])
    );
    let [first, second, third] = career.entries.as_slice() else { panic!("three entries") };
    assert_eq!(first.see, Some(Place { page: 0, entry: Some(1) }));
    assert_eq!(document.place_title(first.see.unwrap()).as_deref(), Some("Turm: b"));
    assert_eq!(first.dates.text(&Words::default()), "2019 – 1 May 2020");
    assert_eq!((first.links.len(), first.tags.len(), first.url.as_deref()), (1, 1, Some("https://o.example")));
    assert_eq!(
        (second.dates.text(&Words::default()).as_str(), second.see),
        ("now", Some(Place { page: 0, entry: None }))
    );
    assert_eq!(third.dates, Dates::Words("once".to_owned()));
    let expected = [
        "about.md this page has nothing to show; write something in it, or remove the file",
        "notes.txt this is not read: a page is a file NAME.md or NAME.toml; rename it to notes.md, or remove it",
    ];
    assert_eq!(told(&warnings), expected);
    assert!(!warnings.has_errors());
}

#[test]
fn a_file_is_a_page_in_the_order_of_known_names_and_the_alphabet() {
    use Section::{None, Projects, Talks};

    let entry = "[[entry]]\ntitle = 'T'\n";
    let files = [
        ("card.toml", "headline = 'x'"),
        ("zebra.md", "# Zebras\n\nAll of them.[^n]\n\n[^n]: Each."),
        ("about.md", "Me."),
        ("projects.toml", entry),
        ("climbing.toml", entry),
        ("talks.md", "Some."),
    ];
    let document = loaded(&files).document;
    assert_eq!(names(&document), ["card", "about", "projects", "talks", "climbing", "zebra"]);
    let zebra = document.pages.get(5).unwrap();
    assert_eq!((zebra.title.as_str(), zebra.layout), ("Zebras", Layout::Prose));
    assert_eq!((zebra.intro.blocks.len(), zebra.intro.notes.len()), (1, 1));
    assert_eq!(zebra.intro.source, "All of them.[^n]\n\n[^n]: Each.");
    let sections: Vec<Section> = document.pages.iter().map(|page| page.section).collect();
    assert_eq!(sections, [None, None, Projects, Talks, None, None]);
    // A page that is not listed is not shown, and its owner is told so.
    let mut listed = files;
    listed[0].1 = "headline = 'x'\npages = ['zebra', 'about', 'talks', 'climbing']";
    let Loaded { document, warnings } = loaded(&listed);
    assert_eq!(names(&document), ["card", "zebra", "about", "talks", "climbing"]);
    let warning = "projects.toml this page is not shown: `pages` in card.toml does not list it; list it as `projects`, or \
                   remove the file";
    assert_eq!(told(&warnings), [warning]);
}

#[test]
fn names_that_no_page_can_have_are_told() {
    let card = ("card.toml", "headline = 'x'");
    for (file, expected) in [
        ("text.md", "text.md no page can be called `text`: the word has another meaning; rename the file"),
        ("sway.toml", "sway.toml no page can be called `sway`: the word has another meaning; rename the file"),
        ("contact.md", "contact.md the page `contact` is made from card.toml; write it there, or rename the file"),
    ] {
        assert_eq!(errors(&[card, (file, "x")]), [expected]);
    }
    let twice = errors(&[card, ("talks.md", "x"), ("talks.toml", "[[entry]]\ntitle = 'T'")]);
    assert_eq!(twice, ["talks.toml there are two files for the page `talks`; keep talks.md or talks.toml"]);
}

#[test]
fn keys_of_others_are_answered_with_the_right_one() {
    let page = "[[station]]\norganization = 'O'\n[[entry]]\ncompany = 'O'\nposition = 'P'\nstart = '2019'\nTitle = 'x'\n\
                title = 'T'\nlayer = 'x'\n";
    let expected = [
        "work.toml:1:1 `[[station]]` is `[[entry]]` now; write `[[entry]]`, or let `sshcard migrate` change all files",
        "work.toml:4:1 unknown key `company`; did you mean `organization`?",
        "work.toml:5:1 unknown key `position`; did you mean `title`?",
        "work.toml:6:1 unknown key `start`; did you mean `from`?",
        "work.toml:7:1 unknown key `Title`; did you mean `title`?",
        "work.toml:9:1 unknown key `layer`; write `[[entry]]`; in an entry, `see = \"stack/kernels\"`",
    ];
    assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("work.toml", page)])[1..], expected);
    let found = errors(&[("card.toml", "headline = 'x'\nmark = 'y'")]);
    assert_eq!(found[1..], ["card.toml:2:8 `mark` is `logo` now; write `logo = …`"]);
}

#[test]
fn a_profile_of_the_first_edition_is_told_key_by_key() {
    let found = errors(&[
        ("card.toml", "headline = 'x'\nmark = 'x'\ncaption = 'y'\nopens = 'stack/deck'\npages = ['career', 'stack']"),
        (
            "career.toml",
            "line = ['P', 'O']\n[[station]]\norganization = 'O'\nsubject = 'S'\ntime = 'now'\nlayer = 'deck'\ntext = 'T'\n",
        ),
        (
            "stack.toml",
            "ground = 'rock'\ntext = 'I'\n[[layer]]\ntitle = 'deck'\nsummary = 'S'\n[[layer]]\ntitle = 'x'\n",
        ),
    ]);
    let remedy = "write `[[entry]]`, or let `sshcard migrate` change all files";
    let expected = [
        "card.toml:2:8 `mark` is `logo` now; write `logo = …`".to_owned(),
        format!("career.toml:2:1 `[[station]]` is `[[entry]]` now; {remedy}"),
        "career.toml:4:1 `subject` is `title` now; write `title = …`".to_owned(),
        "career.toml:5:1 `time` is `to` now; write `to = \"now\"`".to_owned(),
        "career.toml:6:1 `layer` is `see` now; write `see = \"stack/deck\"`".to_owned(),
        "stack.toml:2:8 `text` above the entries is `intro` now; write `intro = …`".to_owned(),
        format!("stack.toml:3:1 `[[layer]]` is `[[entry]]` now; {remedy}"),
        "stack.toml:5:1 `summary` is `subtitle` now; write `subtitle = …`".to_owned(),
        format!("stack.toml:6:1 `[[layer]]` is `[[entry]]` now; {remedy}"),
    ];
    let (summary, found) = found.split_first().unwrap();
    assert!(
        summary.contains("this is a profile of version 0.1: 9 keys of its files are called otherwise now"),
        "{summary}"
    );
    assert!(summary.contains("; `sshcard migrate /") && summary.ends_with(" changes that, and keeps the old files"));
    assert_eq!(found, expected);
}

#[test]
fn each_wrong_line_of_an_entry_is_told() {
    let remedy = "write `2019`, `2019-05` or `2019-05-31`; other words belong into `time`";
    for (line, expected) in [
        ("from = 'May'", format!("2:8 `from` is no date: `May`; {remedy}")),
        ("from = 1.5", "2:8 `from` cannot be a number; it should be a date, as in `\"2019-05\"`".to_owned()),
        ("from = '2019-02-30'", format!("2:8 `from` is no date: `2019-02-30`; {remedy}")),
        ("to = 'soon'", format!("2:6 `to` is no date: `soon`; {}", remedy.replace("write", "write `now`, `present`, `today`,"))),
        ("from = '2020'\nto = '2019'", "1:1 an entry ends before it begins; exchange `from` and `to`".to_owned()),
        (
            "from = '2020'\ntime = 'x'",
            "3:8 `time` says `x` beside `from` or `to`; keep the words or the dates".to_owned(),
        ),
        (
            "level = 'x'",
            "2:9 `level` is shown by `layout = \"compact\"` alone; choose that layout, or remove the line".to_owned(),
        ),
        ("url = 'x'", "2:7 `url` is not a whole link; begin it with its scheme, as in `https://example.com`".to_owned()),
        ("see = 'abut'", "2:7 `see` leads to `abut`, which is no page; did you mean `about`?".to_owned()),
        ("see = 'work/U'", "2:7 the page `work` has no entry `U`; write the title of one of its entries, or `see = \"work\"` for the page".to_owned()),
    ] {
        let page = format!("[[entry]]\n{line}\ntitle = 'T'\n");
        let found = errors(&[("card.toml", "headline = 'x'"), ("about.md", "x"), ("work.toml", &page)]);
        assert_eq!(found, [format!("work.toml:{expected}")], "{line}");
    }
    let found = errors(&[("card.toml", "headline = 'x'"), ("work.toml", "ground = 'g'\n[[entry]]\nplace = 'P'\n")]);
    let expected = [
        "work.toml:1:10 `ground` is shown by `layout = \"layers\"` alone; choose that layout, or remove the line",
        "work.toml:2:1 an entry has neither `title` nor `organization`; add at least one, as in `title = \"Compiler\"`",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_qr_code_holds_what_was_chosen() {
    let cases = [
        ("qr = 'none'", Qr::None),
        ("role = 'R'", Qr::None),
        ("email = 'a@b.c'", Qr::Mecard("MECARD:N:x;EMAIL:a@b.c;;".to_owned())),
        ("qr = 'https://example.com'", Qr::Link("https://example.com".to_owned())),
        ("[[link]]\nlabel = 'a'\nurl = 'https://b'", Qr::Link("https://b".to_owned())),
        ("qr = 'mecard'\nname = 'A; B'\nrole = 'R'", Qr::Mecard("MECARD:N:A\\; B;NOTE:R;;".to_owned())),
        ("address = '[2001:db8::1]:22'", Qr::Address("ssh://[2001:db8::1]:22".to_owned())),
    ];
    for (line, expected) in cases {
        assert_eq!(card(&format!("headline = 'x'\n{line}")).card.qr, expected, "{line}");
    }
}

#[test]
fn a_headline_is_measured_in_columns() {
    assert_eq!(card(&format!("headline = '{}'", "云".repeat(18))).card.headline.len(), 1);
    let expected = "card.toml:1:12 a line of `headline` is too long: 38 columns; shorten it to 36 columns, or break it; a \
                    wide character takes two";
    assert_eq!(errors(&[("card.toml", &format!("headline = '{}'", "云".repeat(19)))]), [expected]);
}

#[test]
fn a_page_without_a_title_has_the_word_of_the_language() {
    let files = [("about.md", "x"), ("kegeln.md", "x"), ("career.toml", "title = 'Wege'\n[[entry]]\ntitle = 'x'")];
    for (language, expected) in [
        ("", ["card", "about", "Wege", "kegeln", "contact"]),
        ("language = 'de'", ["Karte", "Über mich", "Wege", "kegeln", "Kontakt"]),
    ] {
        let card = format!("headline = 'x'\nemail = 'a@example.com'\n{language}");
        let document = loaded(&[&files[..], &[("card.toml", &card)]].concat()).document;
        let titles: Vec<&str> = document.pages.iter().map(|page| page.title.as_str()).collect();
        assert_eq!(titles, expected);
    }
}

#[test]
fn each_wrong_line_of_a_card_is_told() {
    let cases = [
        ("rol = 'x'", "2:1 unknown key `rol`; did you mean `role`?"),
        (
            "accent = 'purple'",
            "2:10 `purple` is not a known accent; it can be `amber`, `blue`, `green`, `rose`, `teal` or `violet`",
        ),
        ("accent = 'gren'", "2:10 `gren` is not a known accent; did you mean `green`?"),
        (
            "language = 'deutsch!'",
            "2:12 `language` is not the tag of a language: `deutsch!`; write two or three letters, as in `en`, `de`, `pt-BR`",
        ),
        ("accent = '#12'", "2:10 `#12` is no colour; write six digits, as in `#2b7a78`, or the name of an accent"),
        (
            "caption = 'x'",
            "2:11 `caption` belongs to the logo, and there is no `logo`; add it, as in `logo = \"ae\"`, or remove the line",
        ),
        (
            "opens = 'card'",
            "2:9 `opens` belongs to the logo, and there is no `logo`; add it, as in `logo = \"ae\"`, or remove the line",
        ),
        (
            "logo = 'x'\nopens = 'swya'",
            "3:9 `opens` leads to `swya`, which is no page and no exhibit; did you mean `sway`?",
        ),
        (
            "logo = 'x'\nopens = 'x'",
            "3:9 `opens` leads to `x`, which is no page and no exhibit; write the name of a page that is shown, or of an \
             exhibit: `card`, `sway` or `load`",
        ),
        ("web = 'ssh://x'", "2:7 `web` is not an address for a browser; begin it with `https://`"),
        ("logo = '123456789'", "2:8 `logo` is too long: 9 characters; shorten it to 8 characters"),
        ("pages = ['card', 'contat']", "2:18 `pages` lists `contat`, which is no page; did you mean `contact`?"),
        (
            "pages = ['card', 'contact']",
            "2:18 the page `contact` has nothing to show; add `address`, `email`, `phone`, `web` or a `[[link]]`, or remove \
             the page here",
        ),
        (
            "email = 'x'\npages = ['card', 'contact']",
            "2:9 `email` is not an e-mail address; write it as in `someone@example.com`",
        ),
        ("pages = ['card', 'card']", "2:18 the page `card` is listed twice; remove one of the two"),
        (
            "pages = ['about']",
            "2:10 `pages` lists `about`, which is no page; write about.md or about.toml, or list `card` or `contact`",
        ),
        ("email = 'x'", "2:9 `email` is not an e-mail address; write it as in `someone@example.com`"),
        ("email = 'mailto:a@b.example'", "2:9 `email` is not an e-mail address; write it as in `a@b.example`"),
        ("email = 'Al <a@b.example>'", "2:9 `email` is not an e-mail address; write it as in `a@b.example`"),
        ("language = 'de_DE'", "2:12 `language` is not the tag of a language: `de_DE`; did you mean `de-DE`?"),
        ("language = 'German'", "2:12 `language` is not the tag of a language: `German`; did you mean `de`?"),
        ("phone = 'call me'", "2:9 `phone` is not a telephone number; write it as in `+1 555 0100`"),
        (
            "qr = 'mecard'",
            "2:6 `qr` shows how to reach you, and the card does not say it; add `name`, `email`, `phone` or a `[[link]]`, or \
             choose another content",
        ),
        ("qr = 'adress'", "2:6 `qr` cannot be `adress`; did you mean `address`?"),
        (
            "qr = 'address'",
            "2:6 `qr` shows an address, and there is no `address`; add it, as in `address = \"card.example.com\"`, or choose another content",
        ),
        (
            "qr = 'ftp://x'",
            "2:6 `qr` cannot begin with `ftp`; a link may begin with `https`, `http`, `mailto`, `ssh` or `tel`",
        ),
        ("[[link]]\nlabel = 'a'", "2:1 `url` is missing here; add it, as in `url = \"https://example.com\"`"),
        (
            "[[link]]\nlabel = 'a'\nurl = 'javascript:x'",
            "4:7 `url` cannot begin with `javascript`; a link may begin with `https`, `http`, `mailto`, `ssh` or `tel`",
        ),
        ("[link]\nlabel = 'a'", "2:1 `link` is not a list of parts; begin each with `[[link]]` on a line of its own"),
        ("name = \"\\u009b\"", "2:9 a control character (U+009B) cannot be shown; remove it"),
    ];
    for (line, expected) in cases {
        assert_eq!(errors(&[("card.toml", &format!("headline = 'x'\n{line}"))]), [format!("card.toml:{expected}")]);
    }
    for wrong in ["-oProxyCommand=x", "a b", "a:0", "a:99999", "[::1", "ssh://a", "user@a", ""] {
        assert_eq!(errors(&[("card.toml", &format!("headline = 'x'\naddress = '{wrong}'"))]).len(), 1, "{wrong}");
    }
}

#[test]
fn a_name_is_made_of_its_parts() {
    for (lines, expected) in [
        ("name = 'A B'\ngiven = 'C'\nfamily = 'D'", "A B"),
        ("given = 'Alex'\nfamily = 'van Beispiel'", "Alex van Beispiel"),
        ("family = '顾'\ngiven = '若川'", "顾若川"),
        ("given = 'Alex'", "Alex"),
    ] {
        assert_eq!(card(lines).card.name.as_deref(), Some(expected), "{lines}");
    }
}

#[test]
fn the_logo_opens_a_page_an_entry_or_an_exhibit() {
    let place = |page, entry| Some(Opens::Place(Place { page, entry }));
    for (opens, expected) in
        [("about", place(1, None)), ("work/B", place(2, Some(1))), ("sway", Some(Opens::Exhibit("sway".to_owned())))]
    {
        let work = "[[entry]]\ntitle = 'A'\n[[entry]]\ntitle = 'B'\nexhibits = ['sway']\n";
        let card = format!("headline = 'x'\nlogo = 'x'\nopens = '{opens}'");
        let document = loaded(&[("card.toml", &card), ("about.md", "x"), ("work.toml", work)]).document;
        assert_eq!(document.card.opens, expected);
        // What it opens is told where it stands.
        let told = if opens == "about" { (1, None) } else { (2, Some(1)) };
        assert_eq!(document.opened_place(), Some(Place { page: told.0, entry: told.1 }));
    }
}

#[test]
fn an_accent_that_cannot_be_read_everywhere_is_told_with_one_that_can() {
    for (accent, expected) in [
        ("#767676", None),
        (
            "#ff6600",
            Some(
                "`#ff6600` has a contrast of 2.9:1 on a light ground, where it is changed; `#ca5000` is the nearest that has \
                  4.5:1 on both grounds",
            ),
        ),
        (
            "#8a4b00",
            Some(
                "`#8a4b00` has a contrast of 3.0:1 on a dark ground, where it is changed; `#9e6a2c` is the nearest that has \
                  4.5:1 on both grounds",
            ),
        ),
    ] {
        let Loaded { document, warnings } = loaded(&[("card.toml", &format!("headline = 'x'\naccent = '{accent}'"))]);
        assert_eq!(document.card.accent, Accent::Own(Rgb::parse(accent).unwrap()));
        let expected: Vec<_> = expected.map(|expected| format!("card.toml:2:10 {expected}")).into_iter().collect();
        assert_eq!(told(&warnings), expected);
    }
}

#[test]
fn all_problems_of_all_files_are_told_in_order() {
    let found = errors(&[
        ("stack.toml", "[[entry]]\ntitle = 'kernels'\nexhibits = ['swya']\n"),
        ("career.toml", "[[entry]]\nsee = 'stack/kernel'\ntext = '''\nfine\nnot <b>fine</b>\n'''\n"),
        ("about.md", "One[^x].\n\nTwo\u{1b}[2J.\n\n![a](b.png)\n"),
        ("card.toml", "role = 3\n"),
    ]);
    let expected = [
        "about.md:1:4 there is no footnote `[^x]`; add the footnote as a paragraph of its own: `[^x]: …`",
        "about.md:3:4 the control character Escape (U+001B) cannot be shown; remove it",
        "about.md:5:1 an image is shown as its description; say in words what is on it, or link to it",
        "card.toml:1:1 the card has neither `headline` nor `name`; add at least one, as in `headline = \"What you do\"`",
        "card.toml:1:8 `role` cannot be a whole number; it should be a text in quotes",
        "career.toml:1:1 an entry has neither `title` nor `organization`; add at least one, as in `title = \"Compiler\"`",
        "career.toml:2:7 the page `stack` has no entry `kernel`; did you mean `stack/kernels`?",
        "career.toml:5:5 HTML is shown without its tags: `<b>`; write it as Markdown, or `\\<` for a plain `<`",
        "career.toml:5:12 HTML is shown without its tags: `</b>`; write it as Markdown, or `\\<` for a plain `<`",
        "stack.toml:3:13 `swya` is not a known exhibit; did you mean `sway`?",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_stack_that_cannot_be_read_leaves_the_career_alone() {
    let found = errors(&[
        ("card.toml", "headline = 'x'\npages = ['stack', 'career']"),
        ("stack.toml", "[[entry]]\ntitle = 'ker\n"),
        ("career.toml", "[[entry]]\norganization = 'O'\nsee = 'stack/kernels'\n"),
    ]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found.first().unwrap().starts_with("stack.toml:2:"), "{found:#?}");
}

#[test]
fn problems_beyond_those_shown_are_counted() {
    let about =
        |count: usize| load_files(&[("card.toml", "rol = 'x'"), ("about.md", &"\u{7}\n".repeat(count))]).unwrap_err();
    // Two are the card's.
    for (count, end) in [(50, "\n52 errors"), (58, "\n60 errors; 50 of a file are shown")] {
        let problems = about(count);
        let report = problems.to_string();
        assert!(report.ends_with(end), "{report}");
        let lines = problems.all.iter().filter(|problem| problem.file.ends_with("about.md"));
        let lines: Vec<_> =
            lines.filter_map(|problem| problem.location.as_ref()).map(|location| location.line).collect();
        assert_eq!(lines, (1..=50).collect::<Vec<_>>());
    }
}

#[test]
fn the_first_problems_of_a_file_are_shown_whatever_was_found_first() {
    // A key that nobody asks for is found after every value was read.
    let stations = "[[entry]]\ntitle = 'T'\norganization = 3\n".repeat(60);
    let problems = load_files(&[("card.toml", "headline = 'x'"), ("career.toml", &format!("lin = 'x'\n{stations}"))]);
    let problems = problems.unwrap_err();
    assert_eq!(problems.all.first().unwrap().message, "unknown key `lin`");
    assert!(!problems.is_complete());
}

#[test]
fn files_that_are_no_profile_are_told() {
    let found = errors(&[]);
    assert_eq!(found.len(), 1);
    assert!(found.first().unwrap().starts_with("card.toml there is no such file; "), "{found:?}");
    let long = "x".repeat(usize::try_from(LONGEST_FILE).unwrap() + 1);
    let found = errors(&[("card.toml", "headline = 'x'"), ("about.md", &long)]);
    assert_eq!(found, ["about.md this file is longer than 256 KiB; shorten it: a card is read in a few minutes"]);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.toml"), b"headline = 'a'\nrole = 'b\xff'").unwrap();
    let problems = load(dir.path(), &Vocabulary::default()).unwrap_err();
    let location = problems.all.first().unwrap().location.as_ref().unwrap();
    assert_eq!((location.line, location.column), (2, 10));
}

#[test]
fn a_profile_that_is_no_directory_is_one_problem() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("card.toml");
    fs::write(&file, "headline = 'x'").unwrap();
    for (named, message) in [
        (dir.path().join("none"), "there is no such directory"),
        (file.clone(), "this is not a directory"),
        (file.join("none"), "this is not a directory"),
    ] {
        let problems: Vec<_> = load(&named, &Vocabulary::default()).unwrap_err().all;
        let remedy = "name the directory that holds card.toml and the pages";
        assert_eq!(problems, [Diagnostic::with_file(&named, message, remedy)]);
    }
}

proptest! {
    #[test]
    fn any_files_load_or_are_told(
        card in "(headline|role|pages|qr|\\[\\[link\\]\\]|=|'|\"|\"\"\"|\\[|\\]|\n| |[a-z]|\\\\u00|.){0,60}",
        about in "(?s).{0,100}",
        stack in "(\\[\\[entry\\]\\]\n|title = |text = |'''|\"\"\"|'[a-z]'|\\[\\^x\\]|<b>|\n|\\\\|.){0,40}",
    ) {
        let result = load_files(&[("card.toml", &card), ("about.md", &about), ("stack.toml", &stack)]);
        if let Err(problems) = result {
            let report = problems.to_string();
            prop_assert!(!problems.all.is_empty());
            prop_assert!(!report.chars().any(|character| character.is_control() && character != '\n'), "{report:?}");
        }
    }
}
