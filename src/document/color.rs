//! An sRGB colour, and its contrast with others (WCAG 2.2).

use std::fmt;

/// The least contrast of text with its ground (WCAG 2.2, 1.4.3).
pub const LEAST_CONTRAST: f64 = 4.5;

/// A colour of sRGB: `0xrrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rgb(pub u32);

impl Rgb {
    /// The darkest ground.
    pub const BLACK: Self = Self(0);
    /// The lightest ground.
    pub const WHITE: Self = Self(0xff_ff_ff);

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| is_hex).map(Self)
    }

    /// The colour of this red, green and blue.
    #[must_use]
    pub const fn from_channels([red, green, blue]: [u8; 3]) -> Self {
        Self(u32::from_be_bytes([0, red, green, blue]))
    }

    /// Red, green and blue.
    #[must_use]
    pub const fn channels(self) -> [u8; 3] {
        [(self.0 >> 16) as u8, (self.0 >> 8) as u8, self.0 as u8]
    }

    /// How far this colour is from another: the sum of the squared differences of their channels.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        let pairs = self.channels().into_iter().zip(other.channels());
        pairs.map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
    }

    /// The contrast with another colour, 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The colour of the same hue that can be read on all of the grounds and is the nearest to this one: darker or
    /// lighter. `None` where no colour can be read on all of them.
    #[must_use]
    pub fn readable(self, grounds: &[Self]) -> Option<Self> {
        let mixed = |part: u32, end: Self| {
            let channels = self.channels().into_iter().zip(end.channels());
            let channels = channels.map(|(own, end)| (u32::from(own) * (255 - part) + u32::from(end) * part) / 255);
            Self(channels.fold(0, |hex, channel| hex << 8 | channel))
        };
        let steps = (0..=255).flat_map(|part| [mixed(part, Self::BLACK), mixed(part, Self::WHITE)]);
        steps.into_iter().find(|color| grounds.iter().all(|ground| color.contrast(*ground) >= LEAST_CONTRAST))
    }

    /// Relative luminance (WCAG 2.2), 0 to 1.
    fn luminance(self) -> f64 {
        let linear = self.channels().map(|channel| match f64::from(channel) / 255.0 {
            value if value <= 0.04045 => value / 12.92,
            value => ((value + 0.055) / 1.055).powf(2.4),
        });
        linear.into_iter().zip([0.2126, 0.7152, 0.0722]).map(|(value, weight)| value * weight).sum()
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_colour() {
        assert_eq!(Rgb::parse("#Ff6600").map(|color| color.to_string()).as_deref(), Some("#ff6600"));
        for text in ["ff6600", "#f60", "#ff66000", "#+f6600", "#ff66é", ""] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }

    /// The figures are those of the definition's examples (WCAG 2.2, techniques G18 and F24).
    #[test]
    fn contrast_is_that_of_the_guidelines() {
        for (one, other, expected) in [(0, 0xff_ff_ff, 21.0), (0x77_77_77, 0xff_ff_ff, 4.48), (0x5a, 0x5a, 1.0)] {
            let contrast = Rgb(one).contrast(Rgb(other));
            assert!((contrast - expected).abs() < 0.005, "{contrast} {expected}");
        }
    }

    #[test]
    fn every_colour_has_a_near_one_that_can_be_read_on_both_grounds() {
        let both = [Rgb::BLACK, Rgb::WHITE];
        for hex in (0..4096_u32).map(|n| (n >> 8) * 0x11_00_00 + (n >> 4 & 15) * 0x11_00 + (n & 15) * 0x11) {
            let near = Rgb(hex).readable(&both).unwrap();
            assert!(both.iter().all(|ground| near.contrast(*ground) >= LEAST_CONTRAST));
            assert_eq!(near.readable(&both), Some(near));
        }
        assert_eq!(Rgb(0xff_00_00).readable(&[Rgb::WHITE]), Some(Rgb(0xee_00_00)));
        assert_eq!(Rgb(0x77_77_77).readable(&[Rgb::BLACK, Rgb(0x77_77_77), Rgb::WHITE]), None);
    }
}
