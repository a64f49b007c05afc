use super::*;
use crate::deliver::levels::tests::measured;
use crate::units::Frames;

/// A bulletin of so many stories of one sentence each, back to back.
fn record(stories: usize, frames: u64, title: &str) -> Record {
    let each = frames / (stories as u64).max(1);
    let elements: Vec<_> = (0..stories)
        .map(|n| {
            serde_json::json!({
                "start": n as u64 * each, "length": each, "part": "stories", "kind": "sentence", "story": n, "sentence": n,
                "written": "The ferry is back.", "spoken": "The ferry is back.", "expansions": [],
            })
        })
        .collect();
    let headlines: Vec<_> = (0..stories)
        .map(|n| serde_json::json!({"input": "a", "headline": format!("Story “{n}” & more")}))
        .collect();
    serde_json::from_value(serde_json::json!({
        "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "", "rate_hz": 48_000,
        "channels": 2, "title": title, "station": "Écho FM", "date": "2026-03-03", "time": "07:00:00", "language": "en-GB",
        "target_lufs": -16.0, "ceiling_dbtp": -1.0, "elements": elements, "stories": headlines,
        "beds": [{"start": 0, "length": frames, "name": "pulse"}],
        "mastered": {"loudness": -16.2, "peak": -3.5, "range_lu": 4.0, "gain_db": 0.0, "max_reduction_db": 0.0,
                     "passes": 2, "length": frames},
    }))
    .unwrap()
}

fn silent() -> Levels {
    measured(48_000, 100, |_| 0.0)
}

#[test]
fn every_programme_has_a_picture() {
    let tone = |n: usize| 0.3 * (n as f32 * 0.05).sin();
    let six_hours = {
        let mut levels = measured(480_000, 9_000, tone);
        (levels.length, levels.step) = (Frames(6 * 3_600 * 48_000), Frames(48_000));
        levels.readings = (0..21_600).map(|n| levels.readings[n % 50 + 40]).collect();
        levels
    };
    for (name, record, levels) in [
        ("nothing", record(0, 0, ""), measured(0, 10, tone)),
        ("a frame", record(1, 1, "x"), measured(1, 10, tone)),
        ("silence", record(1, 48_000, "Silence"), silent()),
        ("six hours", record(20, 6 * 3_600 * 48_000, "Long"), six_hours),
        (
            "many stories",
            record(200, 480_000, &"Very long title ".repeat(40)),
            measured(480_000, 2_000, tone),
        ),
    ] {
        for theme in [Theme::Light, Theme::Dark] {
            let settings = Settings { theme, ..Settings::default() };
            let text = svg(&record, &levels, &settings);
            let document = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(!text.contains("NaN") && !text.contains("inf"), "{name}");
            assert!(text.len() < 200_000, "{name}: {}", text.len());
            let title = document.descendants().find(|node| node.has_tag_name("title")).unwrap();
            assert_eq!(title.text().unwrap_or_default(), record.title.trim_end_matches('\n'));
            assert_eq!(svg(&record, &levels, &settings), text);
            let pixels = png(&record, &levels, &settings).unwrap();
            assert_eq!(png(&record, &levels, &settings).unwrap(), pixels, "{name}");
        }
    }
}

#[test]
fn settings_have_bounds() {
    for (width_px, height_px) in [(0, 0), (u32::MAX, u32::MAX), (480, 360)] {
        let settings = Settings { width_px, height_px, theme: Theme::Light };
        let picture = svg(&record(2, 96_000, "Title"), &silent(), &settings);
        let document = roxmltree::Document::parse(&picture).unwrap();
        let number = |name| document.root_element().attribute(name).unwrap().parse::<u32>().unwrap();
        assert!(WIDTH_PX.contains(&number("width")) && HEIGHT_PX.contains(&number("height")));
    }
}

#[test]
fn what_a_picture_says() {
    let record = record(2, 10 * 48_000, "Seven <o'clock>");
    let levels = measured(10 * 48_000, 400, |n| 0.3 * (n as f32 * 0.05).sin());
    let picture = svg(&record, &levels, &Settings::default());
    let document = roxmltree::Document::parse(&picture).unwrap();
    let texts: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text())
        .collect();
    for expected in [
        "Seven <o'clock>",
        "1  Story “0” & more",
        "−16.0 LUFS",
        "−1.0 dBTP",
        "pulse",
        "0:05",
        "short-term loudness",
        "Écho FM · Tuesday, 3 March 2026, 07:00 · 0:10 · −16.2 LUFS · range 4.0 LU · true peak −3.5 dBTP",
    ] {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(texts.iter().any(|text| plain(text) == plain(expected)), "{expected} is not in {texts:?}");
    }
    let description = document.descendants().find(|node| node.has_tag_name("desc")).unwrap().text().unwrap();
    assert!(description.contains("0:05: Story “1” & more."), "{description}");
}

#[test]
fn the_pixels_are_those_of_the_scene() {
    let levels =
        measured(10 * 48_000, 400, |n| if n < 5 * 48_000 { 0.0 } else { 0.8 * (n as f32 * 0.05).sin() });
    let bytes = png(&record(1, 10 * 48_000, "T"), &levels, &Settings::default()).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (1_600, 640));
    let at = |x: usize, y: usize| &pixels[(y * 1_600 + x) * 3..][..3];
    assert_eq!(at(1, 1), [255, 255, 255]);
    // The first half is silent, the second is loud, in the colour of the first story.
    assert_eq!(at(1_200, 230), [0, 98, 160]);
    assert_ne!(at(400, 200), [0, 98, 160]);
}
