//! The folders of a store, and who may change them.

use super::{PROFILE, name, refusal};
use crate::{Error, Result, files};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// How long a part that nobody touched is kept for its download to be taken up again.
const STALE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The places of one voice in a store, held by this process.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    name: String,
    _lock: File,
}

/// The file that is locked while a voice changes; it stays, empty.
fn lock_of(folder: &Path, name: &str) -> io::Result<File> {
    File::options().create(true).append(true).open(folder.join(format!(".{name}.lock")))
}

impl Place {
    /// Waits until nobody else changes this voice.
    pub(super) fn lock(folder: &Path, name: &str, waiting: &mut dyn FnMut()) -> Result<Self> {
        let failed = |source| Error::Write { path: folder.join(format!(".{name}.lock")), source };
        let file = lock_of(folder, name).map_err(failed)?;
        let held = match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock()
            }
            Err(TryLockError::Error(e)) => Err(e),
            Ok(()) => Ok(()),
        };
        match held {
            // On a file system without locks whoever ends last wins.
            Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(failed(e)),
            _ => Ok(Self { folder: folder.into(), name: name.into(), _lock: file }),
        }
    }

    fn beside(&self, kind: &str) -> PathBuf {
        self.folder.join(format!(".{}.{kind}", self.name))
    }

    /// Where the voice is when it is installed.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// The model while it comes.
    pub(super) fn part_of_model(&self) -> PathBuf {
        self.beside("part").join(format!("{}.onnx.part", self.name))
    }

    /// Ends what a killed process had begun: a voice whose successor did not come is put back.
    pub(super) fn mend(&self) {
        let _ = fs::remove_dir_all(self.beside("gone"));
        let old = self.beside("old");
        if self.home().is_dir() {
            let _ = fs::remove_dir_all(old);
        } else if old.is_dir() {
            let _ = fs::rename(old, self.home());
        }
    }

    /// The folder that a voice is put together in; what an earlier run left in it stays.
    pub(super) fn stage(&self) -> Result<PathBuf> {
        let staged = self.beside("part");
        files::create_folder(&staged)?;
        files::sweep(&staged);
        let _ = fs::remove_file(staged.join(PROFILE));
        // Whole already, by the look of it, and then killed: it is asked about and looked at once more.
        let whole = staged.join(format!("{}.onnx", self.name));
        if whole.is_file() && !self.part_of_model().exists() {
            let _ = fs::rename(whole, self.part_of_model());
        }
        Ok(staged)
    }

    /// An error as the user is told, with what becomes of the part: it stays where a later run can take it up
    /// (`resumable`). A full disk gets its room back; the part would be in the way of whatever else needs it.
    pub(super) fn after(&self, error: Error, resumable: bool) -> Error {
        let full = |source: &io::Error| {
            matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        };
        match error {
            Error::Write { source, .. } if full(&source) => {
                let _ = fs::remove_dir_all(self.beside("part"));
                refusal(
                    &self.name,
                    format!("there is no room for it in {}: {source}", self.folder.display()),
                    "free some space, or have voices elsewhere with the setting voices_folder; nothing was left behind",
                )
            }
            error => {
                let begun = fs::metadata(self.part_of_model()).is_ok_and(|part| part.len() > 0);
                if !(resumable && begun) {
                    let _ = fs::remove_dir_all(self.beside("part"));
                }
                error
            }
        }
    }

    /// Gives what was put together its name, in place of what had it. Who reads the store in between finds the old one.
    pub(super) fn swap(&self) -> Result<()> {
        let (staged, home, old) = (self.beside("part"), self.home(), self.beside("old"));
        let failed = |source| Error::Write { path: home.clone(), source };
        files::sync_folder(&staged);
        if home.is_dir() {
            fs::rename(&home, &old).map_err(failed)?;
        }
        if let Err(source) = fs::rename(&staged, &home) {
            self.mend();
            return Err(failed(source));
        }
        files::sync_folder(&self.folder);
        let _ = fs::remove_dir_all(old);
        Ok(())
    }

    /// Takes the voice away; how many bytes it had, if it was there.
    pub(super) fn remove(&self) -> Result<Option<u64>> {
        let (home, gone) = (self.home(), self.beside("gone"));
        let _ = fs::remove_dir_all(self.beside("part"));
        if !home.is_dir() {
            return Ok(None);
        }
        let bytes = fs::read_dir(&home).into_iter().flatten().flatten();
        let bytes = bytes.filter_map(|entry| Some(entry.metadata().ok()?.len())).sum();
        let failed = |source| Error::Write { path: home.clone(), source };
        fs::rename(&home, &gone).map_err(failed)?;
        fs::remove_dir_all(&gone).map_err(failed)?;
        Ok(Some(bytes))
    }
}

/// The names in a store and the folders that have them: each voice's own, or the one before where a killed process had
/// begun to replace it.
pub(super) fn homes(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let failed = |source| Error::Read { path: folder.into(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(failed(source)),
    };
    let mut homes = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let old = file.strip_prefix('.').and_then(|rest| rest.strip_suffix(".old"));
        let named = old.unwrap_or(&file);
        if name::check(named).is_err() || !path.is_dir() || (old.is_some() && folder.join(named).is_dir()) {
            continue;
        }
        homes.insert(named.to_owned(), path);
    }
    Ok(homes)
}

/// Removes parts of other voices that nobody has touched for a week, and what was being removed when somebody was
/// killed. Best effort; what is in use stays.
pub(super) fn sweep(folder: &Path, but: &str, now: Timestamp) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some((name, kind)) = file.strip_prefix('.').and_then(|rest| rest.rsplit_once('.')) else {
            continue;
        };
        let stale = match kind {
            "gone" => true,
            "part" => last_touched(&entry.path()).is_some_and(|then| now.duration_since(then) > STALE),
            _ => false,
        };
        if !stale || name == but || name::check(name).is_err() {
            continue;
        }
        let Ok(lock) = lock_of(folder, name) else { continue };
        if lock.try_lock().is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// When the newest of the files in a folder was written, or the folder.
fn last_touched(folder: &Path) -> Option<Timestamp> {
    let of = |path: &Path| Timestamp::try_from(fs::metadata(path).ok()?.modified().ok()?).ok();
    let files = fs::read_dir(folder).ok()?.flatten().filter_map(|entry| of(&entry.path()));
    files.chain(of(folder)).max()
}
