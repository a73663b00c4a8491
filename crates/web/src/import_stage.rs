//! From bytes to staged rows: recognised, parsed outside any transaction, staged in batches.

use crate::import_kept::Handed;
use app::No;
use app::asker::Asker;
use app::import::{StageRows, StartImport};
use app::upload::file_read;
use base::{ImportId, Lang, limits};
use edge::Request;
use papers::{Item, Kind, Options, Outcome, Source, detect};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trading::intake::{Problem, Record};

/// How much of a file tells its kind.
const HEAD_BYTES: usize = 64 << 10;

fn kind(name: &str, bytes: &[u8]) -> Kind {
    detect(bytes.get(..HEAD_BYTES).unwrap_or(bytes), name)
}

fn options(request: &Request, handed: &Handed, mapping: &BTreeMap<String, String>) -> Options {
    Options {
        public_source: (!handed.source.is_empty()).then(|| handed.source.clone()),
        mapping: mapping.clone(),
        fields: request.city().fields().clone(),
        marking_released: false,
    }
}

/// Heads of our own tables that nobody understood; empty where nothing has to be asked.
pub fn unknown_heads(request: &Request, handed: &Handed) -> Vec<String> {
    let options = options(request, handed, &BTreeMap::new());
    let mut heads = Vec::new();
    for (name, bytes) in &handed.files {
        if !matches!(kind(name, bytes), Kind::Table | Kind::Workbook) {
            continue;
        }
        let mut found = Vec::new();
        // The heads stand before the first record.
        let remarks = papers::read_each(&source(bytes), name, &options, &mut |item| match item {
            Ok(_) => false,
            Err(refused) => {
                found.extend(refused.problems);
                found.len() < 50
            }
        });
        found.extend(remarks);
        for problem in &found {
            heads.extend(heads_of(problem));
        }
    }
    let own: Vec<String> =
        Lang::ALL.iter().map(|lang| words::say(*lang, "problem-column")).collect();
    let mut seen = BTreeSet::new();
    heads.retain(|head| !own.contains(head) && seen.insert(head.clone()));
    heads.truncate(100);
    heads
}

fn heads_of(problem: &Problem) -> Vec<String> {
    let value = |name: &str| {
        let found = problem.values.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    match problem.code.as_ref() {
        "column-unknown" => vec![value("head").to_owned()],
        "columns-unknown" => value("found").split(", ").map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn source(bytes: &Arc<[u8]>) -> Source {
    Source::Bytes(Arc::clone(bytes))
}

/// Opens a run and stages everything that can be read. Sent again with the same key, it finds the
/// same run and stages nothing twice.
pub fn stage(
    request: &Request,
    handed: &Handed,
    mapping: &BTreeMap<String, String>,
) -> Result<ImportId, No> {
    let city = request.city();
    let files =
        handed.files.iter().map(|(name, bytes)| file_read(name, kind(name, bytes).name(), bytes));
    let start = StartImport {
        owner: handed.owner,
        files: files.collect(),
        public_source: handed.source.clone(),
        takes_good: false,
    };
    let import = city.perform(&request.keyed(), start)?.import;
    let options = options(request, handed, mapping);
    let mut batch = Batch::new(request, import);
    for (name, bytes) in &handed.files {
        let mut reading = papers::read(source(bytes), name, &options);
        for item in reading.by_ref() {
            batch.take(item)?;
        }
        batch.problems.extend(reading.remarks());
    }
    batch.send()?;
    Ok(import)
}

/// Rows that go into the store together.
struct Batch<'r> {
    request: &'r Request,
    import: ImportId,
    n_sent: usize,
    records: Vec<Record>,
    problems: Vec<Problem>,
    n_unsupported: u64,
    n_rejected: u64,
}

impl<'r> Batch<'r> {
    fn new(request: &'r Request, import: ImportId) -> Self {
        Self {
            request,
            import,
            n_sent: 0,
            records: Vec::new(),
            problems: Vec::new(),
            n_unsupported: 0,
            n_rejected: 0,
        }
    }

    fn take(&mut self, item: Item) -> Result<(), No> {
        match item {
            Ok(record) => self.records.push(record),
            Err(refused) => {
                let is_remark = matches!(refused.outcome, Outcome::Repeated | Outcome::Skipped);
                match refused.outcome {
                    Outcome::Rejected => self.n_rejected += 1,
                    Outcome::Unsupported => self.n_unsupported += 1,
                    Outcome::Repeated | Outcome::Skipped => {}
                }
                let problems = refused.problems.into_iter().map(|mut problem| {
                    problem.warning |= is_remark;
                    problem
                });
                self.problems.extend(problems);
            }
        }
        let is_full = self.records.len() >= limits::IMPORT_BATCH_MAX
            || self.problems.len() >= 5 * limits::IMPORT_BATCH_MAX;
        if is_full { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), No> {
        if self.records.is_empty() && self.problems.is_empty() {
            return Ok(());
        }
        let act = StageRows {
            import: self.import,
            records: std::mem::take(&mut self.records),
            problems: std::mem::take(&mut self.problems),
            n_unsupported: std::mem::take(&mut self.n_unsupported),
            n_rejected: std::mem::take(&mut self.n_rejected),
        };
        let key = format!("stage-{}-{}", self.import, self.n_sent);
        self.n_sent += 1;
        let asker: Asker = self.request.asker.clone().keyed(key);
        self.request.city().perform(&asker, act)?;
        Ok(())
    }
}
