//! The card as the small picture of a browser's tab: the logo in dots, else the first letter of the name.

use std::fmt::Write as _;

use super::Logo;
use crate::{document::Card, formats::accent};

/// The height of what is drawn, in dots.
const HEIGHT: u16 = 16;

/// Draws it as SVG, in the accent for the browser's light or dark ground. Where the font has no letter for it, it is a
/// card.
pub(super) fn icon(card: &Card) -> String {
    let letter = card.title().chars().find(|letter| letter.is_alphanumeric()).map(String::from);
    let text = card.logo.clone().or(letter);
    let logo = text.and_then(|text| Logo::new(&text, HEIGHT));
    let mut path = String::new();
    let (mut width, mut height) = (HEIGHT, HEIGHT);
    if let Some(logo) = logo {
        for (x, y) in logo.rest() {
            (width, height) = (width.max(x + 1), height.max(y + 1));
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    } else {
        path.push_str("M0 3h16v10h-16zM1 4v8h14v-8z");
    }
    let side = width.max(height) + 2;
    let (left, top) = ((side - width) / 2, (side - height) / 2);
    let [light, dark] = accent(card.accent);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{left} -{top} {side} {side}\" \
         shape-rendering=\"crispEdges\"><style>path{{fill:#{light:06x}}}\
         @media(prefers-color-scheme:dark){{path{{fill:#{dark:06x}}}}}</style>\
         <path fill-rule=\"evenodd\" d=\"{path}\"/></svg>\n"
    )
}
