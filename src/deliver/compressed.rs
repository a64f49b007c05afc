//! FLAC, MP3 and Opus files of a finished bulletin, made from the samples of its WAV.
//!
//! FLAC holds those samples bit for bit. MP3 and Opus do not: what comes out of a decoder is higher at its peaks than
//! what went in and, from LAME, softer. So each is written, read back with a decoder and measured as a listener will
//! hear it; where the peak is too high or the loudness off, it is made again from a gain and a ceiling put right
//! ([`encode`]). Every file is as long as the WAV to the frame and begins where it begins.
//!
//! FLAC is in every build. MP3 (LAME, LGPL) and Opus are the features `mp3` and `opus`; [`Codec::available`] says what
//! to do where one is missing. Refused: a programme without a frame, and a file that does not read back whole.

mod comments;
mod flac;
#[cfg(any(feature = "mp3", feature = "opus"))]
mod levels;
#[cfg(feature = "mp3")]
mod mp3;
#[cfg(feature = "opus")]
mod opus;
mod read;
#[cfg(feature = "mp3")]
mod tag;
mod texts;
mod write;

pub use texts::{MOST_COMMENT_CHARACTERS, MOST_TEXT_CHARACTERS, MOST_TITLE_CHARACTERS};

use crate::deliver::chapters::Chapter;
use crate::deliver::wav::Pcm;
use crate::files::AtomicFile;
use crate::rundown::Date;
use crate::units::{Dbtp, Frames, Lufs};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use write::Out;

/// How samples are coded, and in what they are wrapped.
///
/// # Examples
/// ```
/// use bulletin::deliver::compressed::Codec;
/// assert_eq!("MP3".parse(), Ok(Codec::Mp3));
/// assert_eq!(Codec::from_extension("flac"), Some(Codec::Flac));
/// assert_eq!(Codec::Opus.extension(), "opus");
/// assert!(Codec::Flac.available().is_ok());
/// assert!("ogg".parse::<Codec>().unwrap_err().contains("flac, mp3 or opus"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// FLAC, without loss. Source: RFC 9639.
    Flac,
    /// MPEG-1 Audio Layer III at a constant rate. Source: ISO/IEC 11172-3.
    Mp3,
    /// Opus in Ogg. Source: RFC 6716, RFC 7845.
    Opus,
}

impl Codec {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Flac, Self::Mp3, Self::Opus];

    /// The ending of its files' names, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Opus => "opus",
        }
    }

    /// The codec of a file by the ending of its name, in capitals or not.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.extension().eq_ignore_ascii_case(extension))
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flac => "FLAC",
            Self::Mp3 => "MP3",
            Self::Opus => "Opus",
        }
    }

    /// The internet media type of its files.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(bulletin::deliver::compressed::Codec::Mp3.media_type(), "audio/mpeg");
    /// ```
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Flac => "audio/flac",
            Self::Mp3 => "audio/mpeg",
            Self::Opus => "audio/ogg",
        }
    }

    /// Whether this build can write it.
    ///
    /// # Errors
    /// [`Error::Config`] that names the feature to build with.
    pub fn available(self) -> Result<()> {
        let built = match self {
            Self::Flac => true,
            Self::Mp3 => cfg!(feature = "mp3"),
            Self::Opus => cfg!(feature = "opus"),
        };
        if built { Ok(()) } else { Err(self.missing()) }
    }

    fn missing(self) -> Error {
        Error::Config {
            place: self.extension().into(),
            problem: format!("this build has no {}", self.name()),
            cure: format!(
                "build with --features {}, or ask for flac, which every build has",
                self.extension()
            ),
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

impl FromStr for Codec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::from_extension(text.trim())
            .ok_or_else(|| format!("\"{text}\" is no form of compressed file: write flac, mp3 or opus"))
    }
}

/// What a house wants of its compressed files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Thousands of bits a second of MP3, one of [`MP3_RATES_KBPS`].
    ///
    /// `None` is 128 in stereo and 64 in mono: LAME then keeps what is under 17 and 16.5 kHz, more than the 15 kHz of FM
    /// (ITU-R BS.450).
    pub mp3_kbps: Option<u32>,
    /// Thousands of bits a second of Opus on the average, within [`OPUS_RATES_KBPS`].
    ///
    /// `None` is 64 in stereo and 48 in mono: full band for speech with stings under it, where the encoder drops
    /// neither treble nor stereo (RFC 6716 §2.1.1 has 28 to 40 for speech in mono, 64 to 128 for music in stereo).
    pub opus_kbps: Option<u32>,
    /// Highest true peak of what a decoder gives, of MP3 and Opus; where the programme has a lower one, that.
    ///
    /// −2 dBTP leaves room for what another decoder, or a platform that codes the file once more, will add; it is what
    /// Amazon asks for Alexa.
    pub peak_dbtp: Dbtp,
}

impl Default for Settings {
    fn default() -> Self {
        Self { mp3_kbps: None, opus_kbps: None, peak_dbtp: Dbtp(-2.0) }
    }
}

/// Rates of MPEG-1 Layer III, which 48 kHz is (ISO/IEC 11172-3 §2.4.2.3), from the lowest whose frames hold LAME's tag:
/// without it a decoder does not know where the sound begins and ends.
pub const MP3_RATES_KBPS: [u32; 10] = [64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

/// Rates of Opus that are of use: under 16 it is telephone sound, and past 256 stereo gains nothing.
pub const OPUS_RATES_KBPS: std::ops::RangeInclusive<u32> = 16..=256;

/// Ceilings that make sense. Under −20 a bulletin could not be brought to any loudness in use.
pub const PEAKS_DBTP: std::ops::RangeInclusive<f64> = -20.0..=0.0;

impl Settings {
    /// What cannot be done, and what could.
    ///
    /// # Examples
    /// ```
    /// use bulletin::deliver::compressed::Settings;
    /// assert_eq!(Settings::default().fault(), None);
    /// let odd = Settings { mp3_kbps: Some(100), ..Settings::default() };
    /// assert_eq!(odd.fault().unwrap().0, "mp3_kbps 100 is no rate of MP3 we can write");
    /// ```
    pub fn fault(&self) -> Option<(String, String)> {
        if let Some(rate) = self.mp3_kbps
            && !MP3_RATES_KBPS.contains(&rate)
        {
            let rates = MP3_RATES_KBPS.map(|rate| rate.to_string());
            return Some((
                format!("mp3_kbps {rate} is no rate of MP3 we can write"),
                format!("give one of {}", rates.join(", ")),
            ));
        }
        if let Some(rate) = self.opus_kbps
            && !OPUS_RATES_KBPS.contains(&rate)
        {
            return Some((
                format!("opus_kbps {rate} is out of range"),
                format!("give {} to {}", OPUS_RATES_KBPS.start(), OPUS_RATES_KBPS.end()),
            ));
        }
        (!PEAKS_DBTP.contains(&self.peak_dbtp.0)).then(|| {
            (
                format!("peak_dbtp {} is out of range", self.peak_dbtp.0),
                format!("give {} to {}, such as -2", PEAKS_DBTP.start(), PEAKS_DBTP.end()),
            )
        })
    }
}

/// The kind of programme, as players sort by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Genre {
    /// `News`.
    #[default]
    News,
    /// `Podcast`.
    Podcast,
}

impl Genre {
    /// The word that stands in the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::News => "News",
            Self::Podcast => "Podcast",
        }
    }
}

/// What a file says of itself; what is empty or `None` is left out.
///
/// Texts may be in any letters and of any length: one line ([`MOST_TEXT_CHARACTERS`]) but for the comment, which keeps
/// its lines ([`MOST_COMMENT_CHARACTERS`]). What is longer ends in `…`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct About<'a> {
    /// The bulletin's title.
    pub title: &'a str,
    /// Who is heard: the station.
    pub artist: &'a str,
    /// What it is an edition of: the programme.
    pub album: &'a str,
    /// The edition's date.
    pub date: Option<Date>,
    /// What is in it, and what else should be known.
    pub comment: &'a str,
    /// BCP 47.
    pub language: &'a str,
    /// What kind of programme it is.
    pub genre: Genre,
    /// Where a listener may jump to, in order; MP3 holds 255, the others 999.
    pub chapters: &'a [Chapter],
}

/// What came of a file, measured on what a decoder gives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Encoded {
    /// Its size.
    pub bytes: u64,
    /// Its length, the WAV's.
    pub frames: Frames,
    /// Integrated loudness; `None` for silence and under 400 ms.
    pub loudness: Option<Lufs>,
    /// Highest true peak; negative infinity for silence.
    pub peak: Dbtp,
    /// Gain given to the WAV's samples, before limiting; 0 for FLAC.
    pub gain_db: f64,
    /// The most the limiter took away; 0 for FLAC.
    pub max_reduction_db: f64,
    /// How often it was written and measured.
    pub passes: usize,
    /// Chapters the format has no room for, or that begin past the end.
    pub chapters_left_out: usize,
}

/// Writes a file of `pcm` to `path`, whole or not at all.
///
/// FLAC has the samples bit for bit. MP3 and Opus are brought to `target`: their loudness within 0.1 LU of it where it
/// can be had, their true peak at or under the lower of `settings.peak_dbtp` and the target's. Where both cannot be, the
/// peak is kept and the loudness missed; [`Encoded`] has what was reached. The same samples, texts and settings give
/// the same bytes in the same build.
///
/// Cost: FLAC one pass over the samples and one over the file; the others as many of both as [`Encoded::passes`], at
/// most six, and before each at most six over the samples that code nothing. Memory does not grow with the length, but
/// for 200 bytes a second of loudness and seek points.
///
/// # Errors
/// [`Error::Config`] for a codec this build lacks or settings with a [fault](Settings::fault); [`Error::Programme`] for
/// samples without a frame; [`Error::Path`] and [`Error::Write`] as [`AtomicFile`]; [`Error::Read`] for the samples;
/// [`Error::Sound`] where a file cannot be read back as it was written. `path` is then as it was before.
///
/// # Examples
/// ```
/// use bulletin::deliver::compressed::{About, Codec, Settings, encode};
/// use bulletin::deliver::wav::{Depth, WavSink};
/// use bulletin::programme::master::Sink as _;
/// use bulletin::units::{Dbtp, Frames, Lufs};
/// let folder = tempfile::tempdir().unwrap();
/// let mut sink = WavSink::create(&folder.path().join("a.wav"), 1, Depth::Bits16)?;
/// sink.restart()?;
/// sink.write(&[0.1; 4_800])?;
/// let about = About { title: "Seven o’clock", ..About::default() };
/// let path = folder.path().join("a.flac");
/// let encoded = encode(
///     Codec::Flac, &mut sink.pcm(), &about, &Settings::default(), (Lufs(-16.0), Dbtp(-1.0)), &path,
/// )?;
/// assert_eq!((encoded.frames, encoded.passes), (Frames(4_800), 1));
/// assert_eq!(&std::fs::read(&path).unwrap()[..4], b"fLaC");
/// # Ok::<(), bulletin::Error>(())
/// ```
pub fn encode(
    codec: Codec,
    pcm: &mut Pcm<'_>,
    about: &About<'_>,
    settings: &Settings,
    target: (Lufs, Dbtp),
    path: &Path,
) -> Result<Encoded> {
    let (file, encoded) = stage(codec, pcm, about, settings, target, path)?;
    file.commit()?;
    Ok(encoded)
}

/// The same, but for the name: the file is whole, and appears when it is committed.
///
/// # Errors
/// As [`encode`].
pub(crate) fn stage(
    codec: Codec,
    pcm: &mut Pcm<'_>,
    about: &About<'_>,
    settings: &Settings,
    target: (Lufs, Dbtp),
    path: &Path,
) -> Result<(AtomicFile, Encoded)> {
    codec.available()?;
    if let Some((problem, cure)) = settings.fault() {
        return Err(Error::Config { place: "compressed".into(), problem, cure });
    }
    if pcm.frames() == Frames::ZERO {
        return Err(Error::Programme {
            problem: format!("there is no sound to make {} of", codec.name()),
            cure: "make the bulletin first".into(),
        });
    }
    let mut file = AtomicFile::create(path)?;
    let mut out = Out::new(file.file(), path);
    let encoded = match codec {
        Codec::Flac => flac::encode(pcm, about, &mut out)?,
        #[cfg(feature = "mp3")]
        Codec::Mp3 => {
            let mut coder = mp3::Coder::new(pcm, about, settings)?;
            levels::encode(&mut coder, pcm, target, settings, &mut out)?
        }
        #[cfg(feature = "opus")]
        Codec::Opus => {
            let mut coder = opus::Coder::new(pcm, about, settings);
            levels::encode(&mut coder, pcm, target, settings, &mut out)?
        }
        #[allow(unreachable_patterns, reason = "with every feature there is no other")]
        other => {
            // Said already by `available`.
            let _ = target;
            return Err(other.missing());
        }
    };
    Ok((file, encoded))
}

/// The chapters there is room for, within the programme, and how many are left out.
fn kept(chapters: &[Chapter], frames: Frames, most: usize) -> (Vec<Chapter>, usize) {
    let kept: Vec<Chapter> = chapters
        .iter()
        .filter(|chapter| chapter.start < frames)
        .take(most)
        .map(|chapter| Chapter {
            length: chapter.length.min(frames - chapter.start),
            title: texts::line(&chapter.title, MOST_TITLE_CHARACTERS),
            ..chapter.clone()
        })
        .collect();
    let left_out = chapters.len() - kept.len();
    (kept, left_out)
}

/// The nearest whole millisecond.
fn milliseconds(frames: Frames) -> u64 {
    let rate = u64::from(crate::units::SampleRate::PROGRAMME.0);
    (frames.0 * 1_000 + rate / 2) / rate
}

/// What a file that does not read back is called.
fn broken(codec: Codec, problem: impl fmt::Display) -> Error {
    Error::Sound(format!("the {} file does not read back as it was written: {problem}", codec.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_by_name() {
        for (text, codec) in [
            ("flac", Some(Codec::Flac)),
            (" Opus ", Some(Codec::Opus)),
            ("MP3", Some(Codec::Mp3)),
            ("wav", None),
            ("", None),
            (".mp3", None),
        ] {
            assert_eq!(text.parse::<Codec>().ok(), codec, "{text}");
        }
        for codec in Codec::ALL {
            assert_eq!(codec.to_string().parse(), Ok(codec));
            assert_eq!(serde_json::to_string(&codec).unwrap(), format!("\"{codec}\""));
        }
    }

    #[test]
    fn a_codec_that_is_missing_says_how_to_have_it() {
        for (codec, built) in [(Codec::Mp3, cfg!(feature = "mp3")), (Codec::Opus, cfg!(feature = "opus"))] {
            assert_eq!(codec.available().is_ok(), built);
            let error = codec.missing();
            assert!(error.to_string().contains(&format!("this build has no {}", codec.name())), "{error}");
            assert!(error.hint().unwrap().contains(&format!("--features {codec}")));
            assert_eq!(error.exit_code(), 2);
        }
    }

    #[test]
    fn settings_that_cannot_be() {
        let settings = |json: &str| serde_json::from_str::<Settings>(json);
        for (json, fault) in [
            ("{}", None),
            (r#"{"mp3_kbps": 320, "opus_kbps": 16, "peak_dbtp": 0}"#, None),
            (r#"{"mp3_kbps": 0}"#, Some("mp3_kbps 0 is no rate of MP3 we can write")),
            (r#"{"opus_kbps": 15}"#, Some("opus_kbps 15 is out of range")),
            (r#"{"opus_kbps": 257}"#, Some("opus_kbps 257 is out of range")),
            (r#"{"peak_dbtp": 0.1}"#, Some("peak_dbtp 0.1 is out of range")),
            (r#"{"peak_dbtp": -21}"#, Some("peak_dbtp -21 is out of range")),
        ] {
            let found = settings(json).unwrap().fault().map(|(problem, _)| problem);
            assert_eq!(found.as_deref(), fault, "{json}");
        }
        assert!(settings(r#"{"mp3": 128}"#).is_err());
    }

    #[test]
    fn chapters_within_the_programme() {
        let chapter = |start, length| Chapter {
            start: Frames(start),
            length: Frames(length),
            title: "A\nb".into(),
            story: None,
        };
        let chapters = [chapter(0, 100), chapter(100, 900), chapter(500, 0), chapter(600, 1)];
        let (kept, left_out) = kept(&chapters, Frames(600), 2);
        assert_eq!(left_out, 2);
        assert_eq!(
            (kept[1].start, kept[1].length, kept[1].title.as_str()),
            (Frames(100), Frames(500), "A b")
        );
        for (frames, ms) in [(0, 0), (23, 0), (24, 1), (48, 1), (48_000, 1_000), (1_036_800_000, 21_600_000)]
        {
            assert_eq!(milliseconds(Frames(frames)), ms, "{frames}");
        }
    }
}
