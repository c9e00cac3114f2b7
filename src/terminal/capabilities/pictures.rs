//! The ways in which terminals show pictures.

/// How pictures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pictures {
    /// Not at all.
    #[default]
    None,
    /// Perhaps: the terminal has not answered yet. Their places stay blank.
    Pending,
    /// In half blocks: two pixels in a cell, one above the other.
    HalfBlocks,
    /// By the terminal, which has the picture, wherever placeholders stand ([`kitty`](crate::terminal::kitty)).
    Placeholders,
}

/// Whether a terminal that answers XTVERSION with `version` shows pictures where Unicode placeholders stand. The
/// protocol has a question for itself (`a=q`), but not for them: `WezTerm` and Konsole answer it, and show a
/// placeholder as text. A multiplexer answers XTVERSION itself, so that nothing is sent through one.
pub(super) fn has_placeholders(version: &str) -> bool {
    let kitty = version.strip_prefix("kitty(").and_then(|rest| {
        let mut numbers = rest.split(['.', ')']).map_while(|number| number.parse::<u32>().ok());
        Some((numbers.next()?, numbers.next()?))
    });
    // Ghostty has had them since its first version.
    kitty.is_some_and(|version| version >= (0, 28)) || version.starts_with("ghostty ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_tell_of_placeholders() {
        for (version, expected) in [
            ("kitty(0.28.0)", true),
            ("kitty(0.42.1)", true),
            ("kitty(1.0)", true),
            ("ghostty 1.3.1", true),
            ("kitty(0.27.1)", false),
            ("kitty", false),
            ("kitty()", false),
            ("WezTerm 20240203-110809-5046fc22", false),
            ("Konsole 25.08.0", false),
            ("tmux 3.5a", false),
            ("", false),
        ] {
            assert_eq!(has_placeholders(version), expected, "{version:?}");
        }
    }
}
