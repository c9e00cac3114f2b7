//! SSH spoken by hand, for what no library lets a client say: packets of any content, before and after authentication,
//! and a client that does not read.
//!
//! It trusts any server, checks no signature, and never waits by itself: whoever uses it sets the deadline.

use std::{io, net::SocketAddr};

use ring::{
    aead::chacha20_poly1305_openssh::{KEY_LEN, OpeningKey, SealingKey, TAG_LEN},
    agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral},
    digest::{SHA256, digest},
    rand::SystemRandom,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const VERSION: &str = "SSH-2.0-by_hand";

/// The numbers of messages (RFC 4250, section 4.1.2).
pub(crate) mod msg {
    pub(crate) const IGNORE: u8 = 2;
    pub(crate) const SERVICE_REQUEST: u8 = 5;
    pub(crate) const SERVICE_ACCEPT: u8 = 6;
    pub(crate) const EXT_INFO: u8 = 7;
    pub(crate) const KEXINIT: u8 = 20;
    pub(crate) const NEWKEYS: u8 = 21;
    pub(crate) const KEX_ECDH_INIT: u8 = 30;
    pub(crate) const KEX_ECDH_REPLY: u8 = 31;
    pub(crate) const USERAUTH_REQUEST: u8 = 50;
    pub(crate) const USERAUTH_FAILURE: u8 = 51;
    pub(crate) const USERAUTH_SUCCESS: u8 = 52;
    pub(crate) const GLOBAL_REQUEST: u8 = 80;
    pub(crate) const CHANNEL_OPEN: u8 = 90;
    pub(crate) const CHANNEL_OPEN_CONFIRMATION: u8 = 91;
    pub(crate) const CHANNEL_OPEN_FAILURE: u8 = 92;
    pub(crate) const CHANNEL_WINDOW_ADJUST: u8 = 93;
    pub(crate) const CHANNEL_DATA: u8 = 94;
    pub(crate) const CHANNEL_EXTENDED_DATA: u8 = 95;
    pub(crate) const CHANNEL_EOF: u8 = 96;
    pub(crate) const CHANNEL_CLOSE: u8 = 97;
    pub(crate) const CHANNEL_REQUEST: u8 = 98;
    pub(crate) const CHANNEL_SUCCESS: u8 = 99;
    pub(crate) const CHANNEL_FAILURE: u8 = 100;
}

/// A string as SSH has it (RFC 4251, section 5).
pub(crate) fn string(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

/// `SSH_MSG_CHANNEL_OPEN` for a session, with so much room for what the server sends.
pub(crate) fn open(channel: u32, window: u32) -> Vec<u8> {
    open_as("session", channel, window, b"")
}

/// The same for a channel of any type.
pub(crate) fn open_as(kind: &str, channel: u32, window: u32, rest: &[u8]) -> Vec<u8> {
    let numbers = [channel, window, 32_768].map(u32::to_be_bytes).concat();
    [&[msg::CHANNEL_OPEN][..], &string(kind), &numbers, rest].concat()
}

/// `SSH_MSG_CHANNEL_REQUEST` to the server's `channel`.
pub(crate) fn request(channel: u32, kind: &str, want_reply: bool, rest: &[u8]) -> Vec<u8> {
    [&[msg::CHANNEL_REQUEST][..], &channel.to_be_bytes(), &string(kind), &[u8::from(want_reply)], rest].concat()
}

/// What follows in a `pty-req`.
pub(crate) fn pty(term: &str, columns: u32, rows: u32) -> Vec<u8> {
    [string(term), [columns, rows, 0, 0].map(u32::to_be_bytes).concat(), string(b"\0")].concat()
}

/// `SSH_MSG_CHANNEL_DATA` to the server's `channel`.
pub(crate) fn data(channel: u32, bytes: &[u8]) -> Vec<u8> {
    [&[msg::CHANNEL_DATA][..], &channel.to_be_bytes(), &string(bytes)].concat()
}

/// A message that is a number and a channel: EOF, close.
pub(crate) fn about(message: u8, channel: u32) -> Vec<u8> {
    [&[message][..], &channel.to_be_bytes()].concat()
}

/// The number at a place of a message: the server's channel is at 5 of a confirmation.
pub(crate) fn number(message: &[u8], at: usize) -> Option<u32> {
    message.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

/// A client.
pub(crate) struct Attacker {
    pub(crate) stream: TcpStream,
    /// What it calls itself.
    version: String,
    outgoing: Option<SealingKey>,
    incoming: Option<OpeningKey>,
    /// The session identifier: the first exchange hash (RFC 4253, section 7.2). Empty before the first key exchange.
    session_id: Vec<u8>,
    sent: u32,
    received: u32,
}

impl Attacker {
    /// Connects, and says and hears the version. No key is exchanged.
    pub(crate) async fn dial(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address).await?).await
    }

    /// The same over a connection.
    pub(crate) async fn over(stream: TcpStream) -> io::Result<Self> {
        Self::called(VERSION, stream).await
    }

    /// The same under another name than its own.
    pub(crate) async fn called(version: &str, mut stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.write_all(format!("{version}\r\n").as_bytes()).await?;
        let version = version.to_owned();
        let (outgoing, incoming, session_id) = (None, None, Vec::new());
        let mut client = Self { stream, version, outgoing, incoming, session_id, sent: 0, received: 0 };
        client.line().await?;
        Ok(client)
    }

    /// Connects, exchanges keys and authenticates.
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address).await?).await?.let_in().await
    }

    /// Exchanges keys and authenticates.
    pub(crate) async fn let_in(mut self) -> io::Result<Self> {
        self.exchange_keys("").await?;
        self.authenticate("visitor").await?;
        Ok(self)
    }

    /// The server's version.
    async fn line(&mut self) -> io::Result<()> {
        // Only the sshcard's own is spoken to; its version is needed again for the hash and is known.
        let mut line = vec![0; SERVER.len() + 2];
        self.stream.read_exact(&mut line).await?;
        if line == format!("{SERVER}\r\n").as_bytes() { Ok(()) } else { Err(io::Error::other("no sshcard")) }
    }

    /// What KEXINIT offers: one of a kind, and perhaps `more` of the first.
    pub(crate) fn offer(more: &str) -> Vec<u8> {
        let (cipher, mac) = ("chacha20-poly1305@openssh.com", "hmac-sha2-256-etm@openssh.com");
        Self::kexinit(&format!("curve25519-sha256{more}"), "ssh-ed25519", cipher, mac, "none")
    }

    /// KEXINIT with these lists, the same for both directions (RFC 4253, section 7.1).
    pub(crate) fn kexinit(kex: &str, key: &str, cipher: &str, mac: &str, compression: &str) -> Vec<u8> {
        let lists = [kex, key, cipher, cipher, mac, mac, compression, compression, "", ""].map(string).concat();
        [&[msg::KEXINIT][..], &[7; 16], &lists, &[0; 5]].concat()
    }

    /// Exchanges the first keys (RFC 4253, sections 7 and 8; RFC 8731).
    pub(crate) async fn exchange_keys(&mut self, more: &str) -> io::Result<()> {
        let ours = Self::offer(more);
        self.send(&ours).await?;
        let theirs = self.receive().await?;
        let fail = |_| io::Error::other("cryptography failed");
        let random = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&X25519, &random).map_err(fail)?;
        let public = private.compute_public_key().map_err(fail)?;
        self.send(&[&[msg::KEX_ECDH_INIT][..], &string(&public)].concat()).await?;
        let reply = self.expect(msg::KEX_ECDH_REPLY).await?;
        let mut rest = reply.get(1..).unwrap_or_default();
        let (key, point) = (take(&mut rest)?, take(&mut rest)?);
        let secret = agree_ephemeral(private, &UnparsedPublicKey::new(&X25519, point), mpint).map_err(fail)?;
        let strings: Vec<_> = [self.version.as_bytes(), SERVER.as_bytes(), &ours, &theirs, key, public.as_ref(), point]
            .into_iter()
            .flat_map(string)
            .collect();
        let hash = digest(&SHA256, &[&strings[..], &secret].concat());
        let hash = hash.as_ref();
        if self.session_id.is_empty() {
            self.session_id = hash.to_vec();
        }
        let keys = ["C", "D"].map(|letter| {
            let first = digest(&SHA256, &[&secret, hash, letter.as_bytes(), hash].concat());
            let second = digest(&SHA256, &[&secret, hash, first.as_ref()].concat());
            let mut key = [0; KEY_LEN];
            for (to, from) in key.iter_mut().zip(first.as_ref().iter().chain(second.as_ref())) {
                *to = *from;
            }
            key
        });
        self.send(&[msg::NEWKEYS]).await?;
        self.outgoing = Some(SealingKey::new(&keys[0]));
        self.expect(msg::NEWKEYS).await?;
        self.incoming = Some(OpeningKey::new(&keys[1]));
        if more.contains("strict") {
            (self.sent, self.received) = (0, 0);
        }
        Ok(())
    }

    /// Authenticates with `none`.
    pub(crate) async fn authenticate(&mut self, user: &str) -> io::Result<()> {
        self.request_authentication().await?;
        self.send(&Self::userauth(user, "none")).await?;
        self.expect(msg::USERAUTH_SUCCESS).await.map(|_| ())
    }

    /// Asks for the service of authentication (RFC 4253, section 10).
    pub(crate) async fn request_authentication(&mut self) -> io::Result<()> {
        self.send(&[&[msg::SERVICE_REQUEST][..], &string("ssh-userauth")].concat()).await?;
        self.expect(msg::SERVICE_ACCEPT).await.map(|_| ())
    }

    /// How `SSH_MSG_USERAUTH_REQUEST` begins (RFC 4252, section 5).
    pub(crate) fn userauth(user: impl AsRef<[u8]>, method: &str) -> Vec<u8> {
        [&[msg::USERAUTH_REQUEST][..], &string(user), &string("ssh-connection"), &string(method)].concat()
    }

    /// Authenticates with a key, without asking first whether it would do (RFC 4252, section 7): the number of the
    /// message that answers. `sign` makes the fields of the signature's blob that follow the algorithm's name.
    pub(crate) async fn authenticate_with_key(
        &mut self,
        algorithm: &str,
        public_key: &[u8],
        sign: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> io::Result<u8> {
        let head = [Self::userauth("visitor", "publickey"), vec![1], string(algorithm), string(public_key)].concat();
        let signature = sign(&[string(&self.session_id), head.clone()].concat());
        self.send(&[head, string([string(algorithm), signature].concat())].concat()).await?;
        loop {
            let message = self.receive().await?;
            if let Some(kind @ (msg::USERAUTH_FAILURE | msg::USERAUTH_SUCCESS)) = message.first().copied() {
                return Ok(kind);
            }
        }
    }

    /// Opens a session with so much room for what the server sends: the server's channel.
    pub(crate) async fn session(&mut self, channel: u32, window: u32) -> io::Result<u32> {
        self.send(&open(channel, window)).await?;
        let confirmed = self.expect(msg::CHANNEL_OPEN_CONFIRMATION).await?;
        number(&confirmed, 5).ok_or_else(|| io::Error::other("a short confirmation"))
    }

    /// Opens a session with a terminal of a size, and a shell on it: the server's channel.
    pub(crate) async fn terminal(&mut self, channel: u32, window: u32, size: (u32, u32)) -> io::Result<u32> {
        let channel = self.session(channel, window).await?;
        self.send(&request(channel, "pty-req", false, &pty("xterm-256color", size.0, size.1))).await?;
        self.send(&request(channel, "shell", false, b"")).await?;
        Ok(channel)
    }

    /// Sends one message.
    pub(crate) async fn send(&mut self, payload: &[u8]) -> io::Result<()> {
        let packet = self.packet(payload);
        self.stream.write_all(&packet).await
    }

    /// One message as it goes over the line. It must be sent, and in order: packets are numbered.
    pub(crate) fn packet(&mut self, payload: &[u8]) -> Vec<u8> {
        // Without keys the length is padded with the rest, to 8 bytes; chacha20-poly1305 leaves it out.
        let counted = payload.len() + if self.outgoing.is_some() { 1 } else { 5 };
        let padding = 4 + (8 - (counted + 4) % 8) % 8;
        let length = (1 + payload.len() + padding) as u32;
        let mut packet = [&length.to_be_bytes()[..], &[padding as u8], payload, &vec![0; padding]].concat();
        if let Some(key) = &self.outgoing {
            let mut tag = [0; TAG_LEN];
            key.seal_in_place(self.sent, &mut packet, &mut tag);
            packet.extend(tag);
        }
        self.sent = self.sent.wrapping_add(1);
        packet
    }

    /// The next message that is of this kind.
    pub(crate) async fn expect(&mut self, kind: u8) -> io::Result<Vec<u8>> {
        loop {
            let message = self.receive().await?;
            if message.first() == Some(&kind) {
                return Ok(message);
            }
        }
    }

    /// The next message.
    pub(crate) async fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).await?;
        let mut packet = length.to_vec();
        if let Some(key) = &self.incoming {
            length = key.decrypt_packet_length(self.received, length);
        }
        let tag = if self.incoming.is_some() { TAG_LEN } else { 0 };
        let size = u32::from_be_bytes(length) as usize;
        packet.resize(4 + size + tag, 0);
        self.stream.read_exact(packet.get_mut(4..).unwrap_or_default()).await?;
        if let Some(key) = &self.incoming {
            let tag = packet.split_off(4 + size);
            let tag = tag.first_chunk().ok_or_else(|| io::Error::other("no tag"))?;
            key.open_in_place(self.received, &mut packet, tag).map_err(|_| io::Error::other("a wrong tag"))?;
        }
        self.received = self.received.wrapping_add(1);
        let padding = packet.get(4).copied().unwrap_or_default();
        let payload = packet.get(5..packet.len().saturating_sub(usize::from(padding))).unwrap_or_default();
        Ok(payload.to_vec())
    }

    /// Reads until the server hangs up.
    pub(crate) async fn hung_up(mut self) {
        while self.receive().await.is_ok() {}
    }
}

const SERVER: &str = "SSH-2.0-sshcard";

/// Takes a string off the beginning.
pub(crate) fn take<'a>(bytes: &mut &'a [u8]) -> io::Result<&'a [u8]> {
    let short = || io::Error::other("a short message");
    let (length, rest) = bytes.split_first_chunk().ok_or_else(short)?;
    let (taken, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(short)?;
    *bytes = rest;
    Ok(taken)
}

/// A number as SSH has it (RFC 4251, section 5): no zeros before it, but one where it would look negative.
pub(crate) fn mpint(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..).unwrap_or_default();
    let sign = number.first().is_some_and(|byte| byte & 0x80 != 0);
    string([if sign { &[0][..] } else { &[] }, number].concat())
}
