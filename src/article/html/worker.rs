//! The thread that pages are read on: one for each thread that asks, with a large stack, given up at the deadline.
//!
//! It is kept from page to page, because what regular expressions learn of their automata is kept for each thread:
//! on a new thread for each page the cleaning pass takes four times as long.

use std::cell::RefCell;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The selecting crate's own recursion at our depth limit needs a fraction of this.
const STACK_BYTES: usize = 64 << 20;

type Job = Box<dyn FnOnce() + Send>;

thread_local! {
    /// Ends when its owner does: a thread whose sender is gone has nothing to wait for.
    static WORKER: RefCell<Option<mpsc::Sender<Job>>> = const { RefCell::new(None) };
}

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// No thread could be had.
    Memory,
    /// The time was over.
    Time,
    /// The work ended without a result: it panicked.
    Panic,
}

/// Does `work` on the caller's worker thread, waiting no longer than `limit`. A thread cannot be stopped from outside:
/// one that is given up ends by itself when its work does, and its result is thrown away.
pub(super) fn run<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (send, receive) = mpsc::sync_channel(1);
    let job: Job = Box::new(move || {
        // Nobody listens any more after the deadline.
        let _ = send.send(work());
    });
    let idle = WORKER.with_borrow_mut(Option::take);
    let worker = match idle {
        Some(worker) => worker,
        None => spawn()?,
    };
    // A worker that is there is alive: one that panicked or was given up is not put back.
    worker.send(job).map_err(|_| Failure::Panic)?;
    match receive.recv_timeout(limit) {
        Ok(result) => {
            WORKER.set(Some(worker));
            Ok(result)
        }
        Err(RecvTimeoutError::Timeout) => Err(Failure::Time),
        Err(RecvTimeoutError::Disconnected) => Err(Failure::Panic),
    }
}

fn spawn() -> Result<mpsc::Sender<Job>, Failure> {
    let (send, receive) = mpsc::channel::<Job>();
    thread::Builder::new()
        .name("page".into())
        .stack_size(STACK_BYTES)
        .spawn(move || receive.into_iter().for_each(|job| job()))
        .map_err(|_| Failure::Memory)?;
    Ok(send)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_failures_and_a_fresh_start() {
        const LONG: Duration = Duration::from_mins(1);
        let here = thread::current().id();
        let first = run(LONG, || thread::current().id()).unwrap();
        assert_ne!(first, here);
        assert_eq!(run(LONG, || thread::current().id()), Ok(first), "the thread is kept");
        assert_eq!(run(LONG, move || assert!(here == thread::current().id())), Err(Failure::Panic));
        let second = run(LONG, || thread::current().id()).unwrap();
        assert_ne!(second, first);
        // A job that waits for what comes only after it was given up.
        let (release, wait) = mpsc::channel::<()>();
        assert_eq!(run(Duration::from_millis(1), move || wait.recv().is_ok()), Err(Failure::Time));
        release.send(()).unwrap();
        assert_eq!(run(LONG, || 7), Ok(7));
    }
}
