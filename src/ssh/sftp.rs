//! The server's side of SFTP, version 3 (draft-ietf-secsh-filexfer-02), for read-only files.
//!
//! The packets are those of `russh_sftp`. Its loop is not used: it runs apart from the channel's task, goes on after an
//! impossible length, loses the number of an unknown request, and ends without an exit status. This is a state machine
//! without I/O: a request goes in and its reply comes out, in the order of the requests, one at a time.

use std::{mem, sync::Arc};

use bytes::{Buf as _, Bytes};
use russh_sftp::protocol::{
    Attrs, Data, File as Listed, FileAttributes, Handle, Name, OpenFlags, Packet, StatusCode, Version,
};

use super::{
    ending::SessionEnd,
    files::{Directory, Files, PathError, PathTarget},
    transfer::{PIECE, Protocol, Received, TransferStep},
};

/// The name of the subsystem (draft-ietf-secsh-filexfer-02, section 2).
pub(super) const NAME: &str = "sftp";

/// The longest request that is read, in bytes: what the draft asks of a server (section 3). Only a write would be
/// longer.
const LONGEST_REQUEST: usize = 34_000;

/// Handles that may be open at a time. A client opens a file for each that it fetches at once, and a directory for each
/// level: this is every file of the card several times over.
const HANDLES: usize = 64;

/// The types of the requests that are understood, but for the first, which has no number (section 3): `SSH_FXP_OPEN` to
/// `SSH_FXP_SYMLINK`, and `SSH_FXP_EXTENDED`.
const fn is_request(kind: u8) -> bool {
    matches!(kind, 3..=20 | 200)
}

/// The type of the first request, `SSH_FXP_INIT`.
const INIT: u8 = 1;

/// One client's view of the files.
#[derive(Debug)]
pub struct Sftp {
    files: Arc<Files>,
    /// The open files; a handle is a place of this table, in decimal digits. Places of closed handles are taken again.
    open: Box<[Option<OpenFile>]>,
}

#[derive(Debug)]
struct OpenFile {
    target: PathTarget,
    /// Whether the directory has been listed.
    listed: bool,
}

impl Protocol for Sftp {
    fn next(&mut self, received: &mut Received) -> TransferStep {
        match request(received) {
            Ok(Some(request)) => match self.reply(request) {
                Some(reply) => TransferStep::Send(reply),
                None => TransferStep::End(SessionEnd::Malformed),
            },
            Ok(None) if received.ended && received.bytes.is_empty() => TransferStep::End(SessionEnd::Goodbye),
            Ok(None) => TransferStep::Receive,
            Err(Overlong) => TransferStep::End(SessionEnd::Malformed),
        }
    }
}

/// A request that is longer than any can be.
struct Overlong;

/// Takes the next request off what was received, without its length; `None` if it has not all come yet. A length alone
/// reserves nothing.
fn request(received: &mut Received) -> Result<Option<Bytes>, Overlong> {
    let Some(length) = received.bytes.first_chunk().map(|length| u32::from_be_bytes(*length) as usize) else {
        return Ok(None);
    };
    if length > LONGEST_REQUEST {
        return Err(Overlong);
    }
    if received.bytes.len() < 4 + length {
        return Ok(None);
    }
    received.bytes.advance(4);
    Ok(Some(received.bytes.split_to(length).freeze()))
}

impl Sftp {
    /// Serves these files to one client.
    #[must_use]
    pub fn new(files: Arc<Files>) -> Self {
        Self { files, open: (0..HANDLES).map(|_| None).collect() }
    }

    /// Answers a request; `None` if it has not even a number to answer to.
    fn reply(&mut self, mut request: Bytes) -> Option<Bytes> {
        let kind = *request.first()?;
        let id = match request.get(1..5) {
            Some(id) => id.try_into().map(u32::from_be_bytes).ok()?,
            None => return None,
        };
        let reply = match Packet::try_from(&mut request) {
            // Version 3 is the only one here; a client of an older one may hang up.
            Ok(Packet::Init(_)) => Packet::Version(Version::new()),
            Err(_) if kind == INIT => return None,
            Ok(request) if is_request(kind) => self.answer(request).unwrap_or_else(|failure| failure.packet(id)),
            Err(_) if is_request(kind) => Failure::because(StatusCode::BadMessage, "Bad message").packet(id),
            Ok(_) | Err(_) => Failure::UNSUPPORTED.packet(id),
        };
        Bytes::try_from(reply).ok()
    }

    fn answer(&mut self, request: Packet) -> Result<Packet, Failure> {
        let reply = match request {
            Packet::Open(open) => {
                // Writing is refused before the path is looked up, so that every path gives the same error.
                if !OpenFlags::READ.contains(open.pflags) {
                    return Err(Failure::READ_ONLY);
                }
                let PathTarget::File(file) = self.files.find(&open.filename)? else {
                    return Err(Failure::because(StatusCode::Failure, "This is a directory"));
                };
                Packet::Handle(Handle { id: open.id, handle: self.hold(PathTarget::File(file))? })
            }
            Packet::OpenDir(open) => {
                let target @ PathTarget::Directory(_) = self.files.find(&open.path)? else {
                    return Err(Failure::because(StatusCode::Failure, "This is no directory"));
                };
                Packet::Handle(Handle { id: open.id, handle: self.hold(target)? })
            }
            Packet::Close(close) => {
                self.place(&close.handle)?.take().ok_or(Failure::NO_HANDLE)?;
                Packet::status(close.id, StatusCode::Ok, "", LANGUAGE)
            }
            Packet::Read(read) => {
                let PathTarget::File(file) = &self.held(&read.handle)?.target else {
                    return Err(Failure::NO_HANDLE);
                };
                Packet::Data(Data { id: read.id, data: piece(&file.content, read.offset, read.len)?.to_vec() })
            }
            Packet::ReadDir(read) => {
                let open = self.held(&read.handle)?;
                let PathTarget::Directory(directory) = &open.target else { return Err(Failure::NO_HANDLE) };
                let directory = Arc::clone(directory);
                if mem::replace(&mut open.listed, true) {
                    return Err(Failure::END);
                }
                Packet::Name(Name { id: read.id, files: self.list(&directory) })
            }
            // Nothing here is a link.
            Packet::Stat(stat) => self.attributes(stat.id, &self.files.find(&stat.path)?),
            Packet::Lstat(stat) => self.attributes(stat.id, &self.files.find(&stat.path)?),
            Packet::Fstat(stat) => {
                let target = self.held(&stat.handle)?.target.clone();
                self.attributes(stat.id, &target)
            }
            Packet::RealPath(path) => {
                let found = self.files.canonical(&path.path)?;
                let name = Listed { filename: found.clone(), longname: found, attrs: FileAttributes::empty() };
                Packet::Name(Name { id: path.id, files: vec![name] })
            }
            Packet::Extended(_) => return Err(Failure::UNSUPPORTED),
            // Write, set attributes, remove, rename, make and remove directories and links; and read a link, of which
            // there is none.
            _ => return Err(Failure::READ_ONLY),
        };
        Ok(reply)
    }

    fn attributes(&self, id: u32, target: &PathTarget) -> Packet {
        Packet::Attrs(Attrs { id, attrs: attributes(&self.files, target) })
    }

    fn list(&self, directory: &Arc<Directory>) -> Vec<Listed> {
        let target = |directory: &Arc<Directory>| PathTarget::Directory(Arc::clone(directory));
        // All directories have the same attributes.
        let here = [(".", target(directory)), ("..", target(directory))];
        let directories = directory.directories.iter().map(|inner| (inner.name.as_str(), target(inner)));
        let files = directory.files.iter().map(|file| (file.name, PathTarget::File(file.clone())));
        let entry = |(name, target)| Listed {
            filename: String::from(name),
            longname: self.files.line(name, &target),
            attrs: attributes(&self.files, &target),
        };
        here.into_iter().chain(directories).chain(files).map(entry).collect()
    }

    /// Opens a file or the directory: its handle.
    fn hold(&mut self, target: PathTarget) -> Result<String, Failure> {
        let (number, place) = (0..).zip(&mut self.open).find(|(_, place)| place.is_none()).ok_or(Failure::TOO_MANY)?;
        *place = Some(OpenFile { target, listed: false });
        Ok(usize::to_string(&number))
    }

    fn held(&mut self, handle: &str) -> Result<&mut OpenFile, Failure> {
        self.place(handle)?.as_mut().ok_or(Failure::NO_HANDLE)
    }

    fn place(&mut self, handle: &str) -> Result<&mut Option<OpenFile>, Failure> {
        handle.parse().ok().and_then(|number: usize| self.open.get_mut(number)).ok_or(Failure::NO_HANDLE)
    }
}

/// What a client learns of a file or the directory.
fn attributes(files: &Files, target: &PathTarget) -> FileAttributes {
    FileAttributes {
        size: Some(target.size()),
        uid: Some(0),
        gid: Some(0),
        permissions: Some(target.mode()),
        atime: Some(files.time()),
        mtime: Some(files.time()),
        ..FileAttributes::default()
    }
}

/// A part of a file: at most `length` bytes, and at most [`PIECE`]. Past its end there is none.
fn piece(content: &Bytes, offset: u64, length: u32) -> Result<&[u8], Failure> {
    let rest = usize::try_from(offset).ok().and_then(|offset| content.get(offset..)).unwrap_or_default();
    if rest.is_empty() {
        return Err(Failure::END);
    }
    let length = rest.len().min(PIECE).min(length as usize);
    rest.get(..length).ok_or(Failure::END)
}

/// The language of what is said (RFC 1766), which clients of version 3 seldom show.
const LANGUAGE: &str = "en";

/// Why a request is not granted.
struct Failure {
    code: StatusCode,
    said: &'static str,
}

impl Failure {
    const READ_ONLY: Self = Self::because(StatusCode::PermissionDenied, "This card is read-only");
    const UNSUPPORTED: Self = Self::because(StatusCode::OpUnsupported, "This is not served here");
    const NO_HANDLE: Self = Self::because(StatusCode::Failure, "This is not open");
    const TOO_MANY: Self = Self::because(StatusCode::Failure, "Too many files are open");
    const END: Self = Self::because(StatusCode::Eof, "This is the end");

    const fn because(code: StatusCode, said: &'static str) -> Self {
        Self { code, said }
    }

    fn packet(&self, id: u32) -> Packet {
        Packet::status(id, self.code, self.said, LANGUAGE)
    }
}

impl From<PathError> for Failure {
    fn from(nowhere: PathError) -> Self {
        match nowhere {
            PathError::Denied => Self::because(StatusCode::PermissionDenied, "Nothing leads upwards from here"),
            PathError::NotFound => Self::because(StatusCode::NoSuchFile, "There is no such file"),
        }
    }
}

#[cfg(test)]
mod tests;
