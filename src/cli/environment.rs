//! The environment variables that set options: their names, and the messages about wrong ones.

use std::{env, ffi::OsStr};

use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::profile::characters::{alternatives, nearest};

/// What the name of every variable begins with.
const PREFIX: &str = "SSHCARD_";

/// Looks for variables that begin as ours do and are none, so that a spelling mistake does not go unnoticed.
pub(super) fn check_names(definition: &Command) -> Result<(), Error> {
    let known: Vec<&str> = definition.get_opts().filter_map(|arg| arg.get_env()?.to_str()).collect();
    let words: Vec<String> = known.iter().filter_map(|name| Some(name.strip_prefix(PREFIX)?.to_lowercase())).collect();
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let Some(word) = name.strip_prefix(PREFIX).filter(|_| !known.contains(&&*name)) else { continue };
        let meant = match nearest(word, words.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{PREFIX}{}`?", near.to_uppercase()),
            None => format!("it can be {};", alternatives(known.iter().copied())),
        };
        let line = format!("there is no variable `{}`; {meant} rename or unset it\n", name.escape_debug());
        return Err(Error::raw(ErrorKind::UnknownArgument, line));
    }
    Ok(())
}

/// An error of a value that a variable has is told of the variable, where clap tells of the flag.
pub(super) fn naming_the_variable(mut error: Error, command: &Command) -> Error {
    if error.kind() == ErrorKind::InvalidUtf8 {
        let is_text = |name: &&OsStr| env::var_os(name).is_none_or(|value| value.to_str().is_some());
        if let Some(name) = command.get_opts().filter_map(Arg::get_env).find(|name| !is_text(name)) {
            let line = format!("the value of `{}` is not UTF-8; set it anew\n", name.to_string_lossy());
            return Error::raw(ErrorKind::InvalidUtf8, line);
        }
    }
    if let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg)
        && let Some(flag) = shown.strip_prefix("--").and_then(|shown| shown.split(' ').next())
        && let Some(arg) = command.get_opts().find(|arg| arg.get_long() == Some(flag))
        && let Some(variable) = arg.get_env().filter(|name| env::var_os(name).is_some())
    {
        let variable = ContextValue::String(variable.to_string_lossy().into_owned());
        error.insert(ContextKind::InvalidArg, variable);
    }
    error
}
