//! The patterns of `data/furniture.tsv`, and a test for lines that address the reader.

use super::super::{HousePattern, Kind};
use super::line::{End, attributes};
use crate::{Error, Result};
use regex::bytes::{RegexSet, RegexSetBuilder};
use regex::{Regex, RegexBuilder};
use std::sync::LazyLock;

/// When a pattern applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Line,
    Label,
    Any,
    Sure,
}

/// What a pattern said of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) kind: Kind,
    /// The line opens a section of lines of its kind.
    pub(super) opens_section: bool,
}

struct Table {
    rows: Vec<(Kind, How)>,
    /// Rows that say how the line begins: most lines fit none of them after a word or two.
    opening: Expressions,
    /// Rows that say what is anywhere in the line: apart, since together their automaton outgrows its cache.
    anywhere: Expressions,
}

struct Expressions {
    set: RegexSet,
    /// The row of each expression.
    rows: Vec<usize>,
}

impl Expressions {
    fn new(expressions: &[String], rows: Vec<usize>) -> Self {
        let set = RegexSetBuilder::new(rows.iter().map(|&row| &expressions[row]))
            .unicode(false)
            .size_limit(64 << 20)
            .dfa_size_limit(32 << 20)
            .build()
            .expect("the expressions of furniture.tsv");
        Self { set, rows }
    }

    fn matches(&self, line: &str) -> impl Iterator<Item = usize> {
        self.set.matches(line.as_bytes()).into_iter().map(|at| self.rows[at])
    }
}

impl Table {
    /// The rows that fit the line, in the order of the table.
    fn matches(&self, line: &str) -> Vec<usize> {
        let mut rows: Vec<usize> = self.opening.matches(line).chain(self.anywhere.matches(line)).collect();
        rows.sort_unstable();
        rows
    }
}

/// Whether an expression begins with words of any sort.
fn begins_anyhow(expression: &str) -> bool {
    let start = expression.trim_start_matches(['(', '?', ':']);
    start.starts_with(['.', '[']) || start.starts_with(r"\w") || expression.contains("|.*")
}

const MACROS: &[(&str, &str)] = &[
    (
        "{thing}",
        r"(?:article|story|page|post|report|piece|video|live blog|blog|gallery|column|interview|podcast|episode|audio|programme|program|show|feature|newsletter|recipe|review)",
    ),
    (
        "{net}",
        r"(?:facebook|twitter|x|instagram|tiktok|youtube|linkedin|whatsapp|bluesky|threads|mastodon|telegram|snapchat|pinterest|reddit|flipboard|google news|apple news|google|messenger|spotify|apple podcasts|social media|nextdoor)",
    ),
    (
        "{label}",
        r"(?:read more(?: (?:about|on|from)(?: this| it| .{1,30})?)?|read next|read also|also read|also see|see also|see more|more on this(?: (?:story|topic|subject))?|more like this|more from .+|related(?: (?:article|story|stories|articles|content|reading|coverage|news|posts?|links?|videos?|topics))?|recommended(?: (?:reading|for you|stories|articles|by .+|videos?))?|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|don't miss|must[- ]read|most (?:read|popular|viewed|shared|watched|commented)(?: (?:in|on|this|now|stories|articles|news|today|right now|from).*)?|trending(?: now| today| stories| on .+)?|top stories(?: (?:from|in|on|this|right|of|today).*)?|latest(?: (?:news|stories|headlines|from|on|in|updates|videos?|articles|posts)(?: .*)?)?|editor's picks?|editors' picks?|in case you missed it|icymi|keep reading|what to read next|further reading|up next|next up|explore more(?: on .*)?|more (?:stories|news|headlines|coverage|articles)(?: .*)?|popular(?: (?:now|stories|articles|posts))?|previously(?: on .*)?|earlier(?: coverage| stories| today)?|elsewhere)",
    ),
];

/// The longest a line of furniture gets: consent banners and correction notes of about this many words occur.
const LONGEST_ANY_WORDS: usize = 75;
/// Past this an unpunctuated line is a caption or a sentence without its full stop.
const LONGEST_LINE_WORDS: usize = 32;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut rows = Vec::new();
    let mut expressions = Vec::new();
    for line in include_str!("../data/furniture.tsv").lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let mut columns = line.splitn(3, '\t');
        let kind = columns.next().unwrap_or_default().parse().expect("a kind in furniture.tsv");
        let how = match columns.next() {
            Some("line") => How::Line,
            Some("label") => How::Label,
            Some("any") => How::Any,
            Some("sure") => How::Sure,
            other => panic!("furniture.tsv: {other:?} is not a way to match"),
        };
        let mut expression = columns.next().unwrap_or_default().to_owned();
        for (name, expansion) in MACROS {
            expression = expression.replace(name, expansion);
        }
        rows.push((kind, how));
        // Lines are folded; folding the expression takes the accents off it and leaves its syntax alone.
        expressions.push(format!(r"\A(?:{})[:.]*\z", unaccent(&expression)));
    }
    let (anywhere, opening) =
        (0..rows.len()).partition(|&row| begins_anyhow(expressions[row].trim_start_matches(r"\A(?:")));
    Table {
        rows,
        opening: Expressions::new(&expressions, opening),
        anywhere: Expressions::new(&expressions, anywhere),
    }
});

fn unaccent(expression: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    expression.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()
}

/// The first row that fits the folded, bare line.
pub(super) fn lookup(bare: &str, unquoted: &str, end: End, words: usize) -> Option<Match> {
    // A whole line in brackets says what it would say without.
    let bare = match (bare.chars().next(), bare.chars().next_back()) {
        (Some('['), Some(']')) if bare.contains(' ') && !bare.contains('=') => &bare[1..bare.len() - 1],
        (Some('('), Some(')')) if bare.len() > 12 && !bare.contains('=') => &bare[1..bare.len() - 1],
        _ => bare,
    };
    let bare = bare.strip_suffix('.').filter(|b| !b.ends_with('.')).unwrap_or(bare);
    if words > LONGEST_ANY_WORDS || bare.len() > 900 || bare.is_empty() {
        return None;
    }
    let table = &*TABLE;
    // Speech told in a sentence is story; a title may tell it too ("Read more: mum tells of fire").
    let told = end == End::Stop && attributes(unquoted);
    let stopped = end == End::Stop && !bare.ends_with("...");
    let stating = end == End::Stop && states(unquoted);
    let proverb = end == End::Stop && is_conditional(unquoted) && !is_of_the_page(unquoted);
    let participial = end == End::Stop && is_participial(unquoted);
    let valued = end == End::Open && is_field(bare);
    let fits = |kind: Kind, how: How| match how {
        // "Share of the vote: PC 38.6%, Liberal 38.5%" is a field of the story's own.
        _ if valued && points(kind) => false,
        // "Sign in to leave a comment." is the button with a full stop.
        How::Line if stopped && points_or_comments(kind) => {
            words <= 10 && !told && !stating && !proverb && !participial && is_command(unquoted)
        }
        // A long question or exclamation is a sentence, whatever it opens with.
        How::Line | How::Label => {
            !stopped
                && words
                    <= if matches!(end, End::Question | End::Exclamation) { 12 } else { LONGEST_LINE_WORDS }
        }
        How::Any => {
            let stated = (stating || proverb) && points(kind);
            let told_of = participial && kind != Kind::Correction;
            !(told || stated || told_of)
        }
        How::Sure => true,
    };
    let mut found = None;
    for (kind, how) in
        table.matches(bare).into_iter().map(|row| table.rows[row]).filter(|(kind, how)| fits(*kind, *how))
    {
        let opens_section = how == How::Label;
        // What opens a section matters more than what else the words could be.
        if matches!(found, Some(Match { kind: Kind::Page | Kind::Slug | Kind::Embargo | Kind::Endmark, .. }))
        {
            break;
        }
        if opens_section || found.is_none() {
            found = Some(Match { kind, opens_section });
        }
        if opens_section {
            break;
        }
    }
    found
}

/// Kinds whose lines tell the reader to do something: they open with a verb that is a noun as well.
fn points(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Promo
            | Kind::Newsletter
            | Kind::Share
            | Kind::Paywall
            | Kind::Player
            | Kind::Nav
            | Kind::Bio
            | Kind::Print
            | Kind::Ad
    )
}

fn points_or_comments(kind: Kind) -> bool {
    points(kind) || kind == Kind::Comments
}

/// Whether a single sentence opens with a verb that tells the reader to do something.
fn is_command(unquoted: &str) -> bool {
    let sentence = unquoted.trim().trim_end_matches('.');
    let object = sentence.split(' ').nth(1).is_some_and(|w| {
        matches!(
            w,
            "to" | "in"
                | "up"
                | "on"
                | "our"
                | "the"
                | "your"
                | "a"
                | "an"
                | "for"
                | "here"
                | "now"
                | "us"
                | "this"
                | "at"
                | "with"
                | "out"
                | "more"
                | "all"
                | "full"
                | "and"
                | "or"
                | "next"
                | "free"
        )
    });
    // "Register offices recorded four births": a past form tells.
    let past = sentence.split(' ').skip(2).any(|w| w.len() > 4 && w.ends_with("ed") && w != "need");
    object
        && !past
        && IMPERATIVE.find(sentence).is_some_and(|m| m.start() == 0)
        && !sentence.contains([',', ';', '.', '?', '!'])
}

/// Whether a sentence that opens like a command states something: "Contact with the town has been lost", "Sign up is
/// by word of mouth". A finite verb follows the opening words before any pause, and nothing addresses the reader.
pub(super) fn states(unquoted: &str) -> bool {
    let opening = unquoted.split(['.', ',', '?', '!', ';', ':', '(']).next().unwrap_or_default().trim();
    if IMPERATIVE.find(opening).is_none_or(|m| m.start() > 0)
        || FIRST.is_match(unquoted)
        || CONTACT.is_match(unquoted)
    {
        return false;
    }
    let second = SECOND.is_match(unquoted);
    for (i, word) in opening.split(' ').take(10).enumerate() {
        match word {
            "if" | "how" | "who" | "what" | "when" | "where" | "why" | "that" | "which" | "here"
            | "whether" | "because" | "while" | "do" | "don't" | "please" | "are" | "did" => return false,
            // "Watch your fingers was the only advice he got": the past is not the page's tense.
            _ if i > 0 && is_finite(word) => return !second || matches!(word, "was" | "were"),
            _ => {}
        }
    }
    false
}

/// "Produced by Holt Films, the documentary took two years": a clause that opens with a participle, and its subject.
fn is_participial(unquoted: &str) -> bool {
    static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:first |originally |last |since |once |long )?(?:[a-z]+ed|written|made|built|held|shot|drawn|cut|left|seen|known|set|put|shut|sent|kept|shown|given|taken|told|run|sold) (?:by|in|to|at|on|from|for|with|since|under|between|over|as)\b[^.;:]+?, (?:the|an?|it|he|she|they|his|her|its|their|these|those|this|that|one|two|three|both|no|some|many|most|more) ").expect("a constant pattern")
    });
    CLAUSE.is_match(unquoted)
}

/// Forms of verbs that only a statement has: auxiliaries and common pasts.
fn is_finite(word: &str) -> bool {
    matches!(
        word,
        "is" | "was"
            | "were"
            | "has"
            | "had"
            | "will"
            | "would"
            | "could"
            | "should"
            | "must"
            | "may"
            | "might"
            | "cannot"
            | "isn't"
            | "wasn't"
            | "weren't"
            | "hasn't"
            | "hadn't"
            | "won't"
            | "wouldn't"
            | "did"
            | "didn't"
            | "rose"
            | "fell"
            | "grew"
            | "came"
            | "went"
            | "took"
            | "made"
            | "began"
            | "became"
            | "ran"
            | "left"
            | "brought"
            | "gave"
            | "remains"
            | "means"
            | "seems"
            | "includes"
            | "include"
            | "showed"
            | "shows"
            | "suggests"
            | "suggest"
            | "costs"
            | "goes"
            | "comes"
            | "runs"
            | "makes"
            | "takes"
            | "gives"
            | "keeps"
            | "needs"
            | "depends"
            | "begins"
            | "ends"
            | "varies"
            | "vary"
            | "differs"
            | "differ"
            | "ranges"
            | "leads"
            | "lies"
            | "lay"
            | "stands"
            | "stood"
            | "starts"
            | "started"
            | "ended"
            | "followed"
            | "have"
    )
}

/// "Profit before tax: £18.6m, up 4%", "Rovers 2-1 Town: Bell 12, 40": a label, a colon, and values.
fn is_field(bare: &str) -> bool {
    let Some((label, value)) = bare.split_once(':') else { return false };
    let parts: Vec<&str> = value.split([',', ';']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let figures = parts.iter().filter(|p| p.contains(|c: char| c.is_ascii_digit())).count();
    label.split(' ').count() <= 6
        && !label.contains(|c: char| c.is_ascii_digit())
        && figures >= 2
        && figures * 4 >= parts.len() * 3
        && parts.iter().all(|p| p.split(' ').count() <= 5)
}

/// The house's patterns, compiled.
#[derive(Debug)]
pub(super) struct House(Vec<(Regex, Kind)>);

impl House {
    pub(super) fn new(patterns: &[HousePattern]) -> Result<Self> {
        let compile = |pattern: &HousePattern| {
            RegexBuilder::new(&format!(r"\A(?:{})\z", pattern.pattern))
                .case_insensitive(true)
                .size_limit(1 << 20)
                .build()
                .map(|r| (r, pattern.kind))
                .map_err(|error| Error::Config {
                    place: format!("house pattern \"{}\"", pattern.pattern),
                    problem: error.to_string(),
                    cure: "give a regular expression that fits a whole line, such as \"Traffic with .*\""
                        .into(),
                })
        };
        patterns.iter().map(compile).collect::<Result<_>>().map(Self)
    }

    pub(super) fn lookup(&self, line: &str) -> Option<Kind> {
        self.0.iter().find(|(r, _)| r.is_match(line)).map(|(_, kind)| *kind)
    }
}

macro_rules! word_test {
    ($name:ident, $pattern:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(concat!(r"(?-u)\b(?:", $pattern, r")\b")).expect("a constant pattern")
        });
    };
}

word_test!(
    IMPERATIVE,
    "sign up|subscribe|hear|how do i|how can i|how to|pass it on|click|tap|follow|like|download|join|get|read|watch|listen|send|e-?mail|contact|visit|share|tell|let us|discover|find|check|see|support|donate|become|register|log in|log on|enter|tune|stay|keep|browse|explore|vote|try|start|upgrade|unlock|enable|refresh|turn|add|have|do you|are you|did you|want|got|looking|love|enjoy|enjoying|enjoyed|forward|missed|don't|never|catch|scan|search|text|whatsapp|write|submit|thank you|thanks|please|if you|to (?:read|hear|find|learn|see|get|contact|report|subscribe|join|watch|listen)|for more|why not|make sure|be sure|help|consider|remember|buy|order|pick up|grab|need|refer|rate|review|play|take part|chip in|pitch in|unsubscribe|invite|recommend|get in touch|say|keep up|spread|leave|report|manage|update|choose|select|install|switch|allow|accept|continue"
);
word_test!(
    MEDIA,
    "newsletters?|inbox|podcasts?|fm|dab|smart speakers?|listen again|reader-funded|paid subscriber|news app|mobile app|our free app|app store|google play|channel|subscriptions?|subscribers?|subscribe|membership|cookies?|browser|javascript|web ?site|webpage|homepage|facebook|twitter|instagram|whatsapp|tiktok|youtube|bluesky|linkedin|snapchat|hashtag|alerts|push notifications|notifications|breaking news|latest news|journalism|newsroom|newsdesk|news desk|paywall|premium content|privacy policy|advert|adverts|advertisers|ad blocker|sponsors?|e-?mail updates|paper edition|digital edition|crossword|our reporters?|our journalists?|our team|our coverage|our readers|our app|our site|our page|our stories|our story|our work|our reporting|live blog|paywalls?|donations?|supporters|reader-supported|advertising|sponsored|opt out|opted|mailing list|comments policy|house rules|community guidelines|terms and conditions|third parties|ad-free|patreon|substack|streaming|on demand|push alerts|news tip|local news|quality news|independent news|free newsletter|special offers|promotional|journalisme|journalismus|periodismo|abonnement|abonnes|abonnez-vous|suscripcion|suscriptores|boletin|redaction|redaktion|datenschutzerklarung|kommentare|commentaires|comentarios"
);
word_test!(
    MEDIA_WEAK,
    "stories|story|articles?|headlines|coverage|reporters?|journalists?|editors?|comments?|page|site|video|gallery|photos|pictures|quiz|poll|survey|competition|offer|free|trial|tips?|letters|feedback|apps?|views|updates|bulletin|edition|column|recipes?|link|account|online|post|blog|magazine|newspaper|show|episode"
);
word_test!(
    SECOND,
    "you|your|you're|you'd|you'll|you've|yours|yourself|vous|votre|vos|tu|tus|ti|contigo|usted|ustedes|ihnen"
);
word_test!(
    FIRST,
    "we|our|us|we're|we'd|we'll|we've|me|my|nous|notre|nos|unser|unsere|unserem|unseren|unserer|uns|nuestro|nuestra|nuestros|nuestras"
);
word_test!(
    HERE,
    "(?:click|sign up|read more|find out more|more|details|available|register|subscribe|it|them|story|report|article|list|version) here|below|above|this link|our website|by clicking|at this page"
);

static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)[\w.+-]+@[\w-]+\.[\w.]+|(?:^|\s)@\w{3,}|https?://|www\.\w|#\w{3,}")
        .expect("a constant pattern")
});

/// How much a line sounds like the page speaking to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    /// An imperative (or "Have you…", "If you…") that opens a sentence, "you", "we", an address or handle, "here": a
    /// point each.
    voice: u8,
    /// Words of the media's own trade.
    media: u8,
    pub(super) opens: bool,
    pub(super) kind: Kind,
}

impl Address {
    /// To be left out: the page's voice and the page's matter together.
    pub(super) fn is_sure(self, long: bool) -> bool {
        let enough = 4 + u8::from(long);
        self.voice > 0 && (self.opens || self.media > 1) && self.voice + self.media >= enough
    }

    /// Suspect: as much, less one.
    pub(super) fn is_suspect(self) -> bool {
        self.voice > 0 && self.media > 0 && self.voice + self.media >= 3
    }

    /// Whether it holds words of the media's own trade.
    pub(super) fn is_of_media(self) -> bool {
        self.media > 0
    }

    /// Whether anyone is spoken to, or speaks, in it.
    pub(super) fn is_voiced(self) -> bool {
        self.voice > 0
    }

    /// Enough at the foot of a page, among other furniture.
    pub(super) fn is_likely_at_the_foot(self) -> bool {
        self.voice > 0 && self.media > 0
    }
}

/// "Stand still and the fish will come": a command that states a condition, as features do.
pub(super) fn is_conditional(unquoted: &str) -> bool {
    static THEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?-u)\b(?:and|or|before|,) (?:you|he|she|it|they|we|the \w+)(?:'ll|'d|'re| will| would| may| might| can| could| face| faces| get| gets| reach| see| sees| know| have| has| are| is| find| feel| hear| meet| come| comes)\b|\bet (?:vous|tu|on|il|elle|ils|elles) |\bund (?:sie|man|du|er|es) |\by (?:vera|veras|tendra|tendras|encontrara)\b").expect("a constant pattern")
    });
    THEN.is_match(unquoted)
}

/// Whether a line says "we", or gives an address.
pub(super) fn is_of_the_page(unquoted: &str) -> bool {
    FIRST.is_match(unquoted) || CONTACT.is_match(unquoted) || HERE.is_match(unquoted)
}

/// Whether a line is told by someone who says "I".
pub(super) fn is_singular(unquoted: &str) -> bool {
    static SINGULAR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?-u)\bi(?:'m|'ve|'d|'ll)?\b").expect("a constant pattern"));
    SINGULAR.is_match(unquoted)
}

/// Whether a line is told by someone who says "I", "we" or "you".
pub(super) fn is_personal(unquoted: &str) -> bool {
    is_singular(unquoted) || persons(unquoted) != (false, false)
}

/// Whether a line says "we", and whether it says "you".
pub(super) fn persons(unquoted: &str) -> (bool, bool) {
    (FIRST.is_match(unquoted), SECOND.is_match(&unquoted.replace("thank you", "thanks")))
}

/// Weighs a line. Takes folded text without quotations.
pub(super) fn address(unquoted: &str) -> Address {
    let opens = unquoted.split(['.', '?', '!', ';', ':']).any(|sentence| {
        let sentence = sentence.trim();
        // "Contact can also be made", "Support for the canal": a noun.
        let noun = |rest: &str| {
            ["can", "could", "may", "might", "will", "would", "is", "was", "are", "were", "has", "had", "of"]
                .iter()
                .any(|w| {
                    rest.strip_prefix(' ').and_then(|r| r.strip_prefix(w)).is_some_and(|r| r.starts_with(' '))
                })
        };
        let starts = |s: &str| {
            let s = s.trim();
            IMPERATIVE.find(s).is_some_and(|m| m.start() == 0 && !noun(&s[m.end()..]))
        };
        // "For the latest news, visit…": the imperative stands behind the first comma.
        starts(sentence)
            || ((sentence.starts_with("for ") || sentence.starts_with("to "))
                && sentence.split_once(", ").is_some_and(|(_, rest)| starts(rest)))
    });
    let point = |r: &Regex| u8::from(r.is_match(unquoted));
    let strong = MEDIA.find_iter(unquoted).take(2).count() as u8;
    let media = point(&MEDIA_WEAK) + if strong > 0 { strong + 1 } else { 0 };
    let voice = u8::from(opens) + point(&SECOND) + point(&FIRST) + point(&CONTACT) + point(&HERE);
    let kind = if unquoted.contains("newsletter") || unquoted.contains("inbox") {
        Kind::Newsletter
    } else if unquoted.contains("cookie") {
        Kind::Cookie
    } else if unquoted.contains("subscri") {
        Kind::Paywall
    } else {
        Kind::Promo
    };
    Address { voice, media: media.min(3), opens, kind }
}

#[cfg(test)]
mod tests {
    use super::super::line::{bare, end, fold, unquoted, words};
    use super::*;

    fn kind_of(text: &str) -> Option<Kind> {
        let folded = fold(text);
        let spoken = unquoted(&folded);
        lookup(bare(&folded), &spoken, end(text), words(text)).map(|m| m.kind).or_else(|| {
            let address = address(&spoken);
            (address.is_sure(false) && !attributes(&spoken)).then_some(address.kind)
        })
    }

    /// `tests/cases/article/clean.txt`: lines of furniture by kind, and lines that only look like it.
    #[test]
    fn cases() {
        let mut wrong = Vec::new();
        for (i, line) in include_str!("../../../tests/cases/article/clean.txt").lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (text, expected) = line.rsplit_once(" => ").unwrap_or((line, "?"));
            let found = kind_of(text).map_or("story", Kind::name);
            if !expected.split(" | ").any(|e| e == found) {
                wrong.push(format!("line {}: {text}: {found}, not {expected}", i + 1));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
