//! The contact page: where the person is found, and how to take the card away.

use std::sync::Arc;

use super::{
    super::{Content, Model, content::MEASURE, keys::Command},
    Target, qr,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{terminal::Size, theme::Theme, typeset};

/// Between the words and the QR code.
const GUTTER: u16 = 4;
/// The line under the QR code, and the space before it.
const CAPTION: u16 = 2;
/// Words in a narrower column stand above the QR code.
const NARROWEST: u16 = 26;

/// Something that can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) struct Item {
    /// What it is.
    label: String,
    /// What is copied.
    pub(super) text: String,
    /// Where it leads.
    address: Option<Arc<str>>,
    /// Whether it is a way to take the card away; the others are ways to reach the person.
    takeaway: bool,
}

impl Item {
    /// What it is.
    pub(in crate::app) fn label(&self) -> &str {
        &self.label
    }

    /// What is copied.
    pub(in crate::app) fn text(&self) -> &str {
        &self.text
    }
}

/// What can be selected on the page, in order.
pub(in crate::app) fn items(content: &Content) -> Vec<Item> {
    let card = &content.profile.card;
    let reach = [("e-mail", "mailto:", &card.email), ("phone", "tel:", &card.phone)]
        .into_iter()
        .filter_map(|(label, scheme, text)| {
            let text = text.clone()?;
            let address = format!("{scheme}{}", text.replace(' ', ""));
            Some((label.to_owned(), text, address))
        })
        .chain(card.links.iter().map(|link| (link.label.clone(), link.url.clone(), link.url.clone())))
        .map(|(label, text, address)| Item { label, text, address: Some(address.into()), takeaway: false });
    let take = content.takeaways().into_iter().map(|(command, gives)| Item {
        label: gives.to_owned(),
        text: command,
        address: None,
        takeaway: true,
    });
    reach.chain(take).collect()
}

pub(super) fn sheet<'a>(model: &'a Model, theme: &Theme, window: &Window) -> Sheet<'a> {
    let width = window.text.width;
    let items = items(&model.content);
    // With the narrowest frame that cameras make do with, where there is no room for more.
    let fits = |window: &Window| [2, 1].into_iter().find(|quiet| qr::fits(model, *quiet, window.text));
    let code = fits(window).and_then(|quiet| qr::sheet(model, quiet, theme));
    let left_out = code.is_none() && Window::of(Size::LARGEST.into()).as_ref().and_then(fits).is_some();
    let code_width = code.as_ref().map_or(0, Sheet::width);
    let beside = code.is_some() && width >= code_width + GUTTER + NARROWEST;
    let column = if beside { width - code_width - GUTTER } else { width }.min(MEASURE);
    let mut sheet = Sheet::default();
    sheet.lead(window.text.height, code.as_ref().map_or(0, |code| code.height().into()).max(2 * items.len()));
    let top = sheet.height();
    let labels = items.iter().filter(|item| !item.takeaway).map(|item| typeset::width(&item.label)).max().unwrap_or(0);
    let mut taking = false;
    let mut selected = None;
    for (i, item) in items.iter().enumerate() {
        if item.takeaway && !taking {
            taking = true;
            if sheet.height() > top {
                sheet.blank();
            }
            sheet.line(0, "Take the card away", theme.strong);
            sheet.blank();
        }
        let first = sheet.height();
        let chosen = i == model.item;
        let style = if item.takeaway { theme.ink } else { theme.accent };
        let style = if chosen { style.patch(theme.strong) } else { style };
        let room = column.saturating_sub(labels + 2);
        let (x, below) = match item.takeaway {
            false if room >= typeset::width(&item.text) => (labels + 2, false),
            true => (0, true),
            false => (0, false),
        };
        if x > 0 {
            let mut row = Row::default();
            row.put(0, item.label.clone(), theme.quiet);
            let end = row.put(x, item.text.clone(), style);
            if let Some(address) = &item.address {
                row.link(x..end, Arc::clone(address));
            }
            sheet.push(row);
        } else {
            if !below {
                sheet.wrapped(0, column, &item.label, theme.quiet);
            }
            let told = usize::from(sheet.height());
            sheet.wrapped(0, column, &item.text, style);
            if let Some(address) = &item.address {
                for row in sheet.rows_mut().iter_mut().skip(told) {
                    row.link(0..row.width(), Arc::clone(address));
                }
            }
            if below {
                sheet.wrapped(0, column, &item.label, theme.quiet);
            }
        }
        let end = sheet.height();
        for row in sheet.rows_mut().iter_mut().skip(first.into()) {
            row.hit(0..column, Target::Item(i));
            row.belongs(i);
        }
        if chosen {
            if let Some(row) = sheet.rows_mut().get_mut(usize::from(first)) {
                row.select(theme);
            }
            selected = Some((first, end));
        }
        if item.takeaway {
            sheet.blank();
        }
    }
    if model.content.profile.card.address.is_none() {
        sheet.wrapped(0, column, "HOST is the address that brought you here.", theme.quiet);
    }
    if left_out {
        sheet.blank();
        sheet.wrapped(0, column, qr::TOO_SMALL, theme.quiet);
    }
    if let Some(mut code) = code {
        if code.height() + CAPTION <= window.text.height {
            code.blank();
        }
        code.wrapped(0, code_width, qr::says(&model.content), theme.quiet);
        if beside {
            sheet.beside(width.min(MEASURE + GUTTER + code_width) - code_width, top, code);
        } else {
            sheet.blank();
            let y = sheet.height();
            sheet.beside(0, y, code);
        }
    }
    sheet.selected = selected;
    sheet
}

pub(super) fn hints(model: &Model) -> Vec<(Command, &'static str)> {
    let mut hints = Vec::new();
    if items(&model.content).len() > 1 {
        hints.push((Command::Down, "next"));
    }
    hints.push((Command::Copy, "copy"));
    hints
}
