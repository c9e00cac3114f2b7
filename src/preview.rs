//! `sshcard preview`: a session on this terminal, without SSH, for the owner who is writing the card.

use std::{fs::File, io, os::fd::AsFd as _, sync::Arc};

use anyhow::Context as _;
use bytes::BytesMut;
use rustix::{
    fs::OFlags,
    termios::{self, OptionalActions, Termios},
};
use tokio::{
    io::AsyncReadExt as _,
    net::unix::pipe,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

use crate::{
    app::Preferences,
    driver::{self, EventSource},
    reload::Reading,
    session::{Ending, Environment, Event, Session, SessionOptions, Size, WRITE_TIMEOUT},
    site::Site,
    terminal::clamped_size,
};

/// What the owner changed while the card is shown.
#[derive(Debug, Clone)]
pub enum ProfileChange {
    /// The card is another.
    Site(Arc<Site>),
    /// The card does not load: the first error, in a line; `None` where it is as it was again.
    Fault(Option<String>),
}

impl ProfileChange {
    /// The content to show after a reading of a profile's directory.
    #[must_use]
    pub fn of(reading: &Reading<'_>) -> Self {
        match (reading.loaded, reading.changed()) {
            (Err(errors), _) => Self::Fault(errors.first_error(reading.directory).map(|(first, _)| first)),
            (Ok(_), Some(document)) => Self::Site(Arc::new(Site::new(document.clone()))),
            (Ok(_), None) => Self::Fault(None),
        }
    }
}

/// Shows the card on the controlling terminal until the visitor leaves, and each of the `changes` as it comes.
///
/// # Errors
///
/// When there is no controlling terminal, or it cannot be put into raw mode.
pub async fn preview(
    site: Arc<Site>,
    environment: Environment,
    shutdown: CancellationToken,
    changes: mpsc::Receiver<ProfileChange>,
) -> anyhow::Result<Ending> {
    let raw = Raw::new(open(OFlags::RDONLY)?).context("cannot put this terminal into raw mode")?;
    // A terminal is read and written as a pipe is: by readiness.
    let mut screen = pipe::Sender::from_file_unchecked(open(OFlags::WRONLY)?)?;
    let mut keyboard = Keyboard {
        terminal: raw.terminal.try_clone()?,
        bytes: pipe::Receiver::from_file_unchecked(raw.terminal.try_clone()?)?,
        resized: signal(SignalKind::window_change())?,
        changes,
    };
    let preferences = Preferences::new(None, &environment, site.document());
    let size = size(&raw.terminal);
    let session = Session::new(SessionOptions { site, size, environment, preferences, write_timeout: WRITE_TIMEOUT });
    Ok(driver::run(session, &mut keyboard, &mut screen, &shutdown).await)
}

/// Opens the controlling terminal anew, so that what is set on it does not outlive this process.
fn open(access: OFlags) -> anyhow::Result<File> {
    let flags = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = rustix::fs::open("/dev/tty", flags, rustix::fs::Mode::empty());
    Ok(File::from(terminal.context("there is no terminal to show the card on; try `sshcard serve`")?))
}

/// A terminal in raw mode; dropped, it is as it was.
struct Raw {
    terminal: File,
    before: Termios,
}

impl Raw {
    fn new(terminal: File) -> io::Result<Self> {
        let before = termios::tcgetattr(&terminal)?;
        let mut raw = before.clone();
        raw.make_raw();
        termios::tcsetattr(&terminal, OptionalActions::Now, &raw)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing is left to do if the terminal went away.
        let _ = termios::tcsetattr(&self.terminal, OptionalActions::Drain, &self.before);
    }
}

fn size(terminal: &File) -> Size {
    let size = termios::tcgetwinsize(terminal.as_fd()).map(|size| (size.ws_col, size.ws_row));
    let (columns, rows) = size.unwrap_or_default();
    clamped_size(columns.into(), rows.into())
}

/// Read at once: as much as a terminal line holds.
const MOST_BYTES: usize = 4096;

struct Keyboard {
    terminal: File,
    bytes: pipe::Receiver,
    resized: Signal,
    changes: mpsc::Receiver<ProfileChange>,
}

impl EventSource for Keyboard {
    async fn next(&mut self) -> Event {
        let mut bytes = BytesMut::with_capacity(MOST_BYTES);
        tokio::select! {
            Some(change) = self.changes.recv() => match change {
                ProfileChange::Site(site) => Event::Edited(site),
                ProfileChange::Fault(fault) => Event::Fault(fault),
            },
            _ = self.resized.recv() => Event::Resize(size(&self.terminal)),
            read = self.bytes.read_buf(&mut bytes) => match read {
                Ok(1..) => Event::Input(bytes.freeze()),
                Ok(0) | Err(_) => Event::HangUp,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::profile::{Diagnostic, Diagnostics, Loaded};

    #[test]
    fn an_error_that_was_undone_is_taken_back() {
        let (directory, before) = (Path::new("/card"), &Loaded::default());
        let errors = Diagnostics::from(Diagnostic::with_file(Path::new("/card/card.toml"), "wrong", "mend it"));
        for (loaded, expected) in [(Err(&errors), Some("card.toml: wrong; mend it")), (Ok(before), None)] {
            let change = ProfileChange::of(&Reading { directory, loaded, before });
            assert!(matches!(&change, ProfileChange::Fault(fault) if fault.as_deref() == expected), "{change:?}");
        }
    }
}
