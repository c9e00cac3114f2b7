//! What a format is.

use bytes::Bytes;

use crate::document::{Document, Words};

/// A way to give the card to a visitor without a terminal.
pub trait Format: Sync {
    /// The first word of the command that asks for it. No page has this name.
    fn name(&self) -> &'static str;

    /// What it gives, for help.
    fn gives<'w>(&self, words: &'w Words) -> &'w str;

    /// The words that may follow the name. The first is the default; without any there is one rendering.
    fn variants(&self) -> &'static [&'static str] {
        &[]
    }

    /// The files that hold it, for visitors who copy the card as files.
    fn files(&self) -> &'static [File] {
        &[]
    }

    /// Whether a variant is lines of text, and a terminal wants them ended its way.
    fn has_lines(&self, _variant: &str) -> bool {
        true
    }

    /// Whether it is for readers, and set with the quotation marks of the document's language, or for programs.
    fn is_set(&self) -> bool {
        false
    }

    /// What is said to whoever asks for it where a document has nothing of the kind ([`render`](Self::render)).
    fn absence(&self) -> &'static str {
        "this card has nothing of the kind"
    }

    /// The command with what may follow it: `vcard [3|4]`.
    fn usage(&self) -> String {
        match self.variants() {
            [] => self.name().to_owned(),
            variants => format!("{} [{}]", self.name(), variants.join("|")),
        }
    }

    /// Renders a document. `variant` is one of [`variants`](Self::variants); any other word counts as the default.
    /// `None` where the document has nothing of the kind. The result is complete: it ends with a line end where it has
    /// lines.
    fn render(&self, document: &Document, variant: &str) -> Option<Bytes>;
}

/// A file that holds one variant of a format.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// The file's name.
    pub name: &'static str,
    /// What it is for, in the file that tells of the others.
    pub about: fn(&Words) -> &String,
    /// The variant that is in it.
    pub variant: &'static str,
}
