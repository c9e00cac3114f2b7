//! The inside of a paragraph as Markdown: words, escaped where a sign would mean something, in their voices and links.
//!
//! A voice that the rules of `CommonMark` (0.31, section 6.2) would not let begin or end where it does is left out, and the
//! words stay: strong is less than right.

use crate::{
    formats::uri::uri,
    profile::{Run, TextStyle, typeset},
};

/// Words that a line may be broken between, as they are written.
pub(super) type Words = Vec<String>;

/// The words of each line that the runs ask for. `notes` is the number of side notes before theirs.
pub(super) fn words(runs: &[Run], notes: usize) -> Vec<Words> {
    let mut inline = Inline::default();
    let mut rest = runs;
    while let Some((run, after)) = rest.split_first() {
        rest = after;
        match run {
            Run::Break => inline.end_line(),
            Run::Note(number) => inline.note(notes + number),
            Run::Text { link: None, .. } => inline.voiced(run, after.first().map(first_sign)),
            Run::Text { link: Some(url), .. } => {
                let more = after.iter().take_while(|run| matches!(run, Run::Text { link: Some(to), .. } if to == url));
                let (group, beyond) = runs_with(runs, after, more.count());
                inline.link(group, url);
                rest = beyond;
            }
        }
    }
    inline.end_line();
    inline.lines
}

/// The run before `after` with the `more` that follow it, and those beyond.
fn runs_with<'r>(runs: &'r [Run], after: &'r [Run], more: usize) -> (&'r [Run], &'r [Run]) {
    let start = runs.len() - after.len() - 1;
    let group = runs.get(start..=start + more).unwrap_or_default();
    (group, after.get(more..).unwrap_or_default())
}

/// Words in lines of at most `width` cells, unless one is longer by itself. What would begin a block at a line's beginning
/// is escaped there.
pub(super) fn wrap(words: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if usize::from(typeset::width(line)) + 1 + usize::from(typeset::width(word)) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(guarded(word)),
        }
    }
    lines
}

/// The longest sequence of a sign in a text.
pub(super) fn longest_run(text: &str, sign: char) -> usize {
    text.split(|other| other != sign).map(str::len).max().unwrap_or_default() / sign.len_utf8()
}

/// A word at the beginning of a line: a list, a heading, a quotation begins like this.
fn guarded(word: &str) -> String {
    let only = |sign| word.chars().all(|other| other == sign);
    if word == "+" || only('-') || only('=') || word.starts_with('>') {
        return format!("\\{word}");
    }
    let number = word.strip_suffix(['.', ')']).filter(|number| number.chars().all(|digit| digit.is_ascii_digit()));
    match number {
        Some(number) if !number.is_empty() => {
            format!("{number}\\{}", word.get(number.len()..).unwrap_or_default())
        }
        _ => word.to_owned(),
    }
}

/// The words so far.
#[derive(Default)]
struct Inline {
    lines: Vec<Words>,
    words: Words,
    word: String,
    /// The last of the word is a reference to a note: what follows must not make a link or a definition of it.
    after_note: bool,
}

impl Inline {
    fn put(&mut self, sign: &str) {
        self.word.push_str(sign);
    }

    fn end_line(&mut self) {
        self.end_word();
        self.lines.push(std::mem::take(&mut self.words));
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
        self.after_note = false;
    }

    fn note(&mut self, number: usize) {
        self.put(&format!("[^{number}]"));
        self.after_note = true;
    }

    fn link(&mut self, runs: &[Run], url: &str) {
        let said: String = runs.iter().map(text_of).collect();
        if let Some(link) = bare(&said, url) {
            self.word.push_str(&link);
        } else {
            if self.after_note {
                // Side by side they would be one link, by reference; a comment stands between them.
                self.word.push_str("<!-- -->");
            }
            self.word.push('[');
            self.after_note = false;
            for (index, run) in runs.iter().enumerate() {
                let next = runs.get(index + 1).and_then(|next| text_of(next).chars().next());
                // In code a bracket cannot be escaped, and one before a colon would make a definition of the link (section 4.7).
                let run = if said.contains("]:") { &uncoded(run) } else { run };
                self.voiced(run, Some(next.unwrap_or(']')));
            }
            let target = target(url);
            self.put(&format!("]({target})"));
        }
        self.after_note = false;
    }

    /// A run in its voice; `next` is the sign that follows it.
    fn voiced(&mut self, run: &Run, next: Option<char>) {
        let Run::Text { text, voice, .. } = run else { return };
        let inner = text.trim_matches(' ');
        if text.starts_with(' ') {
            self.end_word();
        }
        if !inner.is_empty() {
            let next = if text.ends_with(' ') { None } else { next };
            let marker = self.marker(inner, *voice, next);
            self.word.push_str(marker);
            if voice.code && !self.word.ends_with('`') {
                self.word.push_str(&code(inner));
                self.after_note = false;
            } else {
                self.escape(inner, next.is_some());
            }
            self.word.push_str(marker);
            self.after_note &= marker.is_empty();
        }
        if text.ends_with(' ') {
            self.end_word();
        }
    }

    /// What stands before and after words in a voice, where it may.
    fn marker(&self, inner: &str, voice: TextStyle, next: Option<char>) -> &'static str {
        let marker = match (voice.strong, voice.emphasis) {
            (false, false) => return "",
            (true, false) => "**",
            (false, true) => "*",
            (true, true) => "***",
        };
        let edge = |sign| if voice.code { Some('`') } else { sign };
        let (first, last) = (edge(inner.chars().next()), edge(inner.chars().next_back()));
        let before = self.word.chars().next_back();
        let may = before != Some('*') && flanks(before, first) && flanks(next, last);
        if may { marker } else { "" }
    }

    /// Words, escaped. `more` says that something follows without a space.
    fn escape(&mut self, text: &str, more: bool) {
        let mut rest = text.chars();
        while let Some(sign) = rest.next() {
            if sign == ' ' {
                self.end_word();
                continue;
            }
            let next = rest.clone().next();
            let inside = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
            let means = match sign {
                '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '|' | '$' => true,
                '_' => !(inside(self.word.chars().next_back()) && inside(next)),
                '&' => is_entity(rest.as_str()),
                '#' => self.word.is_empty(),
                '!' => next.is_none() && more,
                '(' | ':' => self.after_note,
                _ => false,
            };
            if means {
                self.word.push('\\');
            }
            self.word.push(sign);
            self.after_note = false;
        }
    }
}

fn text_of(run: &Run) -> &str {
    if let Run::Text { text, .. } = run { text } else { "" }
}

/// The sign that a run begins with, as far as it matters to what stands before it.
fn first_sign(run: &Run) -> char {
    match run {
        Run::Text { link: Some(_), .. } | Run::Note(_) => '[',
        Run::Text { voice: TextStyle { code: true, .. }, .. } => '`',
        Run::Text { text, .. } => text.chars().next().unwrap_or(' '),
        Run::Break => '\\',
    }
}

/// Whether a marker may stand between what is `outside` and the sign `inside` that it embraces (`CommonMark` 0.31, section
/// 6.2, left- and right-flanking). A sign that could be a letter or punctuation counts as whichever is worse.
fn flanks(outside: Option<char>, inside: Option<char>) -> bool {
    let apart = |sign: char| sign.is_whitespace() || sign.is_ascii_punctuation();
    match inside {
        // Some letters are symbols as well: the circled and the squared ones.
        Some(letter)
            if letter.is_alphanumeric() && !matches!(letter, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}') =>
        {
            true
        }
        Some(sign) if !sign.is_whitespace() => outside.is_none_or(apart),
        _ => false,
    }
}

/// Whether `rest` would make a reference to a character of an `&` before it.
fn is_entity(rest: &str) -> bool {
    let name = rest.split(';').next().unwrap_or_default();
    name.len() < rest.len() && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
}

/// The same run without the voice of code.
fn uncoded(run: &Run) -> Run {
    let mut run = run.clone();
    if let Run::Text { voice, .. } = &mut run {
        voice.code = false;
    }
    run
}

/// Words as code: between more backticks than there are in a row within.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A link whose words are its address, in angle brackets (section 6.5); `None` where that would not be the same.
fn bare(said: &str, url: &str) -> Option<String> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if said == url {
        return (uri(url) == url).then(|| format!("<{url}>"));
    }
    let (user, host) = said.split_once('@')?;
    let labels = host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let simple = !user.is_empty() && user.bytes().all(word) && host.bytes().all(word) && labels;
    (simple && url.strip_prefix("mailto:") == Some(said)).then(|| format!("<{said}>"))
}

/// Where a link leads, as it stands after its words.
fn target(url: &str) -> String {
    let url = uri(url);
    let mut target = String::with_capacity(url.len());
    for (index, sign) in url.char_indices() {
        if sign == '&' && url.get(index + 1..).is_some_and(is_entity) {
            target.push('\\');
        }
        target.push(sign);
    }
    if target.contains(['(', ')']) { format!("<{target}>") } else { target }
}
