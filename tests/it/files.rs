//! The card as files: SFTP, and the old protocol of scp.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use russh::{Channel, ChannelMsg, client::Config, client::Msg};
use russh_sftp::{
    client::{RawSftpSession, SftpSession, error::Error},
    protocol::{FileAttributes, Open, OpenFlags, Packet, StatusCode},
};
use sshcard::{
    document::{Document, Prose},
    ssh::limits::Limits,
};

use crate::support::{Client, Output, Running, document, rendered, soon};

const README: &str = "README.txt";

/// A card whose text takes several packets.
fn long() -> Document {
    let mut document = document();
    let Prose { blocks, .. } = &mut document.pages[1].intro;
    *blocks = std::iter::repeat_n(blocks.clone(), 6_000).flatten().collect();
    document
}

fn text(document: &Document) -> Vec<u8> {
    rendered(document, "text").into()
}

/// A file at once, as `get` fetches it.
async fn fetched(client: &Client, name: &str) -> Vec<u8> {
    let session = soon(SftpSession::new(client.sftp().await.into_stream())).await.unwrap();
    let content = soon(session.read(name)).await.unwrap();
    soon(session.close()).await.unwrap();
    content
}

async fn raw(client: &Client) -> RawSftpSession {
    let session = RawSftpSession::new(client.sftp().await.into_stream());
    assert_eq!(soon(session.init()).await.unwrap().version, 3);
    session
}

fn code<T>(result: Result<T, Error>) -> StatusCode {
    match result {
        Err(Error::Status(status)) => status.status_code,
        Err(error) => panic!("{error}"),
        Ok(_) => StatusCode::Ok,
    }
}

#[tokio::test]
async fn the_card_is_listed_and_fetched() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let session = soon(SftpSession::new(client.sftp().await.into_stream())).await.unwrap();
    assert_eq!(soon(session.canonicalize(".")).await.unwrap(), "/");
    let listed: Vec<_> = soon(session.read_dir("/")).await.unwrap().collect();
    assert!(listed.iter().any(|entry| entry.file_name() == README));
    for entry in listed {
        let attributes = entry.metadata();
        let content = soon(session.read(entry.file_name())).await.unwrap();
        assert_eq!(attributes.size, Some(content.len() as u64));
        assert_eq!(attributes.permissions, Some(0o100_644));
        // It is as old as the server, which has just started.
        assert!(attributes.modified().unwrap().elapsed().unwrap() < Duration::from_secs(300));
        if entry.file_name() == README {
            assert!(content.ends_with(&text(&document())));
        }
    }
    soon(session.close()).await.unwrap();
}

#[tokio::test]
async fn a_file_is_resumed_where_it_was_cut() {
    let server = Running::of(long(), Limits::default()).await;
    let client = Client::connect(&server).await;
    let expected = fetched(&client, README).await;
    assert!(expected.ends_with(&text(&long())) && expected.len() > 150_000, "{}", expected.len());
    let session = raw(&client).await;
    let handle = soon(session.open(README, OpenFlags::READ, FileAttributes::empty())).await.unwrap().handle;
    for begin in [0, 1, 32_767, 100_000, expected.len() - 1] {
        let mut got = expected[..begin].to_vec();
        while got.len() < expected.len() {
            let data = soon(session.read(&*handle, got.len() as u64, 32_768)).await.unwrap().data;
            assert!(!data.is_empty() && data.len() <= 32_768);
            got.extend(data);
        }
        assert!(got == expected, "from {begin}");
        assert_eq!(code(soon(session.read(&*handle, got.len() as u64, 1)).await), StatusCode::Eof);
    }
}

#[tokio::test]
async fn nothing_can_be_changed() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let (session, none) = (raw(&client).await, FileAttributes::empty);
    let create = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE;
    let handle = soon(session.open(README, OpenFlags::READ, none())).await.unwrap().handle;
    let refused = [
        code(soon(session.open("new", create, none())).await),
        code(soon(session.open(README, OpenFlags::READ | OpenFlags::WRITE, none())).await),
        code(soon(session.open("../etc/passwd", OpenFlags::READ, none())).await),
        code(soon(session.write(&*handle, 0, b"x".to_vec())).await),
        code(soon(session.remove(README)).await),
        code(soon(session.rename(README, "new")).await),
        code(soon(session.mkdir("new", none())).await),
        code(soon(session.rmdir("/")).await),
        code(soon(session.symlink("/etc/passwd", "new")).await),
        code(soon(session.setstat(README, none())).await),
        code(soon(session.lstat("..")).await),
        code(soon(session.opendir("..")).await),
    ];
    assert_eq!(refused, [StatusCode::PermissionDenied; 12]);
    assert_eq!(code(soon(session.lstat("new")).await), StatusCode::NoSuchFile);
    assert_eq!(code(soon(session.lstat("x".repeat(30_000))).await), StatusCode::NoSuchFile);
}

/// Says this on a new channel, then perhaps that there is no more, and reads to the end.
async fn says(client: &Client, bytes: &[u8], eof: bool) -> Output {
    let channel = client.sftp().await;
    channel.data(bytes).await.unwrap();
    if eof {
        channel.eof().await.unwrap();
    }
    Output::of(channel).await
}

const INIT: &[u8] = b"\0\0\0\x05\x01\0\0\0\x03";
const VERSION: &str = "\0\0\0\x05\x02\0\0\0\x03";

#[tokio::test]
async fn a_session_ends_with_a_status() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for (bytes, eof, out, status) in [
        (INIT, true, VERSION, 0),
        (b"", true, "", 0),
        // Cut in a packet.
        (&INIT[..7], true, "", 1),
        // Lengths that cannot be end it at once.
        (b"\xff\xff\xff\xff", false, "", 1),
        (b"\0\x10\0\0\x06", false, "", 1),
        (b"\0\0\0\0", false, "", 1),
    ] {
        let output = says(&client, bytes, eof).await;
        assert_eq!((&*output.out, output.status, output.eof), (out, Some(status), true), "{bytes:?}");
    }
    // A client that is gone without a word leaves nothing behind.
    let channel = client.sftp().await;
    channel.data(INIT).await.unwrap();
    channel.close().await.unwrap();
    client.hang_up().await;
    server.deserted().await;
}

/// The replies to some requests that are sent at once, in short.
async fn replies(channel: &mut Channel<Msg>, requests: Vec<Bytes>) -> Vec<(u32, StatusCode)> {
    let (mut told, mut heard) = (Vec::new(), BytesMut::new());
    soon(channel.data_bytes(requests.concat())).await.unwrap();
    while told.len() < requests.len() {
        match soon(channel.wait()).await {
            Some(ChannelMsg::Data { data }) => heard.extend_from_slice(&data),
            Some(ChannelMsg::WindowAdjusted { .. }) => (),
            other => panic!("{other:?}"),
        }
        while let Some(length) = heard.first_chunk().map(|length| 4 + u32::from_be_bytes(*length) as usize) {
            if heard.len() < length {
                break;
            }
            let mut reply = heard.split_to(length).split_off(4).freeze();
            told.push(match Packet::try_from(&mut reply).unwrap() {
                Packet::Handle(handle) => (handle.id, StatusCode::Ok),
                Packet::Status(status) => (status.id, status.status_code),
                other => panic!("{other:?}"),
            });
        }
    }
    told
}

#[tokio::test]
async fn sixty_four_files_are_open_at_most_and_requests_are_answered_in_order() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut channel = client.sftp().await;
    let open = |id| {
        let open = Open { id, filename: README.into(), pflags: OpenFlags::READ, attrs: FileAttributes::empty() };
        Bytes::try_from(Packet::Open(open)).unwrap()
    };
    for thousand in 0..10 {
        let ids = thousand * 1000..(thousand + 1) * 1000;
        let code = |id| if id < 64 { StatusCode::Ok } else { StatusCode::Failure };
        let expected: Vec<_> = ids.clone().map(|id| (id, code(id))).collect();
        assert_eq!(replies(&mut channel, ids.map(open).collect()).await, expected);
    }
    // A type that nobody knows.
    let unknown = Bytes::from_static(b"\0\0\0\x05\xfe\0\0\0\x07");
    assert_eq!(replies(&mut channel, vec![unknown]).await, [(7, StatusCode::OpUnsupported)]);
    channel.eof().await.unwrap();
    assert_eq!(Output::of(channel).await.status, Some(0));
}

/// A client with room for one byte, which russh never makes larger.
async fn deaf(server: &Running) -> Client {
    Client::connect_as(server, "deaf", Config { window_size: 1, ..Config::default() }).await
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_given_up_in_time() {
    let server = Running::with(Limits { output: Duration::from_millis(300), ..Limits::default() }).await;
    let client = deaf(&server).await;
    for bytes in [INIT, &INIT.repeat(1000)] {
        let output = says(&client, bytes, false).await;
        assert_eq!((output.out.len(), output.status, output.eof), (1, Some(1), true));
    }
    assert!(client.open().await.is_ok(), "its place is free");
}

#[tokio::test]
async fn a_client_that_asks_on_and_takes_nothing_is_given_up_at_once() {
    let server = Running::start().await;
    let client = deaf(&server).await;
    let (mut incoming, outgoing) = client.sftp().await.split();
    let asking = tokio::spawn(async move { outgoing.data_bytes(INIT.repeat(300_000)).await });
    let mut status = None;
    while let Some(message) = soon(incoming.wait()).await {
        match message {
            ChannelMsg::ExitStatus { exit_status } => status = Some(exit_status),
            ChannelMsg::Close => break,
            _ => (),
        }
    }
    assert_eq!(status, Some(1));
    asking.abort();
    client.hang_up().await;
    server.deserted().await;
}

#[tokio::test]
async fn who_asks_for_nothing_is_hung_up_on() {
    let server = Running::with(Limits { idle: Duration::from_millis(300), ..Limits::default() }).await;
    let client = Client::connect(&server).await;
    let begin = Instant::now();
    let output = says(&client, INIT, false).await;
    assert_eq!((&*output.out, output.status, output.eof), (VERSION, Some(0), true));
    assert!(begin.elapsed() >= Duration::from_millis(300));
    // Half a request is none.
    assert_eq!(says(&client, &INIT[..5], false).await.status, Some(0));
    let channel = client.open().await.unwrap();
    channel.exec(true, "scp -f README.txt").await.unwrap();
    assert_eq!(Output::of(channel).await.status, Some(0));
}

#[tokio::test]
async fn stopping_ends_a_session_that_asks_for_nothing() {
    let mut server = Running::start().await;
    let client = Client::connect(&server).await;
    let channel = client.sftp().await;
    channel.data(INIT).await.unwrap();
    let begin = Instant::now();
    let (output, ()) = tokio::join!(Output::of(channel), server.stop());
    // It was cut: EX_TEMPFAIL.
    assert_eq!((output.status, output.eof), (Some(75), true));
    assert!(begin.elapsed() < Duration::from_secs(9), "it was not cut");
}

#[tokio::test]
async fn scp_of_old_is_sent_what_it_asks_for() {
    let server = Running::of(long(), Limits::default()).await;
    let client = Client::connect(&server).await;
    let card = String::from_utf8(fetched(&client, README).await).unwrap();
    for (command, answers, out, status) in [
        ("scp -f README.txt", "\0\0\0", format!("C0644 {} README.txt\n{card}\0", card.len()), 0),
        ("scp -v -f -- '/R*.txt'", "\0\0\0", format!("C0644 {} README.txt\n{card}\0", card.len()), 0),
        ("scp -f none", "\0", "\x01scp: none: No such file or directory\n".into(), 1),
        ("scp -f ..", "\0", "\x01scp: ..: Permission denied\n".into(), 1),
        ("scp -r -t .", "", "\x01scp: permission denied: this card is read-only\n".into(), 1),
        ("scp -f README.txt", "\x02gone\n", String::new(), 1),
    ] {
        let channel = client.open().await.unwrap();
        channel.exec(true, command).await.unwrap();
        channel.data(answers.as_bytes()).await.unwrap();
        channel.eof().await.unwrap();
        let output = Output::of(channel).await;
        assert!(output.out == out, "{command}: {} bytes, {:.100}", output.out.len(), output.out);
        assert_eq!((&*output.err, output.status, output.eof), ("", Some(status), true), "{command}");
    }
}
