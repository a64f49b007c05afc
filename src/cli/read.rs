//! `bulletin read`: a script read aloud, live, by the system's voices. Makes no file.

#![cfg_attr(
    not(system_voices),
    allow(dead_code, reason = "a build without system voices tests this, and no more")
)]

#[cfg(any(system_voices, test))]
mod player;
#[cfg(any(system_voices, test))]
mod reading;
#[cfg(any(system_voices, test))]
mod view;

#[cfg(system_voices)]
mod keys;
#[cfg(system_voices)]
mod live;
#[cfg(system_voices)]
mod screen;
#[cfg(system_voices)]
mod tell;

#[cfg(system_voices)]
pub(super) use live::run;

/// Says what this build lacks.
#[cfg(not(system_voices))]
pub(super) fn run(_: &super::args::Read) -> crate::Result<std::process::ExitCode> {
    let cure = if cfg!(target_os = "linux") {
        "install what it is built with (Debian: libspeechd-dev and libclang-dev) and speech-dispatcher, then build it with \
         `cargo install --path . --features system`; `bulletin produce` makes a file to listen to without any of it"
    } else {
        "there are system voices on Linux, Windows and macOS; `bulletin produce` makes a file to listen to anywhere"
    };
    Err(crate::Error::ReadingAloud {
        problem: "this build does not speak with the system's voices".into(),
        cure: cure.into(),
    })
}
