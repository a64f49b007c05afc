//! Seconds of work a second of speech of a Piper model, and the memory it takes. `scripts/time_piper.py` runs this and
//! onnxruntime side by side.
//!
//! usage: `cargo bench --bench piper -- MODEL.onnx IDS.txt [THREADS [AT_ONCE [ROUNDS [FOLDER]]]]`
//!
//! A line of IDS is a sentence in numbers. With `AT_ONCE` above 1, so many sentences are spoken side by side, each on
//! THREADS threads. With FOLDER, the samples at noise 0 are held against its files N.f32 (little-endian), and the largest
//! difference is printed.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and stops where something is missing"
)]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use bulletin::voice::{PiperModel, PiperRequest, PiperThreads};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const RATE_HZ: f64 = 22_050.0;

fn main() {
    // Cargo adds its own flag.
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [model, ids, rest @ ..] = &args[..] else {
        println!("piper: give a model and a file of ids: cargo bench --bench piper -- MODEL.onnx IDS.txt");
        return;
    };
    let number = |n: usize, built_in: usize| rest.get(n).map_or(built_in, |text| text.parse().unwrap());
    let (threads, at_once, rounds) = (number(0, 1), number(1, 1), number(2, 5));
    let begun = Instant::now();
    let model = PiperModel::load(Path::new(model)).unwrap();
    let loaded_s = begun.elapsed().as_secs_f64();
    let text = std::fs::read_to_string(ids).unwrap();
    let sentences: Vec<Vec<i32>> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split_whitespace().map(|id| id.parse().unwrap()).collect())
        .collect();

    if let Some(folder) = rest.get(3) {
        let worst = worst(&model, &sentences, Path::new(folder));
        println!("largest difference {worst:e}");
    }
    let speak = |ids: &[i32], threads: &PiperThreads| {
        model.run(&PiperRequest { ids, ..PiperRequest::default() }, threads).unwrap().samples.len()
    };
    speak(&sentences[0], &PiperThreads::new(threads));
    let mut rates: Vec<f64> = (0..rounds)
        .map(|_| {
            let (next, samples) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let begun = Instant::now();
            std::thread::scope(|scope| {
                for _ in 0..at_once {
                    scope.spawn(|| {
                        let threads = PiperThreads::new(threads);
                        while let Some(ids) = sentences.get(next.fetch_add(1, Ordering::Relaxed)) {
                            samples.fetch_add(speak(ids, &threads), Ordering::Relaxed);
                        }
                    });
                }
            });
            begun.elapsed().as_secs_f64() / (samples.into_inner() as f64 / RATE_HZ)
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let peak = peak_mb().map_or(String::new(), |mb| format!(", peak {mb:.0} MB"));
    println!(
        "{threads} thread(s), {at_once} at once: {:.4} s per s of audio{peak}, loaded in {loaded_s:.2} s",
        rates[rates.len() / 2]
    );
}

fn worst(model: &PiperModel, sentences: &[Vec<i32>], folder: &Path) -> f32 {
    let threads = PiperThreads::new(1);
    let mut worst = 0.0f32;
    for (n, ids) in sentences.iter().enumerate() {
        let request = PiperRequest { ids, noise_scale: 0.0, noise_w: 0.0, ..PiperRequest::default() };
        let ours = model.run(&request, &threads).unwrap().samples;
        let theirs = std::fs::read(folder.join(format!("{n}.f32"))).unwrap();
        assert_eq!(ours.len() * 4, theirs.len(), "sentence {n} has another length");
        for (ours, theirs) in ours.iter().zip(theirs.as_chunks::<4>().0) {
            worst = worst.max((ours - f32::from_le_bytes(*theirs)).abs());
        }
    }
    worst
}

/// The most memory the process had, where the system tells.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
