//! Atomic writes: the old file or the new one, never half.
//!
//! A file is written under a dot-name in its own folder, synced, renamed over the final path, and the folder synced;
//! whatever happens before the rename leaves the final path as it was and no temporary behind.

use crate::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

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
        check_file_path(path)?;
        let failed = |source| Error::Write { path: path.into(), source };
        let (file, temporary) =
            NamedTempFile::with_prefix_in(".bulletin-", folder_of(path)).map_err(failed)?.into_parts();
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

    /// Makes the file appear at its final path, whole.
    ///
    /// # Errors
    /// [`Error::Write`]; the final path is then as it was before.
    pub fn commit(self) -> Result<()> {
        let Self { file, temporary, path } = self;
        let failed = |source| Error::Write { path: path.clone(), source };
        file.sync_all().map_err(failed)?;
        drop(file);
        temporary.persist(&path).map_err(|e| failed(e.error))?;
        sync_folder(folder_of(&path));
        Ok(())
    }
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
    let mut file = AtomicFile::create(path)?;
    file.file().write_all(bytes).map_err(|source| Error::Write { path: path.into(), source })?;
    file.commit()
}

/// Makes a folder and those above it.
///
/// # Errors
/// [`Error::Write`] with the folder's path.
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|source| Error::Write { path: path.into(), source })
}

/// Refuses a path that cannot be a file.
///
/// # Errors
/// [`Error::Path`].
pub fn check_file_path(path: &Path) -> Result<()> {
    let (problem, cure) = if path.is_dir() {
        ("is a folder, not a file", "name a file in it, for example -o bulletin.wav")
    } else if path.file_name().is_none() {
        ("names no file", "name a file, for example -o bulletin.wav")
    } else if !folder_of(path).is_dir() {
        ("its folder does not exist", "make the folder first, or name another")
    } else {
        return Ok(());
    };
    Err(Error::Path { path: path.into(), problem: problem.into(), cure })
}

/// SHA-256 of `bytes`, in lower-case hexadecimal: 64 characters.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Best effort: not every system can sync a folder, and the file itself is already safe.
fn sync_folder(folder: &Path) {
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
