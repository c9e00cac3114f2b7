//! The styles of exhibits, named by their meaning.

use ratatui::style::{Color, Modifier, Style};

use crate::signs::Signs;

/// The styles and the characters that an exhibit is drawn with.
///
/// Colour is never the only difference that matters: [`highlight`](Self::highlight) and [`selected`](Self::selected)
/// should have a modifier, so that they are seen on a terminal without colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Words, curves and bars of normal importance.
    pub text: Style,
    /// Names and important figures.
    pub strong: Style,
    /// Axes, units, legends.
    pub quiet: Style,
    /// What the setting determines: the progress of a run, a tile, the levels of a grid.
    pub accent: Style,
    /// What has just changed, and what differs from what was expected.
    pub highlight: Style,
    /// The current element, and single points that matter.
    pub selected: Style,
    /// The characters.
    pub signs: Signs,
}

/// For any terminal with 16 colours and Unicode. It leaves text and background to the terminal.
impl Default for Palette {
    fn default() -> Self {
        let accent = Style::new().fg(Color::Cyan);
        Self {
            text: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            quiet: Style::new().add_modifier(Modifier::DIM),
            accent,
            highlight: accent.add_modifier(Modifier::BOLD),
            selected: accent.add_modifier(Modifier::REVERSED),
            signs: Signs::Unicode,
        }
    }
}
