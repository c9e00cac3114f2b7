//! What became of connections and sessions, counted: each reason is one of a closed set, and none is made of what a visitor
//! sent.
//!
//! Counting is one relaxed addition, wherever it is done; nobody waits for anybody. Whoever reads gets each count as it is at
//! that moment, not all of one moment.

use std::{
    marker::PhantomData,
    sync::atomic::{AtomicU64, Ordering},
};

use strum::{IntoStaticStr, VariantArray};

use super::{admission::Refusal, transfer};
use crate::{
    formats::Format,
    profile::Page,
    session::{Ending, Way},
};

/// The counts of one server, from its start.
#[derive(Debug, Default)]
pub struct Records {
    /// Connections that were accepted. Each was refused, has ended, or is there.
    pub accepted: Count,
    /// Times that a connection could not be accepted, as when there are no file descriptors left.
    pub accept_errors: Count,
    /// Connections that were refused.
    pub refused: Tally<Refusal>,
    /// Connections that were let in, by how they asked for it.
    pub authenticated: Tally<Method>,
    /// Connections that ended, those that were refused apart.
    pub ended: Tally<ConnectionEnd>,
    /// Channels that were refused, as one too many.
    pub channels_refused: Count,
    /// Channels on which nothing was asked for, in time or before the client was gone.
    pub channels_unused: Count,
    /// Sessions that began.
    pub sessions: Tally<Kind>,
    /// Sessions that ended.
    pub sessions_ended: Tally<SessionEnd>,
    /// Tasks that panicked. Each ended a session or a connection, and nothing else.
    pub panics: Count,
    /// Bytes that came from clients, as TCP carries them; without a proxy's header.
    pub received: Count,
    /// Bytes that went to clients, as TCP carries them.
    pub sent: Count,
}

/// How a client asked to be let in (RFC 4252; RFC 4256).
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Method {
    /// `none`, as OpenSSH asks first.
    None,
    /// `password`; not looked at.
    Password,
    /// `keyboard-interactive`; nothing was asked.
    KeyboardInteractive,
    /// `publickey`; not kept.
    Publickey,
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ConnectionEnd {
    /// The client hung up, or its line broke, after it was let in.
    HungUp,
    /// The client hung up, or its line broke, before it was let in.
    LeftEarly,
    /// Its version line was not complete in time.
    NotIdentified,
    /// Its list of algorithms (`SSH_MSG_KEXINIT`) was not complete in time.
    NotNegotiated,
    /// It did not begin to exchange keys in time.
    NoKeyExchange,
    /// It was not authenticated in time.
    NotAuthenticated,
    /// It had not begun to exchange keys when a newcomer needed its place.
    Displaced,
    /// It authenticated when there was no room for it, and was told so.
    Full,
    /// It was let in, and its visitor had sent nothing for a while when another needed its place.
    Evicted,
    /// It opened no channel in time.
    NoChannel,
    /// After its last channel it stayed for too long.
    Lingering,
    /// It took too long in all.
    Overlong,
    /// After its last channel: it has opened as many as it may, or is too old to open another.
    UsedUp,
    /// The client did not answer, or took nothing, for too long.
    Unresponsive,
    /// It exchanged keys too often.
    Rekeying,
    /// What the client began with is not SSH.
    NotSsh,
    /// Client and server have no algorithm in common.
    NoAlgorithm,
    /// The client sent a string that is not UTF-8: a user name, a terminal's name, a variable.
    NotUtf8,
    /// The client said what SSH does not permit.
    Malformed,
    /// The server stops.
    Shutdown,
    /// A fault of ours: a panic.
    Failed,
}

/// What a session is: what is shown, or what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "most are the commands of their names")]
pub enum Kind {
    /// The card on a terminal.
    Page,
    /// The card on a terminal in plain lines.
    Plain,
    Text,
    Card,
    About,
    Career,
    Stack,
    Contact,
    Markdown,
    Vcard,
    Json,
    Html,
    Qr,
    Hostkey,
    Help,
    Privacy,
    Version,
    /// A command that there is not.
    NoCommand,
    /// A command with options that it does not have.
    WrongOptions,
    Sftp,
    Scp,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum SessionEnd {
    /// The visitor said goodbye, or has all that was wanted.
    Goodbye,
    /// What was asked for was sent.
    Answered,
    /// The visitor's end of the line went away.
    Gone,
    /// Nothing was typed, or asked for, for too long.
    Idle,
    /// It took too long.
    Overlong,
    /// The visitor stopped reading.
    Stalled,
    /// A file was asked for that there is not, or that cannot be written.
    Refused,
    /// The client said what cannot be understood.
    Malformed,
    /// The client asked for far more than it took.
    Overrun,
    /// Nothing was typed, or asked for, for a while, and another visitor needed the place.
    Evicted,
    /// The server stops.
    Shutdown,
    /// A fault of ours: a panic.
    Failed,
}

/// A closed set, of which each member has a name: a word in lower case, for the log and for whoever counts.
pub trait Closed: VariantArray + Copy + Into<&'static str> {
    /// The member's place among all.
    fn place(self) -> usize;

    /// The member's name.
    fn name(self) -> &'static str {
        self.into()
    }
}

macro_rules! closed {
    ($($set:ty),*) => { $(impl Closed for $set {
        fn place(self) -> usize {
            self as usize
        }
    })* };
}

closed!(Refusal, Method, ConnectionEnd, Kind, SessionEnd);

/// Something that is counted.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// It happens once more.
    pub fn one(&self) {
        self.add(1);
    }

    /// It happens `n` times more.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// How often it has happened.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A count for each member of a closed set.
#[derive(Debug)]
pub struct Tally<T> {
    counts: Box<[Count]>,
    of: PhantomData<T>,
}

impl<T: Closed> Tally<T> {
    /// It happens once more.
    pub fn one(&self, what: T) {
        if let Some(count) = self.counts.get(what.place()) {
            count.one();
        }
    }

    /// How often it has happened.
    #[must_use]
    pub fn get(&self, what: T) -> u64 {
        self.counts.get(what.place()).map_or(0, Count::get)
    }

    /// Each member and its count.
    pub fn each(&self) -> impl Iterator<Item = (T, u64)> {
        T::VARIANTS.iter().map(|what| (*what, self.get(*what)))
    }

    /// All counts together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(Count::get).sum()
    }
}

impl<T: Closed> Default for Tally<T> {
    fn default() -> Self {
        Self { counts: T::VARIANTS.iter().map(|_| Count::default()).collect(), of: PhantomData }
    }
}

impl Records {
    /// A connection ends. One that failed did so by a panic.
    pub(super) fn connection_ended(&self, end: ConnectionEnd) {
        self.ended.one(end);
        if end == ConnectionEnd::Failed {
            self.panics.one();
        }
    }

    /// A session ends. One that failed did so by a panic.
    pub(super) fn session_ended(&self, end: SessionEnd) {
        self.sessions_ended.one(end);
        if end == SessionEnd::Failed {
            self.panics.one();
        }
    }

    /// How many sessions there are.
    #[must_use]
    pub fn sessions_now(&self) -> u64 {
        // In this order, so that one that ends meanwhile is never counted without its beginning.
        let ended = self.sessions_ended.total();
        self.sessions.total().saturating_sub(ended)
    }
}

impl Kind {
    /// A session on a terminal.
    pub(super) const fn on_terminal(way: Way) -> Self {
        match way {
            Way::Plain => Self::Plain,
            _ => Self::Page,
        }
    }
}

impl From<Format> for Kind {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Page(Page::Card) => Self::Card,
            Format::Page(Page::About) => Self::About,
            Format::Page(Page::Career) => Self::Career,
            Format::Page(Page::Stack) => Self::Stack,
            Format::Page(Page::Contact) => Self::Contact,
            Format::Markdown => Self::Markdown,
            Format::Vcard(_) => Self::Vcard,
            Format::Json => Self::Json,
            Format::Html => Self::Html,
            Format::Qr(_) => Self::Qr,
        }
    }
}

impl From<Ending> for SessionEnd {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Goodbye => Self::Goodbye,
            Ending::Gone => Self::Gone,
            Ending::Idle => Self::Idle,
            Ending::Overlong => Self::Overlong,
            Ending::Stalled => Self::Stalled,
            Ending::Evicted => Self::Evicted,
            Ending::Shutdown => Self::Shutdown,
            Ending::Failed => Self::Failed,
        }
    }
}

impl From<transfer::End> for SessionEnd {
    fn from(end: transfer::End) -> Self {
        match end {
            transfer::End::Done => Self::Goodbye,
            transfer::End::Refused => Self::Refused,
            transfer::End::Malformed => Self::Malformed,
            transfer::End::Gone => Self::Gone,
            transfer::End::Idle => Self::Idle,
            transfer::End::Stalled => Self::Stalled,
            transfer::End::Overrun => Self::Overrun,
            transfer::End::Evicted => Self::Evicted,
            transfer::End::Shutdown => Self::Shutdown,
            transfer::End::Failed => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Each member has a name and a place of its own, and the name is one that needs no quoting anywhere.
    fn check<T: Closed + std::fmt::Debug>() {
        let tally = Tally::<T>::default();
        let mut names = HashSet::new();
        for (n, what) in T::VARIANTS.iter().enumerate() {
            assert_eq!(what.place(), n, "{what:?}");
            let name = what.name();
            assert!(names.insert(name), "{name} is there twice");
            assert!(
                !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_'),
                "{name:?}"
            );
            (0..=n).for_each(|_| tally.one(*what));
        }
        let counts: Vec<u64> = tally.each().map(|(_, count)| count).collect();
        assert_eq!(counts, (1..=T::VARIANTS.len() as u64).collect::<Vec<_>>());
        assert_eq!(tally.total(), counts.iter().sum::<u64>());
    }

    #[test]
    fn every_member_of_a_set_has_a_name_and_a_count() {
        check::<Refusal>();
        check::<Method>();
        check::<ConnectionEnd>();
        check::<Kind>();
        check::<SessionEnd>();
    }

    #[test]
    fn a_document_is_counted_by_the_word_that_asks_for_it() {
        for named in Format::ALL {
            for format in named.variants.iter().map(|(_, format)| *format).chain([named.format]) {
                assert_eq!(Kind::from(format).name(), named.name);
            }
        }
        for page in Page::ALL {
            assert_eq!(Kind::from(Format::Page(page)).name(), page.name());
        }
    }

    #[test]
    fn a_session_that_failed_is_a_panic_and_sessions_are_never_fewer_than_none() {
        let records = Records::default();
        records.session_ended(SessionEnd::Failed);
        assert_eq!((records.panics.get(), records.sessions_now()), (1, 0));
        (0..3).for_each(|_| records.sessions.one(Kind::Page));
        records.session_ended(SessionEnd::Goodbye);
        assert_eq!((records.panics.get(), records.sessions_now()), (1, 1));
    }
}
