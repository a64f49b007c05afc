//! Whether a file is a Piper voice's model, by its shape: what is saved by mistake is told by name, and an ONNX file is
//! walked to its end, so that a cut one is found out whatever its server said of its length.
//!
//! Source: `onnx.proto` (`ModelProto`, `GraphProto`, `ValueInfoProto`), and the protobuf encoding.

use super::refusal;
use crate::{Error, Result};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// The most fields looked at in one message: far more than any graph of a voice has nodes.
const MOST_FIELDS: usize = 1_000_000;
/// The longest name of an input.
const LONGEST_NAME_BYTES: u64 = 256;
/// What every model of Piper's takes; one with several speakers takes `sid`, too.
const INPUTS: [&str; 3] = ["input", "input_lengths", "scales"];

/// How zip, gzip, bzip2, xz and zstd begin.
const ARCHIVES: [&[u8]; 5] = [b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"];

/// What JSON is called where it is not wanted.
pub(super) const JSON: &str = "JSON, perhaps the configuration";

/// What a file is that was taken for another, and what to do then.
pub(super) fn mistaken(path: &Path) -> Result<Option<(&'static str, &'static str)>> {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(512).read_to_end(&mut head));
    read.map_err(|source| Error::Read { path: path.into(), source })?;
    let text =
        String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    Ok(Some(if head.is_empty() {
        ("empty", "fetch it again")
    } else if text.starts_with("version https://git-lfs") {
        (
            "a Git LFS pointer, which only stands for the file",
            "fetch the file itself: `git lfs pull` where it was cloned, or an address with \"resolve\" for \"raw\"",
        )
    } else if text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<head") {
        (
            "a web page",
            "give the address of the file itself: on huggingface.co that has \"resolve\" for \"blob\"",
        )
    } else if text.starts_with("<?xml") || text.starts_with("<error") {
        ("XML, perhaps a server's message", "check the address")
    } else if text.starts_with('{') || text.starts_with('[') {
        (JSON, "give the .onnx file")
    } else if ARCHIVES.iter().any(|start| head.starts_with(start)) {
        ("an archive", "unpack it and give the .onnx that is in it")
    } else if head.get(4..8) == Some(b"ORTM".as_slice()) {
        ("in ONNX Runtime's own format", "give the .onnx that it was made from")
    } else {
        return Ok(None);
    }))
}

/// Refuses what is no model of a Piper voice with so many speakers.
pub(super) fn check(voice: &str, path: &Path, speakers: u32) -> Result<()> {
    if let Some((what, cure)) = mistaken(path)? {
        return Err(refusal(voice, format!("the model is {what}"), cure));
    }
    let file = File::open(path).map_err(|source| Error::Read { path: path.into(), source })?;
    let length = file.metadata().map_err(|source| Error::Read { path: path.into(), source })?.len();
    let no_model = "give the .onnx file of a Piper voice";
    let inputs = match inputs_of(&mut Walk::new(BufReader::new(file)), length) {
        Ok(Some(inputs)) => inputs,
        Ok(None) => return Err(refusal(voice, "the model is no ONNX file", no_model)),
        // The walk ran past the end.
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(refusal(
                voice,
                "the model is no ONNX file, or one that was cut short",
                "fetch it again",
            ));
        }
        Err(source) => return Err(Error::Read { path: path.into(), source }),
    };
    let wanted = INPUTS.iter().copied().chain((speakers > 1).then_some("sid"));
    match wanted.into_iter().find(|name| !inputs.iter().any(|input| input == name)) {
        Some(missing) => {
            Err(refusal(voice, format!("the model is none of Piper's: it takes no \"{missing}\""), no_model))
        }
        None => Ok(()),
    }
}

/// A file read field by field.
struct Walk<R: Read> {
    reader: BufReader<R>,
    at: u64,
}

impl<R: Read + io::Seek> Walk<R> {
    fn new(reader: BufReader<R>) -> Self {
        Self { reader, at: 0 }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.reader.read_exact(&mut byte)?;
        self.at += 1;
        Ok(byte[0])
    }

    /// A number of seven bits a byte; none for one of more than 64 bits.
    fn varint(&mut self) -> io::Result<Option<u64>> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        self.reader.seek_relative(bytes as i64)?;
        self.at += bytes;
        Ok(())
    }

    /// The next field before `end`: its number and, of one with a length, that. Others are passed over. None for what is
    /// no field.
    fn field(&mut self, end: u64) -> io::Result<Option<(u64, Option<u64>)>> {
        let Some(key) = self.varint()? else { return Ok(None) };
        let number = key >> 3;
        let length = match key & 7 {
            0 => {
                if self.varint()?.is_none() {
                    return Ok(None);
                }
                None
            }
            1 => {
                self.skip(8)?;
                None
            }
            2 => match self.varint()? {
                Some(length) => Some(length),
                None => return Ok(None),
            },
            5 => {
                self.skip(4)?;
                None
            }
            _ => return Ok(None),
        };
        if self.at > end || length.is_some_and(|length| length > end - self.at) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((number > 0).then_some((number, length)))
    }
}

/// The names of the inputs of a model's graph; none for what is no model.
fn inputs_of<R: Read + io::Seek>(walk: &mut Walk<R>, end: u64) -> io::Result<Option<Vec<String>>> {
    const IR_VERSION: u64 = 1;
    const GRAPH: u64 = 7;
    let (mut version, mut inputs) = (false, None);
    let mut fields = 0;
    while walk.at < end {
        fields += 1;
        match walk.field(end)? {
            None => return Ok(None),
            Some((IR_VERSION, None)) => version = true,
            Some((GRAPH, Some(length))) if inputs.is_none() => {
                inputs = inputs_of_graph(walk, length)?;
                if inputs.is_none() {
                    return Ok(None);
                }
            }
            Some((_, length)) => walk.skip(length.unwrap_or(0))?,
        }
        if fields > MOST_FIELDS {
            return Ok(None);
        }
    }
    Ok(inputs.filter(|_| version))
}

fn inputs_of_graph<R: Read + io::Seek>(walk: &mut Walk<R>, length: u64) -> io::Result<Option<Vec<String>>> {
    const INPUT: u64 = 11;
    const NAME: u64 = 1;
    let end = walk.at + length;
    let mut names = Vec::new();
    for _ in 0..MOST_FIELDS {
        if walk.at == end {
            return Ok(Some(names));
        }
        let Some((number, length)) = walk.field(end)? else { return Ok(None) };
        let past = walk.at + length.unwrap_or(0);
        if let (INPUT, Some(_)) = (number, length)
            && walk.at < past
            && let Some((NAME, Some(length))) = walk.field(past)?
            && length <= LONGEST_NAME_BYTES
        {
            let mut name = vec![0; length as usize];
            walk.reader.read_exact(&mut name)?;
            walk.at += length;
            names.push(String::from_utf8_lossy(&name).into_owned());
        }
        walk.skip(past.saturating_sub(walk.at))?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        assert!(bytes.len() < 128);
        [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
    }

    fn model(inputs: &[&str]) -> Vec<u8> {
        let mut graph = field(2, b"torch_jit");
        graph.extend(field(1, &field(4, b"Conv")));
        for name in inputs {
            graph.extend(field(11, &[field(1, name.as_bytes()), field(2, b"\x0a\x00")].concat()));
        }
        [&b"\x08\x08"[..], &field(2, b"pytorch"), &field(7, &graph), &field(8, b"\x10\x0f")].concat()
    }

    fn problem(bytes: &[u8], speakers: u32) -> Option<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, bytes).unwrap();
        check("a", file.path(), speakers).err().map(|error| error.to_string())
    }

    #[test]
    fn models_and_what_is_taken_for_them() {
        let one = model(&INPUTS);
        assert_eq!(problem(&one, 1), None);
        assert_eq!(problem(&model(&["input", "input_lengths", "scales", "sid"]), 4), None);
        for (bytes, speakers, part) in [
            (one.clone(), 2, "none of Piper's: it takes no \"sid\""),
            (model(&["image"]), 1, "none of Piper's: it takes no \"input\""),
            (one[2..].to_vec(), 1, "no ONNX file"),
            (one[..2].to_vec(), 1, "no ONNX file"),
            (vec![0; 1000], 1, "no ONNX file"),
            (vec![0xff; 1000], 1, "no ONNX file"),
            (b"".to_vec(), 1, "the model is empty"),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n".to_vec(),
                1,
                "Git LFS pointer",
            ),
            (b"\n <!DOCTYPE html>\n<html>".to_vec(), 1, "a web page"),
            (b"<?xml version=\"1.0\"?><Error/>".to_vec(), 1, "XML"),
            (b"{\"audio\": {}}".to_vec(), 1, "JSON"),
            (b"PK\x03\x04aaaa".to_vec(), 1, "an archive"),
            (b"\x18\x00\x00\x00ORTM".to_vec(), 1, "ONNX Runtime's own"),
            (b"plain words".to_vec(), 1, "no ONNX file"),
        ] {
            let found = problem(&bytes, speakers).unwrap_or_default();
            assert!(found.contains(part), "{part}: {found}");
        }
    }

    #[test]
    fn a_cut_model_is_found_out_wherever_it_was_cut() {
        let whole = model(&INPUTS);
        for length in 0..whole.len() {
            // Between two fields nothing shows but that something is missing.
            let found = problem(&whole[..length], 1);
            assert!(found.is_some() || length == whole.len() - 4, "{length} of {}", whole.len());
        }
        let longer = [&whole[..], b"\x00"].concat();
        assert!(problem(&longer, 1).is_some());
    }
}
