//! Writes lines of text one below the other, with colours if they are wanted.

use crate::{
    document::{Block, Direction, Document, NO_BREAK_SPACE, Prose, Run},
    typeset::{self, Line, Options, Piece},
};

/// What words are of the text, for how they look where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRole {
    /// The person, and the title of a page.
    Title,
    /// What an entry is called.
    Name,
    /// Dates, and other facts.
    Aside,
    Body,
}

/// The text so far. Every part begins with a blank line, unless it is the first.
pub(super) struct TextWriter<'d> {
    pub(super) document: &'d Document,
    pub(super) width: u16,
    pub(super) options: Options,
    /// The accent and the quiet ink, where there are colours.
    pub(super) inks: Option<[Option<u8>; 2]>,
    /// The role of the text that is written now.
    part: TextRole,
    pub(super) text: String,
}

impl<'d> TextWriter<'d> {
    pub(super) fn new(document: &'d Document, width: u16, ascii: bool) -> Self {
        let direction = document.words.direction;
        let options = Options { notes_below: false, ascii, whole_words: true, direction };
        Self { document, width: width.max(1), options, inks: None, part: TextRole::Body, text: String::new() }
    }

    /// Writes something as this part of the text.
    pub(super) fn part(&mut self, part: TextRole, write: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.part, part);
        write(self);
        self.part = before;
    }

    pub(super) fn paragraph(&mut self, text: &str, indent: u16) {
        self.lines([Run::plain(text)], indent);
    }

    /// Lines that belong together, each set for itself.
    pub(super) fn lines(&mut self, lines: impl IntoIterator<Item = Run>, indent: u16) {
        self.runs(lines, indent, true);
    }

    pub(super) fn runs(&mut self, lines: impl IntoIterator<Item = Run>, indent: u16, apart: bool) {
        self.write(&paragraph(lines), indent, apart);
    }

    /// Sets a text below a blank line, if it stands `apart`.
    pub(super) fn write(&mut self, prose: &Prose, indent: u16, apart: bool) {
        let lines = self.set(prose, indent);
        self.put(&lines, indent, apart, "");
    }

    /// A text in lines that stand `indent` cells in, with the address of every link after its words.
    pub(super) fn set(&self, prose: &Prose, indent: u16) -> Vec<Line> {
        let spelled = |blocks: &[Block]| typeset::map(blocks, &mut |runs| typeset::spell_out(runs, " <", ">"));
        let notes = prose.notes.iter().map(|note| spelled(note)).collect();
        let prose = Prose { blocks: spelled(&prose.blocks), notes, ..Prose::default() };
        let prose = Prose::of(typeset::notes_in_brackets(&prose));
        typeset::set(&prose, self.width - self.indent(indent), self.options)
    }

    /// The indent where there is room for it.
    fn indent(&self, indent: u16) -> u16 {
        if self.width > indent.saturating_mul(8) { indent } else { 0 }
    }

    /// Adds lines; `side` stands at the far side of the last: at the right, or at the left of text that begins at the
    /// right.
    pub(super) fn put(&mut self, lines: &[Line], indent: u16, apart: bool, side: &str) {
        if apart && !self.text.is_empty() && !lines.is_empty() {
            self.text.push('\n');
        }
        let rtl = self.document.words.direction == Direction::Rtl;
        let indent = self.indent(indent);
        for (nth, line) in lines.iter().enumerate() {
            let side = if nth + 1 == lines.len() { side } else { "" };
            let taken = typeset::width(side);
            if rtl {
                self.part(TextRole::Aside, |out| out.words(side, &[]));
                self.line(line, indent, taken);
            } else {
                self.line(line, indent, 0);
                if taken > 0 {
                    let end = indent.saturating_add(line.width());
                    self.space(self.width.saturating_sub(end.saturating_add(taken)));
                    self.part(TextRole::Aside, |out| out.words(side, &[]));
                }
            }
            self.text.push('\n');
        }
    }

    /// A line without its end, beside what has `taken` so many cells at the left of it.
    fn line(&mut self, line: &Line, indent: u16, taken: u16) {
        if line.pieces.is_empty() {
            return;
        }
        let rtl = self.document.words.direction == Direction::Rtl;
        // Where text begins at the right, code keeps its columns, and a bullet stands at the right of its item.
        let (_, end) = line.code.unwrap_or((0, line.width()));
        let code = line.code.map_or(0, |(start, _)| line.indent.saturating_sub(start));
        let left = if rtl { self.width.saturating_sub(indent + end) + code } else { line.indent + indent };
        self.space(left.saturating_sub(taken));
        let (markers, words): (Vec<_>, Vec<_>) = line.pieces.iter().partition(|piece| rtl && piece.marker);
        for piece in &words {
            self.words(&piece.text, &styles(piece, line));
        }
        for marker in markers {
            let text = marker.text.trim_end();
            self.text.extend(std::iter::repeat_n(' ', marker.text.len() - text.len()));
            self.text.push_str(text);
        }
    }

    /// Words of a line. No-break spaces become common ones, since the line is broken already and readers search with
    /// common spaces. `styles` are parameters of SGR (ECMA-48) beside those of the part that is written.
    fn words(&mut self, words: &str, styles: &[&'static str]) {
        let words = words.replace(NO_BREAK_SPACE, " ");
        let Some([accent, quiet]) = self.inks.filter(|_| !words.trim().is_empty()) else {
            return self.text.push_str(&words);
        };
        let ink = match self.part {
            TextRole::Title => accent,
            TextRole::Aside => quiet,
            TextRole::Name | TextRole::Body => None,
        };
        let bold = matches!(self.part, TextRole::Title | TextRole::Name).then(|| "1".to_owned());
        let ink = ink.map(|ink| format!("38;5;{ink}"));
        let parameters: Vec<String> =
            bold.into_iter().chain(ink).chain(styles.iter().copied().map(str::to_owned)).collect();
        if parameters.is_empty() {
            self.text.push_str(&words);
        } else {
            self.text.extend(["\x1b[", &parameters.join(";"), "m", &words, "\x1b[0m"]);
        }
    }

    fn space(&mut self, cells: u16) {
        self.text.extend(std::iter::repeat_n(' ', cells.into()));
    }
}

/// How a piece of a line stands out: parameters of SGR.
fn styles(piece: &Piece, line: &Line) -> Vec<&'static str> {
    let style = piece.style;
    [(style.strong || line.heading, "1"), (style.emphasis, "3"), (piece.link.is_some(), "4")]
        .into_iter()
        .filter_map(|(is, parameter)| is.then_some(parameter))
        .collect()
}

/// Lines that belong together, as a text.
pub(super) fn paragraph(lines: impl IntoIterator<Item = Run>) -> Prose {
    let mut runs: Vec<Run> = lines.into_iter().flat_map(|line| [line, Run::Break]).collect();
    runs.pop();
    if runs.is_empty() { Prose::default() } else { Prose::of(vec![Block::Paragraph(runs)]) }
}
