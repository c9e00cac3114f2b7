//! Everything that may ever go to a visitor's terminal, as a list: what a fuzzer's and a test's terminal accepts.
//!
//! It is written from the standards and not from the code that sends: a sequence that the code learns has to be entered
//! here as well. Nothing here runs in the server.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

/// The sequences, named as in xterm's `ctlseqs`. What stands in braces is a [`Part`].
pub const SEQUENCES: &[&str] = &[
    // DECSET and DECRST: alternate screen, cursor, marked pastes, mouse, synchronized output, graphemes.
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[?25h",
    "\x1b[?25l",
    "\x1b[?2004h",
    "\x1b[?2004l",
    "\x1b[?1000;1006h",
    "\x1b[?1000;1006l",
    "\x1b[?2026h",
    "\x1b[?2026l",
    "\x1b[?2027h",
    "\x1b[?2027l",
    // XTWINOPS: the title saved and restored. OSC 2: the title.
    "\x1b[22;2t",
    "\x1b[23;2t",
    "\x1b]2;{text}\x1b\\",
    // Questions: OSC 11 (paper), CPR, DA1, DA2, DECRQM, XTVERSION.
    "\x1b]11;?\x1b\\",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[>c",
    "\x1b[?2026$p",
    "\x1b[?1006$p",
    "\x1b[?2027$p",
    "\x1b[>0q",
    // CUP, CUD, CUF, CUB, EL, ED, SGR.
    "\x1b[H",
    "\x1b[{n}H",
    "\x1b[{n};{n}H",
    "\x1b[B",
    "\x1b[{n}B",
    "\x1b[C",
    "\x1b[{n}C",
    "\x1b[D",
    "\x1b[{n}D",
    "\x1b[K",
    "\x1b[2J",
    "\x1b[m",
    "\x1b[{sgr}m",
    // OSC 8: a link, and its end. OSC 52: the clipboard.
    "\x1b]8;id={n};{address}\x1b\\",
    "\x1b]8;;\x1b\\",
    "\x1b]52;c;{base64}\x1b\\",
    // Kitty's graphics protocol, about one picture of a fixed number and without replies: a PNG file in parts, the end
    // of a file that is not sent whole, the cells that the picture is fitted into, and the picture freed.
    "\x1b_Ga=t,f=100,i=7566184,q=2,m={n};{base64}\x1b\\",
    "\x1b_Gm={n},q=2;{base64}\x1b\\",
    "\x1b_Gm=0,q=2;\x1b\\",
    "\x1b_Ga=p,U=1,i=7566184,p=1,c={n},r={n},q=2\x1b\\",
    "\x1b_Ga=d,d=I,i=7566184,q=2\x1b\\",
];

/// The parameters of SGR; `n` is a number up to 255.
const PENS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "7",
    "9",
    "22",
    "23",
    "24",
    "27",
    "29",
    "30",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "39",
    "40",
    "41",
    "42",
    "43",
    "44",
    "45",
    "46",
    "47",
    "49",
    "90",
    "91",
    "92",
    "93",
    "94",
    "95",
    "96",
    "97",
    "100",
    "101",
    "102",
    "103",
    "104",
    "105",
    "106",
    "107",
    "38;5;n",
    "48;5;n",
    "38;2;n;n;n",
    "48;2;n;n;n",
];

/// What is inside a sequence that is not the same each time: its name, and how much of the rest it takes.
type Part = (&'static str, fn(&str) -> usize);

const PARTS: [Part; 5] = [
    ("{n}", |rest| run(rest, |c| c.is_ascii_digit()).min(5)),
    ("{sgr}", |rest| {
        let length = run(rest, |c| c.is_ascii_digit() || c == ';');
        if rest.get(..length).is_some_and(are_pens) { length } else { 0 }
    }),
    ("{text}", |rest| rest.graphemes(true).take_while(|grapheme| may_be_shown(grapheme)).map(str::len).sum()),
    ("{address}", |rest| run(rest, |c| c.is_ascii_graphic())),
    ("{base64}", |rest| run(rest, |c| c.is_ascii_alphanumeric() || "+/=".contains(c))),
];

/// Whether what a reader takes for one character may be shown: it has nothing that a terminal acts on or that is not
/// seen, and what only changes the character before it (joiners, variation selectors) has one that is seen.
fn may_be_shown(grapheme: &str) -> bool {
    let seen = grapheme.chars().any(|c| !c.is_whitespace() && !changes_another(c) && c.width() > Some(0));
    grapheme.chars().all(|c| if changes_another(c) { seen } else { !c.is_control() && !is_unseen(c) })
}

/// Zero width joiner and non-joiner, and variation selectors (Unicode, sections 23.2 and 23.4; of Mongolian, section
/// 13.5).
fn changes_another(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether nothing of a character is seen: what Unicode calls `Default_Ignorable_Code_Point`
/// (`DerivedCoreProperties.txt`; soft hyphens, fillers, what joins words, what turns text around, tags), the anchors of
/// annotations (section 23.8), and what ends a line in secret (section 23.2).
fn is_unseen(c: char) -> bool {
    matches!(
        u32::from(c),
        0xad | 0x34f
            | 0x61c
            | 0x115f..=0x1160
            | 0x17b4..=0x17b5
            | 0x180e
            | 0x200b
            | 0x200e..=0x200f
            | 0x2028..=0x202e
            | 0x2060..=0x206f
            | 0x3164
            | 0xfeff
            | 0xffa0
            | 0xfff0..=0xfffb
            | 0x1_bca0..=0x1_bca3
            | 0x1_d173..=0x1_d17a
            | 0xe_0000..=0xe_0fff
    )
}

/// Looks at all that a session sent to a terminal: text, CR LF and the sequences of the list. What is not on it is
/// quoted in the error, with what follows.
pub fn of_terminal(sent: &[u8]) -> Result<(), String> {
    let mut rest = text(sent)?;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\x1b' => SEQUENCES.iter().filter_map(|sequence| matched(sequence, rest)).max().unwrap_or_default(),
            '\r' if rest.starts_with("\r\n") => 2,
            // Plain mode takes a character back: back, a space, back.
            '\x08' if rest.starts_with("\x08 \x08") => 3,
            _ => rest.graphemes(true).next().filter(|grapheme| may_be_shown(grapheme)).map_or(0, str::len),
        };
        if taken == 0 {
            return Err(quoted(rest));
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok(())
}

/// The colours of a code that is printed: black on white, and back.
const CODE: [&str; 2] = ["\x1b[38;5;16;48;5;231m", "\x1b[0m"];

/// Looks at what a command prints: lines, in which no sequence stands but the colours of a code.
pub fn of_answer(sent: &[u8]) -> Result<(), String> {
    let text = CODE.iter().fold(text(sent)?.to_owned(), |text, colours| text.replace(colours, ""));
    of_text(text.as_bytes())
}

/// Looks at a text that is printed: lines, and no sequence at all.
pub fn of_text(sent: &[u8]) -> Result<(), String> {
    let text = text(sent)?;
    let wrong = text.grapheme_indices(true).find(|(_, one)| !matches!(*one, "\n" | "\r\n") && !may_be_shown(one));
    wrong.map_or(Ok(()), |(at, _)| Err(quoted(text.get(at..).unwrap_or_default())))
}

fn text(sent: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(sent).map_err(|error| format!("{error}: {}", sent.escape_ascii()))
}

fn quoted(rest: &str) -> String {
    format!("not on the list: {:?}", rest.chars().take(64).collect::<String>())
}

/// The length of what a sequence of the list matches at the beginning of `text`; what stands in braces takes at least a
/// byte.
fn matched(sequence: &str, text: &str) -> Option<usize> {
    let (mut sequence, mut rest) = (sequence, text);
    while !sequence.is_empty() {
        if let Some((name, takes)) = PARTS.iter().find(|(name, _)| sequence.starts_with(name)) {
            let length = takes(rest);
            rest = rest.get(length..).filter(|_| length > 0)?;
            sequence = sequence.get(name.len()..)?;
        } else {
            let c = sequence.chars().next()?;
            rest = rest.strip_prefix(c)?;
            sequence = sequence.get(c.len_utf8()..)?;
        }
    }
    Some(text.len() - rest.len())
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Whether SGR's parameters are all on the list.
fn are_pens(parameters: &str) -> bool {
    let mut numbers: Vec<_> = parameters.split(';').collect();
    while !numbers.is_empty() {
        let fits = |pen: &&&str| {
            let wanted: Vec<_> = pen.split(';').collect();
            let given = numbers.get(..wanted.len());
            given.is_some_and(|given| {
                given
                    .iter()
                    .zip(&wanted)
                    .all(|(given, wanted)| given == wanted || (*wanted == "n" && given.parse::<u8>().is_ok()))
            })
        };
        let Some(pen) = PENS.iter().find(fits) else { return false };
        numbers.drain(..pen.split(';').count());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without this the list could accept anything.
    #[test]
    fn only_what_is_on_the_list_passes() {
        for good in [
            "",
            "Grüße, 日本 👩‍🔬\r\n",
            "❤\u{fe0f} 1\u{fe0f}\u{20e3} می\u{200c}خواهم 葛\u{e0100} e\u{301} 🇨🇭",
            "\x1b[?1049h\x1b[?25l\x1b[12;40Hx\x1b[0;1;38;2;1;2;255;48;5;7mx\x1b[m\x1b[39;49m",
            "\x1b]2;A title\x1b\\\x1b]8;id=3;https://example.com/\x1b\\link\x1b]8;;\x1b\\",
            "\x1b]52;c;QQ==\x1b\\\x08 \x08",
            "\x1b_Ga=t,f=100,i=7566184,q=2,m=1;QQ==\x1b\\\x1b_Gm=0,q=2;\x1b\\\u{10eeee}\u{305}",
        ] {
            assert_eq!(of_terminal(good.as_bytes()), Ok(()), "{good:?}");
        }
        for bad in [
            "\x1b",
            "\x1b[",
            "\x1b[3J",
            "\x1b[5n",
            "\x1b[?1003h",
            "\x1b[>1u",
            "\x1b[>4;2m",
            "\x1b[5m",
            "\x1b[38;5;256m",
            "\x1b[38;5m",
            "\x1b[1;m",
            "\x1b]0;title\x07",
            "\x1b]2;\u{9c}\x1b\\",
            "\x1b]52;c;?\x1b\\",
            "\x1b]8;id=3;a b\x1b\\",
            "\x1bP+q\x1b\\",
            "\x1b_Ga=t,f=100,i=7566184,t=f,q=2,m=0;QQ==\x1b\\",
            "\x1b_Ga=d,d=A\x1b\\",
            "\x1b_Ga=q,i=1;AAAA\x1b\\",
            "\x1bc",
            "\u{9b}2J",
            "\u{202e}",
            "\u{2066}",
            "\u{2028}",
            "\u{200b}",
            "\u{200e}",
            "\u{200f}",
            "\u{61c}",
            "\u{feff}",
            "\u{ad}",
            "\u{2060}",
            "\u{3164}",
            "\u{fff9}",
            "\u{e0041}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
            " \u{200d}",
            "\x1b[m\u{200d}",
            "\r\n\u{200c}",
            "\u{a0}\u{fe0f}",
            "\r",
            "\n",
            "\t",
            "\x07",
            "\x08",
            "\x7f",
            "\0",
        ] {
            assert!(of_terminal(bad.as_bytes()).is_err(), "{bad:?}");
            assert!(of_terminal(format!("x{bad}x").as_bytes()).is_err(), "{bad:?} among others");
        }
        assert!(of_terminal(b"\xff").is_err() && of_text(b"\xff").is_err());
        assert_eq!(of_answer(b"\x1b[38;5;16;48;5;231m  \x1b[0m\n"), Ok(()));
        assert!(of_answer(b"\x1b[38;5;16;48;5;230m  \x1b[0m\n").is_err());
        assert_eq!(of_text("Grüße\nx\r\n".as_bytes()), Ok(()));
        for bad in ["\x1b[m", "\r", "\t", "\u{9b}", "\u{202e}", "\u{200b}", "\n\u{200d}", " \u{fe0f}"] {
            assert!(of_text(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
