//! Saying yes to a staged run.

use super::{Import, RunState, event, find};
use crate::act::{Act, Cx, No, Stop};
use crate::city::City;
use access::{Act as A, Thing};
use base::{Class, ImportId, Refusal, limits};
use std::collections::BTreeMap;
use store::Hold;
use trading::intake::Record;

/// Says yes to a staged run: from now on its rows may be committed.
#[derive(serde::Serialize)]
pub struct ApproveImport {
    import: ImportId,
    /// Take the good rows although others were refused.
    takes_good: bool,
    /// Staged rows that the domain would refuse, found before the transaction.
    #[serde(skip)]
    n_wrong: u64,
}

impl ApproveImport {
    /// The yes; with `takes_good` although rows are wrong, otherwise for all rows or none.
    pub fn new(import: ImportId, takes_good: bool) -> Self {
        Self { import, takes_good, n_wrong: 0 }
    }
}

impl Act for ApproveImport {
    const ACT: A = A::ImportTechnologies;
    type Facts = Import;
    type Plan = Import;
    type Outcome = ImportId;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.import)]
    }

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        if !self.takes_good {
            self.n_wrong = n_wrong(city, self.import)?;
        }
        Ok(())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Import, Stop> {
        find(cx, self.import)
    }

    fn thing(&self, facts: &Import) -> Thing {
        Thing::of(facts.owner)
    }

    fn decide(&self, run: Import, _: &Cx<'_, '_>) -> Result<Import, Vec<Refusal>> {
        if !matches!(run.state, RunState::Staged | RunState::Paused) {
            return Err(vec![Refusal::new(Class::Refused, "import-not-staged")]);
        }
        let n_wrong = run.counts.rejected + self.n_wrong;
        if !self.takes_good && n_wrong > 0 {
            let refusal = Refusal::new(Class::Refused, "import-has-rejected");
            return Err(vec![refusal.number("count", n_wrong)]);
        }
        Ok(Import { state: RunState::Running, takes_good: self.takes_good, ..run })
    }

    fn save(&self, run: Import, cx: &mut Cx<'_, '_>) -> Result<ImportId, Stop> {
        store::import::save(cx.tx, &run, cx.now)?;
        event(cx, "import-approved", &run, serde_json::Value::Null);
        Ok(run.id)
    }
}

/// How many staged rows would be refused if they were written now; a run that is not there has none.
fn n_wrong(city: &City, import: ImportId) -> Result<u64, No> {
    let Some(run) = city.store().read(|tx| store::import::find(tx, import))? else { return Ok(0) };
    let (mut after, mut n_wrong, mut seen) = (run.n_done, 0, BTreeMap::new());
    loop {
        let most = limits::IMPORT_BATCH_MAX;
        let rows = city.store().read(|tx| store::import::rows(tx, import, after, most))?;
        let Some(last) = rows.last() else { return Ok(n_wrong) };
        after = last.n;
        let records: Vec<Record> = rows.into_iter().map(|row| row.record).collect();
        n_wrong += city.preview_next(&records, run.owner, &run.source, &mut seen)?.0.rejected;
    }
}
