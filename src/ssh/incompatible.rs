//! Log lines about clients that cannot be served, such as those without a common algorithm. Their rate is limited.
//!
//! russh ends such a connection without a message to the client: before the key exchange it can send none, and a string
//! that it cannot decode ends its loop. The log is the only place where the owner learns of it.

use std::{net::IpAddr, time::Duration};

use parking_lot::Mutex;
use russh::{AlgorithmKind, Error};
use tokio::time::Instant;

use super::{admission::shortened, deadline::Progress, ending::ConnectionEnd, exec::shown, log::LogThrottle};

/// Each of the two lines is logged at most this often: 1,440 times a day, at 320 bytes at most.
const EVERY: Duration = Duration::from_secs(60);

/// When each of the lines was last logged.
#[derive(Debug)]
pub(super) struct Incompatible {
    no_algorithm: Mutex<LogThrottle>,
    not_utf8: Mutex<LogThrottle>,
}

impl Default for Incompatible {
    fn default() -> Self {
        let every = || Mutex::new(LogThrottle::every(EVERY));
        Self { no_algorithm: every(), not_utf8: every() }
    }
}

impl Incompatible {
    /// Logs a connection of `peer` that came as far as `progress` says and ended so (`end` is what was made of
    /// `ended`), if it is one of these and it is time for a line.
    pub(super) fn log(&self, peer: IpAddr, progress: &Progress, ended: &Result<(), Error>, end: ConnectionEnd) {
        let throttle = match end {
            ConnectionEnd::NoAlgorithm => &self.no_algorithm,
            ConnectionEnd::NotUtf8 => &self.not_utf8,
            _ => return,
        };
        let now = Instant::now().into_std();
        let Some(more) = throttle.lock().may_log(now) else { return };
        let (from, client) = (shortened(peer), shown(progress.client()));
        if let Err(Error::NoCommonAlgo { kind, .. }) = ended {
            let list = list(kind);
            tracing::info!(from, client, list, more, "a client and this server have no algorithm in common");
        } else {
            // Of all strings that a client sends before and after it is let in, these are the ones that it takes from
            // its user.
            let is_let_in = progress.when_due() != ConnectionEnd::NotAuthenticated;
            let likely = if is_let_in { "variable, or name of the terminal" } else { "user name" };
            tracing::info!(from, client, likely, more, "a client sent a string that is not UTF-8");
        }
    }
}

/// The list of `SSH_MSG_KEXINIT` in which nothing was in common (RFC 4253, section 7.1).
fn list(kind: &AlgorithmKind) -> &'static str {
    match kind {
        AlgorithmKind::Kex => "key exchange",
        AlgorithmKind::Key => "host key",
        AlgorithmKind::Cipher => "cipher",
        AlgorithmKind::Compression => "compression",
        AlgorithmKind::Mac => "MAC",
    }
}
