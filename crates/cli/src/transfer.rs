//! `move`: the rows of a city from one database to the other.

use crate::args::{Common, Move};
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::folder::{Held, Hold};
use crate::io::CommandIo;
use crate::talk::{Talk, count};
use app::transfer::Moved;
use base::{Class, Instant, Refusal};
use std::path::Path;
use store::Place;

/// Moves everything, and prints both sides of every table.
pub fn run(common: &Common, asked: &Move, now: Instant, io: &mut dyn CommandIo) -> Outcome {
    let (from, to) = (place(&asked.from, io), place(&asked.to, io));
    if let Place::Folder(folder) = &from
        && !Place::sqlite_file(folder).exists()
    {
        let reason = Refusal::new(Class::NotFound, "cli-folder-missing");
        return Err(reason.text("path", folder.display().to_string()).into());
    }
    // Both are held to the end: nobody writes to the one, nobody opens the other too early.
    let _held = [held(&from)?, held(&to)?];
    let mut talk = Talk { common, io };
    if asked.dry_run {
        return preview(&mut talk, &from, &to);
    }
    let moved =
        app::transfer::transfer(&from, &to, now, &mut |table, rows| talk.copying(table, rows));
    talk.end_progress();
    let moved = match moved {
        Ok(moved) => moved,
        Err(failed) => {
            talk.say("cli-move-nothing", &[]);
            return Err(failed.into());
        }
    };
    tell(&mut talk, &moved)?;
    if let (Place::Folder(before), Place::Folder(after)) = (&from, &to) {
        carry(&mut talk, before, after)?;
    }
    if matches!((&from, &to), (Place::Folder(_), _) | (_, Place::Folder(_))) {
        talk.say("cli-move-beside", &[]);
    }
    Ok(Exit::Done)
}

/// Brings the files from one data folder to the other; settings are copied by the operator.
fn carry(talk: &mut Talk<'_>, before: &Path, after: &Path) -> Result<(), Failure> {
    let config = crate::config::load(before, None, &|_| None)?;
    let opened = files::Files::open(&config.files.place(before)?).map_err(|error| {
        let reason = Refusal::new(Class::Unknown, "cli-files-failed");
        Failure::new(Exit::Failed, reason.text("found", error.to_string()))
    })?;
    let rows = Place::Folder(before.to_owned());
    let folder = after.join(crate::config::Files::FOLDER);
    let (n, lost) = app::transfer::carry_files(&rows, &opened, &folder)?;
    let n = count(u64::try_from(n).unwrap_or(u64::MAX));
    talk.say("cli-move-files", &[("count", n)]);
    tell_lost(talk, &lost);
    Ok(())
}

/// Names what rows speak of and no file is there for.
pub(crate) fn tell_lost(talk: &mut Talk<'_>, lost: &[String]) {
    if !lost.is_empty() {
        talk.say("cli-files-lost", &[("hashes", lost.join(", ").into())]);
    }
}

fn place(typed: &str, io: &dyn CommandIo) -> Place {
    match Place::parse(typed) {
        Place::Folder(folder) => Place::Folder(io.surroundings().path(&folder)),
        place => place,
    }
}

fn held(place: &Place) -> Result<Option<Held>, Failure> {
    let Place::Folder(folder) = place else { return Ok(None) };
    match Held::take(folder)? {
        Hold::Held(held) => Ok(Some(held)),
        Hold::Taken => {
            let reason = Refusal::new(Class::Conflict, "cli-folder-taken");
            Err(reason.text("path", folder.display().to_string()).into())
        }
    }
}

fn preview(talk: &mut Talk<'_>, from: &Place, to: &Place) -> Outcome {
    let mut source = store::copy::Snapshot::of(from)?;
    app::restore::check_empty(to)?;
    let sums = source.sums(&mut |table, rows| talk.copying(table, rows))?;
    talk.end_progress();
    let rows: u64 = sums.iter().map(|table| table.rows).sum();
    let document = serde_json::json!({ "dry_run": true, "tables": sums, "rows": rows });
    let n_tables = u64::try_from(sums.len()).unwrap_or(u64::MAX);
    talk.result(
        "cli-move-would",
        &[("tables", count(n_tables)), ("rows", count(rows))],
        &document,
    )?;
    Ok(Exit::Done)
}

fn tell(talk: &mut Talk<'_>, moved: &Moved) -> Result<(), Failure> {
    let rows: u64 = moved.to.iter().map(|table| table.rows).sum();
    if !talk.common.json {
        for (from, to) in moved.from.iter().zip(&moved.to) {
            talk.line(&format!("{}\t{}\t{}", from.name, from.rows, to.rows))?;
        }
        talk.line(&format!("root\t{}\t{}", moved.root_from, moved.root_to))?;
    }
    let document = serde_json::json!({ "ok": true, "rows": rows, "moved": moved });
    talk.result(
        "cli-move-done",
        &[
            ("tables", count(u64::try_from(moved.to.len()).unwrap_or(u64::MAX))),
            ("rows", count(rows)),
            ("entries", count(moved.size)),
        ],
        &document,
    )
}
