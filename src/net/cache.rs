//! Bodies kept on disk with the validators their servers gave, so that asking again costs a line (RFC 9110 §13, RFC
//! 9111).
//!
//! A kept body is never used without asking: the server says `304 Not Modified`, or sends a new one. An entry is one
//! file, so that body and validators cannot be parted; it begins with the fingerprint of all that follows, and one that
//! does not match is as good as not there.

use super::Want;
use crate::{Result, files};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What every entry begins with; another layout gets another number.
const MAGIC: &str = "bulletin-net 1 ";
/// Room for an entry's two lines above its body; a server's headers are held to 64 KiB in all.
const HEAD_BYTES: u64 = 256 * 1024;
/// How old a temporary of ours must be to be what a crash left behind.
const ABANDONED: Duration = Duration::from_hours(24);

/// A kept body and what is needed to ask whether it still stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    /// The address, without user name and password.
    pub(super) url: String,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// The whole `Content-Type` header.
    pub(super) content_type: Option<String>,
}

/// A folder of entries.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    pub(super) folder: PathBuf,
    /// Bytes of all entries together.
    pub(super) limit_bytes: u64,
    /// How many entries.
    pub(super) limit_entries: usize,
}

impl Cache {
    /// The entry for `url`, if it is whole and its body is within `limit_bytes`.
    pub(super) fn load(&self, url: &str, want: Want, limit_bytes: u64) -> Option<(Head, Vec<u8>)> {
        let file = File::open(self.path(url, want)).ok()?;
        let most = limit_bytes.saturating_add(HEAD_BYTES);
        let mut bytes = Vec::new();
        // One byte more than allowed tells an entry that is too long.
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).ok()?;
        let first = bytes.iter().position(|&b| b == b'\n')?;
        let fingerprint = std::str::from_utf8(&bytes[..first]).ok()?.strip_prefix(MAGIC)?.to_owned();
        let mut rest = bytes.split_off(first + 1);
        if fingerprint != files::fingerprint(&rest) {
            return None;
        }
        let second = rest.iter().position(|&b| b == b'\n')?;
        let head: Head = serde_json::from_slice(&rest[..second]).ok()?;
        let body = rest.split_off(second + 1);
        (head.url == url && body.len() as u64 <= limit_bytes).then_some((head, body))
    }

    /// Keeps a body, and lets the oldest go when there are too many.
    pub(super) fn store(&self, head: &Head, want: Want, body: &[u8]) -> Result<()> {
        let mut rest = serde_json::to_vec(head).unwrap_or_default();
        rest.push(b'\n');
        rest.extend_from_slice(body);
        let mut entry = format!("{MAGIC}{}\n", files::fingerprint(&rest)).into_bytes();
        entry.append(&mut rest);
        if entry.len() as u64 > self.limit_bytes || self.limit_entries == 0 {
            self.forget(&head.url, want);
            return Ok(());
        }
        files::create_folder(&self.folder)?;
        files::write_atomic(&self.path(&head.url, want), &entry)?;
        self.tidy();
        Ok(())
    }

    /// Marks an entry as used, so that it is not the oldest. Best effort: an entry that cannot be marked goes sooner.
    pub(super) fn touch(&self, url: &str, want: Want) {
        if let Ok(file) = File::options().append(true).open(self.path(url, want)) {
            let _ = file.set_modified(now());
        }
    }

    /// Removes the entry for `url`, if there is one. Best effort: what stays is asked about before it is used.
    pub(super) fn forget(&self, url: &str, want: Want) {
        let _ = fs::remove_file(self.path(url, want));
    }

    /// The type wanted is part of the key, as one address may serve several.
    fn path(&self, url: &str, want: Want) -> PathBuf {
        let key = files::fingerprint(format!("{}\n{url}", want.accept()).as_bytes());
        self.folder.join(format!("{key}.page"))
    }

    /// Oldest out, until both limits are kept. Best effort: another process may be at the same.
    fn tidy(&self) {
        let Ok(listing) = fs::read_dir(&self.folder) else { return };
        let mut entries = Vec::new();
        for file in listing.flatten() {
            let Ok(about) = file.metadata() else { continue };
            let (path, modified) = (file.path(), about.modified().unwrap_or(SystemTime::UNIX_EPOCH));
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with(".bulletin-") && is_abandoned(modified) {
                let _ = fs::remove_file(&path);
            } else if has_our_extension(&path) {
                entries.push((modified, path, about.len()));
            }
        }
        entries.sort();
        let mut total: u64 = entries.iter().map(|(.., length)| length).sum();
        let mut count = entries.len();
        for (_, path, length) in entries {
            if total <= self.limit_bytes && count <= self.limit_entries {
                break;
            }
            let _ = fs::remove_file(path);
            total -= length;
            count -= 1;
        }
    }
}

fn has_our_extension(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "page")
}

fn is_abandoned(modified: SystemTime) -> bool {
    now().duration_since(modified).is_ok_and(|age| age > ABANDONED)
}

#[allow(clippy::disallowed_methods, reason = "the age of files in a cache; no bulletin depends on it")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(folder: &Path) -> Cache {
        Cache { folder: folder.join("net"), limit_bytes: 100_000, limit_entries: 3 }
    }

    fn head(url: &str) -> Head {
        let etag = Some("\"v1\"".to_owned());
        Head { url: url.into(), etag, last_modified: None, content_type: Some("text/html".into()) }
    }

    const URL: &str = "https://news.example/a";

    #[test]
    fn kept_and_found_again_under_its_own_key() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        assert_eq!(cache.load(URL, Want::Story, 100), None);
        cache.store(&head(URL), Want::Story, b"a\nbody\n").unwrap();
        assert_eq!(cache.load(URL, Want::Story, 100), Some((head(URL), b"a\nbody\n".to_vec())));
        assert_eq!(cache.load(URL, Want::Story, 6), None, "longer than what is allowed now");
        assert_eq!(cache.load(URL, Want::Feed, 100), None);
        assert_eq!(cache.load("https://news.example/b", Want::Story, 100), None);
        cache.store(&head(URL), Want::Story, b"").unwrap();
        assert_eq!(cache.load(URL, Want::Story, 100), Some((head(URL), Vec::new())));
        cache.forget(URL, Want::Story);
        cache.forget(URL, Want::Story);
        assert_eq!(cache.load(URL, Want::Story, 100), None);
    }

    #[test]
    fn a_damaged_entry_is_no_entry() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        cache.store(&head(URL), Want::Story, b"body").unwrap();
        let path = cache.path(URL, Want::Story);
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(cache.load(URL, Want::Story, 100), None, "cut at {length}");
        }
        for place in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[place] ^= 0x20;
            fs::write(&path, &damaged).unwrap();
            assert_eq!(cache.load(URL, Want::Story, 100), None, "changed at {place}");
        }
        fs::write(&path, [whole.as_slice(), b"x"].concat()).unwrap();
        assert_eq!(cache.load(URL, Want::Story, 100), None);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(cache.load(URL, Want::Story, 100), None);
    }

    #[test]
    fn the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path());
        let url = |n: u64| format!("{URL}/{n}");
        let age = |n: u64, days: u64| {
            let file = File::options().append(true).open(cache.path(&url(n), Want::Story)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(days * 86_400)).unwrap();
        };
        for n in 1..=3 {
            cache.store(&head(&url(n)), Want::Story, b"body").unwrap();
            age(n, n);
        }
        cache.touch(&url(1), Want::Story);
        let left = cache.folder.join(".bulletin-left");
        fs::write(&left, "half").unwrap();
        File::options().append(true).open(&left).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let stranger = cache.folder.join("notes.txt");
        fs::write(&stranger, "not ours").unwrap();
        // A fourth: the second is now the oldest.
        cache.store(&head(&url(4)), Want::Story, b"body").unwrap();
        let there = |n: u64| cache.load(&url(n), Want::Story, 100).is_some();
        assert_eq!([1, 2, 3, 4].map(there), [true, false, true, true]);
        assert!(!left.exists() && stranger.exists());
    }

    #[test]
    fn bytes_are_bounded_too() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache { limit_bytes: 10_000, limit_entries: 100, ..cache(folder.path()) };
        let url = |n: u64| format!("{URL}/{n}");
        for n in 1..=4 {
            cache.store(&head(&url(n)), Want::Story, &[b'x'; 3000]).unwrap();
            let file = File::options().append(true).open(cache.path(&url(n), Want::Story)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(n)).unwrap();
        }
        let there = || [1, 2, 3, 4].map(|n| cache.load(&url(n), Want::Story, 3000).is_some());
        assert_eq!(there(), [false, true, true, true]);
        // One that alone is too large is not kept, nor is what it replaces.
        cache.store(&head(&url(3)), Want::Story, &[b'x'; 10_000]).unwrap();
        assert_eq!(there(), [false, true, false, true]);
    }
}
