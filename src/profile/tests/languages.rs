//! A card in several languages.

use super::*;

const CARD: (&str, &str) = (
    "card.toml",
    "name = 'Ada'\nheadline = 'Bridges'\nrole = 'Engineer'\naccent = 'rose'\nemail = 'ada@example.com'\n\
     [[link]]\nlabel = 'Code'\nurl = 'https://example.com'\n",
);

/// The card in its only other language.
fn translation(files: &[(&str, &str)]) -> Document {
    let document = loaded(files).document;
    assert_eq!(document.translations.len(), 1);
    (*document.translations[0]).clone()
}

#[test]
fn what_stands_in_the_folder_takes_the_place_of_its_namesake() {
    let german = translation(&[
        CARD,
        ("about.md", "# About\n\nPiers.\n"),
        ("talks.toml", "[[entry]]\ntitle = 'Load'\n"),
        ("de/card.toml", "headline = 'Brücken'\nrole = 'Ingenieurin'\n"),
        ("de/about.toml", "title = 'Über mich'\n[[entry]]\ntitle = 'Pfeiler'\n"),
        ("de/verein.md", "Rudern.\n"),
        ("de/README.md", "For me.\n"),
    ]);
    assert_eq!(german.language.tag(), "de");
    assert_eq!(names(&german), ["card", "about", "talks", "verein", "contact"]);
    assert_eq!((german.pages[1].title.as_str(), german.pages[1].entries.len()), ("Über mich", 1));
    let card = &german.card;
    assert_eq!((card.headline[0].as_str(), card.role.as_deref()), ("Brücken", Some("Ingenieurin")));
    assert_eq!((card.name.as_deref(), card.email.as_deref()), (Some("Ada"), Some("ada@example.com")));
    assert_eq!((card.accent, card.links.len(), &card.qr), (Accent::Rose, 1, &Qr::Link("https://example.com".into())));
}

#[test]
fn a_folder_needs_no_card_and_may_have_an_order_of_its_own() {
    let pages = "pages = ['talks', 'about']\n";
    let files = |more: &str| {
        translation(&[
            ("card.toml", &format!("headline = 'Bridges'\n{pages}")),
            ("about.md", "Piers.\n"),
            ("talks.md", "Loads.\n"),
            ("pt-br/about.md", "Pilares.\n"),
            ("pt-br/card.toml", &format!("role = 'Engenheira'\n{more}")),
        ])
    };
    assert_eq!(
        (names(&files("")), files("").language.tag().to_owned()),
        (vec!["card", "talks", "about"], "pt-BR".into())
    );
    assert_eq!(names(&files("pages = ['about']\n")), ["card", "about"]);
    let german = translation(&[
        ("card.toml", "headline = 'Bridges'\n"),
        ("about.md", "Piers.\n"),
        ("de/about.md", "Pfeiler.\n"),
    ]);
    assert_eq!((names(&german), german.card.title().as_str()), (vec!["card", "about"], "Bridges"));
}

#[test]
fn an_empty_page_of_a_language_is_a_warning_with_a_list_of_pages_too() {
    for pages in ["", "pages = ['card', 'about', 'contact']\n"] {
        let card = format!("name = 'Ada'\n{pages}");
        let loaded = loaded(&[("card.toml", &card), ("about.md", "Piers.\n"), ("de/about.md", "")]);
        let expected = "about.md this page has nothing to show; write something in it, or remove the file";
        assert_eq!(told(&loaded.warnings), [expected]);
        assert_eq!(names(&loaded.document.translations[0]), ["card", "contact"]);
    }
}

#[test]
fn what_entries_refer_to_is_of_their_language() {
    let talks = "[[entry]]\ntitle = 'One'\nsee = 'stack/keel'\n[[entry]]\ntitle = 'Two'\nsee = 'stack/deck'\n";
    let stack = "[[entry]]\ntitle = 'deck'\n[[entry]]\ntitle = 'keel'\n";
    let german = translation(&[
        CARD,
        ("talks.toml", talks),
        ("stack.toml", stack),
        // The titles are others, so that the numbers count; `deck` is a loan.
        ("de/stack.toml", "[[entry]]\ntitle = 'Rumpf'\n[[entry]]\ntitle = 'Kiel'\n[[entry]]\ntitle = 'deck'\n"),
        ("de/work.toml", "[[entry]]\ntitle = 'Drei'\nsee = 'stack/Kiel'\n"),
    ]);
    let see = |page: &str, entry: usize| {
        let place = Place { page: german.position(page).unwrap(), entry: Some(entry) };
        german.entry(place).unwrap().see.map(|to| german.place_title(to).unwrap())
    };
    assert_eq!(see("talks", 0).as_deref(), Some("Stack: Kiel"));
    assert_eq!(see("talks", 1).as_deref(), Some("Stack: deck"));
    assert_eq!(see("work", 0).as_deref(), Some("Stack: Kiel"));
}

#[test]
fn errors_name_the_file_of_the_language() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("de")).unwrap();
    for (name, text) in [
        ("card.toml", "name = 'Ada'\npages = ['abuot']\n"),
        ("about.md", "Piers.\n"),
        ("de/about.md", "Pfeiler[^x] [^y]\n"),
        ("de/card.toml", "langage = 'de'\n"),
        ("de/talks.toml", "[[entry]]\ntitle = 'T'\nsee = 'nowhere'\n"),
    ] {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let errors = load(dir.path(), &Vocabulary::default()).unwrap_err();
    let of = |file: &str| errors.all.iter().filter(|one| one.file == dir.path().join(file)).count();
    assert_eq!([of("card.toml"), of("de/about.md"), of("de/card.toml"), of("de/talks.toml")], [1, 2, 1, 1], "{errors}");
}

#[test]
fn a_folder_that_is_no_language_of_the_card_is_told() {
    for (files, expected) in [
        (
            &[("de/notes.md", "Mine.\n")][..],
            "de this folder is not read: it has neither card.toml nor a page of the card; write the card in `de` there, or \
             move it out of the profile",
        ),
        (
            &[("pictures/about.md", "Piers.\n")],
            "pictures this folder is not read: only one that is called as a language is; name it by the tag of its language, \
             as in `de` or `pt-BR`, or move it out of the profile",
        ),
        (
            &[("pt_BR/card.toml", "role = 'x'\n")],
            "pt_BR this folder is not read: only one that is called as a language is; did you mean pt-BR? Rename the folder \
             to pt-BR",
        ),
        (
            &[("German/card.toml", "role = 'x'\n")],
            "German this folder is not read: only one that is called as a language is; did you mean de? Rename the folder to \
             de",
        ),
    ] {
        let files: Vec<_> = [CARD, ("about.md", "Piers.\n")].into_iter().chain(files.iter().copied()).collect();
        let loaded = loaded(&files);
        assert_eq!((told(&loaded.warnings), loaded.document.translations.len()), (vec![expected.to_owned()], 0));
    }
    let nested = loaded(&[CARD, ("de/card.toml", "role = 'x'\n"), ("de/fr/about.md", "Piles.\n")]).warnings;
    let expected = "fr this folder is not read: it stands in that of another language; move it beside that folder, or out of \
        the profile";
    assert_eq!(told(&nested), [expected]);
    for (files, expected) in [
        (
            &[("en/about.md", "Piers.\n")][..],
            "en the card is in `en` already; say in card.toml what the card is written in, as in `language = \"fr\"`, or \
             move the folder away",
        ),
        (
            &[("de/about.md", "Pfeiler.\n"), ("de.md", "Deutsch.\n")],
            "de.md no page can be called `de`: it is a language of the card; rename the file",
        ),
        (
            &[("de/card.toml", "language = 'fr'\n")],
            "card.toml:1:12 the language of this folder is `de`; remove the line, or rename the folder",
        ),
        (
            &[("de/card.toml", "role = 'x'\n"), ("DE/card.toml", "role = 'x'\n")],
            "de there are two folders for the language `de`; keep DE",
        ),
    ] {
        let files: Vec<_> = [CARD, ("about.md", "Piers.\n")].into_iter().chain(files.iter().copied()).collect();
        assert_eq!(errors(&files), [expected]);
    }
    // Where there is no such language it is a name like others.
    assert_eq!(names(&loaded(&[CARD, ("de.md", "Here.\n")]).document), ["card", "de", "contact"]);
}

#[test]
fn a_page_only_of_a_language_that_is_not_listed_is_told() {
    let warnings = told(
        &loaded(&[
            ("card.toml", "name = 'Ada'\npages = ['about']\n"),
            ("about.md", "Piers.\n"),
            ("de/about.md", "Pfeiler.\n"),
            ("de/verein.md", "Rudern.\n"),
        ])
        .warnings,
    );
    let expected = "verein.md this page is not shown: `pages` in de/card.toml does not list it; list it as `verein`, or remove \
                    the file";
    assert_eq!(warnings, [expected]);
}
