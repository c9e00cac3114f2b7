use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use toml::de::DeTable;

use super::*;
use crate::{exhibits, profile::extra, profile::keys::help};

fn vocabulary() -> Vocabulary<'static> {
    Vocabulary { exhibits: &exhibits::NAMES, ..Vocabulary::default() }
}

/// The two schemas, ready to judge.
struct Judge {
    schemas: Schemas,
    card: SchemaIndex,
    page: SchemaIndex,
}

impl Judge {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let mut compiled = |name: &str, schema: Value| {
            compiler.add_resource(name, schema).unwrap();
            compiler.compile(name, &mut schemas).unwrap_or_else(|error| panic!("{error:#}"))
        };
        let card = compiled("card.json", of_card(&vocabulary()));
        let page = compiled("page.json", of_page(&vocabulary()));
        Self { schemas, card, page }
    }

    /// Whether a schema takes a file, with its dates as texts: so Taplo has them.
    fn takes(&self, name: &str, text: &str) -> Result<(), String> {
        let source = SourceFile::new(Path::new(name), text);
        let table = DeTable::parse(source.text()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let value = extra::object(&source, table.into_inner(), extra::DEEPEST).into();
        let schema = if name == "card.toml" { self.card } else { self.page };
        self.schemas.validate(&value, schema).map_err(|error| format!("{error:#}"))
    }
}

#[test]
fn every_owner_s_files_pass() {
    let judge = Judge::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let owners = fs::read_dir(fixtures.join("owners")).unwrap().map(|owner| owner.unwrap().path());
    let mut files = 0;
    for owner in owners.chain([fixtures.join("engineer")]) {
        for file in fs::read_dir(owner).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "toml") {
                let name = file.file_name().unwrap().to_string_lossy();
                let taken = judge.takes(&name, &fs::read_to_string(&file).unwrap());
                assert_eq!(taken, Ok(()), "{}", file.display());
                files += 1;
            }
        }
    }
    assert!(files > 30, "{files}");
    for text in ["name = 'A'", "given = 'A'", "headline = \"\"\"\na\nb\"\"\"\naccent = '#2b7a78'\n[extra]\na.b = 1"] {
        assert_eq!(judge.takes("card.toml", text), Ok(()), "{text}");
    }
    for lines in
        ["from = 2019\nto = 2020-05-01", "from = '2019-05'\nto = 'Now'", "extra.x = [1]", "text = '''\na\tb\n'''"]
    {
        assert_eq!(judge.takes("page.toml", &format!("[[entry]]\ntitle = 'T'\n{lines}")), Ok(()), "{lines}");
    }
}

/// The schema refuses a file only where `check` does too, and of what a file alone tells it refuses all.
#[test]
fn what_check_refuses_is_refused() {
    let judge = Judge::new();
    let long = |key: &str| format!("{key} = '{}'", "x".repeat(1521));
    let card = [
        "role = 'x'",
        "headline = 'x'\nrol = 'x'",
        "headline = 'x'\ncompany = 'x'",
        "headline = 3",
        "headline = 'x'\nname = ' '",
        "headline = 'x'\naccent = 'purple'",
        "headline = 'x'\naccent = '#12'",
        "headline = 'x'\nemail = 'x'",
        "headline = 'x'\nphone = 'call me'",
        "headline = 'x'\nweb = 'ssh://x'",
        "headline = 'x'\ninterests = 'x'",
        "headline = 'x'\ninterests = ['1','2','3','4','5','6','7','8','9','10','11','12','13']",
        "headline = 'x'\n[[link]]\nlabel = 'a'",
        "headline = 'x'\n[[link]]\nlabel = 'a'\nurl = 'javascript:x'",
        "headline = 'x'\n[link]\nlabel = 'a'\nurl = 'https://x'",
        "headline = 'x'\n[[link]]\nlabel = 'a'\nurl = 'https://x'\nhref = 'x'",
        &format!("headline = 'x'\n{}", long("name")),
    ];
    let page = [
        "titel = 'x'",
        "layout = 'grid'",
        "section = 'jobs'",
        "[[station]]\norganization = 'O'",
        "[[entry]]\nplace = 'P'",
        "[[entry]]\ntitle = 'T'\nposition = 'P'",
        "[[entry]]\ntitle = 'T'\nfrom = 'May'",
        "[[entry]]\ntitle = 'T'\nfrom = 1.5",
        "[[entry]]\ntitle = 'T'\nfrom = 2019-05-01T00:00:00Z",
        "[[entry]]\ntitle = 'T'\nto = 'soon'",
        "[[entry]]\ntitle = 'T'\nurl = 'x'",
        "[[entry]]\ntitle = 'T'\nlinks = [{ label = 'x' }]",
        "[[entry]]\ntitle = 'T'\ntags = [1]",
        "[[entry]]\ntitle = 'T'\nexhibits = ['swya']",
        "[[entry]]\ntitle = ['T']",
        &format!("[[entry]]\n{}", long("title")),
    ];
    let files = card.map(|text| ("card.toml", text)).into_iter().chain(page.map(|text| ("page.toml", text)));
    for (name, text) in files {
        assert!(judge.takes(name, text).is_err(), "{text}");
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("card.toml"), "headline = 'x'").unwrap();
        fs::write(dir.path().join(name), text).unwrap();
        assert!(crate::profile::load(dir.path(), &vocabulary()).is_err(), "{text}");
    }
}

#[test]
fn every_key_has_a_line_of_help() {
    let link = |schema: &Value, list: &str| schema.pointer(&format!("/properties/{list}/items")).cloned().unwrap();
    let (card, page) = (of_card(&vocabulary()), of_page(&vocabulary()));
    let entry = link(&page, "entry");
    let tables = [("card", &card), ("link", &link(&card, "link")), ("page", &page), ("entry", &entry)];
    for (name, table) in tables.into_iter().chain([("link", &link(&entry, "links"))]) {
        let properties = table["properties"].as_object().unwrap();
        assert!(properties.len() > 1);
        for (key, value) in properties {
            let help = help(name, key).unwrap_or_else(|| panic!("{name}.{key} has no help"));
            assert_eq!(value["description"], help, "{name}.{key}");
        }
    }
}
