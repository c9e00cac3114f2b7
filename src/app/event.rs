//! The events of the app, and the effects that it asks the session for.

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

/// An event of the app.
#[derive(Debug, Clone)]
pub enum AppEvent {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// A button or the wheel of the mouse was used.
    Mouse(Mouse),
    /// The size of the window has changed.
    Resize(Size),
    /// More is known of the terminal's appearance.
    Appearance(Appearance),
    /// The terminal's mouse reports can be trusted.
    MouseConfirmed,
    /// The next frame of an animation is due.
    Tick,
    /// The text of [`Effect::Copy`] could not be copied.
    NotCopied,
    /// Nothing was typed for so long that the session ends soon.
    Idle,
    /// The server is about to restart; the session goes on for a while.
    Restarting,
    /// The card was changed: another site is shown from now on.
    Site(Arc<Site>),
    /// The visitor is to be told that the card was changed.
    Updated,
    /// The current figures of the connection.
    Wire(Wire),
    /// The profile was changed and does not load: the first error in a line; `None` when it loads again without a
    /// change.
    Fault(Option<String>),
}

/// The figures of a session and its connection, for the page that shows them.
#[derive(Debug, Clone)]
pub struct Wire {
    /// The connection; `None` where the card is shown without one.
    pub line: Option<LineStatus>,
    /// Frames that were drawn, and the bytes that they took before they were encrypted.
    pub frames: u64,
    /// The bytes of all drawn frames, before encryption.
    pub frame_bytes: u64,
}

/// The algorithms of a connection, by their names in SSH.
#[derive(Debug, Clone)]
pub struct AlgorithmNames {
    /// The key exchange.
    pub key_exchange: String,
    /// The cipher, in both directions.
    pub cipher: String,
    /// The message authentication code of what is sent to the visitor; `None` for a cipher that authenticates (AEAD).
    pub mac: Option<String>,
}

/// The figures of a connection.
#[derive(Debug, Clone)]
pub struct LineStatus {
    /// The algorithms; `None` on the web page, where they are not known.
    pub algorithms: Option<AlgorithmNames>,
    /// Bytes that were sent to the visitor.
    pub sent: u64,
    /// Bytes that were received from the visitor.
    pub received: u64,
    /// The smoothed round-trip time; `None` where it is not known.
    pub round_trip: Option<Duration>,
    /// The time since the last byte was sent to the visitor; `None` where it is not known.
    pub silent: Option<Duration>,
}

/// What the app asks the session to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// End the session.
    Goodbye,
    /// Put a text on the visitor's clipboard.
    Copy(String),
}
