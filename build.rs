//! Tells the program its commit and day, where they are known: from the variable `SSHCARD_BUILD` (`COMMIT DAY`), or in
//! a release that is built in a checkout, from git. Otherwise the program tells its version alone.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo:rerun-if-env-changed=SSHCARD_BUILD");
    let given = env::var("SSHCARD_BUILD").ok().filter(|given| !given.is_empty());
    // A build for tests goes without, since each commit would build everything again.
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if let Some(build) = given.or_else(|| if is_release { of_git() } else { None }) {
        // `cargo run` gives the variable to the program, too, which refuses variables that begin as its own do.
        println!("cargo:rustc-env=BUILD_VERSION={} ({build})", env!("CARGO_PKG_VERSION"));
    }
}

/// The commit with a mark if files differ from it, and its day; `None` where this is no checkout.
fn of_git() -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().ok()?;
    // A package that was unpacked somewhere in another project's checkout is none of its commits.
    if Path::new(&git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()? != here {
        return None;
    }
    for file in ["HEAD", "logs/HEAD"] {
        println!("cargo:rerun-if-changed={}", git(&["rev-parse", "--git-path", file])?);
    }
    for file in ["build.rs", "Cargo.toml", "Cargo.lock", "src", "crates", "locales"] {
        println!("cargo:rerun-if-changed={file}");
    }
    let commit = git(&["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])?;
    Some(format!("{commit} {}", git(&["show", "--no-patch", "--format=%cs"])?))
}

fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?.trim().to_owned();
    (said.status.success() && !text.is_empty()).then_some(text)
}
