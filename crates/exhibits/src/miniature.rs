//! Miniatures: an exhibit in one row of a few cells, drawn from the same state as its picture.

use std::sync::OnceLock;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
};

use crate::{Exhibit, Palette, Signs, TABLE, demonstrated};

/// The cells of a miniature.
pub const MINIATURE: u16 = 8;

/// The exhibit as it is at this moment, in [`MINIATURE`] cells, all of them to be shown in one style.
#[must_use]
pub fn miniature(exhibit: &dyn Exhibit, signs: Signs) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, MINIATURE, 1));
    exhibit.miniature(&Palette { signs, ..Palette::default() }, buffer.area, &mut buffer);
    buffer.content.iter().map(Cell::symbol).collect()
}

/// The exhibit of this name as [`demonstrated`] has it, in [`MINIATURE`] cells; `None` where there is no exhibit of
/// this name. It is computed when it is first asked for, and then shared.
#[must_use]
pub fn still_miniature(name: &str, signs: Signs) -> Option<&'static str> {
    type Both = [OnceLock<String>; 2];
    static STILLS: [Both; TABLE.len()] = [const { [const { OnceLock::new() }; 2] }; TABLE.len()];
    let (_, [unicode, ascii]) = TABLE.iter().zip(&STILLS).find(|(row, _)| row.0 == name)?;
    let still = if signs == Signs::Ascii { ascii } else { unicode };
    demonstrated(name).map(|exhibit| still.get_or_init(|| miniature(exhibit, signs)).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NAMES, open};

    #[test]
    fn every_exhibit_has_a_miniature_of_its_own() {
        for signs in [Signs::Unicode, Signs::Ascii] {
            let stills: Vec<_> = NAMES.iter().map(|name| still_miniature(name, signs).unwrap()).collect();
            insta::assert_snapshot!(format!("{signs:?}").to_lowercase(), stills.join("\n"));
            for (at, still) in stills.iter().enumerate() {
                assert_eq!(still.chars().count(), usize::from(MINIATURE), "{still:?}");
                assert!(!still.trim().is_empty() && !stills[..at].contains(still), "{stills:#?}");
                assert!(signs == Signs::Unicode || still.is_ascii(), "{still:?}");
            }
        }
        assert_eq!(still_miniature("life", Signs::Unicode), None);
    }

    #[test]
    fn a_miniature_follows_the_run() {
        for name in ["kernels", "models"] {
            let mut exhibit = open(name).unwrap();
            let mut seen = vec![miniature(exhibit.as_ref(), Signs::Unicode)];
            exhibit.toggle();
            while exhibit.running() {
                exhibit.step();
                seen.push(miniature(exhibit.as_ref(), Signs::Unicode));
            }
            assert_eq!(seen.last().map(String::as_str), still_miniature(name, Signs::Unicode), "{name}");
            seen.dedup();
            assert!(seen.len() >= 12, "{name}: {seen:#?}");
        }
    }
}
