//! What contributors run: `cargo xtask COMMAND` puts commands with their variables and flags together.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The commands: name, arguments, and what each does.
const COMMANDS: [(&str, &str, &str); 6] = [
    ("check", "", "format, lints and tests: before a commit, some minutes"),
    ("ci", "", "all that a change must pass, as root on Debian: half an hour"),
    ("man", "DIRECTORY", "writes the man pages of sshcard and its commands"),
    ("pictures", "", "draws docs/pictures and the snapshots of the tests anew"),
    ("load", "[ARGS]", "measures arrivals, memory, keys and bytes beside a server that does nothing but SSH"),
    ("fuzz", "TARGET [SECONDS]", "runs a fuzzer (cargo-fuzz, nightly Rust); without a target it lists them"),
];

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check"] => check(),
        ["ci"] => run(Command::new("bash").arg(".ci/run")),
        ["man", directory] => man(directory),
        ["pictures"] => run(cargo(&["test", "--workspace", "--no-fail-fast"]).envs([
            ("UPDATE_PICTURES", "1"),
            ("INSTA_UPDATE", "always"),
            ("INSTA_FORCE_PASS", "1"),
        ])),
        ["load", more @ ..] => run(cargo(&["bench", "--bench", "load", "--", "--floor"]).args(more)),
        ["fuzz"] => list_fuzz_targets(),
        ["fuzz", target] => fuzz(target, "60"),
        ["fuzz", target, seconds] => fuzz(target, seconds),
        _ => {
            println!("{}", usage());
            return if matches!(words.as_slice(), [] | ["help" | "--help"]) {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let width = COMMANDS.iter().map(|(name, arguments, _)| name.len() + arguments.len() + 1).max().unwrap_or(0);
    let line =
        |(name, arguments, about): (&str, &str, &str)| format!("  {:width$}  {about}", format!("{name} {arguments}"));
    let lines: Vec<String> = COMMANDS.into_iter().map(line).collect();
    format!("usage: cargo xtask COMMAND\n\n{}", lines.join("\n"))
}

/// The quick part of what a change must pass.
fn check() -> Result<(), String> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    run(&mut cargo(&["test", "--workspace", "--locked"]))
}

fn man(directory: &str) -> Result<(), String> {
    // From where it was asked for, since cargo runs in the root of the repository.
    let directory = std::path::absolute(directory).map_err(|error| format!("{directory}: {error}"))?;
    run(cargo(&["run", "--quiet", "--locked", "--example", "man", "--"]).arg(directory))
}

fn fuzz(target: &str, seconds: &str) -> Result<(), String> {
    let limit = format!("-max_total_time={seconds}");
    run(Command::new("cargo").args(["+nightly", "fuzz", "run", target, "--", &limit]))
}

fn list_fuzz_targets() -> Result<(), String> {
    run(Command::new("cargo").args(["+nightly", "fuzz", "list"]))
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

/// Runs a command in the root of the repository.
fn run(command: &mut Command) -> Result<(), String> {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let program = command.get_program().to_string_lossy().into_owned();
    match command.current_dir(root).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{program}` ended with {status}")),
        Err(error) => Err(format!("`{program}` cannot be run: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_has_a_line_for_each_command() {
        for (name, _, about) in COMMANDS {
            let line = usage().lines().find(|line| line.trim_start().starts_with(name)).map(str::to_owned);
            assert!(line.is_some_and(|line| line.ends_with(about)), "{name}");
        }
        assert!(usage().lines().all(|line| line.len() <= 120));
    }
}
