//! `import organisations`: a register of enterprises, in acts of at most 200 rows.
//!
//! Good rows are taken and the rest is reported. Sent again, it changes nothing.

use crate::args::ImportOrganisations;
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::files::gather;
use crate::import::Report;
use app::Asker;
use app::register::{ImportOrganisations as Take, Taken};
use base::limits;
use papers::Firm;

/// Runs it.
pub fn run(desk: &mut Desk<'_>, asked: &ImportOrganisations) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let files = gather(&asked.paths, desk.io)?;
    let mut report = Report::default();
    let mut is_whole = true;
    let mut n_acts = 0;
    for file in &files {
        let register = papers::read_register(&papers::Source::from(file.path.clone()), &file.name);
        report.counts.rejected += register.n_rejected;
        report.counts.unchanged += register.n_repeated;
        report.counts.unsupported += u64::from(register.is_unsupported);
        for problem in register.problems {
            report.problem(problem);
        }
        let source = asked.source.clone().unwrap_or_else(|| file.name.clone());
        for part in register.firms.chunks(limits::IMPORT_BATCH_MAX) {
            n_acts += 1;
            let taken = take(desk, &asker, asked, (part, &source, n_acts))?;
            report.counts.created += taken.created;
            report.counts.updated += taken.updated;
            report.counts.unchanged += taken.unchanged;
            let counts = &report.counts;
            let n_done = counts.created + counts.updated + counts.unchanged;
            desk.progress("cli-import-writing", n_done, 0);
            if desk.io.is_interrupted() {
                is_whole = false;
                break;
            }
        }
    }
    desk.end_progress();
    report.print(desk, asked.writing.dry_run)?;
    if !is_whole {
        desk.say("cli-import-interrupted", &[]);
    }
    let is_good = is_whole && report.counts.rejected == 0 && report.counts.unsupported == 0;
    Ok(if is_good { Exit::Done } else { Exit::Failed })
}

fn take(
    desk: &mut Desk<'_>,
    asker: &Asker,
    asked: &ImportOrganisations,
    (part, source, n_acts): (&[Firm], &str, u64),
) -> Result<Taken, Failure> {
    let entries: Vec<_> = part.iter().map(|firm| firm.entry.clone()).collect();
    if asked.writing.dry_run {
        return Ok(desk.city.preview_organisations(asker, &entries)?);
    }
    let asker = match &asked.writing.key {
        Some(key) => asker.clone().keyed(format!("{key}/{n_acts}")),
        None => Asker { key: None, ..asker.clone() },
    };
    Ok(desk.city.perform(&asker, Take { entries, source: source.to_owned() })?)
}
