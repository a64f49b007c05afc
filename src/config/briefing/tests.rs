use super::*;
use crate::gather::Source;
use crate::units::Seconds;
use std::fs;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn occasion(variables: &[(&str, &str)]) -> Occasion {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Occasion { today: civil::date(2026, 3, 3), variables, flags: Layer::default() }
}

fn load(folder: &TempDir, name: &str) -> Result<Vec<Briefing>> {
    Briefing::load(&folder.path().join(name), &occasion(&[]))
}

fn one(folder: &TempDir, name: &str) -> Briefing {
    let mut briefings = load(folder, name).unwrap();
    assert_eq!(briefings.len(), 1);
    briefings.remove(0)
}

/// The inputs of a briefing, from the folder.
fn inputs(folder: &TempDir, briefing: &Briefing) -> Vec<String> {
    let name = |source: &Source| source.input.name();
    let base = format!("{}/", folder.path().display());
    briefing.stories.iter().map(|source| name(source).replace(&base, "")).collect()
}

#[test]
fn a_station_goes_on_from_its_body() {
    let body = "title = \"Morning on {station}\"\nrundown = \"rundowns/hourly.toml\"\nlexicons = [\"names.toml\"]\n\
        duration = \"3m\"\noutput = \"{region}/{station}-{date}-{slot}.wav\"\ndate = \"tomorrow\"\nrecord = true\n\
        [variables]\nregion = \"all\"\n[style]\nyears = \"thousands\"\nbrackets = \"dropped\"\n\
        [[stories]]\ninput = \"{region}/lead.txt\"\n[[stories]]\ninput = \"https://echo.example/{region}.rss\"\n";
    let station = "include = \"../shared/body.toml\"\nstation = \"Écho FM\"\nat = \"07:05\"\nduration = \"2m\"\n\
        lexicon = \"own.toml\"\n[variables]\nregion = \"north\"\n[style]\nyears = \"hundreds\"\n\
        [[stories]]\ninput = \"local.txt\"\nrequired = true\n";
    let folder = folder(&[("shared/body.toml", body), ("stations/echo.toml", station)]);
    let briefing = one(&folder, "stations/echo.toml");
    assert_eq!(briefing.output, Path::new("north/echo-fm-2026-03-04-0705.wav"));
    assert_eq!(
        inputs(&folder, &briefing),
        ["stations/local.txt", "shared/north/lead.txt", "https://echo.example/north.rss"]
    );
    assert_eq!([true, false, false], [0, 1, 2].map(|n: usize| briefing.stories[n].required));
    let layer = &briefing.layer;
    assert_eq!(layer.title.as_deref(), Some("Morning on Écho FM"));
    assert_eq!(layer.duration, Some(Seconds(120.0)));
    assert_eq!(layer.date.unwrap().to_string(), "2026-03-04");
    let style = layer.style.as_ref().unwrap();
    assert_eq!((style["years"].as_str(), style["brackets"].as_str()), (Some("hundreds"), Some("dropped")));
    let from = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
    assert_eq!(from(Path::new(layer.rundown.as_ref().unwrap())), "shared/rundowns/hourly.toml");
    assert_eq!(from(&layer.lexicons.as_ref().unwrap()[0]), "shared/names.toml");
    assert_eq!(from(&briefing.lexicon[0]), "stations/own.toml");
    assert!(briefing.layer.outputs.as_ref().is_some_and(|outputs| outputs.record));
    assert_eq!(briefing.name, "echo");
}

#[test]
fn editions_are_bulletins_of_their_own() {
    let text = "station = \"Echo\"\nmax = \"30s\"\n[[stories]]\ninput = \"a.txt\"\n\
        [[editions]]\nat = \"07:00\"\n[[editions]]\nslot = \"noon\"\nmax = \"20s\"\nincluded_stories = \"first\"\n\
        [[editions.stories]]\ninput = \"b.txt\"\n[[editions]]\nat = \"18:00\"\nincluded_stories = \"none\"\n\
        [[editions.stories]]\ninput = \"c.txt\"\n";
    let folder = folder(&[("day.toml", text)]);
    let briefings = load(&folder, "day.toml").unwrap();
    let outputs: Vec<_> = briefings.iter().map(|b| b.output.display().to_string()).collect();
    assert_eq!(outputs, ["day-0700.wav", "day-noon.wav", "day-1800.wav"]);
    let stories: Vec<_> = briefings.iter().map(|b| inputs(&folder, b)).collect();
    assert_eq!(stories, [vec!["a.txt"], vec!["a.txt", "b.txt"], vec!["c.txt"]]);
    assert_eq!(briefings[1].layer.max, Some(Seconds(20.0)));
    assert!(briefings[2].place.ends_with("day.toml, edition 3"), "{}", briefings[2].place);
}

#[test]
fn editions_of_a_body_are_every_stations_and_a_file_that_comes_twice_is_told_once() {
    let folder = folder(&[
        (
            "body.toml",
            "include = \"base.toml\"\ntitle = \"{weekday} at {time}, {slot}\"\n\
             [[editions]]\nat = \"07:00\"\nduration = \"2m\"\n[[editions]]\nat = \"08:00\"\nduration = \"3m\"\n\
             [[editions.stories]]\ninput = \"eight.txt\"\n",
        ),
        ("base.toml", "[[stories]]\ninput = \"base.txt\"\n"),
        ("echo.toml", "include = [\"base.toml\", \"body.toml\"]\n"),
        ("peak.toml", "include = \"body.toml\"\nduration = \"1m\"\n[[stories]]\ninput = \"peak.txt\"\n"),
    ]);
    let echo = load(&folder, "echo.toml").unwrap();
    let outputs: Vec<_> = echo.iter().map(|b| b.output.display().to_string()).collect();
    assert_eq!(outputs, ["echo-0700.wav", "echo-0800.wav"]);
    assert_eq!(inputs(&folder, &echo[0]), ["base.txt"]);
    assert_eq!(inputs(&folder, &echo[1]), ["base.txt", "eight.txt"]);
    assert_eq!(echo[1].layer.duration, Some(Seconds(180.0)));
    assert_eq!(echo[1].layer.title.as_deref(), Some("tuesday at 08:00, 0800"));
    let peak = load(&folder, "peak.toml").unwrap();
    assert_eq!(inputs(&folder, &peak[1]), ["peak.txt", "eight.txt", "base.txt"]);
    assert_eq!(peak[1].layer.duration, Some(Seconds(60.0)));
}

#[test]
fn variables_of_the_call_go_before_all_and_flags_name_files() {
    let folder = folder(&[(
        "a.toml",
        "station = \"{region} FM\"\noutput = \"{station}-{slot}.wav\"\nslot = \"{region}\"\n\
         [variables]\nregion = \"North\"\n[[stories]]\ninput = \"a.txt\"\n",
    )]);
    let path = folder.path().join("a.toml");
    let output = |occasion: &Occasion| Briefing::load(&path, occasion).unwrap()[0].output.clone();
    assert_eq!(output(&occasion(&[])), Path::new("north-fm-north.wav"));
    assert_eq!(output(&occasion(&[("region", "South")])), Path::new("south-fm-south.wav"));
    let used = &Briefing::load(&path, &occasion(&[])).unwrap()[0].variables;
    assert!(used.contains("region") && !used.contains("regoin"), "{used:?}");
    let flags = Layer { station: Some("Peak".into()), ..Layer::default() };
    assert_eq!(output(&Occasion { flags, ..occasion(&[]) }), Path::new("peak-north.wav"));
}

#[test]
fn kills_and_times_are_read() {
    let folder = folder(&[
        ("body.toml", "kill = [\"https://echo.example/a\", \"lead.txt\"]\n"),
        (
            "a.toml",
            "include = \"body.toml\"\nkill = \"other.txt\"\n[[stories]]\ninput = \"a.txt\"\nkilled = \"wrong man\"\n\
             [[stories]]\ninput = \"b.txt\"\nkilled = true\nembargo = 2026-03-03T07:00:00Z\n\
             expires = \"2026-03-04T07:00\"\n[[stories]]\ninput = \"c.txt\"\nkilled = false\n\
             take = 2\nsince = \"6h\"\nmatch = [\"bridge\"]\n",
        ),
    ]);
    let briefing = one(&folder, "a.toml");
    let kills: Vec<_> = briefing
        .kill
        .iter()
        .map(|kill| kill.what.replace(&folder.path().display().to_string(), ""))
        .collect();
    assert_eq!(
        kills,
        ["/other.txt", "other.txt", "https://echo.example/a", "/lead.txt", "lead.txt", "/a.txt", "/b.txt"]
    );
    assert_eq!(briefing.kill[5].why, "wrong man");
    let [a, b, c] = &briefing.stories[..] else { panic!("{:?}", briefing.stories) };
    assert_eq!(
        (a.killed.as_deref(), b.killed.as_deref(), c.killed.as_deref()),
        (Some("wrong man"), Some(""), None)
    );
    assert_eq!(b.embargo.unwrap().to_string(), "2026-03-03T07:00:00Z");
    assert_eq!(b.expires.unwrap().to_string(), "2026-03-04T07:00:00");
    assert_eq!((c.selection.take, c.selection.matching.len()), (Some(2), 1));
}

#[test]
fn what_makes_no_sense_is_said_with_file_line_and_cure() {
    let cases = [
        ("staton = \"Echo\"\n", ":1: unknown key \"staton\"", "did you mean \"station\"?"),
        ("title = \"a\"\njobs = 3\n", ":2: \"jobs\" is no matter of a bulletin's", "bulletin.toml"),
        ("rate = \"fast\"\n", ":1: \"rate\": invalid type", "bulletin config"),
        ("\n[[stories]]\ninput = \"a\"\n\n[[stories]]\ntaek = 1\n", ":6: unknown key \"taek\"", "\"take\"?"),
        ("[[stories]]\ntake = 1\n", ":1: this story has no input", "give it a file"),
        ("[[stories]]\ninput = \"a\"\nsince = \"soon\"\n", ":3: \"since\": \"soon\" is neither", "6h"),
        (
            "[[stories]]\ninput = \"a\"\nexpires = \"6h\"\n",
            ":3: \"expires\": \"6h\" is no time",
            "2026-03-03T07:00",
        ),
        (
            "[[stories]]\ninput = \"a\"\nkilled = 1\n",
            ":3: \"killed\": give the reason, or true",
            "give the reason, or true",
        ),
        ("stories = \"a.txt\"\n", ":1: this is no list of stories", "[[stories]]"),
        ("include = \"none.toml\"\n", ":1: ", "check the path of the include"),
        ("include = \"a.toml\"\n", ":1: ", "take one of the includes out"),
        ("include = 3\n", ":1: \"include\" is no text", "give a text"),
        (
            "title = \"{regoin}\"\n[variables]\nregion = \"n\"\n",
            ":1: nothing says what {regoin} is",
            "\"region\"?",
        ),
        ("output = \"{slot}.wav\"\n", ":1: nothing says what {slot} is", "time of the edition"),
        ("output = \"a/..\"\n", ":1: this names no file", "{name}.wav"),
        ("[variables]\nName = \"n\"\n", ":2: \"Name\" is no name for a variable", "small letters"),
        ("[variables]\ndate = \"n\"\n", ":2: \"date\" is no name for a variable", "none of"),
        ("[variables]\na = [1]\n", ":2: \"a\" is no text", "one text"),
        ("date = \"yesterday\"\n", ":1: \"yesterday\" is no date", "today"),
        ("at = \"7 pm\"\n", ":1: \"7 pm\" is no time of day", "07:00"),
        ("[[story]]\n", ":1: unknown key \"story\"", "\"stories\"?"),
        ("output = \"x/\"\n", ":1: this names no file", "{name}.wav"),
        ("included_stories = \"middle\"\n", ":1: this is no place", "\"last\""),
        ("record = \"yes\"\n", ":1: this is neither yes nor no", "true or false"),
        ("[[editions]]\n[[editions]]\n", "nothing says what {slot} is", "slot or its time"),
        (
            "[[editions]]\ninclude = \"b.toml\"\n",
            ":2: an edition cannot have \"include\"",
            "above the editions",
        ),
        ("[[editions]]\nstaton = \"x\"\n", ":2: unknown key \"staton\"", "\"station\"?"),
        ("title = \n", ":1: ", "a briefing is a TOML file"),
    ];
    for (text, problem, cure) in cases {
        let folder = folder(&[("a.toml", text)]);
        let error = load(&folder, "a.toml").expect_err(text);
        let said = error.to_string();
        assert!(said.contains("a.toml") && said.contains(problem), "{text}: {said}");
        let hint = error.hint().unwrap();
        assert!(hint.contains(cure), "{text}: {hint}");
        assert_eq!(error.exit_code(), 2, "{text}");
    }
}

#[test]
fn includes_have_an_end() {
    let deep: Vec<(String, String)> =
        (0..20).map(|n| (format!("{n}.toml"), format!("include = \"{}.toml\"\n", n + 1))).collect();
    let deep: Vec<(&str, &str)> = deep.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&deep);
    let error = load(&folder, "0.toml").unwrap_err();
    assert!(error.to_string().contains("8 files include each other"), "{error}");
}

#[test]
fn of_two_includes_the_later_counts_and_stories_keep_their_order() {
    let folder = folder(&[
        ("a.toml", "include = [\"b.toml\", \"c.toml\"]\n"),
        ("b.toml", "station = \"B\"\ntitle = \"b\"\n[[stories]]\ninput = \"b.txt\"\n"),
        ("c.toml", "station = \"C\"\n[[stories]]\ninput = \"c.txt\"\n"),
    ]);
    let briefing = one(&folder, "a.toml");
    assert_eq!((briefing.layer.station.as_deref(), briefing.layer.title.as_deref()), (Some("C"), Some("b")));
    assert_eq!(inputs(&folder, &briefing), ["b.txt", "c.txt"]);
    let names: Vec<_> = Briefing::includes(&folder.path().join("a.toml")).unwrap();
    assert_eq!(names.len(), 2);
}

#[test]
fn paths_do_not_go_down_and_up_again() {
    for (folder, path, expected) in [
        ("stations", "../lead.txt", "lead.txt"),
        ("", "lead.txt", "lead.txt"),
        ("", "../lead.txt", "../lead.txt"),
        ("a/b", "../../../x", "../x"),
        ("a", "/x/../y", "/y"),
        ("a", "./b", "a/b"),
        ("a", "..", "."),
    ] {
        assert_eq!(joined(Path::new(folder), path), Path::new(expected), "{folder} {path}");
    }
}
