//! What a connection may take: every bound of the listener in one place, so that a test can make one short.

use std::time::Duration;

use crate::session;

/// The bounds of the listener and of each connection.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at a time; 0 is no limit. A thousand idle visitors take about 50 MB.
    pub connections: usize,
    /// Connections at a time from one address (an IPv6 /64 is one address); 0 is no limit. Ten is a family behind one
    /// router with a few windows each. It is also how many may come at once; then it is one in each `arrival`. An IPv6 /48
    /// may have four times as much.
    pub per_address: usize,
    /// In how long one address may connect once more after it did as often as `per_address` says; without that limit it is
    /// not looked at. A handshake takes a core a millisecond: one a second from each of a hundred addresses is a tenth of one.
    pub arrival: Duration,
    /// Connections at a time that have not authenticated. One of them can reserve 307 kB with a four-byte header, so a
    /// hundred stay under 31 MB. The more of them one network has, the sooner it gets no other, unless `per_address` is 0.
    pub unauthenticated: usize,
    /// From accept until a proxy has said for whom it connects. It says so at once, with its first packet.
    pub introduction: Duration,
    /// From accept until authenticated, whatever arrives meanwhile. The handshake takes two round trips; the rest is for a
    /// visitor who is asked whether the host key is the right one.
    pub authenticated: Duration,
    /// From authenticated until the first channel is open. Clients open it at once.
    pub first_channel: Duration,
    /// From a channel's opening until it asks for something to run. Clients ask at once.
    pub first_request: Duration,
    /// From the end of the last channel until the connection is cut. Clients hang up at once, a multiplexing master
    /// waits for the next channel and may open another connection for it.
    pub linger: Duration,
    /// The age of a connection at which it opens no more channels. A session takes at most 60 minutes more.
    pub opening: Duration,
    /// The age at which a connection is cut, whatever it does: `opening`, a session of 60 minutes, and five minutes in which
    /// that session says goodbye.
    pub lifetime: Duration,
    /// How long text, or a piece of a file, may take to be read by the client. The whole card is some 10 kB: a minute at
    /// 2,400 baud.
    pub output: Duration,
    /// How long a client may take nothing of what waits for it: what waits in a session for room on its channel, and what
    /// waits in the connection for the network.
    pub patience: Duration,
    /// The cells of all windows together that are beyond 200x60 ([`session::Cells`]). At rest a window costs nothing for its
    /// cells; a frame takes a core 20 to 30 ns for each, so a million of them in motion, thirty frames a second, take less than
    /// one.
    pub cells: usize,
    /// From an answer in a file transfer to the next request: as long as a page waits for a key, since whoever typed `sftp`
    /// reads a listing as others read a page.
    pub idle: Duration,
    /// From the server's stop until connections are cut. Sessions say goodbye meanwhile; with the time that cutting takes,
    /// the server is gone within 10 s, which is what service managers and containers wait.
    pub drain: Duration,
    /// Channels open at a time on one connection: a window, and something fetched beside it.
    pub channels_open: u32,
    /// Channels that one connection may ever open. A closed channel keeps 3.3 kB in russh's table until the connection ends.
    pub channels_ever: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1000,
            per_address: 10,
            arrival: Duration::from_secs(1),
            unauthenticated: 100,
            introduction: Duration::from_secs(2),
            authenticated: Duration::from_secs(20),
            first_channel: Duration::from_secs(10),
            first_request: Duration::from_secs(10),
            linger: Duration::from_secs(5),
            opening: Duration::from_secs(60 * 60),
            lifetime: Duration::from_secs(125 * 60),
            output: Duration::from_secs(120),
            patience: session::PATIENCE,
            cells: 1_000_000,
            idle: Duration::from_secs(10 * 60),
            drain: Duration::from_secs(9),
            channels_open: 4,
            channels_ever: 16,
        }
    }
}
