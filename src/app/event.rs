//! What happens to a visitor's window, and what the session has to do about it.

use std::sync::Arc;

use ratatui::layout::Size;

use crate::{
    site::Site,
    terminal::{
        capabilities::Appearance,
        input::{Key, Mouse},
    },
};

/// [`Event::Tick`]s a second while something moves.
pub const FRAME_RATE: u32 = 30;

/// What happens.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal has another size.
    Resize(Size),
    /// More is known of how the terminal shows things.
    Appearance(Appearance),
    /// The terminal's mouse reports can be trusted.
    MouseConfirmed,
    /// It is time for the next frame of what moves.
    Tick,
    /// What was to be copied could not be.
    NotCopied,
    /// Nothing was typed for so long that the session ends soon.
    Idle,
    /// The server is about to restart; the session goes on for a while.
    Restarting,
    /// The card was changed: another site is shown from now on.
    Site(Arc<Site>),
    /// The card was changed and does not load: what is wrong, in a line; `None` where it is as it was again.
    Fault(Option<String>),
}

/// What the session has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Say goodbye.
    Goodbye,
    /// Put a text on the visitor's clipboard.
    Copy(String),
}
