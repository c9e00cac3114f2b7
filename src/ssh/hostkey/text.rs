//! A host key that is given as text, as in the environment variable that a hosting service sets from a secret.

use std::{
    ffi::OsStr,
    fmt::{self, Debug},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use base64ct::{Base64, Encoding as _};
use russh::keys::PrivateKey;
use zeroize::Zeroizing;

use super::file;

/// How the text of any private key begins and ends, and how base64 of it begins.
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END";
const ENCODED: &str = "LS0tLS1CRUdJTi";

/// The columns of the lines of a key's file (PROTOCOL.key of OpenSSH).
const COLUMNS: usize = 70;

/// What to do about a text that is no key.
const REMEDY: &str = "give the whole text of the key's file";

/// The text of a key, which is erased when it is dropped and which nothing prints.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(Arc<Zeroizing<String>>);

impl Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText")
    }
}

impl KeyText {
    /// The text of a key, if `value` begins as one, and however it was brought into one value: as it is, with `\n` or
    /// spaces for line ends, in quotes, in base64. Whether it is one is another question.
    #[must_use]
    pub fn of(value: &OsStr) -> Option<Self> {
        let text = value.to_str()?.trim().trim_matches(['"', '\'']).trim();
        let is_text = text.starts_with(BEGIN) || text.starts_with(ENCODED);
        is_text.then(|| Self(Arc::new(Zeroizing::new(text.to_owned()))))
    }

    /// The text as it stands in a file.
    pub(super) fn file(&self) -> Result<Zeroizing<String>> {
        let text = if self.0.starts_with(ENCODED) { decoded(&self.0) } else { Some((*self.0).clone()) };
        text.as_deref()
            .and_then(|text| in_lines(text))
            .with_context(|| format!("the host key in SSHCARD_HOST_KEY is damaged; {REMEDY}"))
    }

    /// The key.
    pub(super) fn key(&self) -> Result<Arc<PrivateKey>> {
        let key = self.file().and_then(|text| file::parse(text.as_bytes(), "in SSHCARD_HOST_KEY", "FILE", REMEDY));
        file::erase_stack();
        key
    }
}

/// What base64 stands for.
fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(text.split_ascii_whitespace().collect::<String>());
    let mut bytes = Zeroizing::new(vec![0; text.len()]);
    let decoded = Base64::decode(text.as_bytes(), &mut bytes).ok()?;
    Some(Zeroizing::new(std::str::from_utf8(decoded).ok()?.to_owned()))
}

/// A text with the line ends of a file; `None` without a beginning and an end.
fn in_lines(text: &str) -> Option<Zeroizing<String>> {
    let (kind, rest) = text.strip_prefix(BEGIN)?.split_once("-----")?;
    let (body, _) = rest.split_once(END)?;
    // Each may grow by its line ends.
    let mut file = Zeroizing::new(String::with_capacity(2 * text.len()));
    file.push_str(BEGIN);
    file.push_str(kind);
    file.push_str("-----\n");
    let mut column = 0;
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        match character {
            // A line end in two characters.
            '\\' => drop(characters.next()),
            _ if character.is_whitespace() => (),
            _ => {
                file.push(character);
                column = (column + 1) % COLUMNS;
                if column == 0 {
                    file.push('\n');
                }
            }
        }
    }
    if column > 0 {
        file.push('\n');
    }
    file.push_str(END);
    file.push(' ');
    file.push_str(kind);
    file.push_str("-----\n");
    Some(file)
}

#[cfg(test)]
mod tests {
    use russh::keys::{Algorithm, key::safe_rng, ssh_key::LineEnding};

    use super::*;

    fn text_of(value: &str) -> KeyText {
        KeyText::of(OsStr::new(value)).unwrap()
    }

    #[test]
    fn a_key_is_read_however_it_became_one_value() {
        let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
        let file = key.to_openssh(LineEnding::LF).unwrap().to_string();
        let encoded = Base64::encode_string(file.as_bytes());
        let wrapped = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>();
        for value in [
            file.clone(),
            file.trim_end().to_owned(),
            file.replace('\n', "\r\n"),
            file.replace('\n', "\\n"),
            file.replace('\n', " "),
            format!("\"{file}\""),
            encoded.clone(),
            wrapped.join("\n"),
        ] {
            let text = text_of(&value);
            assert_eq!(text.key().unwrap().public_key(), key.public_key(), "{value}");
            assert_eq!(**text.file().unwrap(), *file);
            assert!(!format!("{text:?}").contains("b3Bl"));
        }
    }

    #[test]
    fn what_is_no_key_is_told_without_its_text() {
        for (value, expected) in [
            ("-----BEGIN OPENSSH PRIVATE KEY-----", "is damaged; give the whole text"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----", "is damaged; give"),
            ("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", "in another format; convert it"),
            ("LS0tLS1CRUdJTi", "is damaged; give the whole text"),
        ] {
            let said = format!("{:#}", text_of(value).key().unwrap_err());
            assert!(said.starts_with("the host key in SSHCARD_HOST_KEY is ") && said.contains(expected), "{said}");
            assert!(!said.contains("c2VjcmV0") && said.lines().count() == 1, "{said}");
        }
        for path in ["", "keys/ssh_host_ed25519_key", "/run/secrets/BEGIN"] {
            assert_eq!(KeyText::of(OsStr::new(path)), None, "{path}");
        }
    }
}
