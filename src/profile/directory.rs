//! The profile's directory: which of its files are pages, and which of its folders are translations of the card.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{
    characters::{quoted, slip},
    diagnostic::{Diagnostic, Diagnostics},
    folder,
    known_pages::rank,
    limits::{LANGUAGES, PAGES},
    photo, security,
    source_file::{broken_link, file_name},
    vocabulary::Vocabulary,
};
use crate::document::Language;

/// The file of the card itself.
pub(super) const CARD: &str = "card.toml";

/// The longest name of a page, in characters.
const LONGEST_NAME: usize = 32;

/// Files in the profile's directory that may be there and are no pages.
const OTHER_FILES: [&str; 4] = ["readme", "license", "licence", "copying"];

/// The endings of texts, in lower case, with the ending of the page that was meant.
const ENDINGS: [(&str, &str); 8] = [
    ("md", "md"),
    ("markdown", "md"),
    ("mdown", "md"),
    ("mkd", "md"),
    ("txt", "md"),
    ("text", "md"),
    ("toml", "toml"),
    ("tml", "toml"),
];

/// The folders of a directory that are called as languages, in the order of the alphabet.
pub(crate) fn language_folders(dir: &Path) -> Vec<(Language, PathBuf)> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    let language = |file: fs::DirEntry| Some((file.file_name().to_str().and_then(Language::parse)?, file.path()));
    let mut folders: Vec<_> = files.filter_map(language).filter(|(_, path)| path.is_dir()).collect();
    folders.sort_by(|one, other| one.1.cmp(&other.1));
    folders
}

/// The files of the pages, in the order of the known names and of the alphabet. Every other file that an owner may have
/// taken for a page is told, but for the `folders` of other languages.
///
/// # Errors
///
/// The directory cannot be read.
pub(super) fn page_files(
    dir: &Path,
    vocabulary: &Vocabulary<'_>,
    folders: &[(Language, PathBuf)],
    diagnostics: &mut Diagnostics,
) -> Result<Vec<PathBuf>, Diagnostics> {
    // The dot asks for what the files in the directory will need: that it is one, and that it may be entered.
    let listed = fs::read_dir(dir.join(".")).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let listed = listed.map_err(|error| not_a_profile(dir, &error))?;
    let mut files: Vec<PathBuf> = Vec::new();
    for file in listed {
        let path = dir.join(file.file_name());
        if folders.iter().any(|(_, folder)| *folder == path) {
            continue;
        }
        match is_page(&path, vocabulary) {
            Ok(true) => files.push(path),
            Ok(false) => {}
            Err(diagnostic) => diagnostics.append(diagnostic),
        }
    }
    files.sort_by(|one, other| (rank(name_of(one)), one).cmp(&(rank(name_of(other)), other)));
    files.dedup_by(|next, file| {
        let same = name_of(next) == name_of(file);
        if same {
            let message = format!("there are two files for the page {}", quoted(name_of(next)));
            let remedy = format!("keep {} or {}", file_name(file), file_name(next));
            diagnostics.push(Diagnostic::with_file(next, message, remedy));
        }
        same
    });
    if files.len() > PAGES {
        let message = format!("there are {} pages", files.len());
        diagnostics.push(Diagnostic::with_file(dir, message, format!("keep at most {PAGES}")));
        files.truncate(PAGES);
    }
    Ok(files)
}

/// The folders that hold the card in another language: it has a `card.toml`, or a page that `pages` has too. Another
/// one is told.
pub(super) fn languages(
    folders: Vec<(Language, PathBuf)>,
    pages: &[PathBuf],
    diagnostics: &mut Diagnostics,
) -> Vec<(Language, PathBuf)> {
    let names = || pages.iter().map(|page| name_of(page));
    let is_known = |folder: &Path| {
        let has = |name: &str| ["md", "toml"].iter().any(|ending| folder.join(format!("{name}.{ending}")).exists());
        folder.join(CARD).exists() || names().any(has)
    };
    let mut found: Vec<(Language, PathBuf)> = Vec::new();
    for (language, folder) in folders {
        let (message, remedy) = if !is_known(&folder) {
            let message = format!("this folder is not read: it has neither {CARD} nor a page of the card");
            let remedy = format!("write the card in `{language}` there, or move it out of the profile");
            if !folder::holds_host_key(&folder) {
                diagnostics.push(Diagnostic::with_file(&folder, message, remedy).as_warning());
            }
            continue;
        } else if let Some((_, same)) = found.iter().find(|(of, _)| *of == language) {
            (format!("there are two folders for the language `{language}`"), format!("keep {}", file_name(same)))
        } else if found.len() + 1 == LANGUAGES {
            (format!("there are more than {LANGUAGES} languages"), "move the folder out of the profile".to_owned())
        } else {
            found.push((language, folder));
            continue;
        };
        diagnostics.push(Diagnostic::with_file(&folder, message, remedy));
    }
    found
}

/// The name of a page, by its file.
pub(super) fn name_of(file: &Path) -> &str {
    file.file_stem().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The error of a card's file that is not there; `None` where it is. Without it nothing else of the directory is told,
/// which is hardly a profile then.
pub(super) fn missing_card(dir: &Path) -> Option<Diagnostic> {
    let path = dir.join(CARD);
    if path.exists() {
        return None;
    }
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut files: Vec<String> = files.filter_map(|file| file.file_name().into_string().ok()).collect();
    files.sort();
    let misspelled = files.iter().find(|file| slip(file, CARD) || meant(file).as_deref() == Some(CARD));
    let below = dir.join("profile");
    let remedy = match misspelled {
        Some(misspelled) => format!("did you mean {misspelled}? Rename it to {CARD}"),
        None if below.join(CARD).exists() => format!("there is one in {}: name that directory", below.display()),
        None => "it says who this is; the least that it can hold is `headline = \"What you do\"`".to_owned(),
    };
    Some(broken_link(&path).unwrap_or_else(|| Diagnostic::with_file(&path, "there is no such file", remedy)))
}

/// Whether a file is a page; neither page nor known files are the error.
fn is_page(path: &Path, vocabulary: &Vocabulary<'_>) -> Result<bool, Diagnostics> {
    let not_read = |message: &str, remedy: &str| -> Result<bool, Diagnostics> {
        Err(Diagnostic::with_file(path, message, remedy).as_warning().into())
    };
    let Some(file) = path.file_name().and_then(|file| file.to_str()) else {
        return not_read("this name is not UTF-8", "give the file a name of letters");
    };
    let name = name_of(path);
    let is_other = OTHER_FILES.iter().any(|other| name.eq_ignore_ascii_case(other));
    // An editor's backup ends in a tilde, and what `sshcard migrate` keeps in the old version.
    let is_backup = file.ends_with('~') || file.ends_with(".toml.0.1");
    if file == CARD
        || file.starts_with('.')
        || is_backup
        || is_other
        || folder::is_host_key(file)
        || file == security::NAME
        || photo::is_picture(path)
    {
        return Ok(false);
    }
    // A folder that is called as a page is told as one that cannot be read.
    if path.is_dir() && !["md", "toml"].iter().any(|ending| path.extension().is_some_and(|of| of == *ending)) {
        return folder::unread(path, file).map_or(Ok(false), |folder| Err(folder.into()));
    }
    if photo::is_other_picture(path) {
        let stem = if is_page_name(name) { name } else { "photo" };
        return not_read(
            "this picture is not shown: it has to be JPEG or PNG",
            &format!("save it as {stem}.jpg or {stem}.png"),
        );
    }
    let is_text = path.extension().is_some_and(|extension| extension == "md" || extension == "toml");
    if !is_text || !is_page_name(name) {
        let why = if is_text {
            format!("a page's name has letters from a to z, digits and `-`, at most {LONGEST_NAME}")
        } else {
            "a page is a file NAME.md or NAME.toml".to_owned()
        };
        let remedy = match meant(file) {
            Some(meant) if path.with_file_name(&meant).exists() => format!("remove it, since there is {meant} too"),
            Some(meant) => format!("rename it to {meant}, or remove it"),
            None if is_text => "rename it; its `title` can be anything".to_owned(),
            None => "remove it if it is no page".to_owned(),
        };
        return not_read(&format!("this is not read: {why}"), &remedy);
    }
    let (message, remedy) = if name == "card" || name == "contact" {
        (format!("the page {} is made from {CARD}", quoted(name)), "write it there, or rename the file")
    } else if vocabulary.reserved.contains(&name) || vocabulary.exhibits.contains(&name) {
        (format!("no page can be called {}: the word has another meaning", quoted(name)), "rename the file")
    } else {
        return broken_link(path).map_or(Ok(true), |link| Err(link.as_warning().into()));
    };
    Err(Diagnostic::with_file(path, message, remedy).into())
}

fn is_page_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(allowed)
}

/// What the name of a text should be for a page: `About me.MD` is about-me.md, `card.toml.txt` is card.toml.
fn meant(file: &str) -> Option<String> {
    let lower = file.to_lowercase();
    let (mut name, mut ending) = (lower.as_str(), None);
    while let Some((before, last)) = name.rsplit_once('.') {
        let Some((_, meant)) = ENDINGS.iter().find(|(known, _)| *known == last) else { break };
        (name, ending) = (before, Some(*meant));
    }
    let name = name.trim().replace([' ', '_', '.'], "-");
    match ending {
        Some(_) if name == "card" => Some(CARD.to_owned()),
        Some(ending) if is_page_name(&name) => Some(format!("{name}.{ending}")),
        _ => None,
    }
}

/// One error for a profile that is no directory, rather than one for each file that is not in it.
fn not_a_profile(dir: &Path, error: &std::io::Error) -> Diagnostics {
    let message = match error.kind() {
        ErrorKind::NotFound => "there is no such directory".to_owned(),
        ErrorKind::NotADirectory => "this is not a directory".to_owned(),
        _ => {
            let message = format!("this directory cannot be read: {error}");
            return Diagnostic::with_file(dir, message, "make it a directory that the server may read").into();
        }
    };
    Diagnostic::with_file(dir, message, format!("name the directory that holds {CARD} and the pages")).into()
}
