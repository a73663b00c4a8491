//! Putting a staged run away: nothing of it was written, and nothing of it stays.

use super::{Import, RunState, event, find};
use crate::act::{Act, Cx, Stop};
use access::{Act as A, Thing};
use base::{Class, ImportId, Refusal};
use store::Hold;

/// Puts a run away that nobody said yes to. Its rows are forgotten; that there was one stays in
/// the log.
#[derive(serde::Serialize)]
pub struct DiscardImport {
    pub import: ImportId,
}

impl Act for DiscardImport {
    const ACT: A = A::DiscardImport;
    type Facts = Import;
    type Plan = Import;
    type Outcome = ImportId;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.import)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Import, Stop> {
        find(cx, self.import)
    }

    fn thing(&self, facts: &Import) -> Thing {
        Thing::of(facts.owner)
    }

    fn decide(&self, run: Import, _: &Cx<'_, '_>) -> Result<Import, Vec<Refusal>> {
        // A run that has begun is ended by taking it back, which also undoes what it wrote.
        if run.state != RunState::Staged || run.n_done > 0 {
            return Err(vec![Refusal::new(Class::Refused, "import-not-staged")]);
        }
        Ok(Import { state: RunState::Discarded, ..run })
    }

    fn save(&self, run: Import, cx: &mut Cx<'_, '_>) -> Result<ImportId, Stop> {
        store::import::forget_rows(cx.tx, run.id)?;
        store::import::save(cx.tx, &run, cx.now)?;
        event(cx, "import-discarded", &run, serde_json::Value::Null);
        Ok(run.id)
    }
}
