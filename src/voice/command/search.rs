//! Where a program is.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Whether it is a name to be looked for, and not a path.
pub(super) fn is_bare(program: &Path) -> bool {
    program.components().count() == 1 && program.file_name().is_some_and(|name| name == program.as_os_str())
}

/// The program's file: by its path, from `folder` on, or in `PATH`.
///
/// Entries of `PATH` that are no absolute paths are not searched: what they mean depends on the working folder, where
/// anybody may have put something.
pub(super) fn program(program: &Path, folder: &Path) -> Option<PathBuf> {
    if !is_bare(program) {
        let path = std::path::absolute(folder.join(program)).ok()?;
        return executable(&path);
    }
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .filter(|folder| folder.is_absolute())
        .find_map(|folder| executable(&folder.join(program)))
}

#[cfg(unix)]
fn executable(path: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let about = std::fs::metadata(path).ok()?;
    (about.is_file() && about.permissions().mode() & 0o111 != 0).then(|| path.to_path_buf())
}

#[cfg(not(unix))]
fn executable(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_path_buf());
    }
    let with = path.with_extension("exe");
    with.is_file().then_some(with)
}

/// What stands for the version of a program that does not tell it.
pub(super) fn file_version(program: &Path) -> String {
    let Ok(about) = std::fs::metadata(program) else { return "not there".into() };
    let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{} bytes of {}", about.len(), changed.unwrap_or_default().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths() {
        for (program, expected) in [
            ("espeak-ng", true),
            ("./espeak-ng", false),
            ("bin/espeak-ng", false),
            ("/bin/sh", false),
            ("..", false),
        ] {
            assert_eq!(is_bare(Path::new(program)), expected, "{program}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn found_or_not() {
        assert!(program(Path::new("sh"), Path::new("")).unwrap().is_absolute());
        assert_eq!(program(Path::new("/bin/sh"), Path::new("/nowhere")), Some("/bin/sh".into()));
        assert_eq!(program(Path::new("bin/sh"), Path::new("/")), Some("/bin/sh".into()));
        assert_eq!(program(Path::new("no-such-program"), Path::new("/")), None);
        // Not a program.
        assert_eq!(program(Path::new("/etc/passwd"), Path::new("/")), None);
        assert_eq!(program(Path::new("/bin"), Path::new("/")), None);
        assert!(file_version(Path::new("/bin/sh")).contains(" bytes of "));
    }
}
