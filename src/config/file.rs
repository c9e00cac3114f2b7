//! `sshcard.toml`.

use std::{ffi::OsString, fs, io::ErrorKind, ops::Range, path::PathBuf};

use toml::de::{DeTable, DeValue};

use super::{Origin, Said, Setting, clean, nearest};

/// The file that is read when none is named, if it is there.
const DEFAULT: &str = "sshcard.toml";

/// What the file says. `named` is a file that must be there, and what named it.
pub(super) fn read(named: Option<(PathBuf, Origin)>, wrong: &mut Vec<String>) -> Vec<Said> {
    let (path, origin) = match named {
        Some((path, origin)) => (path, Some(origin)),
        None => (DEFAULT.into(), None),
    };
    match fs::read_to_string(&path) {
        Ok(text) => File { path, text: &text }.read(wrong),
        Err(error) if error.kind() == ErrorKind::NotFound && origin.is_none() => Vec::new(),
        Err(error) => {
            let said = origin.map(|origin| format!("{origin}: ")).unwrap_or_default();
            wrong.push(format!("{said}{} cannot be read: {error}", path.display()));
            Vec::new()
        }
    }
}

struct File<'a> {
    path: PathBuf,
    text: &'a str,
}

impl File<'_> {
    fn read(&self, wrong: &mut Vec<String>) -> Vec<Said> {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                let origin = self.origin(&error.span().unwrap_or_default());
                wrong.push(format!("{origin}: {}", clean(error.message())));
                return Vec::new();
            }
        };
        let mut said = Vec::new();
        for (key, value) in table.get_ref() {
            let name = key.get_ref().as_ref();
            let Some(setting) = Setting::named(name) else {
                let nearest = nearest(name, Setting::ALL.map(Setting::name));
                let origin = self.origin(&key.span());
                wrong.push(format!("{origin}: there is no setting \"{}\"; the nearest is {nearest}", clean(name)));
                continue;
            };
            let origin = self.origin(&value.span());
            match values(setting, value.get_ref()) {
                Ok(values) => said.push(Said { setting, values, origin }),
                Err(what) => wrong.push(format!("{origin}: {name} {what}")),
            }
        }
        said
    }

    /// Where a range of bytes begins: line and column, counted from 1, the column in characters.
    fn origin(&self, span: &Range<usize>) -> Origin {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Origin::File { path: self.path.clone(), line, column }
    }
}

/// A setting's value as it would stand on the command line, or what it should have been.
fn values(setting: Setting, value: &DeValue<'_>) -> Result<Vec<OsString>, &'static str> {
    match (setting, value) {
        (Setting::Listen, DeValue::Array(items)) => {
            let items: Option<Vec<_>> = items.iter().map(|item| item.get_ref().as_str().map(OsString::from)).collect();
            items
                .filter(|items| !items.is_empty())
                .ok_or("takes addresses, like [\"[::]:2222\"]; leave it out for the default")
        }
        (Setting::MaxConnections | Setting::MaxPerAddress, DeValue::Integer(number)) if number.radix() == 10 => {
            Ok(vec![number.as_str().replace('_', "").into()])
        }
        (Setting::MaxConnections | Setting::MaxPerAddress, _) => Err("takes a number, like 10, without quotes"),
        (_, DeValue::String(text)) => Ok(vec![text.as_ref().into()]),
        (Setting::Listen, _) => Err("takes addresses, like [\"[::]:2222\"]"),
        (Setting::Log, _) => Err("takes \"text\" or \"json\""),
        (Setting::Profile | Setting::Keys, _) => Err("takes a directory, like \"/srv/card\""),
    }
}
