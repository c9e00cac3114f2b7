//! What is told of an entry.

use super::{
    super::{
        super::screen::{Command, Context, Sheet, Target},
        exhibit::links,
    },
    EntriesScreen,
    list::{List, STEP},
};
use crate::{
    document::{Entry, Layout, Place, short_address},
    site::MEASURE,
};

impl EntriesScreen {
    /// The fewest rows that [`EntriesScreen::told`] takes: the lines of the text, and a row for each of the other
    /// parts. None where there is nothing to tell.
    pub(super) fn least_told(&self, (i, entry): (usize, &Entry), list: &List, context: &Context<'_>) -> usize {
        let text = context.view.site.text(Place { entry: Some(i), ..self.place() }, context.variant());
        let text = text.map_or(0, |text| text.below(self.told_width(list, context)).len());
        let lists =
            list.left_out(i).len() + usize::from(entry.url.is_some()) + entry.links.len() + entry.exhibits.len();
        let tags = !entry.tags.is_empty() && self.layout != Layout::Compact;
        let lines = [!entry.people.is_empty(), tags, entry.see.is_some()];
        text + lists + lines.into_iter().filter(|line| *line).count()
    }

    /// The columns that an entry is told in.
    fn told_width(&self, list: &List, context: &Context<'_>) -> u16 {
        let indent = if self.is_climbed() { 0 } else { STEP };
        let across = context.window.text.width.min(MEASURE).saturating_sub(indent);
        list.beside.map_or(across, |(_, width)| width)
    }

    /// Everything that there is to say of an entry, beginning with the fields that the list leaves out.
    pub(super) fn told(&self, (i, entry): (usize, &Entry), list: &List, context: &Context<'_>) -> Sheet {
        let (theme, mut sheet) = (context.theme, Sheet::default());
        let width = self.told_width(list, context);
        for field in list.left_out(i) {
            sheet.wrapped(0, width, field, theme.quiet);
        }
        if let Some(text) = context.view.site.text(Place { entry: Some(i), ..self.place() }, context.variant()) {
            let lines = text.below(width);
            if !lines.is_empty() {
                sheet.gap();
            }
            sheet.lines(0, lines, theme);
        }
        if !entry.people.is_empty() {
            sheet.gap();
            sheet.wrapped(0, width, &context.spell(&context.words().with(&entry.people)), theme.quiet);
        }
        if !entry.tags.is_empty() && self.layout != Layout::Compact {
            sheet.gap();
            sheet.wrapped(0, width, &context.spell(&entry.tags.join(theme.signs.separator)), theme.quiet);
        }
        if entry.url.is_some() || !entry.links.is_empty() {
            sheet.gap();
        }
        let url = entry.url.iter().map(|url| (short_address(url), url));
        for (label, url) in url.chain(entry.links.iter().map(|link| (link.label.as_str(), &link.url))) {
            address(&context.spell(label), url, width, context, &mut sheet);
        }
        let document = context.document();
        let see = entry.see.and_then(|place| match document.entry(place) {
            Some(entry) if place.page == self.page => Some(entry.label().to_owned()),
            _ => document.place_title(place),
        });
        if let Some(place) = see {
            sheet.gap();
            let text = format!("{} {}", theme.signs.arrow, context.spell(&place));
            sheet.link_row(width, &text, theme.link, Target::Command(Command::See));
        }
        if !entry.exhibits.is_empty() {
            sheet.gap();
        }
        sheet.append(links(&entry.exhibits, 0, width, context));
        let (height, least) = (usize::from(sheet.height()), self.least_told((i, entry), list, context));
        debug_assert!(least <= height && (least == 0) == (height == 0), "{least} rows at least, and {height}");
        sheet
    }
}

/// A label that leads somewhere. Where no text can lead anywhere, the address stands after it.
fn address(label: &str, url: &str, width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let first = sheet.height();
    let style = context.theme.link;
    let shown = if context.view.appearance.links || label == short_address(url) {
        label.to_owned()
    } else {
        context.words().labelled(label, short_address(url))
    };
    sheet.wrapped(0, width, &shown, style);
    sheet.link(first, 0, url);
}
