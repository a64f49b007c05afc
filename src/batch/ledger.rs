//! What was made of which job, and which file it left: one small file an output, in the cache folder.
//!
//! Losing the ledger costs time, never a bulletin: what is not in it is made again. Each file is written whole, after
//! the bulletin it tells of stands; two processes that make the same bulletin overwrite each other with the same.

use super::Status;
use crate::deliver::record::Record;
use crate::job::Job;
use crate::{Error, Result, files};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Raised when pages are written otherwise: old ones then count as not there.
const FORMAT_VERSION: u32 = 1;

/// The ledger of one cache folder.
#[derive(Debug)]
pub(super) struct Ledger {
    folder: PathBuf,
}

/// What is known of one output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Page {
    format_version: u32,
    output: PathBuf,
    /// What stands there, as far as it was us.
    made: Option<Made>,
    /// Why the last run failed.
    failed: Option<String>,
}

/// A bulletin that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Made {
    /// [`Job::fingerprint`].
    pub(super) job: String,
    pub(super) stories: Vec<Told>,
    pub(super) seconds: f64,
    bytes: u64,
    /// Nanoseconds since 1970 in UTC.
    modified_ns: u64,
    /// SHA-256 of the file.
    sha256: String,
}

impl Made {
    /// Whether the file is still the one that was made. Size and time say so; where the time is another, its bytes.
    pub(super) fn stands(&self, output: &Path) -> bool {
        let Ok((bytes, modified_ns)) = state(output) else { return false };
        bytes == self.bytes
            && (modified_ns == self.modified_ns
                || files::fingerprint_file(output).is_ok_and(|sha256| sha256 == self.sha256))
    }
}

/// A story of a bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) input: String,
    /// SHA-256 of its headline and paragraphs.
    pub(super) fingerprint: String,
}

/// The stories of a job.
pub(super) fn told(job: &Job) -> Vec<Told> {
    let of = |(input, article): &(String, crate::article::Article)| Told {
        input: input.clone(),
        // Text is always written as JSON.
        fingerprint: files::fingerprint_of(&(&article.headline, &article.paragraphs)).unwrap_or_default(),
    };
    job.articles.iter().map(of).collect()
}

impl Ledger {
    /// One that cannot be written is empty, and stays so.
    pub(super) fn open(cache_folder: &Path) -> Self {
        let folder = cache_folder.join("made");
        files::sweep(&folder);
        Self { folder }
    }

    /// What was made at `output` the last time.
    pub(super) fn made(&self, output: &Path) -> Option<Made> {
        self.page(output)?.made
    }

    /// Whether the last run failed there, or none was.
    pub(super) fn is_open(&self, output: &Path) -> bool {
        self.page(output).is_none_or(|page| page.failed.is_some())
    }

    /// Takes the page out: what it told of is gone.
    pub(super) fn forget(&self, output: &Path) -> Result<()> {
        let path = self.path(output);
        fs::remove_file(&path).map_err(|source| Error::Write { path, source })
    }

    /// Notes that `output` was made by `job`.
    pub(super) fn enter(&self, output: &Path, job: String, stories: Vec<Told>, seconds: f64) -> Result<()> {
        let failed = |source| Error::Read { path: output.into(), source };
        let (bytes, modified_ns) = state(output).map_err(failed)?;
        let sha256 = files::fingerprint_file(output).map_err(failed)?;
        let made = Some(Made { job, stories, seconds, bytes, modified_ns, sha256 });
        self.write(output, made, None)
    }

    /// Notes that what stands at `output` is right, whatever was thought of it.
    pub(super) fn settle(&self, output: &Path, made: &Made) -> Result<()> {
        let modified_ns = state(output).map_or(made.modified_ns, |(_, modified_ns)| modified_ns);
        let page = self.page(output);
        if page.is_some_and(|page| page.failed.is_none()) && modified_ns == made.modified_ns {
            return Ok(());
        }
        self.write(output, Some(Made { modified_ns, ..made.clone() }), None)
    }

    /// Notes that making `output` failed.
    pub(super) fn fail(&self, output: &Path, before: Option<&Made>, why: &str, status: Status) -> Result<()> {
        let made = before.filter(|_| status != Status::Withdrawn).cloned();
        self.write(output, made, Some(why.to_owned()))
    }

    fn write(&self, output: &Path, made: Option<Made>, failed: Option<String>) -> Result<()> {
        let path = self.path(output);
        let page = Page { format_version: FORMAT_VERSION, output: absolute(output), made, failed };
        let bytes = serde_json::to_vec(&page)
            .map_err(|e| Error::Write { path: path.clone(), source: io::Error::other(e) })?;
        files::create_folder(&self.folder)?;
        let mut file = files::AtomicFile::create(&path)?;
        io::Write::write_all(file.file(), &bytes)
            .map_err(|source| Error::Write { path: path.clone(), source })?;
        file.commit_unsynced()
    }

    /// A page that does not parse, as after a loss of power, is none.
    fn page(&self, output: &Path) -> Option<Page> {
        let page: Page = serde_json::from_slice(&fs::read(self.path(output)).ok()?).ok()?;
        (page.format_version == FORMAT_VERSION && page.output == absolute(output)).then_some(page)
    }

    fn path(&self, output: &Path) -> PathBuf {
        let name = files::fingerprint(absolute(output).as_os_str().as_encoded_bytes());
        self.folder.join(format!("{name:.40}.json"))
    }
}

/// One name for a path, however it is written.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let folder = files::folder_of(path);
    let folder = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Takes a bulletin and its record away.
pub(super) fn withdraw(output: &Path) -> Result<()> {
    for path in [output.to_owned(), Record::path_beside(output)] {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Write { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Bytes and time of change of a file.
fn state(path: &Path) -> io::Result<(u64, u64)> {
    let about = fs::metadata(path)?;
    let since = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((about.len(), since.as_nanos() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_by_time_or_by_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path());
        let output = folder.path().join("a.wav");
        assert!(ledger.made(&output).is_none() && ledger.is_open(&output));
        fs::write(&output, b"sound").unwrap();
        ledger.enter(&output, "job".into(), Vec::new(), 1.0).unwrap();
        let made = ledger.made(&output).unwrap();
        assert!(made.stands(&output) && !ledger.is_open(&output));
        // Copied back: another time, the same bytes.
        let file = fs::File::options().write(true).open(&output).unwrap();
        file.set_modified(UNIX_EPOCH).unwrap();
        assert!(made.stands(&output));
        ledger.settle(&output, &made).unwrap();
        assert_eq!(ledger.made(&output).unwrap().modified_ns, 0);
        for other in [&b"Sound"[..], b"so"] {
            fs::write(&output, other).unwrap();
            assert!(!made.stands(&output), "{other:?}");
        }
        fs::remove_file(&output).unwrap();
        assert!(!made.stands(&output));
    }

    #[test]
    fn failures_are_kept_beside_what_stands() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path());
        let output = folder.path().join("a.wav");
        fs::write(&output, b"sound").unwrap();
        ledger.enter(&output, "job".into(), Vec::new(), 1.0).unwrap();
        let made = ledger.made(&output);
        ledger.fail(&output, made.as_ref(), "no feed", Status::Failed).unwrap();
        assert!(ledger.is_open(&output) && ledger.made(&output) == made);
        // The same path, written otherwise.
        assert!(ledger.is_open(&folder.path().join("./a.wav")));
        ledger.settle(&output, made.as_ref().unwrap()).unwrap();
        assert!(!ledger.is_open(&output));
        ledger.fail(&output, made.as_ref(), "killed", Status::Withdrawn).unwrap();
        assert!(ledger.is_open(&output) && ledger.made(&output).is_none());
        ledger.settle(&output, made.as_ref().unwrap()).unwrap();
        fs::write(ledger.path(&output), b"{half").unwrap();
        assert!(ledger.is_open(&output) && ledger.made(&output).is_none());
        ledger.forget(&output).unwrap();
    }
}
