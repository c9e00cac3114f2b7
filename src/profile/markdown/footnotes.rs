//! The footnotes of one text: which are defined, which are referred to, and in what order.

use std::ops::Range;

use crate::{
    document::Block,
    profile::{
        characters::{nearest, quoted},
        diagnostic::SpannedDiagnostic,
    },
};

/// The footnotes found so far.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    defined: Vec<Defined>,
    /// The labels referred to, in order; footnote `n` is at `n - 1`.
    referred: Vec<String>,
    /// References, by label, that the parser took for words because nothing defines them.
    missing: Vec<(String, Range<usize>)>,
    /// The end of the words that were last looked at, and the beginning of what is not yet known to be no reference.
    looked: Range<usize>,
}

#[derive(Debug)]
struct Defined {
    label: String,
    /// The bytes of `[^label]:`.
    span: Range<usize>,
    blocks: Vec<Block>,
}

impl Footnotes {
    /// The number of the footnote with this label, counted from 1 in the order of the first reference.
    pub(super) fn refer(&mut self, label: &str) -> usize {
        let label = label.to_lowercase();
        let known = self.referred.iter().position(|known| *known == label);
        let index = known.unwrap_or_else(|| {
            self.referred.push(label);
            self.referred.len() - 1
        });
        index + 1
    }

    /// Adds a footnote; a second one with the same label is an error.
    pub(super) fn define(&mut self, label: &str, span: Range<usize>, blocks: Vec<Block>) -> Option<SpannedDiagnostic> {
        let span = span.start..(span.start + label.len() + "[^]:".len()).min(span.end);
        let key = label.to_lowercase();
        let twice = self.defined.iter().any(|defined| defined.label == key).then(|| {
            let message = format!("the footnote {} is written twice", bracketed(label));
            SpannedDiagnostic::error(span.clone(), message, "give one of them another name")
        });
        self.defined.push(Defined { label: key, span, blocks });
        twice
    }

    /// Looks through words for references to footnotes that are not defined: the parser takes those for words, in
    /// several pieces. `span` is a piece; the pieces come in order.
    pub(super) fn look_for_missing(&mut self, text: &str, span: Range<usize>) {
        if span.start != self.looked.end {
            self.looked.start = span.start;
        }
        self.looked.end = span.end;
        while let Some(words) = text.get(self.looked.clone()) {
            let Some(open) = words.find("[^") else {
                self.looked.start = span.end - usize::from(words.ends_with('['));
                break;
            };
            let from = words.get(open + 2..).unwrap_or_default();
            let Some(length) = from.find([']', '[', ' ', '\n']) else { break };
            let (start, label) = (self.looked.start + open, from.get(..length).unwrap_or_default());
            let end = start + 2 + length;
            let escaped = text.get(..start).is_some_and(|before| before.ends_with('\\'));
            if from.get(length..).is_some_and(|rest| rest.starts_with(']')) && length > 0 && !escaped {
                self.missing.push((label.to_owned(), start..end + 1));
            }
            self.looked.start = end;
        }
    }

    /// The footnotes in the order of their first reference, and what is wrong with them.
    pub(super) fn finish(mut self) -> (Vec<Vec<Block>>, Vec<SpannedDiagnostic>) {
        let mut diagnostics = Vec::new();
        for (label, span) in &self.missing {
            let labels = self.defined.iter().map(|defined| defined.label.as_str());
            let remedy = match nearest(label, labels) {
                Some(near) => format!("did you mean {}?", bracketed(near)),
                None => format!("add the footnote as a paragraph of its own: {}", quoted(&format!("[^{label}]: …"))),
            };
            let message = format!("there is no footnote {}", bracketed(label));
            diagnostics.push(SpannedDiagnostic::error(span.clone(), message, remedy));
        }
        for Defined { label, span, blocks } in &self.defined {
            let (label, known) = (bracketed(label), self.referred.contains(label));
            let warning = if !known {
                let remedy = format!("write {label} in the text where the footnote belongs, or remove it");
                (format!("nothing refers to the footnote {label}"), remedy)
            } else if blocks.is_empty() {
                (format!("the footnote {label} is empty"), "write it, or remove it and what refers to it".to_owned())
            } else {
                continue;
            };
            diagnostics.push(SpannedDiagnostic::warning(span.clone(), warning.0, warning.1));
        }
        let mut notes = Vec::new();
        for label in &self.referred {
            let defined = self.defined.iter_mut().find(|defined| defined.label == *label);
            notes.push(defined.map(|defined| std::mem::take(&mut defined.blocks)).unwrap_or_default());
        }
        (notes, diagnostics)
    }
}

/// A label as it is written: `[^label]`.
fn bracketed(label: &str) -> String {
    quoted(&format!("[^{label}]"))
}
