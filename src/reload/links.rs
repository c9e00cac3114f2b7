//! The links on the way to a file: each of them may lead elsewhere the next time.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// So many links are followed, as the kernel does (`path_resolution(7)`).
const MOST: usize = 40;

/// The links on the way to `path`, which is absolute, each by its place without links above it; last the place to which
/// they lead, where there may be nothing.
#[must_use]
pub fn way(path: &Path) -> Vec<PathBuf> {
    let parts = |path: &Path| path.components().rev().map(|part| part.as_os_str().to_owned()).collect();
    let (mut way, mut at, mut rest): (Vec<PathBuf>, PathBuf, Vec<OsString>) = (Vec::new(), PathBuf::new(), parts(path));
    while let Some(part) = rest.pop() {
        match part.to_str() {
            Some(".") => {}
            Some("..") => {
                at.pop();
            }
            _ => at.push(part),
        }
        if way.len() < MOST
            && let Ok(target) = fs::read_link(&at)
        {
            way.push(at.clone());
            at.pop();
            let target: Vec<OsString> = parts(&target);
            rest.extend(target);
        }
    }
    way.push(at);
    way
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn each_link_is_found_and_where_they_lead() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("card/..first")).unwrap();
        fs::write(root.join("card/..first/resume.json"), "{}").unwrap();
        symlink("..first", root.join("card/..data")).unwrap();
        symlink("..data/resume.json", root.join("card/resume.json")).unwrap();
        symlink(root.join("card/../card/resume.json"), root.join("mine.json")).unwrap();
        symlink("nowhere/file", root.join("lost")).unwrap();
        symlink("circle", root.join("circle")).unwrap();
        for (path, expected) in [
            ("card/..first/resume.json", &["card/..first/resume.json"][..]),
            ("mine.json", &["mine.json", "card/resume.json", "card/..data", "card/..first/resume.json"]),
            ("card/..data/resume.json", &["card/..data", "card/..first/resume.json"]),
            ("lost", &["lost", "nowhere/file"]),
        ] {
            let expected: Vec<PathBuf> = expected.iter().map(|path| root.join(path)).collect();
            assert_eq!(way(&root.join(path)), expected, "{path}");
        }
        assert_eq!(way(&root.join("circle")).len(), MOST + 1);
    }
}
