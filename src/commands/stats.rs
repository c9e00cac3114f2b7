//! `sshcard stats`: reads the server's metrics and prints the counts for the owner.

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use chrono::DateTime;
use sshcard::ssh::metrics::SessionKind;

/// Where metrics are served when nothing says so, as `--ops 9222` does.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9222);

/// How long the server may take to answer, and the longest answer: it has some kilobytes.
const READ_TIMEOUT: Duration = Duration::from_secs(5);
const LONGEST: u64 = 1024 * 1024;

/// Prints what came since the server at this address started.
pub(super) fn run(address: Option<SocketAddr>) -> Result<ExitCode> {
    let mut address = address.unwrap_or(USUAL);
    // A server that listens on all addresses is asked on the loopback interface.
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => (),
    }
    let metrics = metrics(address)
        .with_context(|| format!("no metrics at {address}; start the server with --ops, or name the address"))?;
    write!(io::stdout(), "{}", told(&metrics)).context("cannot print")?;
    Ok(ExitCode::SUCCESS)
}

/// The metrics in the text format of Prometheus.
fn metrics(address: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, READ_TIMEOUT)?;
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("it does not speak HTTP")?;
    ensure!(head.split(' ').nth(1) == Some("200"), "it answers {:?}", head.lines().next().unwrap_or_default());
    Ok(body.to_owned())
}

/// What the metrics say of visitors, in lines.
fn told(metrics: &str) -> String {
    let of_kinds = |is_wanted: fn(SessionKind) -> bool| {
        let mut sessions = by_label(metrics, "sshcard_sessions_started_total");
        sessions.retain(|kind, _| SessionKind::named(kind).is_some_and(is_wanted));
        with_counts(&sessions)
    };
    let refused = by_label(metrics, "sshcard_connections_refused_total");
    let sum = |name: &str| by_label(metrics, name).values().sum::<u64>();
    let since = i64::try_from(sum("process_start_time_seconds")).ok().and_then(|at| DateTime::from_timestamp(at, 0));
    let since = since
        .filter(|at| at.timestamp() > 0)
        .map_or_else(String::new, |at| format!("since       {}\n", at.format("%Y-%m-%d %H:%M UTC")));
    format!(
        "{since}visitors    {}\nlooked at   {}\ntook away   {}\nrefused     {}\nhere now    {}\n",
        sum("sshcard_connections_authenticated_total"),
        of_kinds(SessionKind::is_looked_at),
        of_kinds(SessionKind::is_taken_away),
        with_counts(&refused),
        sum("sshcard_connections") - sum("sshcard_connections_unauthenticated").min(sum("sshcard_connections")),
    )
}

/// The counts of this name that are not 0, by the value of their only label; `""` where there is none.
fn by_label<'m>(metrics: &'m str, name: &str) -> BTreeMap<&'m str, u64> {
    let of_line = |line: &'m str| {
        let (label, value) = line.strip_prefix(name)?.rsplit_once(' ')?;
        let label = if label.is_empty() { label } else { label.strip_prefix('{')?.split('"').nth(1)? };
        Some((label, value.parse::<f64>().ok()? as u64))
    };
    metrics.lines().filter_map(of_line).filter(|(_, count)| *count > 0).collect()
}

/// Counts, the greatest first: `page 12, plain 3`.
fn with_counts(counts: &BTreeMap<&str, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by(|one, other| other.1.cmp(one.1));
    let counts: Vec<_> = counts.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_told_in_lines() {
        let metrics = "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1796000000\n\
                       sshcard_connections 3\nsshcard_connections_unauthenticated 1\n\
                       sshcard_connections_unauthenticated_limit 100\n\
                       sshcard_connections_authenticated_total{method=\"none\"} 40\n\
                       sshcard_connections_authenticated_total{method=\"publickey\"} 2\n\
                       sshcard_sessions_started_total{kind=\"page\"} 30\nsshcard_sessions_started_total{kind=\"plain\"} 0\n\
                       sshcard_sessions_started_total{kind=\"vcard\"} 2\nsshcard_sessions_started_total{kind=\"sftp\"} 5\n\
                       sshcard_sessions_started_total{kind=\"help\"} 4\n\
                       sshcard_connections_refused_total{reason=\"rate\"} 7\n";
        let expected = "since       2026-11-30 00:53 UTC\nvisitors    42\nlooked at   page 30\ntook away   sftp 5, vcard 2\n\
                        refused     rate 7\nhere now    2\n";
        assert_eq!(told(metrics), expected);
        assert_eq!(told("").lines().nth(1), Some("looked at   nothing"));
    }
}
