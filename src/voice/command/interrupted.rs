//! Programs under way when we are told to end: they are in groups of their own, where no key of the terminal reaches them,
//! so they are ended first, and their folders go with them.

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;

static UNDER_WAY: Mutex<Vec<(Pid, PathBuf)>> = Mutex::new(Vec::new());

/// A program that is looked after until this is dropped.
pub(super) struct Watched(Pid);

fn under_way() -> MutexGuard<'static, Vec<(Pid, PathBuf)>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks after a program that runs in a folder of ours.
pub(super) fn watch(child: &Child, folder: &Path) -> Watched {
    static ATTENDING: Once = Once::new();
    ATTENDING.call_once(attend);
    let pid = Pid::from_child(child);
    under_way().push((pid, folder.to_owned()));
    Watched(pid)
}

impl Drop for Watched {
    fn drop(&mut self) {
        under_way().retain(|(pid, _)| *pid != self.0);
    }
}

/// Waits for the signals that end a process, and then ends this one as if nobody had waited.
fn attend() {
    // Without it programs outlive us, as they would have anyway.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let end = move || {
        for signal in signals.forever() {
            let programs = under_way();
            for (pid, folder) in programs.iter() {
                let _ = kill_process_group(*pid, Signal::KILL);
                let _ = std::fs::remove_dir_all(folder);
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    };
    let _ = thread::Builder::new().name("voice signals".into()).spawn(end);
}
