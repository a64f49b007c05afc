#!/usr/bin/env python3
"""Measures a batch of 100 briefings of 5 stories: threads, cache, one word changed, memory.

    cargo build --release && python3 scripts/batch_figures.py [--binary target/release/bulletin] [--count 100]

Every story is different, so that nothing is voiced once for two. One thread and two are measured without a cache of
takes, in turn, so that both do all the work; then cold, warm and with one word changed with a cache. Peak memory is
the system's own count of resident pages. Prints a table; fails when a bound of ours is missed.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

PLACES = "Tarn Harbour Mill Wick Orme Leith Calder Stoke Derwent Ashby Penrith Hexham Malton Selby".split()
WHO = "council police union charity hospital company regulator college harbour-master museum".split()
DID = "said warned announced confirmed admitted promised".split()
WHAT = [
    "the bridge would stay closed until the end of May",
    "profits had fallen by {n}% to £{m}.{n}m",
    "{n} people were helped to safety after the fire",
    "the new line would open on {n} March at 7.30am",
    "trains would run every {n} minutes from Monday",
    "water bills would rise by £{n} a month next year",
    "the search had been called off shortly after midnight",
    "more than {m},{k} homes were without power on Tuesday",
    "the two sides would meet again in the coming weeks",
    "the report left many of the families' questions open",
]


def story(rng, number):
    """A headline and three sentences, of which no two in the whole batch are alike."""
    def line():
        what = rng.choice(WHAT).format(n=rng.randint(2, 29), m=rng.randint(2, 60), k=rng.randint(100, 999))
        who, did, place = rng.choice(WHO), rng.choice(DID), rng.choice(PLACES)
        return f"The {who} in {place} {did} that {what}"
    sentences = ". ".join(f"{line()}, {rng.randint(10, 99)} days after case {number}-{n}" for n in range(3))
    return f"{line()}\n\n{sentences}.\n"


def write(folder, count):
    """Briefings with their stories."""
    rng = random.Random(7)
    os.makedirs(f"{folder}/briefings")
    os.makedirs(f"{folder}/stories")
    for b in range(count):
        with open(f"{folder}/briefings/b{b:03}.toml", "w") as out:
            out.write('rundown = "hourly"\nstation = "Echo FM"\nat = "07:00"\n')
            for s in range(5):
                out.write(f'[[stories]]\ninput = "../stories/{b:03}-{s}.txt"\n')
                with open(f"{folder}/stories/{b:03}-{s}.txt", "w") as text:
                    text.write(story(rng, 10 * b + s))


def run(binary, folder, *arguments, inputs="briefings"):
    """Seconds by the clock, seconds of processor, and peak memory in MB of one run."""
    environment = {"HOME": folder, "XDG_CONFIG_HOME": f"{folder}/config", "BULLETIN_CACHE_FOLDER": f"{folder}/cache"}
    started = time.monotonic()
    child = subprocess.Popen(
        [binary, "batch", inputs, "--quiet", *arguments],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - started
    if status:
        sys.exit(f"batch {' '.join(arguments)} ended with status {status}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    """Measures and judges."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default="target/release/bulletin")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--turns", type=int, default=2, help="how often one and two threads are measured")
    flags = parser.parse_args()
    binary = os.path.abspath(flags.binary)
    folder = tempfile.mkdtemp(prefix="bulletin-figures-")
    try:
        write(folder, flags.count)
        one, two = [], []
        for _ in range(flags.turns):
            for jobs, into in (("1", one), ("2", two)):
                into.append(run(binary, folder, "--jobs", jobs, "--no-cache", "--force", "--out", "plain"))
        first = sorted(os.listdir(f"{folder}/briefings"))[:2]
        for name in first:
            shutil.copy(f"{folder}/briefings/{name}", f"{folder}/{name}")
        os.makedirs(f"{folder}/two/briefings")
        os.symlink(f"{folder}/stories", f"{folder}/two/stories")
        for name in first:
            shutil.copy(f"{folder}/briefings/{name}", f"{folder}/two/briefings/{name}")
        pair = run(binary, folder, "--jobs", "2", "--no-cache", "--force", "--out", "pair", inputs="two/briefings")
        shutil.rmtree(f"{folder}/cache")
        cold = run(binary, folder, "--jobs", "2", "--out", "out")
        warm = min(run(binary, folder, "--jobs", "2", "--out", "out") for _ in range(3))
        path = f"{folder}/stories/007-2.txt"
        text = open(path).read()
        open(path, "w").write(text.replace("days", "weeks", 1))
        changed = run(binary, folder, "--jobs", "2", "--out", "out")
        one, two = min(one), min(two)
        rows = [
            ("one thread", *one), ("two threads", *two), ("two briefings on two threads", *pair),
            ("cold, with cache", *cold), ("warm", *warm), ("one word changed", *changed),
        ]
        for name, seconds, processor, memory in rows:
            print(f"{name:<30} {seconds:8.2f} s {processor:8.2f} s of processor {memory:7.1f} MB")
        verdicts = [
            ("two threads are so many times one", one[0] / two[0], 1.8, True),
            ("warm is so many times cold", cold[0] / warm[0], 20, True),
            ("one word costs so much of cold, %", 100 * changed[0] / cold[0], 3, False),
            ("memory is so many times that of one a worker", two[2] / pair[2], 1.3, False),
        ]
        good = True
        for name, value, bound, least in verdicts:
            met = value >= bound if least else value <= bound
            good &= met
            print(f"{name:<46} {value:7.2f}  ({'at least' if least else 'at most'} {bound}) {'' if met else 'MISSED'}")
        sys.exit(0 if good else 1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
