//! The text of one file of the owner's, and the diagnostics about it so far. The file is read once, whole, and never
//! written.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{ErrorKind, Read},
    ops::Range,
    path::{Path, PathBuf},
};

use super::{
    characters::{name, refused},
    diagnostic::{Diagnostic, Diagnostics, Severity, SpannedDiagnostic},
    keys::TomlKey,
};

/// The longest file, in bytes. A bio of a hundred pages is 200 KiB; a file beyond this is not one.
pub const LONGEST_FILE: u64 = 256 * 1024;

/// The text of a file, with `\n` for every line end and no byte order mark, and its diagnostics.
#[derive(Debug)]
pub(super) struct SourceFile {
    path: PathBuf,
    text: String,
    found: RefCell<FileDiagnostics>,
    /// The keys that were asked for, by the table that they stand in; `""` for the file's own.
    keys: RefCell<BTreeMap<&'static str, Vec<TomlKey>>>,
}

/// What was found wrong with a file.
#[derive(Debug, Default)]
struct FileDiagnostics {
    /// In the order in which they were found. Each is about a byte of the file at least, so that the file's length
    /// bounds them.
    diagnostics: Vec<SpannedDiagnostic>,
    /// Where the lines begin that could not be parsed; every other diagnostic of such a line is only a consequence.
    broken: BTreeSet<usize>,
    /// So many of them are of keys of the first edition.
    old: usize,
}

impl SourceFile {
    /// Reads a file; `None` when there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not a regular file, is longer than [`LONGEST_FILE`], or is not UTF-8.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, Diagnostics> {
        let Some(bytes) = read(path, LONGEST_FILE)? else { return Ok(None) };
        if bytes.len() as u64 > LONGEST_FILE {
            let message = format!("this file is longer than {} KiB", LONGEST_FILE / 1024);
            return Err(Diagnostic::with_file(path, message, "shorten it: a card is read in a few minutes").into());
        }
        Ok(Some(Self::new(path, &utf8(path, bytes)?)))
    }

    /// Takes a text as the content of a file.
    #[must_use]
    pub(super) fn new(path: &Path, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        Self { path: path.to_path_buf(), text, found: RefCell::default(), keys: RefCell::default() }
    }

    /// The file's path, as the owner named its directory.
    #[must_use]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The text.
    #[must_use]
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Adds an error at the bytes `span` of the text.
    pub(super) fn error(&self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.add(SpannedDiagnostic::error(span, message, remedy));
    }

    /// Adds the error of a key of the first edition.
    pub(super) fn old(&self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.error(span, message, remedy);
        self.found.borrow_mut().old += 1;
    }

    /// The number of keys of the first edition that were told.
    pub(super) fn old_keys(&self) -> usize {
        self.found.borrow().old
    }

    /// Adds a warning at the bytes `span` of the text.
    pub(super) fn warning(&self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.add(SpannedDiagnostic::warning(span, message, remedy));
    }

    /// Adds a diagnostic, unless it is of a line that could not be parsed.
    pub(super) fn add(&self, diagnostic: SpannedDiagnostic) {
        let mut found = self.found.borrow_mut();
        if found.broken.is_empty() || !found.broken.contains(&self.line_start(diagnostic.span.start)) {
            found.diagnostics.push(diagnostic);
        }
    }

    /// Adds the error of a line that cannot be parsed.
    pub(super) fn syntax(&self, error: SpannedDiagnostic) {
        let line = self.line_start(error.span.start);
        self.add(error);
        self.found.borrow_mut().broken.insert(line);
    }

    /// Where the line begins that the byte at `offset` is in.
    fn line_start(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
    }

    /// Whether there are lines that cannot be parsed. What seems to be missing may then stand in one of them.
    pub(super) fn is_broken(&self) -> bool {
        !self.found.borrow().broken.is_empty()
    }

    /// Whether an error was found in the file.
    pub(super) fn has_errors(&self) -> bool {
        self.found.borrow().diagnostics.iter().any(|one| one.severity == Severity::Error)
    }

    /// Adds an error for every character of the text that may not be shown; newline and tab may.
    pub(super) fn check_characters(&self) {
        if let Some(at) = self.text.find('\r') {
            let remedy = "save the file with the line ends of Linux (LF) or of Windows (CR LF)";
            self.error(at..at + 1, "a line ends in CR alone", remedy);
        }
        for (offset, character) in refused(&self.text, &['\n', '\r', '\t']) {
            self.refused(offset..offset + character.len_utf8(), character);
        }
    }

    /// Adds an error for a character that may not be shown.
    pub(super) fn refused(&self, span: Range<usize>, character: char) {
        self.error(span, format!("{} cannot be shown", name(character)), "remove it");
    }

    /// Notes the keys that a table was asked for.
    pub(super) fn asked(&self, table: &'static str, keys: Vec<TomlKey>) {
        self.keys.borrow_mut().insert(table, keys);
    }

    /// The keys that each table was asked for.
    pub(super) fn into_keys(self) -> BTreeMap<&'static str, Vec<TomlKey>> {
        self.keys.into_inner()
    }

    /// What was found.
    pub(super) fn into_diagnostics(self) -> Diagnostics {
        Diagnostics::of_file(&self.path, &self.text, self.found.into_inner().diagnostics)
    }
}

/// The bytes of a file as its text.
///
/// # Errors
///
/// They are not UTF-8.
pub(crate) fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, Diagnostics> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let span = valid..valid + '\u{fffd}'.len_utf8();
        Diagnostic::at(path, &text, span, "this is not UTF-8", "save the file as UTF-8").into()
    })
}

/// The bytes of a file; `None` when there is none. Of a file that is longer than `longest` bytes, one byte more than
/// that is read.
///
/// # Errors
///
/// The file cannot be read, is not a regular file, or is a link to one that is not there.
pub(crate) fn read(path: &Path, longest: u64) -> Result<Option<Vec<u8>>, Diagnostics> {
    let unreadable = |error: std::io::Error| -> Diagnostics {
        let message = format!("this file cannot be read: {error}");
        Diagnostic::with_file(path, message, "make it a file that the server may read").into()
    };
    // Checked before the file is opened, since opening a pipe waits for a writer.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => {
            let remedy = "put a file in its place, or move it away";
            return Err(Diagnostic::with_file(path, "this is not a regular file", remedy).into());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return broken_link(path).map_or(Ok(None), |link| Err(link.into()));
        }
        Err(error) => return Err(unreadable(error)),
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(longest + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

/// The error of a link to a file that is not there.
pub(super) fn broken_link(path: &Path) -> Option<Diagnostic> {
    let target = fs::read_link(path).ok()?;
    let missing = fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    let message = format!("this is a link to {}, which is not there", target.display());
    missing.then(|| Diagnostic::with_file(path, message, "put a file there, or remove the link"))
}

/// The name of a file; empty where it is not UTF-8.
pub(super) fn file_name(file: &Path) -> &str {
    file.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
