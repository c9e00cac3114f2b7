//! The side notes of one text: which are defined, which are referred to, and in what order.

use std::ops::Range;

use super::Finding;
use crate::{
    document::Block,
    profile::characters::{nearest, quoted},
};

/// The notes found so far.
#[derive(Debug, Default)]
pub(super) struct Notes {
    defined: Vec<Defined>,
    /// The labels referred to, in order; note `n` is at `n - 1`.
    referred: Vec<String>,
    /// References, by label, that the parser took for words because nothing defines them.
    missing: Vec<(String, Range<usize>)>,
    /// The end of the words that were last looked at, and the beginning of what is not yet known to be no reference.
    looked: Range<usize>,
}

#[derive(Debug)]
struct Defined {
    label: String,
    span: Range<usize>,
    blocks: Vec<Block>,
}

impl Notes {
    /// The number of the note with this label, counted from 1 in the order of the first reference.
    pub(super) fn refer(&mut self, label: &str) -> usize {
        let label = label.to_lowercase();
        let known = self.referred.iter().position(|known| *known == label);
        let index = known.unwrap_or_else(|| {
            self.referred.push(label);
            self.referred.len() - 1
        });
        index + 1
    }

    /// Adds a note; a second one with the same label is a finding.
    pub(super) fn define(&mut self, label: &str, span: Range<usize>, blocks: Vec<Block>) -> Option<Finding> {
        let key = label.to_lowercase();
        let twice = self.defined.iter().any(|defined| defined.label == key).then(|| Finding {
            span: head(&span, label),
            message: format!("the side note {} is source twice", quoted(&format!("[^{label}]"))),
            remedy: "give one of them another name".to_owned(),
        });
        self.defined.push(Defined { label: key, span: head(&span, label), blocks });
        twice
    }

    /// Looks through words for references to notes that are not defined: the parser takes those for words, in several
    /// pieces. `span` is a piece; the pieces come in order.
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

    /// The notes in the order of their first reference, and what is wrong with them.
    pub(super) fn finish(mut self) -> (Vec<Vec<Block>>, Vec<Finding>) {
        let mut findings = Vec::new();
        for (label, span) in &self.missing {
            let labels = self.defined.iter().map(|defined| defined.label.as_str());
            let remedy = match nearest(label, labels) {
                Some(near) => format!("did you mean {}?", quoted(&format!("[^{near}]"))),
                None => format!("add the note as a paragraph of its own: {}", quoted(&format!("[^{label}]: …"))),
            };
            let message = format!("there is no side note {}", quoted(&format!("[^{label}]")));
            findings.push(Finding { span: span.clone(), message, remedy });
        }
        for defined in &self.defined {
            if !self.referred.contains(&defined.label) {
                let label = quoted(&format!("[^{}]", defined.label));
                findings.push(Finding {
                    span: defined.span.clone(),
                    message: format!("nothing refers to the side note {label}"),
                    remedy: format!("write {label} in the text where the note belongs, or remove it"),
                });
            }
        }
        let mut notes = Vec::new();
        for label in &self.referred {
            let defined = self.defined.iter_mut().find(|defined| defined.label == *label);
            notes.push(defined.map(|defined| std::mem::take(&mut defined.blocks)).unwrap_or_default());
        }
        (notes, findings)
    }
}

/// The bytes of `[^label]:` at the beginning of a note.
fn head(span: &Range<usize>, label: &str) -> Range<usize> {
    span.start..(span.start + label.len() + "[^]:".len()).min(span.end)
}
