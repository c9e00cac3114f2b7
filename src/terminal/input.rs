//! Decodes input: the bytes of the visitor's terminal become keys, mouse events, pasted text and the terminal's
//! replies.
//!
//! Packets may be cut anywhere, so a [`Decoder`] keeps its state between them, and its result does not depend on the
//! cuts. It never blocks, never reads a clock, keeps only a bounded number of bytes, and never takes a reply for a key:
//! an unknown sequence is dropped whole.
//!
//! The sequences are those of ECMA-48 (5th edition, section 5: control functions and strings), of xterm (its
//! `ctlseqs`), of the kitty keyboard protocol, and of rxvt, the Linux console and `PuTTY` where they differ. `vte`
//! parses the inside of a sequence. Where a sequence begins and ends is found here, because a keyboard sends what a
//! screen is never sent: Alt as an ESC before any character, an ESC alone, raw bytes after `CSI M`.

mod event;
mod keys;
mod sequence;
mod tail;

use std::{mem, str};

pub use event::{Action, Code, Input, Key, Mouse, Reply};
use sequence::{Meaning, SequenceReader};
pub use tail::with_introducer;

/// Makes sense of one visitor's bytes. About 110 bytes, some 450 more within a sequence, and up to 4 KiB more while
/// text is pasted.
#[derive(Default)]
pub struct Decoder {
    /// Reads the sequence that has begun; there is none while nothing but characters come.
    parser: Option<Box<vte::Parser<LONGEST_OSC>>>,
    reader: SequenceReader,
    state: DecoderState,
    /// One more ESC stands before what is read now: Alt, or the Esc key just before it.
    alt: bool,
    /// The last byte was CR: a LF or NUL that follows belongs to it.
    after_return: bool,
    /// The bytes of an unfinished character.
    character: [u8; 4],
    /// How many there are.
    character_length: u8,
    paste: Option<Paste>,
}

/// The longest OSC that is understood, a colour as `11;rgba:ffff/ffff/ffff/ffff`, is 27 bytes; the rest of a longer one
/// is dropped.
const LONGEST_OSC: usize = 64;

/// The longest pasted text that is kept, in bytes of UTF-8: more than any field of the card takes.
const LONGEST_PASTE: usize = 4096;

/// Where in the grammar the decoder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum DecoderState {
    /// Between sequences.
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After an ESC that was given out as the Esc key because nothing followed it in time.
    Late,
    /// After that, and the first byte of what may yet be the rest of its sequence.
    LateIntroducer(u8),
    /// Within SS3; the modifiers are those of a digit before the final byte.
    Single { modifiers: u16 },
    /// Within CSI; `digits` while nothing but digits has come.
    Control { digits: bool },
    /// Within OSC, DCS, SOS, PM or APC.
    Text,
    /// After the ESC that ends such a string, before its `\`.
    Terminator,
    /// After `CSI M`, by which a terminal reports the mouse that was not asked for SGR reports: so many raw bytes
    /// follow, for the button, the column and the row. They are dropped.
    LegacyMouse { bytes: u8 },
    /// After `CSI [`, with which the Linux console begins F1 to F5.
    LinuxFunction,
}

const NUL: u8 = 0x00;
const BEL: u8 = 0x07;
const LF: u8 = 0x0A;
const CR: u8 = 0x0D;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1A;
const ESC: u8 = 0x1B;
const DEL: u8 = 0x7F;

/// What a late ESC may still be the beginning of: an introducer, and the bytes one of which must follow it at once.
/// Only what terminals really send, since a visitor may type the same after the Esc key.
const LATE: [(u8, &[u8]); 3] = [(b'[', b"?<>0123456789ABCDFHIOZ"), (b']', b"0123456789"), (b'P', b">!01")];

impl Decoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `bytes` and hands what they complete to `sink`, in order. What is unfinished waits for the next call.
    ///
    /// A control character inside a sequence breaks it off and is a key again, so that no cut or stray introducer can
    /// make a terminal deaf to Ctrl-C; CAN and SUB break it off and are nothing, as on a VT500. CR LF and CR NUL are
    /// one Enter. `CSI r ; c R` is always the cursor's position: xterm's Shift-F3 and its like, which look the same,
    /// are not keys here.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut impl FnMut(Input)) {
        for &byte in bytes {
            self.byte(byte, sink);
        }
    }

    /// Whether what was read may be the Esc key or the beginning of something longer: if nothing is fed for 50 ms, call
    /// [`timeout`](Self::timeout).
    #[must_use]
    pub fn pending(&self) -> bool {
        self.paste.is_none() && matches!(self.state, DecoderState::Escape | DecoderState::LateIntroducer(_))
    }

    /// Nothing came for 50 ms: an ESC that stands alone is the Esc key. Does nothing unless [`pending`](Self::pending).
    ///
    /// The rest of a sequence that was cut after its ESC and comes later than that is still recognised if it comes in
    /// one piece, so that a slow line does not turn replies into keys.
    pub fn timeout(&mut self, sink: &mut impl FnMut(Input)) {
        match self.state {
            _ if !self.pending() => {}
            DecoderState::Escape => {
                self.release_escape(sink);
                self.emit(Input::Key(Key::new(Code::Escape)), sink);
                self.state = DecoderState::Late;
            }
            DecoderState::LateIntroducer(introducer) => {
                self.state = DecoderState::Ground;
                self.emit(Input::Key(Key::new(Code::Char(introducer.into()))), sink);
            }
            _ => {}
        }
    }

    fn byte(&mut self, byte: u8, sink: &mut impl FnMut(Input)) {
        let after_return = mem::replace(&mut self.after_return, byte == CR);
        match self.state {
            DecoderState::Ground if after_return && matches!(byte, LF | NUL) => {}
            DecoderState::Ground => self.ground(byte, sink),
            DecoderState::Escape => self.escape(byte, sink),
            DecoderState::Late => {
                if LATE.iter().any(|(introducer, _)| *introducer == byte) {
                    self.state = DecoderState::LateIntroducer(byte);
                } else {
                    self.ground(byte, sink);
                }
            }
            DecoderState::LateIntroducer(introducer) => self.late(introducer, byte, sink),
            DecoderState::Single { modifiers } => self.single(modifiers, byte, sink),
            DecoderState::Control { digits } => self.control(digits, byte, sink),
            DecoderState::Text => self.text(byte, sink),
            DecoderState::Terminator => {
                let meaning = self.reader.take();
                if byte == b'\\' {
                    self.finish(meaning, sink);
                } else {
                    self.escape(byte, sink);
                }
            }
            // Each is 32 or more, or NUL for a position too far to the right or down.
            DecoderState::LegacyMouse { .. } if byte < 0x20 && byte != NUL => self.break_off(byte, sink),
            DecoderState::LegacyMouse { bytes: ..=1 } => self.state = DecoderState::Ground,
            DecoderState::LegacyMouse { bytes } => self.state = DecoderState::LegacyMouse { bytes: bytes - 1 },
            DecoderState::LinuxFunction if breaks_off(byte) => self.break_off(byte, sink),
            DecoderState::LinuxFunction => self.finish(keys::linux(byte).map(Meaning::Key), sink),
        }
    }

    /// A byte outside every sequence.
    fn ground(&mut self, byte: u8, sink: &mut impl FnMut(Input)) {
        self.state = DecoderState::Ground;
        if byte >= 0x80 {
            return self.multibyte(byte, sink);
        }
        if mem::take(&mut self.character_length) > 0 {
            self.alt = false;
        }
        if byte == ESC {
            self.state = DecoderState::Escape;
        } else {
            let key = if breaks_off(byte) { keys::control(byte) } else { Key::new(Code::Char(byte.into())) };
            self.finish(Some(Meaning::Key(key)), sink);
        }
    }

    /// A byte of a character beyond ASCII. What is no UTF-8 is dropped, up to the byte with which something new may
    /// begin.
    fn multibyte(&mut self, byte: u8, sink: &mut impl FnMut(Input)) {
        let place = usize::from(self.character_length);
        let Some(slot) = self.character.get_mut(place) else {
            self.character_length = 0;
            return;
        };
        *slot = byte;
        self.character_length += 1;
        let Some(bytes) = self.character.get(..=place) else { return };
        match str::from_utf8(bytes) {
            Ok(text) => {
                let character = text.chars().next().filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER);
                self.character_length = 0;
                match character {
                    Some(c) => self.finish(Some(Meaning::Key(Key::new(Code::Char(c)))), sink),
                    None => self.alt = false,
                }
            }
            Err(error) if error.error_len().is_none() => {}
            Err(_) => {
                self.character_length = 0;
                self.alt = false;
                if place > 0 {
                    self.multibyte(byte, sink);
                }
            }
        }
    }

    /// The byte after an ESC.
    fn escape(&mut self, byte: u8, sink: &mut impl FnMut(Input)) {
        match byte {
            ESC => {
                self.release_escape(sink);
                self.alt = true;
                self.state = DecoderState::Escape;
            }
            b'[' | b'O' | b']' | b'P' | b'X' | b'^' | b'_' => self.begin(byte, sink),
            _ => {
                self.release_escape(sink);
                self.alt = true;
                self.ground(byte, sink);
            }
        }
    }

    /// The byte after what may be an introducer whose ESC is long gone.
    fn late(&mut self, introducer: u8, byte: u8, sink: &mut impl FnMut(Input)) {
        if LATE.iter().any(|(first, next)| *first == introducer && next.contains(&byte)) {
            self.begin(introducer, sink);
        } else {
            self.state = DecoderState::Ground;
            self.emit(Input::Key(Key::new(Code::Char(introducer.into()))), sink);
        }
        self.byte(byte, sink);
    }

    /// A sequence begins: ESC and `introducer` have been read.
    fn begin(&mut self, introducer: u8, sink: &mut impl FnMut(Input)) {
        self.state = match introducer {
            b'O' => DecoderState::Single { modifiers: 1 },
            b'[' => DecoderState::Control { digits: true },
            _ => DecoderState::Text,
        };
        if self.state == DecoderState::Text {
            self.release_escape(sink);
        }
        if introducer != b'O' {
            self.parse(&[ESC, introducer]);
        }
    }

    fn parse(&mut self, bytes: &[u8]) {
        self.parser.get_or_insert_default().advance(&mut self.reader, bytes);
    }

    fn single(&mut self, modifiers: u16, byte: u8, sink: &mut impl FnMut(Input)) {
        match byte {
            b'0'..=b'9' => {
                let modifiers = if modifiers == 1 { u16::from(byte - b'0') } else { modifiers };
                self.state = DecoderState::Single { modifiers };
            }
            b';' => {}
            _ if breaks_off(byte) => self.break_off(byte, sink),
            _ => self.finish(keys::single(byte, modifiers).map(Meaning::Key), sink),
        }
    }

    fn control(&mut self, digits: bool, byte: u8, sink: &mut impl FnMut(Input)) {
        if breaks_off(byte) {
            return self.break_off(byte, sink);
        }
        // rxvt ends keys under Shift with `$`, which ECMA-48 does not count among the final bytes.
        let ends = matches!(byte, 0x40..=0x7E) || (digits && byte == b'$');
        let fed = if ends && byte == b'$' { sequence::RXVT_SHIFT } else { byte };
        self.parse(&[fed]);
        if ends {
            let meaning = self.reader.take();
            self.finish(meaning, sink);
        } else {
            self.state = DecoderState::Control { digits: digits && byte.is_ascii_digit() };
        }
    }

    /// A byte of a string. BEL ends every kind of it, as xterm lets it end an OSC.
    fn text(&mut self, byte: u8, sink: &mut impl FnMut(Input)) {
        match byte {
            BEL | ESC => {
                self.parse(&[ESC, b'\\']);
                self.state = DecoderState::Terminator;
                if byte == BEL {
                    self.byte(b'\\', sink);
                }
            }
            NUL => {}
            _ if breaks_off(byte) => self.break_off(byte, sink),
            // Nothing that is understood holds other than ASCII, and `vte` takes 0x9C for the string's end.
            0x80.. => {}
            _ => self.parse(&[byte]),
        }
    }

    /// A control character has come where a sequence should have gone on.
    fn break_off(&mut self, byte: u8, sink: &mut impl FnMut(Input)) {
        self.parser = None;
        self.reader = SequenceReader::default();
        self.release_escape(sink);
        self.state = DecoderState::Ground;
        if !matches!(byte, CAN | SUB) {
            self.ground(byte, sink);
        }
    }

    /// A sequence or a character is complete.
    fn finish(&mut self, meaning: Option<Meaning>, sink: &mut impl FnMut(Input)) {
        self.parser = None;
        self.state = DecoderState::Ground;
        if let Some(Meaning::Key(mut key)) = meaning {
            key.alt |= mem::take(&mut self.alt);
            return self.emit(Input::Key(key), sink);
        }
        // What stood before something that is no key can only have been a key itself.
        self.release_escape(sink);
        match meaning {
            Some(Meaning::Mouse(mouse)) => self.emit(Input::Mouse(mouse), sink),
            Some(Meaning::Reply(reply)) => self.emit(Input::Reply(reply), sink),
            Some(Meaning::PasteBegins) => {
                self.paste.get_or_insert_default();
            }
            Some(Meaning::PasteEnds) => {
                if let Some(paste) = self.paste.take().filter(|paste| !paste.text.is_empty()) {
                    sink(Input::Paste(paste.text));
                }
            }
            // Within a paste nothing but its end matters, and what only looks like a sequence takes nothing with it.
            Some(Meaning::LegacyMouse) if self.paste.is_none() => {
                self.state = DecoderState::LegacyMouse { bytes: 3 };
            }
            Some(Meaning::LinuxFunction) if self.paste.is_none() => self.state = DecoderState::LinuxFunction,
            _ => {}
        }
    }

    /// The ESC that was read before the one that counts was the Esc key.
    fn release_escape(&mut self, sink: &mut impl FnMut(Input)) {
        if mem::take(&mut self.alt) {
            self.emit(Input::Key(Key::new(Code::Escape)), sink);
        }
    }

    /// Hands out what was found, or puts it into the paste that is going on.
    fn emit(&mut self, input: Input, sink: &mut impl FnMut(Input)) {
        let Some(paste) = &mut self.paste else { return sink(input) };
        match input {
            Input::Key(Key { code: Code::Char(c), control: false, alt: false, .. }) => paste.push(c),
            Input::Key(Key { code: Code::Enter | Code::Tab, control: false, alt: false, .. }) => paste.push(' '),
            _ => {}
        }
    }
}

/// A text that is being pasted.
#[derive(Default)]
struct Paste {
    text: String,
    /// Something did not fit; what comes after it is dropped too.
    full: bool,
}

impl Paste {
    fn push(&mut self, c: char) {
        self.full |= self.text.len() + c.len_utf8() > LONGEST_PASTE;
        if !self.full {
            self.text.push(c);
        }
    }
}

/// Whether a byte can be no part of a sequence.
const fn breaks_off(byte: u8) -> bool {
    byte < 0x20 || byte == DEL
}

#[cfg(test)]
mod tests;
