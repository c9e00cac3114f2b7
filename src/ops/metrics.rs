//! The counts, in the two text formats that Prometheus reads.
//!
//! What is counted is counted where it happens, in [`crate::ssh::records`]; here it is only read, when somebody asks.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, prometheus_text, text},
    metrics::{TypedMetric, counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};

use super::process::Process;
use crate::ssh::{
    records::{Closed, Tally},
    watch::Watch,
};

/// A format of metrics. The two differ in the metadata of a counter, whose name ends in `_total` in the text format
/// alone, and in the end of the document, which is marked in `OpenMetrics` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exposition {
    /// `OpenMetrics` 1.0, for clients that ask for it.
    OpenMetrics,
    /// The text format 0.0.4 of Prometheus.
    Text,
}

impl Exposition {
    /// The media type.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Text => prometheus_text::CONTENT_TYPE,
        }
    }
}

/// The counts of one server.
#[derive(Debug)]
pub(super) struct Metrics(Registry);

impl Metrics {
    /// What `watch` sees. The process counts as started now.
    pub(super) fn new(watch: Watch) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Seen { watch, started }));
        Self(registry)
    }

    /// All counts as they are now. It may read from the system.
    pub(super) fn write(&self, exposition: Exposition) -> String {
        let mut text = String::new();
        // Nothing fails that writes to a string.
        let _ = match exposition {
            Exposition::OpenMetrics => text::encode(&mut text, &self.0),
            Exposition::Text => prometheus_text::encode(&mut text, &self.0),
        };
        text
    }
}

#[derive(Debug)]
struct Seen {
    watch: Watch,
    /// When the process started, in seconds since 1970.
    started: u64,
}

impl Collector for Seen {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let records = self.watch.records();
        let mut to = To(encoder);
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        to.labelled("sshcard_build_info", "The program that runs", ConstGauge::new(1_u64), version)?;

        to.gauge("sshcard_connections", "Connections that there are", self.watch.connections() as u64)?;
        let unauthenticated = self.watch.unauthenticated() as u64;
        to.gauge("sshcard_connections_unauthenticated", "Connections that are not let in yet", unauthenticated)?;
        to.count("sshcard_connections_accepted", "Connections that came", records.accepted.get())?;
        to.tally("sshcard_connections_refused", "Connections that were refused", "reason", &records.refused)?;
        to.tally(
            "sshcard_connections_authenticated",
            "Connections that were let in",
            "method",
            &records.authenticated,
        )?;
        to.tally("sshcard_connections_ended", "Connections that ended and were not refused", "reason", &records.ended)?;
        to.count("sshcard_accept_errors", "Connections that could not be accepted", records.accept_errors.get())?;

        to.count("sshcard_channels_refused", "Channels that were one too many", records.channels_refused.get())?;
        to.count("sshcard_channels_unused", "Channels on which nothing was asked for", records.channels_unused.get())?;

        to.gauge("sshcard_sessions", "Sessions that there are", records.sessions_now())?;
        to.tally("sshcard_sessions_started", "Sessions that began", "kind", &records.sessions)?;
        to.tally("sshcard_sessions_ended", "Sessions that ended", "reason", &records.sessions_ended)?;

        to.count("sshcard_panics", "Faults that each ended a session or a connection", records.panics.get())?;
        to.count("sshcard_received_bytes", "Bytes that came from clients", records.received.get())?;
        to.count("sshcard_sent_bytes", "Bytes that went to clients", records.sent.get())?;

        let process = Process::read();
        let computed = ConstCounter::new(process.computed);
        to.one("process_cpu_seconds", "Time on processors, in user and kernel mode", &computed)?;
        to.gauge("process_start_time_seconds", "When the process started, since 1970", self.started)?;
        for (name, help, value) in [
            ("process_resident_memory_bytes", "Memory that is in use", process.resident),
            ("process_open_fds", "File descriptors that are open", process.open),
            ("process_max_fds", "File descriptors that may be open", process.most_open),
        ] {
            if let Some(value) = value {
                to.gauge(name, help, value)?;
            }
        }
        Ok(())
    }
}

/// What is written to.
struct To<'a>(DescriptorEncoder<'a>);

impl To<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.one(name, help, &ConstGauge::new(value))
    }

    /// A count from the process's start; `_total` is added to its name.
    fn count(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.one(name, help, &ConstCounter::new(value))
    }

    fn one<M: EncodeMetric + TypedMetric>(&mut self, name: &str, help: &str, metric: &M) -> fmt::Result {
        metric.encode(self.0.encode_descriptor(name, help, None, M::TYPE)?)
    }

    fn labelled<M: EncodeMetric + TypedMetric>(
        &mut self,
        name: &str,
        help: &str,
        metric: M,
        labels: [(&str, &str); 1],
    ) -> fmt::Result {
        metric.encode(self.0.encode_descriptor(name, help, None, M::TYPE)?.encode_family(&labels)?)
    }

    /// A count for each member of a set: each is there from the start, so that its first time is seen as a rise from 0.
    fn tally<T: Closed>(&mut self, name: &str, help: &str, label: &str, tally: &Tally<T>) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, ConstCounter::<u64>::TYPE)?;
        for (member, count) in tally.each() {
            ConstCounter::new(count).encode(family.encode_family(&[(label, member.name())])?)?;
        }
        Ok(())
    }
}
