//! The card's content: the files of `profile/` as types.
//!
//! This module reads files once, when it is asked to, and never again; it knows nothing of screens, colours or SSH.
//! What it hands out is neutral: text cut into blocks and runs, and nothing in it can harm a terminal, since every
//! control character was refused at the door.

use std::path::Path;

pub(crate) mod characters;
mod edition;
pub mod markdown;
pub mod problem;
pub mod source;
pub mod typeset;
mod url;

pub use edition::typewritten;
pub use problem::{Place, Problem, Problems};

/// Everything that the card says, checked and ready to be shown in any form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// `card.toml`
    pub card: Card,
    /// `about.md`
    pub about: Prose,
    /// `career.toml`
    pub career: Career,
    /// `stack.toml`
    pub stack: Stack,
}

impl Profile {
    /// Reads `card.toml`, `about.md`, `career.toml` and `stack.toml` in `dir`.
    ///
    /// `exhibits` are the names that a layer of the stack may open; any other is a problem.
    ///
    /// # Errors
    ///
    /// All problems of all four files together, each with file, line, column and remedy.
    pub fn load(dir: &Path, exhibits: &[&str]) -> Result<Self, Problems> {
        source::load(dir, exhibits)
    }
}

/// `card.toml`: who this is, in the fewest words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What the card says largest; one to three lines, at least one.
    pub headline: Vec<String>,
    /// The person's name.
    pub name: Option<String>,
    /// Pronouns, as the owner writes them.
    pub pronouns: Option<String>,
    /// What the person does.
    pub role: Option<String>,
    /// Where they do it.
    pub organization: Option<String>,
    /// Where they live or work.
    pub place: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// What their work is about.
    pub interests: Vec<String>,
    /// What they like besides.
    pub outside: Vec<String>,
    /// A short text that is drawn as dots: at most 8 characters.
    pub mark: Option<String>,
    /// The pages in the order of the top line; `Page::Card` is always among them.
    pub pages: Vec<Page>,
    /// The card's one colour.
    pub accent: Accent,
    /// The host name under which visitors reach the card: `card.example.com`, `card.example.com:2222`.
    pub address: Option<String>,
    /// What the QR code on the back of the card holds.
    pub qr: Qr,
    /// Where else the person is found.
    pub links: Vec<Link>,
}

impl Card {
    /// The command that opens this card, where its address is known: `ssh -p 2222 card.example.com`. The words of
    /// `command`, which may be empty, follow it.
    #[must_use]
    pub fn ssh(&self, command: &str) -> Option<String> {
        let (host, port) = self.host()?;
        let port = port.map(|port| format!("-p {port} ")).unwrap_or_default();
        let command = if command.is_empty() { String::new() } else { format!(" {command}") };
        Some(format!("ssh {port}{host}{command}"))
    }

    /// The host of the card's address, an IPv6 address without brackets, and the port where it is not 22.
    #[must_use]
    pub fn host(&self) -> Option<(&str, Option<u16>)> {
        let (host, port) = source::split_address(self.address.as_ref()?)?;
        Some((host, port.filter(|port| *port != 22)))
    }
}

/// One screen of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Page {
    /// The card itself.
    Card,
    /// The bio.
    About,
    /// The stations.
    Career,
    /// The layers.
    Stack,
    /// Links and ways to take the card away.
    Contact,
}

impl Page {
    /// All pages, in the order that a card has unless its profile says otherwise.
    pub const ALL: [Self; 5] = [Self::Card, Self::About, Self::Career, Self::Stack, Self::Contact];

    /// The page's name: in the profile, on the top line, and as a user name or command.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::About => "about",
            Self::Career => "career",
            Self::Stack => "stack",
            Self::Contact => "contact",
        }
    }
}

/// A colour that was chosen for both grounds and every depth; the theme holds its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Accent {
    /// `amber`
    Amber,
    /// `blue`
    Blue,
    /// `green`
    Green,
    /// `rose`
    Rose,
    /// `teal`
    #[default]
    Teal,
    /// `violet`
    Violet,
}

impl Accent {
    /// All accents, by name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("amber", Self::Amber),
        ("blue", Self::Blue),
        ("green", Self::Green),
        ("rose", Self::Rose),
        ("teal", Self::Teal),
        ("violet", Self::Violet),
    ];
}

/// What the QR code says, as the profile chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Qr {
    /// `qr = "none"`: no code.
    None,
    /// `qr = "address"`: `ssh://` and the card's address (the default where there is one).
    Address(String),
    /// `qr = "https://…"`: a link (the default is the first of `links`, where there is one and no address).
    Link(String),
    /// `qr = "mecard"`: the card's fields as a MECARD (the default of a card without address and link).
    Mecard(String),
}

impl Qr {
    /// What a camera reads in the code; `None` where there is no code.
    #[must_use]
    pub fn content(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Address(text) | Self::Link(text) | Self::Mecard(text) => Some(text),
        }
    }
}

/// A place where the person is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is called.
    pub label: String,
    /// An `https`, `http`, `mailto`, `ssh` or `tel` URL.
    pub url: String,
}

/// `career.toml`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Career {
    /// The names that the company has had, in order.
    pub line: Vec<String>,
    /// The stations, newest first.
    pub stations: Vec<Station>,
}

/// One station of a career.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// Company, school, or whatever else the station is called.
    pub organization: String,
    /// What it was about, in a word or two.
    pub subject: Option<String>,
    /// When, if known, in the owner's words: `now`, `2023`.
    pub time: Option<String>,
    /// With whom.
    pub people: Vec<String>,
    /// What was done.
    pub text: Prose,
    /// The layer of the stack that it belongs to: an index into [`Stack::layers`].
    pub layer: Option<usize>,
}

/// `stack.toml`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stack {
    /// What the layers stand on; the word under the lowest one.
    pub ground: Option<String>,
    /// A sentence above the layers.
    pub text: Prose,
    /// The layers, from the ground up.
    pub layers: Vec<Layer>,
}

/// One layer of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// One word or two.
    pub title: String,
    /// What it is about, in a line.
    pub summary: Option<String>,
    /// Where it was done.
    pub place: Option<String>,
    /// What was done there.
    pub text: Prose,
    /// The exhibits that it opens, by name.
    pub exhibits: Vec<String>,
}

/// A text, cut into blocks. Its side notes stand apart; the text refers to them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// The text, in order.
    pub blocks: Vec<Block>,
    /// The side notes, in the order in which the text refers to them; note `n` is `notes[n - 1]`.
    pub notes: Vec<Vec<Block>>,
}

/// One block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Run>),
    /// A list; `Some` is the number that an ordered one begins with.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A quotation.
    Quote(Vec<Block>),
    /// Code, line by line, to be shown as it is.
    Code(Vec<String>),
    /// A line between two parts.
    Rule,
}

/// A piece of text in one voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Words.
    Text {
        /// The words; no control characters.
        text: String,
        /// How they are said.
        voice: Voice,
        /// Where they lead.
        link: Option<String>,
    },
    /// A reference to side note `n`, counted from 1.
    Note(usize),
    /// A line break that the owner asked for.
    Break,
}

/// How words are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Voice {
    /// `**strong**`
    pub strong: bool,
    /// `*emphasis*`
    pub emphasis: bool,
    /// `` `code` ``
    pub code: bool,
}
