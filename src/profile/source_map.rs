//! Maps a byte of a TOML string's value to the byte of the file that it came from, so that a diagnostic can point at
//! it. Values are not read by it.

/// The way back from a string's value to its spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceMap {
    /// From this byte of the value on, the value is the file from that byte on, until the next step.
    steps: Vec<(usize, usize)>,
    end: usize,
}

impl SourceMap {
    /// Walks through a string's spelling: `raw` is the string with its quotes, and begins at byte `start` of the file.
    /// Strings and their escapes are those of TOML 1.1 (<https://toml.io/en/v1.1.0#string>); line ends are `\n`.
    pub(super) fn new(raw: &str, start: usize) -> Self {
        let quote = if raw.starts_with('\'') { "'" } else { "\"" };
        let triple = quote.repeat(3);
        let long = raw.len() >= 6 && raw.starts_with(&triple);
        let delimiter = if long { triple.as_str() } else { quote };
        let mut at = if raw.starts_with(delimiter) { delimiter.len() } else { 0 };
        let end = raw.len().saturating_sub(if raw.ends_with(delimiter) { delimiter.len() } else { 0 }).max(at);
        if long && raw.get(at..).is_some_and(|rest| rest.starts_with('\n')) {
            at += 1;
        }
        let mut steps = vec![(0, start + at)];
        let mut value = 0;
        while quote == "\"" && at < end {
            let Some(rest) = raw.get(at..end) else { break };
            let Some(plain) = rest.find('\\') else { break };
            let (spelled, meant) = escape(rest.get(plain..).unwrap_or_default());
            value += plain + meant;
            at += plain + spelled;
            // The escape itself is found at its backslash.
            steps.push((value - meant, start + at - spelled));
            steps.push((value, start + at));
        }
        Self { steps, end: start + end }
    }

    /// The byte of the file that byte `offset` of the value came from.
    pub(super) fn locate(&self, offset: usize) -> usize {
        let step = self.steps.iter().rev().find(|(value, _)| *value <= offset);
        step.map_or(self.end, |(value, file)| file + (offset - value)).min(self.end)
    }
}

/// The bytes that an escape takes in the file, and the bytes that it means.
fn escape(rest: &str) -> (usize, usize) {
    let unicode = |digits: usize| {
        let character = rest
            .get(2..2 + digits)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32)
            .unwrap_or(char::REPLACEMENT_CHARACTER);
        (2 + digits, character.len_utf8())
    };
    match rest.as_bytes().get(1) {
        Some(b'x') => unicode(2),
        Some(b'u') => unicode(4),
        Some(b'U') => unicode(8),
        Some(b' ' | b'\t' | b'\n') => {
            // A backslash at the end of a line swallows all white space up to the next word.
            let after = rest.get(1..).unwrap_or_default();
            (1 + after.len() - after.trim_start_matches([' ', '\t', '\n']).len(), 0)
        }
        Some(_) => (2, 1),
        None => (1, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character of the value is found in the file where it was written.
    fn check(raw: &str) {
        let file = format!("key = {raw}\n");
        let parsed = toml::de::DeTable::parse(&file).unwrap();
        let value = parsed.get_ref().get("key").unwrap();
        let map = SourceMap::new(&file[value.span()], value.span().start);
        for (offset, character) in value.get_ref().as_str().unwrap().char_indices() {
            let found = &file[map.locate(offset)..];
            assert!(found.starts_with(character) || found.starts_with('\\'), "{raw:?}: {character:?} at {found:?}");
        }
    }

    #[test]
    fn characters_are_found_where_they_were_written() {
        for raw in [
            "\"plain\"",
            "'lite\\ral'",
            "\"\"",
            "\"a\\tb\\u00e9c\\U0001f600d\\\\e\\\"f\"",
            "\"\"\"\nfirst\nsecond \\\n    third\n\"\"\"",
            "'''\nverbatim \\n\nnext'''",
            "\"\"\"日本 \\u65e5 語\"\"\"",
            "\"\\x41é\\e[\"",
        ] {
            check(raw);
        }
    }

    #[test]
    fn the_line_of_a_long_string_is_right() {
        let raw = "\"\"\"\nfirst\nsecond \\\n   third X\n\"\"\"";
        let value = "first\nsecond third X\n";
        let map = SourceMap::new(raw, 0);
        assert_eq!(map.locate(value.find('X').unwrap()), raw.find('X').unwrap());
    }

    #[test]
    fn nonsense_is_located_within_the_string() {
        for raw in ["", "\"", "\"\"\"", "'", "\"\\", "\"\\u12", "\"\\U0001", "'''''"] {
            for offset in 0..20 {
                assert!(SourceMap::new(raw, 5).locate(offset) <= 5 + raw.len(), "{raw:?} {offset}");
            }
        }
    }
}
