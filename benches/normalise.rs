//! The normaliser on one core: news copy, each line made unique so that nothing is gained by remembering lines,
//! beside the crate `text-processing-rs`; and a megabyte of one character, which must cost no more per byte than ten
//! times ordinary copy.

use bulletin::normalise::{Normaliser, Spoken, Style};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// Copy of many desks, as it comes.
const COPY: &[&str] = &[
    "The chancellor set aside £1.2bn for hospitals in England, up 3.4% on last year, the Treasury said.",
    "Police were called to Mill Rd, Hove, at 03:40 on 12 June after reports of a “loud bang”.",
    "Shares in the group closed down 4.5p at 312.7p, valuing it at about £900m.",
    "Dr Priya Nair, of St Mary's Hospital, said 1 in 4 patients had waited more than 12 hours in A&E.",
    "Rovers beat United 3-0 to go second, four points behind the leaders with six games left.",
    "It will be a cold night, with lows of -3C in the glens and winds of up to 60mph on the coast.",
    "The prime minister told MPs that she would not resign, whatever the committee decided.",
    "King Charles III will open the museum on Friday 4 October 2024, more than 90 years after it closed.",
    "Researchers at the university tested 2,317 volunteers aged 18-65 over 2½ years.",
    "The M6 was closed northbound between J13 and J14 after a lorry carrying 20 tonnes of gravel overturned.",
    "“We have never seen anything like it,” said the harbour master, who has worked there since 1987.",
    "The film took $162m (£121m) in its first weekend, a record for a family picture.",
    "Council tax will rise by 4.99% from April, adding about £100 to the average bill.",
    "Anyone with information is asked to call 101, quoting reference 4821, or to visit example.co.uk/help.",
    "The 78-year-old, elected in Nov 2016, is the first former president to face trial.",
    "Residents were told to stay indoors and keep their windows shut while crews fought the blaze.",
];

/// Unique lines of about `bytes` altogether: a counter stands in each.
fn unique_lines(bytes: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut total = 0;
    for n in 1000.. {
        let line = format!("{} {n} people watched.", COPY[n % COPY.len()]);
        total += line.len();
        lines.push(line);
        if total >= bytes {
            break;
        }
    }
    lines
}

fn copy(criterion: &mut Criterion) {
    let lines = unique_lines(1 << 18);
    let bytes: usize = lines.iter().map(String::len).sum();
    let normaliser = Normaliser::new(Style::default());
    let mut group = criterion.benchmark_group("news copy");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("bulletin", |bencher| {
        bencher.iter_batched_ref(
            Spoken::default,
            |spoken| {
                for line in &lines {
                    normaliser.normalise_into(black_box(line), spoken);
                    black_box(spoken.text());
                }
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("text-processing-rs", |bencher| {
        bencher.iter(|| {
            for line in &lines {
                black_box(text_processing_rs::tn_normalize_sentence(black_box(line)));
            }
        });
    });
    group.finish();
}

fn one_character(criterion: &mut Criterion) {
    let normaliser = Normaliser::new(Style::default());
    let mut group = criterion.benchmark_group("a megabyte of one character");
    group.sample_size(10);
    for c in [
        '1', 'a', 'A', 'I', '.', ',', '-', '(', '"', '\'', '£', '&', '/', '@', ':', '½', 'é', '漢', '👍',
        '\u{AD}', '\u{301}',
    ] {
        let line: String = std::iter::repeat_n(c, (1 << 20) / c.len_utf8()).collect();
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_with_input(
            BenchmarkId::from_parameter(format!("U+{:04X}", c as u32)),
            &line,
            |bencher, line| {
                let mut spoken = Spoken::default();
                bencher.iter(|| normaliser.normalise_into(black_box(line), &mut spoken));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, copy, one_character);
criterion_main!(benches);
