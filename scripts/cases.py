#!/usr/bin/env python3
"""Check the form of tests/cases/*.txt; exit 1 and say where it is broken.

A line is `written => spoken | also accepted | ...`, or `= text` for text that must come back unchanged, either with
`[en-US] ` before it; `#` begins a comment. Spoken text is letters with their marks, word-internal ' and -, single
spaces and . , ; : ! ?; number words are not joined by hyphens; no written line stands twice in a file.
With the name of a gold file (class, written, spoken) as an argument, lines that it holds too are faults.
"""
import pathlib, re, sys

CASES = pathlib.Path(__file__).resolve().parent.parent / 'tests' / 'cases'
WORD = r"[^\W\d_]+(?:['-][^\W\d_]+)*"
SPOKEN = re.compile(rf"{WORD}[.,;:!?]*(?: {WORD}[.,;:!?]*)*")
NUMBER = re.compile(r'\b(?:twen|thir|for|fif|six|seven|eigh|nine)ty-|-(?:hundred|thousand|million|billion)\b')


def faults_of(path, gold):
    seen = {}
    for n, line in enumerate(path.read_text(encoding='utf-8').split('\n'), 1):
        if not line or line.startswith('#'):
            continue
        locale = re.match(r'\[(en-[A-Z]{2})\] ', line)
        body = line[locale.end():] if locale else line
        if locale and locale[1] != 'en-US':
            yield n, f'locale {locale[1]}'
        if body.startswith('= '):
            written, spoken = body[2:], [body[2:]]
        elif body.count(' => ') == 1:
            written, right = body.split(' => ')
            spoken = right.split(' | ')
        else:
            yield n, 'want "written => spoken | also" or "= text"'
            continue
        key = (bool(locale), written)
        if key in seen:
            yield n, f'repeats line {seen[key]}'
        seen[key] = n
        if written in gold:
            yield n, 'stands in the gold file'
        for s in spoken:
            if not SPOKEN.fullmatch(s):
                yield n, f'not in the spoken alphabet: {s}'
            if NUMBER.search(s) and s != written:
                yield n, f'number words joined: {s}'


def main():
    gold = set()
    for name in sys.argv[1:]:
        gold |= {l.split('\t')[1] for l in pathlib.Path(name).read_text(encoding='utf-8').splitlines()}
    bad, count = 0, 0
    for path in sorted(CASES.glob('*.txt')):
        count += sum(1 for l in path.read_text(encoding='utf-8').splitlines() if l and not l.startswith('#'))
        for n, fault in faults_of(path, gold):
            print(f'{path}:{n}: {fault}')
            bad += 1
    print(f'{count} cases, {bad} faults')
    sys.exit(bool(bad))


main()
