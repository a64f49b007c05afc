// SPDX-License-Identifier: GPL-3.0-or-later
//! A clause cut into words, in small letters, with what their writing tells.

use super::clause::Clause;
use super::engine::{Engine, Token, token};
use super::letters::{self, Text, is_alpha, is_bracket, is_digit, is_lower, is_space, is_upper};

/// Bytes of a clause's text after replacements and spaces between words: a clause has fewer than 800 before.
const BYTES: usize = 3200;
const SPACE: u32 = b' ' as u32;
const QUOTE: u32 = b'\'' as u32;
const HYPHEN: u32 = b'-' as u32;
const DOT: u32 = b'.' as u32;

/// The clause under way.
struct Reader<'a> {
    source: &'a [(char, usize)],
    /// Characters read.
    next: usize,
    text: Vec<u8>,
    words: Vec<Token>,
    word: Token,
    /// Flags for the word under way and the one after.
    flags: u32,
    next_flags: u32,
    upper: u32,
    letters: usize,
    any_letters: bool,
    pause: u32,
    pause_to_add: u32,
    quoted: bool,
    /// The character before the next, where it is not the source's.
    before: Option<u32>,
    inserted: Option<u32>,
    /// The last character written when the character before was read.
    written: u32,
    /// A space ends the word here, and the character is read again.
    split: bool,
    /// Characters of the source that a replacement has used up.
    swallowed: usize,
}

impl Reader<'_> {
    fn source_at(&self, index: usize) -> u32 {
        self.source.get(index).map_or(0, |&(c, _)| u32::from(c))
    }

    fn last_written(&self) -> u32 {
        let mut start = self.text.len().saturating_sub(1);
        while start > 0 && self.text[start] & 0xc0 == 0x80 {
            start -= 1;
        }
        std::str::from_utf8(&self.text[start..])
            .ok()
            .and_then(|tail| tail.chars().next())
            .map_or(SPACE, u32::from)
    }

    /// Splits the word before this character.
    fn split(&mut self) -> u32 {
        self.split = true;
        SPACE
    }

    fn letter(&mut self, c: u32, written: u32, before: u32, following: u32) -> u32 {
        let mut c = c;
        self.any_letters = true;
        if !is_alpha(written) {
            if written != QUOTE {
                self.letters = 0;
            }
            if written != SPACE && written != QUOTE {
                if !is_bracket(written) {
                    self.next_flags |= token::NO_SPACE;
                }
                c = self.split();
            } else if is_upper(c) {
                self.flags |= token::FIRST_UPPER;
            }
        }
        if c != SPACE {
            self.letters += 1;
        }
        if is_upper(c) {
            c = letters::lower(c);
            if is_lower(before) {
                // A capital inside a word begins another.
                if written != SPACE {
                    self.before = Some(SPACE);
                    return self.split();
                }
            } else if is_upper(before)
                && is_lower(following)
                && written != SPACE
                && is_alpha(self.source_at(self.next + 1))
            {
                self.before = Some(SPACE);
                self.next_flags |= token::NO_SPACE;
                return self.split();
            }
        } else if self.upper != 0 && self.letters > 2 && c == u32::from(b's') && following == SPACE {
            self.upper |= token::HAS_PLURAL;
            if self.text.last() == Some(&b'\'') {
                self.text.pop();
                self.text.push(b' ');
            }
            return SPACE;
        } else {
            self.upper = 0;
        }
        c
    }

    fn hyphen(&mut self, written: (u32, u32), before: u32, following: u32) -> u32 {
        if !is_space(before) && is_alpha(following) {
            if written.0 != SPACE {
                return self.split();
            }
            self.flags |= token::HYPHEN;
            if let Some(word) = self.words.last_mut() {
                word.flags |= token::HYPHEN_AFTER;
            }
            return SPACE;
        }
        if before == SPACE && following == SPACE {
            self.pause_to_add = 4;
            return SPACE;
        }
        if following == HYPHEN {
            self.next += 1;
            self.pause_to_add = 4;
            return SPACE;
        }
        if written.0 == SPACE && is_alpha(written.1) && !is_alpha(before) {
            self.text.push(b' ');
            self.word.start += 1;
        }
        HYPHEN
    }

    fn dot(&mut self, written: u32, before: u32, following: u32) -> u32 {
        if written == DOT {
            return self.split();
        }
        if let Some(word) = self.words.last_mut()
            && word.flags & token::NO_SPACE == 0
            && is_alpha(before)
        {
            word.flags |= token::HAS_DOT;
            if is_space(following) || following == HYPHEN {
                return SPACE;
            }
        }
        DOT
    }

    fn quote(&mut self, written: u32, before: u32, following: u32) -> u32 {
        let inside = (before == DOT && following == u32::from(b's'))
            || char::from_u32(before).is_some_and(char::is_alphanumeric);
        if inside && is_alpha(following) {
            self.quoted = false;
            return QUOTE;
        }
        if written == u32::from(b's') && !self.quoted {
            // The apostrophe of a plural possessive.
            return SPACE;
        }
        self.quoted = is_space(written);
        self.pause_to_add = 4;
        SPACE
    }

    fn digit(&mut self, c: u32, written: (u32, u32), before: u32) -> u32 {
        if written.0 != SPACE && !is_digit(written.0) && written.0 != DOT {
            return self.split();
        }
        if written.0 == SPACE && is_alpha(written.1) && !is_alpha(before) {
            self.text.push(b' ');
            self.word.start += 1;
        }
        c
    }

    /// Ends the word under way.
    fn end_word(&mut self, place: usize) {
        self.text.push(b' ');
        if self.text.len() > self.word.start {
            if !self.any_letters {
                self.upper &= !token::ALL_UPPER;
            }
            self.word.pause = self.pause;
            self.word.flags |= self.upper | self.flags;
            if self.pause > 0 {
                // A space more keeps the word before from being seen across the pause.
                self.text.insert(self.word.start, b' ');
                self.word.start += 1;
            }
            self.words.push(self.word);
            self.word = Token { start: self.text.len(), flags: 0, pause: 0, source: place };
            self.flags = std::mem::take(&mut self.next_flags);
            self.pause = 0;
            self.upper = token::ALL_UPPER;
            self.any_letters = false;
        }
    }
}

impl Engine<'_> {
    /// Cuts the clause into `self.words` over the text returned.
    pub(super) fn tokens(&mut self, clause: &Clause) -> Text {
        let mut reader = Reader {
            source: &clause.chars,
            next: 0,
            text: vec![0, b' ', b' '],
            words: Vec::new(),
            word: Token { start: 3, ..Token::default() },
            flags: 0,
            next_flags: 0,
            upper: token::ALL_UPPER,
            letters: 0,
            any_letters: false,
            pause: 0,
            pause_to_add: 0,
            quoted: false,
            before: None,
            inserted: None,
            written: SPACE,
            split: false,
            swallowed: 0,
        };
        let mut finished = false;
        // Every character is read at most once more after a split, so this bounds the work.
        let limit = clause.chars.len() * 4 + 16;
        for _ in 0..limit {
            if finished || reader.text.len() >= BYTES - 1 {
                break;
            }
            finished = self.read_character(&mut reader);
        }
        if !finished {
            let place = reader.word.source;
            reader.end_word(place);
        }
        let end = reader.text.len() - 1;
        self.words = reader.words;
        let mut text = Text { bytes: reader.text, end };
        text.bytes.push(0);
        if let Some(first) = self.words.first_mut() {
            first.flags |= token::FIRST_WORD;
            first.pause = 0;
        }
        if !self.words.is_empty() {
            // Quotation marks beyond ASCII are no brackets here, as in espeak-ng.
            let spoken =
                |word: &Token| !(text.at(word.start) < 0x80 && is_bracket(u32::from(text.at(word.start))));
            let last = self.words.iter().rposition(spoken).unwrap_or(0);
            self.words[last].flags |= token::LAST_WORD;
        }
        if let Some(last) = self.words.last_mut()
            && clause.dot_after
            && last.flags & token::NO_SPACE == 0
        {
            last.flags |= token::HAS_DOT;
        }
        text
    }

    /// Takes the next character in; true at the end of the clause.
    fn read_character(&mut self, reader: &mut Reader<'_>) -> bool {
        let written = (reader.last_written(), reader.written);
        reader.written = written.0;
        let before = match reader.before.take() {
            Some(before) => before,
            None if reader.next > 0 => reader.source_at(reader.next - 1),
            None => SPACE,
        };
        let again = reader.next;
        let mut c = if let Some(c) = reader.inserted.take() {
            c
        } else {
            reader.next += 1;
            reader.source_at(reader.next - 1)
        };
        let finished = c == 0;
        if finished {
            c = SPACE;
        }
        let mut following = if finished { SPACE } else { reader.source_at(reader.next) };
        let place = reader.source.get(reader.next.saturating_sub(1)).map_or(0, |&(_, place)| place);

        if matches!(c, 0x92 | 0xb4 | 0x2019 | 0x2032)
            || (matches!(c, 0x2018 | 0x3f) && is_alpha(written.0) && is_alpha(following))
        {
            c = QUOTE;
        }
        match self.replace(reader, c, following) {
            Some(replaced) => c = replaced,
            None => return finished,
        }
        if let Some(inserted) = reader.inserted {
            following = inserted;
        }
        if !is_alpha(c) && !is_space(c) && c != QUOTE && is_alpha(written.0) {
            c = reader.split();
        }
        if is_digit(written.0) {
            if !is_digit(c) && !matches!(char::from_u32(c), Some('.' | ',' | ' ')) {
                c = reader.split();
            }
        } else if before == u32::from(b',') && c == before {
            c = SPACE;
        }
        if is_alpha(c) {
            c = reader.letter(c, written.0, before, following);
        } else if c == HYPHEN {
            c = reader.hyphen(written, before, following);
        } else if c == DOT {
            c = reader.dot(written.0, before, following);
        } else if c == QUOTE {
            c = reader.quote(written.0, before, following);
        } else if c == u32::from(b'_') {
            c = SPACE;
        } else if is_digit(c) {
            c = reader.digit(c, written, before);
        }

        if is_space(c) {
            if written.0 == SPACE {
                reader.split = false;
                reader.pause = reader.pause.max(std::mem::take(&mut reader.pause_to_add));
                return finished;
            }
            let split = std::mem::take(&mut reader.split);
            reader.end_word(place);
            if split {
                reader.next = again;
                reader.inserted = None;
            }
        } else {
            if reader.text.len() == reader.word.start {
                reader.word.source = place;
            }
            letters::push(&mut reader.text, c);
        }
        reader.pause = reader.pause.max(std::mem::take(&mut reader.pause_to_add));
        finished && is_space(c)
    }

    /// Replaces a character as the rules' data say; `None` if it is used up already.
    fn replace(&self, reader: &mut Reader<'_>, c: u32, following: u32) -> Option<u32> {
        if reader.swallowed > 0 {
            reader.swallowed -= 1;
            return None;
        }
        let small = letters::lower(c);
        for (from, to) in &self.data.replacements {
            let mut wanted = from.chars().map(u32::from);
            if wanted.next() != Some(small) {
                continue;
            }
            let rest: Vec<u32> = wanted.collect();
            let matches =
                rest.iter().enumerate().all(|(n, &c)| letters::lower(reader.source_at(reader.next + n)) == c);
            if !matches {
                continue;
            }
            reader.swallowed = rest.len();
            let raise = |c: u32| {
                let mut upper = char::from_u32(c).into_iter().flat_map(char::to_uppercase);
                upper.next().map_or(c, u32::from)
            };
            let upper = is_upper(c);
            let mut to = to.chars().map(u32::from);
            let first = to.next().unwrap_or(SPACE);
            reader.inserted =
                to.next().map(|second| if upper && is_upper(following) { raise(second) } else { second });
            return Some(if upper { raise(first) } else { first });
        }
        Some(c)
    }
}
