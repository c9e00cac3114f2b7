//! The icon of a browser's tab: a tile with two characters of the logo, or the initials of the name.

use std::{collections::BTreeMap, fmt::Write as _};

use super::Logo;
use crate::{
    document::Card,
    formats::{DARK, LIGHT, accent},
};

/// The signs on a tile: more of them are a blot at the 16 pixels of a tab.
const SIGNS: usize = 2;

/// The height of the dots that the signs are drawn of.
const HEIGHT: u16 = 28;

/// The side of the tile, and of the part of it that the signs fill, in units of the picture.
const SIDE: f32 = 32.0;
const FILLED: f32 = 24.0;

/// Draws it as SVG, in the accent for the browser's light or dark ground. Where the font has no sign for it, the tile
/// has the outline of a card.
pub(super) fn icon(card: &Card) -> String {
    let signs = signs(card).and_then(|signs| Logo::new(&signs, HEIGHT));
    let (width, height) = signs.as_ref().map_or((16, 10), |signs| {
        let end = |of: fn((u16, u16)) -> u16| signs.rest().map(of).max().unwrap_or_default() + 1;
        (end(|(x, _)| x), end(|(_, y)| y))
    });
    let path = signs.map_or_else(|| "M0 0h16v10h-16zM2 2v6h12v-6z".to_owned(), |signs| path(&signs));
    let scale = FILLED / f32::from(width.max(height));
    let [left, top] = [width, height].map(|length| (SIDE - scale * f32::from(length)) / 2.0);
    let [light, dark] = accent(card.accent);
    let (on_light, on_dark) = (LIGHT.sheet, DARK.paper);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\"><style>rect{{fill:{light}}}\
         path{{fill:{on_light};stroke:{on_light}}}@media(prefers-color-scheme:dark){{rect{{fill:{dark}}}\
         path{{fill:{on_dark};stroke:{on_dark}}}}}</style><rect width=\"{SIDE}\" height=\"{SIDE}\" rx=\"6\"/>\
         <path transform=\"translate({left:.2} {top:.2})scale({scale:.3})\" stroke-width=\".6\" fill-rule=\"evenodd\" \
         d=\"{path}\"/></svg>\n"
    )
}

/// The signs of a card: a short logo; of a longer one those from the first on that is no ASCII, as `√x` of `1/√x`; else
/// the initials of the name; else the first of the logo or the title.
fn signs(card: &Card) -> Option<String> {
    let visible = |text: &str| -> Vec<char> {
        text.chars().filter(|sign| !sign.is_whitespace() && Logo::has_glyph(*sign)).collect()
    };
    let logo = visible(card.logo.as_deref().unwrap_or_default());
    let special = logo.iter().position(|sign| !sign.is_ascii()).unwrap_or_default();
    let initials = || -> Option<Vec<char>> {
        let words = card.name.as_deref()?.split_whitespace();
        let mut initials = words.filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
        let first = initials.next()?;
        let initials: Vec<char> = [first].into_iter().chain(initials.next_back()).collect();
        initials.iter().all(|letter| Logo::has_glyph(*letter)).then_some(initials)
    };
    let signs = if (1..=SIGNS).contains(&logo.len()) {
        logo
    } else if logo.get(special).is_some_and(|sign| !sign.is_ascii()) {
        logo.into_iter().skip(special).take(SIGNS).collect()
    } else if let Some(initials) = initials() {
        initials
    } else {
        let title = card.title();
        let title = title.chars().find(|letter| letter.is_alphanumeric());
        let title = title.filter(|letter| Logo::has_glyph(*letter)).into_iter();
        if logo.is_empty() { title.collect() } else { logo.into_iter().take(SIGNS).collect() }
    };
    (!signs.is_empty()).then(|| signs.into_iter().collect())
}

/// The dots of each row that touch are one rectangle.
fn path(signs: &Logo) -> String {
    let mut rows: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    signs.rest().for_each(|(x, y)| rows.entry(y).or_default().push(x));
    let mut path = String::new();
    for (y, mut row) in rows {
        row.sort_unstable();
        for run in row.chunk_by(|left, right| left + 1 == *right) {
            let (Some(x), length) = (run.first(), run.len()) else { continue };
            let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_has_room_for_two_signs() {
        for (name, logo, expected) in [
            (Some("Ada Example"), None, Some("AE")),
            (Some("Ada Maria Example-Jones"), None, Some("AE")),
            (Some("ada"), None, Some("a")),
            (Some("Ada Example"), Some("{ }"), Some("{}")),
            (Some("Ada Example"), Some("λ"), Some("λ")),
            (Some("Ada Example"), Some("1/√x"), Some("√x")),
            (Some("Ada Example"), Some("99.99%"), Some("AE")),
            (Some("山田 花子"), Some("99.99%"), Some("99")),
            (Some("山田 花子"), None, None),
            (None, Some("a|b*"), Some("a|")),
            (None, None, None),
        ] {
            let card = Card { name: name.map(Into::into), logo: logo.map(Into::into), ..Card::default() };
            assert_eq!(signs(&card).as_deref(), expected, "{name:?} {logo:?}");
            let drawn = icon(&card);
            assert!(drawn.matches("<path").count() == 1 && drawn.len() < 4000, "{drawn}");
        }
    }
}
