use proptest::{collection::vec, prelude::*};

use super::*;

impl Key {
    const fn with_alt(self) -> Self {
        Self { alt: true, ..self }
    }
}

const UP: Key = Key::new(Code::Up);
const HOME: Key = Key::new(Code::Home);

fn char(c: char) -> Key {
    Key::new(Code::Char(c))
}

fn function(n: u8) -> Key {
    Key::new(Code::Function(n))
}

fn keys(text: &str) -> Vec<Input> {
    text.chars().map(|c| Input::Key(char(c))).collect()
}

/// Feeds the pieces one by one.
fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Input> {
    let (mut decoder, mut found) = (Decoder::new(), Vec::new());
    for piece in pieces {
        decoder.feed(piece, &mut |input| found.push(input));
    }
    found
}

/// What `bytes` mean, whole, byte by byte and cut in two at every place.
#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: &[Input]) {
    let bytes = bytes.as_ref();
    assert_eq!(decode([bytes]), expected, "{:?}", bytes.escape_ascii().to_string());
    assert_eq!(decode(bytes.chunks(1)), expected, "byte by byte: {:?}", bytes.escape_ascii().to_string());
    for cut in 0..bytes.len() {
        let (head, tail) = bytes.split_at(cut);
        assert_eq!(decode([head, tail]), expected, "cut at {cut}: {:?}", bytes.escape_ascii().to_string());
    }
}

/// Every row is one key, and a plain letter after it is still itself.
#[track_caller]
fn check_keys(rows: &[(&[u8], Key)]) {
    for (bytes, key) in rows {
        check(bytes, &[Input::Key(*key)]);
        check([bytes, b"j".as_slice()].concat(), &[Input::Key(*key), Input::Key(char('j'))]);
    }
}

/// Every row is nothing, and a plain letter after it is still itself.
#[track_caller]
fn check_silent(rows: &[&[u8]]) {
    for bytes in rows {
        check([bytes, b"j".as_slice()].concat(), &keys("j"));
    }
}

#[track_caller]
fn check_reply(bytes: impl AsRef<[u8]>, reply: Reply) {
    let bytes = bytes.as_ref();
    check([b"j", bytes, b"k"].concat(), &[Input::Key(char('j')), Input::Reply(reply), Input::Key(char('k'))]);
}

#[test]
fn cursor_and_editing_keys_of_every_terminal() {
    check_keys(&[
        (b"\x1b[A", UP),
        (b"\x1bOA", UP),
        (b"\x1b[B", Key::new(Code::Down)),
        (b"\x1bOB", Key::new(Code::Down)),
        (b"\x1b[C", Key::new(Code::Right)),
        (b"\x1b[D", Key::new(Code::Left)),
        (b"\x1b[H", HOME),
        (b"\x1bOH", HOME),
        (b"\x1b[1~", HOME),
        (b"\x1b[7~", HOME),
        (b"\x1b[F", Key::new(Code::End)),
        (b"\x1bOF", Key::new(Code::End)),
        (b"\x1b[4~", Key::new(Code::End)),
        (b"\x1b[8~", Key::new(Code::End)),
        (b"\x1b[2~", Key::new(Code::Insert)),
        (b"\x1b[3~", Key::new(Code::Delete)),
        (b"\x1b[5~", Key::new(Code::PageUp)),
        (b"\x1b[6~", Key::new(Code::PageDown)),
        (b"\x1b[Z", Key::new(Code::Tab).with_shift()),
        (b"\x1bOM", Key::new(Code::Enter)),
        (b"\x1bOj", char('*')),
        (b"\x1bOw", char('7')),
    ]);
}

#[test]
fn function_keys_of_every_terminal() {
    check_keys(&[
        (b"\x1bOP", function(1)),
        (b"\x1b[P", function(1)),
        (b"\x1b[11~", function(1)),
        (b"\x1b[[A", function(1)),
        (b"\x1bOR", function(3)),
        (b"\x1b[R", function(3)),
        (b"\x1b[13~", function(3)),
        (b"\x1b[[E", function(5)),
        (b"\x1b[15~", function(5)),
        (b"\x1b[17~", function(6)),
        (b"\x1b[21~", function(10)),
        (b"\x1b[23~", function(11)),
        (b"\x1b[24~", function(12)),
        (b"\x1b[34~", function(20)),
        (b"\x1b[57376u", function(13)),
        (b"\x1b[57398u", function(35)),
    ]);
}

#[test]
fn modifiers() {
    check_keys(&[
        (b"\x1b[1;2A", UP.with_shift()),
        (b"\x1b[1;3A", UP.with_alt()),
        (b"\x1b[1;5A", UP.with_control()),
        (b"\x1b[5A", UP.with_control()),
        (b"\x1bO5A", UP.with_control()),
        (b"\x1bO1;5A", UP.with_control()),
        (b"\x1b[1;8H", HOME.with_control().with_alt().with_shift()),
        (b"\x1b[3;5~", Key::new(Code::Delete).with_control()),
        (b"\x1b[15;2~", function(5).with_shift()),
        (b"\x1b[1;5P", function(1).with_control()),
        // rxvt
        (b"\x1b[a", UP.with_shift()),
        (b"\x1bOa", UP.with_control()),
        (b"\x1b[7$", HOME.with_shift()),
        (b"\x1b[7^", HOME.with_control()),
        (b"\x1b[7@", HOME.with_control().with_shift()),
        // An ESC before a sequence is Alt.
        (b"\x1b\x1b[A", UP.with_alt()),
        (b"\x1b\x1bOA", UP.with_alt()),
        (b"\x1b\x1b[7~", HOME.with_alt()),
        // Locks say nothing.
        (b"\x1b[1;129A", UP),
        (b"\x1b[106;65u", char('j')),
    ]);
    // Super, Hyper and Meta are for the desktop.
    check_silent(&[b"\x1b[113;9u", b"\x1b[1;17A", b"\x1b[113;33u"]);
}

#[test]
fn keys_by_number() {
    check_keys(&[
        (b"\x1b[97u", char('a')),
        (b"\x1b[97;5u", char('a').with_control()),
        (b"\x1b[97;3u", char('a').with_alt()),
        (b"\x1b[97:65;2u", char('A')),
        (b"\x1b[97;2u", char('A')),
        (b"\x1b[65;2u", char('A')),
        (b"\x1b[97;6u", char('A').with_control()),
        (b"\x1b[47:63;2u", char('?')),
        (b"\x1b[47;2u", char('/').with_shift()),
        (b"\x1b[97;1:1u", char('a')),
        (b"\x1b[97;1:2u", char('a')),
        (b"\x1b[97;;97u", char('a')),
        (b"\x1b[0;;229u", char('å')),
        (b"\x1b[27u", Key::new(Code::Escape)),
        (b"\x1b[27;1:1u", Key::new(Code::Escape)),
        (b"\x1b[91;5u", Key::new(Code::Escape)),
        (b"\x1b[105;5u", Key::new(Code::Tab)),
        (b"\x1b[109;7u", Key::new(Code::Enter).with_alt()),
        (b"\x1b[27;5;104~", Key::new(Code::Backspace)),
        (b"\x1b[13;5u", Key::new(Code::Enter).with_control()),
        (b"\x1b[9;2u", Key::new(Code::Tab).with_shift()),
        (b"\x1b[127u", Key::new(Code::Backspace)),
        (b"\x1b[57414u", Key::new(Code::Enter)),
        (b"\x1b[57421;5u", Key::new(Code::PageUp).with_control()),
        // xterm's modifyOtherKeys
        (b"\x1b[27;5;9~", Key::new(Code::Tab).with_control()),
        (b"\x1b[27;5;99~", char('c').with_control()),
        (b"\x1b[27;6;67~", char('C').with_control()),
        (b"\x1b[27;2;13~", Key::new(Code::Enter).with_shift()),
    ]);
    // Keys that go up, modifiers alone, numbers that are no characters, and such that are cut to 16 bits.
    check_silent(&[
        b"\x1b[97;1:3u",
        b"\x1b[1;1:3A",
        b"\x1b[3;1:3~",
        b"\x1b[57441u",
        b"\x1b[0u",
        b"\x1b[3u",
        b"\x1b[55296u",
        b"\x1b[65533u",
        b"\x1b[128512u",
        b"\x1b[97;9;;;;u",
    ]);
}

#[test]
fn text_and_control_characters() {
    check("jj", &keys("jj"));
    check("é√x語🦀", &keys("é√x語🦀"));
    check_keys(&[
        (b"\x01", char('a').with_control()),
        (b"\x03", char('c').with_control()),
        (b"\x1a", char('z').with_control()),
        (b"\x1c", char('\\').with_control()),
        (b"\x1d", char(']').with_control()),
        (b"\x1e", char('^').with_control()),
        (b"\x1f", char('_').with_control()),
        (b"\x00", char(' ').with_control()),
        (b"\x08", Key::new(Code::Backspace)),
        (b"\x7f", Key::new(Code::Backspace)),
        (b"\t", Key::new(Code::Tab)),
        (b"\r", Key::new(Code::Enter)),
        (b"\n", Key::new(Code::Enter)),
        (b"\r\n", Key::new(Code::Enter)),
        (b"\r\0", Key::new(Code::Enter)),
    ]);
    let enter = Input::Key(Key::new(Code::Enter));
    check("\r\r\n\n", &[enter.clone(), enter.clone(), enter.clone()]);
    check("\rx\n", &[enter.clone(), Input::Key(char('x')), enter]);
}

#[test]
fn alt_is_an_esc_before_a_character() {
    check_keys(&[
        (b"\x1bx", char('x').with_alt()),
        (b"\x1b/", char('/').with_alt()),
        (b"\x1b ", char(' ').with_alt()),
        (b"\x1b\xc3\xa9", char('é').with_alt()),
        (b"\x1b\x7f", Key::new(Code::Backspace).with_alt()),
        (b"\x1b\r", Key::new(Code::Enter).with_alt()),
        (b"\x1b\r\n", Key::new(Code::Enter).with_alt()),
        (b"\x1b\x01", char('a').with_control().with_alt()),
    ]);
    check("\x1b\x1bx", &[Input::Key(Key::new(Code::Escape)), Input::Key(char('x').with_alt())]);
    check("\x1b\x1b\x1b[A", &[Input::Key(Key::new(Code::Escape)), Input::Key(UP.with_alt())]);
}

#[test]
fn what_is_no_utf_8_is_nothing() {
    check_silent(&[
        b"\xff",
        b"\x80",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x92",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf5\x80\x80\x80",
        "\u{fffd}".as_bytes(),
        "\u{9b}".as_bytes(),
        b"\x1b\xff",
    ]);
    check(b"\xe2\xc3\xa9", &keys("é"));
    check(b"\xc3\x1b[A", &[Input::Key(UP)]);
    check(b"\x1b\xc3j", &keys("j"));
    // The parser's own reading of UTF-8 loses the letter when the cut is after the first byte.
    check(b"\xc3\xa9A\xc3\xa9", &keys("éAé"));
}

#[test]
fn esc_alone_waits_for_company() {
    let (mut decoder, mut found) = (Decoder::new(), Vec::new());
    assert!(!decoder.pending());
    decoder.timeout(&mut |input| found.push(input));
    decoder.feed(b"j\x1b", &mut |input| found.push(input));
    assert!(decoder.pending());
    decoder.timeout(&mut |input| found.push(input));
    assert!(!decoder.pending());
    decoder.timeout(&mut |input| found.push(input));
    decoder.feed(b"j\x1b\x1b", &mut |input| found.push(input));
    assert!(decoder.pending());
    decoder.timeout(&mut |input| found.push(input));
    decoder.feed(b"\x1b[", &mut |input| found.push(input));
    assert!(!decoder.pending(), "a sequence that has begun is not the Esc key");
    decoder.feed(b"A", &mut |input| found.push(input));
    let escape = Input::Key(Key::new(Code::Escape));
    let j = Input::Key(char('j'));
    assert_eq!(found, [j.clone(), escape.clone(), j, escape.clone(), escape, Input::Key(UP)]);
}

/// Feeds the pieces, and lets 50 ms pass after each of them.
fn decode_slowly(pieces: &[&[u8]]) -> Vec<Input> {
    let (mut decoder, mut found) = (Decoder::new(), Vec::new());
    for piece in pieces {
        decoder.feed(piece, &mut |input| found.push(input));
        decoder.timeout(&mut |input| found.push(input));
    }
    found
}

#[test]
fn the_rest_of_a_sequence_may_be_late() {
    let escape = Input::Key(Key::new(Code::Escape));
    let level = Input::Reply(Reply::DeviceAttributes { level: 62 });
    assert_eq!(decode_slowly(&[b"\x1b", b"[A"]), [escape.clone(), Input::Key(UP)]);
    assert_eq!(decode_slowly(&[b"\x1b", b"[?62;22c"]), [escape.clone(), level.clone()]);
    let white = Input::Reply(Reply::Background { red: 255, green: 255, blue: 255 });
    assert_eq!(
        decode_slowly(&[b"\x1b", b"]11;rgb:ff/ff/ff\x1b", b"\\j"]),
        [vec![escape.clone(), white], keys("j")].concat()
    );
    let version = Input::Reply(Reply::Version("tmux 3.3a".into()));
    assert_eq!(decode_slowly(&[b"\x1b", b"P>|tmux 3.3a\x1b\\"]), [escape.clone(), version]);
    // Once it has begun, a sequence may be cut and late anywhere.
    assert_eq!(decode_slowly(&[b"\x1b[", b"?", b"62", b";22", b"c"]), [level]);
    // What the visitor types after Esc is theirs.
    assert_eq!(decode_slowly(&[b"\x1b", b"[", b"A"]), [vec![escape.clone()], keys("[A")].concat());
    assert_eq!(decode_slowly(&[b"\x1b", b"[x"]), [vec![escape.clone()], keys("[x")].concat());
    assert_eq!(decode_slowly(&[b"\x1b", b"Prose"]), [vec![escape], keys("Prose")].concat());
}

#[test]
fn mouse() {
    let at = |action, column, row| Mouse { action, column, row };
    for (bytes, mouse) in [
        (b"\x1b[<0;1;1M".as_slice(), at(Action::Press, 0, 0)),
        (b"\x1b[<0;300;200M", at(Action::Press, 299, 199)),
        (b"\x1b[<64;5;6M", at(Action::WheelUp, 4, 5)),
        (b"\x1b[<65;5;6M", at(Action::WheelDown, 4, 5)),
        (b"\x1b[<28;2;2M", at(Action::Press, 1, 1)),
        (b"\x1b[<0;0;0M", at(Action::Press, 0, 0)),
    ] {
        check([bytes, b"j"].concat(), &[Input::Mouse(mouse), Input::Key(char('j'))]);
    }
    check_silent(&[
        // A button that goes up, the right and the middle one, a drag, a move, a wheel pushed aside, buttons beyond it.
        b"\x1b[<0;1;1m",
        b"\x1b[<2;80;24M",
        b"\x1b[<1;3;2M",
        b"\x1b[<32;5;6M",
        b"\x1b[<35;5;6M",
        b"\x1b[<66;5;6M",
        b"\x1b[<67;5;6M",
        b"\x1b[<128;5;6M",
        b"\x1b[<64;5;6m",
        b"\x1b[<0;5M",
        // Reports that were not asked for: raw bytes, which need not be ASCII; urxvt's have the same in decimal.
        b"\x1b[M !!",
        b"\x1b[M \xc3\x9c",
        b"\x1b[M \x7f\0",
        b"\x1b[32;10;20M",
    ]);
    check(b"\x1b[M \x1b[A", &[Input::Key(UP)]);
}

#[test]
fn pasted_text_is_one_thing() {
    let paste = |text: &str| Input::Paste(text.into());
    check("a\x1b[200~q√x\x1b[201~b", &[Input::Key(char('a')), paste("q√x"), Input::Key(char('b'))]);
    check("\x1b[200~one\r\ntwo\tthree\x1b[201~", &[paste("one two three")]);
    check("\x1b[200~\x03a\x07\x7fb\x1b[201~", &[paste("ab")]);
    check("\x1b[200~\x1b[Aa\x1b[?62c\x1b[Mb\x1b]11;#ffffff\x07c\x1b[200~d\x1b[201~", &[paste("abcd")]);
    check("\x1b[200~a\x1b\x1b[201~j", &[paste("a"), Input::Key(char('j'))]);
    check_silent(&[b"\x1b[200~\x1b[201~", b"\x1b[201~"]);
    // Esc may not be waited for inside a paste.
    let mut decoder = Decoder::new();
    decoder.feed(b"\x1b[200~a\x1b", &mut |input| panic!("{input:?}"));
    assert!(!decoder.pending());
    decoder.timeout(&mut |input| panic!("{input:?}"));
    let mut found = Vec::new();
    decoder.feed(b"[201~", &mut |input| found.push(input));
    assert_eq!(found, [paste("a")]);
}

#[test]
fn a_paste_is_bounded() {
    let mut decoder = Decoder::new();
    decoder.feed(b"\x1b[200~", &mut |input| panic!("{input:?}"));
    for _ in 0..10_000 {
        decoder.feed("a√".repeat(100).as_bytes(), &mut |input| panic!("{input:?}"));
    }
    assert_eq!(decoder.paste.as_ref().map(|paste| paste.text.capacity()), Some(LONGEST_PASTE));
    let mut found = Vec::new();
    decoder.feed(b"b\x1b[201~", &mut |input| found.push(input));
    assert_eq!(found, [Input::Paste("a√".repeat(LONGEST_PASTE / 4))]);
}

#[test]
fn replies_are_never_keys() {
    check_reply("\x1b[?62;22c", Reply::DeviceAttributes { level: 62 });
    check_reply("\x1b[?6c", Reply::DeviceAttributes { level: 6 });
    check_reply("\x1b[?2026;2$y", Reply::Mode { mode: 2026, state: 2 });
    check_reply("\x1bP>|xterm(390)\x1b\\", Reply::Version("xterm(390)".into()));
    check_reply(format!("\x1bP>|é{}\x1b\\", "a".repeat(5000)), Reply::Version("a".repeat(64)));
    check_reply("\x1b[>41;390;0c", Reply::SecondaryAttributes { kind: 41, version: 390 });
    check_reply("\x1b[24;80R", Reply::Cursor { row: 24, column: 80 });
    check_reply("\x1b[1;2R", Reply::Cursor { row: 1, column: 2 });
    check_silent(&[
        b"\x1bP!|00000000\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1bP1+r544e=787465726d\x1b\\",
        b"\x1b[0n",
        b"\x1b[?997;1n",
        b"\x1b[8;24;80t",
        b"\x1b[?1;2R",
        b"\x1b[?5u",
        b"\x1b[4;2$y",
        b"\x1b[I",
        b"\x1b[O",
    ]);
}

#[test]
fn colours_in_every_form() {
    for (text, [red, green, blue]) in [
        ("rgb:0000/8080/ffff", [0, 128, 255]),
        ("rgb:00/80/ff", [0, 128, 255]),
        ("rgb:0/8/f", [0, 136, 255]),
        ("rgb:1e1e/1e/fff", [30, 30, 255]),
        ("rgba:ffff/0000/0000/ffff", [255, 0, 0]),
    ] {
        for end in ["\x07", "\x1b\\"] {
            check_reply(format!("\x1b]11;{text}{end}"), Reply::Background { red, green, blue });
        }
    }
    check_silent(&[
        b"\x1b]11;rgb:00/00\x07",
        b"\x1b]11;rgb:00/00/00/00\x07",
        b"\x1b]11;rgb:/00/00\x07",
        b"\x1b]11;rgb:00000/00/00\x07",
        b"\x1b]11;rgb:+f/00/00\x07",
        b"\x1b]11;rgb:00/00/00000000000000000000000000000000000000000000000000000000000000000000\x07",
        b"\x1b]11;#ff\x07",
        b"\x1b]11;#\xc3\xa9\xc3\xa9\xc3\xa9\x07",
        b"\x1b]11;?\x07",
        b"\x1b]11\x07",
        b"\x1b]4;1;rgb:00/00/00\x07",
        b"\x1b]10;rgb:00/00/00\x07",
        b"\x1b]52;c;aGVsbG8=\x1b\\",
        b"\x1b]\x1b\\",
    ]);
}

#[test]
fn what_is_not_known_is_swallowed_whole() {
    check_silent(&[
        b"\x1b[99~",
        b"\x1b[1;2;3;4x",
        b"\x1b[=1;2c",
        b"\x1b[ q",
        b"\x1b[1\"q",
        b"\x1b[<>1A",
        b"\x1bO!",
        b"\x1b[[z",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstart\x1b\\",
        b"\x1bPq#0;2;0;0;0~~\x1b\\",
        b"\x1bP\x9c\xe2\x82\xac\x1b\\",
        b"\x1b[1;2\x18",
        b"\x1b]11;rgb:00/00/00\x1a",
    ]);
    check(format!("\x1b[{}Aj", "1;".repeat(100)), &keys("j"));
    check(format!("\x1b]{}\x07j", ";x".repeat(1000)), &keys("j"));
    // A string that is not ended as it should be says nothing.
    check("\x1b]11;rgb:ff/ff/f\x1b[A", &[Input::Key(UP)]);
    check("\x1bP>|x\x1bj", &[Input::Key(char('j').with_alt())]);
    // A reply after the Esc key leaves the key what it was.
    let escape = Input::Key(Key::new(Code::Escape));
    check("\x1b\x1b[?6c", &[escape.clone(), Input::Reply(Reply::DeviceAttributes { level: 6 })]);
    check("\x1b\x1b[I", std::slice::from_ref(&escape));
    check("\x1b\x1b]0;x\x07", &[escape]);
}

#[test]
fn a_control_character_breaks_a_sequence_off() {
    let hang_up = Input::Key(char('c').with_control());
    for begun in [
        "\x1b[",
        "\x1b[1;2",
        "\x1b[1 ",
        "\x1bO",
        "\x1b]",
        "\x1b]11;rgb:",
        "\x1bP",
        "\x1bP>|x",
        "\x1b_G",
        "\x1b[M!",
        "\x1b[[",
    ] {
        check(format!("{begun}\x03j"), &[hang_up.clone(), Input::Key(char('j'))]);
        check(format!("{begun}\x1b[Aj"), &[Input::Key(UP), Input::Key(char('j'))]);
    }
}

#[test]
fn a_decoder_is_small() {
    assert!(size_of::<Decoder>() <= 160, "{} bytes", size_of::<Decoder>());
}

/// Bytes as terminals send them, whole and in part, and bytes as nobody does.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(
        [
            "j",
            "é",
            "√",
            "🦀",
            "\x1b",
            "\x1b[A",
            "\x1b\x1b[A",
            "\x1bOP",
            "\x1bO5A",
            "\x1b[[A",
            "\x1b[1;5A",
            "\x1b[7$",
            "\x1b[97:65;2:1u",
            "\x1b[27;5;9~",
            "\x1b[<0;3;4M",
            "\x1b[M !!",
            "\x1b[32;1;1M",
            "\x1b[200~",
            "\x1b[201~",
            "\x1b[?62;22c",
            "\x1b[?2026;2$y",
            "\x1b]11;rgb:00/80/ff\x1b\\",
            "\x1b]10;#ffffff\x07",
            "\x1bP>|tmux 3.3a\x1b\\",
            "\x1b_x\x1b\\",
            "\r\n",
            "\r",
            "\x03",
            "\x18",
            "\x1b[I",
        ]
        .map(str::as_bytes)
        .map(<[u8]>::to_vec)
        .to_vec(),
    );
    let cut = (known.clone(), any::<prop::sample::Index>())
        .prop_map(|(bytes, index)| bytes[..index.index(bytes.len())].to_vec());
    let near = prop::sample::select(b"\x1b[]OP_X^\\\x07\r\n\x000159;:?<>$~MRuc\x80\xc3\xa9\xff".to_vec())
        .prop_map(|byte| vec![byte]);
    let random = any::<u8>().prop_map(|byte| vec![byte]);
    vec(prop_oneof![4 => known, 2 => cut, 4 => near, 1 => random], 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_cuts_do_not_matter(bytes in stream(), cuts in vec(any::<prop::sample::Index>(), 0..12)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
        prop_assert_eq!(decode(pieces), decode([bytes.as_slice()]));
    }

    #[test]
    fn nothing_harmful_comes_out_and_nothing_makes_it_deaf(bytes in stream(), waits in vec(any::<bool>(), 0..40)) {
        let (mut decoder, mut found) = (Decoder::new(), Vec::new());
        for (index, piece) in bytes.chunks(3).enumerate() {
            decoder.feed(piece, &mut |input| found.push(input));
            if waits.get(index) == Some(&true) {
                decoder.timeout(&mut |input| found.push(input));
                prop_assert!(!decoder.pending());
            }
        }
        decoder.feed(b"\x1b[201~\x03\x03", &mut |input| found.push(input));
        prop_assert_eq!(found.last(), Some(&Input::Key(char('c').with_control())));
        for input in found {
            match input {
                Input::Key(Key { code: Code::Char(c), .. }) => prop_assert!(!c.is_control() && c != char::REPLACEMENT_CHARACTER),
                Input::Paste(text) => prop_assert!(text.len() <= LONGEST_PASTE && !text.contains(char::is_control)),
                Input::Reply(Reply::Version(text)) => prop_assert!(text.len() <= 64 && !text.contains(char::is_control)),
                _ => {}
            }
        }
    }

    #[test]
    fn any_bytes_are_borne(bytes in vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(decode([bytes.as_slice()]), decode(bytes.chunks(1)));
    }
}
