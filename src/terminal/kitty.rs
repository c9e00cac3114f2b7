//! The graphics protocol of kitty: a picture is sent once, and is shown wherever placeholder characters stand in the
//! text (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>, "Unicode placeholders"; kitty 0.28, Ghostty 1.0). So a
//! frame draws, moves and erases a picture as any other text.
//!
//! Every sequence asks for no reply (`q=2`).

use base64ct::{Base64, Encoding as _};
use ratatui::{layout::Size, style::Color};

/// Stands for a cell of a picture.
const PLACEHOLDER: char = '\u{10eeee}';

/// The row of a picture that a placeholder shows: the first characters of kitty's `rowcolumn-diacritics.txt`.
const ROWS: [char; 12] = [
    '\u{305}', '\u{30d}', '\u{30e}', '\u{310}', '\u{312}', '\u{33d}', '\u{33e}', '\u{33f}', '\u{346}', '\u{34a}',
    '\u{34b}', '\u{34c}',
];

/// The number of the picture, which the colour of its placeholders says. All programs on a terminal share the numbers,
/// so it is one that another has hardly chosen.
const ID: u32 = 0x73_73_68;

/// The colour of placeholders.
pub const INK: Color = Color::from_u32(ID);

/// The bytes of a file that one sequence carries: 4096 characters of Base64, the most that there may be.
pub const PART: usize = 3072;

/// What stands in a cell of a picture, of at most 12 rows. Within a row each placeholder shows what is right of the one
/// before it.
#[must_use]
pub fn placeholder(column: u16, row: u16) -> String {
    let row = ROWS.get(usize::from(row)).filter(|_| column == 0);
    [PLACEHOLDER].iter().chain(row).collect()
}

/// Sends the part of a PNG file that begins at a byte; the bytes that were sent.
pub fn send(file: &[u8], from: usize, out: &mut Vec<u8>) -> usize {
    let rest = file.get(from..).unwrap_or_default();
    let part = rest.get(..PART).unwrap_or(rest);
    let more = u8::from(part.len() < rest.len());
    let head = if from == 0 { format!("a=t,f=100,i={ID},q=2,m={more}") } else { format!("m={more},q=2") };
    out.extend_from_slice(format!("\x1b_G{head};{}\x1b\\", Base64::encode_string(part)).as_bytes());
    part.len()
}

/// Ends a file that is not sent to its end. What came of it is no picture, and is dropped.
pub fn abort(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b_Gm=0,q=2;\x1b\\");
}

/// Fits the picture into so many cells of placeholders.
pub fn place(Size { width, height }: Size, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\x1b_Ga=p,U=1,i={ID},p=1,c={width},r={height},q=2\x1b\\").as_bytes());
}

/// Frees the picture.
pub fn free(out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\x1b_Ga=d,d=I,i={ID},q=2\x1b\\").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_in_parts() {
        let file: Vec<u8> = (0..=PART * 2).map(|n| n as u8).collect();
        let (mut sent, mut received) = (0, Vec::new());
        let heads = ["a=t,f=100,i=7566184,q=2,m=1;", "m=1,q=2;", "m=0,q=2;"];
        for head in heads {
            let mut out = Vec::new();
            sent += send(&file, sent, &mut out);
            let text = String::from_utf8(out).unwrap();
            let payload = text.strip_prefix("\x1b_G").and_then(|text| text.strip_suffix("\x1b\\")).unwrap();
            let payload = payload.strip_prefix(head).unwrap();
            assert!(payload.len() <= 4096);
            received.extend(Base64::decode_vec(payload).unwrap());
        }
        assert_eq!((sent, received), (file.len(), file));
    }

    #[test]
    fn the_picture_has_one_number() {
        assert_eq!(INK, Color::Rgb(0x73, 0x73, 0x68));
        let mut out = Vec::new();
        place(Size { width: 24, height: 12 }, &mut out);
        free(&mut out);
        assert_eq!(out, b"\x1b_Ga=p,U=1,i=7566184,p=1,c=24,r=12,q=2\x1b\\\x1b_Ga=d,d=I,i=7566184,q=2\x1b\\");
    }

    #[test]
    fn a_placeholder_takes_one_cell() {
        for (column, row) in [(0, 0), (0, 11), (1, 3), (23, 11)] {
            let text = placeholder(column, row);
            assert_eq!(unicode_width::UnicodeWidthStr::width(&*text), 1, "{text:?}");
            assert_eq!(unicode_segmentation::UnicodeSegmentation::graphemes(&*text, true).count(), 1, "{text:?}");
        }
    }
}
