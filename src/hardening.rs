//! Limits of the process: other processes cannot read its memory, and it dumps no core, since its memory holds the host
//! key. The limit of open files is raised as far as the system permits.

use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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

/// Raises the soft limit of open files to the hard one, since each visitor takes one: the limit now; `None` where there
/// is none.
pub(crate) fn raise_open_files() -> Option<u64> {
    let found = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: found.maximum, maximum: found.maximum };
    // macOS refuses some hard limits as soft ones; then it stays as it is.
    if setrlimit(Resource::Nofile, raised).is_ok() { found.maximum } else { found.current }
}
