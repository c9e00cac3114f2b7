//! The environment variables that a visitor's client sends, bounded and cleaned before use.

use super::names;

/// What the visitor's client said of its surroundings: TERM and a short list of variables, bounded and clean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    term: String,
    variables: Vec<(&'static str, String)>,
}

/// The variables that are kept; all others are dropped unread. OpenSSH sends `LANG` and `LC_*`; the rest arrive where
/// the client's owner configured `SendEnv`.
const KEPT: [&str; 11] = [
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "LC_TERMINAL",
    "LC_SSHCARD",
    "COLORTERM",
    "NO_COLOR",
    "TERM_PROGRAM",
    "ACCESSIBLE",
    "COLORFGBG",
];

/// A name or value is at most this long: the longest real ones (`xterm-256color`, `en_US.UTF-8`, `vscode`) are far
/// under.
const LONGEST: usize = 64;

impl Environment {
    /// Keeps a terminal's name, cleaned like every value.
    pub fn set_term(&mut self, term: &str) {
        self.term = clean(term);
    }

    /// Keeps a variable if it is one of those that matter; the last value wins.
    pub fn set(&mut self, name: &str, value: &str) {
        if let Some(name) = KEPT.iter().copied().find(|kept| *kept == name) {
            self.variables.retain(|(kept, _)| *kept != name);
            self.variables.push((name, clean(value)));
        }
    }

    /// The terminal's name; empty when there is none.
    #[must_use]
    pub fn term(&self) -> &str {
        &self.term
    }

    /// Whether the terminal can address its cursor by the sequences of frames, judged by its name. Without a name it
    /// cannot; with an unknown name it is assumed that it can.
    #[must_use]
    pub fn addresses_cursor(&self) -> bool {
        names::TerminalKind::of(&self.term) != names::TerminalKind::Lines
    }

    /// The locale of a category, as `LC_MESSAGES`: the first of `LC_ALL`, the category and `LANG` that is set and not
    /// empty decides (POSIX, Base Definitions, section 8.2).
    #[must_use]
    pub fn locale(&self, category: &str) -> Option<&str> {
        let mut names = ["LC_ALL", category, "LANG"].into_iter();
        names.find_map(|name| self.get(name).filter(|value| !value.is_empty()))
    }

    /// A variable's value; `None` when it was not sent or is not kept.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(kept, _)| *kept == name).map(|(_, value)| value.as_str())
    }
}

/// The terminal that the environment names.
pub(super) fn known(environment: &Environment) -> Option<&'static str> {
    let programs = ["TERM_PROGRAM", "LC_TERMINAL"].into_iter().filter_map(|name| environment.get(name));
    std::iter::once(environment.term()).chain(programs).find_map(names::known)
}

/// Keeps the harmless characters of a visitor's string: ASCII letters, digits, space and `-+._,:;@=`, at most
/// [`LONGEST`] of them.
fn clean(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-+._,:;@= ".contains(*c)).take(LONGEST).collect()
}
