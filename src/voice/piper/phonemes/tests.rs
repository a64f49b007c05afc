use super::*;

/// Sentences joined as `scripts/piper_words.py` joins them.
fn joined(spoken: &Spoken) -> String {
    spoken.sentences.iter().map(Sentence::symbols).collect::<Vec<_>>().join("|")
}

/// Not a test: speaks the lines (voice, tab, text) of the file `PIPER_LINES` into the file `PIPER_ANSWERS`.
#[test]
#[ignore = "run by scripts/piper_words.py"]
fn piper_lines() {
    let (Ok(lines), Ok(answers)) = (std::env::var("PIPER_LINES"), std::env::var("PIPER_ANSWERS")) else {
        return;
    };
    let lines = std::fs::read_to_string(lines).expect("lines to speak");
    let mut voices: Vec<(String, Phonemiser)> = Vec::new();
    let mut out = String::new();
    for line in lines.lines() {
        let (voice, text) = line.split_once('\t').expect("a voice before the tab");
        if voices.iter().all(|(name, _)| name != voice) {
            voices.push((voice.to_owned(), Phonemiser::new(voice).expect("an English voice")));
        }
        let phonemiser = &voices.iter().find(|(name, _)| name == voice).expect("just added").1;
        out.push_str(&joined(&phonemiser.phonemes(text)));
        out.push('\n');
    }
    std::fs::write(answers, out).expect("a file for the answers");
}

/// What piper itself makes of words and sentences, both accents (`scripts/piper_words.py cases`).
#[test]
fn equal_to_piper() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let voices = ["en-gb-x-rp", "en-us"].map(|voice| (voice, Phonemiser::new(voice).unwrap()));
    for line in include_str!("../data/cases.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [voice, text, expected] = *line.split('\t').collect::<Vec<_>>() else {
            panic!("not three columns: {line}")
        };
        let phonemiser = &voices.iter().find(|(name, _)| *name == voice).unwrap().1;
        let got = joined(&phonemiser.phonemes(text));
        count += 1;
        if got != expected {
            wrong.push(format!("{voice} {text}: {got}, not {expected}"));
        }
    }
    assert!(count > 1000, "{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every voice has phonemes of its own for at least something.
#[test]
fn voices_are_told_apart() {
    let text = "The farmer heard the car; nothing better was there.";
    let cases = [
        ("en", "ðə fˈɑːmə hˈɜːd ðə kˈɑː; nˈʌθɪŋ bˈɛtə wɒz ðˈeə."),
        ("en-gb-x-rp", "ðə fˈɑːmɐ hˈɜːd ðə kˈɑː; nˈʌθɪŋ bˈɛtɐ wɒz ðˈeə."),
        ("en-us", "ðə fˈɑːɹmɚ hˈɜːd ðə kˈɑːɹ; nˈʌθɪŋ bˈɛɾɚ wʌz ðˈɛɹ."),
        ("EN-US", "ðə fˈɑːɹmɚ hˈɜːd ðə kˈɑːɹ; nˈʌθɪŋ bˈɛɾɚ wʌz ðˈɛɹ."),
    ];
    for (voice, expected) in cases {
        assert_eq!(joined(&Phonemiser::new(voice).unwrap().phonemes(text)), expected, "{voice}");
    }
    for voice in Phonemiser::voices() {
        assert!(!joined(&Phonemiser::new(voice).unwrap().phonemes(text)).is_empty(), "{voice}");
    }
    assert!(Phonemiser::new("cmn").is_none());
}

/// Phonemes of each word of a text, by word.
fn by_word(spoken: &Spoken) -> Vec<String> {
    let mut words = vec![String::new(); spoken.words.len()];
    for phoneme in spoken.sentences.iter().flat_map(|sentence| &sentence.phonemes) {
        if let Some(word) = phoneme.word {
            words[word].push(phoneme.symbol);
        }
    }
    words
}

#[test]
fn phonemes_know_their_word() {
    let phonemiser = Phonemiser::new("en-gb-x-rp").unwrap();
    let cases: [(&str, &[&str]); 8] = [
        ("Good evening, London.", &["ɡˈʊd", "ˈiːvnɪŋ", "lˈʌndən"]),
        // Words said as one are shared out by syllables.
        ("Water of the sea.", &["wˈɔːtɐɹ", "ɒv", "ðə", "sˈiː"]),
        ("I am out of it", &["aɪ", "ɐm", "ˌaʊt", "əv", "ɪt"]),
        ("One. Two!  Three?", &["wˌɒn", "tˈuː", "θɹˈiː"]),
        ("A well-known B B C man", &["ɐ", "wˈɛlnˈəʊn", "bˈiː", "bˈiː", "sˈiː", "mˈæn"]),
        ("Ready or not", &["ɹˈɛdɪʲ", "ɔː", "nˈɒt"]),
        ("café, naïve", &["kæfˈeɪ", "naɪˈiːv"]),
        ("  leading and trailing  ", &["lˈiːdɪŋ", "ænd", "tɹˈeɪlɪŋ"]),
    ];
    for (text, expected) in cases {
        assert_eq!(by_word(&phonemiser.phonemes(text)), expected, "{text}");
    }
}

#[test]
fn given_pronunciations_take_the_place_of_words() {
    let phonemiser = Phonemiser::new("en-gb-x-rp").unwrap();
    // Text, the words given, their IPA, the symbols of the whole.
    let cases = [
        ("In Milngavie today.", "Milngavie", "mʌlˈɡaɪ", "ɪn mʌlɡˈaɪ tədˈeɪ."),
        ("Milngavie", "Milngavie", "/mʌlˈgaɪ/", "mʌlɡˈaɪ"),
        ("At Stoke Poges, now.", "Stoke Poges", "ˌstəʊk ˈpəʊd͡ʒɪz", "æt stˌəʊk pˈəʊdʒɪz, nˈaʊ."),
        ("At Stoke Poges, now.", "Poges,", "pəʊʤɪz", "æt stˈəʊk pəʊdʒɪz, nˈaʊ."),
        ("The well-known river.", "well-known", "wɛl", "ðə wɛl ɹˈɪvɐ."),
        ("Nothing given.", "given", "  ", "nˈʌθɪŋ ɡˈɪvən."),
    ];
    for (text, words, ipa, expected) in cases {
        let start = text.find(words).unwrap();
        let spoken = phonemiser.phonemes_with(text, &[(start..start + words.len(), ipa)]);
        assert_eq!(joined(&spoken), expected, "{text}");
    }
    // Ranges that are no part of the text change nothing.
    let spoken = phonemiser.phonemes_with("Short.", &[(90..95, "x"), (3..3, "y")]);
    assert_eq!(joined(&spoken), "ʃˈɔːt.");
}

#[test]
fn odd_texts_are_read_as_well_as_they_can_be() {
    let phonemiser = Phonemiser::new("en-us").unwrap();
    let cases: [(&str, &str, &[char]); 8] = [
        ("", "", &[]),
        (" \n ", "", &[]),
        ("...", "", &[]),
        ("Really?! Yes.", "ɹˈiəli?|jˈɛs.", &[]),
        ("Seven 7.", "sˈɛvən sˈɛvən.", &[]),
        ("xvi", "ɹˌoʊmən sˈɪkstiːn", &[]),
        ("no\0thing", "nˈʌθɪŋ", &[]),
        ("The 漢 sign.", "ðə sˈaɪn.", &['漢']),
    ];
    for (text, expected, unspoken) in cases {
        let spoken = phonemiser.phonemes(text);
        assert_eq!(joined(&spoken), expected, "{text:?}");
        assert_eq!(spoken.unspoken, unspoken, "{text:?}");
    }
}

#[test]
fn threads_can_share_a_phonemiser() {
    let phonemiser = Phonemiser::new("en-us").unwrap();
    let said: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| joined(&phonemiser.phonemes("Good evening.")))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(said, ["ɡˈʊd ˈiːvnɪŋ."; 4]);
}

#[test]
fn long_texts_are_read_to_their_end() {
    let phonemiser = Phonemiser::new("en-us").unwrap();
    // One clause without end, one word without end, one letter, capitals in words, hyphens, apostrophes.
    for piece in ["and so on ", "abcdefghij", "b", "McDonald's", "a-", "o'", "é", "1", "ﬁ", "unre", "\u{301}"]
    {
        let text = piece.repeat(1000);
        let spoken = phonemiser.phonemes(&text);
        assert!(spoken.sentences.len() <= 1, "{piece}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_has_phonemes_of_its_words(text in ".{0,200}", latin in "[A-Za-z' .,;:!?éß-]{0,300}") {
        for text in [text, latin] {
            for voice in ["en-gb-x-rp", "en-us"] {
                let spoken = Phonemiser::new(voice).unwrap().phonemes(&text);
                for phoneme in spoken.sentences.iter().flat_map(|sentence| &sentence.phonemes) {
                    proptest::prop_assert!(phoneme.word.is_none_or(|word| word < spoken.words.len()));
                }
            }
        }
    }

    #[test]
    fn any_given_range_is_taken(text in "[a-z ,.]{0,60}", start in 0usize..70, length in 0usize..70, ipa in ".{0,12}") {
        Phonemiser::new("en-us").unwrap().phonemes_with(&text, &[(start..start + length, &ipa)]);
    }
}
