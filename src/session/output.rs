//! What is on its way to a visitor. It does not bound itself: whoever adds to it looks first at what still waits.

/// Bytes on their way.
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    /// How many of them have been written.
    sent: usize,
}

impl Output {
    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What is still to be written.
    pub(super) fn waiting(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    /// Where more is added. What was written is not kept, however slowly the rest is taken.
    pub(super) fn add(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.sent.min(self.bytes.len()));
        self.sent = 0;
        &mut self.bytes
    }

    /// So many bytes of what waits were written. A session at rest keeps no buffer.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.sent += bytes;
        if self.sent >= self.bytes.len() {
            *self = Self::default();
        }
    }
}
