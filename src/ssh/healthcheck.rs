//! Whether a server is well, as a visitor finds out: a connection, and a handshake in which the server proves its key. For
//! containers, which have nothing in them but this program.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use ipnet::IpNet;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};

mod handshake;

use super::{
    hostkey::{HostKey, KeyPlace},
    proxy::{LOCAL, Proxies},
};

/// How long all of it may take: three round trips on one machine, and one signature. Whoever takes longer is not well, and who
/// asks wants to know before asking again.
const DEADLINE: Duration = Duration::from_secs(5);

/// Looks whether the server that is configured is well, on this machine: a line that says so.
///
/// # Errors
///
/// An address on which nobody answers as a visitor needs it in 5 s, or with another key than the one that is configured,
/// where that can be read.
pub async fn run(listen: &[SocketAddr], proxy_from: &[IpNet], key: &KeyPlace) -> Result<String> {
    let expected = HostKey::read(key).ok().map(|key| key.fingerprint());
    let proxies = Proxies::new(proxy_from);
    let mut said = Vec::new();
    for address in targets(listen) {
        let looked = timeout(DEADLINE, look(address, &proxies, expected.as_deref())).await;
        let looked = looked.unwrap_or_else(|_| bail!("it did not answer within {} s", DEADLINE.as_secs()));
        let fingerprint = looked.with_context(|| format!("the server at {address} is not well"))?;
        let known = if expected.is_some() { "" } else { " (the configured host key cannot be read to compare)" };
        said.push(format!("the server at {address} is well; its key is {fingerprint}{known}"));
    }
    Ok(said.join("\n"))
}

/// Where the configured addresses are reached from this machine.
fn targets(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let reached = |address: &SocketAddr| {
        let beside = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
        let ip = match address.ip() {
            // It takes IPv4 too, unless that is asked for apart; and it is IPv4 on a machine without IPv6.
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) if addresses.contains(&beside) => Ipv6Addr::LOCALHOST.into(),
            ip if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            ip => ip,
        };
        // A scope, which a link-local address has, stays with it.
        let mut reached = *address;
        reached.set_ip(ip);
        reached
    };
    addresses.iter().map(reached).collect()
}

/// Connects and shakes hands: the fingerprint of the server's key.
async fn look(address: SocketAddr, proxies: &Proxies, expected: Option<&str>) -> Result<String> {
    let mut stream = TcpStream::connect(address).await.context("nobody listens there")?;
    if !proxies.are_none() {
        stream.write_all(LOCAL).await?;
    }
    let fingerprint = handshake::shake(&mut stream).await?;
    if let Some(expected) = expected {
        ensure!(fingerprint == expected, "its key is {fingerprint}, and the configured host key is {expected}");
    }
    Ok(fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_looked_for_where_it_can_be_reached() {
        for (listen, expected) in [
            (&["[::]:22"][..], &["127.0.0.1:22"][..]),
            (&["0.0.0.0:22", "[::]:22"], &["127.0.0.1:22", "[::1]:22"]),
            (&["0.0.0.0:22", "[::]:2222"], &["127.0.0.1:22", "127.0.0.1:2222"]),
            (&["192.0.2.7:22", "[2001:db8::7]:22"], &["192.0.2.7:22", "[2001:db8::7]:22"]),
        ] {
            let addresses: Vec<SocketAddr> = listen.iter().map(|address| address.parse().unwrap()).collect();
            let targets: Vec<_> = targets(&addresses).iter().map(ToString::to_string).collect();
            assert_eq!(targets, expected);
        }
    }
}
