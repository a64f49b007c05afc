//! `bulletin audit`: a finished file against its target.

use super::{args, report};
use crate::audit::{Audit, Target, Verdict, audit};
use crate::deliver::record::Record;
use crate::programme::master;
use crate::units::{Dbtp, Lufs};
use crate::{Error, Result};
use std::io::{self, Write};
use std::process::ExitCode;

pub(super) fn run(args: &args::Audit) -> Result<ExitCode> {
    let beside = Record::path_beside(&args.file);
    let record = if beside.is_file() { Some(Record::read(&beside)?) } else { None };
    let target = match (&args.target, &record) {
        (Some(name), _) => Target::from(&master::preset(name).ok_or_else(|| Error::Config {
            place: "--target".into(),
            problem: format!("there is no preset called \"{name}\""),
            cure: format!("the presets are: {}", master::PRESETS.join(", ")),
        })?),
        (None, Some(record)) => {
            Target { loudness_lufs: Lufs(record.target_lufs), peak_dbtp: Dbtp(record.ceiling_dbtp) }
        }
        (None, None) => Target::from(&master::Settings::default()),
    };
    let audit = audit(&args.file, record.as_ref(), target)?;
    if args.json {
        report::print_json(&audit)?;
    } else {
        report::print(|out| print(out, &audit))?;
    }
    Ok(if audit.verdict == Verdict::Fail { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(out: &mut dyn Write, a: &Audit) -> io::Result<()> {
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".into());
    let at = |seconds: f64| format!("at {}", report::clock(seconds));
    writeln!(out, "format            {} Hz, {} bit, {} channels", a.rate_hz, a.bits, a.channels)?;
    writeln!(out, "length            {} ({} frames)", report::clock(a.seconds), a.frames.0)?;
    writeln!(
        out,
        "loudness          {} (target {})",
        or_none(a.loudness_lufs.map(|l| format!("{:.2} LUFS", l.0))),
        a.target.loudness_lufs
    )?;
    writeln!(
        out,
        "true peak         {} (ceiling {})",
        or_none(a.peak_dbtp.map(|p| format!("{:.2} dBTP", p.0))),
        a.target.peak_dbtp
    )?;
    writeln!(out, "loudness range    {}", or_none(a.range_lu.map(|r| format!("{r:.1} LU"))))?;
    writeln!(out, "longest silence   {:.2} s {}", a.longest_silence_s, at(a.longest_silence_at_s))?;
    writeln!(out, "clipped samples   {}", a.clipped_samples)?;
    writeln!(out, "largest step      {:.4} {}", a.largest_step, at(a.largest_step_at_s))?;
    match a.joins {
        Some(joins) => {
            writeln!(
                out,
                "joins             {}, largest step {:.4} {}",
                joins.count,
                joins.largest_step,
                at(joins.at_s)
            )?;
        }
        None => writeln!(out, "joins             not known (no record beside the file)")?,
    }
    for check in &a.checks {
        let verdict = match check.verdict {
            Verdict::Pass => "right",
            Verdict::Fail => "FAULT",
            Verdict::Skip => "-",
        };
        writeln!(out, "{:<18}{verdict:<7}{}", check.name, check.finding)?;
    }
    writeln!(out, "verdict           {}", if a.verdict == Verdict::Fail { "fault" } else { "right" })
}
