//! The default directories of the profile and of the host key.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The directory of the profile, here or in the place of this program's configuration.
const PROFILE: &str = "profile";
/// The directory of the host key, beside it.
const KEYS: &str = "keys";

/// The file that every profile has.
const CARD: &str = "card.toml";

/// There is no profile, and none was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoProfile {
    /// Where one was looked for.
    places: Vec<PathBuf>,
    /// Whether the working directory is one itself.
    here: bool,
}

impl std::error::Error for NoProfile {}

impl std::fmt::Display for NoProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.here {
            return f
                .write_str("this directory is a profile itself: add --profile . (or go to the directory above it)");
        }
        let places: Vec<String> = self.places.iter().map(|place| absolute(place).display().to_string()).collect();
        write!(
            f,
            "there is no profile yet.\n\n  \
             sshcard init                  write the files of a card into ./profile\n  \
             sshcard init --from FILE      the same from a JSON Resume\n  \
             sshcard preview --sample      look at a sample first; q leaves\n\n\
             Another place is named by --profile. There was none in {}",
            places.join(", nor in ")
        )
    }
}

/// The directory of the profile: the one that was named, else `./profile`, else the one of the configuration.
///
/// # Errors
///
/// None was named, and there is none in these places.
pub fn profile(named: Option<&Path>) -> Result<PathBuf, NoProfile> {
    let places = places(configuration());
    match named {
        Some(named) => Ok(named.to_path_buf()),
        None => places
            .iter()
            .find(|place| place.exists())
            .cloned()
            .ok_or_else(|| NoProfile { places, here: Path::new(CARD).exists() }),
    }
}

/// Whether a profile is the file of a JSON Resume, by its name, and not a directory.
#[must_use]
pub fn is_resume(profile: &Path) -> bool {
    profile.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && !profile.is_dir()
}

/// The directory of the host key: the one that was named, else the one beside a profile that was not named or is one
/// file.
#[must_use]
pub fn keys(named: Option<&Path>, profile_named: Option<&Path>) -> PathBuf {
    let profile = match profile_named {
        None => profile(None).ok(),
        Some(named) => Some(named.to_path_buf()).filter(|named| is_resume(named)),
    };
    let beside = profile.and_then(|profile| profile.parent().map(|parent| parent.join(KEYS)));
    named.map(Path::to_path_buf).or(beside).unwrap_or_else(|| KEYS.into())
}

/// The directory that a new profile is written into.
#[must_use]
pub fn new_profile(named: Option<&Path>) -> PathBuf {
    named.map_or_else(|| PROFILE.into(), Path::to_path_buf)
}

/// A path from the root, as far as that can be told.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn places(configuration: Option<PathBuf>) -> Vec<PathBuf> {
    [Some(PathBuf::from(PROFILE)), configuration.map(|of| of.join(PROFILE))].into_iter().flatten().collect()
}

/// The directory of this program's configuration (XDG Base Directory Specification 0.8): a path that is not absolute
/// does not count.
fn configuration() -> Option<PathBuf> {
    let path = |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = path("XDG_CONFIG_HOME").or_else(|| path("HOME").map(|home| home.join(".config")));
    base.map(|base| base.join("sshcard"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_taken() {
        let named = Path::new("elsewhere");
        assert_eq!(profile(Some(named)), Ok("elsewhere".into()));
        assert_eq!(keys(Some(named), None), PathBuf::from("elsewhere"));
        assert_eq!(keys(None, Some(Path::new("/etc/card"))), PathBuf::from("keys"));
        assert_eq!(keys(None, Some(Path::new("/etc/resume.json"))), PathBuf::from("/etc/keys"));
        assert_eq!(keys(None, Some(Path::new("resume.json"))), PathBuf::from("keys"));
        assert_eq!((new_profile(None), new_profile(Some(named))), ("profile".into(), "elsewhere".into()));
    }

    #[test]
    fn the_places_are_told() {
        assert_eq!(places(Some("/c".into())), [PathBuf::from("profile"), "/c/profile".into()]);
        let missing = NoProfile { places: places(Some("/c/sshcard".into())), here: false };
        let told = missing.to_string();
        assert!(told.contains("sshcard init ") && told.ends_with("/profile, nor in /c/sshcard/profile"), "{told}");
        let told = NoProfile { here: true, ..missing }.to_string();
        assert!(told.contains("--profile .") && !told.contains("init"), "{told}");
    }
}
