//! `sshcard.toml`.

use std::path::{Path, PathBuf};

use toml::Spanned;

use super::{Origin, Said, Setting};
use crate::profile::{
    problem::Problem,
    source::{Reader, Written},
};

/// The file that is read when none is named, if it is there.
const DEFAULT: &str = "sshcard.toml";

/// The longest text of a setting: the longest path that Linux knows (`PATH_MAX`).
const LONGEST: usize = 4096;

/// The most addresses to listen on, or networks to come from: more than any machine has that serves a card, and than the
/// networks of any provider's load balancers.
const ADDRESSES: usize = 64;

/// What the file says. `named` is a file that must be there, and what named it.
pub(super) fn read(named: Option<(PathBuf, Origin)>, wrong: &mut Vec<String>) -> Vec<Said> {
    let (path, origin) = match named {
        Some((path, origin)) => (path, Some(origin)),
        None => (DEFAULT.into(), None),
    };
    let written = match Written::open(&path) {
        Ok(Some(written)) => written,
        Ok(None) => {
            if let Some(origin) = origin {
                wrong.push(format!("{origin}: there is no file {}; make it, or name another", path.display()));
            }
            return Vec::new();
        }
        Err(problems) => {
            wrong.extend(problems.iter().map(line));
            return Vec::new();
        }
    };
    let said = settings(&path, &written);
    if let Err(problems) = written.finish() {
        wrong.extend(problems.iter().map(line));
        if !problems.is_complete() {
            wrong.push(format!("{}: {}", path.display(), problems.summary()));
        }
    }
    said
}

/// The settings that are there and of the right type; what is wrong with the others is noted.
fn settings(path: &Path, written: &Written) -> Vec<Said> {
    let mut reader = Reader::new(written);
    let mut said = Vec::new();
    for setting in Setting::ALL {
        let values: Vec<Spanned<String>> = match setting {
            Setting::Listen | Setting::ProxyFrom => reader.line_or_list(setting.name(), ADDRESSES, LONGEST),
            Setting::Profile | Setting::Keys | Setting::HostKey | Setting::Log | Setting::Ops => {
                reader.line(setting.name(), LONGEST).into_iter().collect()
            }
            Setting::MaxConnections | Setting::MaxPerAddress => reader
                .number(setting.name(), 0..=u32::MAX.into())
                .map(|number| Spanned::new(number.span(), number.get_ref().to_string()))
                .into_iter()
                .collect(),
        };
        if let Some(first) = values.first() {
            let place = Problem::at(path, written.text(), first.span(), "", "").place;
            let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
            let origin = Origin::File { path: path.to_owned(), line, column };
            said.push(Said { setting, values: values.iter().map(|value| value.get_ref().into()).collect(), origin });
        }
    }
    reader.finish();
    said
}

/// A problem in the form that flags and variables have.
fn line(problem: &Problem) -> String {
    let file = problem.file.display();
    match &problem.place {
        Some(place) => format!("{file}:{}:{}: {}; {}", place.line, place.column, problem.message, problem.remedy),
        None => format!("{file}: {}; {}", problem.message, problem.remedy),
    }
}
