use super::*;

fn environment(term: &str, variables: &[(&str, &str)]) -> Environment {
    let mut environment = Environment::default();
    environment.set_term(term);
    for (name, value) in variables {
        environment.set(name, value);
    }
    environment
}

#[test]
fn names_and_variables_tell_the_look() {
    use Depth::{Ansi16, Ansi256, Mono, True};
    use Glyphs::{Ascii, Unicode};
    use Ground::{Dark, Light, Unknown};
    for (term, variables, depth, glyphs, ground) in [
        ("xterm-256color", &[][..], Ansi256, Unicode, Unknown),
        ("xterm-256color", &[("COLORTERM", "truecolor")][..], True, Unicode, Unknown),
        ("xterm-256color", &[("NO_COLOR", "1")][..], Mono, Unicode, Unknown),
        ("xterm-256color", &[("NO_COLOR", "")][..], Ansi256, Unicode, Unknown),
        ("xterm-256color", &[("LC_TERMINAL", "iTerm2")][..], True, Unicode, Unknown),
        ("xterm", &[("LANG", "en_US.UTF-8")][..], Ansi16, Unicode, Unknown),
        ("xterm", &[("LANG", "C")][..], Ansi16, Ascii, Unknown),
        ("xterm", &[("LANG", "C"), ("LC_ALL", "de_DE.utf8")][..], Ansi16, Unicode, Unknown),
        ("xterm-kitty", &[][..], True, Unicode, Unknown),
        ("tmux-256color", &[][..], Ansi256, Unicode, Unknown),
        ("rxvt-unicode-256color", &[("COLORFGBG", "15;default;0")][..], Ansi256, Unicode, Dark),
        ("rxvt", &[("COLORFGBG", "0;15")][..], Ansi16, Unicode, Light),
        ("linux", &[("LANG", "en_US.UTF-8")][..], Ansi16, Ascii, Dark),
        ("linux", &[("COLORFGBG", "0;15")][..], Ansi16, Ascii, Light),
        ("vt100", &[][..], Mono, Ascii, Unknown),
        ("vte-256color", &[][..], True, Unicode, Unknown),
    ] {
        let appearance = Capabilities::guess(&environment(term, variables)).appearance;
        assert_eq!(
            (appearance.ground, appearance.depth, appearance.glyphs),
            (ground, depth, glyphs),
            "{term} {variables:?}"
        );
    }
}

#[test]
fn names_tell_which_terminals_address_their_cursor() {
    let addresses = |term: &str| environment(term, &[]).addresses_cursor();
    let terminals = "ansi cons25 cygwin eterm-color foot linux mach minitel2-80 ms-terminal nsterm pcansi putty rxvt \
        screen.xterm-256color st-256color sun tmux-256color vt100 vt220-8bit wy75 xterm xterm-8bit xterm-kitty \
        a-terminal-of-tomorrow";
    for term in terminals.split(' ') {
        assert!(addresses(term), "{term}");
    }
    for term in " dumb dumb-of-tomorrow network unknown wy60 adm3a vt52 hp2621 xterm-vt52".split(' ') {
        assert!(!addresses(term), "{term}");
    }
    // All of terminfo's are found again as they are, none twice.
    let names: Vec<_> = include_str!("no_ansi_cursor.txt").lines().collect();
    assert!(names.is_sorted_by(|a, b| a < b) && names.len() > 1_000, "{}", names.len());
    assert!(names.iter().all(|name| !addresses(name)));
    // What cannot be asked is not asked.
    assert_eq!(Capabilities::guess(&environment("wy60", &[])).ask(), None);
}

#[test]
fn what_a_client_sends_is_bounded_and_clean() {
    let long = "x".repeat(5_000);
    let kept = environment("xt\x1b[31merm\n", &[("LANG", &long), ("PATH", "/bin"), ("LC_ALL", "\u{202e}a\r\nb")]);
    assert_eq!(kept.term(), "xt31merm");
    assert_eq!(kept.get("LANG").map(str::len), Some(64));
    assert_eq!(kept.get("PATH"), None);
    assert_eq!(kept.get("LC_ALL"), Some("ab"));
}

/// A reply to DA1.
fn fence(level: u16) -> Reply {
    Reply::DeviceAttributes { level }
}

/// A terminal of this level that was asked the first question and has answered it, and the question that follows.
fn second_question(term: &str, level: u16) -> (Capabilities, Option<&'static str>) {
    let mut terminal = Capabilities::guess(&environment(term, &[]));
    assert!(terminal.ask().is_some());
    terminal.learn(&fence(level));
    let question = terminal.ask();
    (terminal, question)
}

#[test]
fn questions_are_asked_once_and_in_order() {
    let mut terminal = Capabilities::guess(&environment("xterm-256color", &[("LANG", "C.UTF-8")]));
    assert!(terminal.has_question() && !terminal.asking() && terminal.ask_last().is_none());
    assert_eq!((terminal.ask(), terminal.ask()), (Some(TerminalQuery::Ground.as_str()), None));
    terminal.learn(&Reply::Background { red: 0xfb, green: 0xf9, blue: 0xf4 });
    assert_eq!((terminal.appearance.ground, terminal.ask()), (Ground::Light, None));
    terminal.learn(&fence(64));
    assert!(!terminal.asking());
    assert_eq!(terminal.ask(), Some(TerminalQuery::NameAndModes.as_str()));
    terminal.learn(&Reply::Mode { mode: 2026, state: 2 });
    assert!(terminal.synchronized && terminal.asking());
    // The fence, and then a forged or repeated one, which asks nothing again.
    for _ in 0..2 {
        terminal.learn(&fence(64));
        assert!(!terminal.asking() && !terminal.has_question());
    }
    // It has answered, so that the end can be fenced.
    assert_eq!(terminal.ask_last(), Some(FENCE));
    assert!(terminal.asking());
    terminal.learn(&fence(64));
    assert!(!terminal.asking());
}

#[test]
fn a_terminal_of_which_nothing_says_that_it_reads_utf8_is_asked() {
    for (row, column, glyphs) in
        [(1, 2, Glyphs::Unicode), (1, 3, Glyphs::Ascii), (2, 3, Glyphs::Unicode), (24, 80, Glyphs::Unicode)]
    {
        let mut terminal = Capabilities::guess(&environment("xterm", &[]));
        // A cursor position for which nobody asked says nothing.
        terminal.learn(&WITHOUT_UTF8);
        assert_eq!(terminal.appearance.glyphs, Glyphs::Unicode);
        assert_eq!(terminal.ask(), Some(TerminalQuery::GroundAndUtf8.as_str()));
        terminal.learn(&Reply::Cursor { row, column });
        assert_eq!(terminal.appearance.glyphs, glyphs);
    }
}

#[test]
fn names_tell_of_links() {
    for (term, variables, links) in [
        ("xterm-256color", &[][..], false),
        ("xterm-kitty", &[][..], true),
        ("foot-extra", &[][..], true),
        ("konsole-256color", &[][..], false),
        ("xterm-256color", &[("LC_TERMINAL", "iTerm2")][..], true),
        ("xterm-256color", &[("TERM_PROGRAM", "WezTerm")][..], true),
        // Inside a multiplexer the terminal's name says nothing of links.
        ("tmux-256color", &[("LC_TERMINAL", "iTerm2")][..], false),
        ("linux", &[("TERM_PROGRAM", "WezTerm")][..], false),
    ] {
        let appearance = Capabilities::guess(&environment(term, variables)).appearance;
        assert_eq!(appearance.links, links, "{term} {variables:?}");
    }
}

#[test]
fn a_terminal_introduces_itself() {
    for (version, depth, links) in [
        ("kitty(0.35.2)", Depth::True, true),
        ("WezTerm 20240203-110809-5046fc22", Depth::True, true),
        ("VTE(7600)", Depth::True, true),
        ("Konsole 23.08.1", Depth::True, false),
        ("XTerm(390)", Depth::Ansi256, false),
        ("tmux 3.4", Depth::Ansi256, false),
        ("", Depth::Ansi256, false),
    ] {
        let mut terminal = Capabilities::guess(&environment("xterm-256color", &[]));
        terminal.learn(&Reply::Version(version.into()));
        assert_eq!((terminal.appearance.depth, terminal.appearance.links), (depth, links), "{version}");
    }
    let mut terminal = Capabilities::guess(&environment("xterm", &[("NO_COLOR", "1")]));
    terminal.learn(&Reply::Version("kitty(0.35.2)".into()));
    assert_eq!(terminal.appearance.depth, Depth::Mono);
    // PuTTY is a VT102, and is not asked for its name.
    assert_eq!(second_question("xterm", 6).1, Some(TerminalQuery::Modes.as_str()));
}

#[test]
fn a_vt100_is_asked_which_one_it_is_and_a_console_nothing_at_all() {
    let (mut terminal, question) = second_question("screen", 1);
    assert_eq!(question, Some(TerminalQuery::Kind.as_str()));
    // screen's reply to DA2, and the fence.
    terminal.learn(&Reply::SecondaryAttributes { kind: 83, version: 50_001 });
    terminal.learn(&fence(1));
    assert!(!terminal.has_question() && !terminal.asking());
    // xterm.js, whose second fence comes after its modes were asked for.
    let (mut terminal, _) = second_question("xterm-256color", 1);
    terminal.learn(&XTERM_JS);
    assert_eq!(terminal.ask(), Some(TerminalQuery::Modes.as_str()));
    terminal.learn(&XTERM_JS);
    terminal.learn(&fence(1));
    assert!(terminal.asking() && !terminal.has_question());
    terminal.learn(&fence(1));
    assert!(!terminal.asking() && !terminal.has_question());
    assert!(!Capabilities::guess(&environment("linux", &[])).has_question());
}
