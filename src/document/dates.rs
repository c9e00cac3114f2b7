//! The dates of an entry: a date, a span, or the owner's words.

mod found;

pub(crate) use found::means_now;

use chrono::NaiveDate;

use super::{
    text::unbroken,
    words::{Words, filled},
};

/// A day, a month or a year of the Gregorian calendar, as exact as the owner wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31; only with a month.
    pub day: Option<u8>,
}

impl Date {
    /// Reads `2019`, `2019-05` or `2019-05-31`; `None` for anything else, or a date that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u16>().ok().filter(|number| plain && *number > 0)
        };
        let mut parts = text.split('-');
        let year = number(parts.next()?, 4)?;
        let [month, day] = [parts.next(), parts.next()].map(|part| part.map(|part| number(part, 2)));
        if parts.next().is_some() || month == Some(None) || day == Some(None) {
            return None;
        }
        let [month, day] = [month, day].map(|part| part.flatten().map(|part| part as u8));
        let or_first = |part: Option<u8>| part.unwrap_or(1).into();
        NaiveDate::from_ymd_opt(year.into(), or_first(month), or_first(day)).map(|_| Self { year, month, day })
    }

    /// The date as ISO 8601 has it, as exact as it is known: `2019-05`.
    #[must_use]
    pub fn iso(self) -> String {
        let part = |part: Option<u8>| part.map(|part| format!("-{part:02}")).unwrap_or_default();
        format!("{:04}{}{}", self.year, part(self.month), part(self.day))
    }

    /// The date as a page shows it: `May 2019`.
    #[must_use]
    pub fn text(self, words: &Words) -> String {
        let dates = &words.dates;
        let month = self.month.and_then(|month| dates.months.get(usize::from(month).checked_sub(1)?));
        let form = match (self.day, month) {
            (Some(_), Some(_)) => &dates.day,
            (None, Some(_)) => &dates.month,
            _ => &dates.year,
        };
        let [year, day] = [self.year.to_string(), self.day.map(|day| day.to_string()).unwrap_or_default()];
        let month = month.map(String::as_str).unwrap_or_default();
        form.replace("{year}", &year).replace("{month}", month).replace("{day}", &day)
    }
}

/// The end of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// The period goes on.
    Now,
    /// The period ended at this date.
    Date(Date),
}

impl From<Date> for End {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

/// When an entry was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Dates {
    /// Nothing is said of it.
    #[default]
    Unknown,
    /// In the owner's words.
    Words(String),
    /// From one date to another; at least one of the two is there.
    Span {
        /// The beginning.
        from: Option<Date>,
        /// The end.
        to: Option<End>,
    },
}

impl Dates {
    /// The owner's words for the time, where there is no date.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        if let Self::Words(words) = self { Some(words) } else { None }
    }

    /// Beginning and end in the form of ISO 8601; `None` for each that is not known, and for an end that is not yet.
    #[must_use]
    pub fn iso(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Span { from, to } => {
                let to = to.and_then(|to| if let End::Date(date) = to { Some(date.iso()) } else { None });
                (from.map(Date::iso), to)
            }
            Self::Unknown | Self::Words(_) => (None, None),
        }
    }

    /// The time as a page shows it; empty where nothing is known.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        let dates = &words.dates;
        let span = |from: Date, to: &str| dates.span.replace("{from}", &from.text(words)).replace("{to}", to);
        match self {
            Self::Words(said) => said.clone(),
            Self::Span { from: Some(from), to: Some(End::Date(to)) } if from == to => to.text(words),
            Self::Span { from: Some(from), to: Some(End::Date(to)) } => span(*from, &to.text(words)),
            Self::Span { from: Some(from), to: Some(End::Now) } => span(*from, &dates.now),
            Self::Span { from: Some(from), to: None } => filled(&dates.since, &[&from.text(words)]),
            Self::Span { from: None, to: Some(End::Date(to)) } => filled(&dates.until, &[&to.text(words)]),
            Self::Span { from: None, to: Some(End::Now) } => dates.now.clone(),
            Self::Unknown | Self::Span { from: None, to: None } => String::new(),
        }
    }

    /// The period for a text: a date is never broken into two lines; words of the owner may be.
    #[must_use]
    pub fn unbroken(&self, words: &Words) -> String {
        let text = self.text(words);
        if self.words().is_some() { text } else { unbroken(&text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_exactly_as_they_are_written() {
        for (text, shown) in [
            ("2019", Some("2019")),
            ("2019-05", Some("May 2019")),
            ("2019-05-31", Some("31 May 2019")),
            ("2024-02-29", Some("29 Feb 2024")),
            ("2023-02-29", None),
            ("2019-13", None),
            ("2019-00", None),
            ("2019-5", None),
            ("19", None),
            ("0000", None),
            ("2019-05-31-1", None),
            ("+019", None),
            ("", None),
            ("May 2019", None),
        ] {
            let date = Date::parse(text);
            assert_eq!(date.map(|date| date.text(&Words::default())).as_deref(), shown, "{text}");
            assert!(date.is_none_or(|date| date.iso() == text), "{text}");
        }
    }

    #[test]
    fn spans_say_what_is_known_and_no_more() {
        let date = |text: &str| Date::parse(text).unwrap();
        let span = |from: Option<&str>, to| Dates::Span { from: from.map(date), to };
        for (dates, shown, iso) in [
            (Dates::Unknown, "", (None, None)),
            (Dates::Words("the way in".into()), "the way in", (None, None)),
            (span(Some("2019-05"), Some(End::Now)), "May 2019 – now", (Some("2019-05"), None)),
            (span(Some("2019"), Some(End::Date(date("2021")))), "2019 – 2021", (Some("2019"), Some("2021"))),
            (span(Some("2023"), Some(End::Date(date("2023")))), "2023", (Some("2023"), Some("2023"))),
            (span(Some("2019"), None), "from 2019", (Some("2019"), None)),
            (span(None, Some(End::Date(date("2019")))), "until 2019", (None, Some("2019"))),
            (span(None, Some(End::Now)), "now", (None, None)),
        ] {
            assert_eq!(dates.text(&Words::default()), shown);
            let (from, to) = dates.iso();
            assert_eq!((from.as_deref(), to.as_deref()), iso, "{shown}");
        }
    }
}
