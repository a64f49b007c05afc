//! One bound on the memory of everything in work.

use std::sync::{Condvar, Mutex, PoisonError};

/// Lets bulletins begin while there is room for them.
#[derive(Debug)]
pub(super) struct Memory {
    limit_bytes: u64,
    used_bytes: Mutex<u64>,
    freed: Condvar,
}

/// Room that is taken, given back when dropped.
#[derive(Debug)]
pub(super) struct Room<'a> {
    memory: &'a Memory,
    bytes: u64,
}

impl Memory {
    pub(super) fn new(limit_bytes: u64) -> Self {
        Self { limit_bytes, used_bytes: Mutex::new(0), freed: Condvar::new() }
    }

    /// Waits until there is room; one that is larger than all there is waits until it is alone.
    pub(super) fn take(&self, bytes: u64) -> Room<'_> {
        let mut used = self.used_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *used > 0 && *used + bytes > self.limit_bytes {
            used = self.freed.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
        *used += bytes;
        Room { memory: self, bytes }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        *self.memory.used_bytes.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.memory.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    #[test]
    fn the_bound_holds_and_the_large_one_goes_alone() {
        let memory = Memory::new(100);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for bytes in [40, 40, 40, 250, 60, 60, 10] {
                let (memory, now, most) = (&memory, &now, &most);
                scope.spawn(move || {
                    let _room = memory.take(bytes);
                    let together = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                    assert!(together <= 100 || together == 250, "{together}");
                    most.fetch_max(together, Ordering::SeqCst);
                    thread::yield_now();
                    now.fetch_sub(bytes, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 250);
        assert_eq!(*memory.used_bytes.lock().unwrap(), 0);
    }
}
