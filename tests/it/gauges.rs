//! The gauges of a server, read as Prometheus reads them. The harness of the fuzzers includes this file.

use prometheus_client::encoding::text::encode;
use sshcard::ssh::metrics::Metrics;

/// The value of a gauge without labels.
///
/// # Panics
///
/// Where the server has no gauge of this name.
pub fn gauge(metrics: &Metrics, name: &str) -> usize {
    let mut text = String::new();
    let encoded = encode(&mut text, metrics.registry());
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    match (encoded, line) {
        (Ok(()), Some(value)) => value,
        _ => panic!("no gauge {name}:\n{text}"),
    }
}
