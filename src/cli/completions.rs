//! Completion scripts for shells.

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
        Shell::Fish => {
            generate(Fish, &mut definition, &name, &mut script);
            script.extend(values_for_fish(&definition).into_bytes());
        }
    }
    script
}

/// What the generator for fish leaves out: the values of arguments that are no options.
fn values_for_fish(definition: &clap::Command) -> String {
    let program = definition.get_name();
    let lines = definition.get_subcommands().filter_map(|command| {
        let values = command.get_positionals().flat_map(clap::Arg::get_possible_values);
        let values: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        let within = format!("__fish_{program}_using_subcommand {}", command.get_name());
        let line = format!("complete -c {program} -n \"{within}\" -f -a \"{}\"\n", values.join(" "));
        (!values.is_empty()).then_some(line)
    });
    lines.collect()
}
