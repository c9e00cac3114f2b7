//! Writes the man pages of `sshcard` and of each of its commands into a directory: `cargo xtask man DIRECTORY`.

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = env::args_os().nth(1).ok_or("usage: man DIRECTORY")?;
    fs::create_dir_all(&directory)?;
    clap_mangen::generate_to(sshcard::cli::definition(), directory)?;
    Ok(())
}
