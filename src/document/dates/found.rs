//! Finds dates in the forms in which people write them: `2019`, `2019-05`, `2019-05-31`, an ISO 8601 date and time,
//! `May 2019`, `05/2019`, `2019年5月`.

use super::Date;

/// Words that mean a period that goes on, in lower case.
const NOW: [&str; 12] = [
    "present",
    "now",
    "current",
    "currently",
    "ongoing",
    "today",
    "to date",
    "till date",
    "heute",
    "actualidad",
    "présent",
    "至今",
];

/// Whether words say that something goes on, as `Present` does.
pub(crate) fn means_now(text: &str) -> bool {
    NOW.contains(&&*text.trim().to_lowercase())
}

impl Date {
    /// The date that a text means; `None` where it is none, or one of two.
    pub(crate) fn found(text: &str) -> Option<Self> {
        let text = text.trim();
        iso(text).or_else(|| numbers(text)).or_else(|| named(text)).or_else(|| counted(text))
    }
}

/// A date of ISO 8601, also with a time after it, and in the basic format: `20140501`.
fn iso(text: &str) -> Option<Date> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Date::parse(&[text.get(..4)?, text.get(4..6)?, text.get(6..)?].join("-"));
    }
    let day = text.get(..10).filter(|_| matches!(text.get(10..11), Some("T" | "t" | " ")));
    Date::parse(day.unwrap_or(text))
}

/// `2019/5`, `5/2019`, `31.05.2019`. Which of the two is the month in `5/6/2019` is not known.
fn numbers(text: &str) -> Option<Date> {
    let sign = text.chars().find(|sign| !sign.is_ascii_digit()).filter(|sign| matches!(sign, '/' | '.' | '-'))?;
    let parts: Vec<&str> = text.split(sign).map(str::trim).collect();
    let year = |part: &str| part.len() == 4;
    let parts: Vec<&str> = match parts.as_slice() {
        [first, ..] if year(first) => parts,
        [_, last] if year(last) => parts.into_iter().rev().collect(),
        [_, _, last] if year(last) && sign == '.' => parts.into_iter().rev().collect(),
        _ => return None,
    };
    let padded: Vec<String> = parts.iter().map(|part| format!("{part:0>2}")).collect();
    Date::parse(&padded.join("-"))
}

/// `2019年5月31日`, `2019년 5월`.
fn counted(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once(['年', '년'])?;
    let parts = rest.split(['月', '월', '日', '일']).map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(|part| format!("{part:0>2}")).collect();
    Date::parse(&[&[year.trim().to_owned()], parts.as_slice()].concat().join("-"))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `May 2019`, `Sept. 2019`, `May 31, 2019`, `31 May 2019`.
fn named(text: &str) -> Option<Date> {
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()) {
        let word = word.trim_end_matches('.').to_lowercase();
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let place = match (is_number, word.len()) {
            (true, 4) => &mut year,
            (true, 1 | 2) => &mut day,
            (false, 3..) => {
                let number = MONTHS.iter().zip(1..).find(|(name, _)| name.starts_with(&word) || word == "sept");
                let number = if word == "sept" { 9 } else { number?.1 };
                if month.replace(format!("{number:02}")).is_some() {
                    return None;
                }
                continue;
            }
            _ => return None,
        };
        if place.replace(format!("{word:0>2}")).is_some() {
            return None;
        }
    }
    let parts: Vec<String> = [year, Some(month?), day].into_iter().flatten().collect();
    Date::parse(&parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_they_are_found_in() {
        for (text, expected) in [
            ("2019", Some("2019")),
            ("2019-05", Some("2019-05")),
            ("2019-05-31", Some("2019-05-31")),
            ("2019-05-31T10:00:00.000Z", Some("2019-05-31")),
            ("2019-05-31 10:00", Some("2019-05-31")),
            ("2019-5", Some("2019-05")),
            ("2019/05", Some("2019-05")),
            ("5/2019", Some("2019-05")),
            ("05.2019", Some("2019-05")),
            ("31.5.2019", Some("2019-05-31")),
            ("May 2019", Some("2019-05")),
            ("may, 2019", Some("2019-05")),
            ("Sept. 2019", Some("2019-09")),
            ("2019 December", Some("2019-12")),
            ("May 31, 2019", Some("2019-05-31")),
            ("31 May 2019", Some("2019-05-31")),
            ("2019年", Some("2019")),
            ("2019年5月", Some("2019-05")),
            ("2019 年 5 月 31 日", Some("2019-05-31")),
            ("2019년 5월", Some("2019-05")),
            ("2019年春", None),
            ("5/6/2019", None),
            ("2019-13", None),
            ("2019-2021", None),
            ("2019-02-30", None),
            ("Summer 2019", None),
            ("May", None),
            ("31 May", None),
            ("May June 2019", None),
            ("日 2019", None),
        ] {
            assert_eq!(Date::found(text), expected.map(|date| Date::parse(date).unwrap()), "{text}");
        }
        assert!(means_now("Present") && means_now(" NOW ") && !means_now("often"));
    }
}
