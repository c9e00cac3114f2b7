//! Memory that a crowd needed, given back to the system when it has left.

/// Gives back what the allocator keeps of memory that was freed. glibc keeps it for the next crowd, which may never come;
/// other allocators see to it themselves, and there this does nothing. It takes some milliseconds for each 100 MB.
#[allow(unsafe_code, reason = "there is no other way to ask; the one exception in this program")]
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: malloc_trim(3) takes any number, may be called at any time from any thread, and touches no memory in use.
    unsafe {
        libc::malloc_trim(0);
    }
}
