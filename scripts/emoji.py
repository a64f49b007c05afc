#!/usr/bin/env python3
"""Make src/normalise/data/emoji.tsv from the character names in Python's unicodedata (Unicode 14 or later).

  scripts/emoji.py

A name is lower-cased and loses words that no one says ("sign", "symbol", "black", "white" of outline pairs). Names that people
use instead of Unicode's are in SAID. Characters that only change others (skin tones, hair) are said as nothing.
"""
import pathlib, re, unicodedata

OUT = pathlib.Path(__file__).resolve().parent.parent / 'src' / 'normalise' / 'data' / 'emoji.tsv'
BLOCKS = [(0x1F300, 0x1F5FF), (0x1F600, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF)]
SINGLE = '☀☁☂☃☄☎☔☕☘☝☠☢☣☮☯☸☹☺♈♉♊♋♌♍♎♏♐♑♒♓♻♿⚓⚔⚕⚖⚙⚛⚠⚡⚪⚫⚰⚽⚾⛄⛅⛈⛏⛑⛓⛔⛪⛰⛱⛲⛳⛴⛵⛷⛸⛹⛺⛽✂✅✈✉✊✋✌✍✏✒✡✨✳✴❄❌❎❓❔❗❣❤➕➖➗➡⬅⬆⬇⭐⭕⌚⌛⏰⏱⏳🃏🆕🆗🆘🆙🆚🅰🅱🎰'
SAID = {
    '😀': 'grinning face', '😂': 'face with tears of joy', '🤣': 'rolling on the floor laughing', '😊': 'smiling face',
    '😍': 'heart eyes', '😘': 'blowing a kiss', '😭': 'crying face', '😢': 'crying face', '😡': 'angry face', '🤔': 'thinking face',
    '🙄': 'rolling eyes', '😱': 'screaming face', '😎': 'sunglasses face', '🙏': 'folded hands', '🙂': 'smiling face',
    '☺': 'smiling face', '☹': 'frowning face', '😉': 'winking face', '🤷': 'shrug', '🤦': 'facepalm', '👍': 'thumbs up',
    '👎': 'thumbs down', '👏': 'clapping hands', '👌': 'okay hand', '✌': 'victory hand', '✊': 'raised fist', '✋': 'raised hand',
    '🤝': 'handshake', '👋': 'waving hand', '💪': 'flexed biceps', '🙌': 'raised hands', '👉': 'pointing finger',
    '👈': 'pointing finger', '👆': 'pointing finger', '👇': 'pointing finger', '☝': 'pointing finger', '🖕': 'middle finger',
    '❤': 'heart', '💔': 'broken heart', '💩': 'pile of poo', '🔥': 'fire', '💯': 'hundred points', '🎉': 'party popper',
    '🚨': 'siren', '⚽': 'football', '🏈': 'American football', '🏆': 'trophy', '🥇': 'gold medal', '🥈': 'silver medal',
    '🥉': 'bronze medal', '📈': 'rising chart', '📉': 'falling chart', '📢': 'loudspeaker', '🍆': 'aubergine', '🍉': 'watermelon',
    '⭐': 'star', '🌟': 'star', '✨': 'sparkles', '✅': 'tick', '❌': 'cross', '⚠': 'warning', '☀': 'sun', '❄': 'snowflake',
    '⚡': 'lightning', '✈': 'plane', '🐐': 'goat', '👑': 'crown', '🚀': 'rocket', '💀': 'skull', '🤡': 'clown', '🆘': 'S O S',
    '🆗': 'okay', '🆚': 'versus', '🅰': 'A', '🅱': 'B', '❓': 'question mark', '❗': 'exclamation mark', '💥': 'explosion',
    '💣': 'bomb', '🔫': 'pistol', '💉': 'syringe', '😷': 'masked face', '🦠': 'microbe', '🌈': 'rainbow', '🎂': 'birthday cake',
    '🏠': 'house', '📍': 'pin', '💰': 'money bag', '💸': 'flying money', '👀': 'eyes', '🧵': 'thread', '🔴': 'red circle',
    '⚪': 'white circle', '⚫': 'black circle', '➡': 'right arrow', '⬅': 'left arrow', '⬆': 'up arrow', '⬇': 'down arrow',
    '🤖': 'robot', '👻': 'ghost', '🙈': 'see-no-evil monkey', '🙉': 'hear-no-evil monkey', '🙊': 'speak-no-evil monkey',
}
SILENT = {chr(c) for c in range(0x1F3FB, 0x1F400)} | {chr(c) for c in range(0x1F9B0, 0x1F9B4)}
HEAD = '''# Emoji and what they are called where copy needs them said: "She replied with a 👍." Elsewhere they are dropped.
# One character a row, without variation selectors, skin tones (said as nothing, `-`) or what a joiner adds: a family or a
# flag is told by the normaliser from its sequence. Names are those of Unicode, but where people say something else.
# Source: Unicode character names, by scripts/emoji.py; other names written for bulletin.
# Licence: names Copyright 1991-2023 Unicode, Inc., used under the Unicode License V3; the rest MIT OR Apache-2.0.
# Regenerate: scripts/emoji.py.
# columns: emoji | spoken
'''


def name(char):
    if char in SILENT:
        return '-'
    if char in SAID:
        return SAID[char]
    words = unicodedata.name(char, '').lower().split()
    words = [w for w in words if w not in ('sign', 'symbol', 'ideograph', 'heavy', 'black', 'white')] or words
    text = ' '.join(words).replace('oclock', "o'clock")
    return text if re.fullmatch(r"[a-z]+(?:[-'][a-z]+)*(?: [a-z]+(?:[-'][a-z]+)*)*", text) else None


def main():
    chars = {chr(c) for a, b in BLOCKS for c in range(a, b + 1)} | set(SINGLE)
    rows = {c: name(c) for c in chars}
    rows = sorted(((c, n) for c, n in rows.items() if n), key=lambda r: r[0].encode())
    OUT.write_text(HEAD + ''.join(f'{c}\t{n}\n' for c, n in rows), encoding='utf-8')
    print(f'{OUT.name}: {len(rows)} rows')


main()
