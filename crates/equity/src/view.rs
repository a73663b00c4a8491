//! The company as of a day, undiluted and fully diluted, and what each round did to whom.

use crate::Shares;
use crate::event::{Event, What};
use crate::grant::Granted;
use crate::rates::percent;
use crate::table::{Stopped, Table};
use crate::tranche::Held;
use base::Date;

/// What one holder has, as ordinary shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub holder: String,
    pub issued: i128,
    /// Options that could be exercised, and those still to be earned.
    pub earned: i128,
    pub unearned: i128,
    /// Tranches that wait for a milestone.
    pub waiting: i128,
}

/// Everybody's shares on a day. Fully diluted: every option exercised, every tranche posted,
/// every pool granted, every preferred share converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub on: Date,
    /// In the order of entry; holders of options alone come after the others.
    pub lines: Vec<Line>,
    pub pool: i128,
}

impl Line {
    pub fn full(&self) -> i128 {
        self.issued + self.earned + self.unearned + self.waiting
    }
}

impl View {
    /// The view of a table at the end of a day.
    pub fn of(table: &Table, on: Date) -> Self {
        let mut holders = table.holders.clone();
        for granted in table.grants.values() {
            if !holders.contains(&granted.grant.holder) {
                holders.push(granted.grant.holder.clone());
            }
        }
        let lines = holders.into_iter().map(|holder| line(table, holder, on));
        let free = table.pools.keys().map(|pool| i128::from(table.free(pool)));
        // What nobody can exercise any more is the pool's again, whether that was entered or not.
        let lapsed = table.grants.values().filter(|it| on > it.grant.until);
        let lapsed: i128 = lapsed.map(|it| i128::from(it.open())).sum();
        Self { on, lines: lines.collect(), pool: free.sum::<i128>() + lapsed }
    }

    pub fn issued(&self) -> i128 {
        self.lines.iter().map(|it| it.issued).sum()
    }

    pub fn full(&self) -> i128 {
        self.lines.iter().map(Line::full).sum::<i128>() + self.pool
    }

    /// A holder's part as a percentage with four digits: of issued, and fully diluted.
    pub fn parts(&self, holder: &str) -> Option<(String, String)> {
        let line = self.lines.iter().find(|it| it.holder == holder)?;
        Some((percent(line.issued, self.issued()), percent(line.full(), self.full())))
    }
}

fn line(table: &Table, holder: String, on: Date) -> Line {
    let issued = ordinary(table, Some(&holder));
    let own = || table.grants.values().filter(|it| it.grant.holder == holder);
    let earned: i128 = own().map(|it| i128::from(it.exercisable(on))).sum();
    let open = |it: &Granted| if on > it.grant.until { 0 } else { it.open() };
    let unearned = own().map(|it| i128::from(open(it))).sum::<i128>() - earned;
    let held = table.tranches.values().filter(|it| it.tranche.holder == holder);
    let waiting = held.map(|it| in_ordinary(table, &it.tranche.class, Held::waiting(it)));
    let waiting: i128 = waiting.sum();
    Line { holder, issued, earned, unearned, waiting }
}

/// Issued shares as ordinary ones: of one holder, or of all.
pub(crate) fn ordinary(table: &Table, holder: Option<&str>) -> i128 {
    let own = table.positions.iter().filter(|((it, _), _)| holder.is_none_or(|own| own == it));
    own.map(|((_, class), position)| in_ordinary(table, class, position.shares)).sum()
}

fn in_ordinary(table: &Table, class: &str, shares: Shares) -> i128 {
    let class = table.classes.get(class);
    class.and_then(|it| it.as_ordinary(shares)).map_or(0, i128::from)
}

/// What a round did to a holder: shares and all shares, fully diluted, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diluted {
    pub round: String,
    pub on: Date,
    pub holder: String,
    pub before: (i128, i128),
    pub after: (i128, i128),
}

impl Diluted {
    /// Both parts as percentages.
    pub fn shown(&self) -> (String, String) {
        (percent(self.before.0, self.before.1), percent(self.after.0, self.after.1))
    }
}

/// The dilution of every holder by every round after the first.
pub fn dilution(events: &[Event]) -> Result<Vec<Diluted>, Stopped> {
    let mut table = Table::default();
    let mut found = Vec::new();
    for (n, event) in events.iter().enumerate() {
        let before = View::of(&table, event.on);
        table.apply(event).map_err(|flaws| Stopped { event: n, flaws })?;
        let What::Round { round } = &event.what else { continue };
        if before.full() == 0 {
            continue;
        }
        let after = View::of(&table, event.on);
        for line in &before.lines {
            let own = after.lines.iter().find(|it| it.holder == line.holder);
            found.push(Diluted {
                round: round.name.clone(),
                on: event.on,
                holder: line.holder.clone(),
                before: (line.full(), before.full()),
                after: (own.map_or(0, Line::full), after.full()),
            });
        }
    }
    Ok(found)
}

/// What a round would do, shown before anybody signs it.
pub fn preview(events: &[Event], round: &Event) -> Result<Vec<Diluted>, Stopped> {
    let mut with = events.to_vec();
    with.push(round.clone());
    let all = dilution(&with)?;
    let What::Round { round } = &round.what else { return Ok(Vec::new()) };
    Ok(all.into_iter().filter(|it| it.round == round.name).collect())
}
