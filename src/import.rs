//! A JSON Resume as the files of a profile: version 1 of the schema (<https://jsonresume.org/schema>), and what is
//! found in its place. What no key of the profile holds is carried under `extra`, so that [`formats`](crate::formats)
//! give it back. The table of the keys is in docs/profile.md.

use std::path::Path;

use serde_json::Value;

mod basics;
mod dates;
mod entry;
mod fields;
mod json;
mod report;
mod resume;
mod syntax;

pub use report::Report;

use fields::Fields;

use crate::{
    document::Extra,
    formats::json_resume::{
        SCHEMA, VERSION,
        shape::{SHAPES, Shape},
    },
    profile::{self, Diagnostic, Diagnostics, LONGEST_FILE, Loaded, Vocabulary, limits::ENTRIES},
    scaffold::{NewFile, writer},
};

/// What a resume becomes.
#[derive(Debug)]
pub struct Imported {
    /// The files of the profile: card.toml first.
    pub files: Vec<NewFile>,
    /// What the owner should know.
    pub report: Report,
}

/// Loads a resume as it would be loaded from the files that are made of it; none is written. What of it is on the card
/// in another form, or not at all, is a warning.
///
/// # Errors
///
/// The file is no JSON Resume, or what is made of it does not load.
pub fn load(path: &Path, vocabulary: &Vocabulary<'_>) -> Result<Loaded, Diagnostics> {
    let Imported { files, report } = import(path)?;
    let texts = files.iter().map(|file| (file.name.as_str(), file.text.as_str()));
    let mut loaded = profile::load_texts(path, texts, vocabulary)?;
    for line in report.in_lines() {
        let remedy = "`sshcard import` writes the files of a profile, in which it can be changed";
        loaded.warnings.push(Diagnostic::with_file(path, line, remedy).as_warning());
    }
    Ok(loaded)
}

/// Reads a resume and makes the files of a profile.
///
/// # Errors
///
/// The file cannot be read, is no JSON Resume, or is larger than one is.
pub fn import(path: &Path) -> Result<Imported, Diagnostics> {
    let (resume, report) = resume::read(path)?;
    let imported = files(resume, report);
    match imported.files.iter().find(|file| file.text.len() as u64 > LONGEST_FILE) {
        None => Ok(imported),
        Some(file) => {
            let most = LONGEST_FILE / 1024;
            let message = format!("{} would be longer than the {most} KiB that a profile's file may have", file.name);
            Err(Diagnostic::with_file(path, message, "shorten what is imported").into())
        }
    }
}

fn files(resume: Extra, mut report: Report) -> Imported {
    let mut resume = Fields::new("", without_defaults(resume, &mut report));
    let mut pages = Vec::new();
    let card = basics::card(&mut resume, &mut report);
    pages.extend(card.about.map(|text| NewFile { name: "about.md".into(), text: text + "\n" }));
    for shape in &SHAPES {
        let (page, carried) = page(shape, &mut resume, &mut report);
        pages.extend(page);
        if !carried.is_empty() {
            resume.carry(shape.list, carried.into());
        }
    }
    let mut toml = card.toml;
    let extra = resume.finish(&mut report);
    if !extra.is_empty() {
        toml.raw(EXTRA);
        for (key, value) in extra {
            match value {
                // Key by key they are easier to read.
                Value::Object(fields) => toml.extra(&format!("{}.", writer::key(&key)), &fields),
                value => toml.extra("", &Extra::from_iter([(key, value)])),
            }
        }
    }
    let mut files = vec![NewFile { name: "card.toml".into(), text: toml.finish() }];
    files.append(&mut pages);
    Imported { files, report }
}

/// A resume without what every one says that is printed here.
fn without_defaults(mut resume: Extra, report: &mut Report) -> Extra {
    if resume.get("$schema").is_some_and(|schema| !schema.is_string() || schema == SCHEMA) {
        resume.remove("$schema");
    }
    if resume.get("meta").is_some_and(|meta| !meta.is_object()) {
        report.note("meta", "it is no object, and was left out");
        resume.remove("meta");
    }
    if let Some(Value::Object(meta)) = resume.get_mut("meta") {
        if meta.get("version").is_some_and(|version| !version.is_string() || version == VERSION) {
            meta.remove("version");
        }
        if meta.is_empty() {
            resume.remove("meta");
        }
    }
    resume
}

const EXTRA: &str = "
# What the resume says and the card has no key for. It is shown nowhere and comes back in `sshcard print json`.
# What you add to this file belongs above this line.
[extra]";

/// The page of a list, and what of the list is carried because it cannot be an entry.
fn page(shape: &Shape, resume: &mut Fields, report: &mut Report) -> (Option<NewFile>, Vec<Value>) {
    let mut carried = Vec::new();
    let mut entries = String::new();
    let mut count = 0;
    for (index, value) in resume.values(shape.list).into_iter().enumerate() {
        let path = format!("{}[{index}]", shape.list);
        let entry = if count < ENTRIES { entry::entry(shape, &path, value, report) } else { Err(value) };
        match entry {
            Ok(entry) => {
                entries.push_str(&entry);
                count += 1;
            }
            Err(value) => {
                let why = if count < ENTRIES {
                    format!("it has neither `{}` nor `{}`", shape.name, shape.other)
                } else {
                    format!("a page has at most {ENTRIES} entries")
                };
                report.carried(&path, &why);
                carried.push(value);
            }
        }
    }
    let layout = match shape.list {
        "work" | "education" | "volunteer" => "timeline",
        "skills" | "languages" => "compact",
        _ => "list",
    };
    let file = (count > 0).then(|| NewFile {
        name: format!("{}.toml", shape.list),
        text: format!(
            "# Each entry begins with [[entry]]. The keys that there are: docs/profile.md.\n\n\
            layout = \"{layout}\"\n{entries}"
        ),
    });
    (file, carried)
}

#[cfg(test)]
mod tests;
