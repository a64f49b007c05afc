#!/usr/bin/env python3
"""Makes the voices that the tests speak with: VITS graphs as Piper exports them, every operator, tiny, random weights.

They say nothing anybody would understand; what counts is that our samples are those of onnxruntime. Writes into
tests/fixtures/voice: NAME.onnx, NAME.onnx.json, and NAME.expected.json with ids, durations and samples at noise 0.

Needs a virtual environment with `pip install piper-tts==1.8.0 torch onnx onnxruntime` (torch's CPU build will do).
usage: scripts/tiny_voice.py [FOLDER]
"""

import importlib
import importlib.util
import json
import math
import pathlib
import sys
import types
import warnings

import numpy
import onnx
import onnxruntime
import torch
from torch import nn

warnings.filterwarnings("ignore")
PIPER = pathlib.Path(importlib.util.find_spec("piper").origin).parent
package = types.ModuleType("vits")
package.__path__ = [str(PIPER / "train" / "vits")]
sys.modules["vits"] = package
models = importlib.import_module("vits.models")
id_map = importlib.import_module("piper.phoneme_ids").DEFAULT_PHONEME_ID_MAP

SMALL = dict(
    n_vocab=256, spec_channels=513, segment_size=32, inter_channels=16, hidden_channels=16, filter_channels=32,
    n_heads=2, n_layers=1, kernel_size=3, p_dropout=0.1, use_sdp=True,
)
VOICES = {
    # As "medium": residual blocks of the second kind, one speaker.
    "tiny-medium": dict(
        resblock="2", resblock_kernel_sizes=(3, 5, 7), resblock_dilation_sizes=((1, 2), (2, 6), (3, 12)),
        upsample_rates=(8, 8, 4), upsample_initial_channel=32, upsample_kernel_sizes=(16, 16, 8),
        n_speakers=1, gin_channels=0,
    ),
    # As "high": of the first kind, four upsamplings; and three speakers.
    "tiny-high": dict(
        resblock="1", resblock_kernel_sizes=(3, 7, 11), resblock_dilation_sizes=((1, 3, 5),) * 3,
        upsample_rates=(8, 8, 2, 2), upsample_initial_channel=32, upsample_kernel_sizes=(16, 16, 4, 4),
        n_speakers=3, gin_channels=8,
    ),
}


def build(options):
    torch.manual_seed(8)
    voice = models.SynthesizerTrn(**SMALL, **options)
    voice.eval()
    with torch.no_grad():
        voice.dec.remove_weight_norm()
        # Weights that keep the level from layer to layer, so that every layer counts in what is compared.
        for module in voice.dec.modules():
            if isinstance(module, nn.Conv1d):
                module.weight.normal_(0, math.sqrt(1.0 / (module.in_channels * module.kernel_size[0])))
            elif isinstance(module, nn.ConvTranspose1d):
                share = module.in_channels * module.kernel_size[0] / module.stride[0]
                module.weight.normal_(0, math.sqrt(2.0 / share))
            if isinstance(module, (nn.Conv1d, nn.ConvTranspose1d)) and module.bias is not None:
                module.bias.normal_(0, 0.05)
        # Layers that training starts at zero.
        for module in voice.flow.modules():
            if isinstance(getattr(module, "post", None), nn.Conv1d):
                module.post.weight.normal_(0, 0.1)
                module.post.bias.normal_(0, 0.1)
        for flow in voice.dp.flows:
            if hasattr(flow, "proj"):
                flow.proj.weight.normal_(0, 0.35)
                flow.proj.bias.normal_(0, 0.4)
        # As a voice speaks: two or three frames an id, a third of full scale.
        speaker = torch.LongTensor([0]) if options["n_speakers"] > 1 else None
        ids = torch.randint(3, 130, (1, 60))

        def samples():
            return voice.infer(ids, torch.LongTensor([60]), sid=speaker, noise_scale=0.0, noise_scale_w=0.0)[0]

        def off(shift):
            voice.dp.flows[0].m.data[0] = shift
            return abs(samples().shape[-1] / 256 / 60 - 2.6)

        voice.dp.flows[0].logs.data[0] = 0.4
        off(min((-3.0 + 0.1 * n for n in range(60)), key=off))
        caught = {}
        hook = voice.dec.conv_post.register_forward_hook(lambda _, __, out: caught.setdefault("out", out))
        samples()
        hook.remove()
        voice.dec.conv_post.weight.mul_(0.3 / caught["out"].std())
    return voice


def export(voice, options, path):
    def forward(text, text_lengths, scales, sid=None):
        samples = voice.infer(
            text, text_lengths, sid=sid, noise_scale=scales[0], length_scale=scales[1], noise_scale_w=scales[2]
        )[0]
        return samples.unsqueeze(1)

    voice.forward = forward
    ids = torch.randint(low=0, high=voice.n_vocab, size=(1, 50), dtype=torch.long)
    speaker = torch.LongTensor([0]) if options["n_speakers"] > 1 else None
    torch.onnx.export(
        model=voice, args=(ids, torch.LongTensor([50]), torch.FloatTensor([0.667, 1.0, 0.8]), speaker), f=str(path),
        opset_version=15, input_names=["input", "input_lengths", "scales", "sid"], output_names=["output"],
        dynamic_axes={
            "input": {0: "batch_size", 1: "phonemes"}, "input_lengths": {0: "batch_size"},
            "output": {0: "batch_size", 2: "time"},
        },
        dynamo=False,
    )
    # What tells where in torch's source a node comes from is half of the file.
    graph = onnx.load(path)
    for node in graph.graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
    names = {}
    keep = {value.name for value in [*graph.graph.input, *graph.graph.output]}

    def short(name):
        return name if name in keep or not name else names.setdefault(name, f"v{len(names)}")

    def rename(inner):
        for tensor in inner.initializer:
            tensor.name = short(tensor.name)
        for node in inner.node:
            node.input[:] = [short(name) for name in node.input]
            node.output[:] = [short(name) for name in node.output]
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    rename(attribute.g)
        for value in inner.output:
            value.name = short(value.name)
        inner.ClearField("value_info")

    rename(graph.graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


def expected(path, options):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = {value.name for value in session.get_inputs()}
    random = numpy.random.default_rng(8)
    cases = []
    for count, length_scale, speaker in [(1, 1.0, 0), (9, 1.0, 2), (40, 1.0, 0), (40, 1.4, 1)]:
        ids = [1, 0, *sum(([int(i), 0] for i in random.integers(3, 130, count)), []), 2]
        speaker = speaker if "sid" in names else 0
        feed = {
            "input": numpy.array([ids], dtype=numpy.int64),
            "input_lengths": numpy.array([len(ids)], dtype=numpy.int64),
            "scales": numpy.array([0.0, length_scale, 0.0], dtype=numpy.float32),
        }
        if "sid" in names:
            feed["sid"] = numpy.array([speaker], dtype=numpy.int64)
        samples = session.run(None, feed)[0].squeeze()
        # All samples of a sentence would be a large file: their number, and every 37th.
        cases.append({
            "ids": ids, "length_scale": length_scale, "speaker": speaker, "samples": int(samples.size),
            "every": 37, "values": [round(float(value), 7) for value in samples[::37]],
            "sum_of_squares": float(numpy.sum(samples.astype(numpy.float64) ** 2)),
        })
    return cases


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "tests" / "fixtures" / "voice"
    folder.mkdir(parents=True, exist_ok=True)
    for name, options in VOICES.items():
        path = folder / f"{name}.onnx"
        with torch.no_grad():
            export(build(options), options, path)
        speakers = options["n_speakers"]
        config = {
            "audio": {"sample_rate": 22050, "quality": name.removeprefix("tiny-")},
            "espeak": {"voice": "en-gb-x-rp"},
            "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
            "phoneme_type": "espeak",
            "phoneme_id_map": id_map,
            "num_symbols": 256,
            "num_speakers": speakers,
            "speaker_id_map": {f"p{n}": n for n in range(speakers)} if speakers > 1 else {},
        }
        (folder / f"{name}.onnx.json").write_text(json.dumps(config, ensure_ascii=False) + "\n")
        cases = expected(path, options)
        (folder / f"{name}.expected.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
        print(name, path.stat().st_size, "bytes,", [case["samples"] for case in cases], "samples")


main()
