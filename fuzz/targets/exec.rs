#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sshcard_fuzz::exec(data));
