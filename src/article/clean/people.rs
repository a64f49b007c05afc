//! Names of people and agencies, and the jobs of a newsroom.

use regex::Regex;
use std::sync::LazyLock;

/// Words of jobs in and around a newsroom.
pub(super) static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:reporters?|correspondents?|editors?|writers?|columnists?|journalists?|critics?|contributors?|producers?|presenters?|broadcasters?|bloggers?|anchors?|meteorologists?|photographers?|photojournalist|videographer|newsroom|newsdesk|news desk|digital team|staff|bureau(?: chief)?|local democracy|trainee|freelance|rédact(?:eur|rice|ion)|journaliste|correspondante?|envoyée? spéciale?|redakteur(?:in)?|redaktion|korrespondent(?:in)?|reporterin|redactora?|periodista|corresponsal|redacción|giornalista|verslaggever)\b",
    )
    .expect("a constant pattern")
});

/// Capitalised words that are no part of a person's name.
static NOT_A_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:the|this|that|these|what|why|how|when|where|who|is|are|was|in|on|at|to|for|from|with|of|by|news|sport|sports|local|politics|business|uk|us|usa|eu|world|live|watch|listen|more|read|top|latest|breaking|menu|search|home|homepage|contact|about|subscribe|share|save|print|council|city|town|county|village|parish|united|rovers|athletic|wanderers|albion|street|road|lane|avenue|north|south|east|west|northern|southern|eastern|western|central|greater|health|education|culture|opinion|comment|comments|lifestyle|travel|weather|crime|courts?|money|markets?|technology|tech|science|environment|climate|food|drink|music|film|tv|radio|books|arts|entertainment|showbiz|celebrity|football|cricket|rugby|tennis|golf|racing|premier|league|cup|championship|championships|jobs|property|homes|motors|cars|events|video|videos|photos?|pictures?|gallery|galleries|podcast|podcasts|newsletter|newsletters|account|sign|log|register|login|logout|follow|facebook|twitter|instagram|whatsapp|youtube|linkedin|tiktok|email|related|topics?|tags?|most|popular|trending|editor's|choice|picks|key|points|events|advertisement|advert|sponsored|privacy|policy|cookies?|terms|conditions|ltd|limited|plc|inc|llc|group|company|daily|weekly|sunday|monday|tuesday|wednesday|thursday|friday|saturday|january|february|march|july|september|october|november|december|today|yesterday|tomorrow|times|post|herald|gazette|chronicle|telegraph|guardian|tribune|journal|courier|observer|mirror|express|echo|advertiser|argus|mercury|argus|standard|independent|sentinel|press|media|agency|association|images|getty|reuters|afp|ap|pa|alamy|university|college|school|hospital|church|bridge|river|lake|park|hall|house|hill|valley|coast|island|islands|airport|station|market|square|centre|center|court|police|fire|service|services|office|department|ministry|minister|president|government|parliament|senate|committee|commission|party|union|society|club|team|festival|awards?|national|international|regional|special|report|reports|analysis|interview|review|obituary|obituaries|feature|features|exclusive|summary|companies|sections?|notifications|archive|archives|next|previous|close|open|new|old|your|my|our|we|you|it|he|she|they|and|or|not|no|all|hide|show|transcript|standfirst|updated|published|posted|recommended|popular|click|here|skip|content|accueil|abonnés|société|politique|faits|divers|économie|startseite|wirtschaft|politik|inicio|deportes|wednesday's|storm|snow|war|full|list|free|best|first|last|great|big)$",
    )
    .expect("a constant pattern")
});

const PARTICLES: &[&str] = &[
    "de", "da", "do", "dos", "del", "della", "di", "du", "des", "la", "le", "van", "von", "der", "den",
    "ten", "ter", "zu", "bin", "ibn", "al", "el", "y", "e", "st", "af", "av", "ní", "mac", "ap", "los",
    "las",
];

/// What stands between the words of a job set in capitals.
const SMALL_WORDS: &[&str] = &["OF", "AND", "THE", "IN", "AT", "FOR", "BY", "TO", "ON", "WITH"];

const TITLES: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "mr",
    "mrs",
    "ms",
    "miss",
    "capt",
    "col",
];

/// Agencies as they stand in bylines and datelines.
pub(in crate::article) const AGENCIES: &[&str] = &[
    "AP",
    "PA",
    "AFP",
    "Reuters",
    "REUTERS",
    "dpa",
    "DPA",
    "ANSA",
    "EFE",
    "TASS",
    "Xinhua",
    "Bloomberg",
    "UPI",
    "AAP",
    "PTI",
    "ANI",
    "SWNS",
    "ATS",
    "SDA",
    "APA",
    "Belga",
    "ANP",
    "NTB",
    "TT",
    "Ritzau",
    "CP",
    "Europa Press",
    "Kyodo",
    "Press Association",
    "Associated Press",
    "The Associated Press",
    "The Canadian Press",
    "PA Media",
    "Agence France-Presse",
    "Thomson Reuters",
    "Press Trust of India",
    "BNS",
    "PAP",
    "Lusa",
    "Yonhap",
    "IANS",
    "KNA",
];

/// Whether `word` can be part of a name: "Orme", "O'Neill", "J.", "Vane-Bell", "ORME".
fn is_name_word(word: &str) -> bool {
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    let rest = letters.as_str();
    capital
        && rest.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'))
        && !rest.ends_with("'s")
        && !rest.ends_with("’s")
        && !NOT_A_NAME.is_match(word)
}

/// Whether `text` is one person's name: two to four capitalised words, particles aside.
pub(super) fn is_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let words = match words.split_first() {
        Some((first, rest)) if TITLES.contains(&first.trim_end_matches('.').to_lowercase().as_str()) => rest,
        _ => &words[..],
    };
    if words.len() > 6 || ROLE.is_match(text) {
        return false;
    }
    // "L'Écho du Ponant" is an outlet.
    if words.first().is_some_and(|w| w.starts_with("L'") || w.starts_with("L’") || w.starts_with("l'")) {
        return false;
    }
    let mut full = 0;
    for (i, word) in words.iter().enumerate() {
        if i > 0 && i + 1 < words.len() && PARTICLES.contains(&word.to_lowercase().as_str()) {
            continue;
        }
        if !is_name_word(word) {
            return false;
        }
        full += 1;
    }
    // "Filters BETA": capitals of two sorts are a name with a badge.
    let shouted = words.iter().filter(|w| w.len() > 3 && !w.chars().any(char::is_lowercase)).count();
    let spoken = words.iter().filter(|w| w.len() > 3 && w.chars().any(char::is_lowercase)).count();
    if shouted > 0
        && spoken > 0
        && words.iter().any(|w| matches!(*w, "BETA" | "LIVE" | "NEW" | "PRO" | "PLUS" | "FREE"))
    {
        return false;
    }
    // "AP Photo" style pairs of initials are not names; at least one word has three letters.
    (2..=4).contains(&full) && words.iter().any(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 3)
}

static BETWEEN_NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:,\s*(?:and|et|und|y|e)\s+|\s(?:and|&|et|und|y|e|en)\s|,\s|/|;\s)\s*")
        .expect("a constant pattern")
});

/// The people in a list of nothing but names: "A B and C D".
pub(super) fn people(text: &str) -> Option<Vec<String>> {
    let text = text.trim().trim_end_matches(',');
    if text.len() > 160 {
        return None;
    }
    let names: Vec<String> = BETWEEN_NAMES.split(text).map(|n| n.trim().to_owned()).collect();
    // "Ann Orme in Leeds and Bob Cole in York": where each of them reports from.
    let placed = |name: &str| {
        let (who, place) = name.split_once(" in ")?;
        let capital = |w: &str| w.starts_with(char::is_uppercase);
        (is_person(who) && place.split_whitespace().count() <= 3 && place.split_whitespace().all(capital))
            .then(|| who.to_owned())
    };
    if names.len() >= 2 && names.len() <= 4 && names.iter().any(|n| n.contains(" in ")) {
        return names.iter().map(|n| placed(n).or_else(|| is_person(n).then(|| n.clone()))).collect();
    }
    (!names.is_empty() && names.len() <= 8 && names.iter().all(|n| is_person(n))).then_some(names)
}

/// Whether `text` is a job: at most eight words, one of them a newsroom's.
pub(super) fn is_role(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['|', ',', '-', '–', '—', '•', '·', '(']).trim();
    let words = text.split_whitespace().count();
    (1..=8).contains(&words)
        && (ROLE.is_match(text) || text.to_lowercase().starts_with("special to "))
        && !text.ends_with(['.', '?', '!', ':'])
        && !text.contains(" said")
}

/// "INGRID SOLHEIM and NILS AABERG" as "Ingrid Solheim and Nils Aaberg"; a name with small letters stays.
pub(super) fn calm(text: &str) -> String {
    let shouted =
        |w: &str| w.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !w.chars().any(char::is_lowercase);
    let known = |w: &str| AGENCIES.contains(&w.trim_matches(|c: char| !c.is_alphanumeric()));
    // "Maïwenn LE GUELLEC", as French papers set a surname.
    let surname =
        text.split_whitespace().filter(|w| w.chars().count() >= 4 && shouted(w) && !known(w)).count() > 0
            && is_person(text);
    if text.split_whitespace().filter(|w| shouted(w)).count() < 2 && !surname {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(' ') {
        let particle = surname && PARTICLES.contains(&word.trim_end().to_lowercase().as_str());
        let small = !out.is_empty() && SMALL_WORDS.contains(&word.trim_end());
        if !(shouted(word.trim_end()) || particle || small) || known(word.trim_end()) {
            out.push_str(word);
            continue;
        }
        // "SENIOR EDITOR OF THE COURIER".
        if !out.is_empty() && SMALL_WORDS.contains(&word.trim_end()) {
            out.push_str(&word.to_lowercase());
            continue;
        }
        let mut start = true;
        for (at, c) in word.char_indices() {
            // "GUIVARC'H" is no "O'NEILL".
            let lone = !word[at + c.len_utf8()..].starts_with(char::is_alphabetic);
            if start && !(at > 0 && lone) {
                out.push(c);
            } else {
                out.extend(c.to_lowercase());
            }
            start = !c.is_alphabetic();
        }
    }
    out
}

pub(super) fn agency_of(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("the ").trim();
    AGENCIES.iter().find(|a| a.eq_ignore_ascii_case(text)).map(|a| (*a).to_owned())
}
