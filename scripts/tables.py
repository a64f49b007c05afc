#!/usr/bin/env python3
"""Sort and check the normaliser's word tables, src/normalise/data/*.tsv.

  scripts/tables.py            sort every table bytewise by its first column, in place
  scripts/tables.py --check    change nothing; exit 1 and say where a table is unsorted, repeated or malformed

A table is a header of comment lines (`#`), then rows of tab-separated fields. The last header line names the
columns, `# columns: a | b | c`, and with them the number of fields each row must have. `# key: a, b` names the
columns that together may not repeat; without it the first may not.
"""
import pathlib, re, sys

DATA = pathlib.Path(__file__).resolve().parent.parent / 'src' / 'normalise' / 'data'
SPOKEN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['-][A-Za-zÀ-ÖØ-öø-ÿ]+)*'?")
SPOKEN_COLUMNS = {'spoken', 'singular', 'plural', 'minor_singular', 'minor_plural'}
ALLOWED = {
    'stop': {'always', 'optional', 'never'},
    'context': {'any', 'before-name', 'after-name', 'before-amount', 'before-number', 'after-number', 'address'},
    'place': {'any', 'glued', 'spaced'},
    'position': {'before', 'after'},
    'number': {'ordinal', 'cardinal'},
    'country': {'US', 'CA', 'AU', 'GB'},
}


def read(path):
    head, rows = [], []
    for n, line in enumerate(path.read_text(encoding='utf-8').split('\n'), 1):
        if not rows and (line.startswith('# ') or line == '#'):
            head.append(line)
        elif line:
            rows.append((n, line.split('\t')))
    return head, rows


def header(head, name):
    found = [l.split(':', 1)[1] for l in head if l.startswith(f'# {name}:')]
    return found[0] if found else None


def order(row):
    return [f.encode() for f in row]


def check(path):
    head, rows = read(path)
    columns = header(head, 'columns')
    if columns is None:
        return [f'{path}:1: no "# columns:" line in the header']
    columns = [c.strip() for c in columns.split('|')]
    key = [columns.index(k.strip()) for k in (header(head, 'key') or columns[0]).split(',')]
    faults, seen, last = [], {}, None
    for n, row in rows:
        where = f'{path}:{n}'
        if len(row) != len(columns):
            faults.append(f'{where}: {len(row)} fields, want {len(columns)} ({" | ".join(columns)})')
            continue
        if any(f != f.strip() or not f for f in row):
            faults.append(f'{where}: empty field or space at an end')
        if last is not None and order(row)[0] < order(last)[0]:
            faults.append(f'{where}: {row[0]!r} should stand before {last[0]!r}')
        last, k = row, tuple(row[i] for i in key)
        if k in seen:
            faults.append(f'{where}: repeats {k} of line {seen[k]}')
        seen[k] = n
        for name, field in zip(columns, row):
            if name in ALLOWED and field not in ALLOWED[name]:
                faults.append(f'{where}: {name} is {field!r}, want one of {sorted(ALLOWED[name])}')
            if name in SPOKEN_COLUMNS and field != '-' and not all(map(SPOKEN.fullmatch, field.split(' '))):
                faults.append(f'{where}: {field!r} is not in the spoken alphabet')
    return faults


def main():
    faults = []
    for path in sorted(DATA.glob('*.tsv')):
        if '--check' not in sys.argv[1:]:
            head, rows = read(path)
            rows = sorted((r for _, r in rows), key=order)
            path.write_text('\n'.join(head + ['\t'.join(r) for r in rows]) + '\n', encoding='utf-8')
        faults += check(path)
    print('\n'.join(faults) if faults else f'{len(list(DATA.glob("*.tsv")))} tables in order')
    sys.exit(bool(faults))


main()
