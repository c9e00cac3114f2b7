//! The page names that have a meaning: a position among the tabs, and a section.

use super::characters::slip;
use crate::document::Section;

/// The known names in the order of the tabs, with what a page of that name is to other programs.
const KNOWN: [(&str, Section); 19] = [
    ("about", Section::None),
    ("career", Section::Work),
    ("experience", Section::Work),
    ("work", Section::Work),
    ("jobs", Section::Work),
    ("education", Section::Education),
    ("stack", Section::Skills),
    ("projects", Section::Projects),
    ("publications", Section::Publications),
    ("papers", Section::Publications),
    ("talks", Section::Talks),
    ("awards", Section::Awards),
    ("certificates", Section::Certificates),
    ("certifications", Section::Certificates),
    ("volunteer", Section::Volunteer),
    ("volunteering", Section::Volunteer),
    ("skills", Section::Skills),
    ("languages", Section::Languages),
    ("references", Section::References),
];

/// Where a page stands among the tabs if the owner gives no order; those of other names stand behind all known ones.
pub(super) fn rank(name: &str) -> usize {
    KNOWN.iter().position(|(known, _)| *known == name).unwrap_or(KNOWN.len())
}

/// What a page is to other programs, by the name of its file.
pub(super) fn section_of(name: &str) -> Section {
    KNOWN.iter().find(|(known, _)| *known == name).map_or(Section::None, |(_, section)| *section)
}

/// The known name of which another one is a slip of the keyboard: `carrer` is meant to be `career`.
pub(super) fn misspelled(name: &str) -> Option<&'static str> {
    let mut known = KNOWN.iter().map(|(known, _)| *known);
    if rank(name) < KNOWN.len() { None } else { known.find(|known| slip(name, known)) }
}
