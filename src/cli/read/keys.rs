//! What the loop waits for beside the engine: keys, a screen of another size, signals.

use super::player::Key;
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    Key(Key),
    Resized,
    /// There are no keys any more: the terminal has gone.
    Lost,
}

/// How long the thread takes to see that nobody listens any more.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long a reading may take to end once a key has asked for it: past that, the system's speech has not come back to us.
const HUNG: Duration = Duration::from_secs(3);

/// Keys until it is dropped, from a thread of their own. The terminal must be raw.
#[derive(Debug)]
pub(super) struct Keys {
    over: Arc<AtomicBool>,
}

impl Keys {
    /// `hung` is called where nothing comes of it that somebody wants to leave.
    pub(super) fn listen(
        tell: impl Fn(Touch) + Send + 'static,
        hung: impl FnOnce() + Send + 'static,
    ) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&over);
        thread::spawn(move || {
            // Since somebody wanted to leave.
            let mut waited: Option<Duration> = None;
            while !done.load(Ordering::Relaxed) {
                if waited.is_some_and(|waited| waited >= HUNG) {
                    return hung();
                }
                match event::poll(LOOK_EVERY) {
                    Ok(false) => waited = waited.map(|waited| waited + LOOK_EVERY),
                    Ok(true) => match event::read() {
                        Ok(event) => {
                            if let Some(touch) = meant(&event) {
                                if touch == Touch::Key(Key::Quit) {
                                    waited.get_or_insert(Duration::ZERO);
                                }
                                tell(touch);
                            }
                        }
                        Err(_) => return tell(Touch::Lost),
                    },
                    Err(_) => return tell(Touch::Lost),
                }
            }
        });
        Self { over }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// What a terminal's event asks for.
fn meant(event: &Event) -> Option<Touch> {
    match event {
        Event::Resize(..) => Some(Touch::Resized),
        Event::Key(KeyEvent { code, modifiers, kind, .. }) if *kind != KeyEventKind::Release => {
            key(*code, *modifiers).map(Touch::Key)
        }
        _ => None,
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
    if modifiers.contains(KeyModifiers::CONTROL) {
        return match code {
            KeyCode::Char('c' | 'd') => Some(Key::Quit),
            KeyCode::Char('z') => Some(Key::Suspend),
            _ => None,
        };
    }
    Some(match code {
        KeyCode::Char(' ') => Key::Pause,
        KeyCode::Char('n') | KeyCode::Right => Key::Next,
        KeyCode::Char('p') | KeyCode::Left => Key::Previous,
        KeyCode::Char('N') | KeyCode::Down | KeyCode::PageDown => Key::NextStory,
        KeyCode::Char('P') | KeyCode::Up | KeyCode::PageUp => Key::PreviousStory,
        KeyCode::Home => Key::First,
        KeyCode::End => Key::Last,
        KeyCode::Char('q' | 'Q') | KeyCode::Esc => Key::Quit,
        _ => return None,
    })
}

/// Signals that end or stop a program, told from a thread of their own for as long as the process lasts, so that speech
/// can be stopped and the terminal given back first; [`obey`] then does what they would have done. That the terminal has
/// gone ends what has taken it, and nothing else (`nohup`). Whoever asks twice is obeyed at once: the loop may be waiting
/// for a daemon that does not answer.
#[cfg(unix)]
pub(super) fn signals(on_screen: bool, tell: impl Fn(i32) + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    // Without them a killed reading leaves its last sentence to the engine and the terminal raw: not worth failing for.
    let ends = [SIGINT, SIGQUIT, SIGTERM, SIGTSTP];
    let all = ends.into_iter().chain(on_screen.then_some(SIGHUP));
    if let Ok(mut signals) = signal_hook::iterator::Signals::new(all) {
        thread::spawn(move || {
            let mut asked = false;
            for signal in signals.forever() {
                if !sleeps(signal) && std::mem::replace(&mut asked, true) {
                    if on_screen {
                        super::screen::leave();
                    }
                    obey(signal);
                }
                tell(signal);
            }
        });
    }
}

#[cfg(not(unix))]
pub(super) fn signals(_: bool, _: impl Fn(i32) + Send + 'static) {}

/// Whether a signal wants the program to sleep rather than to end.
pub(super) fn sleeps(signal: i32) -> bool {
    #[cfg(unix)]
    return signal == signal_hook::consts::SIGTSTP;
    #[cfg(not(unix))]
    return signal == i32::MIN;
}

/// Does what a signal does to a program that knows nothing of it.
pub(super) fn obey(signal: i32) {
    #[cfg(unix)]
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    #[cfg(not(unix))]
    let _ = signal;
}

/// Sleeps until somebody wakes the program (`fg`); at once awake where there is no such thing.
pub(super) fn sleep() {
    #[cfg(unix)]
    obey(signal_hook::consts::SIGTSTP);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_what_the_help_says() {
        const NONE: KeyModifiers = KeyModifiers::NONE;
        const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
        for (code, modifiers, meant) in [
            (KeyCode::Char(' '), NONE, Some(Key::Pause)),
            (KeyCode::Char('n'), NONE, Some(Key::Next)),
            (KeyCode::Right, NONE, Some(Key::Next)),
            (KeyCode::Char('p'), NONE, Some(Key::Previous)),
            (KeyCode::Left, NONE, Some(Key::Previous)),
            (KeyCode::Char('N'), KeyModifiers::SHIFT, Some(Key::NextStory)),
            (KeyCode::Down, NONE, Some(Key::NextStory)),
            (KeyCode::Up, NONE, Some(Key::PreviousStory)),
            (KeyCode::Home, NONE, Some(Key::First)),
            (KeyCode::End, NONE, Some(Key::Last)),
            (KeyCode::Char('q'), NONE, Some(Key::Quit)),
            (KeyCode::Esc, NONE, Some(Key::Quit)),
            (KeyCode::Char('c'), CONTROL, Some(Key::Quit)),
            (KeyCode::Char('z'), CONTROL, Some(Key::Suspend)),
            (KeyCode::Char('n'), CONTROL, None),
            (KeyCode::Char('x'), NONE, None),
        ] {
            assert_eq!(key(code, modifiers), meant, "{code:?} {modifiers:?}");
        }
    }
}
