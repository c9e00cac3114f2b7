//! How far a client has come with its handshake, read from the bytes that it sends before they are encrypted.
//!
//! Until the keys of the first exchange are taken into use, packets are in the clear, and the number of a message
//! stands at a fixed place of its packet (RFC 4253, section 6). It does no I/O, keeps a few numbers whatever comes, and
//! judges nothing: what is wrong in these bytes, russh refuses.

/// Numbers of messages (RFC 4250, section 4.1.2). The first message of each key exchange that is offered here has the
/// number 30: `SSH_MSG_KEX_ECDH_INIT` (RFC 5656, section 7.1; RFC 8731) and `SSH_MSG_KEX_HYBRID_INIT`
/// (draft-ietf-sshm-mlkem-hybrid-kex).
const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;
const KEX_INIT: u8 = 30;

/// A version line begins with this (RFC 4253, section 4.2).
const VERSION: &[u8] = b"SSH-";

/// A message of the handshake, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Message {
    /// The version line.
    Version,
    /// The list of algorithms.
    KexInit,
    /// The first message of the key exchange.
    KeyExchange,
}

/// As many bytes of the version line are kept. The longest in use is shorter (`SSH-2.0-OpenSSH_8.9p1
/// Ubuntu-3ubuntu0.10` has 41), and as much of it as the log shows is shorter still.
const KEPT: usize = 64;

/// What the client has sent.
#[derive(Debug)]
pub(super) struct Handshake {
    /// The last message that is complete.
    last: Option<Message>,
    expects: Expects,
    /// The beginning of the version line. russh tells it only to callbacks that come after the key exchange, too late
    /// for a client with which no keys can be exchanged.
    version: Vec<u8>,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Expects {
    /// The first line, of which so many bytes have come; as many as there are in [`VERSION`] were compared with it.
    Version(usize),
    /// The length of a packet, of which so many bytes have come.
    Length { length: u32, bytes: u8 },
    /// The length of the padding, which comes before the number of the message.
    Padding { length: u32 },
    /// The number of the message, and what follows it.
    Message { length: u32 },
    /// The rest of a packet.
    Rest { message: u8, left: u32 },
    /// Nothing that can be read.
    Nothing,
}

impl Default for Handshake {
    fn default() -> Self {
        Self { last: None, expects: Expects::Version(0), version: Vec::new() }
    }
}

impl Handshake {
    /// The client's version line without its end, or the beginning of it: at most [`KEPT`] bytes, which may be any.
    pub(super) fn version(&self) -> &[u8] {
        &self.version
    }

    /// Reads what has come: the last message that is complete with it.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Option<Message> {
        let before = self.last;
        while let Some((byte, rest)) = bytes.split_first() {
            self.expects = match self.expects {
                Expects::Nothing => break,
                Expects::Rest { message, left } => {
                    // As much of the packet as there is, at once.
                    let some = left.min(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
                    bytes = bytes.get(some as usize..).unwrap_or_default();
                    self.rest(message, left - some)
                }
                expects => {
                    bytes = rest;
                    let next = expects.next(*byte);
                    match (expects, next) {
                        (Expects::Version(_), Expects::Length { .. }) => self.last = Some(Message::Version),
                        (Expects::Version(_), Expects::Version(_)) if self.version.len() < KEPT => {
                            self.version.push(*byte);
                        }
                        _ => {}
                    }
                    match next {
                        Expects::Rest { message, left: 0 } => self.rest(message, 0),
                        next => next,
                    }
                }
            };
        }
        self.last.filter(|_| self.last > before)
    }

    /// Goes on in a packet, or after it.
    fn rest(&mut self, message: u8, left: u32) -> Expects {
        if left > 0 {
            return Expects::Rest { message, left };
        }
        match (message, self.last) {
            (KEXINIT, Some(Message::Version)) => self.last = Some(Message::KexInit),
            (KEX_INIT, Some(Message::KexInit)) => {
                self.last = Some(Message::KeyExchange);
                return Expects::Nothing;
            }
            // What follows is encrypted.
            (NEWKEYS, _) => return Expects::Nothing,
            _ => (),
        }
        Expects::LENGTH
    }
}

impl Expects {
    const LENGTH: Self = Self::Length { length: 0, bytes: 0 };

    /// What comes after this byte.
    fn next(self, byte: u8) -> Self {
        match self {
            Self::Version(read) => match VERSION.get(read) {
                Some(expected) if *expected != byte => Self::Nothing,
                None if byte == b'\n' => Self::LENGTH,
                Some(_) => Self::Version(read + 1),
                // It is long enough to be told from others; russh bounds the rest of the line.
                None => Self::Version(read),
            },
            Self::Length { length, bytes } => {
                let length = length << 8 | u32::from(byte);
                if bytes < 3 { Self::Length { length, bytes: bytes + 1 } } else { Self::Padding { length } }
            }
            Self::Padding { length } => length.checked_sub(1).map_or(Self::Nothing, |length| Self::Message { length }),
            Self::Message { length } => {
                length.checked_sub(1).map_or(Self::Nothing, |left| Self::Rest { message: byte, left })
            }
            Self::Rest { .. } | Self::Nothing => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &[u8] = b"SSH-2.0-client\r\n";

    fn packet(message: u8, payload: usize) -> Vec<u8> {
        let length = (1 + 1 + payload + 4) as u32;
        [&length.to_be_bytes()[..], &[4, message], &vec![KEX_INIT; payload], &[0; 4]].concat()
    }

    /// The messages that are complete, in pieces of so many bytes.
    fn messages(bytes: &[u8], piece: usize) -> Vec<Message> {
        let mut handshake = Handshake::default();
        bytes.chunks(piece).filter_map(|bytes| handshake.feed(bytes)).collect()
    }

    #[test]
    fn each_message_is_complete_with_its_last_byte() {
        let (kexinit, init) = (packet(KEXINIT, 1500), packet(KEX_INIT, 32));
        let all = [LINE, &packet(2, 20), &kexinit, &packet(4, 0), &init].concat();
        let mut handshake = Handshake::default();
        let reached: Vec<_> =
            all.iter().enumerate().filter_map(|(n, byte)| Some((n + 1, handshake.feed(&[*byte])?))).collect();
        let ends = [LINE.len(), LINE.len() + packet(2, 20).len() + kexinit.len(), all.len()];
        assert_eq!(reached.iter().map(|(end, _)| *end).collect::<Vec<_>>(), ends);
        let messages: Vec<_> = reached.into_iter().map(|(_, message)| message).collect();
        assert_eq!(messages, [Message::Version, Message::KexInit, Message::KeyExchange]);
    }

    #[test]
    fn the_version_line_is_kept_however_it_arrives() {
        let long = [b"SSH-2.0-", &vec![b'x'; 10_000][..]].concat();
        for (said, kept) in [
            (&b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nSSH-2.0-Other\r\n"[..], &b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r"[..]),
            (b"SSH-2.0-a\x1b[2J\x9b\n", b"SSH-2.0-a\x1b[2J\x9b"),
            (b"GET / HTTP/1.1\r\n", b""),
            (b"", b""),
            (&long, &long[..KEPT]),
        ] {
            for piece in [1, 7, 10_008] {
                let mut handshake = Handshake::default();
                for bytes in said.chunks(piece) {
                    handshake.feed(bytes);
                }
                assert_eq!(handshake.version(), kept, "in pieces of {piece}");
            }
        }
    }

    #[test]
    fn what_is_no_message_of_the_handshake_is_taken_for_one() {
        for (bytes, expected) in [
            (&b"GET / HTTP/1.1\r\n\r\n"[..], None),
            (b"\n\n\n", None),
            (b"SSH-2.0-client", None),
            (b"SSH", None),
            // As russh has it, a line may end without a carriage return.
            (b"SSH-2.0-client\n", Some(Message::Version)),
            // Lengths of no packet.
            (&[LINE, &[0; 40]].concat(), Some(Message::Version)),
            (&[LINE, &[0, 0, 0, 1, 4, KEXINIT]].concat(), Some(Message::Version)),
            (&[LINE, &[0xff; 10_000]].concat(), Some(Message::Version)),
            // Keys before the algorithms, and after another's keys.
            (&[LINE, &packet(KEX_INIT, 32)].concat(), Some(Message::Version)),
            (&[LINE, &packet(NEWKEYS, 0), &packet(KEXINIT, 9)].concat(), Some(Message::Version)),
            // The shortest packet that there is.
            (&[LINE, &[0, 0, 0, 2, 0, KEXINIT]].concat(), Some(Message::KexInit)),
        ] {
            assert_eq!(messages(bytes, bytes.len()).last().copied(), expected, "{:?}", bytes.escape_ascii());
            assert_eq!(messages(bytes, 1).last().copied(), expected, "{:?}", bytes.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_are_read_alike(
            begin in prop_oneof![Just(Vec::new()), Just(LINE.to_vec()), Just([LINE, &packet(KEXINIT, 40)].concat())],
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            piece in 1_usize..60,
        ) {
            let all = [begin, bytes].concat();
            let messages = messages(&all, piece);
            prop_assert!(messages.is_sorted());
            let mut handshake = Handshake::default();
            prop_assert_eq!(handshake.feed(&all), messages.last().copied());
        }
    }
}
