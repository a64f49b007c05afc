use super::*;
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

fn noise(samples: usize) -> Vec<f32> {
    (0..samples).map(|n| ((n * n) as f32 * 0.137).sin() * 1.02).collect()
}

fn written(
    path: &Path,
    channels: usize,
    depth: Depth,
    blocks: &[&[f32]],
    metadata: &Metadata,
) -> (Vec<u8>, Written) {
    let mut sink = WavSink::create(path, channels, depth).unwrap();
    // What a first pass leaves is forgotten.
    sink.restart().unwrap();
    sink.write(&noise(9_999 * channels)).unwrap();
    sink.restart().unwrap();
    for block in blocks {
        sink.write(block).unwrap();
    }
    let written = sink.commit(metadata).unwrap();
    (std::fs::read(path).unwrap(), written)
}

fn data(bytes: &[u8]) -> &[u8] {
    let length = u32::from_le_bytes(bytes[HEAD_BYTES - 4..HEAD_BYTES].try_into().unwrap()) as usize;
    &bytes[HEAD_BYTES..HEAD_BYTES + length]
}

/// The samples as `hound` writes them, by the writer that was here before this one.
fn by_hound(path: &Path, channels: u16, depth: Depth, samples: &[f32]) -> Vec<u8> {
    let spec = WavSpec {
        channels,
        sample_rate: 48_000,
        bits_per_sample: depth.bits(),
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).unwrap();
    let mut dither = Dither::new(DITHER_SEED);
    match depth {
        Depth::Bits16 => {
            let mut narrow = Vec::new();
            dither.to_i16(samples, &mut narrow);
            for sample in narrow {
                writer.write_sample(sample).unwrap();
            }
        }
        Depth::Bits24 => {
            let mut wide = Vec::new();
            dither.to_i24(samples, &mut wide);
            for sample in wide {
                writer.write_sample(sample).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
    let bytes = std::fs::read(path).unwrap();
    let at = bytes.windows(4).position(|id| id == b"data").unwrap();
    let length = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
    bytes[at + 8..at + 8 + length].to_vec()
}

#[test]
fn the_samples_are_those_hound_would_have_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    for (channels, frames) in [(1, 0), (1, 1), (1, 10_001), (2, 1), (2, 5_003)] {
        for depth in [Depth::Bits16, Depth::Bits24] {
            let samples = noise(channels * frames);
            let (head, tail) = samples.split_at(samples.len() / channels / 3 * channels);
            let (bytes, _) = written(&path, channels, depth, &[head, &[], tail], &Metadata::default());
            let hound = by_hound(&folder.path().join("hound.wav"), channels as u16, depth, &samples);
            assert!(data(&bytes) == hound, "{channels} channels, {frames} frames, {depth:?}");
            assert_eq!(bytes.len() % 2, 0);
            assert_eq!(bytes[4..8], (bytes.len() as u32 - 8).to_le_bytes());
            let reader = WavReader::open(&path).unwrap();
            assert_eq!((reader.duration() as usize, reader.spec().bits_per_sample), (frames, depth.bits()));
        }
    }
}

#[test]
fn markers_stay_inside_and_the_same_input_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let marker =
        |position, length| Marker { position: Frames(position), length: Frames(length), label: "x".into() };
    let metadata =
        Metadata { markers: vec![marker(0, 999), marker(2, 1), marker(3, 1)], ..Metadata::default() };
    let samples = noise(3);
    let (bytes, _) = written(&path, 1, Depth::Bits24, &[&samples], &metadata);
    let behind = &bytes[HEAD_BYTES + 9..];
    assert_eq!(&behind[..13], b"\0cue \x34\0\0\0\x02\0\0\0");
    assert!(behind.windows(12).any(|w| w == b"ltxt\x14\0\0\0\x01\0\0\0"));
    assert_eq!(
        behind.windows(16).filter(|w| w.starts_with(b"ltxt") && w[12..] == 3u32.to_le_bytes()).count(),
        1
    );
    assert_eq!(written(&path, 1, Depth::Bits24, &[&samples], &metadata).0, bytes);
    let markers = vec![marker(0, 1); cue::MOST_MARKERS + 3];
    let many = Metadata { markers, ..Metadata::default() };
    assert_eq!(written(&path, 1, Depth::Bits24, &[&samples], &many).1.markers_left_out, 3);
}

#[test]
fn four_gibibytes_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let mut sink = WavSink::create(&path, 2, Depth::Bits16).unwrap();
    sink.restart().unwrap();
    let most = sink.format.most_frames();
    sink.data_bytes = (most.0 - 1) * 4;
    sink.write(&[0.0; 2]).unwrap();
    let error = sink.write(&[0.0; 2]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "programme: 372m42s is too long for a WAV file: 4 GiB hold 372m42s at 16 bit and 2 channels"
    );
    assert!(error.hint().unwrap().contains("--bits 16"));
    let largest = HEAD_BYTES as u64 + MOST_DATA_BYTES + 1 + cue::MOST_BYTES as u64;
    assert!(u32::try_from(largest).is_ok());
    assert!(sink.expect(most).is_ok() && sink.expect(most + Frames(1)).is_err());
    drop(sink);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
