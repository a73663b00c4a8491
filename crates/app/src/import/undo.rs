//! Taking a finished run back.

use super::{Counts, Import, ImportRow, RunState, count, event, find};
use crate::act::{Act, Cx, Stop};
use crate::technology::save_plan;
use access::{Act as A, Thing};
use base::{Class, ImportId, Instant, Refusal, TechnologyId, limits};
use store::Hold;
use trading::technology::change::Plan;
use trading::technology::{State, Technology};

/// How long after its end a run can be taken back.
pub const UNDO_HOURS: i64 = 24;

/// Takes a run back: what it made is withdrawn, what it changed returns to its version before,
/// where nothing was built on it since.
#[derive(serde::Serialize)]
pub struct UndoImport {
    pub import: ImportId,
}

impl Act for UndoImport {
    const ACT: A = A::UndoImport;
    type Facts = (Import, Instant);
    type Plan = Import;
    type Outcome = Counts;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.import)]
    }

    fn patience(&self) -> Option<std::time::Duration> {
        Some(crate::import::STEP_WAIT)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let run = find(cx, self.import)?;
        let changed_at = run.changed_at;
        Ok((run, changed_at))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.owner)
    }

    fn decide(&self, facts: Self::Facts, cx: &Cx<'_, '_>) -> Result<Import, Vec<Refusal>> {
        let (run, changed_at) = facts;
        if run.state != RunState::Done {
            return Err(vec![Refusal::new(Class::Refused, "import-not-done")]);
        }
        if cx.now.seconds_since(changed_at) > UNDO_HOURS * 3600 {
            let refusal = Refusal::new(Class::Refused, "import-undo-late");
            return Err(vec![refusal.number("hours", UNDO_HOURS)]);
        }
        Ok(Import { state: RunState::Undone, ..run })
    }

    fn save(&self, run: Import, cx: &mut Cx<'_, '_>) -> Result<Counts, Stop> {
        let mut undone = Counts::default();
        let mut after = 0;
        loop {
            let rows = store::import::rows(cx.tx, run.id, after, limits::IMPORT_BATCH_MAX)?;
            let Some(last) = rows.last() else { break };
            after = last.n;
            for row in &rows {
                count(&mut undone, undo_row(cx, row)?);
            }
        }
        store::import::save(cx.tx, &run, cx.now)?;
        event(cx, "import-undone", &run, serde_json::json!({ "counts": undone }));
        Ok(undone)
    }
}

fn undo_row(cx: &mut Cx<'_, '_>, row: &ImportRow) -> Result<&'static str, Stop> {
    let Ok(id) = TechnologyId::parse(&row.technology) else { return Ok("unchanged") };
    let Some(found) = store::technology::find(cx.tx, id)? else { return Ok("unchanged") };
    let is_own = matches!(row.outcome.as_str(), "created" | "updated" | "stubs");
    // Something was built on it since: it stays.
    if !is_own || found.version != row.version_before + 1 {
        return Ok("unchanged");
    }
    let version = found.version;
    if row.outcome == "updated" {
        let Some((content, label)) = store::technology::version(cx.tx, id, row.version_before)?
        else {
            return Ok("unchanged");
        };
        let technology =
            Technology { content, label, version: version + 1, changed_at: cx.now, ..found };
        let plan = Plan { technology, changes: Vec::new() };
        save_plan(cx, Some(version), plan, "technology-revised", "undo")?;
        return Ok("updated");
    }
    let state = State::Withdrawn { reason: "undo".to_owned() };
    // The key becomes free, so that the same file can be read again later.
    let technology =
        Technology { state, version: version + 1, changed_at: cx.now, key: None, ..found };
    let plan = Plan { technology, changes: Vec::new() };
    save_plan(cx, Some(version), plan, "technology-withdrawn", "undo")?;
    Ok("created")
}
