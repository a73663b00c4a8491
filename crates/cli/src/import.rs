//! `import technologies`: files and folders, record by record, in acts of at most 200.
//!
//! Good records are taken and the rest is reported. A run that was interrupted is simply started
//! again: what is there already counts as unchanged.

use crate::args::ImportTechnologies;
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::files::{Found, gather};
use app::import::{ApproveImport, CommitRows, StageRows, StartImport};
use app::{Act, Asker};
use base::{ImportId, Lang, OrganisationId, Refusal, limits};
use papers::{Options, Outcome as Became, Problem, Record};
use std::collections::BTreeMap;
use store::import::Counts;

/// Files of one run: its event lists them, and an event has a bound.
const FILES_PER_RUN: usize = 1_000;
/// Problems kept between two acts of staging.
const PROBLEMS_PER_ACT: usize = 500;

/// Runs it.
pub fn run(desk: &mut Desk<'_>, asked: &ImportTechnologies) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let owner = desk.organisation(asked.owner.as_deref())?;
    let name = desk.city.organisation(&asker, owner)?.organisation.profile.name;
    if asked.owner.is_none() {
        let name = name.best(desk.lang()).0.to_owned();
        desk.say("cli-import-owner", &[("name", name.into())]);
    }
    let files = gather(&asked.paths, desk.io)?;
    let source = asked.public_source.clone().unwrap_or_default();
    let key = asked.writing.key.clone();
    let mut work = Work {
        options: Options {
            public_source: asked.public_source.clone(),
            fields: desk.city.fields().clone(),
            ..Options::default()
        },
        asker: Asker { key: None, ..asker },
        owner,
        source,
        key,
        n_acts: 0,
        report: Report::default(),
        desk,
    };
    let done = if asked.writing.dry_run { work.preview(&files) } else { work.import(&files) };
    work.desk.end_progress();
    let is_whole = done?;
    let report = work.report;
    report.print(desk, asked.writing.dry_run)?;
    if !is_whole {
        desk.say("cli-import-interrupted", &[]);
    }
    let is_good = is_whole && report.counts.rejected == 0 && report.counts.unsupported == 0;
    Ok(if is_good { Exit::Done } else { Exit::Failed })
}

/// What became of everything, and what was wrong.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) counts: Counts,
    problems: Vec<Problem>,
    n_problems: usize,
}

impl Report {
    pub(crate) fn problem(&mut self, problem: Problem) {
        self.n_problems += 1;
        if self.problems.len() < limits::PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }

    pub(crate) fn print(&self, desk: &mut Desk<'_>, is_dry: bool) -> Result<(), Failure> {
        let lang = desk.lang();
        let counts = &self.counts;
        if desk.common.json {
            let problems: Vec<serde_json::Value> =
                self.problems.iter().map(|problem| document(lang, problem)).collect();
            return desk.json(&serde_json::json!({
                "created": counts.created,
                "updated": counts.updated,
                "unchanged": counts.unchanged,
                "stubs": counts.stubs,
                "rejected": counts.rejected,
                "unsupported": counts.unsupported,
                "dry_run": is_dry,
                "n_problems": self.n_problems,
                "problems": problems,
            }));
        }
        for problem in &self.problems {
            let place = match (problem.line, problem.column) {
                (0, _) => problem.file.clone(),
                (line, 0) => format!("{}:{line}", problem.file),
                (line, column) => format!("{}:{line}:{column}", problem.file),
            };
            let text = papers::sentence(lang, problem);
            let kind = if problem.warning { "cli-import-warning" } else { "cli-import-problem" };
            desk.say(kind, &[("place", place.into()), ("text", text.into())]);
        }
        if self.n_problems > self.problems.len() {
            let more = i64::try_from(self.n_problems - self.problems.len()).unwrap_or(i64::MAX);
            desk.say("cli-import-more-problems", &[("count", more.into())]);
        }
        let args = [
            ("created", number(counts.created)),
            ("updated", number(counts.updated)),
            ("unchanged", number(counts.unchanged)),
            ("stubs", number(counts.stubs)),
            ("rejected", number(counts.rejected)),
            ("unsupported", number(counts.unsupported)),
        ];
        let key = if is_dry { "cli-import-would" } else { "cli-import-done" };
        let text = words::say_with(lang, key, &args);
        desk.line(&text)
    }
}

fn number(n: u64) -> words::Arg {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

fn document(lang: Lang, problem: &Problem) -> serde_json::Value {
    serde_json::json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "field": problem.field,
        "code": problem.code,
        "warning": problem.warning,
        "text": papers::sentence(lang, problem),
    })
}

struct Work<'d, 'a> {
    desk: &'d mut Desk<'a>,
    options: Options,
    asker: Asker,
    owner: OrganisationId,
    source: String,
    /// The caller's key, under which every act gets one of its own.
    key: Option<String>,
    n_acts: u64,
    report: Report,
}

/// Records and problems on their way into one act.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    problems: Vec<Problem>,
    n_rejected: u64,
    n_unsupported: u64,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.records.len() >= limits::IMPORT_BATCH_MAX || self.problems.len() >= PROBLEMS_PER_ACT
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.problems.is_empty()
            && self.n_rejected == 0
            && self.n_unsupported == 0
    }
}

impl Work<'_, '_> {
    fn perform<A: Act>(&mut self, act: A) -> Result<A::Outcome, Failure> {
        self.n_acts += 1;
        let asker = match &self.key {
            Some(key) => self.asker.clone().keyed(format!("{key}/{}", self.n_acts)),
            None => self.asker.clone(),
        };
        Ok(self.desk.city.perform(&asker, act)?)
    }

    /// Reads every file and hands over full batches; says whether all was read.
    fn read(
        &mut self,
        files: &[Found],
        mut take: impl FnMut(&mut Self, Batch) -> Result<(), Failure>,
    ) -> Result<bool, Failure> {
        let mut batch = Batch::default();
        let mut n_read: u64 = 0;
        for file in files {
            let mut reading = papers::read(file.path.clone(), &file.name, &self.options);
            for item in reading.by_ref() {
                match item {
                    Ok(record) => {
                        for warning in &record.warnings {
                            self.report.problem(warning.clone());
                        }
                        batch.records.push(record);
                    }
                    Err(refused) => self.refused(refused, &mut batch),
                }
                if batch.is_full() {
                    n_read += u64::try_from(batch.records.len()).unwrap_or(0);
                    take(self, std::mem::take(&mut batch))?;
                    self.desk.progress("cli-import-reading", n_read, 0);
                    if self.desk.io.is_interrupted() {
                        return Ok(false);
                    }
                }
            }
            for remark in reading.remarks() {
                self.report.problem(remark.clone());
                batch.problems.push(remark);
            }
        }
        if !batch.is_empty() {
            take(self, batch)?;
        }
        Ok(!self.desk.io.is_interrupted())
    }

    fn refused(&mut self, refused: papers::Refused, batch: &mut Batch) {
        match refused.outcome {
            Became::Rejected => {
                batch.n_rejected += 1;
                self.report.counts.rejected += 1;
            }
            Became::Unsupported => {
                batch.n_unsupported += 1;
                self.report.counts.unsupported += 1;
            }
            Became::Repeated => self.report.counts.unchanged += 1,
            Became::Skipped => {}
        }
        for problem in refused.problems {
            self.report.problem(problem.clone());
            batch.problems.push(problem);
        }
    }

    fn preview(&mut self, files: &[Found]) -> Result<bool, Failure> {
        let mut seen = BTreeMap::new();
        self.read(files, |work, batch| {
            let (city, owner) = (work.desk.city, work.owner);
            let (counts, _) = city.preview_next(&batch.records, owner, &work.source, &mut seen)?;
            work.report.counts.add(counts);
            Ok(())
        })
    }

    fn import(&mut self, files: &[Found]) -> Result<bool, Failure> {
        for files in files.chunks(FILES_PER_RUN) {
            let act = StartImport {
                owner: self.owner,
                files: files.iter().map(Found::read).collect(),
                public_source: self.source.clone(),
                takes_good: true,
            };
            let run = self.perform(act)?.import;
            let is_whole = self.read(files, |work, batch| {
                work.perform(StageRows {
                    import: run,
                    records: batch.records,
                    problems: batch.problems,
                    n_unsupported: batch.n_unsupported,
                    n_rejected: batch.n_rejected,
                })?;
                Ok(())
            })?;
            if !is_whole || !self.commit(run)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Commits what is staged; says whether all of it was.
    fn commit(&mut self, run: ImportId) -> Result<bool, Failure> {
        let n_staged = {
            let staged = self.desk.city.import(&self.asker, run)?;
            (staged.run.counts, staged.n_problems)
        };
        self.perform(ApproveImport::new(run, true))?;
        let mut is_whole = true;
        let counts = loop {
            let step = self.perform(CommitRows { import: run })?;
            self.desk.progress("cli-import-writing", step.n_done, step.n_rows);
            if step.is_done {
                break step.counts;
            }
            if self.desk.io.is_interrupted() {
                is_whole = false;
                break step.counts;
            }
        };
        // What was refused while reading is counted already.
        self.report.counts.created += counts.created;
        self.report.counts.updated += counts.updated;
        self.report.counts.unchanged += counts.unchanged;
        self.report.counts.stubs += counts.stubs;
        self.report.counts.rejected += counts.rejected.saturating_sub(n_staged.0.rejected);
        self.late_problems(run, n_staged.1)?;
        Ok(is_whole)
    }

    /// Problems that showed only when the records were written.
    fn late_problems(&mut self, run: ImportId, after: u64) -> Result<(), Failure> {
        let mut after = after;
        loop {
            let found = self.desk.city.import_problems(&self.asker, run, after, 500)?;
            let Some((last, _)) = found.last() else { return Ok(()) };
            after = *last;
            for (_, problem) in found {
                self.report.problem(problem);
            }
        }
    }
}

/// Nothing was given that could be read.
pub(crate) fn nothing_found() -> Failure {
    Refusal::new(base::Class::NotFound, "cli-import-nothing").into()
}
