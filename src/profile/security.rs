//! `security.txt` (RFC 9116): the contact for reports of vulnerabilities. It is served unchanged, and only by the web
//! page.

use std::path::Path;

use super::{
    diagnostic::Diagnostics,
    source_file::{SourceFile, file_name},
};

/// The file's name.
pub(super) const NAME: &str = "security.txt";

/// What the file must say (RFC 9116, section 2.5), with an example.
const REQUIRED: [(&str, &str); 2] =
    [("Contact", "Contact: mailto:security@example.com"), ("Expires", "Expires: 2030-01-01T00:00:00Z")];

/// The file beside card.toml, where there is one.
pub(super) fn security(dir: &Path, diagnostics: &mut Diagnostics) -> Option<String> {
    let file = match SourceFile::open(&dir.join(NAME)) {
        Ok(file) => file?,
        Err(errors) => {
            diagnostics.append(errors);
            return None;
        }
    };
    let text = file.text();
    file.check_characters();
    for (field, example) in REQUIRED {
        let says = |line: &str| line.split_once(':').is_some_and(|(name, _)| name.eq_ignore_ascii_case(field));
        if !text.lines().any(says) {
            let message = format!("{} does not say `{field}`", file_name(file.path()));
            file.error(0..0, message, format!("add a line such as `{example}`"));
        }
    }
    let text = text.to_owned();
    diagnostics.append(file.into_diagnostics());
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What the file becomes, and what is said of it.
    fn read(text: &str) -> (Option<String>, String) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(NAME), text).unwrap();
        let mut diagnostics = Diagnostics::default();
        let read = security(dir.path(), &mut diagnostics);
        (read, diagnostics.to_string())
    }

    #[test]
    fn the_file_is_taken_as_it_is_and_has_to_say_what_the_standard_asks_for() {
        let whole = "# Thank you.\nContact: mailto:a@example.com\nEXPIRES: 2030-01-01T00:00:00Z\n";
        assert_eq!(read(whole), (Some(whole.to_owned()), String::new()));
        let said = read("Contact: mailto:a@example.com\n").1;
        assert!(said.contains("does not say `Expires`") && said.contains("add a line such as"), "{said}");
        assert!(read("Contact: a\nExpires: b\n\u{202e}").1.contains("(U+202E) cannot be shown"));
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(security(dir.path(), &mut Diagnostics::default()), None);
    }
}
