//! The colours of the web page besides the accent, as `card.css` has them. Other pictures of the card use the same.

use crate::document::Rgb;

/// The colours on a ground.
pub(crate) struct Colors {
    /// The page.
    pub(crate) paper: Rgb,
    /// The card on the page.
    pub(crate) sheet: Rgb,
    /// Text.
    pub(crate) ink: Rgb,
    /// Text that may be read later.
    pub(crate) quiet: Rgb,
    /// The edge of the card.
    pub(crate) rule: Rgb,
}

/// For readers who prefer a light ground, and on paper. Of paper and sheet a dark colour is the fainter on paper.
pub(crate) const LIGHT: Colors = Colors {
    paper: Rgb(0xfb_f9_f4),
    sheet: Rgb(0xff_fe_fb),
    ink: Rgb(0x1b_1b_1b),
    quiet: Rgb(0x5f_5e_5a),
    rule: Rgb(0xdc_d7_cb),
};

/// For readers who prefer a dark ground. A light colour is the fainter on the sheet.
pub(crate) const DARK: Colors = Colors {
    paper: Rgb(0x16_18_1d),
    sheet: Rgb(0x1c_1f_26),
    ink: Rgb(0xd8_d8_d8),
    quiet: Rgb(0x9e_a0_a6),
    rule: Rgb(0x34_38_42),
};
