//! Combines several Markdown texts in one document. Each was written on its own, so two of them may use the same label
//! for a footnote (`[^1]`) or a link's address (`[site]: https://…`), and one may end within a code block.

use std::{collections::HashMap, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

/// Every label of the texts, and what could be one, with the first and the last text that holds it.
pub(super) struct Labels(HashMap<String, (usize, usize)>);

impl Labels {
    /// The labels of the texts of a document, in order.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut held: HashMap<String, (usize, usize)> = HashMap::new();
        for (number, text) in texts.enumerate() {
            for label in brackets(text) {
                let key = normalized(text.get(label).unwrap_or_default());
                held.entry(key).or_insert((number, number)).1 = number;
            }
        }
        Self(held)
    }

    /// Text `number`, counted from 0, as it may stand beside the others: labels that are not its own are renamed, its
    /// headings are of `deeper` more levels, and its last block is closed.
    pub(super) fn apart(&self, number: usize, text: &str, deeper: usize) -> String {
        let parser = Parser::new_ext(text, Options::ENABLE_FOOTNOTES | Options::ENABLE_TABLES);
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (_, definition) in parser.reference_definitions().iter() {
            edits.extend(self.renamed(number, text, first(text, definition.span.clone())));
        }
        let mut depth = 0_usize;
        for (event, span) in parser.into_offset_iter() {
            match &event {
                Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                    // The label stands last: `[words][label]`, `[label][]`, `[label]`.
                    let label = brackets_in(text, span.clone()).last();
                    let edit = self.renamed(number, text, label);
                    edits.extend(edit.and_then(|(label, name)| match link_type {
                        LinkType::Reference => Some((label, name)),
                        // The parser's span ends before the empty brackets.
                        LinkType::Collapsed => {
                            let empty = text.get(label.end..)?.find("[]")? + label.end + 1;
                            Some((empty..empty, name))
                        }
                        LinkType::Shortcut => Some((span.end..span.end, format!("[{name}]"))),
                        _ => None,
                    }));
                }
                Event::FootnoteReference(_) | Event::Start(Tag::FootnoteDefinition(_)) => {
                    edits.extend(self.renamed(number, text, first(text, span)));
                }
                Event::Start(Tag::Heading { level, .. }) if deeper > 0 => {
                    edits.extend(heading(text, span, *level as usize, deeper));
                }
                // Within a list or a quotation the next text ends it.
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if depth == 0 => {
                    edits.extend(missing_fence(text, span).map(|fence| (text.len()..text.len(), fence)));
                }
                _ => {}
            }
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        edits.sort_by_key(|(range, _)| range.start);
        let mut apart = String::with_capacity(text.len());
        let mut from = 0;
        for (range, new) in edits {
            apart.push_str(text.get(from..range.start).unwrap_or_default());
            apart.push_str(&new);
            from = range.end;
        }
        apart + text.get(from..).unwrap_or_default()
    }

    /// The new name of a label of text `number`, where it needs one. A footnote keeps its label in the first text that
    /// has it; that of a link could be words of any other text.
    fn renamed(&self, number: usize, text: &str, label: Option<Range<usize>>) -> Option<(Range<usize>, String)> {
        let label = label?;
        let name = text.get(label.clone())?;
        let (first, last) = *self.0.get(&normalized(name))?;
        let collides = if name.starts_with('^') { first < number } else { first != last };
        let mut new = format!("{}-{}", name.trim_end(), number + 1);
        while self.0.contains_key(&normalized(&new)) {
            new.push('-');
        }
        collides.then_some((label, new))
    }
}

/// What makes a heading one of `deeper` more levels, of which there are six. One with a line below it has only two, and
/// is written with number signs.
fn heading(text: &str, heading: Range<usize>, level: usize, deeper: usize) -> Vec<(Range<usize>, String)> {
    let start = heading.start;
    let source = text.get(heading).unwrap_or_default().trim_end();
    let new = (level + deeper).min(6);
    let after = source.trim_start_matches('#');
    if source.len() > after.len() && (after.is_empty() || after.starts_with([' ', '\t', '\n'])) {
        return vec![(start..start, "#".repeat(new.saturating_sub(level)))];
    }
    let Some((words, _)) = source.rsplit_once('\n') else { return Vec::new() };
    let mut edits = vec![(start..start, "#".repeat(new) + " ")];
    // Several lines become one, without what marks a line of a quotation.
    for (line, _) in words.match_indices('\n') {
        let before = words.get(..line).unwrap_or_default();
        let is_break = before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let rest = words.get(line..).unwrap_or_default();
        let marks = rest.len() - rest.trim_start_matches(['\n', '\r', ' ', '\t', '>']).len();
        edits.push((start + line - usize::from(is_break)..start + line + marks, " ".to_owned()));
    }
    // At the end of the line number signs would be no words.
    let kept = words.trim_end();
    let signs = kept.trim_end_matches('#').len();
    if signs < kept.len() && kept.get(..signs).is_some_and(|before| before.ends_with([' ', '\t'])) {
        edits.push((start + signs..start + signs, "\\".to_owned()));
    }
    edits.push((start + kept.len()..start + source.len(), String::new()));
    edits
}

/// A label as it is compared (`CommonMark` 0.31, section 4.7, matches).
fn normalized(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What stands in square brackets without others in it, and is not empty.
fn brackets(text: &str) -> impl Iterator<Item = Range<usize>> {
    let (mut open, mut escape) = (None, false);
    text.bytes().enumerate().filter_map(move |(index, byte)| {
        let escaped = std::mem::take(&mut escape);
        match byte {
            b'\\' => escape = !escaped,
            b'[' if !escaped => open = Some(index + 1),
            b']' if !escaped => return open.take().map(|open| open..index).filter(|label| !label.is_empty()),
            _ => {}
        }
        None
    })
}

/// Finds the brackets in a part of a text.
fn brackets_in(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let start = part.start;
    brackets(text.get(part).unwrap_or_default()).map(move |label| label.start + start..label.end + start)
}

fn first(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    brackets_in(text, part).next()
}

/// The fence that a block of code at the end of a text lacks.
fn missing_fence(text: &str, block: Range<usize>) -> Option<String> {
    let block = text.get(block)?.trim_start();
    let sign = block.chars().next()?;
    let fence: String = block.chars().take_while(|other| *other == sign).collect();
    let last = block.lines().skip(1).last().unwrap_or_default();
    let words = last.trim();
    // Further in, it is a line of code.
    let indented = last.len() - last.trim_start().len() > 3;
    let closed = !indented && words.len() >= fence.len() && words.chars().all(|other| other == sign);
    (!closed).then(|| format!("\n{fence}"))
}
