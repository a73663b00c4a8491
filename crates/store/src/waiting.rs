//! How much waits for somebody, kind by kind, in one statement: the number in the bar of every page.

use crate::bench::Answering;
use crate::contract::SELECT_COLUMNS;
use crate::filter::Composer;
use crate::import::RunState;
use crate::task::{TaskFilter, Which};
use crate::{Composed, StoreError, Tx, due, task};
use access::Filter;
use base::{Date, Instant};
use contract::kept::Kept;

/// What is counted, and for whom.
pub struct Asked<'a> {
    /// As trustee, bidder, seller and party.
    pub reader: due::Reader<'a>,
    /// Technologies that the reader may confirm, and before when a word on one is too old.
    pub confirmable: (&'a Filter, Instant),
    /// Numbers without texts, for reviewers.
    pub stubs: Option<&'a Filter>,
    /// Runs of imports, how many of the newest are looked through, and the states that wait.
    pub imports: (&'a Filter, usize, &'a [RunState]),
    /// Since when requests and recoveries wait, for security administrators.
    pub decided_since: Option<(Instant, Instant)>,
    pub answering: &'a Answering,
    /// Payments to divide and registrations, with those who see to them.
    pub steps: due::Steps<'a>,
    /// Tasks of cases, without those of others for whom the reader stands in.
    pub tasks: Option<&'a task::Reader>,
    pub now: Instant,
    /// Until when upkeep that is due waits.
    pub soon: Date,
}

/// The counts, and what only the domain can judge.
#[derive(Debug)]
pub struct Waiting {
    /// Everything but what follows.
    pub n: u64,
    /// Tasks of cases.
    pub n_tasks: u64,
    /// Lots in which the reader has a part; whether they wait for an act is seen from their rows.
    pub n_lots: u64,
    /// For how many people the reader stands in, now or later.
    pub n_stand_ins: u64,
    /// Contracts that wait for signatures.
    pub contracts: Vec<Kept>,
}

/// Counts everything at once.
pub fn count(tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Waiting, StoreError> {
    let mut composer = Composer::default();
    let contracts = due::offered_text(&mut composer, asked.reader.speakers);
    let mut parts = crate::bench::counted(
        &mut composer,
        asked.answering,
        (asked.reader.person, asked.now, asked.soon),
    );
    if let Some(steps) = due::steps_text(&mut composer, asked.steps) {
        parts.push(format!("select count(*) from ({steps}) q"));
    }
    let (confirmable, before) = asked.confirmable;
    parts.push(crate::technology::to_confirm(&mut composer, confirmable, before));
    if let Some(stubs) = asked.stubs {
        parts.push(crate::technology::passed(&mut composer, stubs));
    }
    let (imports, most, states) = asked.imports;
    parts.push(crate::import::counted(&mut composer, imports, states, most));
    if let Some(since) = asked.decided_since {
        parts.extend(crate::emergency::counted(&mut composer, asked.reader.person, since));
    }
    let parts: Vec<String> = parts.into_iter().map(|part| format!("({part})")).collect();
    let n_lots = due::n_lots(&mut composer, asked.reader);
    let n_tasks = asked.tasks.map_or_else(
        || "cast(0 as bigint)".to_owned(),
        |reader| {
            let all = TaskFilter::default();
            let waiting = task::counted(&mut composer, reader, (Which::Mine, &all));
            format!("(select count(*) from ({waiting}) waiting)")
        },
    );
    let (person, now) = (composer.bind(asked.reader.person), composer.bind(asked.now));
    let sql = format!(
        "select k.*, cast({} as bigint), {n_tasks}, ({n_lots}),
             (select count(*) from stand_ins
              where person = {person} and until_at > {now} and ended_at = 0)
         from (select 1 as one) it left join ({contracts}) k on 1 = 1",
        parts.join(" + ")
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    let first = rows.first().ok_or_else(|| StoreError::Damaged("no counts".to_owned()))?;
    let most = base::limits::COUNTED_MAX + 1;
    let mut contracts = Vec::new();
    for row in &rows {
        if row.text_or_none(0)?.is_some() {
            contracts.push(crate::contract::read(row)?);
        }
    }
    Ok(Waiting {
        n: first.count(SELECT_COLUMNS)?,
        n_tasks: first.count(SELECT_COLUMNS + 1)?.min(most),
        n_lots: first.count(SELECT_COLUMNS + 2)?,
        n_stand_ins: first.count(SELECT_COLUMNS + 3)?,
        contracts,
    })
}
