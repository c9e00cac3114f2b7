//! Answers about the server itself: the help and the privacy notice.

use std::{collections::BTreeSet, iter};

use crate::{
    document::{Document, Language, Words, words::filled},
    formats::FORMATS,
    site::Site,
};

/// The program and its version.
pub(super) const VERSION: &str = concat!("sshcard ", env!("CARGO_PKG_VERSION"), "\n");

/// What is logged. It says no more than the program can keep: how long the log lives is up to whoever runs it.
pub(super) const PRIVACY: &str = "\
What is logged of a visit: one line when you are shown something first, and one
when the connection ends. They tell the time, the number of the connection
since the server started, your network (of an IPv4 address its first three
numbers, of an IPv6 address its first three groups), what was shown (the page,
plain lines, files, or which document) and how often, for how many seconds, and
why it ended. A connection that is refused leaves a line as well: the same
network, and why. Many visits or refusals at a time leave one line together,
without a network. A program that cannot speak with this server leaves a line,
at most one a minute: the same network, and the name that the program gives
itself (such as SSH-2.0-PuTTY).

What is never logged: your address in full, your user name, your keys and
passwords, your terminal and its settings, and what you type, but for the name
of a document that you ask for.

While you are connected, the server holds your address in memory, to count the
connections from it. When you leave, that is forgotten. It sets no cookie,
makes no connection of its own, and writes no file about you.

How long the lines of the log are kept is up to the owner of this card. The
server writes them to its standard error and keeps no copy.
";

/// A row of exhibits is shorter than this.
const ROW: usize = 32;

/// The command that gives the arrival as a picture.
pub const POSTCARD: &str = "postcard";

/// The grounds on which it is drawn.
pub(super) const GROUNDS: [&str; 2] = ["dark", "light"];

/// What there is to ask for, one line each: commands, and user names where the visitor `has_user_name`. `site` is the
/// card in one language, `card` in all.
pub(super) fn help(site: &Site, card: &Document, has_user_name: bool) -> String {
    let formats = FORMATS.iter().filter(|format| site.renditions().get(format.name(), "").is_some());
    let words = &site.document().words;
    let mut commands: Vec<(String, &str)> = formats.map(|format| (format.usage(), format.gives(words))).collect();
    let each: Vec<&str> = site.document().pages.iter().map(|page| page.name.as_str()).collect();
    if !each.is_empty() {
        commands.insert(1, (each.join(" "), &words.commands.page));
    }
    commands.extend(
        exhibits(site.document()).into_iter().zip(iter::once(&*words.commands.exhibit).chain(iter::repeat(""))),
    );
    commands.push((format!("{POSTCARD} [{}]", GROUNDS.join("|")), &words.commands.postcard));
    let tags: Vec<&str> = card.languages().map(Language::tag).filter(|_| !card.translations.is_empty()).collect();
    if !tags.is_empty() {
        commands.push((format!("{} COMMAND", tags.join("|")), &words.commands.in_language));
    }
    commands.extend(NOTICES.map(|(name, gives)| (name.to_owned(), gives(words).as_str())));
    let user_names = |names: &[&str]| names.iter().map(|name| format!("{name}@")).collect::<Vec<_>>().join(" ");
    let mut doors = vec![
        (user_names(&each), words.commands.at_page.as_str()),
        ("plain@ text@".to_owned(), &words.commands.as_text),
        ("light@ dark@ mono@".to_owned(), &words.commands.at_ground),
        ("ascii@ still@".to_owned(), &words.commands.in_signs),
    ];
    if !tags.is_empty() {
        doors.push((user_names(&tags), &words.commands.at_language));
    }
    let [intro, names] = [&words.commands.intro, &words.commands.names];
    let ssh = site.document().card.ssh();
    let opens = ssh.map(|ssh| filled(&words.card.opens, &[&ssh]) + &words.lists.stop + "\n").unwrap_or_default();
    let doors = if has_user_name { format!("\n{names}\n\n{}", in_columns(&doors)) } else { String::new() };
    format!("{opens}{intro}\n\n{}{doors}", in_columns(&commands))
}

/// A command, and what it gives.
type NoticeCommand = (&'static str, fn(&Words) -> &String);

/// Commands that give no rendition of the card, and what each gives.
pub(super) const NOTICES: [NoticeCommand; 4] = [
    ("hostkey", |words| &words.commands.hostkey),
    ("privacy", |words| &words.commands.privacy),
    ("version", |words| &words.commands.version),
    ("help", |words| &words.commands.help),
];

/// The names of the exhibits, in rows that leave room beside them.
fn exhibits(document: &Document) -> Vec<String> {
    let (mut names, mut rows) = (BTreeSet::new(), Vec::<String>::new());
    for name in document.exhibits().filter(|name| names.insert(*name)) {
        match rows.last_mut().filter(|row| row.len() + name.len() < ROW) {
            Some(row) => *row = format!("{row} {name}"),
            None => rows.push(name.to_owned()),
        }
    }
    rows
}

/// Two columns.
fn in_columns(rows: &[(String, &str)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<String> =
        rows.iter().map(|(name, about)| format!("  {name:width$}  {about}").trim_end().to_owned() + "\n").collect();
    lines.concat()
}
