//! The keys of the owner's files, as the code that reads the files asks for them. Unknown keys are compared with them,
//! and the schemas are made of them. [`help`] describes each key to the owner.

/// A key that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TomlKey {
    pub(super) name: &'static str,
    pub(super) kind: ValueKind,
    pub(super) is_required: bool,
}

/// What the value of a key may be. Lengths are in cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// Not known yet.
    Any,
    /// A text of one line.
    Line(usize),
    /// A text of one line that matches a regular expression (ECMA 262).
    Form(usize, &'static str),
    /// A text of several lines.
    Lines(usize),
    /// One of some names, or what matches a regular expression.
    Choice(Vec<String>, Option<&'static str>),
    /// A date, or one of some words in any case.
    Date(Vec<String>),
    /// At most so many texts of one line, each of at most so many cells.
    List(usize, usize),
    /// At most so many of some names.
    Names(usize, Vec<String>),
    /// At most so many tables.
    Tables(usize),
    /// A table, whose keys are judged elsewhere.
    Table,
    /// A table of any keys, which is carried and not shown.
    Extra,
}

impl ValueKind {
    /// One of some names.
    pub(super) fn choice<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self::Choice(names.into_iter().map(str::to_owned).collect(), None)
    }
}

/// What a key is for, by the table that it stands in: `card`, `page`, `entry` or `link`.
pub(super) fn help(table: &str, key: &str) -> Option<&'static str> {
    HELP.iter().find(|(of, name, _)| (*of, *name) == (table, key)).map(|(.., help)| *help)
}

const HELP: [(&str, &str, &str); 50] = [
    ("card", "headline", "What the card says largest: one to three lines of at most 36 columns."),
    ("card", "name", "Your name as it is shown."),
    (
        "card",
        "given",
        "Your given names, for address books. Without this key they are found by the spelling of `name`.",
    ),
    (
        "card",
        "family",
        "Your family's name, for address books. Without this key it is found by the spelling of `name`.",
    ),
    ("card", "pronouns", "Your pronouns, as you write them."),
    ("card", "role", "What you do."),
    ("card", "organization", "Where you do it."),
    ("card", "place", "Where you live or work."),
    ("card", "email", "Your e-mail address. Everybody who opens the card sees it."),
    ("card", "phone", "Your telephone number. Everybody who opens the card sees it."),
    ("card", "interests", "What your work is about, in a few words each."),
    ("card", "outside", "What you like besides."),
    ("card", "logo", "A short text that is drawn in dots: at most 8 characters."),
    ("card", "caption", "A line under the logo."),
    ("card", "opens", "Where the logo leads: a page, an entry of one as in \"stack/kernels\", or an exhibit."),
    ("card", "accent", "The card's one colour: a name, or your own as in \"#2b7a78\"."),
    ("card", "photo", "The picture on the card."),
    ("card", "address", "The host name under which visitors reach this card, with its port where that is not 22."),
    ("card", "web", "The address of this card in a browser."),
    ("card", "language", "The language of the card, as in \"de\"."),
    ("card", "words", "The card's own words in your wording."),
    ("card", "pages", "The names of the pages in their order. A page that is not listed is not shown."),
    ("card", "qr", "What the QR code holds: \"address\", \"mecard\", \"none\", or a link."),
    ("card", "link", "A link of the contact page. Links come last in the file."),
    ("card", "extra", "What a JSON Resume says and the card has no key for. It is carried and not shown."),
    ("link", "label", "What the link is called."),
    ("link", "url", "Where it leads: an address that begins with https, http, mailto, ssh or tel."),
    ("page", "title", "The tab and the heading, in any language. Without this key it is the file's name."),
    ("page", "section", "What the page is to other programs. Without this key the file's name decides."),
    ("page", "layout", "How the page is laid out; \"list\" without this key."),
    ("page", "intro", "A text above the entries, in Markdown."),
    ("page", "ground", "In layers alone: what the lowest stands on."),
    ("page", "line", "In a timeline alone: the names that one company has had, in order."),
    ("page", "entry", "A part of the page: a job, a school, a project, a skill."),
    ("entry", "title", "What it is called. An entry has a title, an organization, or both."),
    ("entry", "organization", "The company, school or publisher. Consecutive entries of one stand under one name."),
    ("entry", "subtitle", "What it is about, in a line."),
    ("entry", "from", "When it began: \"2019\", \"2019-05\" or \"2019-05-31\"."),
    ("entry", "to", "When it ended, or \"now\". Without this key nothing is claimed."),
    ("entry", "time", "When it was, in words, instead of `from` and `to`."),
    ("entry", "place", "Where it was."),
    ("entry", "level", "In a compact page alone: how well, in a word."),
    ("entry", "url", "Where it is found."),
    ("entry", "links", "Other addresses, each with `label` and `url`."),
    ("entry", "tags", "Keywords."),
    ("entry", "people", "With whom."),
    ("entry", "text", "What you did, in Markdown. Items of a list become highlights for other programs."),
    ("entry", "exhibits", "Small models to play with, which the entry opens."),
    ("entry", "see", "The place on another page that it belongs to: \"stack\", or \"stack/kernels\"."),
    ("entry", "extra", "What a JSON Resume says and an entry has no key for. It is carried and not shown."),
];
