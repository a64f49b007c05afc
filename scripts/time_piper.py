#!/usr/bin/env python3
"""Our Piper runtime against onnxruntime, which `piper` uses: same model, same sentences, same number of threads, in turns.

usage: scripts/time_piper.py MODEL.onnx IDS.txt [ROUNDS]

Needs a virtual environment with `pip install onnxruntime numpy`, and a quiet machine. A line of IDS is a sentence in
numbers. Each way is run ROUNDS times (3), ours and theirs in turns; medians are shown, and what is ours divided by what is
theirs: seconds of work a second of audio, and peak memory.
"""

import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

RATE_HZ = 22050
HERE = pathlib.Path(__file__).resolve().parent.parent
WAYS = [(1, 1), (2, 1), (1, 2)]


def theirs(model, ids, threads, at_once, dump=None):
    """Runs in a process of its own, for its peak memory."""
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = {value.name for value in session.get_inputs()}
    sentences = [
        numpy.array([[int(number) for number in line.split()]], dtype=numpy.int64)
        for line in open(ids, encoding="utf-8") if line.strip()
    ]

    def run(sentence, scales=(0.667, 1.0, 0.8)):
        feed = {
            "input": sentence,
            "input_lengths": numpy.array([sentence.shape[1]], dtype=numpy.int64),
            "scales": numpy.array(scales, dtype=numpy.float32),
        }
        if "sid" in names:
            feed["sid"] = numpy.array([0], dtype=numpy.int64)
        return session.run(None, feed)[0].squeeze()

    if dump:
        for number, sentence in enumerate(sentences):
            run(sentence, (0.0, 1.0, 0.0)).astype("<f4").tofile(os.path.join(dump, f"{number}.f32"))
    run(sentences[0])
    rates = []
    for _ in range(3):
        waiting, samples, lock = list(reversed(sentences)), [], threading.Lock()

        def work():
            while True:
                with lock:
                    if not waiting:
                        return
                    sentence = waiting.pop()
                samples.append(run(sentence).size)

        begun = time.perf_counter()
        workers = [threading.Thread(target=work) for _ in range(at_once)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        rates.append((time.perf_counter() - begun) / (sum(samples) / RATE_HZ))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{threads} thread(s), {at_once} at once: {statistics.median(rates):.4f} s per s of audio, peak {peak:.0f} MB")


def built():
    """The bench, built once: cargo would look at the sources before every run."""
    command = ["cargo", "bench", "--locked", "--bench", "piper", "--no-run", "--message-format=json"]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE).stdout
    units = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    return [unit["executable"] for unit in units if unit.get("executable")][-1]


def figures(command):
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE).stdout
    rate, peak = re.search(r"at once: ([\d.]+) s per s of audio, peak (\d+) MB", out).groups()
    worst = re.search(r"largest difference (\S+)", out)
    return float(rate), float(peak), worst and float(worst.group(1))


def main():
    if sys.argv[1] == "--theirs":
        model, ids, threads, at_once, *dump = sys.argv[2:]
        theirs(model, ids, int(threads), int(at_once), *dump)
        return
    model, ids = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    bench = [built()]
    print(f"{model}\n{'':<28}{'ours':>8}{'theirs':>8}{'ratio':>7}{'MB':>7}{'theirs':>7}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        worst = None
        for threads, at_once in WAYS:
            mine, other = [], []
            for _ in range(rounds):
                command = [sys.executable, __file__, "--theirs", model, ids, str(threads), str(at_once)]
                other.append(figures(command + ([folder] if worst is None else [])))
                compare = [folder] if worst is None else []
                mine.append(figures([*bench, model, ids, str(threads), str(at_once), "3", *compare]))
                worst = mine[-1][2] if worst is None else worst
            rate, peak = (statistics.median(run[n] for run in mine) for n in (0, 1))
            rate_b, peak_b = (statistics.median(run[n] for run in other) for n in (0, 1))
            print(f"{threads} thread(s), {at_once} at once".ljust(28), end="")
            print(f"{rate:8.4f}{rate_b:8.4f}{rate / rate_b:7.2f}{peak:7.0f}{peak_b:7.0f}{peak / peak_b:7.2f}")
        print(f"largest difference of samples at noise 0: {worst:g}")


main()
