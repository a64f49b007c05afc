#!/usr/bin/env python3
"""Fits the pace model of a voice (src/pace.rs) to the lengths of its own takes.

usage: scripts/fit_pace.py VOICE ARTICLE...      (after `cargo build --release`; Python with numpy)

Each article is produced with --record; every sentence of the record gives one equation. Prints the [pace] table for
voices/VOICE.toml, the fit's error a sentence and an article, and writes nothing.
"""
import json, pathlib, re, subprocess, sys, tempfile
import numpy as np

FIELDS = ['sentence_s', 'word_s', 'syllable_s', 'consonant_s', 'letter_s', 'comma_s', 'stop_s']
ENDS = '.!?,;: '


def counts(spoken):
    """The same counting as `count` in src/pace.rs."""
    body = spoken.rstrip(ENDS)
    words = body.split()
    letters = syllables = consonants = 0
    for word in words:
        word = word.rstrip('.!?,;:')
        if len(word) == 1 and word.isupper():
            letters += 1
        vowel_before = False
        for c in word:
            vowel = c.lower() in 'aeiouy' or not c.isascii()
            syllables += vowel and not vowel_before
            consonants += (not vowel) and c.isalpha()
            vowel_before = vowel
    return [1, len(words), syllables, consonants, letters,
            len(re.findall('[,;:]', body)), len(re.findall('[.!?]', body))]


def main():
    voice, articles = sys.argv[1], sys.argv[2:]
    binary = pathlib.Path(__file__).resolve().parent.parent / 'target/release/bulletin'
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
    fit, *_ = np.linalg.lstsq(a, b, rcond=None)
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
