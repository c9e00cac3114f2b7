//! Matches a query against the search index and ranks the entries: whole words and beginnings of words come before
//! other matches. The only state is the matcher's scratch memory, which belongs to the thread.

use std::{cell::RefCell, cmp::Reverse};

use nucleo_matcher::{Config, Matcher, Utf32Str, chars::is_upper_case};

use super::{FieldKind, Index, IndexEntry};

/// The most results, best first: readers look no further, and it bounds the memory of a search.
const MOST_RESULTS: usize = 100;

/// A word that is matched letter by letter has at least this many: two letters are scattered over every sentence.
const SHORTEST_SCATTERED: usize = 3;
/// A matcher's points for each letter (nucleo's `SCORE_MATCH`): the gaps of a match must not cost more than its
/// beginnings of words and its runs bring in.
const POINTS: usize = 16;

thread_local! {
    /// The matcher allocates 135 kB of scratch memory, in which nothing lasts beyond a call. In each model that would
    /// be more than the rest of a session; anew for each key it would be mapped and cleared each time.
    static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new({
        // Case and diacritics are folded when the index is made.
        let mut config = Config::DEFAULT;
        config.ignore_case = false;
        config.normalize = false;
        config
    }));
}

/// How well an entry matches; the smaller, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The words as typed, whole.
    Whole,
    /// They begin a word.
    Begin,
    /// They stand within one.
    Within,
    /// Each of the words stands somewhere.
    Apart,
    /// The letters stand near each other, with the matcher's points; more are better.
    Scattered(Reverse<u32>),
}

/// What was typed, ready to be compared.
struct Query {
    /// All of it as one.
    needle: Needle,
    /// Its words; empty where it is only one.
    each: Vec<Needle>,
}

struct Needle {
    letters: Box<[char]>,
    /// A capital means capitals.
    exact: bool,
}

impl Needle {
    fn new(text: &str) -> Self {
        let exact = super::exact(text);
        if exact.iter().any(|letter| is_upper_case(*letter)) {
            Self { letters: exact, exact: true }
        } else {
            Self { letters: super::folded(&exact), exact: false }
        }
    }

    fn of<'e>(&self, entry: &'e IndexEntry) -> &'e [char] {
        if self.exact { &entry.exact } else { &entry.folded }
    }

    /// The best place where the letters stand together, the first of equally good ones.
    fn together(&self, entry: &IndexEntry) -> Option<(Fit, usize)> {
        let text = self.of(entry);
        let in_word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|c| c.is_alphanumeric());
        let (first, length) = (self.letters.first()?, self.letters.len());
        let same = |window: &[char]| window.first() == Some(first) && window == &*self.letters;
        let places = text.windows(length).enumerate().filter(|(_, window)| same(window));
        let fits = places.map(|(at, _)| {
            let begins = !in_word(at.checked_sub(1)) || !in_word(Some(at));
            let ends = !in_word(Some(at + length)) || !in_word((at + length).checked_sub(1));
            match (begins, ends) {
                (true, true) => (Fit::Whole, at),
                (true, false) => (Fit::Begin, at),
                (false, _) => (Fit::Within, at),
            }
        });
        fits.min()
    }

    /// The letters in order, near each other: over at most twice their own length.
    fn scattered(&self, entry: &IndexEntry, matcher: &mut Matcher, marks: &mut Vec<u32>) -> Option<u32> {
        if self.letters.len() < SHORTEST_SCATTERED {
            return None;
        }
        let before = marks.len();
        let text = Utf32Str::Unicode(self.of(entry));
        let points = matcher.fuzzy_indices(text, Utf32Str::Unicode(&self.letters), marks)?;
        let new = marks.get(before..).unwrap_or_default();
        let span = new.iter().max()?.checked_sub(*new.iter().min()?)? as usize + 1;
        let near = span <= 2 * self.letters.len() && usize::from(points) >= POINTS * self.letters.len();
        near.then_some(points.into())
    }
}

impl Query {
    /// `None` where there is nothing to look for.
    fn new(query: &str) -> Option<Self> {
        let words: Vec<&str> = query.split_whitespace().collect();
        let needle = Needle::new(&words.join(" "));
        let each = if words.len() > 1 { words.into_iter().map(Needle::new).collect() } else { Vec::new() };
        (!needle.letters.is_empty()).then_some(Self { needle, each })
    }

    /// How an entry matches, and which of its characters do; `marks` is in no order.
    fn fit(&self, entry: &IndexEntry, matcher: &mut Matcher, marks: &mut Vec<u32>) -> Option<Fit> {
        marks.clear();
        let run = |at: usize, needle: &Needle| at as u32..(at + needle.letters.len()) as u32;
        if let Some((fit, at)) = self.needle.together(entry) {
            marks.extend(run(at, &self.needle));
            return Some(fit);
        }
        let mut points = 0;
        let mut apart = !self.each.is_empty();
        for word in if self.each.is_empty() { std::slice::from_ref(&self.needle) } else { &self.each } {
            if let Some((_, at)) = word.together(entry) {
                marks.extend(run(at, word));
                points += (word.letters.len() * POINTS) as u32;
            } else {
                points += word.scattered(entry, matcher, marks)?;
                apart = false;
            }
        }
        Some(if apart { Fit::Apart } else { Fit::Scattered(Reverse(points)) })
    }
}

impl Index {
    /// The numbers of the entries that match, best first: addresses last, then by how well they do, names before
    /// running text, the shorter name before the longer, then as they stand on the card. Scattered letters are no
    /// match for what stands whole somewhere.
    #[must_use]
    pub fn rank(&self, query: &str) -> Box<[u16]> {
        let Some(words) = Query::new(query) else { return Box::default() };
        let mut marks = Vec::new();
        let mut fits = MATCHER.with_borrow_mut(|matcher| {
            let numbered = self.entries.iter().zip(0_u16..);
            let fits = numbered.filter_map(|(entry, number)| {
                let fit = words.fit(entry, matcher, &mut marks)?;
                let length = if entry.kind == FieldKind::Name { entry.exact.len() } else { usize::MAX };
                Some((entry.kind == FieldKind::Address, fit, length, number))
            });
            fits.collect::<Vec<_>>()
        });
        let scattered = |fit: Fit| matches!(fit, Fit::Scattered(_));
        if fits.iter().any(|(_, fit, ..)| !scattered(*fit)) {
            fits.retain(|(_, fit, ..)| !scattered(*fit));
        }
        fits.sort_unstable();
        fits.truncate(MOST_RESULTS);
        fits.into_iter().map(|(.., number)| number).collect()
    }
}

impl IndexEntry {
    /// The characters that match, counted from 0, in order.
    #[must_use]
    pub fn marks(&self, query: &str) -> Box<[u16]> {
        let mut marks = Vec::new();
        if let Some(words) = Query::new(query) {
            MATCHER.with_borrow_mut(|matcher| words.fit(self, matcher, &mut marks));
        }
        marks.sort_unstable();
        marks.dedup();
        marks.into_iter().filter_map(|mark| u16::try_from(mark).ok()).collect()
    }
}
