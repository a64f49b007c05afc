//! Files beside the audio that playout systems read.

use super::markup::escaped;
use super::wav::{Metadata, TimerKind};
use crate::units::{Frames, SampleRate};
use jiff::civil::DateTime;
use std::fmt::Write as _;

/// The audio as a playout system finds it.
#[derive(Debug, Clone, Copy)]
pub struct Audio<'a> {
    /// Its length.
    pub length: Frames,
    /// 1 or 2.
    pub channels: usize,
    /// Its path, as the playout system is to open it.
    pub path: &'a str,
}

/// Rivendell's sidecar: one cart with one cut, to stand beside `news.wav` as `news.xml`, for `rdimport --xml`.
///
/// Rivendell reads it line by line, one element a line, nothing indented by more than space (`RDCart::readXml`, 3.x and
/// 4.x); points are milliseconds from the beginning. A cut id of digits is taken as the cart's number.
///
/// # Examples
/// ```
/// use bulletin::deliver::{handover::{Audio, rivendell}, wav::Metadata};
/// use bulletin::units::Frames;
/// let metadata = Metadata { title: "News & sport".into(), ..Metadata::default() };
/// let xml = rivendell(&metadata, Audio { length: Frames(96_000), channels: 2, path: "news.wav" });
/// assert!(xml.contains("\n    <title>News &amp; sport</title>\n"));
/// assert!(xml.contains("\n        <length>2000</length>\n"));
/// ```
pub fn rivendell(metadata: &Metadata, audio: Audio<'_>) -> String {
    let ms = |at: Frames| at.0 * 1000 / u64::from(SampleRate::PROGRAMME.0);
    // Rivendell undoes the five entities of XML by their names, and no others.
    let line = |text: &str| {
        escaped(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace("&#39;", "&apos;")
    };
    let timer = |kind: TimerKind| {
        metadata.cart.timers.iter().find(|timer| timer.kind == kind).map(|timer| ms(timer.at).to_string())
    };
    let time = |at: Option<DateTime>| at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    let number = metadata.cart.cut_id.parse::<u32>().ok().filter(|number| (1..=999_999).contains(number));
    let length = ms(audio.length).to_string();
    let cart = [
        ("number", number.map(|number| format!("{number:06}"))),
        ("type", Some("audio".into())),
        ("groupName", Some(metadata.cart.category.clone())),
        ("title", Some(metadata.title.clone())),
        ("artist", Some(metadata.artist.clone())),
        ("client", Some(metadata.cart.client_id.clone())),
        ("year", metadata.date.map(|date| date.0.year().to_string())),
        ("userDefined", Some(metadata.cart.user_def.clone())),
    ];
    let cut = [
        ("description", Some(metadata.title.clone())),
        ("outcue", Some(metadata.cart.out_cue.clone())),
        ("length", Some(length.clone())),
        ("originName", Some(metadata.originator.clone())),
        ("startDatetime", time(metadata.cart.start.filter(|_| metadata.cart.end.is_some()))),
        ("endDatetime", time(metadata.cart.end)),
        ("sampleRate", Some(SampleRate::PROGRAMME.0.to_string())),
        ("channels", Some(audio.channels.to_string())),
        ("startPoint", Some("0".into())),
        ("endPoint", Some(length)),
        ("segueStartPoint", timer(TimerKind::SegueStart)),
        ("segueEndPoint", timer(TimerKind::SegueEnd)),
        ("talkStartPoint", timer(TimerKind::IntroStart)),
        ("talkEndPoint", timer(TimerKind::IntroEnd)),
    ];
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cartList>\n  <cart>\n");
    let put = |out: &mut String, indent: usize, fields: &[(&str, Option<String>)]| {
        for (name, value) in fields {
            if let Some(value) = value.as_deref().map(line).filter(|value| !value.is_empty()) {
                let _ = writeln!(out, "{:indent$}<{name}>{value}</{name}>", "");
            }
        }
    };
    put(&mut out, 4, &cart);
    out.push_str("    <cutList>\n      <cut>\n");
    put(&mut out, 8, &cut);
    out.push_str("      </cut>\n    </cutList>\n  </cart>\n</cartList>\n");
    out
}

/// A line for Liquidsoap's `annotate:` protocol, as AzuraCast's playlists take it: nothing is trimmed, faded or crossed.
///
/// Source: Liquidsoap 2.2, "Protocols: annotate" and "Cue points".
///
/// # Examples
/// ```
/// use bulletin::deliver::{handover::{Audio, annotate}, wav::Metadata};
/// use bulletin::units::Frames;
/// let metadata = Metadata { title: "The \"seven\"".into(), ..Metadata::default() };
/// let line = annotate(&metadata, Audio { length: Frames(72_000), channels: 2, path: "/news/seven.wav" });
/// assert!(line.starts_with(r#"annotate:title="The \"seven\"","#), "{line}");
/// assert!(line.contains(r#"liq_cue_in="0.",liq_cue_out="1.500","#) && line.ends_with(":/news/seven.wav\n"), "{line}");
/// ```
pub fn annotate(metadata: &Metadata, audio: Audio<'_>) -> String {
    let quoted = |text: &str| {
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        plain.replace('\\', "\\\\").replace('"', "\\\"")
    };
    let length = audio.length.seconds(SampleRate::PROGRAMME);
    let fields = [
        ("title", quoted(&metadata.title)),
        ("artist", quoted(&metadata.artist)),
        ("duration", format!("{length:.3}")),
        ("liq_cue_in", "0.".to_owned()),
        ("liq_cue_out", format!("{length:.3}")),
        ("liq_cross_duration", "0.".to_owned()),
        ("liq_fade_in", "0.".to_owned()),
        ("liq_fade_out", "0.".to_owned()),
        ("liq_disable_autocue", "true".to_owned()),
    ];
    let fields: Vec<String> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}=\"{value}\""))
        .collect();
    format!("annotate:{}:{}\n", fields.join(","), audio.path)
}
