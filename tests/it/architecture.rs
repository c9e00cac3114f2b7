//! The map of docs/architecture.md, kept true: who may know what, and how the sources lie.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// What each module may use of ours, in the order of the layers: imports point down only.
const MAY_USE: &[(&str, &[&str])] = &[
    // shell
    ("main", &["*"]),
    ("lib", &["*"]),
    ("commands", &["*"]),
    (
        "cli",
        &[
            "places",
            "formats",
            "document",
            "ssh::hostkey",
            "ssh::limits",
            "ssh::listen",
            "ssh::proxy",
            "profile::characters",
        ],
    ),
    ("confinement", &["reload::way"]),
    ("hardening", &[]),
    ("import", &["scaffold", "formats", "profile", "document"]),
    ("init", &["scaffold", "profile", "document"]),
    ("migrate", &["scaffold", "profile"]),
    ("places", &[]),
    ("scaffold", &["exhibits", "profile", "document"]),
    ("log", &["cli", "ssh::log"]),
    ("signals", &[]),
    // drivers; the shell opens them
    ("ssh", &["driver", "session", "app", "site", "formats", "profile", "terminal", "document"]),
    ("http", &["ssh::admission"]),
    ("ops", &["http", "ssh::listen", "ssh::visitors"]),
    ("web", &["http", "ssh", "driver", "session", "app", "site", "formats", "terminal", "document"]),
    ("reload", &["ssh", "ssh::metrics", "site", "profile", "document"]),
    ("preview", &["reload", "driver", "session", "app", "site", "terminal"]),
    ("driver", &["session"]),
    // session
    ("session", &["app", "site", "typeset", "terminal"]),
    // app
    ("app", &["site", "formats", "theme", "typeset", "terminal", "exhibits", "profile::characters", "document"]),
    // site
    ("site", &["formats", "typeset", "exhibits", "document"]),
    // formats, and what they and the screens are set with
    // What is carried from a JSON Resume is read as the import reads it.
    (
        "formats",
        &[
            "theme",
            "typeset",
            "exhibits",
            "profile::markdown",
            "profile::characters",
            "profile::limits",
            "profile::url",
            "document",
        ],
    ),
    ("theme", &["terminal::capabilities", "exhibits", "document"]),
    ("typeset", &["exhibits::Signs", "profile::characters", "document"]),
    // files and bytes
    ("profile", &["document"]),
    ("terminal", &[]),
    ("document", &[]),
];

/// Crates that only some may name, and who.
const ONLY: &[(&str, &[&str])] = &[
    ("russh", &["ssh"]),
    ("tokio", &["driver", "preview", "reload", "ssh", "http", "ops", "web", "commands", "signals"]),
    ("notify", &["reload"]),
    ("image", &["document", "profile"]),
    ("tokio_tungstenite", &["web"]),
    ("tokio_util", &["driver", "preview", "ssh", "http", "ops", "web", "commands", "signals"]),
    ("ratatui", &["terminal", "app", "theme"]),
    // All others name it as `crate::exhibits`, for which MAY_USE holds.
    ("sshcard_exhibits", &["lib"]),
    ("prometheus_client", &["ops", "ssh"]),
    ("axum", &["http", "ops", "web"]),
    ("hyper", &["http", "web"]),
    ("hyper_util", &["http", "web"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("sd_notify", &["commands"]),
    ("listenfd", &["commands"]),
    ("landlock", &["confinement"]),
    ("seccompiler", &["confinement"]),
];

/// What those that are pure may not name: files, sockets, the environment, clocks, chance.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::io",
    "std::env",
    "std::process",
    "std::time::Instant",
    "std::time::SystemTime",
    "Instant::now",
    "SystemTime::now",
    "rand",
    "getrandom",
];

/// Modules without I/O. The crate of the exhibits is pure as a whole.
const PURE: &[&str] = &["app", "document", "formats", "session", "site", "typeset"];

/// The most lines of a file: past 400 it is two subjects, and this is where the doubt ends.
const LONGEST: usize = 600;

struct Source {
    path: PathBuf,
    /// The module at the root of the crate that it belongs to.
    module: String,
    text: String,
    /// Its paths, in full and in order: of `use` and of every other mention, without comments, strings and tests. Those
    /// that began with `self` or `super` begin with `crate`.
    paths: BTreeSet<String>,
}

impl Source {
    fn named(&self) -> String {
        self.path.display().to_string()
    }

    /// The paths that begin with `prefix`, itself or something in it.
    fn mentions(&self, prefix: &str) -> bool {
        self.paths.iter().any(|path| begins(path, prefix))
    }
}

fn begins(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The sources of the server.
fn sources() -> Vec<Source> {
    sources_in("src")
}

/// The sources of the crate of the exhibits.
fn exhibits() -> Vec<Source> {
    sources_in("crates/exhibits/src")
}

fn sources_in(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_owned();
                found.push(source(relative, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 10, "the sources were not found");
    found
}

/// A source, by its path from the folder of the sources.
fn source(path: PathBuf, text: String) -> Source {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    let module = first.trim_end_matches(".rs").to_owned();
    let paths = paths(&code(&text)).iter().map(|name| resolved(name, &path)).collect();
    Source { path, module, text, paths }
}

/// The sources that run in the server: no tests.
fn production() -> impl Iterator<Item = Source> {
    without_tests(sources())
}

fn without_tests(sources: Vec<Source>) -> impl Iterator<Item = Source> {
    sources.into_iter().filter(|source| {
        let names = ["tests", "tests.rs", "check.rs"];
        let of_tests = |part: &OsStr| names.iter().any(|name| part == *name);
        !source.path.iter().any(of_tests)
    })
}

/// A file without comments, strings, character literals and its tests.
fn code(text: &str) -> String {
    without_test_items(&without_literals(text))
}

/// Code without the items before which `#[cfg(test)]` stands.
fn without_test_items(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, item)) = rest.split_once("#[cfg(test)]") {
        kept.push_str(before);
        rest = &item[item_length(item)..];
    }
    kept + rest
}

/// The length of the item that `code` begins with: up to its semicolon or the end of its block.
fn item_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ => (),
        }
        if depth <= 0 && matches!(c, ';' | '}') {
            return at + 1;
        }
    }
    code.len()
}

/// A file without comments, strings and character literals.
fn without_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => string(rest),
            'r' if (rest.starts_with("r\"") || rest.starts_with("r#")) && !code.ends_with(word) => raw_string(rest),
            '\'' => character(rest),
            _ => {
                code.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        code.push(' ');
        rest = &rest[skip..];
    }
    code
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the string that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (n, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return n + 1,
            _ => (),
        }
    }
    text.len()
}

fn raw_string(text: &str) -> usize {
    let hashes = text[1..].chars().take_while(|c| *c == '#').count();
    if !text[1 + hashes..].starts_with('"') {
        return 1; // r#keyword
    }
    let end = format!("\"{}", "#".repeat(hashes));
    text[2 + hashes..].find(&end).map_or(text.len(), |n| 2 + hashes + n + end.len())
}

/// The length of the character literal that `text` begins with; a lifetime is its quote alone.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => text[3..].find('\'').map_or(1, |n| 3 + n + 1),
        (Some(_), Some((n, '\''))) => n + 1,
        _ => 1,
    }
}

/// Every path in the code, with the braces of `use` resolved: `use a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut in_use = false;
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if word(c) {
            path.push(c);
            continue;
        }
        match c {
            ':' if chars.peek() == Some(&':') => {
                chars.next();
                path.push_str("::");
                continue;
            }
            '{' if in_use => {
                let inner = prefixes.last().cloned().unwrap_or_default() + &path;
                prefixes.push(inner);
                path.clear();
                continue;
            }
            _ => (),
        }
        if path == "use" {
            in_use = true;
        } else if !path.is_empty() {
            let whole = prefixes.last().cloned().unwrap_or_default() + &path;
            found.insert(whole.trim_end_matches("::").trim_end_matches("::self").to_owned());
        }
        path.clear();
        match c {
            '}' if in_use => {
                prefixes.pop();
            }
            ';' => {
                in_use = false;
                prefixes.clear();
            }
            _ => (),
        }
    }
    found
}

/// A path as seen from the root of the crate, where it began at the module of `file` with `self` or `super`. Modules
/// within a file are none of its business: there are none but tests.
fn resolved(path: &str, file: &Path) -> String {
    let mut module: Vec<_> = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module == ["lib"] || module == ["main"] {
        module.clear();
    }
    let mut rest: Vec<&str> = path.split("::").collect();
    if rest.first() != Some(&"self") && rest.first() != Some(&"super") {
        return path.to_owned();
    }
    if rest.first() == Some(&"self") {
        rest.remove(0);
    }
    while rest.first() == Some(&"super") {
        rest.remove(0);
        module.pop();
    }
    let parts = module.iter().map(String::as_str).chain(rest);
    ["crate"].into_iter().chain(parts).collect::<Vec<_>>().join("::")
}

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for source in production() {
        let Some((_, may)) = MAY_USE.iter().find(|(module, _)| *module == source.module) else {
            wrong.push(format!("{}: the module is not on the map; give it a layer", source.named()));
            continue;
        };
        let own = source.module.as_str();
        for path in &source.paths {
            let Some(target) = path.strip_prefix("crate::").or_else(|| path.strip_prefix("sshcard::")) else {
                continue;
            };
            let allowed = may.contains(&"*") || begins(target, own) || may.iter().any(|may| begins(target, may));
            if !allowed {
                wrong.push(format!("{}: {own} may not know {target}", source.named()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which file uses an item that which other file defines. `mod child;`, and an import of a module as such, use nothing.
struct Graph {
    sources: Vec<Source>,
    /// The files by the path of their module.
    modules: BTreeMap<String, usize>,
    /// What each file imports and exports.
    imports: Vec<Vec<Import>>,
    /// The code of each file without its imports.
    rests: Vec<String>,
}

impl Graph {
    fn new(sources: Vec<Source>) -> Self {
        // The root of the program is no module that others use.
        let library = sources.iter().enumerate().filter(|(_, source)| source.path != Path::new("main.rs"));
        let modules: BTreeMap<_, _> = library.map(|(index, source)| (module_of(&source.path), index)).collect();
        let (imports, rests) = sources.iter().map(|source| imports(&code(&source.text))).unzip();
        Self { sources, modules, imports, rests }
    }

    /// The path of what a file imports by this name.
    fn import(&self, name: &str, file: usize) -> Option<&str> {
        self.imports[file].iter().find(|import| import.name == name).map(|import| import.path.as_str())
    }

    /// A path as seen from the root of the crate, if it leads to anything of ours.
    fn absolute(&self, path: &str, file: usize) -> Option<String> {
        let path = resolved(path, &self.sources[file].path);
        let (first, rest) = path.split_once("::").map_or((path.as_str(), None), |(first, rest)| (first, Some(rest)));
        let follow = |to: &str| rest.map_or_else(|| to.to_owned(), |rest| format!("{to}::{rest}"));
        match first {
            "crate" => return Some(path),
            "sshcard" => return Some(follow("crate")),
            _ => (),
        }
        let child = format!("{}::{first}", module_of(&self.sources[file].path));
        // An import of `frame::frame` has the name of the module that it is from.
        match self.import(first, file) {
            Some(import) if !begins(import, first) => self.absolute(&follow(import), file),
            _ => self.modules.contains_key(&child).then(|| follow(&child)),
        }
    }

    /// The file that defines what a path leads to from `file`, whatever it is imported or exported as on the way.
    /// `None` for what is not ours, and for a module.
    fn definition(&self, path: &str, file: usize) -> Option<usize> {
        let path = self.absolute(path, file)?;
        let mut module = "crate".to_owned();
        let mut parts = path.split("::").skip(1).peekable();
        while let Some(part) = parts.next() {
            let child = format!("{module}::{part}");
            if self.modules.contains_key(&child) && parts.peek().is_some() {
                module = child;
                continue;
            }
            let holder = *self.modules.get(&module)?;
            return match self.import(part, holder) {
                Some(import) => {
                    let import: Vec<_> = [import].into_iter().chain(parts).collect();
                    self.definition(&import.join("::"), holder)
                }
                None => (!self.modules.contains_key(&child)).then_some(holder),
            };
        }
        None
    }

    /// The files of whose items a file uses some.
    fn uses(&self, file: usize) -> BTreeSet<usize> {
        // An import that is only an export uses nothing; every other one has a use, or the compiler would complain.
        let words: BTreeSet<&str> = self.rests[file].split(|c| !word(c)).collect();
        let imported = self.imports[file].iter().filter(|import| !import.exported || words.contains(&*import.name));
        let paths = paths(&self.rests[file]);
        let mentioned = paths.iter().filter(|path| path.contains("::"));
        let all = imported.map(|import| &import.path).chain(mentioned);
        all.filter_map(|path| self.definition(path, file)).filter(|other| *other != file).collect()
    }

    /// The largest groups of files each of which uses, in some steps, all others of its group.
    fn circles(&self) -> Vec<Vec<String>> {
        let uses: Vec<_> = (0..self.sources.len()).map(|file| self.uses(file)).collect();
        let reached: Vec<BTreeSet<usize>> = (0..uses.len())
            .map(|file| {
                let (mut reached, mut next) = (BTreeSet::new(), vec![file]);
                while let Some(file) = next.pop() {
                    next.extend(uses[file].iter().filter(|other| reached.insert(**other)));
                }
                reached
            })
            .collect();
        let circle = |file: usize| -> Vec<usize> {
            reached[file].iter().copied().filter(|other| reached[*other].contains(&file)).collect()
        };
        let circles: BTreeSet<_> = (0..uses.len()).map(circle).filter(|circle| !circle.is_empty()).collect();
        let named = |circle: Vec<usize>| circle.into_iter().map(|file| self.sources[file].named()).collect();
        circles.into_iter().map(named).collect()
    }
}

/// The path of the module that a file is.
fn module_of(file: &Path) -> String {
    resolved("self", file)
}

/// Something that a file imports.
struct Import {
    /// The name by which it is known from then on.
    name: String,
    /// The path as it is written.
    path: String,
    /// Whether others may know it by this name.
    exported: bool,
}

/// What the code imports, and the code without it.
fn imports(code: &str) -> (Vec<Import>, String) {
    fn tree(prefix: &str, text: &str, exported: bool, found: &mut Vec<Import>) {
        let text = text.trim();
        if let Some((head, inner)) = text.strip_suffix('}').and_then(|text| text.split_once('{')) {
            let (mut depth, mut begin) = (0, 0);
            for (end, c) in inner.char_indices().chain([(inner.len(), ',')]) {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        tree(&format!("{prefix}{}", head.trim()), &inner[begin..end], exported, found);
                        begin = end + 1;
                    }
                    _ => (),
                }
            }
        } else if !text.is_empty() {
            let (path, alias) =
                text.split_once(" as ").map_or((text, None), |(path, alias)| (path, Some(alias.trim())));
            let path = format!("{prefix}{}", path.trim());
            let path = path.strip_suffix("::self").unwrap_or(&path).to_owned();
            let name = alias.or(path.rsplit("::").next()).unwrap_or_default().to_owned();
            found.push(Import { name, path, exported });
        }
    }
    let (mut found, mut rest) = (Vec::new(), String::new());
    for statement in code.split_inclusive(';') {
        match statement.find("use ").filter(|at| !statement[..*at].ends_with(word)) {
            Some(at) => {
                let exported = statement[..at].trim_end().ends_with("pub") || statement[..at].trim_end().ends_with(')');
                tree("", statement[at + 4..].trim_end_matches(';'), exported, &mut found);
                rest.push_str(&statement[..at]);
            }
            // The declaration of a module is no mention of its name.
            None => {
                match statement.rfind("mod ").filter(|at| statement[at + 4..].trim_end_matches(';').chars().all(word)) {
                    Some(at) => rest.push_str(&statement[..at]),
                    None => rest.push_str(statement),
                }
            }
        }
    }
    (found, rest)
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    assert_no_circles(production());
}

#[test]
fn no_files_of_the_exhibits_use_each_other_in_a_circle() {
    assert_no_circles(without_tests(exhibits()));
}

fn assert_no_circles(sources: impl Iterator<Item = Source>) {
    let circles = Graph::new(sources.collect()).circles();
    let told: Vec<_> = circles.iter().map(|circle| circle.join(", ")).collect();
    assert!(
        told.is_empty(),
        "these files use each other; move what they share to a file of its own:\n{}",
        told.join("\n")
    );
}

/// The graph finds circles, and takes neither a declaration nor an export for a use.
#[test]
fn circles_are_found_where_they_are() {
    let check = |files: &[(&str, &str)], expected: &[&[&str]]| {
        let sources = files.iter().map(|(path, text)| source(PathBuf::from(path), (*text).to_owned()));
        assert_eq!(Graph::new(sources.collect()).circles(), expected, "{files:?}");
    };
    let leaf = ("a/leaf.rs", "use super::Item; pub fn leaf(_: Item) {}");
    check(&[("a.rs", "mod leaf; pub use leaf::leaf; pub struct Item;"), leaf], &[]);
    check(
        &[("a.rs", "mod leaf; use leaf::leaf; pub struct Item; fn f() { leaf(Item) }"), leaf],
        &[&["a.rs", "a/leaf.rs"]],
    );
}

/// The types and traits that code defines. The associated types of a trait, and what an implementation makes of them,
/// do not count: they are named with the trait.
fn type_names(code: &str) -> Vec<&str> {
    let (mut names, mut rest) = (Vec::new(), code);
    // Of each block that is open: whether it is that of an implementation or a trait.
    let mut blocks = Vec::new();
    // The keyword of the item that is read, and the token before the one that is read.
    let (mut item, mut before) = ("", "");
    while let Some(c) = rest.chars().next() {
        let length = if word(c) { rest.find(|c| !word(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
        let (token, after) = rest.split_at(length);
        rest = after;
        match token {
            _ if c.is_whitespace() => continue,
            "{" => blocks.push(matches!(item, "impl" | "trait")),
            "}" => drop(blocks.pop()),
            "impl" | "trait" | "fn" if item.is_empty() => item = token,
            _ => (),
        }
        if matches!(token, "{" | "}" | ";") {
            item = "";
        }
        let defined = matches!(before, "struct" | "enum" | "union" | "trait")
            || before == "type" && !matches!(blocks.last(), Some(true));
        if defined && word(c) {
            names.push(token);
        }
        before = token;
    }
    names
}

#[test]
fn a_type_name_means_one_thing_in_the_server() {
    assert_one_meaning(production());
}

#[test]
fn a_type_name_means_one_thing_in_the_exhibits() {
    assert_one_meaning(without_tests(exhibits()));
}

fn assert_one_meaning(sources: impl Iterator<Item = Source>) {
    let mut definitions = BTreeMap::<String, Vec<String>>::new();
    for source in sources {
        for name in type_names(&code(&source.text)) {
            definitions.entry(name.to_owned()).or_default().push(source.named());
        }
    }
    assert!(definitions.len() > 10, "the types were not found");
    let several = definitions.iter().filter(|(_, files)| files.len() > 1);
    let told: Vec<_> = several.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect();
    assert!(told.is_empty(), "these names have several types; give each a name of its own:\n{}", told.join("\n"));
}

#[test]
fn types_are_found_wherever_they_are_defined() {
    let text = r"
        pub(crate) struct A<'a>(&'a str);
        // struct Comment;
        trait B { type No; fn b() -> impl Into<u8> { enum C { No } } }
        impl Iterator for A<'_> { type Item = u8; fn next(&mut self) -> Option<u8> { type D = u8; struct E; None } }
        macro_rules! tables { ($name:ident) => { pub struct $name; }; }
        tables! { struct F { no } }
        fn g(_: impl Into<u8>) { type G = u8; }
        #[cfg(test)]
        mod tests { struct No; }
        union H { no: u8 }
        mod i { pub type I = fn(u8) -> u8; }
    ";
    assert_eq!(type_names(&code(text)), ["A", "B", "C", "D", "E", "F", "G", "H", "I"]);
}

#[test]
fn only_some_name_the_great_crates() {
    let mut wrong = Vec::new();
    for source in production() {
        for (name, who) in ONLY {
            if source.mentions(name) && !who.contains(&source.module.as_str()) {
                wrong.push(format!("{} names {name}", source.named()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_connects_but_the_healthcheck_and_what_tells_the_service_manager() {
    let outgoing = ["TcpStream::connect", "TcpSocket", "UdpSocket", "UnixStream", "UnixDatagram"];
    let may = ["ssh/healthcheck.rs", "commands/service.rs", "commands/stats.rs"].map(Path::new);
    for source in production().filter(|source| !may.contains(&source.path.as_path())) {
        for name in outgoing {
            assert!(!source.paths.iter().any(|path| path.contains(name)), "{} names {name}", source.named());
        }
    }
}

/// Whoever sets the machine's clock moves no deadline: it is read when the server starts and when it is given another
/// card, for what says when that was, and by the log, which is tracing's.
#[test]
fn the_time_of_day_is_asked_only_for_what_says_when_something_was() {
    let asks = |path: &String| ["SystemTime::now", "Utc::now", "Local::now"].iter().any(|name| path.ends_with(name));
    let mut asks: Vec<_> = production()
        .filter(|source| source.paths.iter().any(asks))
        .map(|source| source.path.display().to_string())
        .collect();
    asks.sort();
    assert_eq!(asks, ["ops/process.rs", "ssh.rs"]);
}

#[test]
fn the_pure_do_no_io_and_read_no_clock() {
    let mut wrong = Vec::new();
    let modules = production().filter(|source| PURE.contains(&source.module.as_str()));
    for source in modules.chain(without_tests(exhibits())) {
        for impure in IMPURE.iter().filter(|impure| source.mentions(impure)) {
            wrong.push(format!("{} names {impure}", source.named()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_exhibits_know_nothing_of_the_card() {
    for source in exhibits() {
        assert!(!source.mentions("sshcard"), "{} names the server", source.named());
    }
}

/// What draws are the views and what they share; the trait names what it draws with.
#[test]
fn the_mathematics_of_an_exhibit_stands_alone() {
    let mut wrong = Vec::new();
    for source in without_tests(exhibits()) {
        let draws = |part: &OsStr| Path::new(part).file_stem().is_some_and(|stem| stem == "view" || stem == "plot");
        let shared = ["lib.rs", "exhibit.rs", "miniature.rs", "palette.rs", "setting.rs", "signs.rs"];
        if source.path.iter().any(draws) || shared.iter().any(|file| source.path == Path::new(file)) {
            continue;
        }
        for path in &source.paths {
            let foreign = ["ratatui", "crate::palette", "crate::plot", "crate::signs", "unicode_width"];
            if foreign.iter().any(|foreign| begins(path, foreign)) {
                wrong.push(format!("{} names {path}; only its view may", source.named()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_shell_reads_the_environment() {
    for source in production() {
        let reads = ["var", "var_os", "vars", "vars_os"];
        let reads =
            reads.iter().any(|f| source.mentions(&format!("env::{f}")) || source.mentions(&format!("std::env::{f}")));
        assert!(
            !reads || ["cli", "commands", "places"].contains(&source.module.as_str()),
            "{} reads the environment",
            source.named()
        );
    }
}

#[test]
fn files_lie_as_they_should() {
    for source in sources().into_iter().chain(exhibits()) {
        assert!(
            source.path.file_name().is_some_and(|name| name != "mod.rs"),
            "{}: foo.rs, never mod.rs",
            source.named()
        );
        let lines = source.text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines; it has two subjects", source.named());
        // Code is formatted; comments are not.
        let comments = source.text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("//"));
        for (n, line) in comments {
            assert!(line.chars().count() <= 120, "{}:{}: a comment ends at 120 columns", source.named(), n + 1);
        }
    }
}

/// The reader of sources reads what it should: without this, the rules above could hold of nothing.
#[test]
fn paths_are_found_wherever_they_stand() {
    let text = r##"
        use a::{b, c::{self, d as e}, f::*};
        // use comment::no;
        fn g<'a>(x: &'a str) -> h::I { let s = "string::no"; let c = '"'; crate::j::k(r#"raw::no"#) }
        #[cfg(test)]
        mod tests { use test::no; }
        #[cfg(test)]
        pub(super) mod tests { fn f() { use test::no; } }
        #[cfg(test)]
        impl L { fn of_tests(_: [u8; 2]) -> test::no { test::no() } }
        use m::n;
        #[cfg(test)]
        use test::no;
        fn o() { p::q() }
    "##;
    let found = paths(&code(text));
    for path in ["a::b", "a::c", "a::c::d", "a::f", "h::I", "crate::j::k", "m::n", "p::q"] {
        assert!(found.contains(path), "{path} in {found:?}");
    }
    assert!(!found.iter().any(|path| path.ends_with("::no")), "{found:?}");

    // From a file's module to the root: no chain of `super` hides what it leads to.
    let text = "use super::{sheet, super::{super::session::run, Model}}; fn f() { super::super::super::ssh::serve() }";
    let found: BTreeSet<_> =
        paths(&code(text)).iter().map(|path| resolved(path, Path::new("app/view/qr.rs"))).collect();
    for path in ["crate::app::view::sheet", "crate::app::Model", "crate::session::run", "crate::ssh::serve"] {
        assert!(found.contains(path), "{path} in {found:?}");
    }
    for (path, file, expected) in [
        ("super::ssh", "app.rs", "crate::ssh"),
        ("self::ssh::run", "main.rs", "crate::ssh::run"),
        ("self::super::ssh", "profile.rs", "crate::ssh"),
        ("std::fs", "app/view.rs", "std::fs"),
    ] {
        assert_eq!(resolved(path, Path::new(file)), expected);
    }
}
