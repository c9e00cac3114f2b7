//! What is wrong with the owner's files, told so that it can be put right: file, line, column, the line itself and what
//! would be right. A report never holds a control character of the file it is about.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::characters::cleaned;

/// The errors of one file that are shown; more would only hide the first. The others are counted.
pub(super) const MOST_SHOWN: usize = 50;

/// The errors and warnings of a profile, sorted by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
    /// Diagnostics that are counted and not shown.
    more: usize,
}

impl Diagnostics {
    /// Sorts diagnostics and removes repeated ones. `more` is the number of further ones that are only counted.
    pub(super) fn new(mut all: Vec<Diagnostic>, more: usize) -> Self {
        all.sort_by(|one, other| one.key().cmp(&other.key()));
        all.dedup();
        Self { all, more }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the profile cannot be shown as it is.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|one| one.severity == Severity::Error)
    }

    /// The number of errors and warnings; and, where that is so, that not all of them are shown.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |severity| self.all.iter().filter(|one| one.severity == severity).count();
        let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        // Those that are only counted are errors or warnings of a file that has many; which is not known.
        let errors = count(Severity::Error) + self.more;
        let warnings = count(Severity::Warning);
        let parts = [(errors, "problem"), (warnings, "warning")];
        let parts: Vec<String> =
            parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| plural(count, what)).collect();
        let shown = match self.more {
            0 => String::new(),
            _ => format!("; the first {MOST_SHOWN} of a file are shown"),
        };
        parts.join(", ") + &shown
    }

    /// Whether [`Diagnostics::iter`] gives all of them.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.more == 0
    }

    /// All that are shown, sorted by file, line and column.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.all.iter()
    }

    /// The whole report, in the manner of rustc's: for each problem what is wrong, where, the line, a caret and what
    /// would be right; at the end their number. `colour` adds the escape sequences of ANSI colours. Ends without a
    /// newline.
    #[must_use]
    pub fn report(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut report = String::new();
        for diagnostic in &self.all {
            report.push_str(&diagnostic.report(&renderer));
            report.push_str("\n\n");
        }
        report + &self.summary()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.report(false))
    }
}

impl std::error::Error for Diagnostics {}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { all: vec![diagnostic], more: 0 }
    }
}

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The profile does not load.
    Error,
    /// The profile loads, and something in it is not shown.
    Warning,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the profile loads all the same.
    pub severity: Severity,
    /// The file, as the owner named its directory.
    pub file: PathBuf,
    /// Where in the file; `None` when it is the file itself that is wrong (missing, unreadable, too long).
    pub place: Option<Place>,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What would be right, in the same form.
    pub remedy: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The line, without control characters.
    excerpt: String,
    /// The bytes of the excerpt that are meant.
    marked: Range<usize>,
}

impl Diagnostic {
    /// An error of a file as a whole.
    pub fn with_file(file: &Path, message: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_path_buf(),
            place: None,
            message: cleaned(message.as_ref()),
            remedy: cleaned(remedy.as_ref()),
        }
    }

    /// An error at the bytes `span` of `text`, the content of `file`. A span that is not within the text, or not on
    /// characters' boundaries, is moved to the nearest place that is.
    pub fn at(file: &Path, text: &str, span: Range<usize>, message: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self { place: Some(Place::new(text, span)), ..Self::with_file(file, message, remedy) }
    }

    /// The same as a warning.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// What diagnostics are sorted by.
    fn key(&self) -> (&Path, usize, usize) {
        let (line, column) = self.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
        (&self.file, line, column)
    }

    fn report(&self, renderer: &Renderer) -> String {
        let path = cleaned(&self.file.to_string_lossy());
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&*self.message);
        let help = Level::HELP.message(&*self.remedy);
        match &self.place {
            None => renderer.render(&[title.element(Origin::path(path)).element(help)]),
            Some(place) => {
                let snippet = Snippet::source(&*place.excerpt)
                    .line_start(place.line)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(place.marked.clone()));
                renderer.render(&[title.element(snippet).element(help)])
            }
        }
    }
}

impl Place {
    fn new(text: &str, span: Range<usize>) -> Self {
        let start = boundary(text, span.start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let from_line = text.get(line_start..).unwrap_or_default();
        let line = from_line.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let lead = text.get(line_start..start).unwrap_or_default();
        let end = boundary(text, span.end.max(start)).min(line_start + line.len());
        // Cleaning changes the length of a character, so the marked bytes are measured in the cleaned text; and what it
        // makes of one depends on what stands before it, so each is measured from the beginning of the line.
        let excerpt = cleaned(line);
        let from = cleaned(lead).len().min(excerpt.len());
        let to = cleaned(text.get(line_start..end).unwrap_or_default()).len();
        let marked = from..to.clamp(from, excerpt.len());
        Self { line: before.matches('\n').count() + 1, column: lead.chars().count() + 1, excerpt, marked }
    }
}

/// The nearest boundary of a character at or before `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, span: Range<usize>) -> Diagnostic {
        Diagnostic::at(Path::new("profile/card.toml"), text, span, "unknown key `rol`", "did you mean `role`?")
    }

    /// What a character is shown as depends on what stands before it: a variation selector after a quotation mark is
    /// its, one at the beginning of a value is not.
    #[test]
    fn what_is_marked_begins_and_ends_between_characters() {
        for text in
            ["name = \"\u{e0100}x\"", "日\u{e0100}\u{e0100}\u{fe0f}x", "a\u{200d}b\u{200d}", "\u{1b}\u{e0100}\t日"]
        {
            let ends: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for (n, start) in ends.iter().enumerate() {
                for end in &ends[n..] {
                    let place = Place::new(text, *start..*end);
                    assert!(place.excerpt.get(place.marked.clone()).is_some(), "{text:?} {start}..{end}");
                    let problems = Diagnostics::from(problem(text, *start..*end));
                    assert!(problems.report(false).contains("rol"));
                }
            }
        }
    }

    #[test]
    fn a_report_shows_the_place_and_the_remedy() {
        let problems = Diagnostics::new(
            vec![
                Diagnostic::with_file(Path::new("profile/about.md"), "there is no such file", "write one"),
                problem("name = \"A\"\nrol = \"B\"\n", 11..14),
            ],
            0,
        );
        insta::assert_snapshot!(problems.to_string(), @r#"
        error: there is no such file
        --> profile/about.md
         = help: write one

        error: unknown key `rol`
         --> profile/card.toml:2:1
          |
        2 | rol = "B"
          | ^^^
          |
          = help: did you mean `role`?

        2 problems
        "#);
    }

    #[test]
    fn columns_count_characters() {
        let place = problem("é日\u{1b}x", 6..7).place.unwrap();
        assert_eq!((place.line, place.column), (1, 4));
    }

    #[test]
    fn no_control_character_reaches_a_report() {
        let text = "a\u{1b}[31m\u{9b}b\u{202e}c\u{7}\r\nd";
        for start in 0..=text.len() + 2 {
            for end in start..=text.len() + 2 {
                let report = Diagnostics::from(problem(text, start..end)).to_string();
                assert!(!report.chars().any(|c| c != '\n' && super::super::characters::is_refused(c)), "{report:?}");
            }
        }
    }

    #[test]
    fn colour_only_when_asked_for() {
        let problems = Diagnostics::from(problem("rol", 0..3));
        assert!(!problems.to_string().contains('\u{1b}'));
        assert!(problems.report(true).contains('\u{1b}'));
        assert!(problems.to_string().ends_with("\n1 problem"));
    }
}
