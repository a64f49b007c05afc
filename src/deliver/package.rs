//! Everything that is made of one mix: written first, then named, the audio after what tells of it.

use super::chapters::Chapter;
use super::compressed::{self, About, Codec, Encoded, Genre};
use super::handover::{self, Audio};
use super::levels::Levels;
use super::page::{self, MOST_EMBEDDED_BYTES, Source};
use super::record::{Record, RecordFile};
use super::wav::{Metadata, WavSink, Written};
use super::{Beside, Outputs, captions, chapters, codec_of, picture, transcript, words};
use crate::Result;
use crate::event::{Event, Observer};
use crate::files::{self, AtomicFile};
use crate::units::{Dbtp, Lufs};
use std::path::{Path, PathBuf};

/// What is to be made of a mastered programme.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "an observer has none")]
pub struct Package<'a> {
    /// What is wanted beside the audio.
    pub outputs: &'a Outputs,
    /// How MP3 and Opus are made.
    pub compressed: &'a compressed::Settings,
    /// The audio: WAV, or what its ending says.
    pub output: &'a Path,
    /// What files say of themselves.
    pub metadata: &'a Metadata,
    /// What it is mastered to.
    pub target: (Lufs, Dbtp),
    /// Who watches.
    pub observer: &'a dyn Observer,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The audio: what was asked for first, then the same sound in other forms.
    pub audio: Vec<PathBuf>,
    /// What is beside it.
    pub beside: Vec<PathBuf>,
    /// What came of the WAV.
    pub written: Written,
}

impl Package<'_> {
    /// Writes every file under a temporary name, waits until all are on the disk, and names them one after the other:
    /// captions and sidecars first, so that whoever watches for the audio finds them beside it; then the audio; the record
    /// last.
    ///
    /// # Errors
    /// [`crate::Error::Write`] and those of the codecs: as long as nothing is named, every path is as it was.
    pub fn deliver(&self, mut sink: WavSink, record: &mut Record) -> Result<Delivered> {
        let files = self.outputs.files(self.output);
        let chapters = chapters::chapters(record);
        let main = codec_of(self.output);
        let also = files.iter().filter_map(|(what, path)| match what {
            Beside::Also(codec) => Some((*codec, path.clone())),
            _ => None,
        });
        let mut audio: Vec<(AtomicFile, Option<Encoded>)> = Vec::new();
        for (codec, path) in main.map(|codec| (codec, self.output.to_owned())).into_iter().chain(also) {
            audio.push(self.encoded(codec, &mut sink, record, &chapters, &path)?);
        }
        let looks = files.iter().any(|(what, _)| matches!(what, Beside::Page | Beside::Waveform(_)));
        let picture = picture::Settings::default();
        let levels = looks.then(|| Levels::measure(&mut sink.pcm(), picture.columns())).transpose()?;
        let page = files.iter().find(|(what, _)| *what == Beside::Page);
        let page = match (page, &levels) {
            (Some((_, path)), Some(levels)) => {
                Some(self.page(path, &mut sink, record, levels, &chapters, &mut audio)?)
            }
            _ => None,
        };
        let (wav, written) = sink.finish(self.metadata)?;
        if main.is_none() {
            audio.insert(0, (wav, None));
        }
        if files.iter().any(|(what, _)| *what == Beside::Record) {
            record.files = audio.iter_mut().map(file_of).collect::<Result<_>>()?;
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (what, path) in &files {
            let Some(bytes) = self.content(*what, record, levels.as_ref(), &picture)? else { continue };
            let staged = files::stage(path, &bytes)?;
            if *what == Beside::Record { &mut after } else { &mut before }.push(staged);
        }
        before.extend(page);
        let paths =
            |files: &[AtomicFile]| files.iter().map(|file| file.path().to_owned()).collect::<Vec<_>>();
        let audio: Vec<AtomicFile> = audio.into_iter().map(|(file, _)| file).collect();
        let delivered =
            Delivered { audio: paths(&audio), beside: [paths(&before), paths(&after)].concat(), written };
        let all = || before.iter().chain(&audio).chain(&after);
        all().try_for_each(AtomicFile::sync)?;
        for staged in before.into_iter().chain(audio).chain(after) {
            staged.commit()?;
        }
        Ok(delivered)
    }

    fn encoded(
        &self,
        codec: Codec,
        sink: &mut WavSink,
        record: &Record,
        chapters: &[Chapter],
        path: &Path,
    ) -> Result<(AtomicFile, Option<Encoded>)> {
        self.observer.event(&Event::Encoding { codec: codec.name() });
        let about = About {
            title: &self.metadata.title,
            artist: &self.metadata.artist,
            album: record.station.as_deref().unwrap_or_default(),
            date: self.metadata.date,
            comment: &self.metadata.comment,
            language: &self.metadata.language,
            genre: Genre::News,
            chapters,
        };
        let (file, encoded) =
            compressed::stage(codec, &mut sink.pcm(), &about, self.compressed, self.target, path)?;
        if encoded.chapters_left_out > 0 {
            let text =
                format!("{} has no room for the last {} chapters", path.display(), encoded.chapters_left_out);
            self.observer.event(&Event::Warning { text: &text });
        }
        Ok((file, Some(encoded).filter(|_| codec != Codec::Flac)))
    }

    /// The page: with its sound in it, in the smallest form there is that every browser plays, as long as that is not too
    /// much for a page; else with links to the files beside it.
    fn page(
        &self,
        path: &Path,
        sink: &mut WavSink,
        record: &Record,
        levels: &Levels,
        chapters: &[Chapter],
        audio: &mut [(AtomicFile, Option<Encoded>)],
    ) -> Result<AtomicFile> {
        let codec = |file: &AtomicFile| codec_of(file.path());
        let place = [Codec::Mp3, Codec::Opus, Codec::Flac]
            .into_iter()
            .find_map(|wanted| audio.iter().position(|(file, _)| codec(file) == Some(wanted)));
        let embedded = if let Some(place) = place {
            let kind = codec(&audio[place].0).unwrap_or(Codec::Flac);
            audio[place].0.read_back(MOST_EMBEDDED_BYTES)?.map(|bytes| (bytes, kind))
        } else {
            let kind = if Codec::Mp3.available().is_ok() { Codec::Mp3 } else { Codec::Flac };
            // Only for the page: it gets no name.
            let beside = path.with_extension(kind.extension());
            let (mut file, _) = self.encoded(kind, sink, record, chapters, &beside)?;
            file.read_back(MOST_EMBEDDED_BYTES)?.map(|bytes| (bytes, kind))
        };
        let html = if let Some((bytes, kind)) = &embedded {
            page::page(record, levels, &page::Audio::Embedded { bytes, media_type: kind.media_type() })?
        } else {
            // WAV, unless the audio is something else, is the last that a browser should take.
            let mut linked: Vec<(String, &str)> = audio
                .iter()
                .filter_map(|(file, _)| Some((name_of(file.path()), codec(file)?.media_type())))
                .collect();
            if codec_of(self.output).is_none() {
                linked.push((name_of(self.output), "audio/wav"));
            }
            let sources: Vec<Source<'_>> =
                linked.iter().map(|(name, media_type)| Source { name, media_type }).collect();
            page::page(record, levels, &page::Audio::Linked(&sources))?
        };
        files::stage(path, html.as_bytes())
    }

    /// What a file holds that is made of the record, with a look at the sound; none for one that is made otherwise.
    fn content(
        &self,
        what: Beside,
        record: &Record,
        levels: Option<&Levels>,
        picture: &picture::Settings,
    ) -> Result<Option<Vec<u8>>> {
        let name = name_of(self.output);
        let audio = |path| Audio { length: record.mastered.length, channels: record.channels, path };
        let text = match what {
            Beside::Also(_) | Beside::Page => return Ok(None),
            Beside::Waveform(format) => {
                let Some(levels) = levels else { return Ok(None) };
                return Ok(Some(match format {
                    picture::Format::Svg => picture::svg(record, levels, picture).into_bytes(),
                    picture::Format::Png => picture::png(record, levels, picture)?,
                }));
            }
            Beside::Captions(format) => captions::write(record, format),
            Beside::Transcript(format) => transcript::write(record, format),
            Beside::Words => words::write(record),
            Beside::Chapters => chapters::write(record, &name),
            Beside::Rivendell => handover::rivendell(self.metadata, audio(&name)),
            Beside::Annotate => {
                let path = files::absolute(self.output);
                handover::annotate(self.metadata, audio(&path.to_string_lossy()))
            }
            Beside::Record => record.to_json(),
        };
        Ok(Some(text.into_bytes()))
    }
}

fn file_of((file, encoded): &mut (AtomicFile, Option<Encoded>)) -> Result<RecordFile> {
    let (bytes, sha256) = file.fingerprint()?;
    Ok(RecordFile {
        name: name_of(file.path()),
        bytes,
        sha256,
        loudness_lufs: encoded.as_ref().and_then(|encoded| encoded.loudness),
        peak_dbtp: encoded.as_ref().map(|encoded| encoded.peak).filter(|peak| peak.0.is_finite()),
    })
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
