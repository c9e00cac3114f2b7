//! The health check: connects to the server as a client, exchanges keys with it, and compares its host key. It is for
//! containers that hold no other program.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::future::join_all;
use ipnet::IpNet;
use russh::{
    Disconnect, SshId,
    client::{self, Handler},
    keys::{HashAlg, PublicKeyOrCertificate},
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpStream, lookup_host},
    sync::oneshot,
    time::timeout,
};

use super::{
    handshake::SERVER_VERSION,
    hostkey::{HostKey, KeyPlace},
    proxy::{LOCAL, Proxies},
};

/// How long the check of one address may take: three round trips on one machine, and one signature.
const DEADLINE: Duration = Duration::from_secs(5);

/// The longest line that a server may begin with (RFC 4253, section 4.2).
const LONGEST_LINE: usize = 255;

/// Checks the configured server on this machine; returns a line for standard output.
///
/// # Errors
///
/// An address on which no server exchanges keys within 5 s, or one with another host key than the configured one, if
/// that can be read.
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

/// Looks whether this card is reached at each address of a host, from wherever this runs: a line about each, or why
/// not.
///
/// # Errors
///
/// The host has no address.
pub async fn online(host: &str, port: u16, key: &KeyPlace) -> Result<Vec<Result<String>>> {
    let expected = HostKey::read(key).ok().map(|key| key.fingerprint());
    let addresses: BTreeSet<SocketAddr> = lookup_host((host, port))
        .await
        .with_context(|| format!("{host} has no address; look at the A and AAAA records of its DNS zone"))?
        .collect();
    let looked = addresses.into_iter().map(async |address| {
        let looked = timeout(DEADLINE, look(address, &Proxies::default(), expected.as_deref())).await;
        let looked = looked.unwrap_or_else(|_| {
            bail!(
                "nothing answered within {} s; look at the firewalls, and at the address that the server listens on",
                DEADLINE.as_secs()
            )
        });
        let fingerprint = looked.with_context(|| format!("the card is not reached at {address}"))?;
        let known = match &expected {
            Some(_) => "which is the configured one".to_owned(),
            None => format!("which cannot be compared, since there is no host key {key} that can be read here"),
        };
        Ok(format!("the card is reached at {address}; its key is {fingerprint}, {known}"))
    });
    Ok(join_all(looked).await)
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

/// Connects and exchanges keys: the fingerprint of the server's key.
async fn look(address: SocketAddr, proxies: &Proxies, expected: Option<&str>) -> Result<String> {
    let mut stream = TcpStream::connect(address).await.context("nobody listens there")?;
    if !proxies.are_none() {
        stream.write_all(LOCAL).await?;
    }
    // A server that has no room says so in a line, which russh would skip.
    let mut first = [0; LONGEST_LINE];
    let first = stream.peek(&mut first).await.map(|length| first.get(..length).unwrap_or_default())?;
    ensure!(!first.is_empty(), "it hung up before it said anything");
    let said = String::from_utf8_lossy(first);
    let said = said.lines().next().unwrap_or_default();
    ensure!(first.starts_with(b"SSH-"), "instead of SSH it says {said:?}");
    ensure!(first.starts_with(SERVER_VERSION.as_bytes()), "another program answers there, which calls itself {said:?}");

    let config = client::Config { client_id: SshId::Standard(VERSION.into()), ..client::Config::default() };
    let (sends, fingerprint) = oneshot::channel();
    let connected = client::connect_stream(Arc::new(config), stream, KeyReader(Some(sends))).await;
    let connected = connected.context("the key exchange failed")?;
    // The key has been proved, whatever becomes of the disconnect message.
    let _ = connected.disconnect(Disconnect::ByApplication, "", "").await;
    let fingerprint = fingerprint.await.context("it showed no host key")?;
    if let Some(expected) = expected {
        ensure!(fingerprint == expected, "its key is {fingerprint}, and the configured host key is {expected}");
    }
    Ok(fingerprint)
}

/// The version line of the health check.
const VERSION: &str = "SSH-2.0-sshcard_healthcheck";

/// Sends the fingerprint of the server's key, as `ssh` shows it, once russh has verified the server's signature.
struct KeyReader(Option<oneshot::Sender<String>>);

impl Handler for KeyReader {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else { return Ok(false) };
        let sent = self.0.take().map(|sender| sender.send(key.fingerprint(HashAlg::Sha256).to_string()));
        Ok(sent.is_some_and(|sent| sent.is_ok()))
    }
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
