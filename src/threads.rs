//! One bound on working threads, shared by everything that could use another.

use std::sync::{Mutex, PoisonError};

/// How many threads may still be started beside those that work already.
///
/// Whoever could go faster with another thread asks for a [`Seat`], and works alone where none is free; so a bulletin
/// alone uses every core, and of many each keeps to its own until the others are done. What comes out must not depend
/// on who gets one.
///
/// # Examples
/// ```
/// use bulletin::threads::Threads;
/// let threads = Threads::beside_caller(2);
/// let seat = threads.try_take().unwrap();
/// assert!(threads.try_take().is_none());
/// drop(seat);
/// assert!(threads.try_take().is_some());
/// ```
#[derive(Debug)]
pub struct Threads {
    free: Mutex<usize>,
}

/// The right to one more thread, given back when dropped.
#[derive(Debug)]
pub struct Seat<'a> {
    threads: &'a Threads,
}

impl Threads {
    /// `count` threads in all, the caller's own one of them.
    pub fn beside_caller(count: usize) -> Self {
        Self { free: Mutex::new(count.saturating_sub(1)) }
    }

    /// A seat, if one is free. Never waits.
    pub fn try_take(&self) -> Option<Seat<'_>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1)?;
        Some(Seat { threads: self })
    }

    /// One who was working from the start has nothing left to do.
    pub fn leave(&self) {
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.threads.leave();
    }
}
