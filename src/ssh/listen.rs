//! The listening sockets.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
};

use anyhow::{Error, Result};
use socket2::{Domain, Protocol, Socket, Type};

/// Connections that wait to be accepted: what arrives in a second of the busiest server. The kernel cuts it to
/// `net.core.somaxconn`.
const BACKLOG: i32 = 1024;

/// Opens a socket for each address; one that is named twice is opened once.
///
/// `[::]` takes IPv4 too, unless `0.0.0.0` is asked for with the same port, and is `0.0.0.0` on a machine without IPv6.
///
/// # Errors
///
/// The first address that cannot be listened on, with the likely remedy.
pub fn listen(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>> {
    let socket = |address: SocketAddr| {
        let beside = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
        let only_v6 = address.port() != 0 && addresses.contains(&beside);
        let socket = match open(address, only_v6) {
            Err(error) if has_no_ipv6(&error) && address.ip() == Ipv6Addr::UNSPECIFIED && !only_v6 => {
                open(beside, false)
            }
            socket => socket,
        };
        socket.map_err(|error| cannot_listen(error, address, "--listen"))
    };
    let is_first =
        |n: usize, address: &SocketAddr| address.port() == 0 || !addresses.iter().take(n).any(|a| a == address);
    let different = addresses.iter().enumerate().filter(|(n, address)| is_first(*n, address));
    different.map(|(_, address)| socket(*address)).collect()
}

/// Opens a socket for HTTP at the address that `flag` names.
///
/// # Errors
///
/// The address cannot be listened on, with the likely remedy.
pub fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| cannot_listen(error, address, flag))
}

fn open(address: SocketAddr, only_v6: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        // The system's own default is another on every system.
        socket.set_only_v6(only_v6)?;
    }
    // Without it a restart waits a minute for the old connections' ports.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Whether an error says that the machine has no IPv6: `EAFNOSUPPORT` where the kernel was built or booted without it,
/// `EADDRNOTAVAIL` where it is switched off.
fn has_no_ipv6(error: &io::Error) -> bool {
    is_no_family(error) || error.kind() == ErrorKind::AddrNotAvailable
}

fn is_no_family(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
}

/// The error that an address cannot be listened on, with the remedy for its cause. `flag` is the one that names the
/// address.
#[must_use]
pub fn cannot_listen(error: io::Error, address: SocketAddr, flag: &str) -> Error {
    let port = address.port();
    let hint = match error.kind() {
        ErrorKind::AddrInUse => format!(
            "the port is in use (`ss -ltnp sport = :{port}` shows by which program); stop that, or choose another with \
             {flag}"
        ),
        ErrorKind::AddrNotAvailable => format!(
            "this machine has no such address (`ip address` shows those that it has); choose another with {flag}"
        ),
        ErrorKind::PermissionDenied if port < FIRST_UNPRIVILEGED => format!(
            "ports under {FIRST_UNPRIVILEGED} need the capability CAP_NET_BIND_SERVICE; give it, or choose another \
             with {flag} and forward the port to it"
        ),
        ErrorKind::PermissionDenied => {
            format!("rules of the system (SELinux, AppArmor, seccomp) forbid it; choose another with {flag}")
        }
        _ if is_no_family(&error) => {
            format!("this machine has no IPv{}; choose another with {flag}", if address.is_ipv6() { 6 } else { 4 })
        }
        _ => format!("choose another with {flag}"),
    };
    Error::new(error).context(format!("cannot listen on {address}: {hint}"))
}

/// The first port that needs no privilege: Linux' default of `net.ipv4.ip_unprivileged_port_start` (ip(7)).
const FIRST_UNPRIVILEGED: u16 = 1024;

/// The command that reaches a server listening on `address` from its own machine.
#[must_use]
pub fn try_it(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        ip if ip == Ipv4Addr::LOCALHOST => "localhost".to_owned(),
        ip => ip.to_string(),
    };
    if address.port() == 22 { format!("ssh {host}") } else { format!("ssh -p {} {host}", address.port()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &[&str]) -> Vec<SocketAddr> {
        text.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn every_address_gets_a_socket() {
        let sockets = listen(&addresses(&["127.0.0.1:0", "127.0.0.1:0"])).unwrap();
        assert_eq!(sockets.len(), 2);
        assert!(sockets.iter().all(|socket| socket.local_addr().unwrap().port() != 0));
    }

    #[test]
    fn the_unspecified_ipv6_address_takes_ipv4() {
        let sockets = match listen(&addresses(&["[::]:0"])) {
            Ok(sockets) => sockets,
            Err(error) => {
                assert!(error.chain().any(|cause| cause.downcast_ref().is_some_and(has_no_ipv6)), "{error:#}");
                return;
            }
        };
        let port = sockets.first().unwrap().local_addr().unwrap().port();
        assert!(std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    }

    #[test]
    fn the_remedy_follows_the_error() {
        use rustix::io::Errno;

        for (errno, address, told) in [
            (Errno::ADDRINUSE, "0.0.0.0:22", "the port is in use (`ss -ltnp sport = :22` shows by which program)"),
            (Errno::ADDRINUSE, "[::1]:2222", "the port is in use"),
            (Errno::ACCESS, "0.0.0.0:22", "ports under 1024 need the capability CAP_NET_BIND_SERVICE"),
            (Errno::ACCESS, "0.0.0.0:2222", "rules of the system (SELinux, AppArmor, seccomp) forbid it"),
            (Errno::PERM, "0.0.0.0:2222", "rules of the system"),
            (Errno::ADDRNOTAVAIL, "192.0.2.1:22", "this machine has no such address"),
            (Errno::AFNOSUPPORT, "[::1]:22", "this machine has no IPv6"),
            (Errno::MFILE, "0.0.0.0:22", "cannot listen on 0.0.0.0:22: choose another"),
        ] {
            for flag in ["--listen", "--ops"] {
                let error = format!("{:#}", cannot_listen(errno.into(), address.parse().unwrap(), flag));
                assert!(error.starts_with(&format!("cannot listen on {address}: ")), "{error}");
                assert!(error.contains(told) && error.contains(&format!("choose another with {flag}")), "{error}");
                assert_eq!(error.contains("CAP_"), errno == Errno::ACCESS && address.ends_with(":22"), "{error}");
            }
        }
    }

    #[test]
    fn the_line_to_try_reaches_the_address() {
        for (address, line) in [
            ("[::]:2222", "ssh -p 2222 localhost"),
            ("0.0.0.0:22", "ssh localhost"),
            ("127.0.0.1:4000", "ssh -p 4000 localhost"),
            ("192.0.2.1:2222", "ssh -p 2222 192.0.2.1"),
            ("[2001:db8::1]:2222", "ssh -p 2222 2001:db8::1"),
        ] {
            assert_eq!(try_it(address.parse().unwrap()), line);
        }
    }
}
