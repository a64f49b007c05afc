//! A bar for each bulletin in work and one for the total; plain lines where there is no terminal.

use super::super::progress::{advance, bar_style};
use super::word;
use crate::batch::{Entry, Order, Watch};
use crate::event::{Event, Observer};
use crate::gather::LeftOut;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState};
use std::cell::Cell;
use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What whoever waits for a batch sees, on stderr.
pub(super) struct Screen {
    terminal: bool,
    quiet: bool,
    bars: MultiProgress,
    total: ProgressBar,
    workers: Vec<ProgressBar>,
    names: Vec<String>,
    done: AtomicUsize,
}

impl Screen {
    pub(super) fn new(orders: &[Order], workers: usize, quiet: bool) -> Self {
        Self::on(orders, workers, quiet, std::io::stderr().is_terminal())
    }

    fn on(orders: &[Order], workers: usize, quiet: bool, terminal: bool) -> Self {
        let target =
            if terminal && !quiet { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bars = MultiProgress::with_draw_target(target);
        let bar = |template: &str| {
            let bar = bars.add(ProgressBar::no_length());
            // Bulletins come by the minute, not by the second.
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = write!(out, "{:.1} a minute", state.per_sec() * 60.0);
            };
            bar.set_style(bar_style(template).with_key("rate", rate));
            bar
        };
        let workers = (0..workers.clamp(1, orders.len().max(1)))
            .map(|_| bar("  {prefix:<28.28} {msg:<10} {bar:24} {percent:>3} %"))
            .collect();
        let total = bar("{pos}/{len} bulletins {bar:24} {rate}, {eta} left");
        total.set_length(orders.len() as u64);
        let names = orders.iter().map(|order| order.output.display().to_string()).collect();
        Self { terminal, quiet, bars, total, workers, names, done: AtomicUsize::new(0) }
    }

    /// Takes the bars away.
    pub(super) fn clear(&self) {
        for bar in self.workers.iter().chain([&self.total]) {
            bar.finish_and_clear();
        }
    }

    /// A line above the bars.
    fn say(&self, text: &str) {
        if !self.quiet {
            self.bars.suspend(|| {
                // A closed stderr leaves nobody to tell.
                let _ = writeln!(std::io::stderr().lock(), "{text}");
            });
        }
    }
}

impl Watch for Screen {
    fn begins(&self, worker: usize, order: usize) -> Box<dyn Observer + '_> {
        let bar = &self.workers[worker % self.workers.len()];
        bar.reset();
        bar.set_prefix(end_of(&self.names[order]));
        bar.set_message("reading");
        Box::new(Line { screen: self, bar, name: &self.names[order], pass: Cell::new(0) })
    }

    fn ends(&self, _: usize, _: usize, entry: &Entry) {
        self.total.inc(1);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.terminal {
            let output = entry.output.display();
            self.say(&format!("[{done}/{}] {} {output}", self.names.len(), word(entry.status)));
        }
    }
}

/// The end of a path, which tells one from another.
fn end_of(path: &str) -> String {
    const MOST: usize = 28;
    let count = path.chars().count();
    if count <= MOST {
        return path.to_owned();
    }
    format!("…{}", path.chars().skip(count - MOST + 1).collect::<String>())
}

/// One bulletin in work.
struct Line<'a> {
    screen: &'a Screen,
    bar: &'a ProgressBar,
    name: &'a str,
    pass: Cell<usize>,
}

impl Observer for Line<'_> {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::LeftOut(LeftOut { input, reason, .. }) => {
                self.screen.say(&format!("warning: {}: left out: {input}: {reason}", self.name));
            }
            Event::Warning { text } => self.screen.say(&format!("warning: {}: {text}", self.name)),
            _ => advance(self.bar, &self.pass, event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn long_paths_lose_their_beginning() {
        assert_eq!(end_of("a/b.wav"), "a/b.wav");
        let long = format!("{}/echo-0700.wav", "x".repeat(40));
        assert_eq!(end_of(&long).chars().count(), 28);
        assert!(end_of(&long).starts_with('…') && end_of(&long).ends_with("/echo-0700.wav"));
    }
}
