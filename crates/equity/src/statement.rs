//! What one holder is told: shares, options, what waits, what was paid, and what thinned it out.

use crate::event::Event;
use crate::flaw::Flaw;
use crate::table::{Position, Stopped, Table};
use crate::tranche::Held;
use crate::view::{Diluted, View, dilution};
use crate::{Minor, Shares};
use base::Date;

/// A holder's statement at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub holder: String,
    pub on: Date,
    /// By class; also positions that are empty now.
    pub positions: Vec<(String, Position)>,
    /// Parts of the company with four digits: of issued, and fully diluted.
    pub part_issued: String,
    pub part_full: String,
    pub options: Vec<Options>,
    pub waiting: Vec<Held>,
    /// Nothing can be transferred before this day.
    pub locked_until: Option<Date>,
    /// What each round did to this holder.
    pub dilution: Vec<Diluted>,
    /// Days and sums that were paid out to it, as the books have them.
    pub paid_out: Vec<(Date, Minor)>,
}

/// One grant of options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub grant: String,
    pub granted: Shares,
    pub exercised: Shares,
    pub returned: Shares,
    pub exercisable: Shares,
    pub until: Date,
}

/// Why there is no statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoStatement {
    Stopped(Stopped),
    Unknown(Flaw),
}

/// The statement of one holder; payments are all of the company, with their holders.
pub fn statement(
    events: &[Event],
    holder: &str,
    payments: &[(Date, String, Minor)],
    on: Date,
) -> Result<Statement, NoStatement> {
    let n = events.iter().take_while(|it| it.on <= on).count();
    let table = Table::replay(&events[..n]).map_err(NoStatement::Stopped)?;
    let view = View::of(&table, on);
    let Some((part_issued, part_full)) = view.parts(holder) else {
        return Err(NoStatement::Unknown(Flaw { field: "holder".into(), code: "unknown" }));
    };
    let positions = table.positions.iter().filter(|((it, _), _)| it == holder);
    let own = table.grants.iter().filter(|(_, it)| it.grant.holder == holder);
    let options = own.map(|(key, it)| Options {
        grant: key.clone(),
        granted: it.grant.shares,
        exercised: it.exercised,
        returned: it.returned,
        exercisable: it.exercisable(on),
        until: it.grant.until,
    });
    let held = table.tranches.values().filter(|it| it.tranche.holder == holder);
    let thinned = dilution(&events[..n]).map_err(NoStatement::Stopped)?;
    let own_payments = payments.iter().filter(|(day, to, _)| to == holder && *day <= on);
    Ok(Statement {
        holder: holder.to_owned(),
        on,
        positions: positions.map(|((_, class), it)| (class.clone(), *it)).collect(),
        part_issued,
        part_full,
        options: options.collect(),
        waiting: held.filter(|it| it.waiting() > 0).cloned().collect(),
        locked_until: table.locks.get(holder).copied().filter(|until| on < *until),
        dilution: thinned.into_iter().filter(|it| it.holder == holder).collect(),
        paid_out: own_payments.map(|(day, _, sum)| (*day, *sum)).collect(),
    })
}
