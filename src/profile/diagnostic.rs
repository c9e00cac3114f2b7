//! Errors and warnings about the owner's files: the message, the place (file, line, column), the line itself, and the
//! remedy. A report never contains a control character of the file it is about.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::characters::cleaned;

/// The diagnostics of one file that are shown; more would only hide the first.
const MOST_SHOWN: usize = 50;

/// The errors and warnings of a profile, sorted by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics {
    /// Those that are shown.
    pub(super) all: Vec<Diagnostic>,
    /// Those that are counted and not shown.
    more_errors: usize,
    more_warnings: usize,
}

impl Diagnostics {
    /// Looks up line and column of the diagnostics of a file whose content is `text`. Of more than [`MOST_SHOWN`] the
    /// first errors, then the first warnings, are shown; the others are counted.
    pub(super) fn of_file(file: &Path, text: &str, mut all: Vec<SpannedDiagnostic>) -> Self {
        all.sort_by_key(|one| (one.severity, one.span.start.min(text.len())));
        all.dedup();
        let more = all.split_off(all.len().min(MOST_SHOWN));
        let more_errors = more.iter().filter(|one| one.severity == Severity::Error).count();
        let located = |SpannedDiagnostic { severity, span, message, remedy }| Diagnostic {
            severity,
            ..Diagnostic::at(file, text, span, message, remedy)
        };
        let all = all.into_iter().map(located).collect();
        Self { all, more_errors, more_warnings: more.len() - more_errors }
    }

    /// Adds one.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.append(diagnostic.into());
    }

    /// Adds others.
    pub(super) fn append(&mut self, others: Self) {
        self.all.extend(others.all);
        self.all.sort_by(|one, other| one.key().cmp(&other.key()));
        self.all.dedup();
        self.more_errors += others.more_errors;
        self.more_warnings += others.more_warnings;
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

    /// The first error in a line, its file without the `directory`, and how many more there are.
    pub(crate) fn first_error(&self, directory: &Path) -> Option<(String, usize)> {
        let mut errors = self.all.iter().filter(|one| one.severity == Severity::Error);
        let first = errors.next()?;
        let line = first.location.as_ref().map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
        let within = first.file.strip_prefix(directory).ok().filter(|file| *file != Path::new(""));
        let file = within.unwrap_or(&first.file).display();
        let more = errors.count() + self.more_errors;
        Some((format!("{file}{line}: {}; {}", first.message, first.remedy), more))
    }

    /// The number of errors and warnings; and, where that is so, that not all of them are shown.
    #[must_use]
    pub fn summary(&self) -> String {
        let [errors, warnings] = self.counts();
        let counts = [(errors, "error"), (warnings, "warning")].into_iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, what)| format!("{count} {what}{}", if count == 1 { "" } else { "s" }));
        let more = if self.is_complete() { String::new() } else { format!("; {MOST_SHOWN} of a file are shown") };
        counts.collect::<Vec<_>>().join(", ") + &more
    }

    /// The number of errors and of warnings, also of those that are not shown.
    fn counts(&self) -> [usize; 2] {
        let shown = |severity| self.all.iter().filter(|one| one.severity == severity).count();
        [shown(Severity::Error) + self.more_errors, shown(Severity::Warning) + self.more_warnings]
    }

    /// The report for programs, in the manner of rustc's: a JSON object a line, one for each diagnostic that is shown,
    /// then one with the numbers of `errors` and `warnings`. `line`, `column`, `end_line` and `end_column` count from 1
    /// and in characters, the end is that of the character after the last; they are null where the file as a whole is
    /// meant. `severity` is `error` or `warning`.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let [errors, warnings] = self.counts();
        let numbers = serde_json::json!({ "errors": errors, "warnings": warnings });
        let mut lines = String::new();
        for line in self.all.iter().map(Diagnostic::json).chain([numbers]) {
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        lines
    }

    /// Whether all of them are shown.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.more_errors + self.more_warnings == 0
    }

    /// The whole report, in the manner of rustc's: for each diagnostic what is wrong, where, the line, a caret and what
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
        Self { all: vec![diagnostic], ..Self::default() }
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
    pub location: Option<Location>,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What would be right, in the same form.
    pub remedy: String,
}

/// One thing that is wrong with a text, whose line and column are not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpannedDiagnostic {
    /// Whether the profile loads all the same.
    pub severity: Severity,
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What would be right, in the same form.
    pub remedy: String,
}

impl SpannedDiagnostic {
    /// An error at the bytes `span` of a text.
    pub(super) fn error(span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Error, span, message: message.into(), remedy: remedy.into() }
    }

    /// A warning at the bytes `span` of a text.
    pub(super) fn warning(span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, span, message: message.into(), remedy: remedy.into() }
    }
}

/// A location in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// Line and column of the character after the last that is meant, counted from 1.
    pub end: (usize, usize),
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
            location: None,
            message: cleaned(message.as_ref()),
            remedy: cleaned(remedy.as_ref()),
        }
    }

    /// An error at the bytes `span` of `text`, the content of `file`. A span that is not within the text, or not on
    /// characters' boundaries, is moved to the nearest place that is.
    pub fn at(file: &Path, text: &str, span: Range<usize>, message: impl AsRef<str>, remedy: impl AsRef<str>) -> Self {
        Self { location: Some(Location::new(text, span)), ..Self::with_file(file, message, remedy) }
    }

    /// Turns the error into a warning.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// What diagnostics are sorted by.
    fn key(&self) -> (&Path, usize, usize) {
        let (line, column) = self.location.as_ref().map_or((0, 0), |at| (at.line, at.column));
        (&self.file, line, column)
    }

    fn json(&self) -> serde_json::Value {
        let at = self.location.as_ref();
        serde_json::json!({
            "file": self.file.to_string_lossy(),
            "line": at.map(|at| at.line),
            "column": at.map(|at| at.column),
            "end_line": at.map(|at| at.end.0),
            "end_column": at.map(|at| at.end.1),
            "severity": match self.severity { Severity::Error => "error", Severity::Warning => "warning" },
            "message": self.message,
            "remedy": self.remedy,
        })
    }

    fn report(&self, renderer: &Renderer) -> String {
        let path = cleaned(&self.file.to_string_lossy());
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&*self.message);
        let help = Level::HELP.message(&*self.remedy);
        match &self.location {
            None => renderer.render(&[title.element(Origin::path(path)).element(help)]),
            Some(location) => {
                let snippet = Snippet::source(&*location.excerpt)
                    .line_start(location.line)
                    .path(path)
                    .annotation(AnnotationKind::Primary.span(location.marked.clone()));
                renderer.render(&[title.element(snippet).element(help)])
            }
        }
    }
}

impl Location {
    fn new(text: &str, span: Range<usize>) -> Self {
        let start = boundary(text, span.start);
        let place = |offset: usize| {
            let before = text.get(..offset).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, line.chars().count() + 1)
        };
        let ((line_number, column), end_place) = (place(start), place(boundary(text, span.end.max(start))));
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
        Self { line: line_number, column, end: end_place, excerpt, marked }
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

    fn unknown_key(text: &str, span: Range<usize>) -> Diagnostic {
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
                    let location = Location::new(text, *start..*end);
                    assert!(location.excerpt.get(location.marked.clone()).is_some(), "{text:?} {start}..{end}");
                    let diagnostics = Diagnostics::from(unknown_key(text, *start..*end));
                    assert!(diagnostics.report(false).contains("rol"));
                }
            }
        }
    }

    #[test]
    fn a_report_shows_the_place_and_the_remedy() {
        let mut diagnostics = Diagnostics::from(unknown_key("name = \"A\"\nrol = \"B\"\n", 11..14));
        let missing = Diagnostic::with_file(Path::new("profile/about.md"), "there is no such file", "write one");
        diagnostics.push(missing.as_warning());
        insta::assert_snapshot!(diagnostics.to_string(), @r#"
        warning: there is no such file
        --> profile/about.md
         = help: write one

        error: unknown key `rol`
         --> profile/card.toml:2:1
          |
        2 | rol = "B"
          | ^^^
          |
          = help: did you mean `role`?

        1 error, 1 warning
        "#);
    }

    #[test]
    fn programs_are_told_the_same() {
        let mut diagnostics = Diagnostics::from(unknown_key("é = 1\nrol = \"é\nb\"\n", 13..18));
        let missing = Diagnostic::with_file(Path::new("profile/about.md"), "there is no \"file\"", "write one");
        diagnostics.push(missing.as_warning());
        insta::assert_snapshot!(diagnostics.json_lines(), @r#"
        {"column":null,"end_column":null,"end_line":null,"file":"profile/about.md","line":null,"message":"there is no \"file\"","remedy":"write one","severity":"warning"}
        {"column":7,"end_column":2,"end_line":3,"file":"profile/card.toml","line":2,"message":"unknown key `rol`","remedy":"did you mean `role`?","severity":"error"}
        {"errors":1,"warnings":1}
        "#);
        assert_eq!(Diagnostics::default().json_lines(), "{\"errors\":0,\"warnings\":0}\n");
    }

    #[test]
    fn columns_count_characters() {
        let location = unknown_key("é日\u{1b}x", 6..7).location.unwrap();
        assert_eq!((location.line, location.column), (1, 4));
    }

    #[test]
    fn no_control_character_reaches_a_report() {
        let text = "a\u{1b}[31m\u{9b}b\u{202e}c\u{7}\r\nd";
        for start in 0..=text.len() + 2 {
            for end in start..=text.len() + 2 {
                let report = Diagnostics::from(unknown_key(text, start..end)).to_string();
                assert!(!report.chars().any(|c| c != '\n' && super::super::characters::is_refused(c)), "{report:?}");
            }
        }
    }

    #[test]
    fn colour_only_when_asked_for() {
        let diagnostics = Diagnostics::from(unknown_key("rol", 0..3));
        assert!(!diagnostics.to_string().contains('\u{1b}'));
        assert!(diagnostics.report(true).contains('\u{1b}'));
        assert!(diagnostics.to_string().ends_with("\n1 error"));
    }
}
