//! The visitor's terminal.

pub mod capabilities;
pub mod input;

/// A terminal's size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Cells in a row.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// What a terminal is taken for that does not say: the size of a VT100.
    pub const DEFAULT: Self = Self { columns: 80, rows: 24 };
    /// The largest that is drawn: a wall of text at the smallest font on a large screen. Beyond it nobody reads, and
    /// two buffers of it are 5 MB.
    pub const LARGEST: Self = Self { columns: 400, rows: 150 };

    /// The size that a client asked for (RFC 4254, section 6.2), made sane: 0 is the default, too large is the largest.
    #[must_use]
    pub fn clamped(columns: u32, rows: u32) -> Self {
        let clamp = |asked: u32, default: u16, largest: u16| match asked {
            0 => default,
            n => u16::try_from(n).unwrap_or(largest).min(largest),
        };
        Self {
            columns: clamp(columns, Self::DEFAULT.columns, Self::LARGEST.columns),
            rows: clamp(rows, Self::DEFAULT.rows, Self::LARGEST.rows),
        }
    }
}
