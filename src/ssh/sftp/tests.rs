use proptest::prelude::*;
use russh_sftp::protocol::{
    Close, Extended, FSetStat, Fstat, Init, Lstat, MkDir, Open as OpenFile, OpenDir, Read, ReadDir, ReadLink, RealPath,
    Remove, Rename, RmDir, SetStat, Stat, Status, Symlink, Write,
};

use super::{super::files::tests::files, *};

const ID: u32 = 7;

fn sftp() -> Sftp {
    Sftp::new(files())
}

/// What is said to these bytes, one after the other, until more are needed; and how it ended, if it did.
fn says(sftp: &mut Sftp, received: &mut Received) -> (Vec<Packet>, Option<SessionEnd>) {
    let mut said = Vec::new();
    loop {
        match sftp.next(received) {
            TransferStep::Send(bytes) => {
                let (length, mut reply) = (u32::from_be_bytes(bytes[..4].try_into().unwrap()), bytes.slice(4..));
                assert_eq!(length as usize, reply.len());
                said.push(Packet::try_from(&mut reply).unwrap());
            }
            TransferStep::Receive => return (said, None),
            TransferStep::End(end) => return (said, Some(end)),
        }
    }
}

fn bytes(packet: impl Into<Packet>) -> Bytes {
    Bytes::try_from(packet.into()).unwrap()
}

fn ask(sftp: &mut Sftp, packet: impl Into<Packet>) -> String {
    let mut received = Received { bytes: bytes(packet).into(), ended: false };
    let (said, ended) = says(sftp, &mut received);
    assert!(ended.is_none() && received.bytes.is_empty());
    let [reply] = &said[..] else { panic!("{said:?}") };
    told(reply)
}

/// A reply in words. All but the first have the number of their request.
fn told(reply: &Packet) -> String {
    assert!(matches!(reply, Packet::Version(_)) || id(reply) == ID, "{reply:?}");
    let attributes = |attrs: &FileAttributes| {
        assert_eq!((attrs.uid, attrs.gid), (Some(0), Some(0)));
        assert_eq!((attrs.atime, attrs.mtime), (Some(1_763_986_800), Some(1_763_986_800)));
        format!("{:o} {}", attrs.permissions.unwrap(), attrs.size.unwrap())
    };
    match reply {
        Packet::Version(version) => format!("version {} {:?}", version.version, version.extensions),
        Packet::Status(status) => {
            assert_eq!(status.error_message.is_empty(), status.status_code == StatusCode::Ok);
            status.status_code.to_string()
        }
        Packet::Handle(handle) => format!("handle {}", handle.handle),
        Packet::Data(data) => format!("data {}", data.data.len()),
        Packet::Attrs(attrs) => attributes(&attrs.attrs),
        Packet::Name(name) => {
            let names: Vec<_> = name.files.iter().map(|file| file.filename.as_str()).collect();
            names.join(" ")
        }
        other => panic!("{other:?}"),
    }
}

/// The library tells the number of a request only.
fn id(reply: &Packet) -> u32 {
    match reply {
        Packet::Handle(Handle { id, .. })
        | Packet::Data(Data { id, .. })
        | Packet::Attrs(Attrs { id, .. })
        | Packet::Name(Name { id, .. })
        | Packet::Status(Status { id, .. }) => *id,
        other => panic!("{other:?}"),
    }
}

fn open(filename: &str, flags: OpenFlags) -> OpenFile {
    OpenFile { id: ID, filename: filename.to_owned(), pflags: flags, attrs: FileAttributes::empty() }
}

fn read(handle: &str, offset: u64, len: u32) -> Read {
    Read { id: ID, handle: handle.to_owned(), offset, len }
}

#[test]
fn a_session_begins_with_the_version() {
    assert_eq!(ask(&mut sftp(), Init { version: 3, extensions: [].into() }), "version 3 {}");
    let extensions = [("newline".to_owned(), "\n".to_owned())].into();
    assert_eq!(ask(&mut sftp(), Init { version: 6, extensions }), "version 3 {}");
}

#[test]
fn files_are_told_of_by_path_and_by_handle() {
    let mut sftp = sftp();
    for (path, expected) in [
        ("/", "40755 0"),
        (".", "40755 0"),
        ("card.vcf", "100644 24"),
        ("/de", "40755 0"),
        ("de/card.vcf", "100644 11"),
        ("/large.bin", "100644 200000"),
        ("/nothing", "No such file"),
        ("/card.vcf/x", "No such file"),
        ("/..", "Permission denied"),
        ("../card.vcf", "Permission denied"),
    ] {
        assert_eq!(ask(&mut sftp, Stat { id: ID, path: path.into() }), expected, "{path}");
        assert_eq!(ask(&mut sftp, Lstat { id: ID, path: path.into() }), expected, "{path}");
    }
    assert_eq!(ask(&mut sftp, open("card.vcf", OpenFlags::READ)), "handle 0");
    assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: "/".into() }), "handle 1");
    for (handle, expected) in [("0", "100644 24"), ("1", "40755 0"), ("2", "Failure"), ("x", "Failure")] {
        assert_eq!(ask(&mut sftp, Fstat { id: ID, handle: handle.into() }), expected, "{handle}");
    }
}

#[test]
fn the_directory_is_listed_once_for_each_time_it_is_opened() {
    let mut sftp = sftp();
    let root = ". .. de README.txt card.vcf empty large.bin";
    for (path, files) in [("/", root), ("", root), ("~", root), ("de", ". .. card.vcf"), ("/de/", ". .. card.vcf")] {
        assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: path.into() }), "handle 0");
        let next = || ReadDir { id: ID, handle: "0".into() };
        assert_eq!(ask(&mut sftp, next()), files);
        assert_eq!([ask(&mut sftp, next()), ask(&mut sftp, next())], ["Eof", "Eof"]);
        assert_eq!(ask(&mut sftp, read("0", 0, 1)), "Failure");
        assert_eq!(ask(&mut sftp, Close { id: ID, handle: "0".into() }), "Ok");
    }
    assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: "card.vcf".into() }), "Failure");
    assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: "nothing".into() }), "No such file");
    assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: "..".into() }), "Permission denied");
}

#[test]
fn paths_are_made_canonical() {
    for (path, expected) in
        [(".", "/"), ("", "/"), ("..", "/"), ("/x", "/x"), ("a/../card.vcf", "/card.vcf"), ("a/b", "No such file")]
    {
        assert_eq!(ask(&mut sftp(), RealPath { id: ID, path: path.into() }), expected, "{path}");
    }
}

#[test]
fn a_file_is_read_from_any_offset_and_in_pieces() {
    let mut sftp = sftp();
    assert_eq!(ask(&mut sftp, open("large.bin", OpenFlags::READ)), "handle 0");
    for (offset, length, expected) in [
        (0, 1, "data 1"),
        (0, 0, "data 0"),
        (0, 32_768, "data 32768"),
        (0, u32::MAX, "data 32768"),
        (199_999, 10, "data 1"),
        (190_000, 32_768, "data 10000"),
        (200_000, 1, "Eof"),
        (u64::MAX, u32::MAX, "Eof"),
    ] {
        assert_eq!(ask(&mut sftp, read("0", offset, length)), expected, "{length} at {offset}");
    }
    assert_eq!(ask(&mut sftp, open("empty", OpenFlags::READ)), "handle 1");
    assert_eq!(ask(&mut sftp, read("1", 0, 1)), "Eof");

    // All pieces together are the file.
    let mut whole = Vec::new();
    let mut received = Received::default();
    while whole.len() < 200_000 {
        received.bytes.extend_from_slice(&bytes(read("0", whole.len() as u64, 50_000)));
        match says(&mut sftp, &mut received).0.pop() {
            Some(Packet::Data(data)) => whole.extend(data.data),
            other => panic!("{other:?}"),
        }
    }
    let Ok(PathTarget::File(file)) = files().find("large.bin") else { panic!("there is such a file") };
    assert_eq!(whole, file.content);
}

#[test]
fn nothing_can_be_written_moved_linked_or_removed() {
    let mut sftp = sftp();
    let (path, attrs) = (String::from("card.vcf"), FileAttributes::empty());
    for flags in 0..=0x3f {
        let flags = OpenFlags::from_bits_retain(flags);
        for (name, otherwise) in [("card.vcf", "handle 0"), ("new", "No such file")] {
            let expected = if flags.difference(OpenFlags::READ).is_empty() { otherwise } else { "Permission denied" };
            assert_eq!(ask(&mut sftp, open(name, flags)), expected, "{flags:?}");
        }
        ask(&mut sftp, Close { id: ID, handle: "0".into() });
    }
    assert_eq!(ask(&mut sftp, open("card.vcf", OpenFlags::READ)), "handle 0");
    for request in [
        Packet::Write(Write { id: ID, handle: "0".into(), offset: 0, data: b"x".to_vec() }),
        SetStat { id: ID, path: path.clone(), attrs: attrs.clone() }.into(),
        FSetStat { id: ID, handle: "0".into(), attrs: attrs.clone() }.into(),
        Remove { id: ID, filename: path.clone() }.into(),
        Rename { id: ID, oldpath: path.clone(), newpath: "new".into() }.into(),
        MkDir { id: ID, path: "new".into(), attrs }.into(),
        RmDir { id: ID, path: "/".into() }.into(),
        ReadLink { id: ID, path: path.clone() }.into(),
        Symlink { id: ID, linkpath: "new".into(), targetpath: path }.into(),
    ] {
        assert_eq!(ask(&mut sftp, request), "Permission denied");
    }
    let extended = |request: &str| Extended { id: ID, request: request.into(), data: vec![0; 8] };
    for request in ["posix-rename@openssh.com", "hardlink@openssh.com", "copy-data", ""] {
        assert_eq!(ask(&mut sftp, extended(request)), "Operation unsupported");
    }
}

#[test]
fn handles_are_bounded_and_taken_again() {
    let mut sftp = sftp();
    let taken: Vec<_> = (0..10_000).map(|_| ask(&mut sftp, open("card.vcf", OpenFlags::READ))).collect();
    assert!(taken.iter().take(HANDLES).enumerate().all(|(n, told)| *told == format!("handle {n}")));
    assert!(taken.iter().skip(HANDLES).all(|told| told == "Failure"));
    assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: "/".into() }), "Failure");
    assert_eq!(ask(&mut sftp, Close { id: ID, handle: "5".into() }), "Ok");
    assert_eq!(ask(&mut sftp, Close { id: ID, handle: "5".into() }), "Failure");
    assert_eq!(ask(&mut sftp, OpenDir { id: ID, path: "/".into() }), "handle 5");
    assert_eq!(sftp.open.len(), HANDLES);
}

/// A packet of any type with any content.
fn raw(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(1 + content.len()).unwrap();
    [&length.to_be_bytes()[..], &[kind], content].concat()
}

#[test]
fn what_is_no_request_is_told_so_or_ends_the_session() {
    let id = ID.to_be_bytes();
    let cut = [&id[..], b"\0\0\0\x20card"].concat();
    for (packet, expected) in [
        // Not all of it, or lengths within it that cannot be.
        (raw(3, &cut), Ok("Bad message")),
        (raw(5, &id), Ok("Bad message")),
        (raw(17, &[&id[..], &[0xff; 4]].concat()), Ok("Bad message")),
        (raw(6, &[&id[..], b"\0\0\0\x010", &[0xff; 12]].concat()), Ok("Bad message")),
        // Types that nobody knows, and those of replies.
        (raw(0, &id), Ok("Operation unsupported")),
        (raw(21, &id), Ok("Operation unsupported")),
        (raw(2, &[&id[..], &id].concat()), Ok("Operation unsupported")),
        (raw(101, &id), Ok("Operation unsupported")),
        (raw(255, &cut), Ok("Operation unsupported")),
        // Nothing to answer to.
        (raw(17, &id[..3]), Err(SessionEnd::Malformed)),
        (vec![0; 4], Err(SessionEnd::Malformed)),
        (raw(1, b"\0\0"), Err(SessionEnd::Malformed)),
        (raw(1, &[0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff]), Err(SessionEnd::Malformed)),
        // Lengths that cannot be: told at once, before anything is kept for them.
        (vec![0xff; 4], Err(SessionEnd::Malformed)),
        (34_001_u32.to_be_bytes().to_vec(), Err(SessionEnd::Malformed)),
    ] {
        let mut received = Received { bytes: packet[..].into(), ended: false };
        let (said, ended) = says(&mut sftp(), &mut received);
        match expected {
            Ok(words) => assert_eq!((said.iter().map(told).collect(), ended), (vec![words.to_owned()], None)),
            Err(end) => assert_eq!((said.len(), ended), (0, Some(end)), "{packet:?}"),
        }
    }
}

#[test]
fn a_session_ends_where_the_client_stops() {
    let init = bytes(Init { version: 3, extensions: [].into() });
    for (length, expected) in
        [(0, Some(SessionEnd::Goodbye)), (init.len(), Some(SessionEnd::Goodbye)), (6, None), (3, None)]
    {
        let mut received = Received { bytes: init[..length].into(), ended: true };
        // `None` is more that is waited for, and will not come.
        assert_eq!(says(&mut sftp(), &mut received).1, expected, "{length}");
    }
}

#[test]
fn the_longest_request_is_read() {
    let data = vec![0; LONGEST_REQUEST - 1 - 4 - 4 - 1 - 8 - 4];
    let write = Packet::Write(Write { id: ID, handle: "0".into(), offset: 0, data });
    assert_eq!(ask(&mut sftp(), write), "Permission denied");
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..4000), piece in 1_usize..100) {
        let (mut sftp, mut received) = (sftp(), Received::default());
        for piece in bytes.chunks(piece) {
            received.bytes.extend_from_slice(piece);
            if says(&mut sftp, &mut received).1.is_some() {
                break;
            }
            prop_assert!(received.bytes.len() < 4 + LONGEST_REQUEST);
        }
    }

    #[test]
    fn any_requests_are_answered_each_with_its_number(
        requests in proptest::collection::vec((prop_oneof![3_u8..=21, Just(200), any::<u8>()], any::<u32>(), any::<Vec<u8>>()), 1..50),
    ) {
        let (mut sftp, mut received) = (sftp(), Received::default());
        for (kind, number, content) in requests {
            received.bytes.extend_from_slice(&raw(kind, &[&number.to_be_bytes()[..], &content].concat()));
            match (says(&mut sftp, &mut received), kind) {
                ((_, Some(end)), INIT) => {
                    prop_assert_eq!(end, SessionEnd::Malformed);
                    return Ok(());
                }
                ((said, None), INIT) => prop_assert!(matches!(said[..], [Packet::Version(_)])),
                ((said, ended), _) => {
                    prop_assert_eq!(said.iter().map(id).collect::<Vec<_>>(), [number]);
                    prop_assert_eq!(ended, None);
                }
            }
            prop_assert!(sftp.open.len() <= HANDLES);
        }
    }
}
