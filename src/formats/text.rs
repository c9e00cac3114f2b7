//! The card as running text.

use crate::profile::Profile;

/// The width without a terminal, in cells.
pub(super) const WIDTH: u16 = 72;

/// Renders the profile as text of at most `width` cells a line.
pub(super) fn render(_profile: &Profile, _width: u16) -> String {
    String::new()
}
