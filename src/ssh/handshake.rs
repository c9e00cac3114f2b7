//! Follows a client's handshake in the bytes that the client sends before encryption begins.
//!
//! Until the keys of the first exchange are in use, packets are in the clear, and the message number is at a fixed
//! offset of the packet (RFC 4253, section 6). This parser does no I/O and rejects nothing; russh rejects malformed
//! bytes. It keeps a few numbers, the beginning of the version line, and at most 8 KiB of the list of algorithms until
//! that list is taken.

/// Numbers of messages (RFC 4250, section 4.1.2). The first message of each key exchange that is offered here has the
/// number 30: `SSH_MSG_KEX_ECDH_INIT` (RFC 5656, section 7.1; RFC 8731) and `SSH_MSG_KEX_HYBRID_INIT`
/// (draft-ietf-sshm-mlkem-hybrid-kex).
const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;
const KEX_INIT: u8 = 30;

/// The server's version, without the end of its line.
pub(super) const SERVER_VERSION: &str = "SSH-2.0-sshcard";

/// A version line begins with this (RFC 4253, section 4.2).
const VERSION: &[u8] = b"SSH-";

/// A message of the handshake, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HandshakeMessage {
    Version,
    /// The list of algorithms.
    KexInit,
    /// The first message of the key exchange.
    KeyExchange,
}

/// As many bytes of the version line are kept. The longest in use is shorter (`SSH-2.0-OpenSSH_8.9p1
/// Ubuntu-3ubuntu0.10` has 41), and as much of it as the log shows is shorter still.
const KEPT: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Handshake {
    /// The last message that is complete.
    last: Option<HandshakeMessage>,
    /// The beginning of the version line. russh tells it only to callbacks that come after the key exchange, too late
    /// for a client with which no keys can be exchanged.
    version: Vec<u8>,
    /// The beginning of the packet under way: the lengths of the packet and of its padding, and the message's number.
    header: Vec<u8>,
    /// What follows in the client's list of algorithms after the number of the message, until it is complete.
    list: Vec<u8>,
    /// As many bytes of the packet are still to come after its header.
    left: usize,
    /// Nothing more can be read: what was sent is no SSH, or what follows is encrypted.
    over: bool,
}

/// As many bytes of the list of algorithms are kept while it arrives. OpenSSH 10 sends 1.6 kB.
const LONGEST_LIST: usize = 8 * 1024;

/// The bytes of a packet up to and with the number of its message (RFC 4253, section 6).
const HEADER: usize = 6;

impl Handshake {
    /// The client's version line without its end, or the beginning of it: at most [`KEPT`] bytes, which may be any.
    pub(super) fn version(&self) -> &[u8] {
        &self.version
    }

    /// The client's list of algorithms as far as it is kept, without the number of its message, with padding; once.
    pub(super) fn take_list(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.list)
    }

    /// Reads what has come: the last message that is complete with it.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Option<HandshakeMessage> {
        let before = self.last;
        while !bytes.is_empty() && !self.over {
            bytes = if self.last.is_none() { self.version_line(bytes) } else { self.packet(bytes) };
        }
        self.last.filter(|_| self.last > before)
    }

    /// Reads a part of the version line: what follows it. russh bounds the line's length.
    fn version_line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let line = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        let room = KEPT - self.version.len();
        self.version.extend(line.iter().take(room));
        let compared = self.version.len().min(VERSION.len());
        self.over =
            self.version.get(..compared) != VERSION.get(..compared) || (end.is_some() && compared < VERSION.len());
        if self.over {
            self.version.clear();
        } else if end.is_some() {
            self.last = Some(HandshakeMessage::Version);
        }
        end.and_then(|end| bytes.get(end + 1..)).unwrap_or_default()
    }

    /// Reads a part of a packet: what follows it.
    fn packet<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let missing = HEADER - self.header.len();
        let (header, rest) = bytes.split_at(missing.min(bytes.len()));
        if missing > 0 {
            self.header.extend(header);
            let Some((length, [_, _])) = self.header.split_first_chunk() else { return rest };
            // The padding's length and the message's number are among the bytes that are counted.
            let left = (u32::from_be_bytes(*length) as usize).checked_sub(2);
            (self.left, self.over) = (left.unwrap_or_default(), left.is_none());
        }
        let (some, rest) = rest.split_at(self.left.min(rest.len()));
        self.left -= some.len();
        if self.last == Some(HandshakeMessage::Version) && self.header.last() == Some(&KEXINIT) {
            let room = LONGEST_LIST - self.list.len();
            self.list.extend(some.iter().take(room));
        }
        if self.left == 0 && !self.over {
            self.complete();
        }
        rest
    }

    fn complete(&mut self) {
        match (self.header.last(), self.last) {
            (Some(&KEXINIT), Some(HandshakeMessage::Version)) => self.last = Some(HandshakeMessage::KexInit),
            (Some(&KEX_INIT), Some(HandshakeMessage::KexInit)) => {
                (self.last, self.over) = (Some(HandshakeMessage::KeyExchange), true);
            }
            // What follows is encrypted.
            (Some(&NEWKEYS), _) => self.over = true,
            _ => (),
        }
        self.header.clear();
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
    fn messages(bytes: &[u8], piece: usize) -> Vec<HandshakeMessage> {
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
        assert_eq!(messages, [HandshakeMessage::Version, HandshakeMessage::KexInit, HandshakeMessage::KeyExchange]);
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
    fn the_list_of_algorithms_is_whole_wherever_it_is_cut() {
        let kexinit = packet(KEXINIT, 300);
        let all = [LINE, &kexinit, &packet(KEX_INIT, 32)].concat();
        for cut in 1..all.len() {
            let mut handshake = Handshake::default();
            // As the stream takes it: once the list is complete.
            let lists = [&all[..cut], &all[cut..]].into_iter().filter_map(|bytes| {
                handshake.feed(bytes).filter(|message| *message >= HandshakeMessage::KexInit)?;
                Some(handshake.take_list())
            });
            let lists: Vec<Vec<u8>> = lists.filter(|list| !list.is_empty()).collect();
            assert_eq!(lists, [&kexinit[HEADER..]], "cut at {cut}");
        }
        let mut handshake = Handshake::default();
        handshake.feed(&[LINE, &packet(KEXINIT, 3 * LONGEST_LIST)].concat());
        assert_eq!(handshake.take_list().len(), LONGEST_LIST);
    }

    #[test]
    fn what_is_no_message_of_the_handshake_is_taken_for_one() {
        for (bytes, expected) in [
            (&b"GET / HTTP/1.1\r\n\r\n"[..], None),
            (b"\n\n\n", None),
            (b"SSH-2.0-client", None),
            (b"SSH", None),
            // As russh has it, a line may end without a carriage return.
            (b"SSH-2.0-client\n", Some(HandshakeMessage::Version)),
            // Lengths of no packet.
            (&[LINE, &[0; 40]].concat(), Some(HandshakeMessage::Version)),
            (&[LINE, &[0, 0, 0, 1, 4, KEXINIT]].concat(), Some(HandshakeMessage::Version)),
            (&[LINE, &[0xff; 10_000]].concat(), Some(HandshakeMessage::Version)),
            // Keys before the algorithms, and after another's keys.
            (&[LINE, &packet(KEX_INIT, 32)].concat(), Some(HandshakeMessage::Version)),
            (&[LINE, &packet(NEWKEYS, 0), &packet(KEXINIT, 9)].concat(), Some(HandshakeMessage::Version)),
            // The shortest packet that there is.
            (&[LINE, &[0, 0, 0, 2, 0, KEXINIT]].concat(), Some(HandshakeMessage::KexInit)),
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
