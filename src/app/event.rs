//! What happens to a visitor's window, and what the session has to do about it.

use std::{sync::Arc, time::Duration};

use ratatui::layout::Size;

use crate::{
    site::Site,
    terminal::{
        capabilities::Appearance,
        input::{Key, Mouse},
    },
};

/// [`AppEvent::Tick`]s a second while something moves.
pub const FRAME_RATE: u32 = 30;

/// What happens.
#[derive(Debug, Clone)]
pub enum AppEvent {
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
    /// The visitor is to be told that the card was changed.
    Updated,
    /// How the session travels, as it is now.
    Wire(Wire),
    /// The card was changed and does not load: what is wrong, in a line; `None` where it is as it was again.
    Fault(Option<String>),
}

/// How a session travels.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The line to the visitor; `None` where the card is shown without one.
    pub line: Option<LineStatus>,
    /// Frames that were drawn, and the bytes that they took before they were encrypted.
    pub frames: u64,
    /// See `frames`.
    pub frame_bytes: u64,
}

/// The names in SSH of the algorithms of a connection.
#[derive(Debug, Clone)]
pub struct AlgorithmNames {
    /// The exchange of keys.
    pub key_exchange: String,
    /// The cipher, in both directions.
    pub cipher: String,
    /// What protects that which is sent to the visitor from being changed; `None` where the cipher does.
    pub mac: Option<String>,
}

/// The line to a visitor.
#[derive(Debug, Clone)]
pub struct LineStatus {
    /// What the connection is encrypted with; `None` on the web page, where that is not known.
    pub algorithms: Option<AlgorithmNames>,
    /// Bytes that the line has carried to the visitor.
    pub sent: u64,
    /// Bytes that it has carried from the visitor.
    pub received: u64,
    /// The smoothed round trip; `None` where it is not known.
    pub round_trip: Option<Duration>,
    /// How long nothing had been sent to the visitor; `None` where that is not known.
    pub silent: Option<Duration>,
}

/// What the session has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Say goodbye.
    Goodbye,
    /// Put a text on the visitor's clipboard.
    Copy(String),
}
