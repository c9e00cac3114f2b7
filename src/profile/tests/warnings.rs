//! What an owner wrote and the card does not show.

use std::fs;

use super::{errors, load_files, loaded, told};
use crate::{
    document::Place,
    profile::{Loaded, Vocabulary, load},
};

#[test]
fn files_that_are_almost_pages_are_warned_of() {
    let card = ("card.toml", "headline = 'x'");
    let letters = "this is not read: a page's name has letters from a to z, digits and `-`, at most 32";
    let ending = "this is not read: a page is a file NAME.md or NAME.toml";
    let almost = "the name of this page is almost one that other programs know";
    for (file, content, expected) in [
        ("About.md", "x", format!("{letters}; rename it to about.md, or remove it")),
        ("My open_talks.MD", "x", format!("{ending}; rename it to my-open-talks.md, or remove it")),
        ("über.md", "x", format!("{letters}; rename it; its `title` can be anything")),
        ("notes.doc", "x", format!("{ending}; remove it if it is no page")),
        (
            "photo.gif",
            "x",
            "this picture is not shown: it has to be JPEG or PNG; save it as photo.jpg or photo.png".into(),
        ),
        (
            "Me.WEBP",
            "x",
            "this picture is not shown: it has to be JPEG or PNG; save it as photo.jpg or photo.png".into(),
        ),
        ("talks.md.txt", "x", format!("{ending}; rename it to talks.md, or remove it")),
        ("Card.toml", "x", format!("{letters}; remove it, since there is card.toml too")),
        (
            "talk.md",
            "x",
            format!("{almost}; did you mean talks? Rename the file to talks.md, or give the page a title"),
        ),
    ] {
        let warnings = loaded(&[card, (file, content)]).warnings;
        assert_eq!(told(&warnings), [format!("{file} {expected}")]);
    }
    // A page with a title, or with a section, is meant to have its name; so is one beside the page of the known name.
    for files in [&[card, ("talk.md", "# My talk\n\nx")][..], &[card, ("talk.md", "x"), ("talks.md", "x")]] {
        assert_eq!(told(&loaded(files).warnings), Vec::<String>::new());
    }
    // Without a card nothing else is told: the directory may be another one.
    for name in ["crad.toml", "Card.toml", "card.toml.txt"] {
        let missing = format!("card.toml there is no such file; did you mean {name}? Rename it to card.toml");
        assert_eq!(errors(&[(name, "headline = 'x'"), ("notes.doc", "x"), ("src/main.rs", "x")]), [missing]);
    }
    let found = errors(&[("profile/card.toml", "headline = 'x'"), ("notes.doc", "x")]);
    assert!(found.len() == 1 && found[0].ends_with("profile: name that directory"), "{found:?}");
}

/// A server that was started in the profile's directory has made its key there.
#[test]
fn a_host_key_in_the_profile_is_passed_over() {
    for key in ["keys/ssh_host_ed25519_key", "keys/ssh_host_ed25519_key.made", "hk/ssh_host_ed25519_key"] {
        assert_eq!(told(&loaded(&[("card.toml", "headline = 'x'"), (key, "x")]).warnings), [""; 0], "{key}");
    }
    let beside = [("card.toml", "headline = 'x'"), ("ssh_host_ed25519_key", "x"), ("ssh_host_ed25519_key.pub", "x")];
    assert_eq!(told(&loaded(&beside).warnings), [""; 0]);
}

/// The remedy for a folder never is to remove it, whatever its name is.
#[test]
fn no_folder_is_told_to_be_removed() {
    for name in
        ["pictures", "German", "about.md", "talks.txt", "photo.gif", "photo.jpg", "sv", "en", "über.md", "x.tar"]
    {
        let file = format!("{name}/notes.txt");
        let files = [("card.toml", "headline = 'x'"), (file.as_str(), "x"), ("en/about.md", "x")];
        let found = load_files(&files).map_or_else(|errors| told(&errors), |loaded| told(&loaded.warnings));
        let of: Vec<_> = found.iter().filter(|one| one.starts_with(name)).collect();
        assert!(!of.is_empty() && of.iter().all(|one| !one.contains("remove")), "{name}: {found:#?}");
    }
}

#[test]
fn a_link_to_no_file_is_no_page() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.toml"), "headline = 'x'").unwrap();
    fs::write(dir.path().join("work.toml"), "[[entry]]\ntitle = 'T'\nsee = 'card'\n").unwrap();
    std::os::unix::fs::symlink("/nowhere/about.md", dir.path().join("about.md")).unwrap();
    let Loaded { document, warnings } = load(dir.path(), &Vocabulary::default()).unwrap();
    let message = "this is a link to /nowhere/about.md, which is not there; put a file there, or remove the link";
    assert_eq!(told(&warnings), [format!("about.md {message}")]);
    // What leads elsewhere is looked up all the same.
    assert_eq!(document.pages[1].entries[0].see, Some(Place { page: 0, entry: None }));
}

#[test]
fn a_link_to_no_picture_is_told_as_one() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.toml"), "headline = 'x'").unwrap();
    std::os::unix::fs::symlink("/nowhere/me.jpg", dir.path().join("photo.jpg")).unwrap();
    let errors = load(dir.path(), &Vocabulary::default()).unwrap_err();
    let expected =
        "photo.jpg this is a link to /nowhere/me.jpg, which is not there; put a file there, or remove the link";
    assert_eq!(told(&errors), [expected]);
}

#[test]
fn lines_that_end_in_cr_alone_are_told_once() {
    let expected =
        "about.md:1:6 a line ends in CR alone; save the file with the line ends of Linux (LF) or of Windows (CR LF)";
    assert_eq!(errors(&[("card.toml", "headline = 'x'"), ("about.md", "# One\rTwo.\r\rThree.\r")]), [expected]);
}

#[test]
fn glyphs_that_the_font_of_the_logo_lacks_are_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.toml"), "headline = 'x'\nlogo = 'a 日本'").unwrap();
    let vocabulary = Vocabulary { has_glyph: |letter| letter.is_ascii_alphabetic(), ..Vocabulary::default() };
    let warnings = load(dir.path(), &vocabulary).unwrap().warnings;
    let remedy = "leave it out; the font has Latin, Greek and Cyrillic letters, arrows and mathematics";
    assert_eq!(told(&warnings), [format!("card.toml:2:8 the font of `logo` has no `日` or `本`; {remedy}")]);
}

#[test]
fn what_is_written_and_not_shown_is_warned_of() {
    let two = "[[entry]]\ntitle = 'T'\n[[entry]]\ntitle = 'T'\n";
    for (files, expected) in [
        (
            &[("about.md", "# About[^x]\n\nMe.[^x]\n\n[^x]: Once.")][..],
            "about.md:1:8 a page's title shows no footnote; refer to it in the text below the title",
        ),
        (
            &[("work.toml", two), ("talks.toml", "[[entry]]\ntitle = 'U'\nsee = 'work/T'")],
            "talks.toml:3:7 the page `work` has 2 entries `T`; `see` leads to the first; give the others titles of their own",
        ),
    ] {
        let files: Vec<_> = [("card.toml", "headline = 'x'")].into_iter().chain(files.iter().copied()).collect();
        assert_eq!(told(&loaded(&files).warnings), [expected]);
    }
    let warnings = loaded(&[("card.toml", "headline = 'x'\npages = []")]).warnings;
    let expected = "card.toml:2:9 `pages` is empty; write something between the brackets, or remove the line";
    assert_eq!(told(&warnings), [expected]);
}

/// However many warnings stand before it, an error is shown, and the card does not load.
#[test]
fn no_error_is_hidden_behind_warnings() {
    let about = format!("{}a[^x]\n", "a\n\n    code\n\n".repeat(60));
    let errors = load_files(&[("card.toml", "headline = 'x'"), ("about.md", &about)]).unwrap_err();
    assert!(told(&errors).iter().any(|one| one.contains("footnote")), "{errors}");
    assert!(errors.to_string().ends_with("\n1 error, 60 warnings; 50 of a file are shown"), "{errors}");
}
