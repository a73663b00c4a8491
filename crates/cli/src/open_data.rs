//! `export ocds` and `verify ocds`: what was published as a file, and a check of any such file.

use crate::args::{Common, ExportOcds, VerifyOcds};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use crate::talk::{Talk, count};
use base::{Class, Refusal};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

/// Bytes of a file that are read.
const FILE_BYTES_MAX: u64 = 1 << 30;
/// Problems that are told line by line; the rest is counted.
const TOLD_MAX: usize = 100;

/// `export ocds`: every release, one a line, to the byte as it was published.
pub fn export(desk: &mut Desk<'_>, asked: &ExportOcds) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    desk.city.follow_open_data()?;
    let out = asked.out.as_ref().map(|path| desk.io.surroundings().path(path));
    let mut n_rows = 0_u64;
    let Some(path) = out else {
        let mut broken = None;
        let io = &mut *desk.io;
        desk.city.each_open_release(&asker, |release| {
            n_rows += 1;
            broken = io.out(format!("{}\n", release.text).as_bytes()).err();
            broken.is_none()
        })?;
        if let Some(error) = broken {
            return Err(Failure::file(Path::new("-"), &error));
        }
        desk.say("cli-export-done", &[("count", count(n_rows))]);
        return Ok(Exit::Done);
    };
    if path.exists() && !desk.common.yes {
        let reason = Refusal::new(Class::Conflict, "cli-file-exists");
        return Err(reason.text("path", path.display().to_string()).into());
    }
    let fail = |error: std::io::Error| Failure::file(&path, &error);
    // A file is there whole or not at all.
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let file = std::fs::File::create(&part).map_err(fail)?;
    let mut to = BufWriter::new(&file);
    let mut broken = None;
    desk.city.each_open_release(&asker, |release| {
        n_rows += 1;
        broken = writeln!(to, "{}", release.text).err();
        broken.is_none()
    })?;
    broken.map_or(Ok(()), Err).and_then(|()| to.flush()).map_err(fail)?;
    drop(to);
    file.sync_all().and_then(|()| std::fs::rename(&part, &path)).map_err(fail)?;
    let place = path.display().to_string();
    let document = serde_json::json!({ "rows": n_rows, "file": place });
    let args = [("count", count(n_rows)), ("path", place.as_str().into())];
    desk.done("cli-export-done-file", &args, &document)
}

/// `verify ocds`: needs no city.
pub fn verify(common: &Common, asked: &VerifyOcds, io: &mut dyn CommandIo) -> Outcome {
    let path = io.surroundings().path(&asked.file);
    let fail = |error: std::io::Error| Failure::file(&path, &error);
    let mut text = String::new();
    let file = std::fs::File::open(&path).map_err(fail)?;
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(fail)?;
    let found = ocds::verify(&text, &ocds::Rules::standard());
    if found.n_releases + found.n_records == 0 && found.not_json.is_empty() {
        let no = Refusal::new(Class::Invalid, "cli-ocds-nothing");
        return Err(Failure::new(Exit::Refused, no));
    }
    let mut lines: Vec<String> = Vec::new();
    for (line, error) in &found.not_json {
        lines.push(format!("{line}: {error}"));
    }
    for (line, problem) in &found.problems {
        lines.push(format!("{line}: {} {:?}", problem.path, problem.what));
    }
    for (place, fault) in &found.faults {
        lines.push(format!("{}: {}", place.line, fault.code()));
    }
    for (place, part) in &found.differing {
        lines.push(format!("{}: {part:?}", place.line));
    }
    let n_wrong =
        found.n_problems + found.faults.len() + found.differing.len() + found.not_json.len();
    let number = |n: usize| count(u64::try_from(n).unwrap_or(u64::MAX));
    let args = [
        ("releases", number(found.n_releases)),
        ("records", number(found.n_records)),
        ("wrong", number(n_wrong)),
    ];
    let document = serde_json::json!({
        "ok": found.is_sound(),
        "releases": found.n_releases,
        "records": found.n_records,
        "wrong": n_wrong,
        "problems": lines.iter().take(TOLD_MAX).collect::<Vec<_>>(),
    });
    let mut talk = Talk { common, io };
    talk.result("cli-ocds-checked", &args, &document)?;
    if !common.json {
        for line in lines.iter().take(TOLD_MAX) {
            talk.line(line)?;
        }
    }
    Ok(if found.is_sound() { Exit::Done } else { Exit::Damage })
}
