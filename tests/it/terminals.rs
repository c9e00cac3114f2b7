//! Terminals of many kinds as clients: what is asked of each, what is set on it, and what a lost connection leaves on
//! it.

use std::{collections::BTreeSet, num::NonZeroU16};

use russh::{Preferred, cipher, client, kex, mac};
use sshcard::{
    document::{Block, Document, Run},
    ssh::limits::Limits,
};

use crate::support::{ABOUT, Client, HEADLINE, Running, STATION, Terminal, document};

const DA1: &str = "\x1b[c";
/// Replies to DA1: of a VT420, and of a VT100 with the advanced video option.
const VT420: &str = "\x1b[?64;1;2c";
const VT100: &str = "\x1b[?1;2c";
const XTVERSION: &str = "\x1b[>0q";

/// XTWINOPS 22 saves the title, OSC 2 sets it, XTWINOPS 23 restores it.
const TITLE: [&str; 3] = ["\x1b[22;2t", "\x1b]2;", "\x1b[23;2t"];

/// What an SSH client shows: the first frame, on a terminal of this name.
async fn arrived(client: &Client, term: &str) -> Terminal {
    let mut terminal = client.terminal(term, 80, 24).await;
    terminal.expect(HEADLINE).await;
    terminal.receives(DA1, 1).await;
    terminal
}

/// Types the key of a page, and waits for it: whatever was sent before has been read then.
async fn turns_to(terminal: &mut Terminal, key: &str, words: &str) {
    terminal.types(key).await;
    terminal.expect(words).await;
}

#[tokio::test]
async fn a_title_is_set_only_where_the_terminal_gives_it_back() {
    let server = Running::start().await;
    for (term, version, expected) in [
        ("xterm-kitty", None, 1),
        ("xterm-kitty", Some("kitty(0.42.1)"), 1),
        ("foot", None, 1),
        ("foot-extra", Some("foot(1.21.0)"), 1),
        ("foot-direct", None, 1),
        ("alacritty", None, 1),
        ("alacritty-direct", None, 1),
        ("xterm-256color", Some("XTerm(390)"), 1),
        ("xterm-256color", Some("VTE(7600)"), 1),
        ("xterm-256color", Some("mintty 3.7.7"), 1),
        ("xterm-256color", Some("iTerm2 3.5.0"), 1),
        ("contour", Some("contour 0.6.1"), 1),
        // No title stack.
        ("xterm-256color", None, 0),
        ("xterm", None, 0),
        ("rxvt-unicode-256color", None, 0),
        ("xterm-ghostty", Some("ghostty 1.3.1"), 0),
        ("wezterm", Some("WezTerm 20240203-110809-5046fc22"), 0),
        ("konsole-256color", Some("Konsole 25.08.0"), 0),
        ("xterm-256color", Some("xterm.js(6.0.0)"), 0),
        // Only names that begin as one of the table.
        ("xterm-256color", Some("not XTerm(390)"), 0),
        ("xterm-256color", Some("XTerm"), 0),
        ("xterm-256color", Some(""), 0),
    ] {
        let client = Client::connect(&server).await;
        let mut terminal = arrived(&client, term).await;
        terminal.types(VT420).await;
        terminal.receives(XTVERSION, 1).await;
        // Cut in two, and said twice.
        if let Some(version) = version {
            for _ in 0..2 {
                terminal.types("\x1bP>").await;
                terminal.types(&format!("|{version}\x1b\\")).await;
            }
        }
        terminal.types(VT420).await;
        turns_to(&mut terminal, "2", ABOUT).await;
        assert_eq!(TITLE.map(|sequence| terminal.count(sequence)), [expected, expected, 0], "{term} {version:?}");
        terminal.types("q").await;
        assert_eq!(terminal.ends().await, Some(0));
        assert_eq!(TITLE.map(|sequence| terminal.count(sequence)), [expected; 3], "{term} {version:?}");
        let sent = String::from_utf8_lossy(&terminal.bytes);
        let [pushed, named, popped] = TITLE.map(|sequence| sent.find(sequence));
        assert!(expected == 0 || pushed < named && named < popped, "{sent:?}");
    }
}

/// The private modes that are on: those of DECSET without those of DECRST, in the order of their numbers.
fn modes_that_are_on(sent: &[u8]) -> BTreeSet<u16> {
    let sent = String::from_utf8_lossy(sent);
    let mut on = BTreeSet::new();
    for sequence in sent.split("\x1b[?").skip(1) {
        let end = sequence.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        for mode in sequence[..end].split(';').map(|mode| mode.parse().unwrap()) {
            match sequence.as_bytes()[end] {
                b'h' => _ = on.insert(mode),
                b'l' => _ = on.remove(&mode),
                _ => (),
            }
        }
    }
    on
}

/// The table "What a lost connection leaves behind" of docs/security.md.
#[tokio::test]
async fn a_lost_connection_leaves_no_keyboard_mode_behind() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = arrived(&client, "xterm-kitty").await;
    let page = BTreeSet::from([1049, 2004]);
    assert_eq!(modes_that_are_on(&terminal.bytes), page, "before the terminal has answered");
    terminal.types(VT420).await;
    terminal.receives(DA1, 2).await;
    // A terminal that can do everything.
    terminal.types("\x1b[?0u\x1b[?2026;2$y\x1b[?1006;2$y\x1b[?2027;2$y\x1bP>|kitty(0.42.1)\x1b\\").await;
    terminal.types(VT420).await;
    turns_to(&mut terminal, "2", ABOUT).await;
    let page = BTreeSet::from([1000, 1006, 1049, 2004, 2027]);
    assert_eq!(modes_that_are_on(&terminal.bytes), page, "on a page");
    // What is pasted on a page is no keys; into the line of a search it is text.
    terminal.types("\x1b[200~q\x1b[201~").await;
    for (word, end, words) in [("paper", "\x1b", ABOUT), (STATION, "\r", STATION)] {
        terminal.types(&format!("/\x1b[200~{word}\x1b[201~")).await;
        terminal.expect(word).await;
        terminal.types(end).await;
        terminal.expect(words).await;
        assert_eq!(modes_that_are_on(&terminal.bytes), page, "on a page again");
    }
    // The session ends while a line is edited.
    terminal.types("/\x03").await;
    assert_eq!(terminal.ends().await, Some(0));
    assert_eq!(modes_that_are_on(&terminal.bytes), BTreeSet::from([25]), "the cursor is shown, and nothing is left");
    // The kitty keyboard protocol (pushed, set), xterm's modifyOtherKeys, and the application keypad.
    for sequence in ["\x1b[>1u", "\x1b[=", "\x1b[>4", "\x1b=", "\x1b[?1h"] {
        assert_eq!(terminal.count(sequence), 0, "{sequence:?}");
    }
}

#[tokio::test]
async fn a_reply_that_lost_its_introducer_is_no_key_while_a_question_is_open() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for tail in [
        "61;4;6c",
        "?61;4;6c",
        "[?61;4;6c",
        "64;1;2;4c",
        "11;rgb:1414/1414/1414",
        "11;rgb:1414/1414/1414\x1b\\",
        "11;rgb:1414/1414/1414\x07",
        "]11;rgb:1414/1414/1414\x1b\\",
    ] {
        let mut terminal = arrived(&client, "xterm-256color").await;
        terminal.types(tail).await;
        // From the first page on to the second, unless the tail was taken for keys.
        terminal.types("l").await;
        terminal.expect_that(|screen| !screen.contains(HEADLINE)).await;
        assert!(terminal.shows(ABOUT), "{tail:?}:\n{}", terminal.contents());
        terminal.types("q").await;
        assert_eq!(terminal.ends().await, Some(0), "{tail:?} left no line open");
    }
}

#[tokio::test]
async fn keys_are_keys_while_a_question_is_open() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for (key, words) in [("2", ABOUT), ("13", STATION), ("l", ABOUT)] {
        let mut terminal = arrived(&client, "xterm-256color").await;
        turns_to(&mut terminal, key, words).await;
    }
}

#[tokio::test]
async fn a_vt100_is_asked_for_its_secondary_attributes_and_xterm_js_for_its_modes() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = arrived(&client, "xterm-256color").await;
    terminal.types(VT100).await;
    turns_to(&mut terminal, "2", ABOUT).await;
    assert_eq!(terminal.count("\x1b[>c"), 1, "DA2 is asked: {:?}", String::from_utf8_lossy(&terminal.bytes));
    // xterm.js' reply to DA2.
    terminal.types("\x1b[>0;276;0c").await;
    terminal.receives("\x1b[?1006$p", 1).await;
    terminal.receives("\x1b[?2026$p", 1).await;
    terminal.types("\x1b[?2026;2$y\x1b[?1006;2$y").await;
    terminal.types(VT100).await;
    terminal.receives("\x1b[?1000;1006h", 1).await;
    turns_to(&mut terminal, "3", STATION).await;
    assert!(terminal.count("\x1b[?2026h") > 0, "frames are synchronized");
}

/// What a terminal shows. One that does not know DECRQM (zutty, `QTerminal` and Apple's Terminal do not) breaks off at
/// its `$` and shows the `p` where the cursor stands.
fn shown(sent: &[u8], shows_decrqm: bool) -> String {
    let mut parser = vt100::Parser::new(NonZeroU16::new(24).unwrap(), NonZeroU16::new(80).unwrap(), 0);
    let sent = String::from_utf8_lossy(sent);
    let mut parts = sent.split("$p");
    let mut part = parts.next();
    while let Some(text) = part {
        part = parts.next();
        let question = text.rfind("\x1b[?").filter(|at| part.is_some() && text[at + 3..].parse::<u16>().is_ok());
        parser.process(&text.as_bytes()[..question.unwrap_or(text.len())]);
        if part.is_some() && (question.is_none() || shows_decrqm) {
            parser.process(if question.is_none() { b"$p" } else { b"p" });
        }
    }
    parser.screen().contents()
}

#[tokio::test]
async fn what_a_terminal_shows_of_a_question_is_erased() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = arrived(&client, "xterm-256color").await;
    terminal.types(VT420).await;
    terminal.receives("\x1b[?1006$p", 1).await;
    terminal.receives(DA1, 2).await;
    terminal.types(VT420).await;
    terminal.expect_sent(|sent| shown(sent, true) == shown(sent, false)).await;
}

/// Where the cursor stands, counted from 1, after what was sent: on a terminal with UTF-8, and on one that takes each
/// byte for a character of ISO 8859-1, whose 80 to 9F are control characters and take no column.
fn cursor(sent: &[u8], utf8: bool) -> (u16, u16) {
    let mut parser = vt100::Parser::new(NonZeroU16::new(24).unwrap(), NonZeroU16::new(80).unwrap(), 0);
    if utf8 {
        parser.process(sent);
    } else {
        let bytes = sent.iter().filter(|byte| !(0x80..=0x9f).contains(*byte));
        let bytes: Vec<u8> = bytes.map(|&byte| if byte.is_ascii() { byte } else { b'x' }).collect();
        parser.process(&bytes);
    }
    let (row, column) = parser.screen().cursor_position();
    (row + 1, column + 1)
}

#[tokio::test]
async fn a_terminal_without_utf8_is_found_out_by_its_cursor() {
    const CPR: &str = "\x1b[6n";
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for utf8 in [true, false] {
        // No LANG, and no LC_*.
        let mut terminal = arrived(&client, "xterm").await;
        turns_to(&mut terminal, "2", ABOUT).await;
        assert_eq!(terminal.count(CPR), 1, "questions about the cursor's position");
        let asked = terminal.bytes.windows(CPR.len()).position(|bytes| bytes == CPR.as_bytes()).unwrap();
        let (row, column) = cursor(&terminal.bytes[..asked], utf8);
        terminal.types(&format!("\x1b[{row};{column}R")).await;
        turns_to(&mut terminal, "1", HEADLINE).await;
        let known = terminal.bytes.len();
        turns_to(&mut terminal, "3", STATION).await;
        let frame = &terminal.bytes[known..];
        assert_eq!(frame.is_ascii(), !utf8, "{:?}", String::from_utf8_lossy(frame));
    }
}

#[tokio::test]
async fn the_linux_console_is_dark() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut console = client.terminal("linux", 80, 24).await;
    console.expect(HEADLINE).await;
    // Sixteen colours and ASCII as well, and it says that its ground is black.
    let variables = [("LANG", "C"), ("COLORFGBG", "15;0")];
    let mut dark = client.terminal_with(&variables, "xterm", 80, 24).await;
    dark.expect(HEADLINE).await;
    for terminal in [&mut console, &mut dark] {
        turns_to(terminal, "3", STATION).await;
    }
    assert_eq!(console.contents(), dark.contents());
    assert!(console.looks() == dark.looks(), "the console has another accent");
    assert_eq!(console.count("\x1b]11;?"), 0, "it is not asked");
}

/// A card whose second page is longer than a window.
fn long_document() -> Document {
    let paragraph = |n| Block::Paragraph(vec![Run::plain(format!("Paragraph {n}."))]);
    let mut document = document();
    document.pages[1].intro.blocks = (100..160).map(paragraph).collect();
    document
}

/// st sends Ctrl-Y and Ctrl-E for its wheel, as vi and less know them, where no mouse reports are on.
#[tokio::test]
async fn control_e_and_control_y_scroll_a_line() {
    let server = Running::of(long_document(), Limits { per_address: 0, ..Limits::default() }).await;
    let client = Client::connect(&server).await;
    let mut by_key = client.terminal("st-256color", 80, 24).await;
    let mut by_wheel = client.terminal("st-256color", 80, 24).await;
    for terminal in [&mut by_key, &mut by_wheel] {
        terminal.expect(HEADLINE).await;
        turns_to(terminal, "2", "Paragraph 100.").await;
    }
    let top = by_key.contents();
    by_key.types("j").await;
    by_key.expect_that(|screen| screen != top).await;
    by_wheel.types("\x05").await;
    by_wheel.expect_screen_of(&by_key).await;
    by_wheel.types("\x19").await;
    by_wheel.expect_that(|screen| screen == top).await;
}

/// The figures of a session stand on its own page, and are told at a key alone.
#[tokio::test]
async fn the_wire_tells_what_this_client_agreed_on() {
    let server = Running::start().await;
    for (kex, cipher, expected) in [
        (kex::CURVE25519, cipher::AES_256_CTR, ["curve25519-sha256", "aes256-ctr", "hmac-sha2-512-etm@openssh.com"]),
        (
            kex::MLKEM768X25519_SHA256,
            cipher::CHACHA20_POLY1305,
            ["mlkem768x25519-sha256", "chacha20-poly1305@openssh.com", "in the cipher"],
        ),
    ] {
        let preferred = Preferred {
            kex: vec![kex].into(),
            cipher: vec![cipher].into(),
            mac: vec![mac::HMAC_SHA512_ETM].into(),
            ..Preferred::default()
        };
        let config = client::Config { preferred, ..client::Config::default() };
        let client = Client::connect_as(&server, "visitor", config).await;
        let mut terminal = client.terminal("xterm-256color", 80, 24).await;
        terminal.expect(HEADLINE).await;
        terminal.types("w").await;
        for expected in expected {
            terminal.expect(expected).await;
        }
        let bytes = |contents: &str, label: &str| -> u64 {
            let row = contents.lines().find(|line| line.trim().starts_with(label)).unwrap().replace('\u{a0}', " ");
            row.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
        };
        let before = terminal.contents();
        let sent = bytes(&before, "sent");
        assert!(sent > 1_000 && bytes(&before, "received") > 500, "{before}");
        // Another key, other figures.
        terminal.types("r").await;
        terminal.expect_that(|contents| bytes(contents, "sent") > sent).await;
        terminal.types("q").await;
        assert_eq!(terminal.ends().await, Some(0));
    }
}
