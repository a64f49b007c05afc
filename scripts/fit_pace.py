#!/usr/bin/env python3
"""Fits the pace model of a voice (src/pace.rs) to the lengths of its own takes.

usage: scripts/fit_pace.py VOICE ARTICLE...      (after `cargo build --release`; Python with numpy)

Each article is produced with --record; every sentence of the record gives one equation. Prints the [pace] table for
voices/VOICE.toml, the fit's error a sentence and an article, and writes nothing.
"""
import json, os, pathlib, re, subprocess, sys, tempfile
import numpy as np

FIELDS = ['sentence_s', 'word_s', 'syllable_s', 'consonant_s', 'letter_s', 'comma_s', 'stop_s', 'light_s', 'pair_s']
ENDS = '.!?,;: '
LIGHT = set('''the a an of to and in for on at that was is it as with by from he she his her had has have be are were been
but or not they their its who which this will would said than them him'''.split())
PAIRS = {'th', 'sh', 'ch', 'ph', 'ck', 'ng', 'gh', 'wh'}


def counts(spoken):
    """The same counting as `count` in src/pace.rs."""
    body = spoken.rstrip(ENDS)
    words = body.split()
    letters = syllables = consonants = light = pairs = 0
    for word in words:
        word = word.rstrip('.!?,;:')
        if len(word) == 1 and word.isupper():
            letters += 1
        light += word.lower() in LIGHT
        pairs += sum(a + b in PAIRS or a == b and a in 'bcdfghjklmnpqrstvwxyz'
                     for a, b in zip(word.lower(), word.lower()[1:]))
        vowel_before = False
        for c in word:
            vowel = c.lower() in 'aeiouy' or not c.isascii()
            syllables += vowel and not vowel_before
            consonants += (not vowel) and c.isalpha()
            vowel_before = vowel
    return [1, len(words), syllables, consonants, letters,
            len(re.findall('[,;:]', body)), len(re.findall('[.!?]', body)), light, pairs]


def main():
    voice, articles = sys.argv[1], sys.argv[2:]
    release = pathlib.Path(__file__).resolve().parent.parent / 'target/release/bulletin'
    binary = os.environ.get('BULLETIN', release)
    rows, lengths, owner = [], [], []
    for n, article in enumerate(articles):
        with tempfile.TemporaryDirectory() as folder:
            wav = pathlib.Path(folder) / 'a.wav'
            made = subprocess.run([binary, 'produce', article, '-o', wav, '--record', '--quiet', '--voice', voice,
                                   '--language', 'en', '--rate', '1'], capture_output=True, text=True)
            if made.returncode:
                print(f'{article}: {made.stderr.strip()}', file=sys.stderr)
                continue
            record = json.loads(wav.with_suffix('.record.json').read_text())
        for element in record['elements']:
            if element['kind'] == 'sentence':
                rows.append(counts(element['spoken']))
                lengths.append(element['length'] / record['rate_hz'])
                owner.append(n)
    a, b, owner = np.array(rows, float), np.array(lengths), np.array(owner)
    for field in (f for n, f in enumerate(FIELDS) if not a[:, n].any()):
        print(f'# no sentence tells {field}: add articles with quotations of several sentences', file=sys.stderr)
    # Errors count by their share of the square root of a length: long sentences vary more.
    weight = 1 / np.sqrt(b)
    fit, *_ = np.linalg.lstsq(a * weight[:, None], b * weight, rcond=None)
    guess = a @ fit
    per_sentence = np.abs(guess - b) / b
    per_article = [abs(guess[owner == n].sum() - b[owner == n].sum()) / b[owner == n].sum() for n in set(owner)]
    print(f'# {len(b)} sentences of {len(per_article)} articles; error a sentence: mean {per_sentence.mean():.1%}, '
          f'an article: mean {np.mean(per_article):.1%}, worst {max(per_article):.1%}')
    print('[pace]')
    for field, value in zip(FIELDS, fit):
        print(f'{field} = {value:.4f}')


if __name__ == '__main__':
    main()
