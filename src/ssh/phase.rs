//! The order of a channel's requests (RFC 4254, section 6): which requests are permitted next.
//!
//! The handler, which must reply at once and in order, and the channel's task, which acts on the requests, both see
//! every request in the same order. Each keeps a [`Phase`] of its own, and the two always agree.

use super::sftp;

/// How far a channel has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Phase {
    has_pty: bool,
    /// Something runs, or has run: nothing else can be asked for.
    runs: bool,
    variables: u8,
}

/// A request that a channel can make, without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Pty,
    /// `env`
    Variable,
    Shell,
    Exec,
    /// `subsystem`, for SFTP
    Sftp,
    /// `subsystem` for anything else, `x11-req`, `auth-agent-req@openssh.com`: not served.
    Other,
}

impl Request {
    /// A request for the subsystem of this name.
    pub(super) fn subsystem(name: &str) -> Self {
        if name == sftp::NAME { Self::Sftp } else { Self::Other }
    }
}

/// A channel may set this many variables. OpenSSH sends a handful; those that count are ten.
const VARIABLES: u8 = 64;

impl Phase {
    /// Takes a request, if it is in order; whether it was.
    pub(super) fn admits(&mut self, request: Request) -> bool {
        match request {
            _ if self.runs => return false,
            Request::Pty if !self.has_pty => self.has_pty = true,
            Request::Variable if self.variables < VARIABLES => self.variables += 1,
            Request::Shell | Request::Exec | Request::Sftp => self.runs = true,
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Request::*, *};

    #[test]
    fn requests_are_taken_in_order_only() {
        for (requests, taken) in [
            (&[Pty, Variable, Shell][..], &[true, true, true][..]),
            (&[Variable, Shell], &[true, true]),
            (&[Exec], &[true]),
            (&[Pty, Exec], &[true, true]),
            (&[Pty, Pty, Shell], &[true, false, true]),
            (&[Shell, Pty], &[true, false]),
            (&[Shell, Shell], &[true, false]),
            (&[Exec, Shell], &[true, false]),
            (&[Shell, Variable], &[true, false]),
            (&[Sftp], &[true]),
            (&[Variable, Sftp, Shell], &[true, true, false]),
            (&[Shell, Sftp], &[true, false]),
            (&[Other, Pty, Other, Shell], &[false, true, false, true]),
        ] {
            let mut phase = Phase::default();
            let answers: Vec<_> = requests.iter().map(|request| phase.admits(*request)).collect();
            assert_eq!(answers, taken, "{requests:?}");
        }
    }

    #[test]
    fn variables_are_bounded() {
        let mut phase = Phase::default();
        let taken = (0..1000).filter(|_| phase.admits(Variable)).count();
        assert_eq!(taken, usize::from(VARIABLES));
        assert!(phase.admits(Shell));
    }
}
