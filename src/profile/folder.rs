//! Warnings about folders of the profile's directory whose names are no language tags.

use std::path::Path;

use super::{diagnostic::Diagnostic, languages::meant};
use crate::document::Language;

/// What the names of a host key's files begin with: the key, its public part, its certificate, the mark of who made it.
const HOST_KEY: &str = "ssh_host_";

/// Whether a file belongs to the server's host key. It stands beside the card where the server is started there.
pub(super) fn is_host_key(file: &str) -> bool {
    file.starts_with(HOST_KEY)
}

/// Whether a folder holds the server's host key, which no message may tell the owner to remove.
pub(super) fn holds_host_key(folder: &Path) -> bool {
    ["ed25519_key", "ed25519_key.made"].iter().any(|key| folder.join(format!("{HOST_KEY}{key}")).exists())
}

/// The warning of a folder that is not read; none of one that is not the profile's.
pub(super) fn unread(folder: &Path, name: &str) -> Option<Diagnostic> {
    // Elsewhere it would have been read.
    if Language::parse(name).is_some() {
        let message = "this folder is not read: it stands in that of another language";
        let remedy = "move it beside that folder, or out of the profile";
        return Some(Diagnostic::with_file(folder, message, remedy).as_warning());
    }
    let remedy = match meant(name) {
        Some(meant) => format!("did you mean {meant}? Rename the folder to {meant}"),
        None => "name it by the tag of its language, as in `de` or `pt-BR`, or move it out of the profile".to_owned(),
    };
    let message = "this folder is not read: only one that is called as a language is";
    (!holds_host_key(folder)).then(|| Diagnostic::with_file(folder, message, remedy).as_warning())
}
