//! The files of a new profile: templates with placeholders, and the answers to a few questions.

use std::path::Path;

use anyhow::Result;
use tempfile::TempDir;

mod questions;

pub use questions::ask;

use crate::{
    document::words::{DEFAULT_LANGUAGE, languages},
    scaffold::{NewFile, check_is_free, writer},
};

/// The pages that can be written, in the order of the tabs, each with its file's ending and its text.
pub(crate) const PAGES: [(&str, &str, &str); 11] = [
    ("about", "md", include_str!("init/templates/about.md")),
    ("career", "toml", include_str!("init/templates/career.toml")),
    ("education", "toml", include_str!("init/templates/education.toml")),
    ("projects", "toml", include_str!("init/templates/projects.toml")),
    ("publications", "toml", include_str!("init/templates/publications.toml")),
    ("talks", "toml", include_str!("init/templates/talks.toml")),
    ("awards", "toml", include_str!("init/templates/awards.toml")),
    ("certificates", "toml", include_str!("init/templates/certificates.toml")),
    ("volunteer", "toml", include_str!("init/templates/volunteer.toml")),
    ("skills", "toml", include_str!("init/templates/skills.toml")),
    ("languages", "toml", include_str!("init/templates/languages.toml")),
];

const CARD: &str = include_str!("init/templates/card.toml");

/// The pages that are written where nothing else is said.
const USUAL: [&str; 5] = ["about", "career", "education", "projects", "skills"];

/// What a new profile says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// The person's name.
    pub name: String,
    /// What the card says largest, in at most three lines.
    pub headline: Vec<String>,
    /// Label and address of each link.
    pub links: Vec<(String, String)>,
    /// The names of the pages that there are to be.
    pub pages: Vec<&'static str>,
    /// The language that card.toml shows in a comment.
    pub language: &'static str,
}

impl Default for NewProfile {
    fn default() -> Self {
        Self {
            name: "Alex Example".to_owned(),
            headline: vec!["What you do, in a few words.".to_owned()],
            links: Vec::new(),
            pages: USUAL.to_vec(),
            language: "de",
        }
    }
}

impl NewProfile {
    /// The files of the profile.
    #[must_use]
    pub fn files(&self) -> Vec<NewFile> {
        let pages = PAGES.iter().filter(|(name, ..)| self.pages.contains(name));
        let pages =
            pages.map(|(name, ending, text)| NewFile { name: format!("{name}.{ending}"), text: (*text).to_owned() });
        let mut files = vec![NewFile { name: "card.toml".to_owned(), text: self.card() }];
        files.extend(pages);
        files
    }

    fn card(&self) -> String {
        let headline = match self.headline.as_slice() {
            [line] => writer::text(line),
            lines => {
                format!("\"\"\"\n{}\"\"\"", lines.iter().map(|line| writer::basic(line)).collect::<Vec<_>>().join("\n"))
            }
        };
        let names = ["card"].iter().chain(&self.pages).chain(&["contact"]).map(|name| writer::text(name));
        let links = match self.links.as_slice() {
            [] => "# [[link]]\n# label = \"My work\"\n# url = \"https://example.com\"".to_owned(),
            links => {
                let link = |(label, url): &(String, String)| {
                    format!("[[link]]\nlabel = {}\nurl = {}", writer::text(label), writer::text(url))
                };
                links.iter().map(link).collect::<Vec<_>>().join("\n\n")
            }
        };
        // Each is in the template once, and what was answered comes last.
        let pages = format!("[{}]", names.collect::<Vec<_>>().join(", "));
        let (before, after) = CARD.split_once("{name}").unwrap_or((CARD, ""));
        let (between, after) = after.split_once("{headline}").unwrap_or((after, ""));
        let after = after.replace("{language}", &writer::text(self.language)).replace("{pages}", &pages);
        let (rest, end) = after.split_once("{links}").unwrap_or((&after, ""));
        [before, &writer::text(&self.name), between, &headline, rest, &links, end].concat()
    }
}

/// The language of a locale as in `de_DE.UTF-8`, where the card has words of it that are not English.
#[must_use]
pub fn language(locale: &str) -> Option<&'static str> {
    let primary = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
    languages().find(|language| *language == primary && *language != DEFAULT_LANGUAGE)
}

/// Refuses a directory that has a card or one of the pages already.
///
/// # Errors
///
/// The files that are there, and what to do.
pub fn check_dir(dir: &Path) -> Result<()> {
    let pages = PAGES.iter().map(|(name, ending, _)| format!("{name}.{ending}"));
    let names: Vec<String> = std::iter::once("card.toml".to_owned()).chain(pages).collect();
    check_is_free(dir, &names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The profile that the templates make, in a directory that is removed when this is dropped.
///
/// # Errors
///
/// There is no place for temporary files.
pub fn sample() -> Result<TempDir> {
    let answers = NewProfile {
        headline: vec!["This card is a sample.".to_owned(), "Yours says what you do.".to_owned()],
        links: vec![("Website".to_owned(), "https://example.com".to_owned())],
        pages: PAGES.iter().map(|(name, ..)| *name).filter(|name| *name != "volunteer").collect(),
        ..NewProfile::default()
    };
    let dir = tempfile::tempdir()?;
    crate::scaffold::write(dir.path(), &answers.files())?;
    Ok(dir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Loaded, Vocabulary, load};

    fn loaded(files: &[NewFile]) -> Loaded {
        let dir = tempfile::tempdir().unwrap();
        crate::scaffold::write(dir.path(), files).unwrap();
        load(dir.path(), &Vocabulary::default()).unwrap_or_else(|errors| panic!("{errors}"))
    }

    #[test]
    fn what_is_written_loads_without_a_warning() {
        for page in PAGES.iter().map(|(name, ..)| Some(*name)).chain([None]) {
            let answers = NewProfile { pages: page.into_iter().collect(), ..NewProfile::default() };
            let Loaded { document, warnings } = loaded(&answers.files());
            assert!(warnings.is_empty(), "{warnings}");
            assert_eq!(document.pages.len(), 2 + answers.pages.len());
        }
        let Loaded { document, warnings } = loaded(&NewProfile::default().files());
        assert!(warnings.is_empty(), "{warnings}");
        let names: Vec<_> = document.pages.iter().map(|page| page.name.as_str()).collect();
        assert_eq!(names, ["card", "about", "career", "education", "projects", "skills", "contact"]);
        let sample = sample().unwrap();
        let sample = load(sample.path(), &Vocabulary::default()).unwrap();
        assert!(sample.warnings.is_empty(), "{}", sample.warnings);
        assert_eq!(sample.document.pages.len(), 12);
    }

    /// The lines that are comments with a key are right when the "#" is removed.
    #[test]
    fn every_key_in_a_comment_is_a_key() {
        let uncomment = |text: &str| {
            let lines = text.lines().map(|line| {
                let key = line.strip_prefix("# ").filter(|rest| {
                    let key = rest.split(" = ").next().unwrap_or_default();
                    rest.contains(" = ") && key.bytes().all(|byte| byte.is_ascii_lowercase()) || *rest == "[[link]]"
                });
                key.unwrap_or(line)
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let answers = NewProfile { pages: PAGES.iter().map(|(name, ..)| *name).collect(), ..NewProfile::default() };
        let mut files = answers.files();
        for file in &mut files {
            let text = uncomment(&file.text);
            assert!(file.name == "about.md" || text != file.text, "{}", file.name);
            // An entry has the one or the other.
            file.text = text.replace("time = \"one summer\"", "# time");
        }
        let Loaded { document, warnings } = loaded(&files);
        assert!(warnings.is_empty(), "{warnings}");
        assert_eq!(document.pages.len(), 13);
        let projects = &document.pages[document.position("projects").unwrap()];
        assert!(projects.entries[0].see.is_some());
    }

    #[test]
    fn a_locale_is_a_language_that_has_a_table() {
        for (locale, expected) in [
            ("de_DE.UTF-8", Some("de")),
            ("pt", Some("pt")),
            ("sr@latin", None),
            ("en_US.UTF-8", None),
            ("C.UTF-8", None),
            ("", None),
        ] {
            assert_eq!(language(locale), expected, "{locale}");
        }
    }

    #[test]
    fn answers_are_what_the_card_says() {
        let answers = NewProfile {
            name: "O'Neil \"{headline}\" \\".to_owned(),
            headline: vec!["a \"\"\" b".to_owned(), "c \\ {links}".to_owned()],
            links: vec![("{pages}".to_owned(), "https://example.com/{links}".to_owned())],
            pages: vec!["talks"],
            language: "fr",
        };
        let document = loaded(&answers.files()).document;
        assert_eq!(document.card.name.as_deref(), Some(&*answers.name));
        assert_eq!(document.card.headline, answers.headline);
        assert_eq!(document.card.links[0].label, "{pages}");
        assert_eq!(document.card.links[0].url, "https://example.com/{links}");
        assert!(answers.files()[0].text.contains("\n# language = \"fr\"\n"));
    }
}
