//! Runs of the binary to their end.

use super::command::bulletin;
use tempfile::TempDir;

/// Exit code, stdout and stderr.
pub(crate) fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = bulletin(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
