//! What makes a shell complete the command line.

use clap::ValueEnum;
use clap_complete::{
    generate,
    shells::{Bash, Fish, Zsh},
};

/// A shell that is told how to complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "they are the shells of these names")]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// What makes `shell` complete the commands and options, as `definition` has them.
#[must_use]
pub fn completions(shell: Shell, mut definition: clap::Command) -> Vec<u8> {
    let mut script = Vec::new();
    let name = definition.get_name().to_owned();
    match shell {
        Shell::Bash => generate(Bash, &mut definition, name, &mut script),
        Shell::Zsh => generate(Zsh, &mut definition, name, &mut script),
        Shell::Fish => generate(Fish, &mut definition, name, &mut script),
    }
    script
}
