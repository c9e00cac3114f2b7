//! The names that the rest of the program gives to the loader: exhibits, reserved words, glyphs of the logo.

/// The names that mean something outside of the profile, and the characters that a logo can have.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// The exhibits that an entry may open.
    pub exhibits: &'a [&'a str],
    /// Commands, formats and user names with a meaning of their own: no page may have such a name.
    pub reserved: &'a [&'a str],
    /// Whether the font of the logo has a glyph for a character.
    pub has_glyph: fn(char) -> bool,
}

impl Default for Vocabulary<'_> {
    /// No exhibits, no reserved names, and every glyph.
    fn default() -> Self {
        Self { exhibits: &[], reserved: &[], has_glyph: |_| true }
    }
}
