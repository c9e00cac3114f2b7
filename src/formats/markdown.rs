//! The whole card as Markdown: the owner's texts in their own Markdown, with the fields of the card and of the pages
//! around them. Headings of a text are lowered below those of its page, and where two texts have the same label, one of
//! the two is renamed.

use bytes::Bytes;

use super::{
    format::{File, Format},
    parts::{Below, Group, below, code_link, compact, dates, deeper, facts, groups, pages, to_try},
    uri::uri,
};
use crate::document::{Card, Document, Entry, Layout, Page, Prose, Words, short_address, words::filled};

mod labels;

use labels::Labels;

/// `markdown`
pub(super) struct MarkdownFormat;

impl Format for MarkdownFormat {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.markdown
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "about.md", about: |words| &words.commands.markdown, variant: "" }]
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        let mut out = MarkdownWriter {
            document,
            labels: Labels::of(texts(document)),
            written: 0,
            in_list: false,
            text: String::new(),
        };
        out.card(&document.card);
        pages(document).for_each(|page| out.page(page));
        Some(out.text.into())
    }
}

/// The owner's texts, in the order in which they are written.
fn texts(document: &Document) -> impl Iterator<Item = &str> {
    let texts = pages(document).filter(|page| page.layout != Layout::Contact).flat_map(|page| {
        let entries = page.entries.iter().map(|entry| &entry.text);
        [&page.intro].into_iter().chain(entries)
    });
    texts.map(|text| text.source.as_str())
}

/// The document so far. Blocks are parted by blank lines.
struct MarkdownWriter<'d> {
    document: &'d Document,
    labels: Labels,
    /// The owner's texts that were written.
    written: usize,
    /// Whether the last block is a list whose next item can follow.
    in_list: bool,
    text: String,
}

impl MarkdownWriter<'_> {
    fn card(&mut self, card: &Card) {
        let (headline, words) = (card.headline.join(" "), &self.document.words);
        if let Some(name) = &card.name {
            let name = words.joined([Some(name), card.pronouns.as_ref()].into_iter().flatten());
            self.heading(1, &name);
            self.block(&escaped(&headline));
        } else {
            self.heading(1, &headline);
            self.block(&card.pronouns.as_deref().map(escaped).unwrap_or_default());
        }
        let role = card.role.as_ref().map(|role| format!("**{}**", escaped(role)));
        let rest = [&card.organization, &card.place].into_iter().flatten().map(|part| escaped(part));
        self.block(&words.joined(role.into_iter().chain(rest)));
        self.lines([card.interests.join(" · "), card.outside.join(" · ")].iter().map(|line| escaped(line)));
        self.lines(card.logo.iter().chain(&card.caption).map(|line| escaped(line)));
        if !self.document.has_contact() {
            self.lines(card.ssh().map(|ssh| format!("`{ssh}`")));
        }
    }

    fn page(&mut self, page: &Page) {
        if page.layout == Layout::Contact {
            return self.contact(page, &self.document.card);
        }
        self.heading(2, &self.document.heading(page));
        self.prose(&page.intro, 2);
        self.block(&escaped(&page.line.join(self.document.words.direction.arrow())));
        if let Some(ground) = &page.ground {
            self.block(&filled(&self.document.words.formats.from_the_ground, &[&escaped(ground)]));
        }
        for Group { organization, entries } in groups(page) {
            if let Some(organization) = organization {
                self.heading(3, organization);
            }
            let level = if organization.is_some() { 4 } else { 3 };
            for (_, entry) in entries {
                self.entry(page, entry, level);
            }
        }
    }

    fn entry(&mut self, page: &Page, entry: &Entry, level: usize) {
        let document = self.document;
        let below = below(document, page, entry).into_iter().map(|below| match below {
            Below::Words(words) => escaped(&words),
            Below::Link(words, url) => link(if words == short_address(url) { url } else { words }, url),
            Below::See(_, name) => escaped(&filled(&document.words.formats.see, &[&name])),
        });
        let below = below.chain(to_try(&document.words, entry).map(|exhibits| escaped(&exhibits)));
        let is_compact = page.layout == Layout::Compact;
        let name = if is_compact { compact(self.document, entry) } else { vec![entry.label().to_owned()] };
        let name: Vec<String> = name.into_iter().chain(dates(self.document, entry)).collect();
        if is_compact && entry.text.is_empty() {
            let line: Vec<String> = name.iter().map(|part| escaped(part)).chain(below).collect();
            self.item(&line.join(" · "));
            self.written += 1;
            return;
        }
        self.heading(level, &name.join(" · "));
        let facts = if is_compact { Vec::new() } else { facts(entry, page.layout) };
        self.lines(facts.into_iter().map(escaped));
        self.prose(&entry.text, level);
        self.lines(below);
    }

    /// The ways to reach the person; a card without any has no such part.
    fn contact(&mut self, page: &Page, card: &Card) {
        let email = card.email.iter().map(|email| link(email, &format!("mailto:{email}")));
        let phone = card.phone.iter().map(|phone| escaped(phone));
        let web = card.web.iter().map(|web| link(web, web));
        let links = card.links.iter().map(|to| link(&to.label, &to.url));
        let code = code_link(card).map(|url| link(url, url));
        let ssh = card.ssh().map(|ssh| format!("`{ssh}`"));
        let items = email.chain(phone).chain(web).chain(links).chain(code).chain(ssh).map(|item| format!("- {item}"));
        let items = items.collect::<Vec<_>>().join("\n");
        if !items.is_empty() {
            self.heading(2, &self.document.heading(page));
            self.block(&items);
        }
    }

    /// Writes a text of the owner, below a heading of this level.
    fn prose(&mut self, prose: &Prose, level: usize) {
        let text = self.labels.apart(self.written, &prose.source, deeper(prose, level));
        self.written += 1;
        self.block(&text);
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {}", "#".repeat(level), escaped(text)));
    }

    /// An item of a list, directly below the one before it.
    fn item(&mut self, text: &str) {
        if self.in_list {
            self.text.extend(["- ", text, "\n"]);
        } else {
            self.block(&format!("- {text}"));
        }
        self.in_list = true;
    }

    /// Lines that belong together.
    fn lines(&mut self, lines: impl IntoIterator<Item = String>) {
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        self.block(&lines.join("\\\n"));
    }

    /// Writes a block; an empty text is none.
    fn block(&mut self, text: &str) {
        if !text.is_empty() {
            self.in_list = false;
            self.text.push_str(if self.text.is_empty() { "" } else { "\n" });
            self.text.push_str(text);
            self.text.push('\n');
        }
    }
}

/// Words that mean themselves, also at the beginning of a line: what could begin or end something of Markdown
/// (`CommonMark` 0.31) stands after a backslash.
pub(crate) fn escaped(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = None;
    for (index, sign) in text.char_indices() {
        let after = text.get(index + sign.len_utf8()..).unwrap_or_default();
        let inside = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
        let means = match sign {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '|' | '$' => true,
            '_' => !(inside(before) && inside(after.chars().next())),
            '&' => is_entity(after),
            '#' => before.is_none_or(char::is_whitespace),
            '>' | '=' => before.is_none(),
            // A list, or the line below a heading.
            '+' | '-' => {
                before.is_none() && after.chars().next().is_none_or(|next| next == sign || next.is_whitespace())
            }
            // A numbered list.
            '.' | ')' => index == digits && digits > 0,
            _ => false,
        };
        escaped.push_str(if means { "\\" } else { "" });
        escaped.push(sign);
        before = Some(sign);
    }
    escaped
}

/// Whether `rest` would make a reference to a character of an `&` before it.
fn is_entity(rest: &str) -> bool {
    let name = rest.split_once(';').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
}

/// Words that lead somewhere; an address that says so itself stands alone (section 6.5).
pub(super) fn link(words: &str, url: &str) -> String {
    let address = uri(url);
    let plain = words.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_@".contains(&byte));
    if words == address || (plain && url.strip_prefix("mailto:") == Some(words)) {
        return format!("<{words}>");
    }
    let signs = address.char_indices().map(|(index, sign)| match sign {
        '&' if is_entity(address.get(index + 1..).unwrap_or_default()) => "\\&".to_owned(),
        _ => sign.to_string(),
    });
    let target: String = signs.collect();
    let target = if target.contains(['(', ')']) { format!("<{target}>") } else { target };
    format!("[{}]({target})", escaped(words))
}

#[cfg(test)]
pub(super) mod tests;
