//! scratch
use std::io::Read;
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let out = std::env::args().nth(2).unwrap();
    let mode = std::env::args().nth(3).unwrap();
    std::fs::create_dir_all(&out).unwrap();
    let h = std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            let mut total = 0.0;
            for e in std::fs::read_dir(dir).unwrap() {
                let p = e.unwrap().path();
                if p.extension().is_none_or(|x| x != "html") {
                    continue;
                }
                let mut s = String::new();
                let mut b = Vec::new();
                std::fs::File::open(&p).unwrap().read_to_end(&mut b).unwrap();
                s.push_str(&String::from_utf8_lossy(&b));
                let t = std::time::Instant::now();
                let paras: Vec<String> = match mode.as_str() {
                    "crate" => {
                        let o = trafilatura::Options::default()
                            .with_fallback(true)
                            .with_exclude_comments(true)
                            .with_focus(trafilatura::ExtractionFocus::FavorPrecision);
                        trafilatura::extract(&s, &o).map(|r| vec![r.content_text]).unwrap_or_default()
                    }
                    _ => {
                        let a = bulletin::article::html::read(&b, "x", None, &Default::default())
                            .unwrap_or_default();
                        let name = p.file_stem().unwrap().to_str().unwrap();
                        std::fs::write(format!("{out}/{name}.full"), serde_json::to_string(&a).unwrap())
                            .unwrap();
                        a.paragraphs.into_iter().map(|p| p.text).collect()
                    }
                };
                total += t.elapsed().as_secs_f64();
                let name = p.file_stem().unwrap().to_str().unwrap();
                std::fs::write(
                    format!("{out}/{name}.json"),
                    serde_json::json!({"paragraphs": paras}).to_string(),
                )
                .unwrap();
            }
            eprintln!("{mode} {total:.3} s");
        })
        .unwrap();
    h.join().unwrap();
}
