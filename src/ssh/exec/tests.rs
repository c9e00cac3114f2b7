use super::*;
use crate::{
    document::{Language, Photo, Words},
    exhibits,
    formats::FORMATS,
    site::tests::engineer,
};

/// What is answered of a card with everything that can be asked for.
fn answers() -> Answers {
    let mut document = engineer().document().clone();
    document.card.photo = Some(Photo::new(image::RgbImage::new(2, 2)));
    Answers::of(&Arc::new(Site::new(document)), "the key\n".to_owned())
}

fn help(answers: &Answers) -> Bytes {
    answers.notices.iter().find(|(name, ..)| *name == "help").unwrap().2.clone()
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn commands_give_their_documents() {
    let answers = answers();
    let renditions = answers.site.renditions();
    let document = |name, variant| renditions.get(name, variant).unwrap().bytes.clone();
    let career = Place { page: answers.site.document().position("career").unwrap(), entry: Some(1) };
    let entry = |width| Bytes::from(formats::render_page(answers.site.document(), career, width, false));
    for (command, expected) in [
        ("text", document("text", "")),
        (" text ", document("text", "")),
        ("text\n", document("text", "")),
        ("text --width 72", document("text", "")),
        ("text --width=40", renditions.text(40)),
        ("text --width 40 --width 50", renditions.text(50)),
        ("about", document("about", "")),
        ("markdown", document("markdown", "")),
        ("career 2", entry(TEXT_WIDTH)),
        ("career 2 --width=40", entry(40)),
        ("vcard", document("vcard", "3")),
        ("vcard  4", document("vcard", "4")),
        ("json", document("json", "")),
        ("html", document("html", "")),
        ("qr", document("qr", "")),
        ("qr text", document("qr", "text")),
        ("qr png", document("qr", "png")),
        ("hostkey", Bytes::from_static(b"the key\n")),
        ("help", help(&answers)),
        ("", help(&answers)),
        ("  ", help(&answers)),
        ("privacy", Bytes::from_static(notices::PRIVACY.as_bytes())),
        ("version", Bytes::from_static(concat!("sshcard ", env!("CARGO_PKG_VERSION"), "\n").as_bytes())),
    ] {
        let answer = answers.answer(command.as_bytes(), None);
        assert_eq!((answer.out, answer.err.len(), answer.status), (expected, 0, 0), "{command}");
        assert!(command.is_empty() || answer.kind != SessionKind::NoCommand, "{command}");
    }
}

#[test]
fn ten_thousand_requests_render_nothing() {
    let answers = answers();
    let commands = "text|card|about|career|stack|contact|markdown|vcard|vcard 4|json|html|qr|qr svg|qr png|hostkey|help|\
        privacy|version|text --width 40|career 1|career 1 --width 40|postcard|postcard light";
    for command in commands.split('|') {
        let ask = || answers.answer(command.as_bytes(), None).out;
        // As long as it is held no other document can be at its address.
        let first = ask();
        assert!(!first.is_empty(), "{command}");
        assert!((0..10_000).all(|_| ask().as_ptr() == first.as_ptr()), "{command} was written anew");
    }
}

#[test]
fn a_picture_is_not_drawn_for_a_terminal_that_is_told_how_to_get_it() {
    let answers = answers();
    let told = answers.answer(b"postcard", Some(80));
    assert!(text(&told.err).contains("ssh -T HOST postcard > FILE") && told.out.is_empty(), "{told:?}");
    assert!(answers.postcards.iter().all(|drawn| drawn.get().is_none()));
}

#[test]
fn help_has_a_line_for_everything_that_can_be_asked_for() {
    let answers = answers();
    let help = text(&help(&answers));
    for format in FORMATS {
        assert!(
            help.contains(&format!("\n  {}", format.name())) && help.contains(format.gives(&Words::default())),
            "{help}"
        );
        assert!(format.variants().iter().all(|variant| help.contains(variant)), "{help}");
    }
    for line in help.lines().filter(|line| line.starts_with("  ") && !line.contains('@')) {
        for name in line
            .trim()
            .split("  ")
            .next()
            .unwrap()
            .split(' ')
            .filter(|word| !word.starts_with('[') && !word.ends_with(']'))
            // Those need a terminal.
            .filter(|word| !exhibits::NAMES.contains(word))
        {
            assert_eq!(answers.answer(name.as_bytes(), None).status, 0, "{name}");
        }
    }
    assert!(answers.site.document().exhibits().all(|exhibit| help.contains(exhibit)), "{help}");
    assert!(["career@", "plain@", "light@"].iter().all(|door| help.contains(door)), "{help}");
    for notice in [help.as_str(), notices::PRIVACY] {
        assert!(notice.lines().all(|line| line.len() <= 80), "{notice}");
    }
}

#[test]
fn wrong_options_are_one_line_that_says_what_would_be_right() {
    for (command, said) in [
        ("text --width", "`--width` needs a number; say a number from 20 to 200, as in `text --width 60`"),
        ("text --width 19", "`--width` cannot be \"19\"; say a number from 20 to 200, as in `text --width 60`"),
        ("text --width=201", "`--width` cannot be \"201\"; say a number from 20 to 200, as in `text --width 60`"),
        ("text --width x\x1b", "`--width` cannot be \"x?\"; say a number from 20 to 200, as in `text --width 60`"),
        ("text 40", "`text` has no option \"40\"; it has `--width`"),
        ("text --wdith 40", "`text` has no option \"--wdith\"; it has `--width`"),
        ("vcard 5", "`vcard` cannot be followed by \"5\"; it can be by `3` or `4`"),
        ("vcard 4 4", "`vcard 4` is complete; leave out \"4\""),
        ("json please", "`json` stands alone; leave out \"please\""),
        ("about me", "`about` has no option \"me\"; it has `--width`"),
        ("about 1", "`about` has no entries; leave out \"1\""),
        ("career 0", "`career` has no entry \"0\"; say a number from 1 to 8, as in `career 1`"),
        ("career 9", "`career` has no entry \"9\"; say a number from 1 to 8, as in `career 1`"),
        ("career 1 2", "`career` has no option \"2\"; it has `--width`"),
        ("help text", "`help` stands alone; leave out \"text\""),
        (
            "qr jpeg",
            "`qr` cannot be followed by \"jpeg\"; it can be by `ansi`, `dark`, `light`, `text`, `svg` or `png`",
        ),
    ] {
        let answer = answers().answer(command.as_bytes(), None);
        assert_eq!(
            (text(&answer.err), answer.out.len(), answer.status),
            (format!("sshcard: {said}\n"), 0, 2),
            "{command}"
        );
    }
}

#[test]
fn an_exhibit_of_the_card_is_opened_on_a_terminal() {
    let answers = answers();
    let (language, opened) = answers.exhibit(b" numerics table-newton ").unwrap().unwrap();
    assert_eq!(language, None);
    assert_eq!((&*opened.name, opened.setting), ("numerics", vec!["table-newton".to_owned()]));
    for (command, said) in [
        ("numerics nonsense", "`numerics` cannot be set to \"nonsense\"; set it with the arrow keys"),
        ("numerics a b", "`numerics` cannot be set to \"a b\"; set it with the arrow keys"),
    ] {
        let answer = answers.exhibit(command.as_bytes()).unwrap().unwrap_err();
        assert_eq!((text(&answer.err), answer.status), (format!("sshcard: {said}\n"), 2));
    }
    let answer = answers.answer(b"numerics table-newton", None);
    assert_eq!(
        (text(&answer.err), answer.status),
        ("sshcard: `numerics` needs a terminal: ssh -t HOST numerics\n".into(), 2)
    );
    assert!(text(&answers.answer(b"numeriks", None).err).contains("did you mean `numerics`?"));
    // What the card does not open is no command.
    let empty = Answers::of(&Arc::new(Site::new(Document::default())), String::new());
    assert!(empty.exhibit(b"numerics").is_none());
    assert_eq!(empty.answer(b"numerics", None).status, 127);
}

#[test]
fn other_commands_are_one_clean_line_on_standard_error() {
    let long = vec![b'x'; 100_000];
    let text_and_more = [b"text ".as_slice(), &long].concat();
    for (command, said) in [
        (&b"txet"[..], "sshcard: no command \"txet\"; did you mean `text`? `help` lists what there is\n"),
        (b"hepl", "sshcard: no command \"hepl\"; did you mean `help`? `help` lists what there is\n"),
        (b"text\0", "sshcard: no command \"text?\"; did you mean `text`? `help` lists what there is\n"),
        (b"\x1b]0;x\x07\xff", "sshcard: no command \"?]0;x??\"; "),
        (b"a\nb", "sshcard: no command \"a?b\"; `help` lists what there is\n"),
        (b"scp -t /tmp", "sshcard: no command \"scp -t /tmp\"; `help` lists what there is\n"),
        (b"cat /etc/passwd", "sshcard: no command \"cat /etc/passwd\"; "),
        (b"uname -a", "sshcard: no command \"uname -a\"; `help` lists what there is\n"),
        (&long, "sshcard: no command \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\"; "),
        (&text_and_more, "sshcard: no command \"text xxxxxxxxxxxxxxxxxxxxxxxxxxx...\"; "),
    ] {
        let answer = answers().answer(command, None);
        let err = text(&answer.err);
        assert!(err.starts_with(said), "{err}");
        assert!(err.ends_with('\n') && err.lines().count() == 1 && err.len() < 200, "{err}");
        assert!(!err.trim_end().contains(char::is_control), "{err:?}");
        assert_eq!((answer.out.len(), answer.status, answer.kind), (0, 127, SessionKind::NoCommand));
    }
}

#[test]
fn a_shell_s_command_on_a_terminal_is_told_how_to_get_the_page() {
    let answers = answers();
    for command in [
        // What kitty's `kitten ssh` and Warp's wrapper send, as they begin.
        "exec sh -c 'eval \"$(echo cHJpbnRm | base64 -d)\"'",
        "\nexport TERM_PROGRAM='WarpTerminal'\nhook=$(printf '%s' x)\nprintf '%s' \"$hook\"",
        "tmux new -A -s main",
        "exec bash -l",
        "sh",
        "/usr/bin/zsh -i",
        "env LANG=C TERM=xterm fish",
        "LANG=C exec -a -bash bash",
        "TERM=xterm-256color tmux attach || tmux",
        "cd /srv && exec $SHELL -l",
        "exec \"$SHELL\"",
        "screen -DR",
    ] {
        let answer = answers.answer(command.as_bytes(), Some(80));
        let err = text(&answer.err);
        assert!(err.contains("`command ssh HOST`") && err.contains("`ssh -o RemoteCommand=none HOST`"), "{err}");
        assert!(err.ends_with('\n') && err.lines().count() == 1 && err.len() < 200, "{err}");
        assert!(!err.trim_end().contains(char::is_control), "{err:?}");
        assert_eq!((answer.out.len(), answer.status, answer.kind), (0, 127, SessionKind::NoCommand));
        // Without a terminal it is a robot's, and is told what any other is.
        let answer = answers.answer(command.as_bytes(), None);
        assert!(!text(&answer.err).contains("RemoteCommand"), "{command}");
    }
    for command in ["uname -a", "txet", "bashful", "X=1", "env", "$(reboot)", "\u{1b}[2J", "zshare"] {
        let answer = answers.answer(command.as_bytes(), Some(80));
        assert!(!text(&answer.err).contains("RemoteCommand"), "{command}");
    }
}

#[test]
fn bytes_for_a_file_never_go_to_a_terminal() {
    let answers = answers();
    let answer = answers.answer(b"qr png", Some(80));
    let line = "sshcard: `qr png` is for a file, not for a terminal: ssh -T HOST qr png > FILE\n";
    assert_eq!((text(&answer.err).as_str(), answer.out.len(), answer.status), (line, 0, 2));
    let key = KeyPlace::Directory("keys".into());
    let printed = print(|| Ok(engineer().document().clone()), " qr  png", &key, true).unwrap();
    let line = "sshcard: `qr png` is for a file, not for a terminal: sshcard print qr png > FILE\n";
    assert_eq!((text(&printed.err).as_str(), printed.out.len(), printed.status), (line, 0, 2));
    assert!(print(|| Ok(engineer().document().clone()), "qr png", &key, false).unwrap().out.starts_with(b"\x89PNG"));
    assert!(answers.answer(b"qr png", None).out.starts_with(b"\x89PNG"));
    // Whatever else is printed on a terminal is lines of text: no control character is among them, but for the colours
    // of the code.
    let colours = ["\x1b[38;5;16;48;5;231m", "\x1b[0m"];
    for format in FORMATS {
        for variant in format.variants().iter().chain([&""]) {
            let Some(rendition) = answers.site.renditions().get(format.name(), variant) else {
                assert_eq!(format.name(), "photo", "the card has everything else");
                continue;
            };
            let text = std::str::from_utf8(&rendition.bytes).ok();
            let text = text.map(|text| colours.iter().fold(text.to_owned(), |text, colour| text.replace(colour, "")));
            let clean = text.is_some_and(|text| !text.contains(|c: char| c.is_control() && !"\r\n".contains(c)));
            assert_eq!(clean, format.has_lines(rendition.variant), "{} {variant}", format.name());
        }
    }
}

#[test]
fn what_the_card_does_not_have_is_no_command() {
    let mut document = engineer().document().clone();
    document.pages.truncate(1);
    (document.card.qr, document.card.photo) = (crate::document::Qr::None, None);
    let answers = Answers::of(&Arc::new(Site::new(document)), String::new());
    for (command, status) in [("qr", 1), ("qr png", 1), ("photo", 1), ("about", 127), ("about me", 127)] {
        assert_eq!(answers.answer(command.as_bytes(), None).status, status, "{command}");
    }
    assert!(!text(&help(&answers)).contains("qr"));
}

#[test]
fn lines_of_a_terminal_end_with_both() {
    for (text, expected) in [("a\nb\n", "a\r\nb\r\n"), ("a\r\nb", "a\r\nb"), ("\n\n", "\r\n\r\n"), ("", "")] {
        assert_eq!(with_carriage_returns(&Bytes::from_static(text.as_bytes())), expected);
    }
}

#[test]
fn a_narrow_terminal_gets_narrow_text() {
    let answers = answers();
    assert_eq!(answers.text(Some(200)), answers.text(None));
    assert_eq!(answers.answer(b"career", Some(200)), answers.answer(b"career", None));
    for narrow in [answers.text(Some(40)), answers.answer(b"text", Some(40)), answers.answer(b"career", Some(40))] {
        let text = text(&narrow.out);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    }
}

#[test]
fn print_is_what_a_visitor_gets_and_makes_no_key() {
    let keys = tempfile::tempdir().unwrap();
    let dir = keys.path().join("keys");
    let key = KeyPlace::Directory(dir.clone());
    let answers = answers();
    for command in ["vcard 4", "nonsense", "text --width 5"] {
        assert_eq!(
            print(|| Ok(answers.site.document().clone()), command, &key, true).unwrap(),
            answers.answer(command.as_bytes(), None)
        );
    }
    let refusal = print(|| Ok(engineer().document().clone()), "hostkey", &key, true).unwrap_err().to_string();
    assert!(refusal.contains("sshcard serve") && refusal.contains("keys"), "{refusal}");
    assert!(!dir.exists());
    let made = HostKey::load_or_create(&dir).unwrap();
    let printed = print(|| Ok(engineer().document().clone()), "hostkey", &key, true).unwrap();
    assert_eq!(printed.out, Answers::new(&engineer(), &made).answer(b"hostkey", None).out);
    // Also after a language.
    let mut translated = engineer().document().clone();
    let language = Language::parse("de").unwrap();
    translated.translations.push(Arc::new(Document { language, ..engineer().document().clone() }));
    assert_eq!(print(|| Ok(translated), "de hostkey", &key, true).unwrap().out, printed.out);
}
