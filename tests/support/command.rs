//! The binary in a folder of its own, untouched by the settings of whoever runs the tests.

use assert_cmd::Command;
use tempfile::TempDir;

/// A command whose working folder, home, settings, voices and cache are all in `folder`.
pub(crate) fn bulletin(folder: &TempDir) -> Command {
    let mut command = Command::cargo_bin("bulletin").unwrap();
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("BULLETIN_CACHE_FOLDER", folder.path().join("cache"));
    command
}
