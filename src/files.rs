//! Atomic writes: the old file or the new one, never half.
//!
//! A file is written under a dot-name in its own folder, synced, renamed over the final path, and the folder synced;
//! whatever happens before the rename leaves the final path as it was and no temporary behind. Whoever writes holds a
//! lock on the temporary, which the system lets go when the process ends, however it ends: [`sweep`] removes what
//! killed processes left and nothing that somebody is still writing.

use crate::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Component, Path, PathBuf};
use tempfile::TempPath;

/// A file under way. Dropped before [`AtomicFile::commit`], it leaves nothing.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    temporary: TempPath,
    path: PathBuf,
}

impl AtomicFile {
    /// Opens a temporary beside `path`, so that a wrong path fails before the work and not after it.
    ///
    /// # Errors
    /// [`Error::Path`] when `path` is a folder or names no file; [`Error::Write`] when its folder cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        Self::create_from(path, folder_of(path))
    }

    /// The same with the temporary in another folder, which must be on the same disk.
    ///
    /// # Errors
    /// As [`AtomicFile::create`].
    pub fn create_from(path: &Path, folder: &Path) -> Result<Self> {
        check_file_path(path)?;
        let failed = |source| Error::Write { path: path.into(), source };
        let (file, temporary) = locked_temporary(folder).map_err(failed)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // Temporaries are private by default; a finished file is an ordinary one.
            file.set_permissions(fs::Permissions::from_mode(0o644)).map_err(failed)?;
        }
        Ok(Self { file, temporary, path: path.into() })
    }

    /// The open file.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// The path it will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its bytes so far and their SHA-256, in lower-case hexadecimal.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub(crate) fn fingerprint(&mut self) -> Result<(u64, String)> {
        let failed = |source| Error::Read { path: self.path.clone(), source };
        let bytes = self.file.seek(io::SeekFrom::End(0)).map_err(failed)?;
        self.file.rewind().map_err(failed)?;
        let sha256 = fingerprint_of_all(&mut self.file).map_err(failed)?;
        Ok((bytes, sha256))
    }

    /// All of its bytes, if they are no more than `most`.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub(crate) fn read_back(&mut self, most: usize) -> Result<Option<Vec<u8>>> {
        let failed = |source| Error::Read { path: self.path.clone(), source };
        self.file.rewind().map_err(failed)?;
        let mut bytes = Vec::new();
        (&mut self.file).take(most as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        Ok((bytes.len() <= most).then_some(bytes))
    }

    /// Waits until its bytes are on the disk, where [`AtomicFile::commit`] would: a disk without room says so now.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn sync(&self) -> Result<()> {
        self.file.sync_all().map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Makes the file appear at its final path, whole and safe from a loss of power.
    ///
    /// # Errors
    /// [`Error::Write`]; the final path is then as it was before.
    pub fn commit(self) -> Result<()> {
        self.file.sync_all().map_err(|source| Error::Write { path: self.path.clone(), source })?;
        let path = self.path.clone();
        self.commit_unsynced()?;
        sync_folder(folder_of(&path));
        Ok(())
    }

    /// The same without waiting for the disk: for what is checked whenever it is read, and can be made again.
    ///
    /// # Errors
    /// As [`AtomicFile::commit`].
    pub fn commit_unsynced(self) -> Result<()> {
        let Self { file, temporary, path } = self;
        let renamed = temporary.persist(&path).map_err(|e| Error::Write { path, source: e.error });
        // Not before the rename: with the lock, a sweep could take the temporary.
        drop(file);
        renamed
    }
}

/// Beginning and end of every temporary's name, and how many letters and digits are between them.
const TEMPORARY: (&str, &str, usize) = (".bulletin-", ".part", 12);

/// Whether a name is one of our temporaries': nobody else's file may be taken for one.
fn is_temporary(name: &str) -> bool {
    let (before, after, letters) = TEMPORARY;
    name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(|middle| {
        middle.len() == letters && middle.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A new temporary in `folder`, locked by this process.
fn locked_temporary(folder: &Path) -> io::Result<(File, TempPath)> {
    loop {
        let (prefix, suffix, rand_bytes) = TEMPORARY;
        let (file, path) = tempfile::Builder::new()
            .prefix(prefix)
            .suffix(suffix)
            .rand_bytes(rand_bytes)
            .tempfile_in(folder)?
            .into_parts();
        // A file system without locks has no sweep either.
        if file.lock().is_err() || still_named(&file)? {
            return Ok((file, path));
        }
        // A sweep was quicker than the lock and has removed the file: another.
    }
}

#[cfg(unix)]
fn still_named(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.nlink() > 0)
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same shape as elsewhere")]
fn still_named(_: &File) -> io::Result<bool> {
    // An open file cannot be removed here.
    Ok(true)
}

/// Removes temporaries in `folder` that nobody is writing any more; gives how many. Folders below are left alone.
///
/// A folder that is not there has none. What cannot be looked at or removed stays.
///
/// # Examples
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// std::fs::write(folder.path().join(".bulletin-a1b2c3d4e5f6.part"), b"half").unwrap();
/// std::fs::write(folder.path().join(".bulletin-notes"), b"somebody's own").unwrap();
/// let open = bulletin::files::AtomicFile::create(&folder.path().join("a.wav")).unwrap();
/// assert_eq!(bulletin::files::sweep(folder.path()), 1);
/// open.commit().unwrap();
/// assert_eq!(bulletin::files::sweep(folder.path()), 0);
/// ```
pub fn sweep(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let stray = entries
        .flatten()
        .filter(|entry| is_temporary(&entry.file_name().to_string_lossy()))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter(|entry| {
            let Ok(file) = File::open(entry.path()) else { return false };
            // Removed while the lock is held: who made it sees that its name is gone.
            !matches!(file.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_)))
                && fs::remove_file(entry.path()).is_ok()
        });
    stray.count()
}

/// Writes `bytes` to `path` whole or not at all.
///
/// # Errors
/// As [`AtomicFile::create`] and [`AtomicFile::commit`].
///
/// # Examples
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("a.txt");
/// bulletin::files::write_atomic(&path, b"whole").unwrap();
/// assert_eq!(std::fs::read(&path).unwrap(), b"whole");
/// assert!(bulletin::files::write_atomic(folder.path(), b"x").is_err());
/// ```
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    stage(path, bytes)?.commit()
}

/// Writes `bytes` under a temporary name; they appear at `path` when what comes back is committed.
///
/// # Errors
/// As [`AtomicFile::create`], and [`Error::Write`].
pub(crate) fn stage(path: &Path, bytes: &[u8]) -> Result<AtomicFile> {
    let mut file = AtomicFile::create(path)?;
    file.file().write_all(bytes).map_err(|source| Error::Write { path: path.into(), source })?;
    Ok(file)
}

/// Makes a folder and those above it.
///
/// # Errors
/// [`Error::Write`] with the folder's path.
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|source| Error::Write { path: path.into(), source })
}

/// One name for a path, however it is written and whether it is there: from the root, links followed as far as there
/// is something, without `.` and `..`.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    if let Ok(there) = path.canonicalize() {
        return there;
    }
    let mut plain = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => {
                plain.push(other);
                // Up from a linked folder is elsewhere.
                if plain.is_symlink()
                    && let Ok(there) = plain.canonicalize()
                {
                    plain = there;
                }
            }
        }
    }
    plain
}

/// Longest name of a file: most systems take no more.
const MOST_NAME_BYTES: usize = 255;

/// Refuses a path that no file could be written to. Leaves nothing; a folder that is not there yet is not made.
///
/// # Errors
/// [`Error::Path`], [`Error::Write`].
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    let folder = folder_of(path);
    if folder.is_dir() {
        AtomicFile::create(path)?;
    } else if let Some(file) = folder.ancestors().find(|above| above.exists())
        && !file.is_dir()
    {
        return Err(Error::Path {
            path: file.into(),
            problem: "is a file, not a folder".into(),
            cure: "name another folder, or move the file away",
        });
    }
    if path.file_name().is_some_and(|name| name.len() > MOST_NAME_BYTES) {
        return Err(Error::Path {
            path: path.into(),
            problem: format!("has a name of more than {MOST_NAME_BYTES} bytes"),
            cure: "name a shorter one",
        });
    }
    Ok(())
}

/// Refuses a path that cannot be a file.
///
/// # Errors
/// [`Error::Path`].
pub fn check_file_path(path: &Path) -> Result<()> {
    let (problem, cure) = if path.is_dir() {
        ("is a folder, not a file", "name a file in it, for example -o bulletin.wav")
    } else if path.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        ("names no file", "name a file, for example -o bulletin.wav")
    } else if path.exists() && !path.is_file() {
        ("is no ordinary file", "name a file that is one, or is not there yet")
    } else if !folder_of(path).is_dir() {
        ("its folder does not exist", "make the folder first, or name another")
    } else {
        return Ok(());
    };
    Err(Error::Path { path: path.into(), problem: problem.into(), cure })
}

/// SHA-256 of `bytes`, in lower-case hexadecimal: 64 characters.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of a value as JSON, as [`fingerprint`] writes it; the text is never held whole.
pub(crate) fn fingerprint_of(value: &impl serde::Serialize) -> serde_json::Result<String> {
    struct Hash(Sha256);
    impl io::Write for Hash {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut hash = io::BufWriter::with_capacity(1 << 16, Hash(Sha256::new()));
    serde_json::to_writer(&mut hash, value)?;
    hash.flush().map_err(serde_json::Error::io)?;
    Ok(hash.into_inner().map(|hash| hexadecimal(&hash.0.finalize())).unwrap_or_default())
}

/// SHA-256 of a whole file, as [`fingerprint`] writes it.
pub(crate) fn fingerprint_file(path: &Path) -> io::Result<String> {
    fingerprint_of_all(&mut File::open(path)?)
}

/// SHA-256 of what is left to read of a file.
fn fingerprint_of_all(file: &mut File) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The folder a file stands in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Best effort: not every system can sync a folder, and the file itself is already safe.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_before_commit_leaves_old_file_and_no_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        write_atomic(&path, b"old").unwrap();
        {
            let mut file = AtomicFile::create(&path).unwrap();
            file.file().write_all(b"half").unwrap();
        }
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn wrong_paths_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        for (path, part) in [
            (folder.path().to_path_buf(), "is a folder"),
            (folder.path().join("no/such/a.wav"), "its folder does not exist"),
            (PathBuf::from("/"), "is a folder"),
        ] {
            let error = AtomicFile::create(&path).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
