//! The values of options: how each is parsed, and the message about a value that does not parse.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use ipnet::IpNet;

use crate::{
    document::split_address,
    formats::{self, FORMATS},
    profile::characters::alternatives,
};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Which lines the log has: those of a level and of all above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what the owner should look at.
    Warn,
    /// And what happened: visits, starts, reloads.
    Info,
}

/// The help of what `sshcard print` prints.
pub(super) fn help_of_format() -> String {
    let formats: Vec<_> = formats::reserved().collect();
    format!(
        "What to print: {}, the name of a page, hostkey, privacy, version or help; or a language of the card, and one \
         of these",
        formats.join(", ")
    )
}

/// The help of the variants of formats.
pub(super) fn help_of_kind() -> String {
    let formats = FORMATS.iter().filter(|format| !format.variants().is_empty());
    let kinds: Vec<_> = formats
        .map(|format| format!("{} of {}", alternatives(format.variants().iter().copied()), format.name()))
        .collect();
    format!("Which kind of it: {}", kinds.join("; "))
}

pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    address(text, Ipv6Addr::UNSPECIFIED.into(), 2222, "0.0.0.0:2222, [::]:2222 or 2222")
}

pub(super) fn ops_address(text: &str) -> Result<SocketAddr, String> {
    address(text, Ipv4Addr::LOCALHOST.into(), 9222, "127.0.0.1:9222 or 9222")
}

pub(super) fn web_address(text: &str) -> Result<SocketAddr, String> {
    address(text, Ipv4Addr::LOCALHOST.into(), 8080, "127.0.0.1:8080 or 8080")
}

/// An address with its port, or a port alone, which is one of `host`. `port` and `examples` are for the messages.
fn address(text: &str, host: IpAddr, port: u16, examples: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    if let Ok(port) = text.parse::<u16>() {
        return Ok((host, port).into());
    }
    text.parse().map_err(|_| match text.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(ip) => format!("it has no port; say {}", SocketAddr::new(ip, port)),
        Err(_) => format!("it is no address; say one like {examples}"),
    })
}

/// A host, and the port where it is not 22. A name may be any: the DNS knows.
pub(super) fn online_address(text: &str) -> Result<(String, u16), &'static str> {
    let ip = text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let found = ip.map(|ip| (ip.to_string(), None)).ok();
    let found = found.or_else(|| split_address(text).map(|(host, port)| (host.to_owned(), port)));
    let (host, port) = found.ok_or("it is no address; say one like card.example.com or [2001:db8::1]:2222")?;
    Ok((host, port.unwrap_or(22)))
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("it is no format of the log; say text or json"),
    }
}

pub(super) fn log_level(text: &str) -> Result<LogLevel, &'static str> {
    match text {
        "error" => Ok(LogLevel::Error),
        "warn" => Ok(LogLevel::Warn),
        "info" => Ok(LogLevel::Info),
        _ => Err("it is no level of the log; say error, warn or info"),
    }
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    let count = text.trim().parse::<u32>().map(|count| count as usize);
    count.map_err(|_| format!("it is not a number; say 0 for no limit, or a number up to {}", u32::MAX))
}

/// The most seconds of draining: those of the longest session.
const LONGEST_DRAIN: u64 = 60 * 60;

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.trim().parse().ok().filter(|seconds| *seconds <= LONGEST_DRAIN).map(Duration::from_secs);
    seconds.ok_or_else(|| format!("it is no number of seconds; say 0 for none, or a number up to {LONGEST_DRAIN}"))
}

/// A network, or an address for the network that is it alone. Bits beyond the network's are cut off, as routers do.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network
        .map(|network: IpNet| network.trunc())
        .map_err(|_| "it is no network; say one like 10.0.0.0/8, 2001:db8::/32, or an address".to_owned())
}
