//! The progress bar: an observer of events.

use crate::event::{Event, Observer};
use crate::gather::LeftOut;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};

/// Draws on stderr while it is a terminal; warnings are printed in any case unless asked to be quiet.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    quiet: bool,
    pass: Cell<usize>,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::no_length();
        if visible(quiet, std::io::stderr().is_terminal()) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        bar.set_style(bar_style("{msg:<10} {bar:32} {pos}/{len}  {eta} left"));
        Self { bar, quiet, pass: Cell::new(0) }
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// A warning, unless nobody wants any.
    fn say(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| {
                let _ = writeln!(std::io::stderr(), "warning: {text}");
            });
        }
    }
}

/// The style of a template; one that does not parse would leave the plain bar, which still tells.
pub(super) fn bar_style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A bar for one long look at many files.
pub(super) struct Counter(ProgressBar);

impl Counter {
    pub(super) fn new(what: &'static str) -> Self {
        let progress = Progress::new(false);
        progress.bar.set_message(what);
        Self(progress.bar)
    }

    /// One more is done, of so many.
    pub(super) fn one_of(&self, count: usize) {
        self.0.set_length(count as u64);
        self.0.inc(1);
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Whether the bar is drawn.
fn visible(quiet: bool, terminal: bool) -> bool {
    terminal && !quiet
}

impl Observer for Progress {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::StoryRead { input, .. } => self.bar.set_message(format!("reading {input}")),
            Event::LeftOut(LeftOut { input, reason, .. }) => {
                self.say(&format!("left out: {input}: {reason}"));
            }
            Event::Warning { text } => self.say(text),
            _ => advance(&self.bar, &self.pass, event),
        }
    }
}

/// Shows on a bulletin's bar how far its voicing and mastering have come; `pass` is the pass shown last.
pub(super) fn advance(bar: &ProgressBar, pass: &Cell<usize>, event: &Event<'_>) {
    let begin = |what: &'static str, length: u64| {
        bar.reset();
        bar.set_length(length);
        bar.set_message(what);
    };
    match event {
        Event::Scripted { sentences } => begin("voicing", *sentences as u64),
        Event::SentenceVoiced { done, .. } => bar.set_position(*done as u64),
        Event::Encoding { codec } => bar.set_message(format!("writing {codec}")),
        Event::Mastering { pass: now, done, total } => {
            // The first pass measures; the later ones write.
            if pass.replace(*now) != *now {
                begin(if *now == 1 { "mastering" } else { "writing" }, total.0);
            }
            bar.set_position(done.0);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn the_bar_is_for_terminals_that_want_it() {
        for (quiet, terminal, drawn) in
            [(false, true, true), (true, true, false), (false, false, false), (true, false, false)]
        {
            assert_eq!(visible(quiet, terminal), drawn);
        }
    }
}
