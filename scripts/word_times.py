#!/usr/bin/env python3
"""Word times against an aligner that is not ours.

Aligns every sentence of a bulletin whose words a US English dictionary knows with pocketsphinx (PyPI, 5.x; its own model)
and compares the beginnings of the words with those of `bulletin --words`.

    pip install pocketsphinx numpy
    bulletin produce article.txt -o a.wav --words --rundown plain --sting none
    scripts/word_times.py a.wav a.words.json [sentences]
"""
import json
import re
import statistics
import sys
import wave

import numpy as np
from pocketsphinx import Decoder, get_model_path

RATE = 16_000


def mono(path):
    with wave.open(path) as file:
        assert file.getsampwidth() == 2, "16 bit"
        channels, rate = file.getnchannels(), file.getframerate()
        data = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)
    data = data.reshape(-1, channels).mean(axis=1)
    step = rate // RATE
    # A windowed sinc before every third sample is taken.
    n = np.arange(-60, 61)
    taps = np.sinc(n / step) * np.hanning(len(n))
    return np.convolve(data, taps / taps.sum(), mode="same")[::step]


def main():
    path, words_path = sys.argv[1:3]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    samples = mono(path)
    segments = json.load(open(words_path))["segments"]
    decoder = Decoder(lm=None, loglevel="FATAL")
    known = lambda word: decoder.lookup_word(word) is not None
    errors, used, skipped = [], 0, 0
    for segment in segments:
        words = [re.sub(r"[^a-z' ]", " ", w["word"].lower()).split() for w in segment["words"]]
        flat = [(w, segment["words"][n]["startTime"]) for n, group in enumerate(words) for w in group[:1]]
        if len(flat) < 4 or any(len(g) != 1 for g in words) or not all(known(w) for w, _ in flat):
            skipped += 1
            continue
        start = segment["startTime"] - 0.1
        clip = samples[int(start * RATE):int((segment["endTime"] + 0.15) * RATE)]
        clip = np.clip(clip, -32768, 32767).astype("<i2").tobytes()
        decoder.set_align_text(" ".join(w for w, _ in flat))
        decoder.start_utt()
        decoder.process_raw(clip, full_utt=True)
        decoder.end_utt()
        found = [s for s in decoder.seg() if not s.word.startswith("<") and not s.word.startswith("[")]
        if len(found) != len(flat):
            skipped += 1
            continue
        used += 1
        for (word, ours), theirs in zip(flat, found):
            at = start + theirs.start_frame / 100
            errors.append((abs(ours - at) * 1000, word, ours - at, segment["body"][:40]))
        if used == most:
            break
    values = sorted(e[0] for e in errors)
    p90 = values[int(0.9 * (len(values) - 1))]
    print(f"{used} sentences ({skipped} skipped), {len(values)} words")
    print(f"median {statistics.median(values):.0f} ms, 90th percentile {p90:.0f} ms, bias {1000 * statistics.mean(e[2] for e in errors):+.0f} ms")
    for error, word, signed, body in sorted(errors, reverse=True)[:8]:
        print(f"  {signed * 1000:+6.0f} ms  {word:14} {body}")
    return 0 if statistics.median(values) <= 80 and p90 <= 150 else 1


if __name__ == "__main__":
    sys.exit(main())
