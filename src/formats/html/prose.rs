//! Formatted text as HTML. Every text is escaped. A footnote is an element within its paragraph: the style sheet moves
//! it to the margin where there is room, and without one it is read in its place, in brackets.

use super::elements::{address, dir, escaped, href, is_name, name, words};
use crate::{
    document::{Block, Prose, Run},
    formats::{parts::deeper, plain::plain},
};

/// A text below a heading of `level`.
pub(super) fn prose(prose: &Prose, level: usize) -> String {
    let names = prose.strong().map(|strong| strong.trim().to_owned());
    let names = names.filter(|name| name.contains(' ') && is_name(name)).take(MOST).collect();
    let deeper = deeper(prose, level);
    let mut writer = Writer { prose, told: Vec::new(), names, deeper, out: String::new() };
    writer.blocks(&prose.blocks);
    writer.out
}

/// So many names of a text are looked for.
const MOST: usize = 32;

struct Writer<'p> {
    prose: &'p Prose,
    /// The words that are kept on one line: strong words here, and wherever else they stand.
    names: Vec<String>,
    /// The notes that stand in the text already; a second reference is a number alone.
    told: Vec<usize>,
    /// How many levels deeper than in the text its headings are.
    deeper: usize,
    out: String,
}

impl Writer<'_> {
    fn put(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
            self.out.push('\n');
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(runs) => self.element("p", runs),
            Block::Heading(level, runs) => {
                let level = (self.deeper + usize::from(*level)).min(6);
                self.element(&format!("h{level}"), runs);
            }
            Block::List(first, items) => self.list(*first, items),
            Block::Quote(blocks) => {
                self.out.push_str("<blockquote>\n");
                self.blocks(blocks);
                self.out.push_str("</blockquote>");
            }
            Block::Code(lines) => {
                // A line end right after the tag is dropped by browsers, so that the first line may be empty.
                let lines = lines.join("\n");
                self.put(&format!("<pre{}><code>{}</code></pre>", dir(&lines), escaped(&lines)));
            }
            Block::Rule => self.out.push_str("<hr>"),
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>]) {
        let tag = if first.is_some() { "ol" } else { "ul" };
        let start = first.filter(|first| *first != 1).map(|first| format!(" start=\"{first}\"")).unwrap_or_default();
        self.put(&format!("<{tag}{start}>\n"));
        for item in items {
            let start = self.out.len();
            self.out.push_str("<li>");
            // An item of one paragraph needs no paragraph.
            if let [Block::Paragraph(runs)] = item.as_slice() {
                self.runs(runs);
            } else {
                self.blocks(item);
            }
            self.direct(start, "<li");
            self.out.push_str("</li>\n");
        }
        self.put(&format!("</{tag}>"));
    }

    fn element(&mut self, tag: &str, runs: &[Run]) {
        let mut words = runs.iter().filter_map(|run| if let Run::Text { text, .. } = run { Some(text) } else { None });
        let dir = words.find_map(|words| Some(dir(words)).filter(|dir| !dir.is_empty())).unwrap_or_default();
        self.put(&format!("<{tag}{dir}>"));
        self.runs(runs);
        self.put(&format!("</{tag}>"));
    }

    fn runs(&mut self, runs: &[Run]) {
        let mut open: Option<&str> = None;
        for run in runs {
            let link = run.link();
            if link != open {
                self.out.push_str(if open.is_some() { "</a>" } else { "" });
                if let Some(link) = link {
                    let words = if let Run::Text { text, .. } = run { text.as_str() } else { "" };
                    let attribute = address(link, words);
                    let space = if attribute.is_empty() { "" } else { " " };
                    self.put(&format!("<a{space}{attribute} {}>", href(link)));
                }
                open = link;
            }
            self.run(run);
        }
        self.out.push_str(if open.is_some() { "</a>" } else { "" });
    }

    fn run(&mut self, run: &Run) {
        match run {
            Run::Break => self.out.push_str("<br>\n"),
            Run::Note(number) => self.note(*number),
            Run::Text { text, style, .. } => {
                let tags = [(style.strong, "strong"), (style.emphasis, "em"), (style.code, "code")];
                let tags = tags.into_iter().filter_map(|(is, tag)| is.then_some(tag));
                tags.clone().for_each(|tag| self.put(&format!("<{tag}>")));
                if style.code {
                    self.out.push_str(&escaped(text));
                } else if style.strong {
                    self.out.push_str(&name(text));
                } else {
                    self.words(text);
                }
                tags.rev().for_each(|tag| self.put(&format!("</{tag}>")));
            }
        }
    }

    /// Words, with the names in them kept whole.
    fn words(&mut self, text: &str) {
        let known = |text: &str| {
            let known = self.names.iter().filter_map(|name| text.match_indices(name.as_str()).next());
            known.map(|(start, name)| start..start + name.len()).min_by_key(|range| range.start)
        };
        let words = words(text, known);
        self.put(&words);
    }

    fn note(&mut self, number: usize) {
        let Some(blocks) = self.prose.note(number) else { return };
        self.put(&format!("<span class=\"ref\" data-n=\"{number}\"></span>"));
        if self.told.contains(&number) {
            return;
        }
        self.told.push(number);
        let start = self.out.len();
        self.put(&format!("<span class=\"note\" role=\"note\" data-n=\"{number}\"><span class=\"bracket\"> [</span>"));
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.out.push_str("<br>\n");
            }
            // Only words stand within a paragraph, so that everything else becomes words.
            if let Block::Paragraph(runs) = block {
                self.runs(runs);
            } else {
                let words = plain(&Prose::of(vec![block.clone()]));
                self.out.push_str(&escaped(&words).replace('\n', "<br>\n"));
            }
        }
        self.direct(start, "<span");
        self.out.push_str("<span class=\"bracket\">]</span></span>");
    }

    /// Gives the element that begins at `start` with `tag` the direction of the words in it.
    fn direct(&mut self, start: usize, tag: &str) {
        let dir = dir(self.out.get(start..).unwrap_or_default());
        self.out.insert_str(start + tag.len(), dir);
    }
}
