//! The words of the card, as sheets of a width.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    super::{
        super::screen::{Context, Sheet, Target},
        exhibit::short_title,
        ribbon::{Name, ribbon},
    },
    dots,
};
use crate::{
    document::{Entry, Layout, Opens, Page, Place},
    site::{MEASURE, card_fields, items},
    typeset,
};

/// The most ways to reach the person that stand on the front; all of them are on the contact page.
const MOST_WAYS: usize = 3;

/// Makes the rows that were added last those of a field of the card, so that a search finds them.
fn field(sheet: &mut Sheet, from: u16, text: &str, context: &Context<'_>) {
    let number = card_fields(&context.document().card).position(|field| field == text);
    if let Some(number) = number {
        sheet.rows_from(from).for_each(|row| row.hit(0..row.width(), Target::Entry(number)));
    }
}

/// Adds a field of the card.
fn add(sheet: &mut Sheet, text: &str, style: Style, width: u16, context: &Context<'_>) {
    let from = sheet.height();
    sheet.wrapped(0, width, &context.spell(text), style);
    field(sheet, from, text, context);
}

/// What is read first: name and headline, which a large card has in large letters.
pub(super) fn title(context: &Context<'_>, width: u16, large: bool) -> Sheet {
    let (card, theme) = (&context.document().card, context.theme);
    let mut sheet = Sheet::default();
    for (text, style) in [(&card.name, theme.strong), (&card.pronouns, theme.quiet)] {
        if let Some(text) = text {
            add(&mut sheet, text, style, width, context);
        }
    }
    if sheet.height() > 0 {
        sheet.blank();
    }
    // With a name above it the headline is what the name does; without one it is the first that is read.
    let style = if card.name.is_some() { theme.ink } else { theme.strong };
    let from = sheet.height();
    // Letters of dots need dots.
    let letters = context.view.site.headline(width).filter(|_| large && !context.view.appearance.is_ascii());
    if let Some(letters) = letters {
        let (width, height) = letters.cells();
        let mut picture = Buffer::empty(Rect { x: 0, y: 0, width, height });
        dots::draw(letters.rest(), theme.strong, theme.signs, &mut picture);
        sheet.picture(&picture, None);
    } else {
        for line in &card.headline {
            sheet.wrapped(0, width, &context.spell(line), style);
        }
    }
    field(&mut sheet, from, &card.headline.join(" "), context);
    sheet
}

/// Role, organization and place: those that the profile has.
pub(super) fn work(context: &Context<'_>, width: u16) -> Sheet {
    let (card, theme) = (&context.document().card, context.theme);
    let mut sheet = Sheet::default();
    let fields = [(&card.role, theme.ink), (&card.organization, theme.link), (&card.place, theme.quiet)];
    for (text, style) in fields.into_iter().filter_map(|(text, style)| Some((text.as_ref()?, style))) {
        add(&mut sheet, text, style, width, context);
    }
    sheet
}

/// Title and work.
pub(super) fn head(context: &Context<'_>, width: u16, large: bool) -> Sheet {
    let (mut sheet, work) = (title(context, width, large), work(context, width));
    if work.height() > 0 {
        sheet.blank();
    }
    sheet.append(work);
    sheet
}

/// The page whose layers the card tells of: its first one of layers.
pub(super) fn layered_page<'a>(context: &Context<'a>) -> Option<(usize, &'a Page)> {
    let mut pages = context.document().pages.iter().enumerate();
    pages.find(|(_, page)| page.layout == Layout::Layers && page.entries.len() > 1)
}

/// The layers that the card tells of, from the ground up.
pub(super) fn layers<'a>(context: &Context<'a>) -> impl Iterator<Item = (Place, &'a str)> {
    layered_page(context).into_iter().flat_map(|(page, of)| {
        let place = move |entry| Place { page, entry: Some(entry) };
        of.entries.iter().enumerate().map(move |(entry, of)| (place(entry), of.label()))
    })
}

/// The layers in a line, each of which leads to its entry; nothing where they take more than two lines.
pub(super) fn climb(context: &Context<'_>, width: u16, chosen: Option<usize>) -> Sheet {
    let name = |(n, (_, label)): (usize, (Place, &str))| Name {
        text: label.to_owned(),
        style: if chosen == Some(n) { context.theme.marked } else { context.theme.link },
        target: Some(Target::Layer(n)),
    };
    let mut sheet = ribbon(layers(context).enumerate().map(name), 1, width, context);
    if sheet.height() > 2 {
        return Sheet::default();
    }
    sheet.selected = chosen.map(|_| (0, sheet.height()));
    sheet
}

/// The name of what the logo leads to.
pub(super) fn opens_name<'a>(context: &Context<'a>) -> Option<&'a str> {
    let document = context.document();
    match document.card.opens.as_ref()? {
        Opens::Exhibit(name) => short_title(name),
        Opens::Place(place) => match document.entry(*place) {
            Some(entry) => Some(entry.label()),
            None => document.pages.get(place.page).map(|page| page.title.as_str()),
        },
    }
}

/// The line under the logo, which leads where the logo does. A logo that is not `drawn` stands above it as a word.
pub(super) fn caption(context: &Context<'_>, width: u16, drawn: bool) -> Sheet {
    let (card, theme) = (&context.document().card, context.theme);
    let mut sheet = Sheet::default();
    let says = card.caption.is_some() || card.opens.is_some();
    if let Some(logo) = card.logo.as_ref().filter(|_| says && !drawn) {
        sheet.wrapped(0, width, &context.spell(logo), theme.link);
    }
    if let Some(caption) = &card.caption {
        let (from, text) = (sheet.height(), context.spell(caption));
        for line in typeset::wrap_evenly(&text, width) {
            sheet.line(0, line, theme.quiet);
        }
        field(&mut sheet, from, caption, context);
    }
    if card.opens.is_some() {
        sheet.rows_from(0).for_each(|row| row.hit(0..row.width(), LOGO));
    }
    sheet
}

/// The logo, as a click on it has it.
pub(super) const LOGO: Target = Target::Exhibit(0);

/// Interests, what else there is to life, and the first `ways` to reach the person.
pub(super) fn foot(context: &Context<'_>, width: u16, ways: usize) -> Sheet {
    let (card, theme) = (&context.document().card, context.theme);
    let mut sheet = Sheet::default();
    let spelled = |words: &[String]| words.iter().map(|word| context.spell(word).into_owned()).collect::<Vec<_>>();
    for line in joined(&spelled(&card.interests), theme.signs.separator, width) {
        sheet.line(0, line, theme.ink);
    }
    if !card.interests.is_empty() && !card.outside.is_empty() {
        sheet.blank();
    }
    for line in joined(&spelled(&card.outside), &context.spell(&context.words().lists.comma), width) {
        sheet.line(0, line, theme.quiet);
    }
    for word in card.interests.iter().chain(&card.outside) {
        field(&mut sheet, 0, word, context);
    }
    if sheet.height() > 0 && ways > 0 {
        sheet.blank();
    }
    for item in items(context.document()).iter().take(ways) {
        let first = sheet.height();
        sheet.wrapped(0, width, &item.text, theme.link);
        if let Some(url) = &item.url {
            sheet.link(first, 0, url);
        }
    }
    sheet
}

/// How many ways to reach the person the card has: e-mail, phone and links, at most [`MOST_WAYS`].
pub(super) fn ways(context: &Context<'_>) -> usize {
    items(context.document()).iter().filter(|item| !item.is_command).count().min(MOST_WAYS)
}

/// Words with a separator between them, broken only there; the lines are about equally long.
fn joined(words: &[String], separator: &str, width: u16) -> Vec<String> {
    let gap = typeset::width(separator);
    let words: Vec<(&str, u16)> = words.iter().map(|word| (word.as_str(), typeset::width(word))).collect();
    // How many words stand on each line, where as many do as have room.
    let fill = |width: u16| {
        let mut lines: Vec<(usize, u16)> = Vec::new();
        for (_, cells) in &words {
            match lines.last_mut() {
                Some((count, used)) if *used + gap + cells <= width => {
                    *count += 1;
                    *used += gap + cells;
                }
                _ => lines.push((1, *cells)),
            }
        }
        lines
    };
    let narrowest = typeset::narrowest(1..=width, |width| fill(width).len());
    let mut rest = words.iter();
    let line = |(count, _)| rest.by_ref().take(count).map(|(word, _)| *word).collect::<Vec<_>>().join(separator);
    let mut lines: Vec<String> = fill(narrowest).into_iter().map(line).collect();
    // A comma ends its line; a separator with a space before it stands only between words.
    if !separator.starts_with(' ') {
        let last = lines.len().saturating_sub(1);
        for line in lines.iter_mut().take(last) {
            line.push_str(separator.trim_end());
        }
    }
    lines.into_iter().flat_map(|line| typeset::wrap(&line, width)).collect()
}

/// The columns of the longest command that takes the card away.
pub(super) fn longest_command(context: &Context<'_>) -> u16 {
    let items = items(context.document());
    items.iter().filter(|item| item.is_command).map(|item| typeset::width(&item.text)).max().unwrap_or(0)
}

/// How to take the card away or, on a card without an address, how to reach the person; where there is nothing
/// of it, the story of the logo.
pub(super) fn takeaway(context: &Context<'_>, width: u16) -> Sheet {
    let theme = context.theme;
    let items = items(context.document());
    let commands = items.iter().any(|item| item.is_command);
    let mut sheet = Sheet::default();
    if commands {
        sheet.wrapped(0, width, &context.spell(&context.words().card.take_away), theme.strong);
    }
    for item in
        items.iter().filter(|item| item.is_command == commands).take(if commands { items.len() } else { MOST_WAYS })
    {
        sheet.gap();
        let first = sheet.height();
        for line in typeset::wrap_command(&item.text, width) {
            sheet.line(0, line, theme.link);
        }
        if let Some(url) = &item.url {
            sheet.link(first, 0, url);
        }
        sheet.wrapped(0, width, &context.spell(&item.label), theme.quiet);
    }
    if items.is_empty() {
        return story(context, width.min(MEASURE));
    }
    sheet
}

/// What the entry tells that has what the logo opens; without one, how the first text of the card begins.
fn story(context: &Context<'_>, width: u16) -> Sheet {
    let (document, mut sheet) = (context.document(), Sheet::default());
    let first = || document.pages.iter().position(|page| page.layout == Layout::Prose);
    let opened = document.opened_place().filter(|place| place.entry.is_some());
    let place = opened.or_else(|| Some(Place { page: first()?, entry: None }));
    if let Some(label) = place.and_then(|place| document.entry(place)).map(Entry::label) {
        sheet.wrapped(0, width, &context.spell(label), context.theme.strong);
        sheet.blank();
    }
    let text = place.and_then(|place| context.view.site.text(place, context.variant()));
    let lines = text.map_or(&[][..], |text| text.below(width));
    let end = if opened.is_some() { lines.len() } else { lines.partition_point(|line| line.block == 0) };
    sheet.lines(0, lines.get(..end).unwrap_or_default(), context.theme);
    sheet
}
