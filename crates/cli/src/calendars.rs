//! `import bookings`: calendars of existing bookings, every event judged by the rules, told, and booked.

use crate::args::ImportBookings;
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use app::Asker;
use app::booking::{CalendarBrought, calendar_rows};
use base::{Class, InstrumentId, Refusal};
use instruments::series::Mode;
use std::io::Read;

/// Bytes of one calendar at most.
const BYTES_MAX: u64 = 8 << 20;

/// Runs it.
pub fn run(desk: &mut Desk<'_>, asked: &ImportBookings) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let instrument: InstrumentId = asked.instrument.parse().map_err(|_| {
        let no = Refusal::new(Class::Invalid, "id-unreadable").on("instrument");
        no.text("found", asked.instrument.as_str()).term("field", "field-instrument")
    })?;
    let zone = desk.city.instrument_week(&asker, instrument, None)?.zone;
    let mode = if asked.skip { Mode::SkipConflicts } else { Mode::AllOrNothing };
    let mut is_whole = true;
    for (n, path) in asked.paths.iter().enumerate() {
        let path = desk.io.surroundings().path(path);
        let fail = |error: std::io::Error| Failure::file(&path, &error);
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path).map_err(fail)?;
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(fail)?;
        let rows = calendar_rows(&String::from_utf8_lossy(&bytes), &zone)?;
        // A key belongs to one file: the next one has its own.
        let key = asker.key.as_ref().map(|key| format!("{key}.{n}"));
        let own = Asker { key, ..asker.clone() };
        let way = (mode, asked.writing.dry_run);
        let brought = desk.city.bring_bookings(&own, instrument, (rows, Vec::new()), way)?;
        is_whole &= brought.rows.iter().all(|row| row.is_fine);
        tell(desk, &brought)?;
    }
    Ok(if is_whole { Exit::Done } else { Exit::Failed })
}

/// Every event that is refused with all reasons, and how many were booked.
fn tell(desk: &mut Desk<'_>, brought: &CalendarBrought) -> Result<(), Failure> {
    let lang = desk.lang();
    let n_fine = brought.rows.iter().filter(|row| row.is_fine).count();
    for row in brought.rows.iter().filter(|row| !row.is_fine) {
        let mut texts: Vec<String> = row
            .problems
            .iter()
            .map(|problem| words::refusal(lang, &problem.refusal()).text)
            .collect();
        if !row.row.fault.is_empty() {
            texts.insert(0, words::say(lang, &row.row.fault));
        }
        let line = row.row.line.to_string();
        let args = [("line", line.into()), ("text", texts.join(" ").into())];
        desk.say("cli-import-bookings-refused", &args);
    }
    let rows: Vec<serde_json::Value> = brought
        .rows
        .iter()
        .map(|row| {
            let problems: Vec<_> = row.problems.iter().map(|problem| problem.told()).collect();
            serde_json::json!({
                "line": row.row.line,
                "booking": row.booking,
                "fine": row.is_fine,
                "fault": row.row.fault,
                "problems": problems,
            })
        })
        .collect();
    let document = serde_json::json!({ "booked": brought.n_booked, "rows": rows });
    let booked = usize::try_from(brought.n_booked).unwrap_or(usize::MAX);
    let args =
        [("booked", booked.into()), ("fine", n_fine.into()), ("all", brought.rows.len().into())];
    desk.done("cli-import-bookings-done", &args, &document).map(|_| ())
}
