//! The system calls that a confined server may not make. A refused call returns an error and does not kill the process:
//! a new C library that tries one falls back to another, or only the operation in question fails.
//!
//! The list names what is refused and not what is permitted. With a list of permitted calls, a call that the next
//! version of the C library makes in place of another would be an outage.

use std::{collections::BTreeMap, env::consts::ARCH};

use anyhow::Result;
use nix::libc::{self, CLONE_THREAD, ENOSYS, EPERM, SOCK_DGRAM, SOCK_SEQPACKET, c_long};
use seccompiler::{
    BpfProgram, SeccompAction,
    SeccompCmpArgLen::{self, Dword, Qword},
    SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, apply_filter,
};

/// Fail with `EPERM`.
const REFUSED: &[c_long] = &[
    // Programs and processes; threads are permitted below.
    libc::SYS_execve,
    libc::SYS_execveat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    // Connections: every socket that is needed is open. `accept` makes those of visitors.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    // These can name another address, and nothing here uses them: bytes are sent with `send` and `write`.
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // Other processes: their memory, their descriptors.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    // What files are apart from what is in them, for which Landlock has no right (landlock(7), "Current limitations").
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    FCHMODAT2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    libc::SYS_utimensat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
    // Ways around what Landlock holds, and parts of the kernel in which faults were often found.
    libc::SYS_open_by_handle_at,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
];

/// `fchmodat2`, which has this number on all architectures (Linux 6.6), and no name in some versions of libc.
const FCHMODAT2: c_long = 452;

/// Fail with `ENOSYS`, as on a kernel that does not have them: callers fall back to calls that a filter can judge. The
/// flags of `clone3` are in memory, where no filter sees them; `io_uring` does what other calls do, past the filter.
const UNKNOWN: &[c_long] =
    &[libc::SYS_clone3, libc::SYS_io_uring_setup, libc::SYS_io_uring_enter, libc::SYS_io_uring_register];

/// x32, a second numbering of the same calls on x86-64: this bit is set (`asm/unistd_x32.h`), and some calls have
/// numbers of their own, here those of `execve`, `ptrace`, `sendmsg`, `sendmmsg`, `process_vm_readv`,
/// `process_vm_writev` and `execveat`. No C library of a 64-bit program uses it.
#[cfg(target_arch = "x86_64")]
mod x32 {
    pub(super) const BIT: i64 = 0x4000_0000;
    pub(super) const OWN: [i64; 7] = [520, 521, 518, 538, 539, 540, 545];
}

/// The bits of a socket's type that are no flags (`SOCK_TYPE_MASK` of Linux).
const TYPE: u64 = 0xf;

/// Refuses the calls to this thread and those that it starts.
///
/// # Errors
///
/// The kernel does not take a filter.
pub(super) fn give_up() -> Result<()> {
    let whole = |calls: &[c_long]| calls.iter().map(|call| (*call, Vec::new())).collect::<BTreeMap<_, _>>();
    let mut refused = whole(REFUSED);
    let datagrams = [SOCK_DGRAM, SOCK_SEQPACKET].map(|kind| rule(1, Dword, SeccompCmpOp::MaskedEq(TYPE), kind as u64));
    refused.extend([
        // What is no thread of this process.
        (libc::SYS_clone, vec![rule(0, Dword, SeccompCmpOp::MaskedEq(CLONE_THREAD as u64), 0)?]),
        // To an address that the call names. `send` names none.
        (libc::SYS_sendto, vec![rule(4, Qword, SeccompCmpOp::Ne, 0)?]),
        // A datagram can go to any socket of this machine. A stream, which wakes the runtime, stays in the process.
        (libc::SYS_socketpair, datagrams.into_iter().collect::<Result<_>>()?),
    ]);
    #[cfg(target_arch = "x86_64")]
    {
        let calls: Vec<i64> = refused.keys().copied().chain(UNKNOWN.iter().copied()).chain(x32::OWN).collect();
        refused.extend(calls.into_iter().map(|call| (call | x32::BIT, Vec::new())));
    }
    install(refused, EPERM)?;
    install(whole(UNKNOWN), ENOSYS)
}

/// A rule that matches calls whose argument number `argument` (from 0) compares to `value` by `operator`.
fn rule(argument: u8, length: SeccompCmpArgLen, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule> {
    Ok(SeccompRule::new(vec![SeccompCondition::new(argument, length, operator, value)?])?)
}

/// Makes these calls fail with `error`: all of them that have no rules, and of the others those for which one holds.
fn install(calls: BTreeMap<c_long, Vec<SeccompRule>>, error: i32) -> Result<()> {
    let fails = SeccompAction::Errno(error as u32);
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, fails, ARCH.try_into()?)?;
    apply_filter(&BpfProgram::try_from(filter)?)?;
    Ok(())
}
