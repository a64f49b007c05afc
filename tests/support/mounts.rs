//! Disks that are full or may not be written, for as long as a command runs.

use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs a shell's `script` in `folder` where it may mount, the binary being `$BULLETIN`, in the surroundings that
/// `bulletin` runs in; none where the system lets nobody mount.
pub(crate) fn with_mounts(folder: &TempDir, script: &str) -> Option<Output> {
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-c", script]);
        command
    };
    let possible = unshare("mount -t tmpfs none /mnt").output().is_ok_and(|tried| tried.status.success());
    possible.then(|| {
        unshare(script)
            .current_dir(folder)
            .env("HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path().join("config"))
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .env("BULLETIN_CACHE_FOLDER", folder.path().join("cache"))
            .env("BULLETIN", assert_cmd::cargo::cargo_bin("bulletin"))
            .output()
            .unwrap()
    })
}
