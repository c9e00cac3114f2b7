//! Metrics of this process as the system reports them, under the names that the client libraries of Prometheus use.
//! They are read at each scrape, since a container that holds a single program has no other exporter.

use std::{
    fmt, fs,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
};
use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

/// This process. What the system does not tell, as outside of Linux, is left out.
#[derive(Debug)]
pub(super) struct Process {
    /// When it started, in seconds since 1970.
    started: u64,
}

impl Process {
    /// The process, which counts as started now.
    pub(super) fn new() -> Self {
        Self { started: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() }
    }
}

impl Collector for Process {
    /// Reads it. It takes some system calls, and waits for no disk.
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut one = |name: &str, help: &str, metric: &dyn EncodeMetric| {
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)
        };
        let computed = clock_gettime(ClockId::ProcessCPUTime);
        let computed = ConstCounter::new(computed.tv_sec as f64 + computed.tv_nsec as f64 / 1e9);
        one("process_cpu_seconds", "Time on processors, in user and kernel mode.", &computed)?;
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        // One of those that are counted is for counting.
        let open = fs::read_dir("/proc/self/fd").map(|list| (list.count() as u64).saturating_sub(1));
        for (name, help, value) in [
            ("process_start_time_seconds", "When the process started, since 1970.", Some(self.started)),
            ("process_resident_memory_bytes", "Memory that is in use.", resident(&status)),
            ("process_open_fds", "File descriptors that are open.", open.ok()),
            ("process_max_fds", "File descriptors that may be open.", getrlimit(Resource::Nofile).current),
        ] {
            if let Some(value) = value {
                one(name, help, &ConstGauge::new(value))?;
            }
        }
        Ok(())
    }
}

/// The resident memory in bytes, from `/proc/self/status` (`proc_pid_status(5)`): `VmRSS:    12345 kB`.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(resident("VmPeak:\t   90000 kB\nVmRSS:\t   12345 kB\nThreads:\t3\n"), Some(12_641_280));
        for other in ["", "VmRSS:\t many kB", "VmRSS:\t 5 pages", "VmRSS:\t99999999999999999999 kB"] {
            assert_eq!(resident(other), None);
        }
    }
}
