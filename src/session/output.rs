//! What is on its way to a visitor. It does not bound itself: whoever adds to it looks first at what still waits.

/// So much is handed on at once. The SSH library keeps two buffers as large as the largest packet that it ever wrote, for as
/// long as the connection lasts; the handshake makes them 2 KiB, and a piece with what SSH puts around it makes them no
/// larger.
const PIECE: usize = 1792;

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

    /// What is to be written next.
    pub(super) fn waiting(&self) -> &[u8] {
        let end = self.bytes.len().min(self.sent.saturating_add(PIECE));
        self.bytes.get(self.sent..end).unwrap_or_default()
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
