//! Reading what was handed in and staging it, at most 200 records an act.

use crate::operation::Call;
use app::No;
use app::import::{FileRead, StageRows};
use app::secret::digest;
use app::{Asker, City};
use base::{ImportId, OrganisationId, Refusal, limits};
use papers::{Item, Kind, Options, Outcome, Problem, Record, Source};
use std::sync::Arc;

/// The name under which records of a request stand in reports.
pub(crate) const NAME: &str = "records.jsonl";

/// One source of records.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) bytes: Arc<[u8]>,
}

impl Input {
    /// Records as lines of our own export.
    pub(crate) fn of_records(records: &[serde_json::Value]) -> Result<Self, Refusal> {
        let most = limits::IMPORT_BATCH_MAX;
        if records.is_empty() {
            let refusal = Refusal::invalid("field-required").on("records");
            return Err(refusal.term("field", "field-records"));
        }
        if records.len() > most {
            let refusal = Refusal::invalid("too-many-parts").on("records");
            let refusal = refusal.term("field", "field-records");
            return Err(refusal.number("found", records.len()).number("most", most));
        }
        let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
        Ok(Self { name: NAME.to_owned(), bytes: lines.into_bytes().into() })
    }

    /// What the run remembers of it.
    pub(crate) fn file_read(&self, kind: &str) -> FileRead {
        app::upload::file_read(&self.name, kind, &self.bytes)
    }

    /// What kind of file it is, by its content.
    pub(crate) fn kind(&self) -> Kind {
        let head = self.bytes.len().min(64 << 10);
        papers::detect(&self.bytes[..head], &self.name)
    }
}

/// A batch that waits to be staged.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    problems: Vec<Problem>,
    n_unsupported: u64,
    n_rejected: u64,
}

/// Where a run takes its records from.
pub(crate) struct Staging<'c, 'r> {
    pub(crate) call: &'c Call<'r>,
    pub(crate) import: ImportId,
    pub(crate) owner: OrganisationId,
    pub(crate) public_source: String,
}

impl Staging<'_, '_> {
    /// Stages everything in these inputs and says what it would become.
    ///
    /// Each batch is an act of its own with a key made of the request's: a request that is sent
    /// again after it broke off half-way stages what is missing and nothing twice.
    pub(crate) fn stage(&self, inputs: &[Input]) -> Result<app::import::Counts, No> {
        let city = self.call.city();
        let options = Options {
            public_source: Some(self.public_source.clone()).filter(|source| !source.is_empty()),
            fields: city.fields().clone(),
            ..Options::default()
        };
        let mut counts = app::import::Counts::default();
        let (mut batch, mut n_batch, mut failed) = (Batch::default(), 0_u64, None);
        let mut hand_over = |batch: &mut Batch| {
            n_batch += 1;
            self.hand_over(city, std::mem::take(batch), n_batch)
        };
        for input in inputs {
            let source = Source::Bytes(Arc::clone(&input.bytes));
            let mut take = |item: Item| {
                batch.take(item);
                if batch.records.len() < limits::IMPORT_BATCH_MAX {
                    return true;
                }
                match hand_over(&mut batch) {
                    Ok(found) => counts.add(found),
                    Err(no) => failed = Some(no),
                }
                failed.is_none()
            };
            let remarks = papers::read_each(&source, &input.name, &options, &mut take);
            batch.problems.extend(remarks);
            if let Some(no) = failed {
                return Err(no);
            }
        }
        counts.add(hand_over(&mut batch)?);
        Ok(counts)
    }

    fn hand_over(
        &self,
        city: &City,
        batch: Batch,
        n_batch: u64,
    ) -> Result<app::import::Counts, No> {
        let Batch { records, problems, n_unsupported, n_rejected } = batch;
        let (mut counts, _) = city.preview(&records, self.owner, &self.public_source)?;
        counts.rejected += n_rejected;
        counts.unsupported += n_unsupported;
        let import = self.import;
        let act = StageRows { import, records, problems, n_unsupported, n_rejected };
        city.perform(&part_of(self.call.asker(), n_batch), act)?;
        Ok(counts)
    }
}

impl Batch {
    fn take(&mut self, item: Item) {
        match item {
            Ok(record) => self.records.push(record),
            Err(refused) => {
                match refused.outcome {
                    Outcome::Rejected => self.n_rejected += 1,
                    Outcome::Unsupported => self.n_unsupported += 1,
                    Outcome::Repeated | Outcome::Skipped => {}
                }
                if self.problems.len() < limits::PROBLEMS_MAX {
                    self.problems.extend(refused.problems);
                }
            }
        }
    }
}

/// The asker with a key of its own for one part of a request.
fn part_of(asker: &Asker, part: u64) -> Asker {
    let key = asker.key.as_deref().unwrap_or("");
    asker.clone().keyed(digest(&format!("{key} part {part}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_request_have_keys_of_their_own() {
        let asker = Asker::nobody().keyed("k".repeat(limits::KEY_CHARS_MAX));
        let key = |part| part_of(&asker, part).key.expect("a key");
        assert_ne!(key(1), key(2));
        assert_eq!(key(1), key(1));
        assert!(key(1).len() <= limits::KEY_CHARS_MAX);
    }

    #[test]
    fn records_are_lines_of_our_own_export() {
        let record = serde_json::json!({
            "shape": "bellwether-technology-1",
            "key": "K-1",
            "content": { "title": { "en": "A\nfoil" } },
        });
        let input = Input::of_records(&[record.clone(), serde_json::json!(7)]).expect("few");
        assert_eq!(input.kind().name(), "lines");
        let (mut keys, mut n_refused) = (Vec::new(), 0);
        let source = Source::Bytes(Arc::clone(&input.bytes));
        papers::read_each(&source, NAME, &Options::default(), &mut |item| {
            match item {
                Ok(record) => keys.push(record.key),
                Err(_) => n_refused += 1,
            }
            true
        });
        assert_eq!((keys, n_refused), (vec!["K-1".to_owned()], 1));
        let most = limits::IMPORT_BATCH_MAX;
        assert!(Input::of_records(&vec![record; most + 1]).is_err());
        assert!(Input::of_records(&[]).is_err());
    }
}
