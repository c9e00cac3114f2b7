//! Bytes that wait to be written to the visitor. The buffer has no bound of its own: pages add to it only while nothing
//! waits, plain lines only while little waits, and a warning and the last lines come once.

/// So much is handed on at once. The SSH library keeps two buffers as large as the largest packet that it ever wrote,
/// for as long as the connection lasts; the handshake makes them 2 KiB, and a piece with what SSH puts around it makes
/// them no larger.
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

    /// The bytes to write next.
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

    /// So many bytes of what waits were written. Where nothing waits, no buffer is kept.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.sent += bytes;
        if self.sent >= self.bytes.len() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_buffer_is_kept_where_nothing_waits() {
        let mut output = Output::default();
        output.add();
        output.wrote(0);
        assert!(output.is_empty() && output.bytes.capacity() == 0);
        output.add().extend_from_slice(&[7; 2 * PIECE]);
        assert_eq!(output.waiting().len(), PIECE);
        output.wrote(PIECE);
        output.add().push(8);
        assert_eq!(output.waiting(), &[7; PIECE], "what waits comes first");
        output.wrote(PIECE);
        assert_eq!(output.waiting(), [8]);
        output.wrote(1);
        assert!(output.is_empty() && output.waiting().is_empty() && output.bytes.capacity() == 0);
    }
}
