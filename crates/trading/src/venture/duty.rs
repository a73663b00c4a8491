//! What has to be announced or approved before a step, what was done about it, until when it waits.

use crate::venture::{NoteKind, Rules};
use base::{Class, Date, Instant, PersonId, Refusal, WorkingDays, limits};
use equity::duty::{Act, Done, Duty, Needs};

/// One thing done about a duty, kept for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub n: u64,
    /// The key of the row.
    pub duty: String,
    pub kind: NoteKind,
    pub at: Instant,
    /// The day of an approval.
    pub on: Date,
    pub reason: String,
    pub person: Option<PersonId>,
}

/// How one duty stands before a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub duty: Duty,
    pub began: Option<Instant>,
    /// The last moment of a notice's waiting period.
    pub ends: Option<Instant>,
    pub open_objections: u32,
    /// Why the step waits; nothing where the duty is met.
    pub code: Option<&'static str>,
}

/// The rows that apply to a step, and how each stands. Notes before `since` were for an earlier
/// step and count no more.
pub fn standings(
    rules: &Rules,
    (act, value): (Act, i64),
    notes: &[Note],
    (valued, since): (Option<Date>, Option<Instant>),
    now: Instant,
) -> Vec<Standing> {
    let calendar = WorkingDays::china();
    let today = calendar.date(now);
    let own = |duty: &Duty| -> Vec<&Note> {
        let live = |it: &&Note| it.duty == duty.key && since.is_none_or(|since| it.at > since);
        notes.iter().filter(live).collect()
    };
    let duties = equity::duty::duties(&rules.duties, act, value, today);
    duties
        .into_iter()
        .map(|duty| {
            let own = own(duty);
            let done: Vec<(String, Done)> =
                done(duty, &own, valued).into_iter().map(|it| (duty.key.clone(), it)).collect();
            let open = equity::duty::open(&[duty], &done, calendar, now);
            let (began, objections) = notice(&own);
            let ends = match (&duty.needs, began) {
                (Needs::Notice { days, working: true }, Some(at)) => Some(calendar.add(at, *days)),
                (Needs::Notice { days, working: false }, Some(at)) => {
                    Some(calendar.add_calendar(at, *days))
                }
                _ => None,
            };
            Standing {
                duty: duty.clone(),
                began,
                ends,
                open_objections: objections,
                code: open.first().map(|flaw| flaw.code),
            }
        })
        .collect()
}

/// When the last notice began, and the objections since that nobody has settled.
fn notice(own: &[&Note]) -> (Option<Instant>, u32) {
    let mut began = None;
    let mut open: u32 = 0;
    for note in own {
        match note.kind {
            NoteKind::Notice => (began, open) = (Some(note.at), 0),
            NoteKind::Objection => open = open.saturating_add(1),
            NoteKind::Settlement => open = open.saturating_sub(1),
            NoteKind::Approval => {}
        }
    }
    (began, open)
}

fn done(duty: &Duty, own: &[&Note], valued: Option<Date>) -> Option<Done> {
    match &duty.needs {
        Needs::Notice { .. } => {
            let (began, open_objections) = notice(own);
            began.map(|at| Done::Noticed { at, open_objections })
        }
        Needs::Approval { .. } => {
            let last = own.iter().rev().find(|it| it.kind == NoteKind::Approval);
            last.map(|it| Done::Approved { on: it.on })
        }
        Needs::Valuation { .. } => valued.map(|on| Done::Valued { on }),
    }
}

/// Whether something may be noted about a duty now, or all that stands against it.
pub fn check_note(
    rules: &Rules,
    notes: &[Note],
    (duty, kind): (&str, NoteKind),
    reason: &str,
) -> Result<String, Vec<Refusal>> {
    let Some(row) = rules.duties.iter().find(|it| it.key == duty) else {
        return Err(vec![Refusal::invalid("venture-duty-unknown").on("duty")]);
    };
    let mut no = Vec::new();
    let fits = match kind {
        NoteKind::Approval => matches!(row.needs, Needs::Approval { .. }),
        _ => matches!(row.needs, Needs::Notice { .. }),
    };
    if !fits {
        no.push(Refusal::invalid("venture-note-unfit").on("duty"));
    }
    let own: Vec<&Note> = notes.iter().filter(|it| it.duty == duty).collect();
    let (began, open) = notice(&own);
    let refused = |code| Refusal::new(Class::Refused, code).on("duty");
    match kind {
        NoteKind::Objection if fits && began.is_none() => no.push(refused("venture-no-notice")),
        NoteKind::Settlement if fits && open == 0 => no.push(refused("venture-no-objection")),
        // A second notice would take the objections to the first away.
        NoteKind::Notice if open > 0 => no.push(refused("venture-objection-open")),
        _ => {}
    }
    let needs_reason = matches!(kind, NoteKind::Objection | NoteKind::Settlement);
    let read = match needs_reason {
        true => base::text::required_line("reason", reason, limits::SUMMARY_CHARS_MAX),
        false => base::text::line("reason", reason, limits::SUMMARY_CHARS_MAX),
    };
    match read {
        Ok(reason) if no.is_empty() => Ok(reason),
        read => {
            no.extend(read.err());
            Err(no)
        }
    }
}
