//! Long sentences in pieces: a model was taught sentences of a breath or two, and loses its way in much longer ones.

use super::phonemes::{Phoneme, Sentence};

/// A piece has at most about as many phonemes, fifteen seconds of speech, if there is a clause to end it at…
const MOST_IN_CLAUSES: usize = 220;
/// …and no more than these in any case.
const MOST: usize = 500;

/// Splits a sentence at the ends of clauses, or where it has none for very long, between words.
///
/// Pieces are about equally long; each keeps its own mark, and the space after it goes.
pub(super) fn split(sentence: &Sentence) -> Vec<Sentence> {
    let mut rest = &sentence.phonemes[..];
    let mut pieces = Vec::new();
    while rest.len() > MOST_IN_CLAUSES {
        // As many pieces as it takes, so that the last is no stump.
        let wanted = rest.len() / rest.len().div_ceil(MOST_IN_CLAUSES);
        let is_end = |phoneme: &Phoneme| matches!(phoneme.symbol, ',' | ';' | ':');
        let ends = (1..rest.len()).filter(|&n| is_end(&rest[n - 1]));
        let nearest = ends.min_by_key(|&n| n.abs_diff(wanted)).filter(|&n| n <= MOST);
        let words = || (1..rest.len().min(MOST)).rev().find(|&n| rest[n].symbol == ' ');
        let cut = match nearest {
            Some(cut) => cut,
            None if rest.len() <= MOST => break,
            None => words().unwrap_or(MOST),
        };
        let (piece, after) = rest.split_at(cut);
        let spaces = after.iter().take_while(|phoneme| phoneme.symbol == ' ').count();
        pieces.push(Sentence { phonemes: piece.to_vec() });
        rest = &after[spaces..];
        if rest.is_empty() {
            return pieces;
        }
    }
    pieces.push(Sentence { phonemes: rest.to_vec() });
    pieces
}

/// The mark at the end of a piece; a space if there is none.
pub(super) fn end(piece: &Sentence) -> char {
    piece
        .phonemes
        .iter()
        .rev()
        .map(|p| p.symbol)
        .find(|s| *s != ' ')
        .filter(|s| ",;:.?!".contains(*s))
        .unwrap_or(' ')
}

/// Silence after a piece that ends so, on top of what the voice leaves itself.
pub(super) fn pause_ms(end: char) -> usize {
    match end {
        '.' | '?' | '!' => 300,
        ';' | ':' => 150,
        ',' => 80,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str) -> Sentence {
        Sentence { phonemes: text.chars().map(|symbol| Phoneme { symbol, word: None }).collect() }
    }

    #[test]
    fn pieces_end_with_clauses_and_nothing_is_lost() {
        let clause = |letters: usize| "a".repeat(letters);
        for (text, lengths) in [
            (clause(220), vec![220]),
            (format!("{}, {}.", clause(100), clause(100)), vec![203]),
            (format!("{}, {}.", clause(150), clause(150)), vec![151, 151]),
            // No clause ends it, but it is not too long yet.
            (clause(400), vec![400]),
            (format!("{} {}", clause(400), clause(400)), vec![400, 400]),
            (clause(1200), vec![500, 500, 200]),
            (
                format!("{}, {}; {}, {}.", clause(150), clause(150), clause(150), clause(150)),
                vec![151, 151, 151, 151],
            ),
            // The first clause is a word, the second all the rest.
            (format!("{}, {}.", clause(5), clause(300)), vec![6, 301]),
        ] {
            let pieces = split(&sentence(&text));
            let found: Vec<usize> = pieces.iter().map(|piece| piece.phonemes.len()).collect();
            assert_eq!(found, lengths, "{text}");
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            let together: String = pieces.iter().map(Sentence::symbols).collect();
            assert_eq!(letters(&together), letters(&text));
        }
    }

    #[test]
    fn pauses_follow_the_marks() {
        for (text, mark, pause) in
            [("a,", ',', 80), ("a, ", ',', 80), ("a.", '.', 300), ("a", ' ', 0), ("", ' ', 0)]
        {
            let found = end(&sentence(text));
            assert_eq!((found, pause_ms(found)), (mark, pause), "{text:?}");
        }
    }
}
