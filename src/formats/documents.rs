//! Every document of a card, written once when its profile loads and sent from memory from then on: a visitor who asks
//! costs a lookup. It knows nothing of who asks, and reads no file.

use std::{fmt::Write as _, sync::OnceLock};

use bytes::Bytes;

use super::{Code, Format, TEXT_WIDTH, Version, render, text};
use crate::profile::Profile;

/// All documents of one profile.
#[derive(Debug)]
pub struct Documents {
    profile: Profile,
    /// Some twenty, so that looking through them is quicker than hashing.
    rendered: Vec<(Format, Bytes)>,
    /// The text at each width from 1 to [`WIDEST`], set when it is first asked for and kept, as it is for the pages: what
    /// visitors can make of it is bounded by [`WIDEST`] texts, a card's of ten kilobytes, so two megabytes.
    widths: Box<[OnceLock<Bytes>]>,
}

/// The widest that text is set, in cells; nobody reads longer lines.
pub const WIDEST: u16 = 200;

impl Documents {
    /// Renders the profile in every format.
    #[must_use]
    pub fn new(profile: &Profile) -> Self {
        let rendered = Format::each(profile).filter_map(|format| Some((format, render(profile, format)?))).collect();
        let widths = (1..=WIDEST).map(|_| OnceLock::new()).collect();
        Self { profile: profile.clone(), rendered, widths }
    }

    /// The document of a format; `None` where the card has none: no QR code, or not this page. The bytes are shared.
    #[must_use]
    pub fn get(&self, format: Format) -> Option<Bytes> {
        self.rendered.iter().find(|(rendered, _)| *rendered == format).map(|(_, bytes)| bytes.clone())
    }

    /// The whole card as text of at most `width` cells a line, from 1 to [`WIDEST`]; beyond, the nearest of them.
    #[must_use]
    pub fn text(&self, width: u16) -> Bytes {
        let width = width.clamp(1, WIDEST);
        let set = || Bytes::from(text::render(&self.profile, width));
        let kept = if width == TEXT_WIDTH { None } else { self.widths.get(usize::from(width - 1)) };
        match kept {
            Some(kept) => kept.get_or_init(set).clone(),
            None => self.get(Format::Text).unwrap_or_else(set),
        }
    }

    /// The profile that they are of.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The card as files, by name: what a visitor finds who looks into it as into a directory. The pictures of the QR code
    /// are there where the card has one.
    #[must_use]
    pub fn files(&self) -> Vec<(&'static str, Bytes)> {
        let files = FILES.iter().filter_map(|(name, _, format)| Some((*name, self.get(*format)?)));
        [(README, self.readme().into())].into_iter().chain(files).collect()
    }

    /// What is here, what to do with it, and the card itself for whoever opens only this.
    fn readme(&self) -> String {
        let mut readme = String::from("This is a card. It comes in several files; each says the same.\n\n");
        for (name, what, format) in FILES {
            if self.get(format).is_some() {
                let _ = writeln!(readme, "  {name:11}  {what}");
            }
        }
        readme.push_str("\nFor an address book, copy card.vcf and open it, or send it to your phone.\n");
        if let Some(ssh) = self.profile.card.ssh("") {
            let _ = writeln!(readme, "For the card itself, with everything that moves: {ssh}");
        }
        readme.push_str("\n\n");
        readme.push_str(&String::from_utf8_lossy(&self.text(TEXT_WIDTH)));
        readme
    }
}

/// The name of the file that tells of the others.
const README: &str = "README.txt";

/// The other files: name, what it is, and the format that is in it.
const FILES: [(&str, &str, Format); 6] = [
    ("card.vcf", "for an address book (vCard 3.0, which phones import)", Format::Vcard(Version::V3)),
    ("resume.json", "for programs (JSON Resume)", Format::Json),
    ("about.md", "the whole card as Markdown", Format::Markdown),
    ("card.html", "the whole card as a web page, to read and to print", Format::Html),
    ("qr.svg", "the QR code as a drawing", Format::Qr(Code::Svg)),
    ("qr.png", "the QR code as a picture", Format::Qr(Code::Png)),
];
