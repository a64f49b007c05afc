//! A VITS graph taken apart: what comes before the decoder for `rten`, the decoder for our own code.

use super::decoder::{Conv, Decoder, Stage, Unit, Upsampling};
use rten_onnx::onnx::{DataType, GraphProto, NodeProto, TensorProto};
use std::collections::{HashMap, HashSet};

/// What was recognised at the end of a graph.
pub(super) struct Recognised {
    pub(super) decoder: Decoder,
    /// The value that the decoder reads: [1, channels, frames].
    pub(super) frames: String,
    /// The value that is added to its first layer: [1, channels, 1].
    pub(super) speaker: Option<String>,
}

/// Looks at a graph from its end.
pub(super) struct Reader<'a> {
    makers: HashMap<&'a str, &'a NodeProto>,
    tensors: HashMap<&'a str, &'a TensorProto>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(graph: &'a GraphProto) -> Self {
        let mut makers = HashMap::new();
        let mut tensors = HashMap::new();
        for node in &graph.node {
            for output in &node.output {
                makers.insert(output.as_str(), node);
            }
            if node.op_type.as_deref() == Some("Constant")
                && let Some(output) = node.output.first()
                && let Some(tensor) = node.attribute.iter().find_map(|a| a.t.as_ref())
            {
                tensors.insert(output.as_str(), tensor);
            }
        }
        for tensor in &graph.initializer {
            if let Some(name) = &tensor.name {
                tensors.insert(name.as_str(), tensor);
            }
        }
        Self { makers, tensors }
    }

    /// The node that makes a value, if it is of this type.
    fn made_by(&self, value: &str, op: &str) -> Option<&'a NodeProto> {
        self.makers.get(value).copied().filter(|node| node.op_type.as_deref() == Some(op))
    }

    fn floats(&self, name: &str) -> Option<(Vec<usize>, Vec<f32>)> {
        let tensor = self.tensors.get(name)?;
        if tensor.data_type != Some(DataType::FLOAT) || !tensor.external_data.is_empty() {
            return None;
        }
        let shape: Vec<usize> =
            tensor.dims.iter().map(|&d| usize::try_from(d).ok()).collect::<Option<_>>()?;
        let values: Vec<f32> = match &tensor.raw_data {
            Some(raw) => raw.borrow().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
            None => tensor.float_data.clone(),
        };
        let count = shape.iter().try_fold(1usize, |all, d| all.checked_mul(*d))?;
        (count == values.len()).then_some((shape, values))
    }

    /// The decoder at the end of the graph, if it is one that we know.
    pub(super) fn decoder(&self, output: &str) -> Option<Recognised> {
        let mut here = output;
        while let Some(node) =
            ["Unsqueeze", "Squeeze", "Identity"].iter().find_map(|op| self.made_by(here, op))
        {
            here = node.input.first()?;
        }
        here = self.made_by(here, "Tanh")?.input.first()?;
        let (post, mut here) = self.conv(here)?;
        let (slope, before) = self.rectifier(here)?;
        here = before;
        let mut stages = Vec::new();
        while let Some((stage, before)) = self.stage(here) {
            stages.push(stage);
            here = before;
        }
        stages.reverse();
        // With several speakers, a vector of the one who speaks is added to the first layer.
        let mut speaker = None;
        if let Some(add) = self.made_by(here, "Add") {
            let [one, other] = &add.input[..] else { return None };
            let is_speakers = |value: &str| self.conv(value).is_some_and(|(conv, _)| conv.is_pointwise());
            let (pre, of_speaker) = if is_speakers(other) { (one, other) } else { (other, one) };
            speaker = Some(of_speaker.clone());
            here = pre;
        }
        let (pre, frames) = self.conv(here)?;
        if stages.is_empty() {
            return None;
        }
        let decoder = Decoder::new(pre, stages, slope, post);
        decoder.fits_together().then(|| Recognised { decoder, frames: frames.to_owned(), speaker })
    }

    /// One stage, from its mean back to what it reads.
    fn stage(&self, mean: &'a str) -> Option<(Stage, &'a str)> {
        let (scale, sum) = self.scaled(mean).unwrap_or((1.0, mean));
        let mut ends = Vec::new();
        self.addends(sum, &mut ends, 0)?;
        let mut blocks = Vec::new();
        let (mut start, mut inner) = (None, None);
        for end in ends {
            let mut units = Vec::new();
            let mut here = end;
            while let Some((unit, slope, before)) = self.unit(here) {
                if inner.get_or_insert(slope).to_bits() != slope.to_bits() {
                    return None;
                }
                units.push(unit);
                here = before;
            }
            units.reverse();
            if units.is_empty() || *start.get_or_insert(here) != here {
                return None;
            }
            blocks.push(units);
        }
        let node = self.made_by(start?, "ConvTranspose")?;
        let up = self.upsampling(node)?;
        let (slope, before) = self.rectifier(node.input.first()?)?;
        Some((Stage { slope, up, inner_slope: inner?, blocks, scale }, before))
    }

    /// The ends of the blocks that are added up to a value: an addition one side of which is a convolution is a block's own.
    fn addends(&self, value: &'a str, ends: &mut Vec<&'a str>, depth: usize) -> Option<()> {
        const MOST_BLOCKS: usize = 16;
        let add = self.made_by(value, "Add")?;
        if depth > MOST_BLOCKS || ends.len() > MOST_BLOCKS {
            return None;
        }
        if add.input.iter().any(|input| self.made_by(input, "Conv").is_some()) {
            ends.push(value);
            return Some(());
        }
        add.input.iter().try_for_each(|input| self.addends(input, ends, depth + 1))
    }

    /// One unit of a block, from its sum back to what it is added to.
    fn unit(&self, sum: &'a str) -> Option<(Unit, f32, &'a str)> {
        let add = self.made_by(sum, "Add")?;
        let [one, other] = &add.input[..] else { return None };
        let (made, kept) = if self.made_by(one, "Conv").is_some() { (one, other) } else { (other, one) };
        let (last, here) = self.conv(made)?;
        let (slope, here) = self.rectifier(here)?;
        if here == kept {
            return Some((Unit { before: None, last }, slope, kept));
        }
        let (before, here) = self.conv(here)?;
        let (first_slope, here) = self.rectifier(here)?;
        (here == kept && first_slope.to_bits() == slope.to_bits()).then_some((
            Unit { before: Some(before), last },
            slope,
            kept,
        ))
    }

    /// A value that is another one times a constant.
    fn scaled(&self, value: &'a str) -> Option<(f32, &'a str)> {
        let one = |name: &str| {
            self.floats(name).filter(|(_, values)| values.len() == 1).map(|(_, values)| values[0])
        };
        if let Some(node) = self.made_by(value, "Div") {
            return Some((1.0 / one(node.input.get(1)?)?, node.input.first()?));
        }
        let node = self.made_by(value, "Mul")?;
        Some((one(node.input.get(1)?)?, node.input.first()?))
    }

    fn rectifier(&self, value: &'a str) -> Option<(f32, &'a str)> {
        let node = self.made_by(value, "LeakyRelu")?;
        let slope =
            node.attribute.iter().find(|a| a.name.as_deref() == Some("alpha")).map_or(Some(0.01), |a| a.f)?;
        (0.0..=1.0).contains(&slope).then_some((slope, node.input.first()?))
    }

    /// A convolution whose output is as long as its input, and what it reads.
    fn conv(&self, value: &'a str) -> Option<(Conv, &'a str)> {
        let node = self.made_by(value, "Conv")?;
        let numbers = Numbers::of(node)?;
        let (shape, weights, bias) = self.weights(node, 0)?;
        let [_, _, taps] = shape;
        let same = taps % 2 == 1 && numbers.pads == [(taps - 1) / 2 * numbers.dilation; 2];
        (numbers.stride == 1 && same).then(|| {
            Some((Conv::new(&weights, shape, &bias, numbers.dilation), node.input.first()?.as_str()))
        })?
    }

    fn upsampling(&self, node: &'a NodeProto) -> Option<Upsampling> {
        let numbers = Numbers::of(node)?;
        let (shape, weights, bias) = self.weights(node, 1)?;
        let [_, _, taps] = shape;
        let [cut, other] = numbers.pads;
        let as_long = taps >= numbers.stride && taps - numbers.stride == cut + other && cut == other;
        (numbers.dilation == 1 && numbers.stride > 0 && as_long)
            .then(|| Upsampling::new(&weights, shape, &bias, numbers.stride, cut))
    }

    /// Weights and bias of a node; `outputs` is the place of its outputs in the weights' shape.
    fn weights(&self, node: &NodeProto, outputs: usize) -> Option<([usize; 3], Vec<f32>, Vec<f32>)> {
        let (shape, weights) = self.floats(node.input.get(1)?)?;
        let shape: [usize; 3] = shape.try_into().ok()?;
        if shape.contains(&0) {
            return None;
        }
        let bias = match node.input.get(2).filter(|name| !name.is_empty()) {
            Some(name) => self.floats(name)?.1,
            None => vec![0.0; shape[outputs]],
        };
        (bias.len() == shape[outputs]).then_some((shape, weights, bias))
    }
}

/// What a convolution's attributes say, over one dimension; none if it has something that we do not know.
struct Numbers {
    dilation: usize,
    stride: usize,
    pads: [usize; 2],
}

impl Numbers {
    fn of(node: &NodeProto) -> Option<Self> {
        let mut numbers = Self { dilation: 1, stride: 1, pads: [0; 2] };
        for attribute in &node.attribute {
            let ints: Vec<usize> =
                attribute.ints.iter().map(|&i| usize::try_from(i).ok()).collect::<Option<_>>()?;
            match (attribute.name.as_deref()?, &ints[..]) {
                ("dilations", [dilation]) => numbers.dilation = *dilation,
                ("strides", [stride]) => numbers.stride = *stride,
                ("pads", [before, after]) => numbers.pads = [*before, *after],
                ("group", []) if attribute.i == Some(1) => {}
                ("output_padding", [0]) | ("kernel_shape", [_]) => {}
                _ => return None,
            }
        }
        Some(numbers)
    }
}

/// The names of what is needed to make some values: nodes' outputs, inputs, tensors.
pub(super) fn needed<'a>(graph: &'a GraphProto, values: &[&'a str]) -> HashSet<&'a str> {
    let makers: HashMap<&str, &NodeProto> =
        graph.node.iter().flat_map(|node| node.output.iter().map(move |o| (o.as_str(), node))).collect();
    let mut found = HashSet::new();
    let mut open: Vec<&str> = values.to_vec();
    while let Some(value) = open.pop() {
        if !found.insert(value) {
            continue;
        }
        if let Some(node) = makers.get(value) {
            read_by(node, &mut open);
            open.extend(node.output.iter().map(String::as_str));
        }
    }
    found
}

/// What a node reads, with what the graphs inside it may read.
fn read_by<'a>(node: &'a NodeProto, names: &mut Vec<&'a str>) {
    names.extend(node.input.iter().map(String::as_str));
    for inner in node.attribute.iter().filter_map(|a| a.g.as_ref()) {
        names.extend(inner.output.iter().filter_map(|output| output.name.as_deref()));
        for node in &inner.node {
            read_by(node, names);
        }
    }
}
