#!/usr/bin/env python3
"""Data, cases and checks for the phonemes of Piper voices (src/voice/piper/phonemes).

Run in a virtual environment that has the piper-tts version whose phonemes are to be matched (1.8.0):

    python scripts/piper_words.py data             # data/english.bin from the package's espeak-ng data
    python scripts/piper_words.py cases            # data/cases.tsv: words and sentences with piper's phonemes
    python scripts/piper_words.py check FILE...    # speak every line of the files with both, print what differs
    python scripts/piper_words.py words [COUNT]    # the same for the COUNT most frequent words of `wordfreq`

What `data` and `cases` write is derived from espeak-ng, which is under GPL-3.0-or-later, and marked so.
`check` and `words` run our side through `cargo test piper_lines`, an ignored test that reads and writes files.
"""

import importlib.metadata
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PIPER_DATA", ROOT / "src/voice/piper/data"))
VOICES = ("en-gb-x-rp", "en-us")
# The phoneme tables of the English voices and what they include.
TABLES = ("base", "base1", "consonants", "en", "en-n", "en-rp", "en-sc", "en-us", "en-us-nyc", "en-wi", "en-wm")


def package() -> Path:
    import piper

    return Path(piper.__file__).parent / "espeak-ng-data"


def phoneme_tables(raw: bytes) -> bytes:
    """The tables of English out of the compiled `phontab`, their includes numbered anew."""
    tables, at = [], 4
    for _ in range(raw[0]):
        count, includes = raw[at], raw[at + 1]
        name = raw[at + 4 : at + 36].split(b"\0")[0].decode()
        tables.append((name, includes, raw[at + 4 : at + 36], raw[at + 36 : at + 36 + 16 * count]))
        at += 36 + 16 * count
    kept = [t for t in tables if t[0] in TABLES]
    index = {t[0]: n for n, t in enumerate(kept)}
    out = bytearray([len(kept), 0, 0, 0])
    for name, includes, title, phonemes in kept:
        parent = index[tables[includes - 1][0]] + 1 if includes else 0
        out += bytes([len(phonemes) // 16, parent, 0, 0]) + title + phonemes
    return bytes(out)


def data() -> None:
    source = package()
    parts = [
        (source / "en_dict").read_bytes(),
        phoneme_tables((source / "phontab").read_bytes()),
        (source / "phonindex").read_bytes(),
    ]
    version = importlib.metadata.version("piper-tts")
    header = (
        "# SPDX-License-Identifier: GPL-3.0-or-later\n"
        f"# English dictionary, phoneme tables and programs of espeak-ng as in piper-tts {version};\n"
        "# made by scripts/piper_words.py; source: https://github.com/espeak-ng/espeak-ng (dictsource, phsource).\n"
        "# Three lengths (u32, little-endian), then en_dict, phontab (English tables only), phonindex.\n"
        "---\n"
    ).encode()
    out = header + b"".join(struct.pack("<I", len(p)) for p in parts) + b"".join(parts)
    (DATA / "english.bin").write_bytes(out)
    print(f"{DATA / 'english.bin'}: {len(out)} bytes")


class Piper:
    """Phonemes of the installed piper, sentences joined by `|`."""

    def __init__(self) -> None:
        from piper.phonemize_espeak import EspeakPhonemizer

        self.espeak = EspeakPhonemizer()

    def speak(self, voice: str, text: str) -> str:
        return "|".join("".join(s) for s in self.espeak.phonemize(voice, text) if s)


def ours(lines: list[tuple[str, str]]) -> list[str]:
    """What our side makes of (voice, text) pairs."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked"), Path(folder, "answered")
        asked.write_text("".join(f"{v}\t{t}\n" for v, t in lines))
        cargo = os.environ.get("CARGO", "cargo").split()
        features = ["--features", "piper"] if "piper" in (ROOT / "Cargo.toml").read_text() else []
        env = dict(os.environ, PIPER_LINES=str(asked), PIPER_ANSWERS=str(answered))
        command = [*cargo, "test", "-q", "--lib", *features, "piper_lines", "--", "--ignored"]
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        return answered.read_text().split("\n")[: len(lines)]


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def compare(texts: list[str]) -> None:
    piper = Piper()
    lines = [(v, t) for v in VOICES for t in texts]
    gold = [piper.speak(v, t) for v, t in lines]
    got = ours(lines)
    for voice in VOICES:
        picked = [(t, g, o) for (v, t), g, o in zip(lines, gold, got, strict=True) if v == voice]
        wrong = [(t, g, o) for t, g, o in picked if g != o]
        edits = sum(distance(g, o) for _, g, o in wrong)
        total = sum(len(g) for _, g, _ in picked)
        print(f"{voice}: {len(wrong)} of {len(picked)} lines differ; {edits} edits in {total} phonemes, {100 * edits / max(total, 1):.3f} %")
        for text, g, o in wrong[: int(os.environ.get("SHOW", "40"))]:
            print(f"  {text}\n    piper {g}\n    ours  {o}")


def frequent(count: int) -> list[str]:
    from wordfreq import top_n_list

    return [w for w in top_n_list("en", count) if re.fullmatch(r"[^\W\d_]+(['’-][^\W\d_]+)*", w)]


def cases() -> None:
    """A table small enough to keep: frequent and rare words, names, and the sentences of cases_sentences.txt."""
    piper = Piper()
    words = frequent(60000)
    # Fixed, so that a rerun changes nothing but what piper changed.
    draw = random.Random(1)
    texts = words[:250] + draw.sample(words[250:], 350) + [w.capitalize() for w in draw.sample(words[250:20000], 100)]
    texts += [l for l in (DATA / "sentences.txt").read_text().splitlines() if l and not l.startswith("#")]
    version = importlib.metadata.version("piper-tts")
    out = [
        "# SPDX-License-Identifier: GPL-3.0-or-later",
        f"# Words and sentences with the phonemes that piper-tts {version} (espeak-ng) gives them;",
        "# made by scripts/piper_words.py. Voice, text, phonemes (sentences separated by `|`), by tabs.",
    ]
    out += [f"{v}\t{t}\t{piper.speak(v, t)}" for v in VOICES for t in texts]
    (DATA / "cases.tsv").write_text("\n".join(out) + "\n")
    print(f"{DATA / 'cases.tsv'}: {len(out)} lines")


def main() -> None:
    command, *rest = sys.argv[1:] or ["help"]
    if command == "data":
        data()
    elif command == "cases":
        cases()
    elif command == "check":
        compare([l for f in rest for l in Path(f).read_text().splitlines() if l and not l.startswith("#")])
    elif command == "words":
        compare(frequent(int(rest[0]) if rest else 20000))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
