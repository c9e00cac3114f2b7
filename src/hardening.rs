//! Keeps the host key in this process: no other process may read its memory, and no core is dumped.

use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Switches off core dumps, and on Linux also that another process of the same user looks into this one's memory, by
/// ptrace(2) or `/proc/PID/mem` (prctl(2), `PR_SET_DUMPABLE`). Root still can. To be called before the host key is
/// read.
///
/// # Errors
///
/// The system refuses, as nothing but a sandbox around the program makes it do.
pub(crate) fn protect_memory() -> Result<()> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).context("cannot switch off core dumps")?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("cannot keep other processes out of this one's memory")?;
    Ok(())
}
