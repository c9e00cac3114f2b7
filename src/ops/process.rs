//! What the system says of this process, under the names that Prometheus' own libraries have for it. It is read when it is asked
//! for: a container that holds one program has nothing else in it that could tell.

use std::fs;

use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

/// What could be read; where the system does not tell, as outside of Linux, nothing.
#[derive(Debug, Default)]
pub(super) struct Process {
    /// Seconds that processors have worked for it, in user and kernel mode.
    pub(super) computed: f64,
    /// Bytes of memory that are in use.
    pub(super) resident: Option<u64>,
    /// File descriptors that are open, and how many may be.
    pub(super) open: Option<u64>,
    pub(super) most_open: Option<u64>,
}

impl Process {
    /// Reads it. It takes some system calls, and waits for no disk.
    pub(super) fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        // One of those that are counted is for counting.
        let open = fs::read_dir("/proc/self/fd").map(|list| (list.count() as u64).saturating_sub(1));
        let computed = clock_gettime(ClockId::ProcessCPUTime);
        Self {
            computed: computed.tv_sec as f64 + computed.tv_nsec as f64 / 1e9,
            resident: resident(&status),
            open: open.ok(),
            most_open: getrlimit(Resource::Nofile).current,
        }
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

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_somewhere_between_nothing_and_all() {
        let before = Process::read();
        let _file = fs::File::open("/proc/self/status").unwrap();
        assert!(before.resident.is_some_and(|bytes| bytes > 100_000));
        // Other tests open and close files meanwhile.
        assert!(before.open.is_some_and(|open| open >= 3));
        assert!(before.most_open.is_none_or(|most| before.open.is_some_and(|open| open <= most)));
    }
}
