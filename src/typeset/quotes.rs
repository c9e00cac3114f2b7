//! Straight quotation marks and apostrophes as the card's language sets them: an owner types `"it's"`, and a reader
//! sees “it’s”. What is typed in typographic marks already, code and addresses stay as they are.

use crate::document::{Block, Dates, Document, Prose, Run, Words, is_east_asian};

/// Words that are none without the apostrophe at their beginning: they begin no quotation.
const SHORTENED: [&str; 5] = ["nuff", "til", "tis", "twas", "twere"];

/// A document with its straight marks set. Its other languages are set by themselves, and the Markdown of a text is
/// still the owner's.
#[must_use]
pub fn typographic(document: &Document) -> Document {
    let mut set = document.clone();
    let marks = Marks(&document.words);
    let card = &mut set.card;
    marks.texts(&mut card.headline);
    let lines = [&mut card.name, &mut card.given, &mut card.family, &mut card.pronouns, &mut card.role];
    let more = [&mut card.organization, &mut card.place, &mut card.caption];
    lines.into_iter().chain(more).flatten().for_each(|text| marks.text(text));
    card.interests.iter_mut().chain(&mut card.outside).for_each(|text| marks.text(text));
    card.links.iter_mut().for_each(|link| marks.text(&mut link.label));
    for page in &mut set.pages {
        [&mut page.title].into_iter().chain(&mut page.line).chain(&mut page.ground).for_each(|text| marks.text(text));
        marks.prose(&mut page.intro);
        for entry in &mut page.entries {
            let lines = [&mut entry.title, &mut entry.organization, &mut entry.subtitle];
            let lines = lines.into_iter().chain([&mut entry.place, &mut entry.level]).flatten();
            let labels = entry.links.iter_mut().map(|link| &mut link.label);
            lines.chain(&mut entry.tags).chain(&mut entry.people).chain(labels).for_each(|text| marks.text(text));
            if let Dates::Words(words) = &mut entry.dates {
                marks.text(words);
            }
            marks.prose(&mut entry.text);
        }
    }
    set
}

/// A character of a paragraph, and whether it stays as it is: in code and addresses.
#[derive(Clone, Copy)]
struct TypedSign {
    sign: char,
    fixed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What stands there already.
    Kept,
    Opens,
    Closes,
    Apostrophe,
    /// The mark of feet and inches.
    Prime,
    /// The mark of Hebrew abbreviations.
    Geresh,
    /// A space at which no line is broken.
    NoBreak,
}

/// The marks of a language.
struct Marks<'w>(&'w Words);

impl Marks<'_> {
    fn prose(&self, prose: &mut Prose) {
        prose.blocks.iter_mut().chain(prose.notes.iter_mut().flatten()).for_each(|block| self.block(block));
    }

    fn block(&self, block: &mut Block) {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => self.runs(runs),
            Block::List(_, items) => items.iter_mut().flatten().for_each(|block| self.block(block)),
            Block::Quote(blocks) => blocks.iter_mut().for_each(|block| self.block(block)),
            Block::Code(_) | Block::Rule => {}
        }
    }

    fn text(&self, text: &mut String) {
        self.parts(vec![(text, false)]);
    }

    /// The lines of one text.
    fn texts(&self, texts: &mut [String]) {
        let mut breaks = vec![" ".to_owned(); texts.len()];
        self.parts(
            texts.iter_mut().zip(&mut breaks).flat_map(|(text, space)| [(text, false), (space, true)]).collect(),
        );
    }

    /// A mark may open in one run and close in another.
    fn runs(&self, runs: &mut [Run]) {
        let mut breaks = vec![" ".to_owned(); runs.len()];
        let parts = runs.iter_mut().zip(&mut breaks).filter_map(|(run, space)| match run {
            Run::Text { text, style, .. } => Some((text, style.code)),
            Run::Break => Some((space, true)),
            Run::Note(_) => None,
        });
        self.parts(parts.collect());
    }

    fn parts(&self, parts: Vec<(&mut String, bool)>) {
        if !parts.iter().any(|(text, fixed)| !fixed && text.contains(['\'', '"', ':', ';', '!', '?', '«', '»'])) {
            return;
        }
        let mut signs = Vec::new();
        for (text, fixed) in &parts {
            for word in text.split_inclusive(' ') {
                let fixed = *fixed || word.contains("://");
                signs.extend(word.chars().map(|sign| TypedSign { sign, fixed }));
            }
        }
        let mut marks = self.marks(&signs).into_iter();
        for (text, _) in parts {
            let set = text.chars().zip(marks.by_ref()).fold(String::new(), |mut set, (sign, mark)| {
                match mark {
                    Some(mark) => set.push_str(mark),
                    None => set.push(sign),
                }
                set
            });
            *text = set;
        }
    }

    /// What stands in the place of each sign; `None` where it stays.
    fn marks(&self, signs: &[TypedSign]) -> Vec<Option<&str>> {
        let quotes = &self.0.quotes;
        // Those that are open, each with whether its marks are the inner ones; the innermost last.
        let mut open: Vec<(char, bool)> = Vec::new();
        let mut kinds: Vec<Kind> = Vec::with_capacity(signs.len());
        let mut marks = Vec::with_capacity(signs.len());
        for index in 0..signs.len() {
            let kind = self.kind(signs, index, &kinds, &open);
            let sign = signs.get(index).map_or(' ', |sign| sign.sign);
            marks.push(match kind {
                Kind::Kept => None,
                Kind::Opens => {
                    let inner = match open.iter().rev().find(|(of, _)| *of == sign) {
                        Some((_, inner)) => !inner,
                        None => sign == '\'',
                    };
                    open.push((sign, inner));
                    Some(if inner { quotes.inner_open.as_str() } else { &quotes.open })
                }
                Kind::Closes => {
                    let at = open.iter().rposition(|(of, _)| *of == sign);
                    let inner = at.and_then(|at| open.drain(at..).next()).map_or(sign == '\'', |(_, inner)| inner);
                    Some(if inner { quotes.inner_close.as_str() } else { &quotes.close })
                }
                Kind::Apostrophe => Some(&*quotes.apostrophe),
                Kind::Prime => Some(if sign == '"' { "″" } else { "′" }),
                Kind::Geresh => Some(if sign == '"' { "״" } else { "׳" }),
                Kind::NoBreak => Some(if signs.get(index + 1).is_some_and(|next| ";!?".contains(next.sign)) {
                    "\u{202f}"
                } else {
                    "\u{a0}"
                }),
            });
            kinds.push(kind);
        }
        marks
    }

    fn kind(&self, signs: &[TypedSign], index: usize, kinds: &[Kind], open: &[(char, bool)]) -> Kind {
        let at = |index: usize| signs.get(index).map(|sign| sign.sign);
        let Some(TypedSign { sign, fixed: false }) = signs.get(index).copied() else { return Kind::Kept };
        let (before, after) = (index.checked_sub(1).and_then(at), at(index + 1));
        let is = |sign: Option<char>, what: fn(char) -> bool| sign.is_some_and(what);
        if sign == ' ' && self.0.quotes.open.ends_with('\u{a0}') {
            // A language that has a space within its marks has one before high signs.
            let ends = at(index + 2).is_none_or(|sign| !sign.is_alphanumeric() && sign != '/');
            let high = is(after, |sign| ":;!?»".contains(sign)) && ends && is(before, |sign| !sign.is_whitespace());
            return if high || before == Some('«') { Kind::NoBreak } else { Kind::Kept };
        }
        if !matches!(sign, '\'' | '"') {
            return Kind::Kept;
        }
        let previous = index.checked_sub(1).and_then(|before| kinds.get(before)).copied();
        let is_open = open.iter().any(|(of, _)| *of == sign);
        let is_digit: fn(char) -> bool = |sign| sign.is_ascii_digit();
        let is_hebrew: fn(char) -> bool = |sign| matches!(sign, 'א'..='ת');
        let begins =
            before.is_none_or(|sign| sign.is_whitespace() || OPENING.contains(sign)) || previous == Some(Kind::Opens);
        let goes_on = is(after, |sign| !sign.is_whitespace());
        let ends = !is(before, char::is_whitespace) && before.is_some();
        if is(before, is_hebrew) && (is(after, is_hebrew) || sign == '\'' && !is_open) {
            // Marks of an abbreviation stand before its last letter; others open after a prefix.
            let opens = is(at(index + 2), is_hebrew) && !is_open && self.closes_later(signs, index);
            return if sign == '"' && opens { Kind::Opens } else { Kind::Geresh };
        }
        // Where words have no spaces between them, or prefixes have none after them, a mark that is not open opens.
        let joined = [before, after].into_iter().any(|sign| is(sign, is_joined));
        if joined && !(is(before, is_word) && is(after, is_word)) {
            return match (is_open, goes_on, ends) {
                (true, _, true) | (_, false, true) => Kind::Closes,
                (_, true, _) => Kind::Opens,
                _ => Kind::Kept,
            };
        }
        if sign == '"' {
            let follows = previous == Some(Kind::Apostrophe) && is(after, char::is_alphanumeric);
            return match () {
                () if is(before, is_digit) && (!is_open || self.closes_later(signs, index)) => Kind::Prime,
                () if (begins || follows) && goes_on => Kind::Opens,
                () if !is_open && is(after, is_word) && !is(before, is_word) => Kind::Opens,
                () if ends => Kind::Closes,
                () => Kind::Kept,
            };
        }
        let follow: String =
            signs.iter().skip(index + 1).map(|sign| sign.sign).take_while(|sign| is_word(*sign)).collect();
        let number = follow.chars().take_while(char::is_ascii_digit).count();
        if is(before, is_word) && is(after, is_word) {
            // 5'10" is five feet; 1'000 is a thousand.
            let feet = is(before, is_digit) && (1..3).contains(&number) && number == follow.chars().count();
            return if feet { Kind::Prime } else { Kind::Apostrophe };
        }
        if begins {
            let quoted = at(index + 1 + follow.chars().count()) == Some('\'');
            let shortened = if quoted { follow == "n" } else { SHORTENED.contains(&&*follow.to_lowercase()) };
            let closes = || self.closes_later(signs, index) || is_open;
            return match () {
                () if number == 2 && follow.chars().skip(2).all(|sign| sign == 's') && !quoted => Kind::Apostrophe,
                () if shortened => Kind::Apostrophe,
                () if goes_on && (closes() || after == Some('"')) => Kind::Opens,
                () if goes_on && is(after, is_word) => Kind::Apostrophe,
                () if ends && is_open => Kind::Closes,
                () => Kind::Kept,
            };
        }
        match () {
            () if is_open && is(before, |sign| "sS".contains(sign)) && is(after, char::is_whitespace) => {
                // The apostrophe of `the dogs' bone`, if the mark is closed later.
                if self.closes_later(signs, index) { Kind::Apostrophe } else { Kind::Closes }
            }
            () if is_open => Kind::Closes,
            () if is(before, is_digit) && !is(after, char::is_alphabetic) => Kind::Prime,
            () if ends => Kind::Apostrophe,
            () => Kind::Kept,
        }
    }

    /// Whether the next such sign, but for those within words, can close and not open.
    #[expect(clippy::unused_self, reason = "it is a part of finding the kind")]
    fn closes_later(&self, signs: &[TypedSign], index: usize) -> bool {
        let Some(sign) = signs.get(index).map(|sign| sign.sign) else { return false };
        let at = |index: usize| signs.get(index).map(|sign| sign.sign);
        let mut others =
            (index + 1..signs.len()).filter(|at| signs.get(*at).is_some_and(|of| of.sign == sign && !of.fixed));
        let of_quotation = others.find(|other| {
            let is_word = |sign: Option<char>| sign.is_some_and(is_word);
            !(is_word(at(other - 1)) && is_word(at(other + 1)))
        });
        of_quotation.is_some_and(|other| {
            let goes_on = at(other + 1).is_some_and(|after| !after.is_whitespace());
            let opens = |before| goes_on && (before == ',' || OPENING.contains(before));
            at(other - 1).is_some_and(|before| !before.is_whitespace() && before != '(' && !opens(before))
        })
    }
}

/// Signs after which a quotation begins where a word follows.
const OPENING: &str = "([{<«„“‘‚「『—–-/=|¿¡";

/// Whether a sign is of a word in which an apostrophe can stand.
fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() && !is_east_asian(sign) && !is_joined(sign)
}

/// Whether a sign is of a script without spaces or of its punctuation, or of Arabic, which has no apostrophe.
fn is_joined(sign: char) -> bool {
    let is_hangul = matches!(sign, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}');
    (is_east_asian(sign) && !is_hangul) || super::is_full_width_sign(sign) || matches!(sign, '\u{620}'..='\u{6ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{TextStyle, words::locale};

    fn set(language: &str, text: &str) -> String {
        let words = Words::from_table(locale(language).unwrap()).unwrap();
        let mut text = text.to_owned();
        Marks(&words).text(&mut text);
        text
    }

    #[test]
    fn marks_are_those_of_the_language() {
        for (language, expected) in [
            ("ar", "«a “b” c»"),
            ("de", "„a ‚b‘ c“"),
            ("en", "“a ‘b’ c”"),
            ("es", "«a “b” c»"),
            ("fr", "«\u{a0}a “b” c\u{a0}»"),
            ("he", "”a ’b’ c”"),
            ("hi", "“a ‘b’ c”"),
            ("it", "«a “b” c»"),
            ("ja", "「a 『b』 c」"),
            ("ko", "“a ‘b’ c”"),
            ("nl", "“a ‘b’ c”"),
            ("pl", "„a ‚b’ c”"),
            ("pt", "“a ‘b’ c”"),
            ("tr", "“a ‘b’ c”"),
            ("zh", "“a ‘b’ c”"),
        ] {
            assert_eq!(set(language, "\"a 'b' c\""), expected, "{language}");
        }
    }

    #[test]
    fn marks_are_told_apart() {
        for (text, expected) in [
            ("It's the dogs' bone", "It’s the dogs’ bone"),
            ("\"'Tis,\" she said, \"'no' twice.\"", "“’Tis,” she said, “‘no’ twice.”"),
            ("\"He said 'no.'\"", "“He said ‘no.’”"),
            ("'the dogs' bone'", "‘the dogs’ bone’"),
            ("'dogs' and 'cats'", "‘dogs’ and ‘cats’"),
            ("the '90s, '99 and 1990's", "the ’90s, ’99 and 1990’s"),
            ("rock 'n' roll, get 'em", "rock ’n’ roll, get ’em"),
            ("the letter 't' alone", "the letter ‘t’ alone"),
            ("an 'em dash', 'round tables', 'n log n'", "an ‘em dash’, ‘round tables’, ‘n log n’"),
            ("'k-means', a 't test'", "‘k-means’, a ‘t test’"),
            ("'Twas the dogs' bone, 'til now", "’Twas the dogs’ bone, ’til now"),
            ("5'10\" tall, a 12\" disk, 6' up", "5′10″ tall, a 12″ disk, 6′ up"),
            ("1'000 francs", "1’000 francs"),
            ("\"Route 66\" and \"1984\"", "“Route 66” and “1984”"),
            ("\"the 12\" disk\"", "“the 12″ disk”"),
            ("(\"a\"), [\"b\"]—\"c\"", "(“a”), [“b”]—“c”"),
            ("\"PS4\"/\"PS5\" and \"1\",\"2\"", "“PS4”/“PS5” and “1”,“2”"),
            ("well-\"known\" and/or \"x\"/\"y\"", "well-“known” and/or “x”/“y”"),
            ("\"one \"two\" three\"", "“one ‘two’ three”"),
            ("\"It begins here", "“It begins here"),
            ("and ends here.\"", "and ends here.”"),
            ("\"wait—\" he said", "“wait—” he said"),
            ("a \" b ' c", "a \" b ' c"),
            ("...\"so\"... …\"on\"", "...“so”... …“on”"),
            ("“it's” and ‘so’", "“it’s” and ‘so’"),
            ("O'Brien's, d'Artagnan", "O’Brien’s, d’Artagnan"),
            ("https://x.example/a'b\"c it's", "https://x.example/a'b\"c it’s"),
            ("'Twas brillig", "’Twas brillig"),
            ("'Zounds, it's late", "’Zounds, it’s late"),
            ("\"\"", "“”"),
        ] {
            assert_eq!(set("en", text), expected, "{text}");
        }
    }

    #[test]
    fn languages_have_habits_of_their_own() {
        for (language, text, expected) in [
            ("de", "Hans' Haus, 'ne \"Idee\"", "Hans’ Haus, ’ne „Idee“"),
            ("nl", "'s avonds, foto's en 't \"huis\"", "’s avonds, foto’s en ’t “huis”"),
            (
                "fr",
                "l'\"école\" d'hier : oui ! Vraiment ?",
                "l’«\u{a0}école\u{a0}» d’hier\u{a0}: oui\u{202f}! Vraiment\u{202f}?",
            ),
            ("fr", "un 'bout de ligne' et 'a'", "un “bout de ligne” et “a”"),
            ("fr", "« déjà » ; non", "«\u{a0}déjà\u{a0}»\u{202f}; non"),
            ("fr", "à 10 :30 et a ?b", "à 10 :30 et a ?b"),
            ("it", "dell'\"Opera\" e po'", "dell’«Opera» e po’"),
            ("es", "¿\"Quién\"? ¡\"Yo\"!", "¿«Quién»? ¡«Yo»!"),
            ("tr", "Ankara'da \"ev\"", "Ankara’da “ev”"),
            ("zh", "他说\"你好\"。\"再见\"", "他说“你好”。“再见”"),
            ("zh", "参见\"It's\"一书", "参见“It’s”一书"),
            ("ja", "本「a」と\"b\"。", "本「a」と「b」。"),
            ("ko", "그는 \"안녕\"이라고", "그는 “안녕”이라고"),
            ("ko", "'ㄱ'을 '가'와", "‘ㄱ’을 ‘가’와"),
            ("he", "צה\"ל, ג'ורג' ו\"שלום\"", "צה״ל, ג׳ורג׳ ו”שלום”"),
            ("he", "\"מנכ\"לית תנ\"ך\"", "”מנכ״לית תנ״ך”"),
            ("he", "אמר \"שלום\" לכולם", "אמר ”שלום” לכולם"),
            ("ar", "قال \"مرحبا\" له", "قال «مرحبا» له"),
            ("ar", "و\"نعم\" و'لا'، it's", "و«نعم» و“لا”، it’s"),
            ("hi", "उसने \"नमस्ते\" कहा", "उसने “नमस्ते” कहा"),
            ("pl", "On'owi \"tak\"", "On’owi „tak”"),
        ] {
            assert_eq!(set(language, text), expected, "{text}");
        }
    }

    #[test]
    fn a_quotation_goes_through_runs_and_leaves_code_alone() {
        let words = Words::default();
        let strong = TextStyle { strong: true, ..TextStyle::default() };
        let mut runs = [
            Run::plain("\""),
            Run::Text { text: "Bold".into(), style: strong, link: None },
            Run::plain("\" is "),
            Run::code("'x' \"y\""),
            Run::plain("'s '"),
            Run::code("z"),
            Run::plain("'"),
            Run::Note(1),
            Run::Break,
            Run::plain("\"It's\""),
        ];
        Marks(&words).runs(&mut runs);
        let texts: Vec<&str> =
            runs.iter().filter_map(|run| if let Run::Text { text, .. } = run { Some(&**text) } else { None }).collect();
        assert_eq!(texts, ["“", "Bold", "” is ", "'x' \"y\"", "’s ‘", "z", "’", "“It’s”"]);
    }
}
