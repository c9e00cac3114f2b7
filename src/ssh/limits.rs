//! The limits of a connection: every bound of the listener in one place, so that a test can shorten one.

use std::time::Duration;

use crate::session;

/// The bounds of the listener and of each connection.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Authenticated connections at a time; 0 is no limit. A thousand idle visitors take about 50 MB. Unauthenticated
    /// connections have a limit of their own, `unauthenticated`.
    pub connections: usize,
    /// Connections at a time from one address (an IPv6 /64 is one address); 0 is no limit. Ten is a family behind one
    /// router with a few windows each. It is also how many may come at once; then it is one in each `arrival`. An IPv6
    /// /48 may have four times as much.
    pub per_address: usize,
    /// The interval in which one address may connect once more after `per_address` connections; without that limit it
    /// is not used. A handshake takes a core a millisecond: one a second from each of a hundred addresses is a tenth of
    /// one.
    pub arrival: Duration,
    /// Connections at a time that have not authenticated; 0 is no limit. One of them can reserve 307 kB with a
    /// four-byte header, so a hundred stay under 31 MB. When there is no room, a newcomer displaces the oldest silent
    /// one, or the oldest that has not begun to exchange keys. The more of them one network has, the sooner a newcomer
    /// of that network displaces one of its own and no other, unless `per_address` is 0.
    pub unauthenticated: usize,
    /// After this time without a byte from the visitor, an authenticated connection may be evicted when all
    /// `connections` are taken: the visitor has read a page, or has left the terminal. A still page that is read takes
    /// less than a minute to read, and every key begins the minute anew.
    pub evictable_after: Duration,
    /// Connections that may be evicted in a minute, all of them at once or one after the other; 0 is none. Ten a minute
    /// are a hundredth of all visitors, and as many as a busy card has new ones: a flood of authenticated connections,
    /// from any number of addresses, ends no more visits than that.
    pub evictions: u32,
    /// From accept until a proxy's header is complete. A proxy sends it at once, in its first packet.
    pub introduction: Duration,
    /// From accept, or from a proxy's header, until the client's version line is complete (RFC 4253, section 4.2).
    /// Clients send it at once, or when they have read the server's: a round trip, which takes 0.6 s over a
    /// geostationary satellite. A segment that was lost is sent again after 1 s (RFC 6298, section 2), and TCP may lose
    /// it once on each way.
    pub identification: Duration,
    /// From the version line until `SSH_MSG_KEXINIT` is complete, and from there until the first message of the key
    /// exchange is. Clients send each at once; OpenSSH's are 1.5 and 1.2 kB, which take 5 and 4 s on a line of 300
    /// bytes a second.
    pub key_exchange: Duration,
    /// From accept until authenticated, whatever arrives meanwhile. The handshake takes four round trips; the rest is
    /// for a visitor who is asked whether the host key is the right one.
    pub authenticated: Duration,
    /// How long a connection that authenticated when all `connections` were taken may stay to be sent the message: two
    /// round trips, in which the client opens a channel and asks for something, and the answer.
    pub turned_away: Duration,
    /// From authenticated until the first channel is open. Clients open it at once.
    pub first_channel: Duration,
    /// From a channel's opening until it asks for something to run. Clients ask at once.
    pub first_request: Duration,
    /// From the end of the last channel until the connection is cut. Clients hang up at once, a multiplexing master
    /// waits for the next channel and may open another connection for it.
    pub idle_after_last_channel: Duration,
    /// The age of a connection at which it opens no more channels. A session takes at most 60 minutes more.
    pub no_channel_after: Duration,
    /// The age at which a connection is cut, whatever it does: `no_channel_after`, a session of 60 minutes, and five
    /// minutes in which that session says goodbye.
    pub lifetime: Duration,
    /// How long text, or a piece of a file, may take to be read by the client. The whole card is some 10 kB: a minute
    /// at 2,400 baud.
    pub output: Duration,
    /// How long a client may take nothing of what waits for it: what waits in a session for room on its channel, and
    /// what waits in the connection for the network.
    pub write_timeout: Duration,
    /// From an answer in a file transfer to the next request: as long as a page waits for a key, since whoever typed
    /// `sftp` reads a listing as others read a page.
    pub idle: Duration,
    /// From when the server is asked to stop until it closes its listeners: as long as a load balancer that looks at
    /// `/readyz` may still send visitors.
    pub drain_accept: Duration,
    /// From when the listeners are closed until the sessions that are there have to end. They are told that the server
    /// restarts, and go on.
    pub drain_sessions: Duration,
    /// From the server's stop until connections are cut. Sessions say goodbye meanwhile; with the time that cutting
    /// takes, the server is gone within 10 s, which is what service managers and containers wait.
    pub drain: Duration,
    /// Channels open at a time on one connection: a window, and something fetched beside it.
    pub channels_open: u32,
    /// Channels that one connection may open one after the other without waiting. A script that asks for each document,
    /// or a multiplexing master (`ControlMaster`) with a few windows, does not notice that there is a limit.
    pub channel_burst: u32,
    /// In how long one connection may open one channel more after `channel_burst`. A channel that comes sooner waits,
    /// which is at most `channels_open` times as long.
    pub channel_interval: Duration,
    /// Channels that one connection may ever open. russh keeps 3.4 kB of each that the server closed until the
    /// connection ends: 875 kB. After them the connection ends with its last channel, and a multiplexing client makes a
    /// new one.
    pub channels_ever: u32,
    /// Of `channels_ever`, those that a connection may open whatever others do: 55 kB each, 55 MB of a thousand
    /// connections.
    pub channels_kept: usize,
    /// Channels beyond `channels_kept` that russh may keep of all connections together: 56 MB. Without this bound a
    /// thousand connections could take 875 MB.
    pub channels_shared: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1000,
            per_address: 10,
            arrival: Duration::from_secs(1),
            unauthenticated: 100,
            evictable_after: Duration::from_secs(60),
            evictions: 10,
            introduction: Duration::from_secs(2),
            identification: Duration::from_secs(3),
            key_exchange: Duration::from_secs(6),
            authenticated: Duration::from_secs(20),
            turned_away: Duration::from_secs(5),
            first_channel: Duration::from_secs(10),
            first_request: Duration::from_secs(10),
            idle_after_last_channel: Duration::from_secs(5),
            no_channel_after: Duration::from_secs(60 * 60),
            lifetime: Duration::from_secs(125 * 60),
            output: Duration::from_secs(120),
            write_timeout: session::WRITE_TIMEOUT,
            idle: Duration::from_secs(10 * 60),
            drain_accept: Duration::ZERO,
            drain_sessions: Duration::ZERO,
            drain: Self::DRAIN,
            channels_open: 4,
            channel_burst: 30,
            channel_interval: Duration::from_secs(1),
            channels_ever: 256,
            channels_kept: 16,
            channels_shared: 16_384,
        }
    }
}

impl Limits {
    /// [`Limits::drain`] as it comes.
    pub(crate) const DRAIN: Duration = Duration::from_secs(9);

    /// The file descriptors that a server within these limits may need, one a connection; `None` where connections have
    /// no limit.
    #[must_use]
    pub fn descriptors(&self) -> Option<u64> {
        let limited = self.connections > 0 && self.unauthenticated > 0;
        // Of connections that are not let in, a proxy's have as many places again until their header is read.
        limited.then(|| (self.connections + 2 * self.unauthenticated) as u64 + BESIDE_CONNECTIONS)
    }
}

/// File descriptors that are no visitor's connection: standard input, output and error, the listeners, the runtime's
/// and the watch of the profile are about 20, connections for metrics and health 16, files while the profile is read;
/// and refused connections.
const BESIDE_CONNECTIONS: u64 = 64 + REFUSED_OPEN as u64;

/// So many refused connections stay open for a moment. A flood fills these places at once, and the others of it are
/// hung up on: each place takes a socket and less than 4 KiB.
pub(super) const REFUSED_OPEN: usize = 64;
