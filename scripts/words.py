#!/usr/bin/env python3
"""Make src/normalise/data/words.tsv and names.tsv from Debian's package `scowl` (2020.12.07).

  apt-get install scowl && scripts/words.py

words.tsv: lower-case words of 2 to 12 letters of sizes 10 to 35, English, British and American, and contractions,
without those in capitals.tsv, which are initialisms when written in capitals. Words of two letters are taken from the
list below and words of three from sizes up to 35 with a vowel: SCOWL holds abbreviations among its short words.
names.tsv: words of 3 to 12 letters written with a capital, of sizes up to 50, that are not in words.tsv.
Both are used to tell words in capitals (POLICE, LONDON) from initialisms (NHS).
"""
import pathlib, re

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / 'src' / 'normalise' / 'data'
SCOWL = pathlib.Path('/usr/share/dict/scowl')
TWO = set('ah an at aw be by do eh go ha he hi ho if in my no of oh on or ow ox so to up we ye yo'.split())
# Said as words in capitals though too rare, too new or too informal for the sizes taken.
MORE = set('''backstop blog blogs brexit bitcoin breaking covid crypto cyber cyberattack deepfake doorstep drone drones exclusive
e-mail email emails emoji flights foodbank furlough hashtag headteacher hotspot jab jabs lockdown livestream meme memes minibus
net-zero omicron online outage paramedic paramedics paywall podcast podcasts pollster rethink rewilding selfie smartphone
snapshot staycation tweet tweets unfollow unvaccinated update updated vape vapes vaping webcam website websites wildfire
wildfires app apps vs wifi wow yob yobs nimby quango loo bbq telly nan pub pubs lol'''.split()) - {'e-mail', 'net-zero', 'vs', 'bbq', 'wifi'}
SHORT_NAMES = set('''Abe Ali Amy Ann Ben Bob Dan Don Eve Guy Hal Ian Ike Jan Jed Jim Joe Jon Kay Ken Kim Lee Len Leo Les Lou Meg
Mel Ned Nia Ray Rob Ron Roy Sam Sid Sue Ted Tim Tom Val Wes Zoe Bali Cuba Iran Iraq Mali Oman Peru Togo Bonn Cork Fife Kent Lima Oslo
Rome Wien Asda Ikea'''.split())
# In the news, but not in sizes up to 50.
MORE_NAMES = set('''Kyiv Kharkiv Odesa Dnipro Lviv Mariupol Donetsk Luhansk Kherson Zaporizhzhia Bakhmut Kursk Crimea Donbas Gaza Rafah
Khan Younis Jenin Hamas Hezbollah Houthi Houthis Taliban Sinn Fein Plaid Cymru Holyrood Stormont Senedd Westminster Whitehall
Starmer Sunak Badenoch Reeves Rayner Lammy Farage Swinney Sturgeon Davey Streeting Miliband Truss Johnson Corbyn Thatcher Blair
Macron Scholz Merz Meloni Orban Zelensky Zelenskyy Putin Lavrov Navalny Modi Erdogan Netanyahu Sinwar Khamenei Milei Lula
Bolsonaro Trudeau Carney Albanese Ardern Luxon Musk Bezos Zuckerberg Altman Biden Harris Vance Obama Clinton Rubio Newsom
Southgate Tuchel Guardiola Klopp Mourinho Ronaldo Messi Mbappe Haaland Salah Kane Bellingham Saka Djokovic Alcaraz Sinner
Raducanu Hamilton Verstappen Norris Leclerc Stokes Kohli Mcilroy Arsenal Everton Tottenham Wolves Villa Leeds Luton Ipswich
Burnley Swansea Cardiff Wrexham Celtic Rangers Hibs Hearts Juventus Inter Milan Bayern Dortmund Barcelona Sevilla Ajax Benfica
Grenfell Hillsborough Southport Salisbury Novichok Windrush Brexit Tesco Sainsbury Morrisons Waitrose Boeing Airbus Ryanair
Easyjet Eurostar Avanti Ofcom Ofsted Ofgem Ofwat Nato Unesco Unicef Interpol Europol Reuters Netflix Tiktok Google Facebook
Youtube Whatsapp Instagram Nvidia Tesla Huawei Samsung Pfizer Moderna Kate Wills Meghan Camilla Kosovo Serbia Belarus Moldova
Georgia Armenia Myanmar Rohingya Darfur Sudan Khartoum Tigray Congo Goma Mozambique Niger Burkina Wuhan Xinjiang Taipei
Slovenia Slovakia Czechia Eswatini Essex Sussex Kent Surrey Devon Dorset Somerset Cornwall Cumbria Lancashire Yorkshire
Merseyside Tyneside Teesside Humberside Midlands Norfolk Suffolk Hampshire Berkshire Durham Derby Leicester Nottingham Reading
Sunderland Middlesbrough Gateshead Bolton Wigan Oldham Rochdale Stockport Salford Coventry Wolverhampton Dudley Walsall Telford
Shrewsbury Hereford Gloucester Cheltenham Swindon Bath Exeter Plymouth Truro Bournemouth Poole Southampton Portsmouth Brighton
Hastings Eastbourne Dover Folkestone Canterbury Maidstone Croydon Hackney Brixton Tottenham Heathrow Gatwick Stansted Aberdeen
Dundee Inverness Perth Stirling Paisley Falkirk Belfast Derry Londonderry Armagh Antrim Tyrone Fermanagh Lisburn Newry Dublin
Galway Limerick Bangor Aberystwyth Newport Merthyr Llanelli Pembroke'''.split())
# Written like names in SCOWL, but initialisms or short forms when in capitals.
NOT_NAMES = set('''Abc Aids Ala Apr Ark Asst Attn Aug Ave Blvd Calif Capt Cmdr Col Colo Comdr Conn Corp Cpl Dec Del Dept Dir Dow
Feb Fed Feds Fla Fri Gen Gov Hon Ind Inc Ira Jan Jul Jun Kan Lat Lt Ltd Mac Maj Mar Mass Mia Mich Minn Miss Mon Mont Mr Mrs Ms Nate Nev
Nov Oct Okla Ont Ore Penn Prof Pvt Rep Rev Sat Sen Sept Sgt Sun Supt Tenn Tex Thu Thur Thurs Tue Tues Ute Vic Wash Wed Wis Wm Wyo
Isa Bic Pam Sal Tia Uta Eli Ito Ina Ada Ana Ida Ola Iva Mae Nam'''.split())


def lists(kinds, sizes):
    for kind in kinds:
        for size in sizes:
            path = SCOWL / f'{kind}.{size}'
            if path.exists():
                yield from path.read_text(encoding='latin-1').split()


def initialisms():
    lines = (DATA / 'capitals.tsv').read_text(encoding='utf-8').splitlines()
    return {l.split('\t')[0] for l in lines if not l.startswith('#')}


def words():
    english = [f'{v}-words' for v in ('english', 'british', 'american')]
    found = {w for w in lists(english, (10, 20, 35)) if re.fullmatch('[a-z]{2,12}', w)}
    found = {w for w in found if len(w) > 3 or (len(w) == 3 and re.search('[aeiouy]', w)) or w in TWO}
    found |= {w for w in lists(['english-contractions'], (10, 35)) if re.fullmatch("[a-z]+'[a-z]+", w) and len(w) <= 12}
    return (found | MORE | TWO) - initialisms()


def names(taken):
    kinds = [f'{v}-{k}' for v in ('english', 'british', 'american') for k in ('upper', 'proper-names')]
    found = {w for w in lists(kinds, (10, 35, 40, 50)) if re.fullmatch('[A-Z][a-z]{2,11}', w)}
    found = {w for w in found if len(w) > 3 or w in SHORT_NAMES} | SHORT_NAMES | MORE_NAMES
    return {w for w in found if w.lower() not in taken and w not in NOT_NAMES and w.lower() not in initialisms()}


NOTICE = '''# Source: SCOWL 2020.12.07 (Kevin Atkinson), Debian package scowl, by scripts/words.py, less the words of capitals.tsv.
# Licence: SCOWL's: Copyright 2000-2018 by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word
# lists, the associated scripts, the output created from the scripts, and its documentation for any purpose is hereby
# granted without fee, provided that the above copyright notice appears in all copies and that both that copyright notice
# and this permission notice appear in supporting documentation. Kevin Atkinson makes no representations about the
# suitability of this array for any purpose. It is provided "as is" without express or implied warranty.
# Regenerate: scripts/words.py.
'''


def write(name, head, column, rows):
    text = head + NOTICE + f'# columns: {column}\n' + ''.join(r + '\n' for r in sorted(rows, key=str.encode))
    (DATA / name).write_text(text, encoding='utf-8')
    print(f'{name}: {len(rows)} rows, {len(text)} bytes')


def main():
    w = words()
    write('words.tsv', '# Words that stay words in capitals (BREAKING, POLICE SAY), against initialisms (NHS), which are spelled out.\n', 'word', w)
    write('names.tsv', '# Names that stay words in capitals (LONDON, IRAN), against initialisms, which are spelled out.\n', 'name', names(w))


main()
