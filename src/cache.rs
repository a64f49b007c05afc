//! The content-addressed store of takes: what a voice has spoken once, it does not speak again.
//!
//! A take is filed under the SHA-256 of everything it depends on ([`Key`]): the engine with its data, and what it is
//! asked, which holds the spoken words, the sounds the lexicon gives, speed and pitch. Nothing has to be declared out
//! of date: another word, lexicon entry or voice is another key.
//!
//! An entry is a line with the SHA-256 of all that follows, a line of JSON, and a WAV. It is checked whenever it is
//! read; a damaged one is removed and counts as not there. Entries appear whole (rename), so several processes share a
//! store without talking to each other. Past its bound the least recently used go first.

use crate::files::{self, AtomicFile};
use crate::units::SampleRate;
use crate::voice::{Take, WordTime};
use crate::{Error, Result};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// How large the store may grow where nothing else is said: 2 GB, seventeen hours of the embedded voice.
pub const LIMIT_BYTES: u64 = 2_000_000_000;

/// The largest entry that is read: a take of ten minutes in 32 bit at 48 kHz, and its words.
const MOST_ENTRY_BYTES: u64 = 128 * 1024 * 1024;

/// Raised when entries are written otherwise, so that old ones are not met.
const FORMAT: &str = "bulletin take 1";

/// When over its bound, the store is brought this far below it, so that not every take has to make room.
const TRIMMED_TO: f64 = 0.9;

/// Use is noted no finer than this: a note is a write.
const USE_GRAIN: Duration = Duration::from_mins(10);

/// What a take depends on, as one number.
///
/// # Examples
/// ```
/// use bulletin::cache::Key;
/// let key = Key::of("pico 1", b"Good morning.");
/// assert_eq!(key, Key::of("pico 1", b"Good morning."));
/// assert_ne!(key, Key::of("pico 1", b"Good evening."));
/// assert_ne!(key, Key::of("pico 2", b"Good morning."));
/// assert_eq!(key.to_string().len(), 64);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// Of an engine with its data ([`crate::voice::Profile::version`]) and what it is asked
    /// ([`crate::voice::Profile::request`]).
    pub fn of(engine: &str, request: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(engine.len() + request.len() + 32);
        // The length keeps the two apart, whatever is in them.
        bytes.extend(format!("{FORMAT}\n{}\n{engine}\n", engine.len()).as_bytes());
        bytes.extend(request);
        Self(files::fingerprint(&bytes))
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A store of takes on disk, for any number of threads and processes.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    limit_bytes: u64,
    /// What lies on disk, as far as this process knows; none before it has looked.
    size_bytes: Mutex<Option<u64>>,
    /// Nothing more is written: the disk would not have it.
    closed: AtomicBool,
    damaged: AtomicU64,
}

/// What is in a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stat {
    /// Takes.
    pub takes: u64,
    /// Bytes they take up.
    pub bytes: u64,
    /// Bytes they may take up.
    pub limit_bytes: u64,
}

/// What came of reading a whole store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Takes that are whole.
    pub whole: u64,
    /// Files that were not, and are removed.
    pub damaged: Vec<PathBuf>,
}

/// The line of JSON in an entry.
#[derive(Serialize, Deserialize)]
struct Head {
    key: Key,
    rate_hz: u32,
    /// Of each word: first and last byte of the spoken text, first and last sample, ends not counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    words: Vec<[usize; 4]>,
}

/// One file of a store.
struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Cache {
    /// The store in `folder`, made if it is not there. What killed processes left half-written is removed.
    ///
    /// # Errors
    /// [`Error::Write`] when the folder cannot be made.
    ///
    /// # Examples
    /// ```
    /// use bulletin::cache::{Cache, Key, LIMIT_BYTES};
    /// use bulletin::{units::SampleRate, voice::Take};
    /// let folder = tempfile::tempdir().unwrap();
    /// let cache = Cache::open(folder.path(), LIMIT_BYTES).unwrap();
    /// let take = Take { samples: vec![0.0, 0.5, -0.25], rate: SampleRate(16_000), words: vec![] };
    /// let key = Key::of("pico 1", b"Good morning.");
    /// cache.put(&key, &take).unwrap();
    /// assert_eq!(cache.get(&key), Some(take));
    /// assert_eq!(cache.get(&Key::of("pico 1", b"Good evening.")), None);
    /// assert_eq!(cache.stat().takes, 1);
    /// ```
    pub fn open(folder: &Path, limit_bytes: u64) -> Result<Self> {
        files::create_folder(folder)?;
        files::sweep(folder);
        Ok(Self::at(folder, limit_bytes))
    }

    /// The store in `folder` to be looked at: nothing is made, and one that is not there is empty.
    pub fn at(folder: &Path, limit_bytes: u64) -> Self {
        Self {
            folder: folder.into(),
            limit_bytes,
            size_bytes: Mutex::new(None),
            closed: AtomicBool::new(false),
            damaged: AtomicU64::new(0),
        }
    }

    /// Brings it under its bound, if that was set lower since it was filled.
    pub fn settle(&self) {
        if self.stat().bytes > self.limit_bytes {
            self.trim();
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Entries this process found damaged and removed.
    pub fn damaged(&self) -> u64 {
        self.damaged.load(Ordering::Relaxed)
    }

    /// The take of this key, if it is there and whole.
    pub fn get(&self, key: &Key) -> Option<Take> {
        let path = self.path(key);
        // Not there, or not to be read: it is made again.
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return None,
            Err(_) => {
                self.damaged.fetch_add(1, Ordering::Relaxed);
                remove(&path);
                return None;
            }
        };
        let Ok(take) = decode(key, &bytes) else {
            self.damaged.fetch_add(1, Ordering::Relaxed);
            remove(&path);
            return None;
        };
        note_use(&path);
        Some(take)
    }

    /// Files a take. A disk that will not have it is told of once; after that nothing is filed any more.
    ///
    /// # Errors
    /// [`Error::Write`], the first time.
    pub fn put(&self, key: &Key, take: &Take) -> Result<()> {
        if self.closed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let path = self.path(key);
        let filed = encode(key, take).and_then(|bytes| {
            let folder = path.parent().unwrap_or(&self.folder);
            if folder.exists() && !folder.is_dir() {
                remove(folder);
            }
            files::create_folder(folder)?;
            let mut file = AtomicFile::create_from(&path, &self.folder)?;
            file.file().write_all(&bytes).map_err(|source| Error::Write { path: path.clone(), source })?;
            file.commit_unsynced()?;
            Ok(bytes.len() as u64)
        });
        match filed {
            Ok(bytes) => {
                self.grown_by(bytes);
                Ok(())
            }
            Err(error) if self.closed.swap(true, Ordering::Relaxed) => {
                drop(error);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// What is in it.
    pub fn stat(&self) -> Stat {
        let entries = self.entries();
        Stat {
            takes: entries.len() as u64,
            bytes: entries.iter().map(|entry| entry.bytes).sum(),
            limit_bytes: self.limit_bytes,
        }
    }

    /// Removes every take; gives what was there.
    ///
    /// # Errors
    /// [`Error::Write`] for the first that cannot be removed.
    pub fn clear(&self) -> Result<Stat> {
        let stat = self.stat();
        for Entry { path, .. } in self.entries() {
            let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match gone {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::Write { path, source });
                }
                _ => {}
            }
        }
        *self.size_bytes.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(stat)
    }

    /// Reads every take and removes those that are not whole; `seen` is called after each with how many there are.
    pub fn verify(&self, mut seen: impl FnMut(usize)) -> Verdict {
        let mut verdict = Verdict::default();
        let entries = self.entries();
        let count = entries.len();
        for Entry { path, .. } in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match read(&path) {
                Ok(bytes) if decode(&Key(name), &bytes).is_ok() => verdict.whole += 1,
                // Another process made room meanwhile.
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                _ => {
                    remove(&path);
                    verdict.damaged.push(path);
                }
            }
            seen(count);
        }
        verdict
    }

    /// `ab/abcd…`: no folder grows too large to be listed.
    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(&key.0[..2]).join(&key.0)
    }

    fn entries(&self) -> Vec<Entry> {
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut entries: Vec<Entry> = folders
            .filter(|folder| folder.file_name().len() == 2)
            .flat_map(|folder| match fs::read_dir(folder.path()) {
                Ok(files) => files.flatten().collect(),
                // No folder: damage, which counts as an entry.
                Err(_) => vec![folder],
            })
            .filter_map(|file| {
                let about = file.metadata().ok()?;
                let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                Some(Entry { path: file.path(), bytes: about.len(), used })
            })
            .collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries
    }

    /// Counts what was filed and makes room when it is too much.
    fn grown_by(&self, bytes: u64) {
        let mut size = self.size_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match *size {
            Some(size) => size + bytes,
            None => self.stat().bytes,
        };
        *size = Some(if before > self.limit_bytes { self.trim() } else { before });
    }

    /// Removes the least recently used until there is room; gives what is left, in bytes.
    fn trim(&self) -> u64 {
        let mut entries = self.entries();
        // Of several with one time the order is theirs by name, so that it is the same everywhere.
        entries.sort_by_key(|entry| entry.used);
        let mut left: u64 = entries.iter().map(|entry| entry.bytes).sum();
        let goal = (self.limit_bytes as f64 * TRIMMED_TO) as u64;
        for entry in entries {
            if left <= goal {
                break;
            }
            // Gone already, or in use where that forbids removing: not this one, then.
            if fs::remove_file(&entry.path).is_ok() {
                left -= entry.bytes;
            }
        }
        left
    }
}

/// Takes away whatever stands in the place of an entry. What cannot be removed is met again.
fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Sets the time of last use, unless it was used just now. A store that cannot be written is still read.
#[allow(clippy::disallowed_methods, reason = "the clock decides what is removed first, never what is heard")]
fn note_use(path: &Path) {
    let now = SystemTime::now();
    let recent = |used: SystemTime| now.duration_since(used).is_ok_and(|since| since < USE_GRAIN);
    if fs::metadata(path).and_then(|about| about.modified()).is_ok_and(recent) {
        return;
    }
    let _ = File::options().write(true).open(path).and_then(|file| file.set_modified(now));
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_ENTRY_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn encode(key: &Key, take: &Take) -> Result<Vec<u8>> {
    let broken = |problem: String| Error::Sound(format!("a take could not be filed: {problem}"));
    let words = take.words.iter();
    let words = words.map(|w| [w.spoken.start, w.spoken.end, w.samples.start, w.samples.end]).collect();
    let head = Head { key: key.clone(), rate_hz: take.rate.0, words };
    let mut body = serde_json::to_vec(&head).map_err(|e| broken(e.to_string()))?;
    body.push(b'\n');
    // Engines that count in 16 bits come back exactly from 16 bits.
    let whole = |sample: &f32| {
        let scaled = sample * 32_768.0;
        (-32_768.0..=32_767.0).contains(&scaled) && scaled.fract().abs() < f32::MIN_POSITIVE
    };
    let narrow = take.samples.iter().all(whole);
    let spec = WavSpec {
        channels: 1,
        sample_rate: take.rate.0,
        bits_per_sample: if narrow { 16 } else { 32 },
        sample_format: if narrow { SampleFormat::Int } else { SampleFormat::Float },
    };
    let mut wav = Cursor::new(Vec::with_capacity(take.samples.len() * 4 + 64));
    let written = WavWriter::new(&mut wav, spec).and_then(|mut writer| {
        for &sample in &take.samples {
            if narrow {
                writer.write_sample((sample * 32_768.0) as i16)?;
            } else {
                writer.write_sample(sample)?;
            }
        }
        writer.finalize()
    });
    written.map_err(|e| broken(e.to_string()))?;
    body.extend(wav.into_inner());
    let mut bytes = format!("{FORMAT} {}\n", files::fingerprint(&body)).into_bytes();
    bytes.extend(body);
    Ok(bytes)
}

/// The take in an entry; `Err` for anything that is not exactly what was filed under this key.
fn decode(key: &Key, bytes: &[u8]) -> Result<Take, ()> {
    fn line(bytes: &[u8]) -> Result<(&[u8], &[u8]), ()> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(())?;
        Ok((&bytes[..end], &bytes[end + 1..]))
    }
    let (first, body) = line(bytes)?;
    let sum = first.strip_prefix(FORMAT.as_bytes()).and_then(|rest| rest.strip_prefix(b" ")).ok_or(())?;
    if sum != files::fingerprint(body).as_bytes() {
        return Err(());
    }
    let (head, wav) = line(body)?;
    let head: Head = serde_json::from_slice(head).map_err(|_| ())?;
    if head.key != *key {
        return Err(());
    }
    let mut reader = WavReader::new(wav).map_err(|_| ())?;
    let samples = match reader.spec().sample_format {
        SampleFormat::Int => {
            reader.samples::<i16>().map(|s| s.map(|s| f32::from(s) / 32_768.0)).collect::<Result<_, _>>()
        }
        SampleFormat::Float => reader.samples::<f32>().collect(),
    };
    let words = head.words.into_iter();
    Ok(Take {
        samples: samples.map_err(|_| ())?,
        rate: SampleRate(head.rate_hz),
        words: words.map(|[a, b, c, d]| WordTime { spoken: a..b, samples: c..d }).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(limit_bytes: u64) -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("takes"), limit_bytes).unwrap();
        (folder, cache)
    }

    fn take(seed: u8, length: usize) -> Take {
        let samples = (0..length).map(|n| ((n * 37 + usize::from(seed)) % 999) as f32 / 32_768.0).collect();
        Take { samples, rate: SampleRate(16_000), words: Vec::new() }
    }

    fn key(name: &str) -> Key {
        Key::of("engine", name.as_bytes())
    }

    #[test]
    fn what_comes_back_is_what_was_filed() {
        let (_folder, cache) = cache(LIMIT_BYTES);
        let words = vec![WordTime { spoken: 0..4, samples: 10..99 }];
        let exact = [0.0, -1.0, 32_767.0 / 32_768.0];
        let fine = [0.1, -1.5, 1.0];
        for (name, samples, width) in [("sixteen", &exact[..], 2), ("float", &fine[..], 4), ("none", &[], 2)]
        {
            let take = Take { samples: samples.to_vec(), rate: SampleRate(22_050), words: words.clone() };
            cache.put(&key(name), &take).unwrap();
            assert_eq!(cache.get(&key(name)), Some(take), "{name}");
            let data = fs::read(cache.path(&key(name))).unwrap();
            let found = WavReader::new(&data[data.windows(4).position(|w| w == b"RIFF").unwrap()..]).unwrap();
            assert_eq!(found.spec().bits_per_sample, width * 8);
        }
    }

    #[test]
    fn any_flipped_byte_is_noticed_and_the_entry_goes() {
        let (_folder, cache) = cache(LIMIT_BYTES);
        let (key, take) = (key("a"), take(1, 40));
        cache.put(&key, &take).unwrap();
        let whole = fs::read(cache.path(&key)).unwrap();
        for at in 0..whole.len() {
            for bit in [1, 0x80] {
                let mut bytes = whole.clone();
                bytes[at] ^= bit;
                fs::write(cache.path(&key), bytes).unwrap();
                assert_eq!(cache.get(&key), None, "byte {at}");
                assert!(!cache.path(&key).exists());
            }
        }
        for length in [0, 1, whole.len() / 2, whole.len() - 1] {
            fs::write(cache.path(&key), &whole[..length]).unwrap();
            assert_eq!(cache.verify(|_| ()).damaged, [cache.path(&key)], "{length}");
        }
        assert_eq!(cache.damaged(), 2 * whole.len() as u64);
        // A folder where a file should be, and the reverse.
        fs::create_dir(cache.path(&key)).unwrap();
        assert_eq!(cache.verify(|_| ()).damaged, [cache.path(&key)]);
        fs::create_dir(cache.path(&key)).unwrap();
        assert_eq!(cache.get(&key), None);
        cache.put(&key, &take).unwrap();
        assert!(cache.get(&key).is_some());
        cache.clear().unwrap();
        let folder = cache.path(&key).parent().unwrap().to_owned();
        fs::remove_dir(&folder).unwrap();
        fs::write(&folder, "").unwrap();
        assert_eq!(cache.verify(|_| ()).damaged, std::slice::from_ref(&folder));
        fs::write(&folder, "").unwrap();
        cache.put(&key, &take).unwrap();
        assert!(cache.get(&key).is_some());
        // The right bytes under the wrong name are another's.
        fs::write(cache.path(&key), &whole).unwrap();
        let other = Key::of("engine", b"other");
        fs::create_dir_all(cache.path(&other).parent().unwrap()).unwrap();
        fs::copy(cache.path(&key), cache.path(&other)).unwrap();
        assert_eq!(cache.get(&other), None);
        assert_eq!(cache.get(&key), Some(take));
    }

    #[test]
    fn the_least_recently_used_go_first() {
        let size = encode(&key("a"), &take(0, 1000)).unwrap().len() as u64;
        let (_folder, cache) = cache(size * 10);
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        for n in 0..10 {
            let name = key(&n.to_string());
            cache.put(&name, &take(n, 1000)).unwrap();
            let file = File::options().write(true).open(cache.path(&name)).unwrap();
            file.set_modified(old + Duration::from_secs(u64::from(n))).unwrap();
        }
        // The oldest is used again, and is young then.
        assert!(cache.get(&key("0")).is_some());
        cache.put(&key("10"), &take(10, 1000)).unwrap();
        let there: Vec<_> = (0..=10).filter(|n| cache.get(&key(&n.to_string())).is_some()).collect();
        assert_eq!(there, [0, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert!(cache.stat().bytes <= size * 10);
        assert_eq!(cache.clear().unwrap().takes, 9);
        assert_eq!(cache.stat().takes, 0);
    }

    #[test]
    fn a_store_that_cannot_be_written_is_told_of_once() {
        let (folder, cache) = cache(LIMIT_BYTES);
        let (a, b) = (key("a"), key("b"));
        // A file where the store should be.
        fs::remove_dir_all(folder.path().join("takes")).unwrap();
        fs::write(folder.path().join("takes"), b"").unwrap();
        assert!(cache.put(&a, &take(1, 10)).is_err());
        assert!(cache.put(&b, &take(1, 10)).is_ok() && cache.put(&a, &take(1, 10)).is_ok());
        assert_eq!(cache.get(&b), None);
    }
}
