//! HTML in a text: a terminal shows the words between its tags.

use std::ops::Range;

const COMMENT: (&str, &str) = ("<!--", "-->");

/// The words of a piece of HTML, and whether it has tags; `None` where a comment in it has no end.
pub(super) fn words(html: &str) -> Option<(String, bool)> {
    let (mut words, mut has_tags, mut rest) = (String::new(), false, html);
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at_checked(at)?;
        words.push_str(before);
        rest = if from.starts_with(COMMENT.0) {
            from.split_once(COMMENT.1)?.1
        } else if let Some((_, after)) = from.split_once('>').filter(|(tag, _)| begins_tag(tag)) {
            has_tags = true;
            words.push(' ');
            after
        } else {
            words.push('<');
            from.get(1..).unwrap_or_default()
        };
    }
    words.push_str(rest);
    Some((words.split_whitespace().collect::<Vec<_>>().join(" "), has_tags))
}

/// Whether a `<` begins a tag, and is no sign of a text.
fn begins_tag(from: &str) -> bool {
    from.chars().nth(1).is_some_and(|sign| sign.is_ascii_alphabetic() || matches!(sign, '/' | '!' | '?'))
}

/// The bytes of the comments in a part of a text.
pub(super) fn comments(text: &str, part: &Range<usize>) -> Vec<Range<usize>> {
    let (mut comments, mut from) = (Vec::new(), part.start);
    while let Some(rest) = text.get(from..part.end) {
        let Some(start) = rest.find(COMMENT.0) else { break };
        let Some(length) = rest.get(start..).and_then(|comment| comment.find(COMMENT.1)) else { break };
        let end = from + start + length + COMMENT.1.len();
        comments.push(from + start..end);
        from = end;
    }
    comments
}

/// Whether a tag breaks the line: `<br>`, `<br />`.
pub(super) fn is_break(html: &str) -> bool {
    let name = html.trim_matches(['<', '>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}
