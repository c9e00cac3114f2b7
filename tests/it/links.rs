//! The links of the documentation: every relative one leads to a file or directory of the repository, and every anchor
//! to a heading.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The attributes of HTML that hold a link.
const ATTRIBUTES: [&str; 3] = ["href=\"", "src=\"", "srcset=\""];

fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES)
}

/// The targets of all links and pictures in a Markdown text, also of those in its HTML.
fn targets(markdown: &str) -> Vec<String> {
    let mut targets = Vec::new();
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                targets.push(dest_url.into_string());
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let values = ATTRIBUTES.iter().flat_map(|attribute| html.split(attribute).skip(1));
                targets.extend(values.filter_map(|value| Some(value.split_once('"')?.0.to_owned())));
            }
            _ => (),
        }
    }
    targets
}

/// The anchors of a Markdown text's headings. GitHub makes them of the heading's text: letters in lower case, spaces as
/// `-`, of other characters only letters, digits, `-` and `_`; a second heading of the same text has `-1` at its end.
fn anchors(markdown: &str) -> Vec<String> {
    let (mut anchors, mut heading) = (Vec::new(), None::<String>);
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let slug = slug(&heading.take().unwrap_or_default());
                let numbered = (1..).map(|n| format!("{slug}-{n}"));
                let free = |slug: &String| !anchors.contains(slug);
                let anchor = std::iter::once(slug.clone()).chain(numbered).find(free).unwrap();
                anchors.push(anchor);
            }
            _ => (),
        }
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// What is wrong with the links of a Markdown text that stands in `directory`; `own` is its file's name.
fn broken(markdown: &str, directory: &Path, own: &str) -> Vec<String> {
    let wrong = |target: &String| {
        if target.contains("://") || target.starts_with("mailto:") {
            return None;
        }
        let (path, anchor) = target.split_once('#').map_or((target.as_str(), None), |(path, to)| (path, Some(to)));
        let file = directory.join(path);
        if !file.exists() {
            return Some(format!("{own}: {target}: there is no such file"));
        }
        let anchor = anchor?;
        let anchors = match file.extension() {
            _ if path.is_empty() => anchors(markdown),
            Some(extension) if extension == "md" => anchors(&fs::read_to_string(&file).unwrap()),
            _ => Vec::new(),
        };
        let exists = anchors.iter().any(|heading| heading == anchor);
        (!exists).then(|| format!("{own}: {target}: there is no such heading"))
    };
    targets(markdown).iter().filter_map(wrong).collect()
}

/// The Markdown files in a directory.
fn documents(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directories = ["", "docs", "docs/notes", "keys", "tests/schemas"];
    let documents: Vec<PathBuf> = directories.iter().flat_map(|directory| documents(&root.join(directory))).collect();
    for expected in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"] {
        assert!(documents.contains(&root.join(expected)), "{expected} was not read");
    }
    let wrong = documents.iter().flat_map(|path| {
        let own = path.file_name().unwrap().to_string_lossy();
        broken(&fs::read_to_string(path).unwrap(), path.parent().unwrap(), &own)
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = "# One `two`, three!\n\n# Again\n\n# Again\n\n[a](#one-two-three) [b](#again-1) [c](Cargo.toml)\n\
                [d](src) [e](https://example.com/#x) [f](mailto:a@example.com)\n";
    assert_eq!(broken(text, root, "text.md"), Vec::<String>::new());
    for (link, expected) in [
        ("[a](nowhere.md)", "text.md: nowhere.md: there is no such file"),
        ("![a](docs/nothing.svg)", "text.md: docs/nothing.svg: there is no such file"),
        ("<img alt=\"\" src=\"docs/nothing.svg\">", "text.md: docs/nothing.svg: there is no such file"),
        ("| a |\n| --- |\n| [a](nowhere) |", "text.md: nowhere: there is no such file"),
        ("[a](#again-2)", "text.md: #again-2: there is no such heading"),
        ("[a](CHANGELOG.md#nothing)", "text.md: CHANGELOG.md#nothing: there is no such heading"),
        ("[a](Cargo.toml#L1)", "text.md: Cargo.toml#L1: there is no such heading"),
    ] {
        assert_eq!(broken(&format!("{text}\n\n{link}\n"), root, "text.md"), [expected], "{link}");
    }
}
