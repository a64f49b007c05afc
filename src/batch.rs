//! Many bulletins: in parallel under one bound on threads and one on memory, each made only when something about it
//! has changed.
//!
//! An [`Order`] is a bulletin that is wanted at a path. Its job is put together when its turn comes and looked up by
//! its fingerprint in the [ledger](ledger): the same job and the file as it was left need no work. So a batch that was
//! killed goes on where it stopped, and one that is run again after a correction remakes what has the story and
//! nothing else. One order that fails, or panics, stops no other.

mod ledger;
mod memory;
mod order;
mod report;

pub use order::{Contents, Order};
pub use report::{Entry, Gone, Report, Status};

use crate::cache::Cache;
use crate::clock;
use crate::deliver::page::MOST_EMBEDDED_BYTES;
use crate::deliver::record::Record;
use crate::deliver::{feed, may_replace};
use crate::event::{Event, Observer};
use crate::gather::{Cause, Kill, Kills, LeftOut, Shelf};
use crate::job::{Context, Job, Outcome};
use crate::threads::Threads;
use crate::units::SampleRate;
use crate::voice::{self, Registry};
use crate::{Error, Result, files};
use jiff::Zoned;
use ledger::{Ledger, Made};
use memory::Memory;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How a batch is carried out.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Threads in all.
    pub threads: usize,
    /// Bytes that bulletins in work may take up together; one alone may have more.
    pub memory_bytes: u64,
    /// The present time, for embargoes, expiries and what feeds are asked.
    pub now: Zoned,
    /// Say what would be made, and voice nothing.
    pub check: bool,
    /// Make every bulletin, changed or not.
    pub force: bool,
    /// Make those alone that failed the last time or never were made.
    pub retry_failed: bool,
    /// Kills of whoever ordered the batch, who wants to know of those that no story met.
    pub kill: Vec<Kill>,
}

/// What a batch needs from the machine it runs on.
#[derive(Debug, Clone, Copy)]
pub struct Studio<'a> {
    /// The voices there are.
    pub voices: &'a Registry,
    /// What opening a voice needs; the ledger is kept in its cache folder.
    pub voice_settings: &'a voice::Settings,
    /// Takes spoken before.
    pub cache: Option<&'a Cache>,
    /// What was fetched so far in this run.
    pub shelf: &'a Shelf,
}

/// Watches a batch from all of its threads.
pub trait Watch: Sync {
    /// Order `order` is begun by worker `worker`, both counted from 0; who watches it from there.
    fn begins(&self, worker: usize, order: usize) -> Box<dyn Observer + '_>;

    /// It is done, well or not.
    fn ends(&self, worker: usize, order: usize, entry: &Entry);
}

/// Makes all orders that need it. What becomes of each is in the report.
pub fn run(orders: &[Order], settings: &Settings, studio: Studio<'_>, watch: &dyn Watch) -> Report {
    let twins = twins(orders);
    let ledger = Ledger::open(&studio.voice_settings.cache_folder);
    let folders: BTreeSet<PathBuf> =
        orders.iter().map(|order| files::folder_of(&order.output).to_owned()).collect();
    if !settings.check {
        for folder in &folders {
            files::sweep(folder);
        }
    }
    let wanted: Vec<usize> = (0..orders.len())
        .filter(|n| !twins.contains_key(n))
        .filter(|n| !settings.retry_failed || is_open(&orders[*n], &ledger))
        .collect();
    let workers = settings.threads.clamp(1, wanted.len().max(1));
    let floor = Floor {
        orders,
        settings,
        studio,
        watch,
        ledger: &ledger,
        threads: Threads::beside_caller(settings.threads + 1 - workers),
        memory: Memory::new(settings.memory_bytes),
        entries: Mutex::new(BTreeMap::new()),
    };
    let cramped = floor.work(&wanted, workers);
    // A disk that had no room while others wrote may have it now; and now nobody else is in the way.
    floor.again(&cramped);
    if !settings.check {
        for folder in &folders {
            files::sweep(folder);
        }
    }
    if let Some(cache) = studio.cache {
        cache.settle();
    }
    let mut entries = floor.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
    let entry = |n: usize| match twins.get(&n) {
        Some(error) => Entry::failed(&orders[n], error),
        None => entries.remove(&n).unwrap_or_else(|| Entry::of(&orders[n], Status::Skipped)),
    };
    let entries = (0..orders.len()).map(entry).collect();
    let met = |kill: &&Kill| !studio.shelf.met_kill(&kill.what);
    let unmet = settings.kill.iter().filter(met).map(|kill| kill.what.clone()).collect();
    Report::new(entries, unmet)
}

/// Whether an order failed the last time or was never made; or told what is killed by now.
fn is_open(order: &Order, ledger: &Ledger) -> bool {
    let kills = Kills::new(&order.gather.kill);
    let told = ledger.made(&order.output).into_iter().flat_map(|made| made.stories);
    ledger.is_open(&order.output) || told.into_iter().any(|told| kills.find(told.names()).is_some())
}

/// Of two bulletins at one path, or with one record, the later would take the other's place: it is refused.
fn twins(orders: &[Order]) -> BTreeMap<usize, Error> {
    let mut taken: BTreeMap<PathBuf, &Order> = BTreeMap::new();
    let mut twins = BTreeMap::new();
    for (n, order) in orders.iter().enumerate() {
        let paths: Vec<PathBuf> = order.paths().iter().map(|path| files::absolute(path)).collect();
        if let Some((path, other)) = paths.iter().find_map(|path| Some((path, taken.get(path)?))) {
            let error = Error::Config {
                place: order.place.clone(),
                problem: format!("{} is made of {} already", path.display(), other.place),
                cure: "give each an output of its own: {name}, {station}, {date} and {slot} tell them apart"
                    .into(),
            };
            twins.insert(n, error);
        } else {
            taken.extend(paths.into_iter().map(|path| (path, order)));
        }
    }
    twins
}

/// The bulletins in a folder that were made here: each one's name without its ending, and what its stories are called.
pub fn made_in(cache_folder: &Path, folder: &Path) -> Vec<(String, Vec<String>)> {
    let folder = files::absolute(folder);
    let ledger = Ledger::open(cache_folder);
    let here = ledger.all().filter(|(output, _)| output.parent() == Some(&*folder));
    let mut here: Vec<_> = here
        .filter_map(|(output, called)| Some((output.file_stem()?.to_str()?.to_owned(), called)))
        .collect();
    here.sort();
    here
}

/// Where a batch is worked on.
struct Floor<'a> {
    orders: &'a [Order],
    settings: &'a Settings,
    studio: Studio<'a>,
    watch: &'a dyn Watch,
    ledger: &'a Ledger,
    threads: Threads,
    memory: Memory,
    entries: Mutex<BTreeMap<usize, Entry>>,
}

/// Gathers what is told of one bulletin, and passes it on.
struct Notes<'a> {
    watcher: Box<dyn Observer + 'a>,
    taken: RefCell<Taken>,
}

#[derive(Default)]
struct Taken {
    left_out: Vec<LeftOut>,
    warnings: Vec<String>,
    voiced: usize,
    cached: usize,
}

impl Observer for Notes<'_> {
    fn event(&self, event: &Event<'_>) {
        let mut taken = self.taken.borrow_mut();
        match event {
            Event::LeftOut(left_out) => taken.left_out.push((*left_out).clone()),
            Event::Warning { text } => taken.warnings.push((*text).to_owned()),
            Event::SentenceVoiced { cached: true, .. } => taken.cached += 1,
            Event::SentenceVoiced { cached: false, .. } => taken.voiced += 1,
            _ => {}
        }
        drop(taken);
        self.watcher.event(event);
    }
}

impl Floor<'_> {
    /// Works through `wanted`; gives those that found no room on the disk.
    fn work(&self, wanted: &[usize], workers: usize) -> Vec<usize> {
        let next = AtomicUsize::new(0);
        let cramped = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for worker in 0..workers {
                let (next, cramped) = (&next, &cramped);
                scope.spawn(move || {
                    while let Some(&order) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let (entry, no_room) = self.one(worker, order);
                        if no_room && workers > 1 {
                            cramped.lock().unwrap_or_else(PoisonError::into_inner).push(order);
                        } else {
                            self.enter(worker, order, entry);
                        }
                    }
                    // Whoever is still at work may have this thread.
                    self.threads.leave();
                });
            }
        });
        let mut cramped = cramped.into_inner().unwrap_or_else(PoisonError::into_inner);
        cramped.sort_unstable();
        cramped
    }

    /// The same one by one, on this thread, whose seat is one of those that the workers left.
    fn again(&self, orders: &[usize]) {
        let _own = self.threads.try_take();
        for &order in orders {
            let (entry, _) = self.one(0, order);
            self.enter(0, order, entry);
        }
    }

    fn enter(&self, worker: usize, order: usize, entry: Entry) {
        self.watch.ends(worker, order, &entry);
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).insert(order, entry);
    }

    /// One order, whatever happens; and whether the disk was full.
    fn one(&self, worker: usize, number: usize) -> (Entry, bool) {
        let order = &self.orders[number];
        let notes =
            Notes { watcher: self.watch.begins(worker, number), taken: RefCell::new(Taken::default()) };
        let before = self.ledger.made(&order.output);
        let carried_out = catch_unwind(AssertUnwindSafe(|| self.carry_out(order, before.as_ref(), &notes)));
        let carried_out = carried_out.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
            Err(Error::Programme {
                problem: format!("a fault in bulletin itself stopped it: {said}"),
                cure: "report it with the briefing; the other bulletins are not affected".into(),
            })
        });
        let mut no_room = false;
        let mut entry = match carried_out {
            Ok(entry) => entry,
            Err(error) => {
                no_room = is_full(&error);
                self.failed(order, before.as_ref(), &error, &notes)
            }
        };
        let taken = notes.taken.into_inner();
        entry.left_out = taken.left_out;
        entry.warnings = taken.warnings;
        (entry.voiced, entry.cached) = (taken.voiced, taken.cached);
        (entry, no_room)
    }

    fn carry_out(&self, order: &Order, before: Option<&Made>, notes: &Notes<'_>) -> Result<Entry> {
        if let Contents::None(left_out) = &order.contents {
            return self.without(order, before, left_out, notes);
        }
        let deadline = order.config.deadline().map(|deadline| clock::now() + deadline);
        let (job, called) = order.job(&self.settings.now, self.studio.shelf, notes)?;
        check_output(&order.output)?;
        job.outputs.check(&order.output)?;
        let feed = order.config.feed();
        if let Some(feed) = &feed {
            feed::check(feed, &order.output)?;
        }
        if self.settings.check {
            let (_, timeline) = job.check(self.studio.voices)?;
            for path in order.paths() {
                files::check_writable(&path)?;
            }
            let seconds = timeline.length.seconds(SampleRate::PROGRAMME);
            return Ok(Entry {
                seconds: Some(seconds),
                stories: job.articles.iter().map(|(name, _)| name.clone()).collect(),
                ..Entry::of(order, Status::Checked)
            });
        }
        let key = job.fingerprint(self.studio.voices)?;
        let stories = ledger::told(&job, called);
        if let Some(made) = before
            && !self.settings.force
            && made.job == key
            && made.has_beside(&order.beside())
            && feed.as_ref().is_none_or(|feed| feed::holds(feed, &order.output))
            && made.stands(&order.output)
        {
            notes.beside(self.ledger.settle(&order.output, made));
            let stories = made.stories.iter().map(|told| told.input.clone()).collect();
            return Ok(Entry { seconds: Some(made.seconds), stories, ..Entry::of(order, Status::Unchanged) });
        }
        let _room = self.memory.take(weight(&job));
        files::create_folder(files::folder_of(&order.output))?;
        let context = Context {
            voices: self.studio.voices,
            voice_settings: self.studio.voice_settings,
            threads: &self.threads,
            cache: self.studio.cache,
            deadline,
            observer: notes,
        };
        let outcome = job.run(&order.output, &context)?;
        // What was beside it and is not wanted any more told of what is no more.
        let others = outcome.others();
        let gone = before
            .iter()
            .flat_map(|made| made.beside())
            .filter(|path| !others.iter().any(|kept| files::absolute(kept) == **path));
        for path in gone {
            notes.beside(ledger::remove(path));
        }
        let seconds = outcome.mastered.length.seconds(SampleRate::PROGRAMME);
        // Where a voice could not speak, the next run is to ask it again.
        let key = if outcome.record.instead.is_empty() { key } else { format!("{key}, other voices") };
        // The file stands; that the next run will not know it is no failure.
        notes.beside(self.ledger.enter(&order.output, key, stories.clone(), seconds, &others));
        if let Some(feed) = &feed {
            outcome.publish(feed, &self.settings.now)?;
        }
        Ok(made_entry(order, &stories, before, &outcome, &notes.taken.borrow().left_out))
    }

    /// An article that is not to be made: what was made of it before goes where it must not be heard.
    fn without(
        &self,
        order: &Order,
        before: Option<&Made>,
        left_out: &LeftOut,
        notes: &Notes<'_>,
    ) -> Result<Entry> {
        notes.taken.borrow_mut().left_out.push(left_out.clone());
        let LeftOut { input, reason, cause, called } = left_out;
        if *cause == Cause::Failed {
            return Err(Error::NoStory { input: input.clone(), looked_at: 1, first: Some(reason.clone()) });
        }
        let mut entry = Entry::of(order, Status::Withheld);
        let told = |made: &Made| made.stories.iter().any(|told| told.is_called(input, called));
        if before.is_none_or(told) && order.output.is_file() && !self.settings.check {
            self.withdraw(order, before, notes)?;
            entry.status = Status::Withdrawn;
            entry.taken_out = vec![Gone { input: input.clone(), reason: reason.clone() }];
        }
        Ok(entry)
    }

    /// An order that came to nothing. What it made before stays, unless that must not be heard any more.
    fn failed(&self, order: &Order, before: Option<&Made>, error: &Error, notes: &Notes<'_>) -> Entry {
        let mut entry = Entry::failed(order, error);
        if self.settings.check {
            return entry;
        }
        let kills = Kills::new(&order.gather.kill);
        let held = |told: &ledger::Told| {
            let taken = notes.taken.borrow();
            let mut left_out = taken.left_out.iter().filter(|left| left.cause == Cause::NotForAir);
            let reason = left_out.find(|left| told.is_called(&left.input, &left.called));
            let reason = reason.map(|left| left.reason.clone()).or_else(|| {
                let kill = kills.find(told.names())?;
                self.studio.shelf.note_kill(&kill.what);
                Some(kill.reason())
            })?;
            Some(Gone { input: told.input.clone(), reason })
        };
        let had: Vec<Gone> = before.iter().flat_map(|made| &made.stories).filter_map(held).collect();
        // Where nothing of it may be heard, a file that the ledger cannot answer for is too much. One that it knows to
        // tell other stories, as an earlier edition does, stays.
        let unknown = before.is_none_or(|made| !made.stands(&order.output));
        let nothing_left = unknown && matches!(error, Error::NotForAir { .. });
        let mut remains = before;
        if (!had.is_empty() || nothing_left) && order.output.is_file() {
            match self.withdraw(order, before, notes) {
                Ok(()) => {
                    entry.status = Status::Withdrawn;
                    entry.taken_out = had;
                    remains = None;
                }
                Err(problem) => {
                    let text = format!(
                        "{} still holds what must not be heard, and cannot be taken away: {problem}",
                        order.output.display()
                    );
                    entry.error = Some(format!("{error}; {text}"));
                    entry.hint = Some("take the file away by hand, now".into());
                }
            }
        }
        notes.beside(self.ledger.fail(&order.output, remains, &error.to_string()));
        entry
    }

    /// Takes a bulletin off the disk: what we made is removed; what may have been worked on since is put aside under
    /// another name.
    fn withdraw(&self, order: &Order, before: Option<&Made>, notes: &Notes<'_>) -> Result<()> {
        if before.is_some_and(|made| made.stands(&order.output)) {
            ledger::remove(&order.output)?;
        } else {
            let aside = ledger::put_aside(&order.output)?;
            let text = format!("it is not as it was made, and was put aside as {}", aside.display());
            notes.event(&Event::Warning { text: &text });
        }
        if let Some(feed) = order.config.feed() {
            notes.beside(feed::withdraw(&feed, &order.output).map(|_| ()));
        }
        // What is beside it tells what must not be heard, too.
        for path in before.iter().flat_map(|made| made.beside()) {
            notes.beside(ledger::remove(path));
        }
        notes.beside(ledger::remove(&Record::path_beside(&order.output)));
        notes.beside(self.ledger.forget(&order.output));
        Ok(())
    }
}

/// Refuses to write over what is none of ours: anything that is there and not audio of the kind that is made.
fn check_output(path: &Path) -> Result<()> {
    let Ok(about) = path.metadata() else { return Ok(()) };
    if about.is_file() && may_replace(path) {
        return Ok(());
    }
    Err(Error::Path {
        path: path.into(),
        problem: "is there, and is no bulletin".into(),
        cure: "name another output, or move what is there away",
    })
}

impl Notes<'_> {
    /// Tells of what went wrong beside the bulletin.
    fn beside(&self, what: Result<()>) {
        if let Err(error) = what {
            self.event(&Event::Warning { text: &error.to_string() });
        }
    }
}

fn made_entry(
    order: &Order,
    stories: &[ledger::Told],
    before: Option<&Made>,
    outcome: &Outcome,
    left_out: &[LeftOut],
) -> Entry {
    let known = before.map(|made| &made.stories[..]).unwrap_or_default();
    let corrected = stories
        .iter()
        .filter(|told| known.iter().any(|other| other.is(told) && other.fingerprint != told.fingerprint));
    let taken_out = known.iter().filter(|told| !stories.iter().any(|other| other.is(told)));
    Entry {
        record: outcome.record_path(),
        beside: outcome.others(),
        seconds: Some(outcome.mastered.length.seconds(SampleRate::PROGRAMME)),
        loudness_lufs: outcome.mastered.loudness,
        peak_dbtp: Some(outcome.mastered.peak),
        stories: stories.iter().map(|told| told.input.clone()).collect(),
        corrected: corrected.map(|told| told.input.clone()).collect(),
        taken_out: taken_out
            .map(|told| {
                let why = left_out.iter().find(|left| told.is_called(&left.input, &left.called));
                let reason = why.map_or("it is no longer among the inputs", |left| left.reason.as_str());
                Gone { input: told.input.clone(), reason: reason.to_owned() }
            })
            .collect(),
        ..Entry::of(order, Status::Made)
    }
}

/// What a bulletin in work takes up, more or less: engines, takes, mixer and tables, and its own music, which is
/// decoded to 32 bits.
fn weight(job: &Job) -> u64 {
    const BASE_BYTES: u64 = 64 * 1024 * 1024;
    /// Five minutes of stereo at 48 kHz, the longest a bed may be.
    const MOST_DECODED_BYTES: u64 = 300 * 48_000 * 8;
    let sounds = job.sounds.iter().map(|file| file.bytes.0.len() as u64);
    // A page holds its sound, once as it is and once in letters.
    let page = if job.outputs.page { 3 * MOST_EMBEDDED_BYTES as u64 } else { 0 };
    BASE_BYTES + page + sounds.map(|bytes| bytes + (bytes * 24).min(MOST_DECODED_BYTES)).sum::<u64>()
}

/// Whether a disk, or what a user may have of it, was full.
fn is_full(error: &Error) -> bool {
    matches!(error, Error::Write { source, .. } if matches!(
        source.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    ))
}
