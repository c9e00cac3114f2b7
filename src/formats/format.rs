//! The trait of a format.

use bytes::Bytes;

use crate::document::{Document, Words};

/// A way to give the card to a visitor without a terminal.
pub trait Format: Sync {
    /// The format's name: the first word of its command. No page may have this name.
    fn name(&self) -> &'static str;

    /// What the command gives, for the help.
    fn gives<'w>(&self, words: &'w Words) -> &'w str;

    /// The variants: words that may follow the name. The first is the default.
    fn variants(&self) -> &'static [&'static str] {
        &[]
    }

    /// The files of this format, for visitors who copy the card by sftp or scp.
    fn files(&self) -> &'static [File] {
        &[]
    }

    /// Whether a variant is lines of text, which get the line ends of a terminal if they are sent to one.
    fn has_lines(&self, _variant: &str) -> bool {
        true
    }

    /// Whether it is for readers, and so has the quotation marks of the document's language; else it is for programs.
    fn is_set(&self) -> bool {
        false
    }

    /// The message where [`render`](Self::render) gives `None`.
    fn absence(&self) -> &'static str {
        "this card has nothing of the kind"
    }

    /// The command with its variants: `vcard [3|4]`.
    fn usage(&self) -> String {
        match self.variants() {
            [] => self.name().to_owned(),
            variants => format!("{} [{}]", self.name(), variants.join("|")),
        }
    }

    /// Renders a document. `variant` is one of [`variants`](Self::variants); any other word means the default. `None`
    /// if the document has no content for this format. Lines of text end with a line end.
    fn render(&self, document: &Document, variant: &str) -> Option<Bytes>;
}

/// A file that holds one variant of a format.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// The file's name.
    pub name: &'static str,
    /// Its description in `README.txt`.
    pub about: fn(&Words) -> &String,
    /// The variant of the format.
    pub variant: &'static str,
}
