//! What the owner is told of an import.

use std::fmt;

/// The lines of one kind that are told; more would hide the others.
const MOST_TOLD: usize = 40;
/// The elements of one list that are told of the same by their numbers.
const MOST_ELEMENTS: usize = 6;

/// What the owner should know of an import, each line with its path in the resume.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    carried: Vec<String>,
    reshaped: Vec<String>,
    shortened: Vec<String>,
    notes: Vec<String>,
}

impl Report {
    /// The report, a line for each kind of finding.
    pub(super) fn in_lines(&self) -> Vec<String> {
        let kinds = self.kinds().into_iter().filter(|(_, lines)| !lines.is_empty());
        let line = |(heading, lines): (&str, &Vec<String>)| {
            let lines = by_list(lines);
            let more = lines.len().saturating_sub(MOST_TOLD);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            format!("{} {}{more}", heading.to_lowercase(), lines.get(..MOST_TOLD).unwrap_or(&lines).join(", "))
        };
        kinds.map(line).collect()
    }

    fn kinds(&self) -> [(&'static str, &Vec<String>); 4] {
        [
            ("Not on the card, and kept under `extra`:", &self.carried),
            ("In another form on the card, and as it was under `extra`:", &self.reshaped),
            ("Shortened on the card, and whole under `extra`:", &self.shortened),
            ("To look at:", &self.notes),
        ]
    }

    /// Something has no home on the card.
    pub(super) fn carried(&mut self, path: &str, why: &str) {
        self.carried.push(if why.is_empty() { path.to_owned() } else { format!("{path}: {why}") });
    }

    /// Something is shown in another form than it has.
    pub(super) fn reshaped(&mut self, path: &str, how: &str) {
        self.reshaped.push(format!("{path}: {how}"));
    }

    pub(super) fn shortened(&mut self, path: &str, longest: usize) {
        self.shortened.push(format!("{path}: to {longest}"));
    }

    pub(super) fn shortened_list(&mut self, path: &str, most: usize, longest: usize) {
        self.shortened.push(format!("{path}: to {most} entries of {longest} columns"));
    }

    pub(super) fn note(&mut self, path: &str, what: &str) {
        self.notes.push(format!("{path}: {what}"));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (heading, lines) in self.kinds() {
            if lines.is_empty() {
                continue;
            }
            writeln!(f, "{heading}")?;
            let lines = by_list(lines);
            for line in lines.iter().take(MOST_TOLD) {
                writeln!(f, "  {line}")?;
            }
            if let Some(more) = lines.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
                writeln!(f, "  and {more} more")?;
            }
        }
        Ok(())
    }
}

/// The lines, with one for the elements of a list of which the same is told: `skills[0, 2].keywords`.
fn by_list(lines: &[String]) -> Vec<String> {
    let mut lists: Vec<(&str, Vec<&str>, &str)> = Vec::new();
    for line in lines {
        // A note may have brackets too.
        let path = line.split(": ").next().unwrap_or_default();
        let parts = path.split_once('[').and_then(|(list, rest)| Some((list, rest.split_once(']')?.0)));
        let Some((list, number)) = parts else {
            lists.push((line, Vec::new(), ""));
            continue;
        };
        let rest = line.get(list.len() + number.len() + 2..).unwrap_or_default();
        match lists.iter_mut().find(|(of, numbers, after)| *of == list && *after == rest && !numbers.is_empty()) {
            Some((_, numbers, _)) => numbers.push(number),
            None => lists.push((list, vec![number], rest)),
        }
    }
    let lines = lists.into_iter().map(|(list, numbers, rest)| {
        let shown = numbers.get(..MOST_ELEMENTS).unwrap_or(&numbers).join(", ");
        match numbers.len() {
            0 => list.to_owned(),
            count if count > MOST_ELEMENTS => format!("{list}[{shown} and {} more]{rest}", count - MOST_ELEMENTS),
            _ => format!("{list}[{shown}]{rest}"),
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_of_a_list_is_one_line() {
        let mut report = Report::default();
        for n in 0..90 {
            report.shortened_list(&format!("skills[{n}].keywords"), 16, 80);
        }
        for path in ["basics.profiles[0].username", "meta", "work[1].a", "basics.profiles[2].username", "work[1].b"] {
            report.carried(path, "");
        }
        report.note("work[0].url", "written as https://[a]");
        assert_eq!(
            report.to_string(),
            "Not on the card, and kept under `extra`:\n  basics.profiles[0, 2].username\n  meta\n  \
             work[1].a\n  work[1].b\n\
             Shortened on the card, and whole under `extra`:\n  \
             skills[0, 1, 2, 3, 4, 5 and 84 more].keywords: to 16 entries of 80 columns\n\
             To look at:\n  work[0].url: written as https://[a]\n"
        );
    }
}
