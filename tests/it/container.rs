//! The Dockerfile, as far as it can be checked without a container engine. `.ci/container` builds and runs it.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Dockerfile's instructions in order, each with its arguments; comments are left out, continued lines joined.
fn instructions() -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(repository().join("Dockerfile")).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let text = lines.join("\n").replace("\\\n", " ");
    let words = text.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    words.filter_map(|words| words.split_first().map(|(name, rest)| (name.to_uppercase(), rest.to_vec()))).collect()
}

/// What a COPY takes from the repository; nothing if it copies from another stage.
fn copied(arguments: &[String]) -> &[String] {
    match arguments.split_last() {
        Some((_, sources)) if !sources.iter().any(|source| source.starts_with("--")) => sources,
        _ => &[],
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn cargo_reads_the_manifest_with_what_the_dockerfile_copies() {
    let mut sources: Vec<String> = Vec::new();
    let mut builds = 0;
    for (name, arguments) in instructions() {
        if name == "COPY" {
            sources.extend_from_slice(copied(&arguments));
        }
        if name != "RUN" || !arguments.iter().any(|argument| argument == "cargo") {
            continue;
        }
        builds += 1;
        let directory = tempfile::tempdir().unwrap();
        for source in &sources {
            copy(&repository().join(source), &directory.path().join(source));
        }
        // The dependencies are built before the sources are copied, with empty ones in their place.
        let empty = ["src/lib.rs", "src/main.rs", "crates/exhibits/src/lib.rs"];
        for empty in empty.map(|path| directory.path().join(path)) {
            if !empty.exists() {
                fs::create_dir_all(empty.parent().unwrap()).unwrap();
                fs::write(empty, "").unwrap();
            }
        }
        // It reads the manifest as a build does, and fetches nothing: this test's own build has it all.
        let output = Command::new(env!("CARGO"))
            .current_dir(directory.path())
            .args(["fetch", "--locked", "--offline", "--target", "host-tuple"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "with {sources:?} alone, cargo says: {said}");
    }
    assert_eq!(builds, 2, "the dependencies are built in a layer of their own, then the program");
}

#[test]
fn the_build_context_is_what_the_dockerfile_copies() {
    let ignore = fs::read_to_string(repository().join(".dockerignore")).unwrap();
    let mut lines = ignore.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(lines.next(), Some("*"), "everything is left out but for what is named, keys above all");
    let included: BTreeSet<_> = lines.map(|line| line.strip_prefix('!').unwrap().to_owned()).collect();
    let copied: BTreeSet<_> = instructions()
        .into_iter()
        .filter(|(name, _)| name == "COPY")
        .flat_map(|(_, arguments)| copied(&arguments).to_vec())
        .collect();
    // A part of a directory may be copied before the rest of it.
    let is_part = |source: &str| included.iter().any(|all| Path::new(source).starts_with(all) && source != all);
    let whole: BTreeSet<_> = copied.iter().filter(|source| !is_part(source)).cloned().collect();
    assert_eq!(included, whole);
    assert!(copied.iter().all(|source| repository().join(source).exists()), "{copied:?}");
}

#[test]
fn the_labels_say_what_the_manifest_says() {
    let text = fs::read_to_string(repository().join("Dockerfile")).unwrap();
    for (label, expected) in [
        ("title", env!("CARGO_PKG_NAME")),
        // Of the description what stands before the colon.
        ("description", env!("CARGO_PKG_DESCRIPTION").split(':').next().unwrap()),
        ("version", env!("CARGO_PKG_VERSION")),
        ("licenses", env!("CARGO_PKG_LICENSE")),
    ] {
        let line = format!("org.opencontainers.image.{label}=\"{expected}\"");
        assert!(text.contains(&line), "{line} is not in the Dockerfile");
    }
}

#[test]
fn no_architecture_is_named() {
    let text = fs::read_to_string(repository().join("Dockerfile")).unwrap();
    for name in ["--platform=", "x86_64", "aarch64", "amd64", "arm64"] {
        let named = text.lines().find(|line| !line.starts_with('#') && line.contains(name));
        assert_eq!(named, None, "`--platform` alone decides");
    }
}
