//! The Markdown of a text as its owner wrote it, without what is for the owner or for other programs alone.

use std::{fmt::Write as _, ops::Range};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What is read beside `CommonMark`.
pub(super) const OPTIONS: Options =
    Options::ENABLE_FOOTNOTES.union(Options::ENABLE_TABLES).union(Options::ENABLE_TASKLISTS);

/// The bytes of front matter at the beginning of a text, as the generators of websites read it: YAML between lines of
/// `---`, or TOML between lines of `+++`.
pub(super) fn front_matter(text: &str) -> Option<Range<usize>> {
    let (fence, assigns) = if text.starts_with("---") { ("---", ':') } else { ("+++", '=') };
    let mut lines = text.split_inclusive('\n');
    let mut end = lines.next().filter(|line| line.trim_end() == fence)?.len();
    for (index, line) in lines.enumerate() {
        // Between two rules may also stand a paragraph.
        if index == 0 && line.split_once(assigns).is_none_or(|(key, _)| key.trim().contains(char::is_whitespace)) {
            return None;
        }
        end += line.len();
        if line.trim_end() == fence {
            return Some(0..end);
        }
    }
    None
}

/// A text with line breaks in place of some of its bytes.
pub(super) fn blanked(text: &str, range: Range<usize>) -> String {
    let part = |range| text.get::<Range<usize>>(range).unwrap_or_default();
    let (before, after) = (part(0..range.start), part(range.end..text.len()));
    [before, &"\n".repeat(range.len()), after].concat()
}

/// A text without its comments and without blank lines at its ends.
pub(super) fn without_comments(text: &str, comments: &[Range<usize>]) -> String {
    let source = without(text, comments, "");
    // A comment can part two blocks, as a list from the next one: there an empty comment stays.
    if comments.is_empty() || structure(&source) == structure(text) {
        source
    } else {
        without(text, comments, "<!-- -->")
    }
}

/// The tags and the words of a text, without comments and spaces.
fn structure(text: &str) -> String {
    let mut structure = String::new();
    for event in Parser::new_ext(text, OPTIONS) {
        match event {
            Event::Start(Tag::HtmlBlock)
            | Event::End(TagEnd::HtmlBlock)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::SoftBreak => {}
            Event::Text(words) => structure.extend(words.chars().filter(|letter| !letter.is_whitespace())),
            event => {
                let _ = write!(structure, "{event:?}");
            }
        }
    }
    structure
}

/// A text with something else in place of some of its bytes, and without blank lines at its ends.
fn without(text: &str, removed: &[Range<usize>], instead: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for range in removed {
        kept.push_str(text.get(from..range.start).unwrap_or_default());
        let ends_line = !instead.is_empty() && text.get(range.clone()).is_some_and(|removed| removed.ends_with('\n'));
        kept.push_str(instead);
        kept.push_str(if ends_line { "\n" } else { "" });
        from = range.end.max(from);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept.trim_matches('\n').trim_end().to_owned()
}
