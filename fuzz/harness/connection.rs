//! What a client says to the server, as a list of bytes tells it: commands, files, a proxy's header, and whole
//! connections.

use std::{
    collections::VecDeque,
    future::Future,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use russh::{Preferred, cipher, kex, mac};
use russh_sftp::protocol::Packet;
use sshcard::{
    site::Site,
    ssh::{
        Server, configuration,
        exec::Answers,
        files::Files,
        hostkey::HostKey,
        limits::Limits,
        proxy::{self, Proxies},
        scp::{Scp, ScpCommand},
        sftp::Sftp,
        transfer::{PIECE, Protocol, Received, TransferStep},
        visitors::Visitors,
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex, split},
    join,
    runtime::{Builder, Runtime},
    time::{sleep, timeout},
};

use super::{gauges::gauge, temporary, vetting};

/// What is served to those who are fuzzed.
pub struct Bench {
    server: Server,
    visitors: Visitors,
    key: HostKey,
    answers: Answers,
    files: Arc<Files>,
}

impl Bench {
    /// A server of this site.
    ///
    /// # Panics
    ///
    /// Where no host key can be made.
    pub fn new(site: Arc<Site>) -> Self {
        let keys = temporary();
        let (key, again) = match (HostKey::load_or_create(keys.path()), HostKey::load_or_create(keys.path())) {
            (Ok(key), Ok(again)) => (key, again),
            (Err(error), _) | (_, Err(error)) => panic!("{error}"),
        };
        let files = Arc::new(Files::new(&site, SystemTime::UNIX_EPOCH));
        // A connection takes no real time, so that any number of them may come from one address.
        let limits = Limits { unauthenticated: 0, per_address: 0, ..Limits::default() };
        let answers = Answers::new(&site, &key);
        let server = Server::new(site, again, limits, Proxies::default());
        Self { visitors: server.visitors(), server, key, answers, files }
    }

    /// A command: the first byte is the width of the terminal, 0 for none.
    ///
    /// # Panics
    ///
    /// Where the answer is not fit for a terminal.
    pub fn exec(&self, data: &[u8]) {
        let Some((columns, command)) = data.split_first() else { return };
        let answer = self.answers.answer(command, Some(u16::from(*columns)).filter(|columns| *columns > 0));
        holds(vetting::of_text(&answer.err));
        assert!(answer.err.len() < 1024, "an answer of {} bytes to what is not known", answer.err.len());
        assert_eq!(answer.err.is_empty(), answer.status == 0, "a status of {}", answer.status);
        if answer.has_lines {
            holds(vetting::of_answer(&answer.out));
        }
    }

    /// SFTP: the first byte says in pieces of which length the rest is heard.
    ///
    /// # Panics
    ///
    /// Where a reply is no packet, or has what is not fit for a terminal.
    pub fn sftp(&self, data: &[u8]) {
        let Some((length, requests)) = data.split_first() else { return };
        let mut sftp = Sftp::new(Arc::clone(&self.files));
        carry(&mut sftp, requests.chunks(usize::from(*length) + 1), |said| {
            let length = said.first_chunk().map(|length| u32::from_be_bytes(*length) as usize);
            assert_eq!(length, Some(said.len() - 4), "a packet of another length");
            assert!(said.len() <= PIECE + 1024, "a packet of {} bytes", said.len());
            let mut reply = Bytes::copy_from_slice(said.get(4..).unwrap_or_default());
            match Packet::try_from(&mut reply) {
                Ok(Packet::Status(status)) => holds(vetting::of_text(status.error_message.as_bytes())),
                Ok(Packet::Name(names)) => {
                    for file in names.files {
                        holds(vetting::of_text(file.filename.as_bytes()));
                        holds(vetting::of_text(file.longname.as_bytes()));
                    }
                }
                Ok(_) => {}
                Err(error) => panic!("a reply that is none: {error}"),
            }
        });
    }

    /// The old protocol of scp: a line with the command, then what the client answers.
    ///
    /// # Panics
    ///
    /// Where a line that is shown is not fit for a terminal.
    pub fn scp(&self, data: &[u8]) {
        let (command, answers) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
        let Some(command) = ScpCommand::parse(command) else { return };
        let mut scp = Scp::new(Arc::clone(&self.files), &command);
        let answers = answers.get(1..).unwrap_or_default();
        carry(&mut scp, answers.chunks(3), |said| {
            if let [1 | b'C' | b'D', line @ ..] = said {
                holds(vetting::of_text(line));
            }
        });
    }

    /// A connection from its first byte, and all that the server said on it. The exchange of keys is left out, and
    /// nothing is encrypted, so that a fuzzer reaches what is behind it: the first byte is odd for a client that does
    /// the rest of the beginning as it should and gets in. Then come steps of a byte each with what belongs to it; see
    /// [`steps`].
    ///
    /// # Panics
    ///
    /// Where a connection or a channel does not end, or a client gets more channels than it may.
    pub fn connection(&self, data: &[u8]) -> Vec<u8> {
        let steps = steps(data);
        paused().block_on(async {
            let (client, stream) = duplex(64 * 1024);
            let mut config = configuration(&self.key);
            open(&mut config.preferred);
            let from = IpAddr::from(Ipv4Addr::LOCALHOST);
            let serving = async {
                let served = self.server.serve_stream(stream, from, config).await;
                assert_eq!(served, Ok(()), "there is no place left of one");
            };
            let (mut read, mut write) = split(client);
            let saying = async {
                for step in steps {
                    match step {
                        Step::Says(bytes) => {
                            if write.write_all(&bytes).await.is_err() {
                                break;
                            }
                        }
                        Step::Waits(time) => sleep(time).await,
                    }
                }
                let _ = write.shutdown().await;
            };
            let mut heard = Vec::new();
            let reading = async { while matches!(read.read_buf(&mut heard).await, Ok(1..)) {} };
            let all = async { join!(serving, saying, reading) };
            ends(all, "the connection").await;
            // A channel may end after its connection, and holds the place of it until then.
            let channels = async {
                while gauge(self.visitors.metrics(), "sshcard_connections") > 0 {
                    sleep(Duration::from_secs(1)).await;
                }
            };
            ends(channels, "a channel").await;
            let confirmed = packets(&heard).filter(|packet| packet.first() == Some(&CHANNEL_OPEN_CONFIRMATION)).count();
            assert!(confirmed <= Limits::default().channels_ever as usize, "{confirmed} channels");
            heard
        })
    }
}

/// A header of a proxy, and what follows.
///
/// # Panics
///
/// Where more is read than a header may have.
pub fn proxy(data: &[u8]) {
    let mut left = data;
    let read = paused().block_on(proxy::read(&mut left));
    let taken = data.len() - left.len();
    assert!(taken <= 16 + 2048, "{taken} bytes were read");
    if read.is_ok() {
        assert!(data.starts_with(b"PROXY ") || data.starts_with(b"\r\n\r\n\0\r\nQUIT\n"), "that is no header");
    }
}

fn paused() -> Runtime {
    match Builder::new_current_thread().enable_time().start_paused(true).build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("{error}"),
    }
}

fn holds(vetted: Result<(), String>) {
    if let Err(why) = vetted {
        panic!("{why}");
    }
}

/// In paused time, more than any limit.
async fn ends<T>(what: impl Future<Output = T>, name: &str) -> T {
    let ended = timeout(Duration::from_secs(24 * 60 * 60), what).await;
    ended.unwrap_or_else(|elapsed| panic!("{name} does not end: {elapsed}"))
}

/// Talks until it ends, or nothing more is heard.
fn carry<'a>(protocol: &mut impl Protocol, mut hears: impl Iterator<Item = &'a [u8]>, mut says: impl FnMut(&[u8])) {
    let mut waiting = Received::default();
    // What is heard is taken off or ends it, and what is said to it is bounded: this many turns are never needed.
    for _ in 0..1_000_000 {
        match protocol.next(&mut waiting) {
            TransferStep::Send(bytes) => says(&bytes),
            TransferStep::Receive if waiting.ended => return,
            TransferStep::Receive => match hears.next() {
                Some(bytes) => waiting.bytes.extend_from_slice(bytes),
                None => waiting.ended = true,
            },
            TransferStep::End(_) => return,
        }
    }
    panic!("it talks without end");
}

/// No key exchange and no encryption, only for this.
fn open(preferred: &mut Preferred) {
    preferred.kex = (&[kex::NONE]).into();
    preferred.cipher = (&[cipher::NONE]).into();
    preferred.mac = (&[mac::NONE]).into();
}

enum Step {
    Says(Vec<u8>),
    Waits(Duration),
}

const KEXINIT: u8 = 20;
const NEWKEYS: u8 = 21;
const CHANNEL_OPEN_CONFIRMATION: u8 = 91;

/// Names of requests of a channel, of requests of the connection, and of kinds of channels.
const REQUESTS: [&str; 12] = [
    "pty-req",
    "env",
    "shell",
    "exec",
    "subsystem",
    "window-change",
    "x11-req",
    "auth-agent-req@openssh.com",
    "signal",
    "eow@openssh.com",
    "xon-xoff",
    "",
];
const OF_THE_CONNECTION: [&str; 4] =
    ["tcpip-forward", "cancel-tcpip-forward", "keepalive@openssh.com", "streamlocal-forward@openssh.com"];
const KINDS: [&str; 5] = ["session", "direct-tcpip", "x11", "direct-streamlocal@openssh.com", "forwarded-tcpip"];

/// | byte, modulo 12 | step, and the bytes that belong to it |
/// | --- | --- |
/// | 0 | a packet: the length, and so many bytes |
/// | 1 | a session is opened; one byte of its window |
/// | 2 | a channel of another kind is opened: the kind, the length of what follows, and that |
/// | 3 | a request: the channel, the name, whether a reply is wanted (odd), the length of what follows, and that |
/// | 4, 5 | data, and data of another kind: the channel, the length, and so many bytes |
/// | 6 | more window: the channel, and one byte |
/// | 7, 8 | end of file, and close: the channel |
/// | 9 | a request of the connection: the name, whether a reply is wanted, the length, and so many bytes |
/// | 10 | bytes that are no packet: the length, and so many |
/// | 11 | so many times 100 ms pass |
///
/// What follows a request's name is taken as it is, but for the first eight of [`REQUESTS`], where it is a string.
fn steps(data: &[u8]) -> Vec<Step> {
    let mut rest = Rest(data.iter().copied().collect());
    let mut steps = Vec::new();
    if rest.byte() % 2 == 1 {
        let begin = [
            b"SSH-2.0-fuzz\r\n".to_vec(),
            packet(&kexinit()),
            packet(&[NEWKEYS]),
            packet(&[&[5][..], &string(b"ssh-userauth")].concat()),
            packet(&[&[50][..], &string(b"visitor"), &string(b"ssh-connection"), &string(b"none")].concat()),
        ];
        steps.push(Step::Says(begin.concat()));
    }
    while let Some(kind) = rest.0.pop_front() {
        let says = match kind % 12 {
            0 => packet(&rest.bytes()),
            1 => packet(&[&[90][..], &string(b"session"), &u32s(&[0, u32::from(rest.byte()) << 8, 32_768])].concat()),
            2 => {
                let kind = rest.one_of(&KINDS);
                packet(&[&[90][..], &string(kind.as_bytes()), &u32s(&[0, 65_536, 32_768]), &rest.bytes()].concat())
            }
            3 => packet(&request(&mut rest)),
            4 => packet(&[&[94][..], &u32s(&[rest.channel()]), &string(&rest.bytes())].concat()),
            5 => packet(&[&[95][..], &u32s(&[rest.channel(), 1]), &string(&rest.bytes())].concat()),
            6 => packet(&[&[93][..], &u32s(&[rest.channel(), u32::from(rest.byte()) << 24])].concat()),
            7 => packet(&[&[96][..], &u32s(&[rest.channel()])].concat()),
            8 => packet(&[&[97][..], &u32s(&[rest.channel()])].concat()),
            9 => {
                let name = rest.one_of(&OF_THE_CONNECTION);
                packet(&[&[80][..], &string(name.as_bytes()), &[rest.byte() & 1], &rest.bytes()].concat())
            }
            10 => rest.bytes(),
            _ => {
                steps.push(Step::Waits(Duration::from_millis(100) * rest.byte().into()));
                continue;
            }
        };
        steps.push(Step::Says(says));
    }
    steps
}

fn request(rest: &mut Rest) -> Vec<u8> {
    let channel = rest.channel();
    let name = rest.one_of(&REQUESTS);
    let wanted = rest.byte() & 1;
    let bytes = rest.bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (first, second) = text.split_once('=').unwrap_or((&text, ""));
    let more = match name {
        "pty-req" => [string(first.as_bytes()), u32s(&[80, 24, 0, 0]), string(b"\0")].concat(),
        "env" => [string(first.as_bytes()), string(second.as_bytes())].concat(),
        "shell" => Vec::new(),
        "exec" | "subsystem" => string(&bytes),
        _ => bytes,
    };
    [&[98][..], &u32s(&[channel]), &string(name.as_bytes()), &[wanted], &more].concat()
}

struct Rest(VecDeque<u8>);

impl Rest {
    /// The next byte, 0 where there is none.
    fn byte(&mut self) -> u8 {
        self.0.pop_front().unwrap_or_default()
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = usize::from(self.byte()).min(self.0.len());
        self.0.drain(..length).collect()
    }

    /// russh numbers channels from 2; the last two of eight numbers are never there.
    fn channel(&mut self) -> u32 {
        match self.byte() % 8 {
            6 => 0,
            7 => u32::MAX,
            number => u32::from(number) + 2,
        }
    }

    fn one_of(&mut self, names: &[&'static str]) -> &'static str {
        let number = usize::from(self.byte());
        names.get(number % names.len().max(1)).copied().unwrap_or_default()
    }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32s(&[bytes.len() as u32]), bytes].concat()
}

fn u32s(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A packet that is not encrypted (RFC 4253, section 6).
fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = match 8 - (5 + payload.len()) % 8 {
        few @ ..4 => few + 8,
        enough => enough,
    };
    let length = u32s(&[(1 + payload.len() + padding) as u32]);
    [&length[..], &[padding as u8], payload, &vec![0; padding]].concat()
}

fn kexinit() -> Vec<u8> {
    let lists = ["none", "ssh-ed25519", "none", "none", "none", "none", "none", "none", "", ""];
    let lists: Vec<u8> = lists.iter().flat_map(|list| string(list.as_bytes())).collect();
    [&[KEXINIT][..], &[0; 16], &lists, &[0; 5]].concat()
}

/// The packets after the server's first line.
pub fn packets(heard: &[u8]) -> impl Iterator<Item = &[u8]> {
    let first = heard.iter().position(|byte| *byte == b'\n').map_or(heard.len(), |end| end + 1);
    let mut rest = heard.get(first..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk().map(|(length, after)| (u32::from_be_bytes(*length), after))?;
        let packet = after.get(..length as usize)?;
        rest = after.get(length as usize..)?;
        let (padding, payload) = packet.split_first()?;
        payload.get(..payload.len().checked_sub((*padding).into())?)
    })
}
