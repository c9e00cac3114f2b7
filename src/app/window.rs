//! Divides a window: margins, the line of tabs, the page, the line of keys.

use ratatui::layout::{Rect, Size};

use crate::site::MEASURE;

/// The division of a window. The names of the tabs, the text and the keys begin in the same column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The line of tabs; its names begin two cells to the right.
    pub(super) bar: Rect,
    /// Everything between the two lines.
    pub(super) body: Rect,
    /// The text; the bar of the selection is two cells to its left.
    pub(super) text: Rect,
    /// The line of keys, which begin one cell to the right.
    pub(super) hints: Rect,
    /// The column of the scroll indicator.
    pub(super) margin: u16,
    /// The column beside the text, in a large window.
    pub(super) aside: Option<Rect>,
    /// Under 60 columns: everything in one column.
    pub(super) narrow: bool,
}

/// The largest part of a window that is drawn, in its middle: an exhibit of [`Window::EXHIBIT`] columns is the widest,
/// and no page is higher than [`Window::LARGEST`]. A frame takes two buffers of so many cells, of 40 bytes each, which
/// a thread keeps: 0.8 MB.
const DRAWN: Size = Size { width: Window::EXHIBIT, height: 60 };

impl Window {
    /// The smallest window that holds a page.
    const SMALLEST: Size = Size { width: 24, height: 6 };
    /// The largest size of a page, which stands in the middle of a larger window.
    const LARGEST: Size = Size { width: 106, height: 58 };
    /// Under this many columns there is one column and a small margin.
    const NARROW: u16 = 60;
    /// From this many columns on there is room for a column beside the text; under it, only the text and its margins
    /// stand in the middle.
    const WIDE: u16 = 92;
    /// The columns before the axis, in a narrow window and at most: air that the bar of what is selected stands in.
    const MARGINS: (u16, u16) = (2, 6);

    /// From this many columns on there is room for another column beside all that the text takes.
    const LARGE: u16 = 140;
    /// The columns of the text beside another column, and the least and between the two.
    const TEXT: u16 = 98;
    const ASIDE: u16 = 36;
    const GUTTER: u16 = 5;

    /// The columns of an exhibit, in a window that has them: its picture is worth more room than text is.
    const EXHIBIT: u16 = 164;

    /// Composes a window; `None` when it is too small for a page.
    pub(super) fn of(size: Size) -> Option<Self> {
        Self::composed(size, Self::LARGEST.width)
    }

    /// Composes a window with as many columns as an exhibit has, for a page that is no running text.
    pub(super) fn wide(size: Size) -> Option<Self> {
        Self::composed(size, if size.width >= Self::LARGE { Self::EXHIBIT } else { Self::LARGEST.width })
    }

    /// Composes a window with another column beside the text, where a large window has room for it.
    pub(super) fn with_aside(size: Size) -> Option<Self> {
        if size.width < Self::LARGE {
            return Self::of(size);
        }
        let window = Self::composed(size, Self::EXHIBIT)?;
        let all = window.text;
        let width = all.width.saturating_sub(Self::TEXT + Self::GUTTER).max(Self::ASIDE);
        let text = Rect { width: all.width.saturating_sub(Self::GUTTER + width), ..all };
        let aside = Some(Rect { x: all.right().saturating_sub(width), width, ..all });
        Some(Self { text, aside, margin: text.right() + 1, ..window })
    }

    /// Composes a window for an exhibit, which is no text: it takes the margin at the right, but for the scroll mark,
    /// and in a large window as much room as it has a use for.
    pub(super) fn of_exhibit(size: Size) -> Option<Self> {
        let window = Self::wide(size)?;
        let most = if size.width >= Self::LARGE { Self::EXHIBIT } else { Self::LARGEST.width };
        let right = if window.narrow { window.body.right() } else { (size.width - 2).min(window.body.x + most) };
        let text = Rect { width: right.saturating_sub(window.text.x + 2), ..window.text };
        Some(Self { text, margin: right.saturating_sub(1), ..window })
    }

    /// Mirrors the window, for text that begins at the right.
    pub(super) fn mirrored(self, size: Size) -> Self {
        let mirrored = |area: Rect| Rect { x: size.width.saturating_sub(area.right()), ..area };
        let margin = size.width.saturating_sub(self.margin + 1);
        let [bar, body, text, hints] = [self.bar, self.body, self.text, self.hints].map(mirrored);
        Self { bar, body, text, hints, margin, aside: self.aside.map(mirrored), ..self }
    }

    /// Composes a window of so many columns at most.
    fn composed(size: Size, most: u16) -> Option<Self> {
        if size.width < Self::SMALLEST.width || size.height < Self::SMALLEST.height {
            return None;
        }
        let narrow = size.width < Self::NARROW;
        // Wide windows have margins; a narrow one needs its columns for text. Between the two the margins grow with the
        // window: a wider one never has less room for keys.
        let (narrowest, widest) = Self::MARGINS;
        let margin = (narrowest + (size.width + 1).saturating_sub(Self::NARROW) / 2).min(widest);
        let edge = if size.width < Self::NARROW + 4 { 1 } else { 2 };
        let indent = margin - edge;
        let top = match size.height {
            ..30 => 0,
            more => (more.saturating_sub(Self::LARGEST.height) / 2).max(1),
        };
        let (above, below) = match size.height {
            ..10 => (0, 0),
            10..20 => (1, 0),
            20..40 => (1, 1),
            _ => (2, 1),
        };
        let most = if size.width < Self::WIDE { MEASURE + 2 * indent } else { most };
        let width = (size.width - 2 * edge).min(most);
        let x = (size.width - width) / 2;
        let axis = x + indent;
        let hints = Rect { x: axis - 1, y: size.height - 1 - top, width: width + 1 - indent, height: 1 };
        let bar = Rect { x: axis - 2, y: top, width: hints.width + 1, ..hints };
        let y = bar.y + 1 + above;
        let body = Rect { x, y, width, height: hints.y.saturating_sub(y + below) };
        let text = Rect { x: axis, width: width.saturating_sub(2 * indent), ..body };
        // A blank column stands between the text and the mark.
        let margin = (text.right() + 1).max(body.right().saturating_sub(1));
        Some(Self { bar, body, text, hints, margin, aside: None, narrow })
    }
}

/// The part of a window of this size that a page may draw in; the rest of the window is blank.
pub(super) fn drawn_area(size: Size) -> Rect {
    if Window::of(size).is_none() {
        // One of its sides is short.
        return Rect::new(0, 0, size.width, size.height);
    }
    let (width, height) = (size.width.min(DRAWN.width), size.height.min(DRAWN.height));
    Rect { x: (size.width - width) / 2, y: (size.height - height) / 2, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_divided_without_overlap_at_every_size() {
        for width in 1..=400 {
            for height in 1..=150 {
                let size = Size { width, height };
                let windows = [(Window::of(size), 20), (Window::with_aside(size), 20), (Window::of_exhibit(size), 19)];
                for (window, least) in windows.into_iter().filter_map(|(window, least)| Some((window?, least))) {
                    let all = Rect { x: 0, y: 0, width, height };
                    for part in [window.bar, window.body, window.text, window.hints] {
                        assert_eq!(part.intersection(all), part, "{width}x{height}: {part:?} is outside");
                        let drawn = drawn_area(size);
                        assert_eq!(part.intersection(drawn), part, "{width}x{height}: {part:?} is outside {drawn:?}");
                    }
                    assert!(drawn_area(size).contains((window.margin, window.body.y).into()), "{width}x{height}");
                    if let Some(aside) = window.aside {
                        assert!(
                            aside.x > window.margin + 1 && aside.right() <= window.body.right(),
                            "{width}x{height}"
                        );
                        assert!(window.text.width >= 80, "{width}x{height}: {window:?}");
                    }
                    assert!(window.bar.bottom() <= window.body.y, "{width}x{height}");
                    assert!(window.body.bottom() <= window.hints.y, "{width}x{height}");
                    let narrower = Window::of(Size { width: width - 1, height }).filter(|_| width < Window::LARGE);
                    let has_less = |part: fn(&Window) -> Rect| {
                        narrower.as_ref().is_some_and(|narrower| part(&window).width < part(narrower).width)
                    };
                    assert!(!has_less(|window| window.hints), "{width}x{height}: less room for keys");
                    assert!(window.text.height >= 3 && window.text.width >= least, "{width}x{height}: {window:?}");
                    assert!(window.text.x >= 2 && window.margin > window.text.right(), "{width}x{height}");
                }
            }
        }
    }
}
