//! A session on this terminal, without SSH: what the owner sees of the card while writing it.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    os::fd::AsFd as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use anyhow::Context as _;
use bytes::Bytes;
use rustix::{
    fs::OFlags,
    termios::{self, OptionalActions, Termios},
};
use tokio::{
    io::{AsyncWrite, unix::AsyncFd},
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::{Content, Ending, Event, Events, Visit, run};
use crate::terminal::{Size, capabilities::Environment};

/// Shows the card on the controlling terminal until the visitor leaves.
///
/// # Errors
///
/// When there is no controlling terminal, or it cannot be put into raw mode.
pub async fn preview(
    content: Arc<Content>,
    environment: Environment,
    shutdown: CancellationToken,
) -> anyhow::Result<Ending> {
    let keyboard = Raw::new(open(OFlags::RDONLY)?).context("cannot put this terminal into raw mode")?;
    let mut screen = Screen(AsyncFd::register(open(OFlags::WRONLY)?)?);
    let visit = Visit { content, size: size(&keyboard.terminal), environment, shutdown };
    let mut events = Keyboard {
        terminal: AsyncFd::register(keyboard.terminal.try_clone()?)?,
        resized: signal(SignalKind::window_change())?,
    };
    Ok(run(visit, &mut events, &mut screen).await)
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
    let size = termios::tcgetwinsize(terminal.as_fd());
    size.map_or(Size::DEFAULT, |size| Size::clamped(size.ws_col.into(), size.ws_row.into()))
}

struct Keyboard {
    terminal: AsyncFd<File>,
    resized: Signal,
}

impl Events for Keyboard {
    async fn next(&mut self) -> Event {
        loop {
            tokio::select! {
                _ = self.resized.recv() => return Event::Resize(size(self.terminal.get_ref())),
                ready = self.terminal.readable() => {
                    let Ok(mut ready) = ready else { return Event::Gone };
                    let mut bytes = [0; 1024];
                    match ready.try_io(|terminal| terminal.get_ref().read(&mut bytes)) {
                        Ok(Ok(n @ 1..)) => return Event::Input(Bytes::copy_from_slice(bytes.get(..n).unwrap_or_default())),
                        Ok(_) => return Event::Gone,
                        // Not ready after all.
                        Err(_) => {}
                    }
                }
            }
        }
    }
}

struct Screen(AsyncFd<File>);

impl AsyncWrite for Screen {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut ready = ready!(self.0.poll_write_ready(cx))?;
            if let Ok(written) = ready.try_io(|terminal| terminal.get_ref().write(bytes)) {
                return Poll::Ready(written);
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
