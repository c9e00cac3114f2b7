//! What the card says in text: words, commands and addresses stay whole, and a QR code is drawn only of something.

use std::num::NonZeroU16;

use qrcode::{Color, EcLevel, QrCode};

use crate::{
    card::{Card, ENTRY},
    process::Process,
};

/// Addresses that are longer than most: words, URLs and names of hosts with hyphens, dots and slashes to break at.
const URL: &str =
    "https://example.com/a/path/that/is/longer/than-a-line-of-text/would-be/at-most-widths/of-a-page.html";
const QUERY: &str = "https://example.com/?question=one&answer=another#the-part-of-the-page-that-is-meant";
const EMAIL: &str = "ada.lovelace.of.the.analytical.engine@a-host-with-a-long-name.example.com";
/// An ordinary German word; nothing in it is a place to break at.
const WORD: &str = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";

/// The widths that text is set in: from the narrowest that may be asked for to the widest.
const WIDTHS: [u16; 9] = [20, 24, 30, 40, 60, 72, 80, 132, 200];

/// A card that can be reached at this address, with long words wherever words may stand.
fn card(address: &str) -> Card {
    let toml = format!(
        "headline = \"Engines, weighed\"\nname = \"Ada Lovelace\"\nemail = \"{EMAIL}\"\naddress = \"{address}\"\n\n\
         [[link]]\nlabel = \"Notes\"\nurl = \"{URL}\"\n\n[[link]]\nlabel = \"{WORD}\"\nurl = \"{QUERY}\"\n"
    );
    let about = format!(
        "The notes are at <{URL}> and the [questions]({QUERY}) too.[^more]\n\n\
         - An item of {WORD} and of {URL}\n- A command: `{}`\n\n[^more]: Ask {EMAIL} for them.\n",
        commands(address)[0]
    );
    let career = format!(
        "[[{ENTRY}]]\norganization = \"{WORD}\"\ntext = \"\"\"\nWhat we did is told at {URL} in the {WORD}.\n\"\"\"\n"
    );
    Card::that_loads(&[("card.toml", &toml), ("about.md", &about), ("career.toml", &career)])
}

/// The commands that open the card and take it away, for an address as the profile has it.
fn commands(address: &str) -> Vec<String> {
    let ssh = match address.split_once(':') {
        None => format!("ssh {address}"),
        Some((host, port)) => format!("ssh -p {port} {host}"),
    };
    ["", " text", " vcard > card.vcf", " help"].iter().map(|command| format!("{ssh}{command}")).collect()
}

/// Addresses as short and as long as hosts' names are: 16, 17, 30 and 66 characters, with and without a port.
fn addresses() -> Vec<String> {
    let hosts = [
        "card.example.org".to_owned(),
        "cards.example.org".to_owned(),
        "a-rather-long-host.example.com".to_owned(),
        format!("{}host.example.com", "very-long-".repeat(5)),
    ];
    assert_eq!(hosts.each_ref().map(String::len), [16, 17, 30, 66]);
    hosts.iter().flat_map(|host| [host.clone(), format!("{host}:2222")]).collect()
}

/// Asserts that `text` says each of `phrases`, and says it in one line each time. Without its white space a text is
/// the same however its lines are broken: whatever is found more often there was broken.
#[track_caller]
fn unbroken(what: &str, text: &str, phrases: &[&str]) {
    let glued = |text: &str| text.split_whitespace().collect::<String>();
    let all = glued(text);
    for phrase in phrases {
        let whole = text.lines().map(|line| line.matches(phrase).count()).sum::<usize>();
        let said = all.matches(&glued(phrase)).count();
        assert!(said > 0, "{what} does not say {phrase:?}:\n{text}");
        assert_eq!(whole, said, "{what} breaks {phrase:?}:\n{text}");
    }
}

/// The words of a text, in order of the alphabet, each as often as it is there.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<_> = text.split_whitespace().collect();
    words.sort_unstable();
    words
}

#[test]
fn text_breaks_no_word_no_command_and_no_address_at_any_width() {
    for address in addresses() {
        let card = card(&address);
        let commands = commands(&address);
        let mut phrases = vec![URL, QUERY, EMAIL, WORD];
        phrases.extend(commands.iter().map(String::as_str));
        let widest = card.print("text --width 200");
        unbroken("text at 200 columns", &widest, &phrases);
        for width in WIDTHS {
            let text = card.print(&format!("text --width {width}"));
            unbroken(&format!("text at {width} columns"), &text, &phrases);
            assert_eq!(words(&text), words(&widest), "at {width} columns:\n{text}");
        }
        unbroken("text", &card.print("text"), &phrases);
    }
}

#[test]
fn each_page_as_text_breaks_no_word_no_command_and_no_address() {
    for address in addresses() {
        let card = card(&address);
        let commands = commands(&address);
        let commands: Vec<_> = commands.iter().map(String::as_str).collect();
        unbroken("contact", &card.print("contact"), &[commands.as_slice(), &[URL, QUERY, EMAIL, WORD]].concat());
        unbroken("about", &card.print("about"), &[URL, QUERY, EMAIL, WORD, commands[0]]);
        unbroken("career", &card.print("career"), &[URL, WORD]);
    }
    // Where there is no page of contacts, the card itself says how to take it away.
    let alone = "headline = \"Engines\"\naddress = \"a-rather-long-host.example.com:2222\"\npages = [\"card\"]\n";
    let card = Card::that_loads(&[("card.toml", alone)]);
    let commands = commands("a-rather-long-host.example.com:2222");
    unbroken("card", &card.print("card"), &commands.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn markdown_breaks_no_word_no_command_and_no_address() {
    for address in addresses() {
        let markdown = card(&address).print("markdown");
        unbroken("markdown", &markdown, &[URL, QUERY, EMAIL, WORD, &commands(&address)[0]]);
    }
}

/// What stays on the visitor's screen when the page is gone.
#[tokio::test]
async fn the_goodbye_breaks_no_command() {
    let address = "a-rather-long-host.example.com:2222";
    let card = card(address);
    let server = Process::of(&card.path());
    let visitor = server.visitor().await;
    for width in [200, 80, 60, 40, 20] {
        let mut page = visitor.terminal("xterm-256color", width, 24).await;
        page.expect("Engines").await;
        page.types("q").await;
        assert_eq!(page.ends().await, Some(0));
        let sent = String::from_utf8(page.bytes.clone()).unwrap();
        let goodbye = sent.rsplit("\x1b[?1049l").next().unwrap();
        unbroken(&format!("the goodbye at {width} columns"), goodbye, &[&commands(address)[0]]);
    }
}

#[test]
fn help_breaks_no_command() {
    let address = "a-rather-long-host.example.com:2222";
    let help = card(address).print("help");
    unbroken("help", &help, &[&commands(address)[0], "text [--width N]", "vcard [3|4]"]);
}

#[tokio::test]
async fn plain_mode_breaks_no_word_no_command_and_no_address_at_any_width() {
    let address = "a-rather-long-host.example.com:2222";
    let card = card(address);
    let server = Process::of(&card.path());
    let visitor = server.visitor().await;
    let commands = commands(address);
    let commands: Vec<_> = commands.iter().map(String::as_str).collect();
    for width in [200, 80, 40, 20] {
        for (page, phrases) in [
            ("contact", [commands.as_slice(), &[URL, QUERY, EMAIL, WORD]].concat()),
            ("about", vec![URL, QUERY, EMAIL, WORD, commands[0]]),
            ("career", vec![URL, WORD]),
        ] {
            let mut terminal = visitor.terminal_with(&[("LC_SSHCARD", "plain")], "xterm", width, 200).await;
            terminal.expect("Your choice:").await;
            terminal.types(&format!("{page}\rq\r")).await;
            assert_eq!(terminal.ends().await, Some(0));
            let said = String::from_utf8(terminal.bytes.clone()).unwrap();
            unbroken(&format!("{page} in plain mode at {width} columns"), &said, &phrases);
        }
    }
}

/// The forms of the QR code.
const CODES: [&str; 6] = ["qr", "qr dark", "qr light", "qr text", "qr svg", "qr png"];

/// The characters that draw a code on a page.
const BLOCKS: [char; 3] = ['█', '▀', '▄'];

#[tokio::test]
async fn a_card_with_nothing_to_encode_has_no_code_in_any_form() {
    for extra in [
        "",
        "organization = \"Harbour Office\"\n",
        "role = \"Engineer\"\norganization = \"Harbour Office\"\nplace = \"London\"\ninterests = [\"steel\"]\n",
        "organization = \"Harbour Office\"\nqr = \"none\"\n",
    ] {
        let card = Card::that_loads(&[("card.toml", &format!("headline = \"Bridges\"\n{extra}"))]);
        for form in CODES {
            let said = card.try_print(form);
            assert_eq!(said.out, "", "{form} of {extra:?}");
            // Not 127: the command is there, and the card has nothing for it.
            assert_eq!(said.status, Some(1), "{form} of {extra:?}: {}", said.err);
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
            let names_it = said.err.contains("QR code") && said.err.contains("encode");
            assert!(names_it, "{form} of {extra:?}: {}", said.err);
        }
        let html = card.print("html");
        assert!(!html.contains("<svg") && !html.contains("<figure"), "{html}");

        let server = Process::of(&card.path());
        let visitor = server.visitor().await;
        for variables in [&[][..], &[("LC_SSHCARD", "contact")][..]] {
            let mut page = visitor.terminal_with(variables, "xterm-256color", 100, 40).await;
            // There is no contact page either, also for who asks for it.
            page.expect("▌card").await;
            assert!(!page.contents().contains(BLOCKS), "{}", page.contents());
            page.types("q").await;
            assert_eq!(page.ends().await, Some(0));
        }
        let over_ssh = visitor.exec("qr").await;
        assert_eq!((over_ssh.out.as_str(), over_ssh.status), ("", Some(1)), "{}", over_ssh.err);
    }
    // An owner who asks for a code of nothing is told so, at the key.
    let asked = Card::new(&[("card.toml", "headline = \"Bridges\"\nqr = \"mecard\"\n")]).check();
    assert!(asked.all().contains("card.toml:2:6") && asked.all().contains("`qr`"), "{}", asked.all());
}

/// The modules of a code without its quiet zone: dark or not, row by row.
fn modules(content: &str) -> Vec<Vec<bool>> {
    let code = QrCode::with_error_correction_level(content, EcLevel::L).unwrap();
    let side = code.width();
    (0..side).map(|y| (0..side).map(|x| code[(x, y)] == Color::Dark).collect()).collect()
}

/// A code drawn with two characters a module becomes its modules.
fn drawn_in_text(text: &str) -> Vec<Vec<bool>> {
    let rows: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let left = rows.iter().map(|row| row.len() - row.trim_start().len()).min().unwrap();
    let side = rows.len();
    let dark = |row: &str, x: usize| row.as_bytes().get(left + 2 * x) == Some(&b'#');
    rows.iter().map(|row| (0..side).map(|x| dark(row, x)).collect()).collect()
}

#[test]
fn a_card_with_something_to_encode_has_it_in_its_code() {
    for (extra, content) in [
        ("name = \"Ada Lovelace\"\n", "MECARD:N:Ada Lovelace;;"),
        ("name = \"Ada\"\nemail = \"ada@example.com\"\n", "MECARD:N:Ada;EMAIL:ada@example.com;;"),
        ("address = \"card.example.com\"\n", "ssh://card.example.com"),
        ("[[link]]\nlabel = \"Work\"\nurl = \"https://example.com\"\n", "https://example.com"),
    ] {
        let card = Card::that_loads(&[("card.toml", &format!("headline = \"Bridges\"\n{extra}"))]);
        assert_eq!(drawn_in_text(&card.print("qr text")), modules(content), "{content}");
    }
}

/// What a terminal shows of a cell's half: light, dark, or whatever its own ground or ink may be.
fn shade(colour: vt100::Color) -> Option<bool> {
    match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(0 | 16 | 232) => Some(true),
        vt100::Color::Idx(7 | 15 | 231 | 255) => Some(false),
        vt100::Color::Idx(other) => panic!("colour {other} is neither ink nor paper"),
        vt100::Color::Rgb(r, g, b) => {
            let light = u32::from(r) + u32::from(g) + u32::from(b);
            assert!(!(120..=645).contains(&light), "{r} {g} {b} is neither ink nor paper");
            Some(light < 120)
        }
    }
}

#[test]
fn the_code_for_a_terminal_says_what_is_dark_and_what_is_light() {
    let card = Card::that_loads(&[("card.toml", "headline = \"Bridges\"\naddress = \"card.example.com\"\n")]);
    let expected = modules("ssh://card.example.com");
    let size = NonZeroU16::new(100).unwrap();
    let mut terminal = vt100::Parser::new(size, size, 0);
    terminal.process(card.print("qr").replace('\n', "\r\n").as_bytes());
    let screen = terminal.screen();
    assert_eq!(screen.fgcolor(), vt100::Color::Default, "the colours are taken back at the end");
    assert_eq!(screen.bgcolor(), vt100::Color::Default, "the colours are taken back at the end");
    // Every half of a cell: dark, light, or not set.
    let half = |y: usize, x: usize| -> Option<bool> {
        let cell = screen.cell(u16::try_from(y / 2).unwrap(), u16::try_from(x).unwrap())?;
        let (ink, paper) =
            if cell.inverse() { (cell.bgcolor(), cell.fgcolor()) } else { (cell.fgcolor(), cell.bgcolor()) };
        let inked = match cell.contents() {
            "" | " " => false,
            "█" => true,
            "▀" => y.is_multiple_of(2),
            "▄" => !y.is_multiple_of(2),
            other => panic!("{other:?} is no module"),
        };
        shade(if inked { ink } else { paper })
    };
    let quiet = 4;
    for y in 0..expected.len() + 2 * quiet {
        for x in 0..expected.len() + 2 * quiet {
            let inside = |at: usize| at.checked_sub(quiet).filter(|at| *at < expected.len());
            let dark = matches!((inside(y), inside(x)), (Some(y), Some(x)) if expected[y][x]);
            assert_eq!(half(y, x), Some(dark), "the module in column {x} of row {y}, from 0");
        }
    }
    // For a file or a printer, and for a terminal without colours, there is none.
    for form in ["qr dark", "qr light", "qr text"] {
        assert!(!card.print(form).contains('\x1b'), "{form}");
    }
}
