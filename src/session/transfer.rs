//! Sends the photo to a terminal that stores pictures: in parts, each while nothing else waits to be written, so that
//! no key waits for it.

use crate::terminal::{Size, kitty};

/// A part is sent while no more than this is on its way to the visitor, in bytes: two parts. On a line of 10 kB/s, the
/// slowest on which a photo is sent, a key waits 0.8 s for them.
pub(super) const IN_FLIGHT: usize = 4096;

/// How far the photo has come on its way to the terminal.
#[derive(Debug, Default)]
pub(super) struct PhotoTransfer {
    /// The bytes of the file that were sent.
    sent: usize,
    /// Whether all of them were.
    complete: bool,
    /// Whether the photo has a place on the screen.
    shown: bool,
    /// The cells into which the picture is fitted.
    placed: Option<Size>,
}

impl PhotoTransfer {
    /// Whether the terminal has any of the photo.
    pub(super) fn has_begun(&self) -> bool {
        self.sent > 0
    }

    /// Whether the terminal has the whole photo.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the terminal is to get more of the photo, since it has a place on the screen.
    pub(super) fn is_due(&self) -> bool {
        self.shown && !self.complete
    }

    /// Sends the next part of the photo's file.
    pub(super) fn send(&mut self, file: &[u8], out: &mut Vec<u8>) {
        self.sent += kitty::send(file, self.sent, out);
        self.complete = self.sent >= file.len();
    }

    /// Fits the photo into the cells that it takes on the screen from now on.
    pub(super) fn show(&mut self, cells: Option<Size>, out: &mut Vec<u8>) {
        self.shown = cells.is_some();
        if let Some(cells) = cells.filter(|_| self.complete && self.placed != cells) {
            kitty::place(cells, out);
            self.placed = Some(cells);
        }
    }

    /// Frees what the terminal has of the photo.
    pub(super) fn free(self, out: &mut Vec<u8>) {
        if self.sent > 0 {
            if !self.complete {
                kitty::abort(out);
            }
            kitty::free(out);
        }
    }
}
