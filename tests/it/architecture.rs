//! The map of docs/architecture.md, kept true: who may know what, and how the sources lie.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// What each module may use of ours. Imports point down only; the pure modules and the data use what they are made of.
const MAY_USE: &[(&str, &[&str])] = &[
    // shell
    ("main", &["*"]),
    ("lib", &["*"]),
    ("cli", &["*"]),
    ("hardening", &[]),
    ("log", &["cli", "ssh::log"]),
    ("commands", &["*"]),
    ("signals", &[]),
    // edges
    ("ssh", &["driver", "session", "site", "document", "formats", "profile"]),
    ("ops", &["ssh::listen", "ssh::metrics"]),
    ("preview", &["driver", "session"]),
    ("driver", &["session"]),
    // session
    ("session", &["app", "terminal"]),
    // app
    (
        "app",
        &[
            "exhibits",
            "formats::Format",
            "formats::render_page",
            "theme",
            "profile",
            "terminal::input",
            "terminal::capabilities",
            "terminal::Size",
            "terminal::Link",
        ],
    ),
    // pure; the theme holds the values of the profile's accents for what a terminal can show
    ("formats", &["exhibits", "profile"]),
    ("theme", &["profile::Accent", "terminal::capabilities"]),
    // data
    ("profile", &[]),
    ("terminal", &[]),
];

/// Crates that only some may name, and who.
const ONLY: &[(&str, &[&str])] = &[
    ("russh", &["ssh"]),
    ("tokio", &["driver", "preview", "ssh", "ops", "commands", "signals"]),
    ("tokio_util", &["driver", "preview", "ssh", "ops", "commands", "signals"]),
    ("ratatui", &["terminal", "app", "theme"]),
    // All others name it as `crate::exhibits`, for which MAY_USE holds.
    ("sshcard_exhibits", &["lib"]),
    ("prometheus_client", &["ops", "ssh"]),
    ("axum", &["ops"]),
    ("hyper", &["ops"]),
    ("hyper_util", &["ops"]),
    ("clap", &["cli"]),
];

/// What those that are pure may not name: files, sockets, the environment, clocks, chance.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
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
                let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
                let module = first.trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).unwrap();
                let paths = paths(&code(&text)).iter().map(|path| resolved(path, &relative)).collect();
                found.push(Source { path: relative, module, text, paths });
            }
        }
    }
    assert!(found.len() > 10, "the sources were not found");
    found
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
    let text = match text.find("#[cfg(test)]\nmod ") {
        Some(tests) => &text[..tests],
        None => text,
    };
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

/// A path as seen from the root of the crate, where it began at the module of `file` with `self` or `super`. Modules within
/// a file are none of its business: there are none but tests.
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
fn nothing_connects_but_the_healthcheck() {
    let outgoing = ["TcpStream::connect", "TcpSocket", "UdpSocket", "UnixStream", "UnixDatagram"];
    for source in production().filter(|source| source.path != Path::new("ssh/healthcheck.rs")) {
        for name in outgoing {
            assert!(!source.paths.iter().any(|path| path.contains(name)), "{} names {name}", source.named());
        }
    }
}

/// Whoever sets the machine's clock moves no deadline: it is read when the server starts, for what says when that was, and by the
/// log, which is tracing's.
#[test]
fn the_time_of_day_is_asked_only_at_the_start() {
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
        let shared = ["lib.rs", "exhibit.rs", "palette.rs", "signs.rs"];
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
            !reads || ["cli", "commands"].contains(&source.module.as_str()),
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
    "##;
    let found = paths(&code(text));
    for path in ["a::b", "a::c", "a::c::d", "a::f", "h::I", "crate::j::k"] {
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
