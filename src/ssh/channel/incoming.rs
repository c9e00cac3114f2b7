//! Converts a visitor's messages to events of a session: input as it comes, changes of the window's size at a limited
//! rate. The messages come from an SSH channel or from a browser ([`crate::ssh::visitors`]).

use std::{
    future::{Future, pending},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use russh::{ChannelMsg, ChannelReadHalf};
use tokio::{
    select,
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    driver::EventSource,
    session::{Event, LineStatus, Site, Size},
    ssh::{
        algorithms::Algorithms,
        rate::{Bucket, Rate},
        served::ServedCard,
        socket::SendQueue,
    },
    terminal::clamped_size,
};

/// How often a window's size may change: faster than any hand or window manager does it. To read one takes a core some
/// 25 microseconds, with what SSH and waiting take of it, so a client that never stops takes less than a fiftieth of
/// one; what it sends beyond that waits with it.
const RESIZES: Rate = Rate { burst: 100, every: Duration::from_millis(2) };

/// What arrives from a visitor.
#[derive(Debug)]
pub(crate) enum Message {
    /// What the terminal sent.
    Input(Bytes),
    /// The terminal has another size.
    Size(Size),
    /// The terminal could not put a text on the clipboard.
    NotCopied,
    /// There is no more input; what is written still arrives.
    EndOfInput,
    /// Something that a session has no use for.
    Other,
}

/// Where messages come from.
pub(crate) trait Messages: Send {
    /// The next one; `None` when the visitor is gone. Cancel safe.
    fn wait(&mut self) -> impl Future<Output = Option<Message>> + Send;
}

impl Messages for ChannelReadHalf {
    async fn wait(&mut self) -> Option<Message> {
        match Self::wait(self).await? {
            ChannelMsg::Data { data } => Some(Message::Input(data)),
            ChannelMsg::WindowChange { col_width, row_height, .. } => {
                Some(Message::Size(clamped_size(col_width, row_height)))
            }
            ChannelMsg::Eof => Some(Message::EndOfInput),
            ChannelMsg::Close => None,
            _ => Some(Message::Other),
        }
    }
}

/// The events of a session: what its visitor sends, and what its server has to tell.
pub(crate) struct Incoming<'a, M> {
    messages: &'a mut M,
    /// What has been sent on the connection, by this channel or another.
    queue: SendQueue,
    /// What the connection is encrypted with, as far as is known.
    algorithms: Option<Algorithms>,
    /// A size that came too soon after others, and when it is not too soon. Nothing is read before that.
    early: Option<(Size, Instant)>,
    resizes: Bucket,
    evicted: &'a CancellationToken,
    /// Whether the session was told that it is evicted.
    told: bool,
    gone: bool,
    /// Where other cards come from; `None` where none does.
    renewals: Option<watch::Receiver<Arc<ServedCard>>>,
    /// Cancelled when the server is about to stop; `None` once the session knows.
    draining: Option<&'a CancellationToken>,
}

impl<'a, M> Incoming<'a, M> {
    /// `evicted` is cancelled when another connection needs the place of this one.
    pub(in crate::ssh) fn new(messages: &'a mut M, queue: SendQueue, evicted: &'a CancellationToken) -> Self {
        let resizes = Bucket::new(RESIZES);
        Self {
            messages,
            queue,
            algorithms: None,
            early: None,
            resizes,
            evicted,
            told: false,
            gone: false,
            renewals: None,
            draining: None,
        }
    }

    /// Tells the session what its connection is encrypted with.
    pub(super) fn encrypted_with(self, algorithms: Option<Algorithms>) -> Self {
        Self { algorithms, ..self }
    }

    /// Tells the session of each other card that is served, and once that the server is about to stop.
    pub(in crate::ssh) fn told(
        self,
        renewals: watch::Receiver<Arc<ServedCard>>,
        draining: &'a CancellationToken,
    ) -> Self {
        Self { renewals: Some(renewals), draining: Some(draining), ..self }
    }
}

impl<M: Messages> EventSource for Incoming<'_, M> {
    async fn next(&mut self) -> Event {
        while !self.gone {
            if let Some((size, when)) = self.early {
                sleep_until(when).await;
                self.early = None;
                return Event::Resize(size);
            }
            let message = select! {
                biased;
                () = self.evicted.cancelled(), if !self.told => {
                    self.told = true;
                    return Event::Evicted;
                }
                () = drains(&mut self.draining) => return Event::Restarting,
                site = renewed(&mut self.renewals) => return Event::Site(site),
                message = self.messages.wait() => message,
            };
            match message {
                Some(Message::Input(bytes)) => return Event::Input(bytes),
                Some(Message::Size(size)) => {
                    let now = Instant::now();
                    let when = self.resizes.reserve(now.into_std()).into();
                    if when <= now {
                        return Event::Resize(size);
                    }
                    self.early = Some((size, when));
                }
                Some(Message::EndOfInput) => return Event::EndOfInput,
                Some(Message::NotCopied) => return Event::NotCopied,
                Some(Message::Other) => (),
                None => self.gone = true,
            }
        }
        Event::HangUp
    }

    /// What has been handed to the SSH library and not to the socket is not counted: it hands on at once all that the
    /// socket takes, and while that takes nothing, far more waits in the kernel than any frame of what moves may find
    /// there.
    fn unacknowledged(&self) -> usize {
        self.queue.unacknowledged()
    }

    fn line(&self) -> Option<LineStatus> {
        self.queue.status(self.algorithms)
    }
}

/// Waits for another card. Cancel safe.
async fn renewed(renewals: &mut Option<watch::Receiver<Arc<ServedCard>>>) -> Arc<Site> {
    if let Some(renewals) = renewals
        && renewals.changed().await.is_ok()
    {
        return Arc::clone(&renewals.borrow_and_update().site);
    }
    pending().await
}

/// Waits until the server is about to stop; once. Cancel safe.
async fn drains(draining: &mut Option<&CancellationToken>) {
    match draining {
        Some(token) => token.cancelled().await,
        None => pending().await,
    }
    *draining = None;
}

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

    use super::*;

    /// A client that never stops: so many sizes, and then a key, again and again.
    struct Dragging {
        sizes: u32,
        sent: u32,
    }

    impl Messages for Dragging {
        async fn wait(&mut self) -> Option<Message> {
            self.sent += 1;
            Some(if self.sent.is_multiple_of(self.sizes + 1) {
                Message::Input(Bytes::from_static(b"j"))
            } else {
                Message::Size(clamped_size(self.sent, 24))
            })
        }
    }

    /// How many sizes and keys are heard in this time.
    async fn heard(incoming: &mut Incoming<'_, Dragging>, time: Duration) -> (u32, u32) {
        let (mut sizes, mut keys) = (0, 0);
        let hearing = async {
            loop {
                match incoming.next().await {
                    Event::Resize(_) => sizes += 1,
                    Event::Input(_) => keys += 1,
                    event => panic!("{event:?}"),
                }
                tokio::task::yield_now().await;
            }
        };
        assert!(timeout(time, hearing).await.is_err());
        (sizes, keys)
    }

    #[tokio::test(start_paused = true)]
    async fn sizes_without_end_are_heard_at_their_rate_and_what_is_between_with_them() {
        let mut client = Dragging { sizes: 50, sent: 0 };
        let evicted = CancellationToken::new();
        let mut incoming = Incoming::new(&mut client, SendQueue::default(), &evicted);
        let (sizes, keys) = heard(&mut incoming, Duration::from_secs(10)).await;
        // A hundred at once, then five hundred a second. Timers are exact to a millisecond, and round up.
        assert!((4_900..=5_100).contains(&sizes), "{sizes}");
        assert!(keys.abs_diff(sizes / 50) <= 1, "{keys} keys");
        // Who has rested may as much as at first.
        sleep(Duration::from_secs(1)).await;
        let (sizes, _) = heard(&mut incoming, Duration::from_secs(1)).await;
        assert!((580..=601).contains(&sizes), "{sizes}");
    }

    #[tokio::test]
    async fn an_eviction_is_told_once() {
        let mut client = Dragging { sizes: 0, sent: 0 };
        let evicted = CancellationToken::new();
        let mut incoming = Incoming::new(&mut client, SendQueue::default(), &evicted);
        assert!(matches!(incoming.next().await, Event::Input(_)));
        evicted.cancel();
        assert!(matches!(incoming.next().await, Event::Evicted));
        assert!(matches!(incoming.next().await, Event::Input(_)));
    }
}
