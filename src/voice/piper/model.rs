//! A model, loaded: numbers of sounds in, samples out.
//!
//! `rten` runs the graph up to the decoder, our own code the decoder, where nearly all of the time goes. A graph that ends
//! otherwise is run by `rten` from end to end.

use super::decoder::Decoder;
use super::graph::{Reader, needed};
use crate::clock;
use rten::{Model as Rten, ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_onnx::onnx::{
    AttributeProto, AttributeType, DataLocation, DataType, GraphProto, ModelProto, StringStringEntryProto,
    ValueInfoProto,
};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Tensors at least as long as this are handed over to `rten` as they are, not written and read once more.
const WORTH_MOVING_BYTES: usize = 1024;

/// The longest rendering: as of any take, ten minutes; here in frames of the usual 256 samples.
const MOST_FRAMES: usize = 22_050 * 600 / 256;

/// The most ids of one request: a piece of a sentence has a thousand.
const MOST_IDS: usize = 8_000;

/// A voice's graph (VITS as Piper exports it), loaded. Threads may share it.
///
/// # Examples
/// ```
/// use bulletin::voice::{PiperModel, PiperRequest, PiperThreads};
/// let model = PiperModel::load("tests/fixtures/voice/tiny-medium.onnx".as_ref()).unwrap();
/// let request = PiperRequest { ids: &[1, 0, 20, 0, 59, 0, 2], ..PiperRequest::default() };
/// let rendering = model.run(&request, &PiperThreads::new(1)).unwrap();
/// // Each id has so many frames of 256 samples.
/// assert_eq!(rendering.frames.len(), 7);
/// assert_eq!(rendering.samples.len(), rendering.frames.iter().sum::<f32>() as usize * 256);
/// ```
pub struct Model {
    rten: Rten,
    inputs: Inputs,
    /// What `rten` is asked for: samples, or what the decoder reads.
    output: NodeId,
    durations: Option<NodeId>,
    decoder: Option<(Decoder, Option<NodeId>)>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("split", &self.is_split()).finish_non_exhaustive()
    }
}

struct Inputs {
    ids: NodeId,
    lengths: NodeId,
    scales: NodeId,
    speaker: Option<NodeId>,
}

/// What a voice is to say, in its model's terms.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The numbers of the phonemes with what stands between them, as the voice's configuration has them.
    pub ids: &'a [i32],
    /// How much the sound varies.
    pub noise_scale: f32,
    /// How long sounds last, 1 as the model was taught.
    pub length_scale: f32,
    /// How much the lengths vary.
    pub noise_w: f32,
    /// Who of several speaks, from 0; of no account in a model with one.
    pub speaker: i32,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Self { ids: &[], noise_scale: 0.667, length_scale: 1.0, noise_w: 0.8, speaker: 0 }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendering {
    /// Mono, in [-1, 1], at the rate of the voice's configuration.
    pub samples: Vec<f32>,
    /// Frames of each id, where the graph tells; else empty.
    pub frames: Vec<f32>,
}

/// The threads that renderings are made on, one at a time.
#[derive(Debug, Clone)]
pub struct Threads {
    pool: Arc<ThreadPool>,
    count: usize,
}

impl Threads {
    /// So many, 1 at least.
    pub fn new(count: usize) -> Self {
        let count = count.max(1);
        Self { pool: Arc::new(ThreadPool::with_num_threads(count)), count }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// How the graph is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// All of it by `rten`: what our decoder is held against.
    #[cfg(test)]
    Whole,
    /// The decoder by our own code, if it is one we know.
    Split,
}

impl Model {
    /// Reads an `.onnx` file.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub fn load(path: &Path) -> Result<Self, String> {
        Self::load_as(path, Way::Split)
    }

    fn load_as(path: &Path, way: Way) -> Result<Self, String> {
        let file = File::open(path).map_err(|e| e.to_string())?;
        let mut proto =
            ModelProto::parse_file(file).map_err(|e| format!("it is not a readable ONNX file: {e}"))?;
        let graph = proto.graph.as_mut().ok_or("it is not a readable ONNX file: there is no graph in it")?;
        let output = graph.output.first().and_then(|o| o.name.clone()).ok_or("its graph has no output")?;
        seed(graph);
        let durations = durations(graph);
        let recognised = (way == Way::Split).then(|| Reader::new(graph).decoder(&output)).flatten();
        let (decoder, speaker_value, output) = match recognised {
            Some(found) => (Some(found.decoder), found.speaker, found.frames),
            None => (None, None, output),
        };
        let outputs: Vec<String> =
            [Some(output.clone()), durations.clone(), speaker_value.clone()].into_iter().flatten().collect();
        keep_for(graph, &outputs);
        let mut options = ModelOptions::with_all_ops();
        move_tensors(graph, &mut options);
        let bytes = proto.write_buf().map_err(|e| format!("its graph cannot be split: {e}"))?;
        drop(proto);
        let rten = options.load(bytes).map_err(|e| format!("it cannot be loaded: {e}"))?;
        let inputs = Inputs::of(&rten)?;
        let find = |name: &str| rten.find_node(name);
        let output = find(&output).ok_or("its graph has lost its output")?;
        let durations = durations.as_deref().and_then(find);
        let speaker = speaker_value.as_deref().and_then(find);
        let decoder = decoder.map(|decoder| (decoder, speaker));
        Ok(Self { rten, inputs, output, durations, decoder })
    }

    /// Whether its decoder is one that our own code runs.
    pub fn is_split(&self) -> bool {
        self.decoder.is_some()
    }

    /// Renders one sentence; the same request gives the same samples, on any number of threads.
    ///
    /// # Errors
    /// What the graph could not do, as a clause; a rendering of more than ten minutes.
    pub fn run(&self, request: &Request<'_>, threads: &Threads) -> Result<Rendering, String> {
        self.run_until(request, threads, None)
    }

    /// The same, given up some time after `until`: between the graph and the decoder, and as the decoder goes.
    pub(super) fn run_until(
        &self,
        request: &Request<'_>,
        threads: &Threads,
        until: Option<Instant>,
    ) -> Result<Rendering, String> {
        if request.ids.len() > MOST_IDS {
            return Err(format!(
                "{} numbers are more than a model is given at once ({MOST_IDS})",
                request.ids.len()
            ));
        }
        let Request { ids, noise_scale, length_scale, noise_w, speaker } = *request;
        let count = i32::try_from(ids.len()).map_err(|_| "too many sounds")?;
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> = vec![
            (self.inputs.ids, Tensor::from_data(&[1, ids.len()], ids.to_vec()).into()),
            (self.inputs.lengths, Tensor::from_data(&[1], vec![count]).into()),
            (self.inputs.scales, Tensor::from_data(&[3], vec![noise_scale, length_scale, noise_w]).into()),
        ];
        if let Some(id) = self.inputs.speaker {
            inputs.push((id, Tensor::from_data(&[1], vec![speaker]).into()));
        }
        let of_speaker = self.decoder.as_ref().and_then(|(_, speaker)| *speaker);
        let wanted: Vec<NodeId> =
            [Some(self.output), self.durations, of_speaker].into_iter().flatten().collect();
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&threads.pool)));
        let values = self.rten.run(inputs, &wanted, Some(options)).map_err(|e| e.to_string())?;
        let mut values = values.into_iter().map(floats);
        let mut next = || values.next().ok_or("the graph gave less than it was asked for")?;
        let output = next()?;
        let frames = if self.durations.is_some() { next()? } else { Vec::new() };
        let of_speaker = if of_speaker.is_some() { next()? } else { Vec::new() };
        let samples = match &self.decoder {
            Some((decoder, _)) if output.len() > decoder.channels() * MOST_FRAMES => {
                return Err("it would have spoken for more than ten minutes".into());
            }
            Some((decoder, _)) => {
                let is_late = || until.is_some_and(|until| clock::now() >= until);
                let samples = decoder.decode(&output, &of_speaker, threads.count, &is_late);
                samples.ok_or("it was not done in time")?
            }
            None => output,
        };
        Ok(Rendering { samples, frames })
    }
}

fn floats(value: Value) -> Result<Vec<f32>, String> {
    let tensor: Tensor<f32> = value.try_into().map_err(|_| "the graph gave something that is no sound")?;
    Ok(tensor.to_vec())
}

impl Inputs {
    fn of(rten: &Rten) -> Result<Self, String> {
        let find = |name: &str| {
            rten.input_ids()
                .iter()
                .copied()
                .find(|id| rten.node_info(*id).and_then(|info| info.name().map(|n| n == name)) == Some(true))
        };
        let must = |name: &str| {
            find(name).ok_or_else(|| format!("it is no Piper voice: its graph has no input \"{name}\""))
        };
        Ok(Self {
            ids: must("input")?,
            lengths: must("input_lengths")?,
            scales: must("scales")?,
            speaker: find("sid"),
        })
    }
}

/// Noise that is the same every time.
fn seed(graph: &mut GraphProto) {
    let random = graph.node.iter_mut().filter(|node| {
        matches!(
            node.op_type.as_deref(),
            Some("RandomNormalLike" | "RandomNormal" | "RandomUniformLike" | "RandomUniform")
        )
    });
    for (n, node) in random.enumerate() {
        node.attribute.retain(|a| a.name.as_deref() != Some("seed"));
        node.attribute.push(AttributeProto {
            name: Some("seed".into()),
            f: Some(1.0 + n as f32),
            r#type: Some(AttributeType::FLOAT),
            ..AttributeProto::default()
        });
    }
}

/// The value that has the frames of each id: the one that is rounded up.
fn durations(graph: &GraphProto) -> Option<String> {
    let mut ceils = graph.node.iter().filter(|node| node.op_type.as_deref() == Some("Ceil"));
    let only = ceils.next().filter(|_| ceils.next().is_none())?;
    only.output.first().cloned()
}

/// Leaves what these values are made of, and makes them the graph's outputs.
fn keep_for(graph: &mut GraphProto, outputs: &[String]) {
    let names: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let keep = needed(graph, &names);
    let nodes: Vec<bool> =
        graph.node.iter().map(|n| n.output.iter().any(|o| keep.contains(o.as_str()))).collect();
    let tensors: Vec<bool> =
        graph.initializer.iter().map(|t| t.name.as_deref().is_some_and(|name| keep.contains(name))).collect();
    let mut nodes = nodes.into_iter();
    graph.node.retain(|_| nodes.next().unwrap_or(true));
    let mut tensors = tensors.into_iter();
    graph.initializer.retain(|_| tensors.next().unwrap_or(true));
    graph.output = outputs
        .iter()
        .map(|name| ValueInfoProto { name: Some(name.clone()), ..ValueInfoProto::default() })
        .collect();
}

/// Hands the large tensors over beside the graph, so that they are in memory once.
fn move_tensors(graph: &mut GraphProto, options: &mut ModelOptions) {
    for (n, tensor) in graph.initializer.iter_mut().enumerate() {
        let is_plain = matches!(tensor.data_type, Some(DataType::FLOAT)) && tensor.external_data.is_empty();
        let Some(raw) =
            tensor.raw_data.as_ref().filter(|raw| is_plain && raw.borrow().len() >= WORTH_MOVING_BYTES)
        else {
            continue;
        };
        let bytes = raw.take();
        let entry =
            |key: &str, value: String| StringStringEntryProto { key: Some(key.into()), value: Some(value) };
        let name = format!("{n}.data");
        tensor.external_data = vec![
            entry("location", name.clone()),
            entry("offset", "0".into()),
            entry("length", bytes.len().to_string()),
        ];
        tensor.data_location = Some(DataLocation::EXTERNAL);
        tensor.raw_data = None;
        options.external_data(&name, bytes);
    }
}

#[cfg(test)]
mod tests;
