//! What a page says beside its keys. Each notice has room in the smallest window, whole: at most 22 cells.

pub(super) const MOTION: &str = "Motion is on.";
pub(super) const STILL: &str = "Motion is off.";
pub(super) const MOUSE_CLICKS: &str = "The mouse clicks.";
pub(super) const MOUSE_SELECTS: &str = "The mouse selects.";
pub(super) const DARK: &str = "Ground: dark.";
pub(super) const LIGHT: &str = "Ground: light.";
pub(super) const NO_COLOR: &str = "Ground: no colour.";
pub(super) const OWN: &str = "Ground: as it is.";
pub(super) const NEVER_COLOR: &str = "No colour here.";
pub(super) const SENT: &str = "Sent to the clipboard.";
pub(super) const NOT_COPIED: &str = "No clipboard here.";
pub(super) const UPDATED: &str = "The card was updated.";
pub(super) const STILL_THERE: &str = "Still there? 1 minute.";
