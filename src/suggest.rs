//! The name that was probably meant.

/// The one of `names` closest to `word`, if it is close enough to have been meant: at most a third of its letters are
/// wrong, missing, too many or swapped with their neighbour.
///
/// Source: optimal string alignment distance. Cost: O(letters²) a name.
///
/// # Examples
/// ```
/// use bulletin::suggest::nearest;
/// assert_eq!(nearest("hourley", ["plain", "hourly"]), Some("hourly"));
/// assert_eq!(nearest("evening", ["plain", "hourly"]), None);
/// ```
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Nobody mistypes a longer name than this; more would only cost time.
    const MOST_LETTERS: usize = 64;
    let letters = |text: &str| text.to_lowercase().chars().take(MOST_LETTERS).collect::<String>();
    let word = letters(word);
    names
        .into_iter()
        .map(|name| {
            let other = letters(name);
            let length = other.chars().count().max(word.chars().count());
            (strsim::osa_distance(&word, &other), length, name)
        })
        .filter(|(distance, length, _)| distance * 3 <= *length)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., name)| name)
}

/// The start of a cure: `did you mean "hourly"? `, or nothing.
pub(crate) fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_through() {
        let names = ["plain", "hourly", "headlines", "briefing"];
        for (word, expected) in [
            ("hourly", Some("hourly")),
            ("HOURLY", Some("hourly")),
            ("huorly", Some("hourly")),
            ("hour", Some("hourly")),
            ("headline", Some("headlines")),
            ("breifing", Some("briefing")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, names), expected, "{word}");
        }
        assert_eq!(did_you_mean("plian", names), "did you mean \"plain\"? ");
        assert_eq!(nearest("a", []), None);
    }
}
