//! Watches the files of a profile, wherever links lead.
//!
//! The directory is watched with its folders of other languages, and its parent, in which it may be replaced; and the
//! directories of the links and files to which a link leads, in the profile or on the way to it.

use std::{
    collections::BTreeSet,
    fs, mem,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
    recommended_watcher,
};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::links::way;
use crate::profile::language_folders;

/// How often the files are read where nothing tells of their changes.
pub(super) const INTERVAL: Duration = Duration::from_secs(10);

/// File systems that do not tell this system what other machines change on them, by their numbers in `statfs`
/// (`linux/magic.h`, and the sources of the file systems): NFS, SMB, CIFS, SMB 2, AFS, Ceph, 9P, FUSE and virtiofs, and
/// the shared folders of two virtual machines (vboxsf, vmhgfs).
const REMOTE: [u32; 10] = [
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x5346_414f,
    0x00c3_6400,
    0x0102_1997,
    0x6573_5546,
    0x786f_4256,
    0xbacb_acbc,
];

/// What tells of changes of a profile.
pub(super) struct ProfileWatch {
    /// The profile: a directory, or the file of a resume.
    profile: PathBuf,
    /// Where changes are told. It holds one, which stands for any number.
    changes: mpsc::Sender<()>,
    /// `None` before it is made, and where the system has none to give.
    watcher: Option<RecommendedWatcher>,
    /// The links and files outside of the profile to which links lead.
    outside: Arc<Mutex<Vec<PathBuf>>>,
    /// Whether a link leads to where no change is told.
    has_unseen: bool,
    /// Whether the profile is on a file system that others change.
    is_remote: bool,
    /// Whether the last attempt to watch failed.
    has_failed: bool,
}

impl ProfileWatch {
    /// Watches nothing before it is renewed.
    pub(super) fn new(profile: PathBuf, changes: mpsc::Sender<()>) -> Self {
        let (watcher, outside) = (None, Arc::default());
        Self { profile, changes, watcher, outside, has_unseen: false, is_remote: false, has_failed: false }
    }

    /// Whether some changes are not told.
    pub(super) fn is_blind(&self) -> bool {
        self.has_unseen || self.is_remote || self.has_failed
    }

    /// Watches what has the names of the profile now, which may be other files than before. Changes from here on are
    /// told, else [`is_blind`](Self::is_blind).
    pub(super) fn renew(&mut self) {
        let (shown, every) = (self.profile.display().to_string(), INTERVAL.as_secs());
        // A folder or a file may be replaced while it is about to be watched.
        let watched = self.watch().or_else(|_| self.watch());
        let had_failed = mem::replace(&mut self.has_failed, watched.is_err());
        match watched {
            Ok(()) if had_failed => tracing::info!("{shown} is watched again"),
            Err(error) if !had_failed => tracing::warn!(%error, "cannot watch {shown}: it is read every {every} s"),
            _ => {}
        }
        let is_remote = is_remote(&self.profile);
        if is_remote && !mem::replace(&mut self.is_remote, is_remote) {
            tracing::info!("{shown} may change unseen: it is read every {every} s");
        }
        self.is_remote = is_remote;
    }

    fn watch(&mut self) -> notify::Result<()> {
        let watcher = match &mut self.watcher {
            Some(watcher) => watcher,
            none => none.insert(watcher(&self.profile, &self.outside, &self.changes)?),
        };
        let folders = language_folders(&self.profile).into_iter().map(|(_, folder)| folder);
        let own: Vec<PathBuf> = [self.profile.clone()].into_iter().chain(folders).collect();
        let links: Vec<PathBuf> = own.iter().flat_map(|folder| links(folder)).collect();
        let outside = outside(&links, &self.profile);
        self.has_unseen = links.iter().any(|link| !link.exists()) || outside.iter().any(|file| is_remote(file));
        let before = mem::replace(&mut *self.outside.lock(), outside.clone());
        let parents = |files: &[PathBuf]| -> BTreeSet<PathBuf> {
            files.iter().filter_map(|file| file.parent().map(Path::to_path_buf)).collect()
        };
        for folder in parents(&before) {
            let _ = watcher.unwatch(&folder);
        }
        let mut watch = |place: &Path| {
            // It is not watched the first time, or was removed.
            let _ = watcher.unwatch(place);
            watcher.watch(place, RecursiveMode::NonRecursive)
        };
        // Above first: what is not there below it is seen when it comes.
        let mut watched = self.profile.parent().map_or(Ok(()), &mut watch);
        for place in own {
            watched = watched.and(watch(&place).or_else(|error| if place.exists() { Err(error) } else { Ok(()) }));
        }
        // Last: of two names of one directory its changes have the one that was watched last, and these files are known
        // by names without links.
        for place in parents(&outside) {
            self.has_unseen |= watch(&place).is_err();
        }
        watched
    }
}

/// What tells of changes of a profile, and of the places `outside`.
fn watcher(
    profile: &Path,
    outside: &Arc<Mutex<Vec<PathBuf>>>,
    changes: &mpsc::Sender<()>,
) -> notify::Result<RecommendedWatcher> {
    // FSEvents of macOS names files without the links above them.
    let places = [Some(profile.to_path_buf()), profile.canonicalize().ok()];
    let (outside, changes) = (Arc::clone(outside), changes.clone());
    recommended_watcher(move |event: notify::Result<Event>| {
        let is_ours = |event: Event| {
            let outside = outside.lock();
            places.iter().flatten().chain(&*outside).any(|place| is_change(&event, place))
        };
        if event.map_or_else(|_| true, is_ours) {
            // Full, it holds a change that nobody has seen yet.
            let _ = changes.try_send(());
        }
    })
}

/// The links in a folder.
fn links(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter(|file| file.file_type().is_ok_and(|kind| kind.is_symlink())).map(|link| link.path()).collect()
}

/// The links and files on the way to a profile, where there is a link, and those to which `links` lead that are not in
/// its directory.
fn outside(links: &[PathBuf], profile: &Path) -> Vec<PathBuf> {
    let own = way(profile);
    let Some(directory) = own.last() else { return Vec::new() };
    let led = links.iter().flat_map(|link| way(link)).filter(|place| !place.starts_with(directory));
    own.iter().filter(|_| own.len() > 1).cloned().chain(led).collect()
}

/// Whether an event may change the profile: it changes a file in the directory, or the directory itself. Reading is an
/// event too.
fn is_change(event: &Event, directory: &Path) -> bool {
    let changes = match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    };
    changes && (event.need_rescan() || event.paths.iter().any(|path| path.starts_with(directory)))
}

/// Whether a directory is on a file system that others change.
fn is_remote(directory: &Path) -> bool {
    rustix::fs::statfs(directory).is_ok_and(|found| REMOTE.contains(&(found.f_type as u32)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use notify::event::{CreateKind, ModifyKind};

    use tokio::time::timeout;

    use super::*;

    #[test]
    fn what_changes_the_profile_is_a_change() {
        let modify = EventKind::Modify(ModifyKind::Any);
        for (kind, path, expected) in [
            (modify, "/srv/card/card.toml", true),
            (modify, "/srv/card/..data", true),
            (EventKind::Create(CreateKind::Any), "/srv/card", true),
            (modify, "/srv/other", false),
            (modify, "/srv", false),
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), "/srv/card/card.toml", false),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), "/srv/card/card.toml", true),
        ] {
            let event = Event::new(kind).add_path(path.into());
            assert_eq!(is_change(&event, Path::new("/srv/card")), expected, "{event:?}");
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_is_looked_at_again() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        let [directory, elsewhere] = ["profile", "elsewhere"].map(|name| place.join(name));
        for made in [&directory, &elsewhere] {
            fs::create_dir(made).unwrap();
        }
        symlink("../elsewhere/about.md", directory.join("about.md")).unwrap();
        let mut watch = ProfileWatch::new(directory, mpsc::channel(1).0);
        watch.renew();
        assert!(watch.is_blind());
        let file = elsewhere.join("about.md");
        fs::write(&file, "Here.\n").unwrap();
        watch.renew();
        assert!(!watch.is_blind());
        assert_eq!(*watch.outside.lock(), [file]);
    }

    #[test]
    fn what_could_not_be_watched_is_watched_when_it_can_be() {
        let place = tempfile::tempdir().unwrap();
        let profile = place.path().join("above/profile");
        let mut watch = ProfileWatch::new(profile.clone(), mpsc::channel(1).0);
        watch.renew();
        assert!(watch.is_blind());
        fs::create_dir_all(&profile).unwrap();
        watch.renew();
        assert!(!watch.is_blind());
        // What is above it tells when it comes back.
        fs::remove_dir(&profile).unwrap();
        watch.renew();
        assert!(!watch.is_blind());
    }

    #[tokio::test]
    async fn the_file_of_a_resume_is_seen_behind_links() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        for revision in ["..first", "..second"] {
            fs::create_dir(place.join(revision)).unwrap();
            fs::write(place.join(revision).join("resume.json"), revision).unwrap();
        }
        symlink("..first", place.join("..data")).unwrap();
        symlink("..data/resume.json", place.join("resume.json")).unwrap();
        let (sender, mut changes) = mpsc::channel(1);
        let mut watch = ProfileWatch::new(place.join("resume.json"), sender);
        watch.renew();
        assert!(!watch.is_blind());
        // As Kubernetes does with a ConfigMap.
        symlink("..second", place.join("..new")).unwrap();
        fs::rename(place.join("..new"), place.join("..data")).unwrap();
        let deadline = Duration::from_secs(30);
        timeout(deadline, changes.recv()).await.unwrap().unwrap();
        watch.renew();
        while changes.try_recv().is_ok() {}
        fs::write(place.join("..second/resume.json"), "third").unwrap();
        timeout(deadline, changes.recv()).await.unwrap().unwrap();
    }
}
