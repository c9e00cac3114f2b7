use std::fmt::Write as _;

use proptest::prelude::*;

use super::{super::files::tests::files, *};

/// What is said to a client that answers so, with `|` where an answer was waited for; and how it ended, if it did. Long
/// contents are told by their length.
fn talk(command: &str, answers: &[&str]) -> (String, Option<SessionEnd>) {
    let command = ScpCommand::parse(command.as_bytes()).unwrap();
    let mut scp = Scp::new(files(), &command);
    let (mut received, mut said, mut answers) = (Received::default(), String::new(), answers.iter());
    loop {
        match scp.next(&mut received) {
            TransferStep::Send(bytes) if bytes.len() > 100 => write!(said, "<{}>", bytes.len()).unwrap(),
            TransferStep::Send(bytes) => said += &String::from_utf8_lossy(&bytes),
            TransferStep::Receive => match answers.next() {
                Some(answer) => {
                    said.push('|');
                    received.bytes.extend_from_slice(answer.as_bytes());
                }
                None => return (said, None),
            },
            TransferStep::End(end) => return (said, Some(end)),
        }
    }
}

const YES: [&str; 99] = ["\0"; 99];

#[test]
fn what_is_asked_for_is_sent() {
    const CARD: &str = "C0644 24 card.vcf\n|BEGIN:VCARD\r\nEND:VCARD\r\n\0|";
    const GERMAN: &str = "D0755 0 de\n|C0644 11 card.vcf\n|END:VCARD\r\n\0|E\n|";
    const README: &str = "C0644 9 README.txt\n|Read me.\n\0|";
    const REST: &str =
        "C0644 0 empty\n|\0|C0644 200000 large.bin\n|<32768><32768><32768><32768><32768><32768><3392>\0|";
    const TIME: &str = "T1763986800 0 1763986800 0\n|";
    for (command, said, end) in [
        ("scp -f card.vcf", format!("|{CARD}"), SessionEnd::Goodbye),
        ("scp -v -f -- ./card.vcf", format!("|{CARD}"), SessionEnd::Goodbye),
        ("scp -f '~/card.vcf'", format!("|{CARD}"), SessionEnd::Goodbye),
        ("scp -p -f /card.vcf", format!("|{TIME}{CARD}"), SessionEnd::Goodbye),
        ("scp -f *.vcf", format!("|{CARD}"), SessionEnd::Goodbye),
        ("scp -f /????.vcf", format!("|{CARD}"), SessionEnd::Goodbye),
        ("scp -f card.vcf README.txt", format!("|{CARD}{README}"), SessionEnd::Goodbye),
        ("scp -f *", format!("|{README}{CARD}{REST}"), SessionEnd::Goodbye),
        ("scp -r -f .", format!("|D0755 0 card\n|{GERMAN}{README}{CARD}{REST}E\n|"), SessionEnd::Goodbye),
        ("scp -r -f de/", format!("|{GERMAN}"), SessionEnd::Goodbye),
        ("scp -r -f d*", format!("|{GERMAN}"), SessionEnd::Goodbye),
        ("scp -f de/*.vcf", "|C0644 11 card.vcf\n|END:VCARD\r\n\0|".into(), SessionEnd::Goodbye),
        ("scp -f de", "|\x01scp: de: not a regular file\n".into(), SessionEnd::Refused),
        ("scp -r -f card.vcf", format!("|{CARD}"), SessionEnd::Goodbye),
        (
            "scp -rp -f /",
            format!(
                "|{TIME}D0755 0 card\n|{TIME}{}{TIME}{README}{TIME}{CARD}{TIME}{}E\n|",
                GERMAN.replace("|C", &format!("|{TIME}C")),
                REST.replace("|C", &format!("|{TIME}C"))
            ),
            SessionEnd::Goodbye,
        ),
        ("scp -f .", "|\x01scp: .: not a regular file\n".into(), SessionEnd::Refused),
        ("scp -f nothing", "|\x01scp: nothing: No such file or directory\n".into(), SessionEnd::Refused),
        ("scp -f *.doc", "|\x01scp: *.doc: No such file or directory\n".into(), SessionEnd::Refused),
        ("scp -f ../*", "|\x01scp: ../*: Permission denied\n".into(), SessionEnd::Refused),
        ("scp -r -f ..", "|\x01scp: ..: Permission denied\n".into(), SessionEnd::Refused),
        ("scp -f '\x1b[2J'", "|\x01scp: ?[2J: No such file or directory\n".into(), SessionEnd::Refused),
        ("scp -f x card.vcf", format!("|\x01scp: x: No such file or directory\n{CARD}"), SessionEnd::Refused),
        ("scp -t .", "\x01scp: permission denied: this card is read-only\n".into(), SessionEnd::Refused),
    ] {
        assert_eq!(talk(command, &YES), (said, Some(end)), "{command}");
    }
}

#[test]
fn a_client_may_do_without() {
    for (command, answers, said, end) in [
        // Nothing is said before the client has.
        ("scp -f card.vcf", &[][..], "", None),
        ("scp -f card.vcf", &["\0"], "|C0644 24 card.vcf\n", None),
        (
            "scp -f card.vcf README.txt",
            &["\0", "\x01no ", "room\n"],
            "|C0644 24 card.vcf\n||C0644 9 README.txt\n",
            None,
        ),
        ("scp -f card.vcf", &["\0", "\x01\n"], "|C0644 24 card.vcf\n|", Some(SessionEnd::Refused)),
        ("scp -p -f card.vcf", &["\0", "\x01\n"], "|T1763986800 0 1763986800 0\n|", Some(SessionEnd::Refused)),
        ("scp -r -f .", &["\0", "\x01no\n"], "|D0755 0 card\n|", Some(SessionEnd::Refused)),
        ("scp -r -f .", &["\0", "\0", "\x01no\n"], "|D0755 0 card\n|D0755 0 de\n|C0644 9 README.txt\n", None),
        ("scp -pr -f .", &["\0", "\x01no\n"], "|T1763986800 0 1763986800 0\n|", Some(SessionEnd::Refused)),
        ("scp -r -f . empty", &["\0", "\x01no\n"], "|D0755 0 card\n|C0644 0 empty\n", None),
        ("scp -f card.vcf README.txt", &["\0", "\x02no\n"], "|C0644 24 card.vcf\n|", Some(SessionEnd::Refused)),
        ("scp -f card.vcf", &["x"], "|", Some(SessionEnd::Malformed)),
        ("scp -f card.vcf", &["\n"], "|", Some(SessionEnd::Malformed)),
        // All answers at once, and more of them than were asked for.
        ("scp -f empty", &["\0\0\0\0\0\0"], "|C0644 0 empty\n\0", Some(SessionEnd::Goodbye)),
    ] {
        assert_eq!(talk(command, answers), (said.to_owned(), end), "{command} {answers:?}");
    }
    let long = format!("\x01{}", "x".repeat(LONGEST_COMPLAINT));
    assert_eq!(talk("scp -f empty", &[&long]), ("|".to_owned(), Some(SessionEnd::Malformed)));
}

#[test]
fn patterns_fit_as_in_a_shell() {
    for (pattern, name, fits_it) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("*", "card.vcf", true),
        ("*.vcf", "card.vcf", true),
        ("*.vcf", "card.vcfx", false),
        ("c*d.*f", "card.vcf", true),
        ("?ard.vcf", "card.vcf", true),
        ("?card.vcf", "card.vcf", false),
        ("*a*a*b", "aaaaaaaaaaaaaaaaaaaab", true),
        ("*a*a*c", "aaaaaaaaaaaaaaaaaaaab", false),
        ("a**b", "ab", true),
        ("a?*b", "ab", false),
        ("card.vcf", "card.vcf", true),
        ("card", "card.vcf", false),
    ] {
        assert_eq!(WildMatch::new(pattern).matches(name), fits_it, "{pattern} {name}");
    }
}

proptest! {
    #[test]
    fn any_command_and_any_answers_are_survived(
        command in "scp (-[frpvqdt]{1,3} ){0,3}[ -~\u{80}]{0,40}",
        answers in proptest::collection::vec("[\0\0\0\x01\x02a-c\n]{0,6}", 0..60),
    ) {
        if ScpCommand::parse(command.as_bytes()).is_some() {
            let answers: Vec<_> = answers.iter().map(String::as_str).collect();
            let (said, _) = talk(&command, &answers);
            prop_assert!(!said.contains(|c: char| c.is_control() && !"\0\x01\r\n".contains(c)), "{said:?}");
        }
    }
}
