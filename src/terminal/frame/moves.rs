//! Ways to move the cursor, and how many bytes each takes.

/// A way to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// To a column and a row, counted from 0 (CUP).
    To {
        /// The column.
        x: u16,
        /// The row.
        y: u16,
    },
    /// Straight down (CUD), and then along the row: to the right (CUF) or, below 0, to the left (CUB).
    Along {
        /// Rows.
        down: u16,
        /// Columns.
        right: i32,
    },
    /// To the start of a row further down (CR LF), and then to the right (CUF).
    Lines {
        /// Rows.
        down: u16,
        /// Columns.
        right: u16,
    },
}

/// The way of two that takes fewer bytes: the first, where both take as many.
pub(super) fn shorter(one: Move, other: Move) -> Move {
    if other.bytes() < one.bytes() { other } else { one }
}

impl Move {
    /// How many bytes it takes.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::To { x: 0, y } => 3 + digits(y + 1),
            Self::To { x, y } => 4 + digits(y + 1) + digits(x + 1),
            Self::Along { down, right } => counted(down) + counted(distance(right)),
            Self::Lines { down, right } => 2 * usize::from(down) + counted(right),
        }
    }

    /// Writes it.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::To { x, y } => {
                out.extend_from_slice(b"\x1b[");
                decimal(y + 1, out);
                if x > 0 {
                    out.push(b';');
                    decimal(x + 1, out);
                }
                out.push(b'H');
            }
            Self::Along { down, right } => {
                count(down, b'B', out);
                count(distance(right), if right < 0 { b'D' } else { b'C' }, out);
            }
            Self::Lines { down, right } => {
                (0..down).for_each(|_| out.extend_from_slice(b"\r\n"));
                count(right, b'C', out);
            }
        }
    }
}

fn distance(right: i32) -> u16 {
    u16::try_from(right.unsigned_abs()).unwrap_or(u16::MAX)
}

/// A move by so many cells, which nobody takes for more than one when the number is left out.
fn count(cells: u16, way: u8, out: &mut Vec<u8>) {
    if cells > 0 {
        out.extend_from_slice(b"\x1b[");
        if cells > 1 {
            decimal(cells, out);
        }
        out.push(way);
    }
}

/// The bytes that a move by so many cells takes.
fn counted(cells: u16) -> usize {
    match cells {
        0 => 0,
        1 => 3,
        more => 3 + digits(more),
    }
}

/// Writes a number.
pub(super) fn decimal(number: u16, out: &mut Vec<u8>) {
    let mut power = 10_u16.pow(digits(number) as u32 - 1);
    while power > 0 {
        out.push(b'0' + (number / power % 10) as u8);
        power /= 10;
    }
}

/// The digits of a number.
fn digits(number: u16) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_takes_as_many_bytes_as_it_says() {
        for (way, expected) in [
            (Move::To { x: 0, y: 0 }, "\x1b[1H"),
            (Move::To { x: 9, y: 99 }, "\x1b[100;10H"),
            (Move::Along { down: 0, right: 1 }, "\x1b[C"),
            (Move::Along { down: 1, right: -12 }, "\x1b[B\x1b[12D"),
            (Move::Along { down: 10, right: 0 }, "\x1b[10B"),
            (Move::Lines { down: 2, right: 3 }, "\r\n\r\n\x1b[3C"),
            (Move::Lines { down: 1, right: 0 }, "\r\n"),
        ] {
            let mut out = Vec::new();
            way.write(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
            assert_eq!(way.bytes(), expected.len(), "{expected:?}");
        }
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for number in [0, 1, 9, 10, 99, 100, 101, 9_999, 10_000, u16::MAX] {
            let mut out = Vec::new();
            decimal(number, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), number.to_string());
        }
    }

    #[test]
    fn the_first_of_two_alike_is_taken() {
        let (one, other) = (Move::To { x: 0, y: 0 }, Move::Along { down: 0, right: 10 });
        assert_eq!(shorter(one, other), one);
        assert_eq!(shorter(other, one), one, "it takes a byte less");
        let other = Move::Along { down: 0, right: 2 };
        assert_eq!((shorter(one, other), shorter(other, one)), (one, other));
    }
}
