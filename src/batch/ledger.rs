//! What was made of which job, and which file it left: one small file an output, in the cache folder.
//!
//! Losing the ledger costs time, never a bulletin: what is not in it is made again. Each file is written whole, after
//! the bulletin it tells of stands; two processes that make the same bulletin overwrite each other with the same.

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
    /// What was made beside it: paths from the root, and the SHA-256 of each.
    #[serde(default)]
    beside: Vec<(PathBuf, String)>,
}

impl Made {
    /// What was made beside it.
    pub(super) fn beside(&self) -> impl Iterator<Item = &PathBuf> {
        self.beside.iter().map(|(path, _)| path)
    }

    /// Whether what stands at these paths, and no others, is what was made with it.
    pub(super) fn has_beside(&self, paths: &[PathBuf]) -> bool {
        self.beside.len() == paths.len()
            && paths.iter().all(|path| {
                let path = files::absolute(path);
                let made = self.beside.iter().find(|(made, _)| *made == path);
                made.is_some_and(|(_, sha256)| {
                    files::fingerprint_file(&path).is_ok_and(|found| found == *sha256)
                })
            })
    }

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
    /// What it is called wherever it is met: its file from the root, its address, its wire's own name.
    #[serde(default)]
    called: Vec<String>,
    /// SHA-256 of its headline and paragraphs.
    pub(super) fingerprint: String,
}

impl Told {
    /// Everything it is called.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        std::iter::once(&self.input).chain(&self.called).map(String::as_str)
    }

    /// Whether it is what is called so. Inputs are names in some working folder: where more is known, they do not count.
    pub(super) fn is_called(&self, input: &str, called: &[String]) -> bool {
        if self.called.is_empty() || called.is_empty() {
            return self.input == input;
        }
        called.iter().any(|name| self.called.contains(name))
    }

    /// Whether it is the same story, whatever it says.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.is_called(&other.input, &other.called)
    }
}

/// The stories of a job.
pub(super) fn told(job: &Job, called: Vec<Vec<String>>) -> Vec<Told> {
    let of = |((input, article), called): (&(String, crate::article::Article), Vec<String>)| Told {
        input: input.clone(),
        called,
        // Text is always written as JSON.
        fingerprint: files::fingerprint_of(&(&article.headline, &article.paragraphs)).unwrap_or_default(),
    };
    job.articles.iter().zip(called).map(of).collect()
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
        !output.exists() || self.page(output).is_none_or(|page| page.failed.is_some())
    }

    /// Takes the page out: what it told of is gone.
    pub(super) fn forget(&self, output: &Path) -> Result<()> {
        remove(&self.path(output))
    }

    /// Every output that was made, and what its stories are called.
    pub(super) fn all(&self) -> impl Iterator<Item = (PathBuf, Vec<String>)> {
        let pages = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        pages.filter_map(|page| {
            let page: Page = serde_json::from_slice(&fs::read(page.path()).ok()?).ok()?;
            let made = page.made.filter(|_| page.format_version == FORMAT_VERSION)?;
            Some((page.output, made.stories.into_iter().flat_map(|told| told.called).collect()))
        })
    }

    /// Notes that `output` was made by `job`.
    pub(super) fn enter(
        &self,
        output: &Path,
        job: String,
        stories: Vec<Told>,
        seconds: f64,
        beside: &[PathBuf],
    ) -> Result<()> {
        let failed = |source| Error::Read { path: output.into(), source };
        let (bytes, modified_ns) = state(output).map_err(failed)?;
        let sha256 = files::fingerprint_file(output).map_err(failed)?;
        let beside = beside
            .iter()
            .filter_map(|path| Some((files::absolute(path), files::fingerprint_file(path).ok()?)));
        let beside = beside.collect();
        let made = Some(Made { job, stories, seconds, bytes, modified_ns, sha256, beside });
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
    pub(super) fn fail(&self, output: &Path, remains: Option<&Made>, why: &str) -> Result<()> {
        self.write(output, remains.cloned(), Some(why.to_owned()))
    }

    fn write(&self, output: &Path, made: Option<Made>, failed: Option<String>) -> Result<()> {
        let path = self.path(output);
        let page = Page { format_version: FORMAT_VERSION, output: files::absolute(output), made, failed };
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
        (page.format_version == FORMAT_VERSION && page.output == files::absolute(output)).then_some(page)
    }

    fn path(&self, output: &Path) -> PathBuf {
        let name = files::fingerprint(files::absolute(output).as_os_str().as_encoded_bytes());
        self.folder.join(format!("{name:.40}.json"))
    }
}

/// Removes a file; one that is not there is removed already.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::Write { path: path.into(), source })
        }
        _ => Ok(()),
    }
}

/// Gives a file a name that nothing plays; gives that name.
pub(super) fn put_aside(path: &Path) -> Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(".withdrawn");
    let aside = PathBuf::from(name);
    fs::rename(path, &aside).map_err(|source| Error::Write { path: path.into(), source })?;
    Ok(aside)
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
        ledger.enter(&output, "job".into(), Vec::new(), 1.0, &[]).unwrap();
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
        ledger.enter(&output, "job".into(), Vec::new(), 1.0, &[]).unwrap();
        let made = ledger.made(&output);
        ledger.fail(&output, made.as_ref(), "no feed").unwrap();
        assert!(ledger.is_open(&output) && ledger.made(&output) == made);
        // The same path, written otherwise.
        assert!(ledger.is_open(&folder.path().join("./a.wav")));
        ledger.settle(&output, made.as_ref().unwrap()).unwrap();
        assert!(!ledger.is_open(&output));
        ledger.fail(&output, None, "killed").unwrap();
        assert!(ledger.is_open(&output) && ledger.made(&output).is_none());
        ledger.settle(&output, made.as_ref().unwrap()).unwrap();
        fs::write(ledger.path(&output), b"{half").unwrap();
        assert!(ledger.is_open(&output) && ledger.made(&output).is_none());
        ledger.forget(&output).unwrap();
    }
}
