use std::{sync::Arc, time::Duration};

use super::*;
use crate::document::Document;

/// A card that is larger than one packet, and small things beside it.
pub(in super::super) fn files() -> Arc<Files> {
    let large: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(n) / 7) as u8).collect();
    let list = [
        ("README.txt", Bytes::from_static(b"Read me.\n")),
        ("card.vcf", Bytes::from_static(b"BEGIN:VCARD\r\nEND:VCARD\r\n")),
        ("empty", Bytes::new()),
        ("large.bin", large.into()),
    ];
    let german = Directory::new("de".to_owned(), [("card.vcf", Bytes::from_static(b"END:VCARD\r\n"))], Vec::new());
    let root = Directory::new(ROOT.to_owned(), list, vec![Arc::new(german)]);
    // 2025-11-24 12:20:00 UTC
    Arc::new(Files::rooted(root, UNIX_EPOCH + Duration::from_secs(1_763_986_800)))
}

#[test]
fn paths_lead_to_the_root_to_a_file_or_nowhere() {
    let long = format!("{}card.vcf", "./".repeat(200));
    for (path, expected) in [
        ("", Ok("/")),
        ("/", Ok("/")),
        (".", Ok("/")),
        ("~", Ok("/")),
        ("~/", Ok("/")),
        ("//./", Ok("/")),
        ("card.vcf", Ok("card.vcf")),
        ("./card.vcf", Ok("card.vcf")),
        ("/card.vcf", Ok("card.vcf")),
        ("~/card.vcf", Ok("card.vcf")),
        ("//./card.vcf", Ok("card.vcf")),
        ("de", Ok("de")),
        ("/de/", Ok("de")),
        ("de/card.vcf", Ok("card.vcf")),
        ("de/README.txt", Err(PathError::NotFound)),
        ("de/de", Err(PathError::NotFound)),
        ("de/card.vcf/more", Err(PathError::NotFound)),
        ("de/..", Err(PathError::Denied)),
        ("CARD.VCF", Err(PathError::NotFound)),
        ("card.vcf/more", Err(PathError::NotFound)),
        ("~root/card.vcf", Err(PathError::NotFound)),
        ("etc/passwd", Err(PathError::NotFound)),
        ("card.vcf\0", Err(PathError::NotFound)),
        ("..", Err(PathError::Denied)),
        ("/../card.vcf", Err(PathError::Denied)),
        ("card.vcf/..", Err(PathError::Denied)),
        ("...", Err(PathError::NotFound)),
        (&long, Err(PathError::NotFound)),
    ] {
        let found = files().find(path).map(|target| match target {
            PathTarget::Directory(directory) if directory.name == ROOT => "/".to_owned(),
            PathTarget::Directory(directory) => directory.name.clone(),
            PathTarget::File(file) => file.name.to_owned(),
        });
        assert_eq!(found, expected.map(str::to_owned), "{path:?}");
    }
}

#[test]
fn paths_have_a_shortest_form() {
    for (path, expected) in [
        ("", Ok("/")),
        (".", Ok("/")),
        ("..", Ok("/")),
        ("/../..", Ok("/")),
        ("~", Ok("/")),
        ("card.vcf", Ok("/card.vcf")),
        ("de/card.vcf", Ok("/de/card.vcf")),
        ("de/nothing", Ok("/de/nothing")),
        ("de/..", Ok("/")),
        ("/./new.txt", Ok("/new.txt")),
        ("a/../b", Ok("/b")),
        ("../../card.vcf", Ok("/card.vcf")),
        ("a/b", Err(PathError::NotFound)),
        ("\x1b[2J", Err(PathError::NotFound)),
        ("\u{202e}txt.EMDAER", Err(PathError::NotFound)),
    ] {
        assert_eq!(files().canonical(path), expected.map(str::to_owned), "{path:?}");
    }
}

#[test]
fn listings_look_as_ls_prints_them() {
    let files = files();
    let file = |number: usize| PathTarget::File(files.root.files[number].clone());
    for (name, place, expected) in [
        (
            ".",
            PathTarget::Directory(Arc::clone(&files.root)),
            "drwxr-xr-x   2 owner    owner           0 Nov 24  2025 .",
        ),
        ("README.txt", file(0), "-rw-r--r--   1 owner    owner           9 Nov 24  2025 README.txt"),
        ("large.bin", file(3), "-rw-r--r--   1 owner    owner      200000 Nov 24  2025 large.bin"),
    ] {
        assert_eq!(files.line(name, &place), expected);
    }
    let of = |loaded| Files::new(&Arc::new(Site::new(Document::default())), loaded);
    let never = of(UNIX_EPOCH + Duration::from_secs(u64::MAX / 4));
    assert_eq!(
        never.line(".", &PathTarget::Directory(Arc::clone(&files.root))),
        "drwxr-xr-x   2 owner    owner           0 Feb  7  2106 ."
    );
    assert_eq!(of(UNIX_EPOCH - Duration::from_secs(1)).time(), 0);
}
