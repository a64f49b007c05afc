//! `bulletin read`: what it says without the system's voices, and with them, how it reads by a Speech Dispatcher that the
//! tests start themselves, without a sound.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;

#[cfg(all(system_voices, target_os = "linux"))]
#[path = "read/dispatcher.rs"]
mod dispatcher;
#[cfg(all(system_voices, target_os = "linux"))]
#[path = "read/lines.rs"]
mod lines;
#[cfg(all(system_voices, target_os = "linux"))]
#[path = "read/terminal.rs"]
mod terminal;

use command::bulletin;

#[test]
fn the_help_tells_keys_and_that_no_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let output = bulletin(&folder).args(["read", "--help"]).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    // The flags that every command has are another's business.
    let own: String = text.split_inclusive('\n').take_while(|line| !line.starts_with("Briefing:")).collect();
    let keys = text.find("The system's voices speak live").map(|at| &text[at..]).unwrap_or_default();
    insta::assert_snapshot!(format!("{own}…\n{keys}"));
}

#[cfg(not(system_voices))]
#[test]
fn a_build_without_system_voices_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["read", "nothing.txt"][..], &["read", "--list-voices"]] {
        let output = bulletin(&folder).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).unwrap();
        let problem = "error: reading aloud: this build does not speak with the system's voices\nhint: ";
        assert!(text.starts_with(problem), "{text}");
        if cfg!(target_os = "linux") {
            for cure in ["libspeechd-dev", "libclang-dev", "--features system"] {
                assert!(text.contains(cure), "{text}");
            }
        }
    }
}
