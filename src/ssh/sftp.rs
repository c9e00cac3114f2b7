//! SFTP, version 3 (draft-ietf-secsh-filexfer-02): the server's side, for files that can only be read.
//!
//! The packets are those of `russh_sftp`, its loop is not: that one runs apart from the channel's task, goes on after a
//! length that cannot be, forgets the number of a request that it does not know, and ends without an exit status. Here
//! a request goes in and its reply comes out, and nothing else happens. Replies come in the order of the requests, one
//! at a time.

use std::sync::Arc;

use bytes::{Buf as _, Bytes};
use russh_sftp::protocol::{
    Attrs, Data, File as Listed, FileAttributes, Handle, Name, OpenFlags, Packet, StatusCode, Version,
};

use super::{
    ending::SessionEnd,
    files::{File, Files, Nowhere, Place},
    transfer::{Next, PIECE, Protocol, Received},
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
    /// What is open; a handle is a number of this list, in decimal digits. Places of closed handles are taken again.
    open: Vec<Option<Open>>,
}

#[derive(Debug)]
enum Open {
    File(File),
    /// The directory, and whether it has been listed.
    Directory {
        listed: bool,
    },
}

impl Protocol for Sftp {
    fn next(&mut self, received: &mut Received) -> Next {
        match request(received) {
            Ok(Some(request)) => match self.reply(request) {
                Some(reply) => Next::Send(reply),
                None => Next::End(SessionEnd::Malformed),
            },
            Ok(None) if received.ended && received.bytes.is_empty() => Next::End(SessionEnd::Goodbye),
            Ok(None) => Next::Receive,
            Err(Overlong) => Next::End(SessionEnd::Malformed),
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
        Self { files, open: Vec::new() }
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
            Ok(request) if is_request(kind) => self.answer(request).unwrap_or_else(|refusal| refusal.packet(id)),
            Err(_) if is_request(kind) => Refusal::because(StatusCode::BadMessage, "Bad message").packet(id),
            Ok(_) | Err(_) => Refusal::UNSUPPORTED.packet(id),
        };
        Bytes::try_from(reply).ok()
    }

    fn answer(&mut self, request: Packet) -> Result<Packet, Refusal> {
        let reply = match request {
            Packet::Open(open) => {
                // First, so that one who would write hears that, whether there is such a file or not.
                if !OpenFlags::READ.contains(open.pflags) {
                    return Err(Refusal::READ_ONLY);
                }
                let Place::File(file) = self.files.find(&open.filename)? else {
                    return Err(Refusal::because(StatusCode::Failure, "This is a directory"));
                };
                Packet::Handle(Handle { id: open.id, handle: self.hold(Open::File(file))? })
            }
            Packet::OpenDir(open) => {
                let Place::Root = self.files.find(&open.path)? else {
                    return Err(Refusal::because(StatusCode::Failure, "This is no directory"));
                };
                Packet::Handle(Handle { id: open.id, handle: self.hold(Open::Directory { listed: false })? })
            }
            Packet::Close(close) => {
                *self.held(&close.handle)? = None;
                Packet::status(close.id, StatusCode::Ok, "", LANGUAGE)
            }
            Packet::Read(read) => {
                let Some(Open::File(file)) = self.held(&read.handle)? else {
                    return Err(Refusal::NO_HANDLE);
                };
                Packet::Data(Data { id: read.id, data: piece(&file.content, read.offset, read.len)?.to_vec() })
            }
            Packet::ReadDir(read) => match self.held(&read.handle)? {
                Some(Open::Directory { listed: true }) => return Err(Refusal::END),
                Some(Open::Directory { listed }) => {
                    *listed = true;
                    Packet::Name(Name { id: read.id, files: self.list() })
                }
                _ => return Err(Refusal::NO_HANDLE),
            },
            // Nothing here is a link.
            Packet::Stat(stat) => self.attributes(stat.id, &self.files.find(&stat.path)?),
            Packet::Lstat(stat) => self.attributes(stat.id, &self.files.find(&stat.path)?),
            Packet::Fstat(stat) => {
                let place = match self.held(&stat.handle)? {
                    Some(Open::File(file)) => Place::File(file.clone()),
                    _ => Place::Root,
                };
                self.attributes(stat.id, &place)
            }
            Packet::RealPath(path) => {
                let found = Files::canonical(&path.path)?;
                let name = Listed { filename: found.clone(), longname: found, attrs: FileAttributes::empty() };
                Packet::Name(Name { id: path.id, files: vec![name] })
            }
            Packet::Extended(_) => return Err(Refusal::UNSUPPORTED),
            // Write, set attributes, remove, rename, make and remove directories and links; and read a link, of which
            // there is none.
            _ => return Err(Refusal::READ_ONLY),
        };
        Ok(reply)
    }

    fn attributes(&self, id: u32, place: &Place) -> Packet {
        Packet::Attrs(Attrs { id, attrs: attributes(&self.files, place) })
    }

    /// All there is in the directory.
    fn list(&self) -> Vec<Listed> {
        let files = self.files.all().iter().map(|file| (file.name, Place::File(file.clone())));
        let here = [(".", Place::Root), ("..", Place::Root)];
        let entry = |(name, place)| Listed {
            filename: String::from(name),
            longname: self.files.line(name, &place),
            attrs: attributes(&self.files, &place),
        };
        here.into_iter().chain(files).map(entry).collect()
    }

    /// Opens something: its handle.
    fn hold(&mut self, open: Open) -> Result<String, Refusal> {
        let free = self.open.iter().position(Option::is_none);
        if let Some(place) = free.and_then(|free| self.open.get_mut(free)) {
            *place = Some(open);
        } else if self.open.len() < HANDLES {
            self.open.push(Some(open));
        } else {
            return Err(Refusal::because(StatusCode::Failure, "Too many files are open"));
        }
        Ok(free.unwrap_or(self.open.len().saturating_sub(1)).to_string())
    }

    /// What is open under a handle.
    fn held(&mut self, handle: &str) -> Result<&mut Option<Open>, Refusal> {
        let number: usize = handle.parse().map_err(|_| Refusal::NO_HANDLE)?;
        self.open.get_mut(number).filter(|open| open.is_some()).ok_or(Refusal::NO_HANDLE)
    }
}

/// What a client learns of a place.
fn attributes(files: &Files, place: &Place) -> FileAttributes {
    FileAttributes {
        size: Some(place.size()),
        uid: Some(0),
        gid: Some(0),
        permissions: Some(place.mode()),
        atime: Some(files.time()),
        mtime: Some(files.time()),
        ..FileAttributes::default()
    }
}

/// A part of a file: at most `length` bytes, and at most [`PIECE`]. Past its end there is none.
fn piece(content: &Bytes, offset: u64, length: u32) -> Result<&[u8], Refusal> {
    let rest = usize::try_from(offset).ok().and_then(|offset| content.get(offset..)).unwrap_or_default();
    if rest.is_empty() {
        return Err(Refusal::END);
    }
    let length = rest.len().min(PIECE).min(length as usize);
    rest.get(..length).ok_or(Refusal::END)
}

/// The language of what is said (RFC 1766), which clients of version 3 seldom show.
const LANGUAGE: &str = "en";

/// Why a request is not granted.
struct Refusal {
    code: StatusCode,
    said: &'static str,
}

impl Refusal {
    const READ_ONLY: Self = Self::because(StatusCode::PermissionDenied, "This card is read-only");
    const UNSUPPORTED: Self = Self::because(StatusCode::OpUnsupported, "This is not served here");
    const NO_HANDLE: Self = Self::because(StatusCode::Failure, "This is not open");
    const END: Self = Self::because(StatusCode::Eof, "This is the end");

    const fn because(code: StatusCode, said: &'static str) -> Self {
        Self { code, said }
    }

    fn packet(&self, id: u32) -> Packet {
        Packet::status(id, self.code, self.said, LANGUAGE)
    }
}

impl From<Nowhere> for Refusal {
    fn from(nowhere: Nowhere) -> Self {
        match nowhere {
            Nowhere::Denied => Self::because(StatusCode::PermissionDenied, "Nothing leads upwards from here"),
            Nowhere::NotFound => Self::because(StatusCode::NoSuchFile, "There is no such file"),
        }
    }
}

#[cfg(test)]
mod tests;
