//! Commands that are meant for a shell. On a terminal they come from wrappers of `ssh` (kitty's `kitten ssh`, Warp's)
//! or from a setting (`RemoteCommand tmux new -A`), while the visitor typed `ssh HOST` and expects the page.

/// As much of a command is looked at, in bytes: the wrappers' scripts have thousands, and say what they are at once.
const LOOKED_AT: usize = 256;

const SHELLS: [&str; 17] = [
    "ash", "bash", "csh", "dash", "elvish", "fish", "ksh", "mksh", "nu", "oksh", "pwsh", "rc", "sh", "tcsh", "xonsh",
    "yash", "zsh",
];

/// Programs that keep shells running on a terminal.
const MULTIPLEXERS: [&str; 5] = ["byobu", "dtach", "screen", "tmux", "zellij"];

/// Words of the shell's own with which a script for it may begin (POSIX, Shell Command Language, sections 2.9.4 and
/// 2.14; and utilities that do nothing outside of a shell).
const WORDS: [&str; 26] = [
    ".", ":", "[", "[[", "alias", "case", "cd", "command", "eval", "exec", "export", "for", "hash", "if", "set",
    "source", "stty", "test", "trap", "type", "ulimit", "umask", "unset", "until", "while", "{",
];

/// Whether a command is one for a shell: its first word is a shell or of a shell's language. Before that word variables
/// may be set, with or without `env`.
pub(super) fn is_for_a_shell(command: &[u8]) -> bool {
    let text = String::from_utf8_lossy(command.get(..LOOKED_AT).unwrap_or(command));
    let mut words =
        text.split_ascii_whitespace().skip_while(|word| is_assignment(word) || is_env(word) || word.starts_with('-'));
    let Some(word) = words.next() else { return false };
    let name = word.rsplit('/').next().unwrap_or_default().trim_end_matches(';');
    SHELLS.contains(&name) || MULTIPLEXERS.contains(&name) || WORDS.contains(&name)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()))
}

fn is_env(word: &str) -> bool {
    word.rsplit('/').next() == Some("env")
}
