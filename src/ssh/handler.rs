//! The callbacks of russh's connection loop: authentication, the opening of channels, and the reply to every request.
//!
//! The callbacks run inside that loop, so they decide and return; they never wait, write or draw. The channel's task,
//! which sees the same requests in the same order, does what they ask for. Requests that no callback answers are
//! refused by russh when the handle of their reply is dropped: X11, forwarded ports and sockets, and the agent.
//! Requests of an unknown kind get `channel_failure` or `request_failure`.
//!
//! An environment variable, a terminal's name or a user name that is not UTF-8 ends the connection, since russh reads
//! it as text before it calls back. Such an end is counted with a reason of its own (`connection/end.rs`).

use std::{net::IpAddr, sync::Arc};

use russh::{
    Channel, ChannelId, ChannelOpenFailure, Pty,
    server::{self, Auth, ChannelOpenHandle, Msg, PublicKeyOffer, Response, Session, VerifiedPublicKey},
};
use tokio::{
    sync::{OwnedSemaphorePermit, TryAcquireError},
    time::Instant,
};

use super::{
    channel::{self, VisitRecord},
    configuration::accepts,
    deadline::Progress,
    metrics::Method,
    phase::{Phase, Request},
    shared::Shared,
    socket::SendQueue,
};
use crate::app::Word;

/// One connection's callbacks. It lives as long as the connection.
pub(super) struct Handler {
    shared: Arc<Shared>,
    progress: Arc<Progress>,
    visit: Arc<VisitRecord>,
    queue: SendQueue,
    /// What the user name chose; never the name.
    user_name: Option<Word>,
    /// How the client last asked to be let in.
    method: Method,
    /// The channels that russh keeps: all that were opened but those that the client closed first, since russh forgets
    /// the others only with the connection, and does not call [`server::Handler::channel_close`] for them. At most as
    /// many as may ever be opened ([`Limits::channels_ever`](super::limits::Limits::channels_ever)).
    channels: Vec<OpenedChannel>,
}

/// A channel that russh keeps, open or closed.
struct OpenedChannel {
    id: ChannelId,
    phase: Phase,
    /// Its place among those that all connections share, if it is one too many for this connection.
    _shared: Option<OwnedSemaphorePermit>,
}

/// Why a channel is not opened, and what can be done about it. Its code is `SSH_OPEN_RESOURCE_SHORTAGE` (RFC 4254,
/// section 5.1).
const TOO_MANY: &str = "too many channels on this connection: close one, or connect again";

impl Handler {
    pub(super) fn new(shared: Arc<Shared>, progress: Arc<Progress>, queue: SendQueue, peer: IpAddr) -> Self {
        let visit = VisitRecord::new(&shared, peer);
        Self { shared, progress, visit, queue, user_name: None, method: Method::None, channels: Vec::new() }
    }

    /// Anyone gets in. Of the name only what it chooses is kept: `career`, `plain`; any other chooses nothing.
    fn welcome(&mut self, user: &str, method: Method) -> Auth {
        self.method = method;
        self.user_name = Word::of_user(user, self.shared.served.borrow().site.document());
        Auth::Accept
    }

    /// Replies to a request: success if it is in order, failure if not, nothing if no reply is wanted (russh knows).
    fn reply(&mut self, channel: ChannelId, request: Request, session: &mut Session) -> Result<(), russh::Error> {
        let phase = self.channels.iter_mut().find(|kept| kept.id == channel).map(|kept| &mut kept.phase);
        if phase.is_some_and(|phase| phase.admits(request)) {
            session.channel_success(channel)
        } else {
            session.channel_failure(channel)
        }
    }

    /// A place for one more channel that russh keeps: the connection's own, or one of those that all share.
    fn shared_place(&self) -> Result<Option<OwnedSemaphorePermit>, TryAcquireError> {
        if self.channels.len() < self.shared.limits.channels_kept {
            return Ok(None);
        }
        Arc::clone(&self.shared.closed_channels).try_acquire_owned().map(Some)
    }
}

impl server::Handler for Handler {
    type Error = russh::Error;

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Self::Error> {
        Ok(self.welcome(user, Method::None))
    }

    /// For clients that never try `none`. The password is not looked at.
    async fn auth_password(&mut self, user: &str, _: &str) -> Result<Auth, Self::Error> {
        Ok(self.welcome(user, Method::Password))
    }

    /// For clients that never try `none`. There is nothing to ask, so success is the first answer (RFC 4256, section
    /// 3.1).
    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _: &str,
        _: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        Ok(self.welcome(user, Method::KeyboardInteractive))
    }

    /// A key of a kind that was not announced is refused before its signature is looked at: one with SHA-1 among them,
    /// which russh would verify.
    async fn auth_publickey_offered(&mut self, _: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, Self::Error> {
        Ok(if accepts(offer.algorithm) { Auth::Accept } else { Auth::reject() })
    }

    /// For clients that go straight to a key. It is not kept.
    async fn auth_publickey(&mut self, user: &str, _: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        Ok(self.welcome(user, Method::Publickey))
    }

    async fn auth_openssh_certificate(
        &mut self,
        user: &str,
        _: &russh::keys::Certificate,
    ) -> Result<Auth, Self::Error> {
        Ok(self.welcome(user, Method::Publickey))
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> Result<(), Self::Error> {
        if self.progress.authenticated() {
            self.shared.metrics.authenticated.get_or_create(&self.method).inc();
        }
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        let opened = self.shared_place().ok().and_then(|shared| Some((shared, self.progress.open()?)));
        let Some((shared_place, place)) = opened else {
            self.shared.metrics.channels_refused.inc();
            let code = ChannelOpenFailure::ResourceShortage.code();
            reply.reject(ChannelOpenFailure::Other { code, reason: TOO_MANY.into() }).await;
            return Ok(());
        };
        self.progress.heard();
        self.channels.push(OpenedChannel { id: channel.id(), phase: Phase::default(), _shared: shared_place });
        // One that has to wait for its turn is accepted by its own task: here the connection's other channels would
        // wait too.
        let waiting = if place.turn() > Instant::now() {
            Some(reply)
        } else {
            reply.accept().await;
            None
        };
        let (visit, queue) = (Arc::clone(&self.visit), self.queue.clone());
        let (algorithms, user_name) = (self.progress.algorithms(), self.user_name.clone());
        let context = channel::ChannelContext { channel: place, visit, queue, algorithms, user_name };
        self.shared.spawn(channel::serve(Arc::clone(&self.shared), channel, context, waiting));
        Ok(())
    }

    /// Its channel's task gets the data too; here only the time counts.
    async fn data(&mut self, _: ChannelId, _: &[u8], _: &mut Session) -> Result<(), Self::Error> {
        self.progress.heard();
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _: &mut Session) -> Result<(), Self::Error> {
        self.channels.retain(|kept| kept.id != channel);
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reply(channel, Request::Pty, session)
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reply(channel, Request::Variable, session)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        self.reply(channel, Request::Shell, session)
    }

    async fn exec_request(&mut self, channel: ChannelId, _: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        self.reply(channel, Request::Exec, session)
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reply(channel, Request::subsystem(name), session)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _: bool,
        _: &str,
        _: &str,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reply(channel, Request::Other, session)
    }

    async fn window_change_request(
        &mut self,
        channel: ChannelId,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        // It wants no reply (RFC 4254, section 6.7); one who wants one all the same gets it.
        session.channel_success(channel)
    }

    async fn signal(&mut self, channel: ChannelId, _: russh::Sig, session: &mut Session) -> Result<(), Self::Error> {
        // It wants no reply either (section 6.9), and nothing here can be signalled.
        session.channel_failure(channel)
    }
}
