//! The terminal: taken for a reading, drawn on, and given back whatever happens.

use super::view::{Look, Row, Scene, rows};
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::{Attribute, ResetColor, SetAttribute};
use crossterm::terminal::{
    self, Clear, ClearType, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{execute, queue};
use std::io::{self, Write as _};
use std::panic;
use std::sync::Arc;

/// A terminal that says nothing of its size is taken to have the usual one.
const USUAL: (u16, u16) = (80, 24);

/// The terminal while it is ours.
pub(super) struct Screen {
    shown: Vec<Row>,
    size: (u16, u16),
    hook: Arc<Hook>,
}

type Hook = dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync;

impl Screen {
    /// Takes it. A panic gives it back first, so that its message can be read.
    pub(super) fn take() -> io::Result<Self> {
        enter()?;
        let hook: Arc<Hook> = panic::take_hook().into();
        let before = Arc::clone(&hook);
        panic::set_hook(Box::new(move |info| {
            leave();
            before(info);
        }));
        Ok(Self { shown: Vec::new(), size: size(), hook })
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Everything is drawn anew the next time, on a screen of the size it has now.
    pub(super) fn forget(&mut self) {
        self.shown.clear();
        self.size = size();
    }

    /// Draws the rows that have changed.
    pub(super) fn draw(&mut self, scene: &Scene<'_>) -> io::Result<()> {
        let rows = rows(scene);
        let mut out = Vec::new();
        if self.shown.is_empty() {
            queue!(out, ResetColor, SetAttribute(Attribute::Reset), Clear(ClearType::All))?;
        }
        for (n, row) in rows.iter().enumerate() {
            if self.shown.get(n) == Some(row) || (self.shown.is_empty() && row.text.is_empty()) {
                continue;
            }
            queue!(out, MoveTo(0, n as u16))?;
            let attribute = match row.look {
                Look::Plain => None,
                Look::Headline => Some(Attribute::Bold),
                Look::Current => Some(Attribute::Reverse),
                Look::Status => Some(Attribute::Dim),
            };
            match attribute.filter(|_| scene.styled) {
                Some(attribute) => {
                    queue!(out, SetAttribute(attribute))?;
                    out.extend_from_slice(row.text.as_bytes());
                    queue!(out, SetAttribute(Attribute::Reset))?;
                }
                None => out.extend_from_slice(row.text.as_bytes()),
            }
            queue!(out, Clear(ClearType::UntilNewLine))?;
        }
        self.shown = rows;
        let mut stdout = io::stdout().lock();
        stdout.write_all(&out)?;
        stdout.flush()
    }

    /// Gives it back for a while, and takes it again.
    pub(super) fn lend(&mut self, meanwhile: impl FnOnce()) -> io::Result<()> {
        leave();
        meanwhile();
        enter()?;
        self.forget();
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
        if !std::thread::panicking() {
            let hook = Arc::clone(&self.hook);
            panic::set_hook(Box::new(move |info| hook(info)));
        }
    }
}

fn size() -> (u16, u16) {
    terminal::size().ok().filter(|(width, height)| *width > 0 && *height > 0).unwrap_or(USUAL)
}

fn enter() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    let entered = execute!(io::stdout(), EnterAlternateScreen, DisableLineWrap, Hide);
    if entered.is_err() {
        leave();
    }
    entered
}

/// As it was; what cannot be given back any more has gone.
pub(super) fn leave() {
    let _ = execute!(io::stdout(), Show, EnableLineWrap, LeaveAlternateScreen);
    let _ = terminal::disable_raw_mode();
}
