//! `verify log` and `reindex`: what is kept, held against what was written.

use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use base::{Class, Refusal};

/// Entries between two lines of progress.
const PROGRESS_EVERY: u64 = 10_000;

/// `verify log`.
pub fn log(desk: &mut Desk<'_>) -> Outcome {
    let city = desk.city;
    let key = has_key(desk).then(|| city.verifier_key()).transpose()?;
    let all = city.store().committed().size();
    let mut told = 0;
    let checked = app::verify::verify(city.store(), key.as_ref(), |done| {
        if done >= told + PROGRESS_EVERY {
            told = done;
            desk.progress("cli-progress", done, all);
        }
    });
    desk.end_progress();
    let report = match checked {
        Ok(report) => report,
        Err(app::verify::Failed::Store(error)) => return Err(error.into()),
        Err(app::verify::Failed::Damage(damage)) => {
            if desk.common.json {
                desk.json(&serde_json::json!({ "ok": false, "damage": damage }))?;
            }
            let reason = Refusal::new(Class::Refused, "cli-log-damaged")
                .text("number", damage.seq.to_string())
                .text("code", damage.code)
                .text("found", damage.text);
            return Err(Failure::new(Exit::Damage, reason));
        }
    };
    if desk.common.json {
        let is_signed = key.is_some();
        let document =
            serde_json::json!({ "ok": true, "signatures_checked": is_signed, "report": report });
        desk.json(&document)?;
        return Ok(Exit::Done);
    }
    let count = |n: u64| words::Arg::from(i64::try_from(n).unwrap_or(i64::MAX));
    let args = [
        ("entries", count(report.n_entries)),
        ("checkpoints", count(report.n_checkpoints)),
        ("rows", count(report.n_rows)),
        ("root", report.root.as_str().into()),
    ];
    let text = words::say_with(desk.lang(), "cli-verify-done", &args);
    desk.line(&text)?;
    if key.is_none() {
        desk.say("cli-verify-no-key", &[]);
    }
    Ok(Exit::Done)
}

/// `verify files`.
pub fn files(desk: &mut Desk<'_>) -> Outcome {
    let city = desk.city;
    let all = city.store().read(store::file::totals)?.0;
    let mut told = 0;
    let checked = city.check_files(|done| {
        if done >= told + FILES_PROGRESS_EVERY {
            told = done;
            desk.progress("cli-progress", done, all);
        }
    });
    desk.end_progress();
    let checked = checked?;
    let is_whole = checked.troubles.is_empty();
    if desk.common.json {
        let troubles: Vec<serde_json::Value> = checked
            .troubles
            .iter()
            .map(|it| {
                let state = if it.is_damaged { "damaged" } else { "missing" };
                serde_json::json!({ "sha256": it.hash, "bytes": it.bytes, "state": state })
            })
            .collect();
        desk.json(&serde_json::json!({
            "ok": is_whole, "files": checked.n, "bytes": checked.bytes, "troubles": troubles,
        }))?;
        return Ok(if is_whole { Exit::Done } else { Exit::Damage });
    }
    for trouble in &checked.troubles {
        let key = if trouble.is_damaged { "cli-file-damaged" } else { "cli-file-missing" };
        let args = [("hash", trouble.hash.as_str().into())];
        let text = words::say_with(desk.lang(), key, &args);
        desk.line(&text)?;
    }
    let count = |n: u64| words::Arg::from(i64::try_from(n).unwrap_or(i64::MAX));
    let n_wrong = u64::try_from(checked.troubles.len()).unwrap_or(u64::MAX);
    let args = [
        ("files", count(checked.n)),
        ("size", words::bytes(desk.lang(), checked.bytes).into()),
        ("wrong", count(n_wrong)),
    ];
    let text = words::say_with(desk.lang(), "cli-files-checked", &args);
    desk.line(&text)?;
    Ok(if is_whole { Exit::Done } else { Exit::Damage })
}

/// Files between two lines of progress.
const FILES_PROGRESS_EVERY: u64 = 100;

/// Whether this process knows the log's own key: a command on a distant store may not.
fn has_key(desk: &Desk<'_>) -> bool {
    desk.city.settings().log_seed != [0; 32]
}

/// `reindex`.
pub fn reindex(desk: &mut Desk<'_>) -> Outcome {
    let city = desk.city;
    let built = city.reindex(|done, all| desk.progress("cli-progress", done, all));
    desk.end_progress();
    let n_documents = built?;
    if desk.common.json {
        desk.json(&serde_json::json!({ "documents": n_documents }))?;
        return Ok(Exit::Done);
    }
    let count = i64::try_from(n_documents).unwrap_or(i64::MAX);
    let text = words::say_with(desk.lang(), "cli-reindex-done", &[("count", count.into())]);
    desk.line(&text)?;
    Ok(Exit::Done)
}
