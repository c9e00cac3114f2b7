//! Converts a profile of version 0.1 to the files of this version. Only keys that were renamed are changed: texts,
//! comments and the order of the lines stay. The old files are kept beside the new ones.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

mod edits;

use crate::{
    profile::LONGEST_FILE,
    scaffold::{directive, write_schemas},
};

/// What the name of an old file ends in.
const OLD: &str = ".0.1";

/// A file that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The file.
    pub file: PathBuf,
    /// The file's copy from before the migration.
    pub old: PathBuf,
    /// The changes in it.
    pub changes: Vec<String>,
}

/// Changes the files in a directory that have keys of version 0.1; none where there is no such file.
///
/// # Errors
///
/// A file cannot be read or written, is no TOML, or there is an old file beside it already. Nothing is changed then,
/// unless writing failed halfway: each file is whole all the same, in its old or its new form.
pub fn migrate(dir: &Path) -> Result<Vec<Moved>> {
    let mut changed = Vec::new();
    for name in files(dir)? {
        let file = dir.join(&name);
        let text = read(&file)?;
        // It is the first of a file, or an error.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let edited = edits::edited(&name, text);
        let (text, changes) = edited.with_context(|| {
            format!("{} is not TOML, and nothing was changed; `sshcard check` says where", file.display())
        })?;
        if changes.is_empty() {
            continue;
        }
        let old = dir.join(format!("{name}{OLD}"));
        if old.symlink_metadata().is_ok() {
            bail!("{} is there already, and nothing was changed; move it away first", old.display());
        }
        let directive = directive(&name).replace('\n', edits::line_end(&text));
        changed.push((directive + &text, Moved { file, old, changes }));
    }
    for (text, moved) in &changed {
        replace(text, moved).with_context(|| format!("{} cannot be written", moved.file.display()))?;
    }
    if !changed.is_empty() {
        write_schemas(dir)?;
    }
    Ok(changed.into_iter().map(|(_, moved)| moved).collect())
}

/// The names of the files that are read, in the order of the alphabet.
fn files(dir: &Path) -> Result<Vec<String>> {
    let listed = fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let listed = listed.with_context(|| format!("{} cannot be read; name the profile's directory", dir.display()))?;
    let names = listed.into_iter().filter_map(|file| file.file_name().into_string().ok());
    let is_toml = |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "toml");
    let mut names: Vec<String> = names.filter(|name| is_toml(name) && !name.starts_with('.')).collect();
    names.sort();
    Ok(names)
}

fn read(file: &Path) -> Result<String> {
    let length = fs::metadata(file).with_context(|| format!("{} cannot be read", file.display()))?.len();
    if length > LONGEST_FILE {
        bail!("{} is longer than {} KiB; no profile has such a file", file.display(), LONGEST_FILE / 1024);
    }
    fs::read_to_string(file).with_context(|| format!("{} cannot be read as UTF-8", file.display()))
}

/// Writes the old text beside the file, and then the new one in its place.
fn replace(text: &str, moved: &Moved) -> Result<()> {
    let before = fs::read(&moved.file)?;
    let mut old = OpenOptions::new().write(true).create_new(true).open(&moved.old)?;
    old.write_all(&before)?;
    old.sync_all()?;
    let directory = moved.file.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(directory)?;
    new.write_all(text.as_bytes())?;
    let permissions = fs::metadata(&moved.file)?.permissions();
    new.as_file().set_permissions(permissions)?;
    new.as_file().sync_all()?;
    new.persist(&moved.file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::{Layout, Words},
        profile::{Vocabulary, load},
    };

    const CARD: &str = "# The card.\nheadline = \"Bridges\"\n# drawn in dots\nmark = \"x\"\n# mark = \"y\"\n";
    const CAREER: &str = "# The career page.\n\n# Names.\nline = [\"A\", \"B\"]\n\n# Each begins with [[station]]:\n#\n\
        # subject = \"arches\"   # a word\n# layer = \"deck\"\n\n[[station]]\norganization = \"O\"\nsubject = \"piers\" # so\n\
        time = \"now\"\nlayer = \"the deck\"\ntext = \"\"\"\n[[station]]\nsubject = 1\n\"\"\"\n\n\
        [[ station ]]\norganization = \"P\"\ntime = \"2019\"\n";
    const STACK: &str = "ground = \"rock\"\ntext = \"Upwards.\"\n[[layer]]\ntitle = \"the deck\"\nsummary = \"S\"\n\
        place = \"P\"\n";

    fn profile() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [("card.toml", CARD), ("career.toml", CAREER), ("stack.toml", STACK), ("about.md", "x")] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn a_profile_of_the_first_edition_is_moved() {
        let dir = profile();
        assert!(load(dir.path(), &Vocabulary::default()).is_err());
        let moved = migrate(dir.path()).unwrap();
        let changes: Vec<_> = moved.iter().map(|moved| moved.changes.join(", ")).collect();
        insta::assert_debug_snapshot!(changes);
        let loaded = load(dir.path(), &Vocabulary::default()).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
        let document = loaded.document;
        assert_eq!(document.card.logo.as_deref(), Some("x"));
        let [_, _, career, stack] = document.pages.as_slice() else { panic!("four pages") };
        assert_eq!((career.layout, stack.layout), (Layout::Timeline, Layout::Layers));
        assert_eq!(career.entries[0].title.as_deref(), Some("piers"));
        assert_eq!(career.entries[0].dates.text(&Words::default()), "now");
        assert_eq!(career.entries[1].dates.text(&Words::default()), "2019");
        assert_eq!(document.place_title(career.entries[0].see.unwrap()).as_deref(), Some("stack: the deck"));
        assert_eq!(career.entries[0].text.source, "[[station]]\nsubject = 1");
        assert_eq!((stack.intro.source.as_str(), stack.entries[0].subtitle.as_deref()), ("Upwards.", Some("S")));
        let text = fs::read_to_string(dir.path().join("career.toml")).unwrap();
        insta::assert_snapshot!(text);
        for (name, text) in [("card.toml", CARD), ("career.toml", CAREER), ("stack.toml", STACK)] {
            assert_eq!(fs::read_to_string(dir.path().join(format!("{name}.0.1"))).unwrap(), text);
        }
        // Once is enough.
        assert_eq!(migrate(dir.path()).unwrap(), []);
    }

    #[test]
    fn a_file_keeps_its_line_ends_and_needs_no_byte_order_mark() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| dir.path().join(name);
        let card = "\u{feff}headline = \"x\"\r\nmark = \"ab\"\r\n";
        fs::write(file("card.toml"), card).unwrap();
        fs::write(file("work.toml"), "\u{feff}# Mine.\r\n\r\n[[station]]\r\norganization = \"O\"\r\n").unwrap();
        migrate(dir.path()).unwrap();
        let loaded = load(dir.path(), &Vocabulary::default()).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(loaded.document.card.logo.as_deref(), Some("ab"));
        for name in ["card.toml", "work.toml"] {
            let text = fs::read_to_string(file(name)).unwrap();
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
            assert!(text.starts_with("#:schema ./") && !text.contains('\u{feff}'), "{text:?}");
        }
        assert_eq!(fs::read_to_string(file("card.toml.0.1")).unwrap(), card);
    }

    #[test]
    fn entries_in_a_list_are_moved() {
        for (table, entry, layout) in [
            ("station", "{ organization = \"O\", subject = \"piers\", layer = \"deck\" }", Layout::Timeline),
            ("layer", "{ title = \"deck\", summary = \"S\" }", Layout::Layers),
        ] {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("card.toml"), "headline = \"x\"\n").unwrap();
            fs::write(dir.path().join("stack.toml"), format!("{table} = [\n  {entry},\n]\n")).unwrap();
            if table == "station" {
                fs::write(dir.path().join("stack.toml"), "[[layer]]\ntitle = \"deck\"\n").unwrap();
                fs::write(dir.path().join("work.toml"), format!("{table} = [{entry}]\n")).unwrap();
            }
            let moved = migrate(dir.path()).unwrap();
            let changes = &moved.last().unwrap().changes;
            assert!(changes.contains(&format!("`{table}` is `entry`")), "{changes:?}");
            let loaded = load(dir.path(), &Vocabulary::default()).unwrap_or_else(|errors| panic!("{errors}"));
            assert!(loaded.document.pages.iter().any(|page| page.layout == layout && page.entries.len() == 1));
        }
    }

    #[test]
    fn what_cannot_be_moved_stays_as_it_is() {
        for (file, text, expected) in [
            ("stack.toml.0.1", "", "stack.toml.0.1 is there already, and nothing was changed; move it away first"),
            ("stack.toml", "[[layer\n", "stack.toml is not TOML, and nothing was changed; `sshcard check` says where"),
        ] {
            let dir = profile();
            fs::write(dir.path().join(file), text).unwrap();
            let error = migrate(dir.path()).unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
            assert_eq!(fs::read_to_string(dir.path().join("career.toml")).unwrap(), CAREER);
            assert!(!dir.path().join("card.toml.0.1").exists());
        }
        let error = migrate(Path::new("/no/such/dir")).unwrap_err().to_string();
        assert_eq!(error, "/no/such/dir cannot be read; name the profile's directory");
    }
}
