#!/usr/bin/env python3
"""Kills a batch at random moments and lets it go on, until what comes out must be right.

    cargo build --release && python3 scripts/kill_batch.py [--kills 50] [--binary target/release/bulletin]

A batch is made undisturbed. Then, each time in a new folder with a new cache, it is killed (SIGKILL) after a random
part of the time that took, and run again to its end: every file must be the undisturbed one's, byte for byte, no
temporary may be left in any folder, and the cache must verify.
"""

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import batch_figures


def files(folder):
    """Every file below a folder with its SHA-256."""
    found = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            found[os.path.relpath(path, folder)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found


def main():
    """Kills, resumes and compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default="target/release/bulletin")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--count", type=int, default=4, help="briefings in the batch")
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()
    binary = os.path.abspath(flags.binary)
    rng = random.Random(flags.seed)
    base = tempfile.mkdtemp(prefix="bulletin-kills-")
    try:
        batch_figures.write(base, flags.count)

        def start(folder, *arguments):
            environment = {
                "HOME": folder, "XDG_CONFIG_HOME": f"{folder}/config", "BULLETIN_CACHE_FOLDER": f"{folder}/cache",
            }
            # The same working folder each time: the names of stories are paths.
            return subprocess.Popen(
                [binary, *arguments], cwd=base, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )

        def batch(folder):
            return start(
                folder, "batch", "briefings", "--jobs", "2", "--record", "--quiet", "--out", f"{folder}/out")

        whole = f"{base}/whole"
        started = time.monotonic()
        if batch(whole).wait():
            sys.exit("the undisturbed batch failed")
        length = time.monotonic() - started
        expected = files(f"{whole}/out")
        hit = 0
        for turn in range(flags.kills):
            folder = f"{base}/turn"
            shutil.rmtree(folder, ignore_errors=True)
            moment = rng.uniform(0, 1.1 * length)
            child = batch(folder)
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            hit += child.wait() == -signal.SIGKILL
            strays = [name for name in files(folder) if os.path.basename(name).startswith(".bulletin-")]
            again = batch(folder)
            _, said = again.communicate()
            if again.returncode:
                sys.exit(f"turn {turn}, killed after {moment:.3f} s: going on failed: {said.decode()}")
            if files(f"{folder}/out") != expected:
                sys.exit(f"turn {turn}, killed after {moment:.3f} s: other files came out")
            left = [name for name in files(folder) if os.path.basename(name).startswith(".")]
            if left:
                sys.exit(f"turn {turn}, killed after {moment:.3f} s: left behind: {left}")
            if start(folder, "cache", "verify").wait():
                sys.exit(f"turn {turn}, killed after {moment:.3f} s: the cache is damaged")
            print(f"{turn + 1:3}  killed after {moment:6.3f} s of {length:.3f}, {len(strays)} temporaries swept")
        print(f"{flags.kills} turns, {hit} of them killed before their end: all the same, byte for byte")
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main()
