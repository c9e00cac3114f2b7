//! HTML in a text: a terminal shows the words between its tags. What is a tag, and what the name of a character, is the
//! same in a resume.

use std::ops::Range;

use pulldown_cmark::{Event, Parser};

/// The longest name of a character (HTML, section 13.5) has 31 letters.
const LONGEST_NAME: usize = 32;

const COMMENT: (&str, &str) = ("<!--", "-->");

/// The words of a piece of HTML, and whether it has tags; `None` where a comment in it has no end.
pub(super) fn words(html: &str) -> Option<(String, bool)> {
    let (mut words, mut has_tags, mut rest) = (String::new(), false, html);
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at_checked(at)?;
        words.push_str(before);
        rest = if from.starts_with(COMMENT.0) {
            from.split_once(COMMENT.1)?.1
        } else if let Some((tag, after)) = tag(from).filter(|(tag, _)| begins_tag(tag)) {
            has_tags = true;
            words.push(' ');
            without_code(tag, after)
        } else {
            words.push('<');
            from.get(1..).unwrap_or_default()
        };
    }
    words.push_str(rest);
    Some((decoded(&words.split_whitespace().collect::<Vec<_>>().join(" ")), has_tags))
}

/// Words with the characters that they name, as Markdown has them in a text: `R&amp;D`.
fn decoded(words: &str) -> String {
    let mut parts = words.split('&');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match character(part) {
            Some((character, rest)) => decoded.extend([&*character, rest]),
            None => decoded.extend(["&", part]),
        }
    }
    decoded
}

/// The character of which a text, after its `&`, begins with the name or with a `#` and the number, and what follows.
pub(crate) fn character(text: &str) -> Option<(String, &str)> {
    let end = text.bytes().take(LONGEST_NAME).position(|byte| byte == b';')?;
    let is_name = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    let source = format!("a&{};", text.get(..end).filter(is_name)?);
    let words = |event| if let Event::Text(words) = event { Some(words.into_string()) } else { None };
    let words: String = Parser::new(&source).filter_map(words).collect();
    Some((words.strip_prefix('a').filter(|_| words != source)?.to_owned(), text.get(end + 1..)?))
}

/// A tag up to its `>`, of which quotes may have another, and what follows.
pub(crate) fn tag(from: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let end = from.char_indices().find(|(_, sign)| {
        match (quote, sign) {
            (Some(of), sign) if of == *sign => quote = None,
            (None, '"' | '\'') => quote = Some(*sign),
            (None, '>') => return true,
            _ => {}
        }
        false
    });
    match end {
        Some((end, _)) => Some((from.get(..end)?, from.get(end + 1..)?)),
        None => from.split_once('>'),
    }
}

/// What follows a tag; after that of a script or a style, what follows its code.
fn without_code<'h>(tag: &str, after: &'h str) -> &'h str {
    let opens = |name: &&str| !tag.starts_with("</") && name_of(tag).eq_ignore_ascii_case(name);
    let Some(name) = ["script", "style"].into_iter().find(opens) else { return after };
    let end = after.to_ascii_lowercase().find(&format!("</{name}"));
    end.and_then(|end| after.get(end..)).unwrap_or_default()
}

/// The name of a tag.
fn name_of(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/', ' ']);
    name.split(|sign: char| !sign.is_ascii_alphanumeric()).next().unwrap_or_default()
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
    name_of(html).eq_ignore_ascii_case("br")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_between_tags() {
        for (html, expected) in [
            ("<p>a<br>b</p>", Some(("a b", true))),
            ("<kbd title=\"a > b\">", Some(("", true))),
            ("<p class='x > y'>it's", Some(("it's", true))),
            ("<style>p { x }</style>y<SCRIPT>let a = 1 < 2</script> z", Some(("y z", true))),
            ("<script>let", Some(("", true))),
            ("a < b", Some(("a < b", false))),
            ("<p>R&amp;D &lt;b&gt; &#xe9; & &no-name; &nothing;</p>", Some(("R&D <b> é & &no-name; &nothing;", true))),
            ("<a \"b", Some(("<a \"b", false))),
            ("a <!-- b --> c", Some(("a c", false))),
            ("a <!-- b", None),
        ] {
            assert_eq!(words(html), expected.map(|(words, has_tags)| (words.to_owned(), has_tags)), "{html}");
        }
        for (html, expected) in [("<br>", true), ("<BR />", true), ("<br class=\"x\">", true), ("<bracket>", false)] {
            assert_eq!(is_break(html), expected, "{html}");
        }
    }
}
