//! Writes the files of a new profile: all of them or none, and never over an existing file.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    exhibits,
    profile::{Vocabulary, schema},
};

pub(crate) mod writer;

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name in the profile's directory.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// Refuses a directory that holds a page or a card of one of these names already.
///
/// # Errors
///
/// The files that are there, and what to do.
pub fn check_is_free(dir: &Path, names: &[&str]) -> Result<()> {
    let page = |name: &str| name.rsplit_once('.').map_or(name, |(page, _)| page).to_owned();
    // `about.md` and `about.toml` are the same page.
    let taken = |file: &str| names.iter().any(|name| *name == file || page(name) == page(file) && is_page(file));
    let files = match fs::read_dir(dir) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let remedy = "name a directory that may be read and written";
            return Err(error).with_context(|| format!("{} cannot be read; {remedy}", dir.display()));
        }
    };
    let mut there: Vec<String> = Vec::new();
    for file in files {
        let file = file.with_context(|| format!("{} cannot be read", dir.display()))?;
        there.extend(file.file_name().into_string().ok().filter(|file| taken(file)));
    }
    there.sort();
    if there.is_empty() {
        return Ok(());
    }
    let there: Vec<String> = there.iter().map(|file| dir.join(file).display().to_string()).collect();
    let is = if there.len() == 1 { "is" } else { "are" };
    bail!("{} {is} there already, and nothing was written; move that away, or name another directory", there.join(", "))
}

fn is_page(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "md" || extension == "toml")
}

/// The schemas that the files name, in a folder that is no part of the profile.
const SCHEMAS: [&str; 2] = [".schema/card.json", ".schema/page.json"];

/// The line by which an editor finds the schema of a TOML file; Taplo's directive. Empty for other files.
pub(crate) fn directive(name: &str) -> String {
    let [card, page] = SCHEMAS;
    match name {
        "card.toml" => format!("#:schema ./{card}\n"),
        _ if Path::new(name).extension().is_some_and(|extension| extension == "toml") => format!("#:schema ./{page}\n"),
        _ => String::new(),
    }
}

/// Writes the schemas; those of another version are replaced.
///
/// # Errors
///
/// A schema cannot be written.
pub(crate) fn write_schemas(dir: &Path) -> Result<()> {
    let vocabulary = Vocabulary { exhibits: &exhibits::NAMES, ..Vocabulary::default() };
    for (name, schema) in SCHEMAS.into_iter().zip([schema::of_card(&vocabulary), schema::of_page(&vocabulary)]) {
        let path = dir.join(name);
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = folder.and_then(|()| fs::write(&path, format!("{schema:#}\n")));
        written.with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Writes the files into a directory, which is made where it is missing, and the schemas that they name.
///
/// # Errors
///
/// A file of the name is there, or one cannot be written. Then none of them is there, nor a directory that was made for
/// them.
pub fn write(dir: &Path, files: &[NewFile]) -> Result<()> {
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    check_is_free(dir, &names)?;
    let mut written = Written::default();
    written.directory(dir).with_context(|| format!("the directory {} cannot be made", dir.display()))?;
    for file in files {
        let path = dir.join(&file.name);
        let text = directive(&file.name) + &file.text;
        written.file(&path, &text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    written.keep();
    // The schemas are written last: a profile whose schemas cannot be written is whole without them.
    write_schemas(dir)
}

/// What was written so far; dropped, it is removed again.
#[derive(Default)]
struct Written {
    /// In the order in which they were made.
    directories: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Written {
    fn directory(&mut self, dir: &Path) -> std::io::Result<()> {
        let missing = dir.ancestors().filter(|dir| !dir.as_os_str().is_empty()).take_while(|dir| !dir.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        for dir in missing.into_iter().rev() {
            fs::create_dir(&dir)?;
            self.directories.push(dir);
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, text: &str) -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        self.files.push(path.to_path_buf());
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    fn keep(mut self) {
        self.files.clear();
        self.directories.clear();
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // What cannot be removed is left there; the error that is told says where.
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for dir in self.directories.iter().rev() {
            let _ = fs::remove_dir(dir);
        }
    }
}

/// An address that was written without its scheme, as `example.com/me`, with it; `None` for what has no host.
pub(crate) fn with_scheme(address: &str) -> Option<String> {
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '_'))
    };
    let is_host = host.split('.').all(is_label) && host.rsplit_once('.').is_some_and(|(_, last)| last.len() > 1);
    is_host.then(|| format!("https://{address}"))
}

/// The commands that come next, as they are typed: `program` is how this one was called, `dir` the directory that was
/// written, `None` where the commands look by themselves.
#[must_use]
pub fn next_commands(program: &str, dir: Option<&Path>) -> String {
    let quoted = |word: &str| shlex::try_quote(word).map_or_else(|_| word.to_owned(), std::borrow::Cow::into_owned);
    let program = quoted(program);
    let profile = dir.map(|dir| format!(" --profile {}", quoted(&dir.display().to_string()))).unwrap_or_default();
    format!(
        "\nLook at the card in this terminal (q leaves):\n  {program} preview{profile}\n\
         Serve it; then, from another terminal, ssh -p 2222 localhost:\n  {program} serve{profile}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> NewFile {
        NewFile { name: name.to_owned(), text: format!("# {name}\n") }
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_are_written_or_none() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path().join("deep/profile");
        write(&dir, &[file("card.toml"), file("about.md")]).unwrap();
        assert_eq!(names(&dir), [".schema", "about.md", "card.toml"]);
        let card = fs::read_to_string(dir.join("card.toml")).unwrap();
        let schema = card.strip_prefix("#:schema ./").and_then(|rest| rest.strip_suffix("\n# card.toml\n")).unwrap();
        let schema: serde_json::Value = serde_json::from_slice(&fs::read(dir.join(schema)).unwrap()).unwrap();
        assert!(schema["properties"]["headline"].is_object());
        assert_eq!(fs::read_to_string(dir.join("about.md")).unwrap(), "# about.md\n");
        let error = write(&dir, &[file("work.toml"), file("about.toml"), file("card.toml")]).unwrap_err().to_string();
        for part in ["about.md, ", "card.toml are there already, and nothing was written", "name another directory"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(names(&dir), [".schema", "about.md", "card.toml"]);
        // A file that cannot be made, after one that was: neither is left, nor the directories.
        let dir = temporary.path().join("other/profile");
        assert!(write(&dir, &[file("card.toml"), file("no/such.md")]).is_err());
        assert_eq!(names(temporary.path()), ["deep"]);
        // What is no page may have its name.
        fs::create_dir(temporary.path().join("notes")).unwrap();
        fs::write(temporary.path().join("notes/about.txt"), "").unwrap();
        write(&temporary.path().join("notes"), &[file("about.md")]).unwrap();
    }

    #[test]
    fn the_next_commands_are_quoted() {
        let next = next_commands("sshcard", Some(Path::new("my card")));
        assert!(next.contains(":\n  sshcard preview --profile 'my card'\n"), "{next}");
        assert!(next_commands("./sshcard", None).ends_with("\n  ./sshcard serve\n"), "{next}");
    }
}
