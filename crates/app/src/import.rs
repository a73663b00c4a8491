//! Imports: records are staged, looked at, and committed in acts of at most 200.
//!
//! A run can be left, interrupted and gone on with: what is settled is written in the same commit
//! as the technologies themselves. The same file again changes nothing.

mod approve;
mod discard;
mod preview;
mod undo;

pub use approve::ApproveImport;
pub use discard::DiscardImport;
pub use preview::Foretold;
pub use undo::{UNDO_HOURS, UndoImport};

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::technology::save_plan;
use access::{Act as A, Thing};
use base::{Class, ImportId, Instant, Label, OrganisationId, Refusal, TechnologyId, limits, text};
use std::time::Duration;
use store::Hold;
pub use store::import::{Counts, FileRead, Import, ImportRow, RunState};
use trading::intake::{Entry, Problem, Record, standing};
use trading::technology::change::{
    CreateFacts, CreateStub, CreateTechnology, Facts, FillStub, Plan, ReviseTechnology, create,
    create_stub, fill, revise,
};
use trading::technology::{Content, Source, State, Technology};

/// How long a step of a run may take: it settles up to 200 rows.
pub(crate) const STEP_WAIT: Duration = Duration::from_secs(30);

/// A run with the organisation it is for.
pub struct View {
    pub run: Import,
    pub owner: parties::Organisation,
    pub n_problems: u64,
}

/// Which runs this reader may see. They have no label of their own, so no gate need be looked up.
pub(crate) fn listed(rx: &Rx<'_, '_>) -> access::Filter {
    access::filter(&rx.actor, A::ListImports, &[Label::public().gate()])
}

impl City {
    /// One run.
    pub fn import(&self, asker: &Asker, id: ImportId) -> Result<View, No> {
        self.read(asker, |rx| {
            let run = store::import::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            rx.may(A::LookAtImport, &Thing::of(run.owner))?;
            let owner =
                store::organisation::find(rx.tx, run.owner)?.ok_or_else(Refusal::not_found)?;
            let n_problems = store::import::n_problems(rx.tx, id)?;
            Ok(View { run, owner, n_problems })
        })
    }

    /// Runs that this reader may see, newest first, after one of them.
    pub fn imports(
        &self,
        asker: &Asker,
        after: Option<ImportId>,
        limit: usize,
    ) -> Result<Vec<View>, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let limit = limit.min(limits::PAGE_ROWS_MAX);
            let filter = listed(rx);
            let after = match after {
                None => None,
                Some(id) => {
                    let last = store::import::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
                    rx.may(A::LookAtImport, &Thing::of(last.owner))?;
                    Some((last.created_at, id))
                }
            };
            let runs = store::import::newest(rx.tx, &filter, after, limit)?;
            let mut shown = Vec::with_capacity(runs.len());
            for run in runs {
                let owner = store::organisation::find(rx.tx, run.owner)?;
                let owner = owner.ok_or_else(Refusal::not_found)?;
                let n_problems = store::import::n_problems(rx.tx, run.id)?;
                shown.push(View { run, owner, n_problems });
            }
            Ok(shown)
        })
    }

    /// Rows of a run after a number.
    pub fn import_rows(
        &self,
        asker: &Asker,
        id: ImportId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<ImportRow>, No> {
        self.import(asker, id)?;
        Ok(self.store().read(|tx| store::import::rows(tx, id, after, limit))?)
    }

    /// Problems of a run after a number.
    pub fn import_problems(
        &self,
        asker: &Asker,
        id: ImportId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Problem)>, No> {
        self.import(asker, id)?;
        Ok(self.store().read(|tx| store::import::problems(tx, id, after, limit))?)
    }

    /// Commits the rest of a run, batch after batch; `progress` hears how far it is and may stop it.
    pub fn run_import(
        &self,
        asker: &Asker,
        id: ImportId,
        mut progress: impl FnMut(u64, u64) -> bool,
    ) -> Result<Import, No> {
        loop {
            let step = self.perform(asker, CommitRows { import: id })?;
            if step.is_done || !progress(step.n_done, step.n_rows) {
                return Ok(self.import(asker, id)?.run);
            }
        }
    }
}

fn named(source: &str) -> Option<&str> {
    Some(source).filter(|source| !source.is_empty())
}

/// A stub remembers what it was made of without keeping a word of it: the hash says whether the
/// file has changed; with the record once public another hash results.
fn hash_of(record: &Record, entry: &Entry) -> String {
    match entry {
        Entry::Public { .. } => record.hash(),
        Entry::Stub { .. } => format!("stub:{}", record.key),
    }
}

fn count(counts: &mut Counts, outcome: &str) {
    match outcome {
        "created" => counts.created += 1,
        "updated" => counts.updated += 1,
        "unchanged" => counts.unchanged += 1,
        "stubs" => counts.stubs += 1,
        _ => counts.rejected += 1,
    }
}

/// Opens a run for an owner; rows follow with [`StageRows`].
#[derive(serde::Serialize)]
pub struct StartImport {
    pub owner: OrganisationId,
    pub files: Vec<FileRead>,
    /// The public source that the officer names, kept and shown; empty for none.
    pub public_source: String,
    /// Whether good rows go in although others are wrong.
    pub takes_good: bool,
}

/// A new run.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ImportStarted {
    pub import: ImportId,
}

impl Act for StartImport {
    const ACT: A = A::StartImport;
    type Facts = OrganisationId;
    type Plan = String;
    type Outcome = ImportStarted;

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<OrganisationId, Stop> {
        let owner = store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        Ok(owner.id)
    }

    fn thing(&self, facts: &OrganisationId) -> Thing {
        Thing::of(*facts)
    }

    fn decide(&self, _: OrganisationId, _: &Cx<'_, '_>) -> Result<String, Vec<Refusal>> {
        let most = limits::SUMMARY_CHARS_MAX;
        text::line("public_source", &self.public_source, most).map_err(|refusal| vec![refusal])
    }

    fn save(&self, source: String, cx: &mut Cx<'_, '_>) -> Result<ImportStarted, Stop> {
        let id = cx.city.with_chance(|chance| ImportId::new(cx.now, chance));
        let run = Import {
            id,
            owner: self.owner,
            person: cx.actor.person,
            files: self.files.clone(),
            source,
            state: RunState::Staged,
            takes_good: self.takes_good,
            n_rows: 0,
            n_done: 0,
            counts: Counts::default(),
            created_at: cx.now,
            changed_at: cx.now,
        };
        store::import::add(cx.tx, &run)?;
        let body = serde_json::json!({ "files": self.files.iter().map(|file| &file.sha256)
            .collect::<Vec<_>>() });
        event(cx, "import-started", &run, body);
        Ok(ImportStarted { import: id })
    }
}

/// Labels of runs: an import names files of its owner only, so its events are for members.
fn event(cx: &mut Cx<'_, '_>, kind: &str, run: &Import, body: serde_json::Value) {
    let label = Label::at(base::Level::Restricted);
    let about = About {
        thing: run.id.to_string(),
        version: run.n_done,
        owner: Some(run.owner),
        label: &label,
        state: run.state.word(),
    };
    cx.event(kind, about, body);
}

fn find(cx: &mut Cx<'_, '_>, id: ImportId) -> Result<Import, Stop> {
    Ok(store::import::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

/// Stages at most 200 records and the problems found so far.
#[derive(serde::Serialize)]
pub struct StageRows {
    pub import: ImportId,
    pub records: Vec<Record>,
    pub problems: Vec<Problem>,
    /// Counted while reading: whole files that were not understood, and records refused.
    pub n_unsupported: u64,
    pub n_rejected: u64,
}

impl Act for StageRows {
    const ACT: A = A::ImportTechnologies;
    type Facts = (Import, u64);
    type Plan = (Import, u64);
    type Outcome = u64;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.import)]
    }

    fn patience(&self) -> Option<Duration> {
        Some(STEP_WAIT)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let run = find(cx, self.import)?;
        Ok((run, store::import::n_problems(cx.tx, self.import)?))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.owner)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        if facts.0.state != RunState::Staged {
            return Err(vec![Refusal::new(Class::Refused, "import-not-staged")]);
        }
        if self.records.len() > limits::IMPORT_BATCH_MAX {
            let most = limits::IMPORT_BATCH_MAX;
            return Err(vec![Refusal::invalid("import-batch-too-large").number("most", most)]);
        }
        Ok(facts)
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        let (mut run, n_problems) = plan;
        for record in &self.records {
            run.n_rows += 1;
            store::import::add_row(cx.tx, run.id, run.n_rows, record)?;
        }
        let room = u64::try_from(limits::PROBLEMS_MAX).unwrap_or(u64::MAX);
        let warnings = self.records.iter().flat_map(|record| &record.warnings);
        for (n, problem) in (n_problems + 1..=room).zip(self.problems.iter().chain(warnings)) {
            store::import::add_problem(cx.tx, run.id, n, problem)?;
        }
        run.counts.unsupported += self.n_unsupported;
        run.counts.rejected += self.n_rejected;
        store::import::save(cx.tx, &run, cx.now)?;
        Ok(run.n_rows)
    }
}

/// How far a run has come.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Step {
    pub n_done: u64,
    pub n_rows: u64,
    pub is_done: bool,
    pub counts: Counts,
}

/// Commits the next rows of a run, at most 200.
#[derive(serde::Serialize)]
pub struct CommitRows {
    pub import: ImportId,
}

/// A row with what is known about its key.
pub struct Known {
    row: ImportRow,
    before: Option<Technology>,
}

impl Act for CommitRows {
    const ACT: A = A::ImportTechnologies;
    type Facts = (Import, Vec<ImportRow>);
    type Plan = (Import, Vec<ImportRow>);
    type Outcome = Step;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.import)]
    }

    fn patience(&self) -> Option<Duration> {
        Some(STEP_WAIT)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let run = find(cx, self.import)?;
        let rows = store::import::rows(cx.tx, run.id, run.n_done, limits::IMPORT_BATCH_MAX)?;
        Ok((run, rows))
    }

    fn thing(&self, facts: &Self::Facts) -> Thing {
        Thing::of(facts.0.owner)
    }

    fn decide(&self, facts: Self::Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        match facts.0.state {
            RunState::Running | RunState::Done => Ok(facts),
            _ => Err(vec![Refusal::new(Class::Refused, "import-not-running")]),
        }
    }

    fn save(&self, plan: Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Step, Stop> {
        let (mut run, rows) = plan;
        for row in rows {
            let n = row.n;
            let before = store::technology::by_key(cx.tx, run.owner, &row.record.key)?;
            let version_before = before.as_ref().map_or(0, |technology| technology.version);
            let (outcome, technology) = match settle(cx, &run, Known { row, before })? {
                Ok((outcome, id)) => (outcome, id.map_or_else(String::new, |id| id.to_string())),
                Err(problem) => {
                    let next = store::import::n_problems(cx.tx, run.id)? + 1;
                    store::import::add_problem(cx.tx, run.id, next, &problem)?;
                    ("rejected", String::new())
                }
            };
            count(&mut run.counts, outcome);
            store::import::settle(cx.tx, (run.id, n), outcome, &technology, version_before)?;
            run.n_done = n;
        }
        let is_done = run.n_done >= run.n_rows;
        if is_done && run.state == RunState::Running {
            run.state = RunState::Done;
            let body = serde_json::json!({ "counts": run.counts });
            event(cx, "import-done", &run, body);
        }
        store::import::save(cx.tx, &run, cx.now)?;
        Ok(Step { n_done: run.n_done, n_rows: run.n_rows, is_done, counts: run.counts })
    }
}

type Settled = Result<(&'static str, Option<TechnologyId>), Problem>;

/// Decides one row and saves what it becomes; a domain's no becomes a problem of the report.
fn settle(cx: &mut Cx<'_, '_>, run: &Import, known: Known) -> Result<Settled, Stop> {
    let Known { row, before } = known;
    let entry = standing(&row.record, named(&run.source));
    let hash = hash_of(&row.record, &entry);
    let before_id = before.as_ref().map(|technology| technology.id);
    if before.as_ref().is_some_and(|technology| is_kept(technology, &entry, &hash)) {
        return Ok(Ok(("unchanged", before_id)));
    }
    let planning = Planning { city: cx.city, now: cx.now, owner: run.owner, run: Some(run.id) };
    let planned = plan_row(&planning, &row.record, &entry, hash, before.as_ref());
    let (outcome, plan) = match planned {
        Ok(planned) => planned,
        Err(reasons) => return Ok(Err(problem_of(&row.record, &reasons))),
    };
    let before_version = before.map(|technology| technology.version);
    let kind = if before_version.is_some() { "technology-revised" } else { "technology-created" };
    if before_version.is_some() && plan.changes.is_empty() && plan.technology.version == 0 {
        return Ok(Ok(("unchanged", before_id)));
    }
    let saved = save_plan(cx, before_version, plan, kind, "")?;
    Ok(Ok((outcome, Some(saved.technology))))
}

/// Whether a row leaves the technology as it is: the file says the same, or has no say.
fn is_kept(technology: &Technology, entry: &Entry, hash: &str) -> bool {
    let is_same = technology.source.as_ref().is_some_and(|source| source.hash == hash);
    // A stub never replaces what is already told, and a withdrawal is not undone by a file.
    let is_gone = matches!(technology.state, State::Withdrawn { .. });
    let is_told = technology.state != State::Stub;
    is_same || is_gone || (is_told && matches!(entry, Entry::Stub { .. }))
}

/// What planning a row needs besides the row.
struct Planning<'c> {
    city: &'c City,
    now: Instant,
    owner: OrganisationId,
    /// None while a row is only foretold.
    run: Option<ImportId>,
}

/// What a record becomes, decided and not saved; the outcome is a word of [`Counts`].
fn plan_row(
    planning: &Planning<'_>,
    record: &Record,
    entry: &Entry,
    hash: String,
    before: Option<&Technology>,
) -> Result<(&'static str, Plan), Vec<Refusal>> {
    let &Planning { city, now, owner, run } = planning;
    let source = |name: String| {
        let (file, line) = (record.at.file.clone(), record.at.line);
        Some(Source { name, file, line, import: run, hash: hash.clone(), ..Source::default() })
    };
    let key = Some(record.key.clone());
    let new = || {
        let id = city.with_chance(|chance| TechnologyId::new(now, chance));
        (id, city.reference("TE", now))
    };
    let create_facts =
        CreateFacts { fields: city.fields(), key_taken: false, marking_released: false };
    match (entry, before) {
        (Entry::Stub { facts, .. }, _) => {
            let (id, reference) = new();
            let field = facts.field.clone();
            let source = source(String::new());
            let ask = CreateStub { id, reference, owner, key, field, label: None, source };
            Ok(("stubs", create_stub(&create_facts, ask, now)?))
        }
        (Entry::Public { proof }, None) => {
            let (id, reference) = new();
            let ask = CreateTechnology {
                id,
                reference,
                owner,
                key,
                content: content_of(record),
                label: Some(Label::public()),
                proof: proof.clone(),
                source: source(proof.text()),
            };
            Ok(("created", create(&create_facts, ask, now)?.shown()))
        }
        (Entry::Public { proof }, Some(technology)) => {
            let facts = Facts {
                technology,
                fields: city.fields(),
                marking_released: false,
                has_desk: true,
            };
            let content = content_of(record);
            let plan = if technology.state == State::Stub {
                let ask = FillStub {
                    version: technology.version,
                    content,
                    label: Some(Label::public()),
                    proof: proof.clone(),
                    source: source(proof.text()),
                    released: false,
                };
                fill(&facts, ask, now)?.shown()
            } else {
                let version = technology.version;
                let ask = ReviseTechnology { version, content, source: source(proof.text()) };
                revise(&facts, ask, now)?
            };
            Ok(("updated", plan))
        }
    }
}

/// The content with the holder that the document names; the owner is who handed it in.
fn content_of(record: &Record) -> Content {
    let mut content = record.content.clone();
    if let Some(holder) = &record.owner_hint {
        let line = |text: &str| text::line("holder", text, limits::NAME_CHARS_MAX);
        content.holder.en = line(&holder.en).unwrap_or_default();
        content.holder.zh = line(&holder.zh).unwrap_or_default();
    }
    content
}

fn problem_of(record: &Record, reasons: &[Refusal]) -> Problem {
    let mut problem = Problem::new("refused", &record.at);
    if let Some(first) = reasons.first() {
        problem = problem.on(first.field.clone().unwrap_or_default());
    }
    let codes: Vec<&str> = reasons.iter().map(|refusal| refusal.code.as_ref()).collect();
    problem.with("codes", codes.join(", "))
}
