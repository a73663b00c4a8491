//! The register of shares: entries in their order, each decided against all before it.

use crate::venture::{
    ENTRIES_MAX, Holder, Note, Rules, Venture, VentureState, ahead, check_texts, holders_named,
    refusals, replay, standings,
};
use base::{Class, Date, Instant, Refusal, WorkingDays};
use equity::dividend::{Declared, Payment};
use equity::duty::Act;
use equity::{Event, Flaw, Table, What};

/// One entry as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1 without a gap.
    pub n: u64,
    pub event: Event,
    pub at: Instant,
    /// Names the text of every entry up to this one.
    pub digest: String,
}

/// Everything that decides what may be entered next.
#[derive(Clone, Debug)]
pub struct Register {
    pub venture: Venture,
    pub entries: Vec<Entry>,
    pub holders: Vec<Holder>,
    pub notes: Vec<Note>,
    pub rules: Rules,
}

impl Register {
    /// The table after every entry.
    pub fn table(&self) -> Result<Table, Vec<Refusal>> {
        replay(&self.entries)
    }

    pub fn events(&self) -> Vec<Event> {
        self.entries.iter().map(|it| it.event.clone()).collect()
    }

    /// The entry that may follow, with the table after it; or all that stands against it.
    pub fn enter(&self, event: &Event, now: Instant) -> Result<Table, Vec<Refusal>> {
        let mut no = self.before(event.on, now);
        if is_of_technology(event) {
            no.push(Refusal::new(Class::Refused, "venture-technology-by-contribution"));
        }
        no.extend(self.unknown(event));
        no.extend(check_texts(event));
        if !no.is_empty() {
            return Err(no);
        }
        let before = self.table()?;
        no.extend(self.duties(&before, event, now));
        let mut after = before;
        match after.apply(event) {
            Ok(()) if no.is_empty() => Ok(after),
            Ok(()) => Err(no),
            Err(flaws) => {
                no.extend(refusals(flaws));
                Err(no)
            }
        }
    }

    /// What stands against any entry of a day.
    pub(crate) fn before(&self, on: Date, now: Instant) -> Vec<Refusal> {
        let mut no = Vec::new();
        if self.venture.state == VentureState::Withdrawn {
            no.push(Refusal::new(Class::Conflict, "venture-withdrawn"));
        }
        if self.entries.len() >= ENTRIES_MAX {
            no.push(Refusal::new(Class::Refused, "venture-full").number("most", ENTRIES_MAX));
        }
        if on > WorkingDays::china().date(now) {
            no.push(ahead("on"));
        }
        no
    }

    /// Holders that are named and not entered.
    pub(crate) fn unknown(&self, event: &Event) -> Vec<Refusal> {
        let is_known = |key: &str| self.holders.iter().any(|it| it.key() == key);
        let named = holders_named(event).into_iter();
        let missing = named.filter(|(_, key)| !is_known(key));
        refusals(missing.map(|(field, _)| Flaw { field, code: "unknown" }).collect())
    }

    /// Duties that an entry has to wait for: shares of the state that are sold, or thinned out.
    fn duties(&self, before: &Table, event: &Event, now: Instant) -> Vec<Refusal> {
        let Some((act, value)) = self.step(before, event) else { return Vec::new() };
        let since = self.last_step(act);
        let valued = self.venture.plan.valuation.as_ref().map(|it| it.on);
        let all = standings(&self.rules, (act, value), &self.notes, (valued, since), now);
        waiting(&all)
    }

    fn is_state(&self, key: &str) -> bool {
        self.holders.iter().any(|it| it.is_state && it.key() == key)
    }

    /// The step of state assets that an entry is, with its value.
    fn step(&self, before: &Table, event: &Event) -> Option<(Act, i64)> {
        match &event.what {
            What::Transfer { transfer } if self.is_state(&transfer.from) => {
                Some((Act::Sell, transfer.price))
            }
            What::BuyBack { holder, paid, .. } if self.is_state(holder) => Some((Act::Sell, *paid)),
            What::Round { round } => {
                let holds = |it: &Holder| {
                    let mut own = before.positions.iter();
                    it.is_state && own.any(|((h, _), p)| *h == it.key() && p.shares > 0)
                };
                let paid = round.allotments.iter().map(|it| it.paid);
                let paid = paid.fold(0_i64, i64::saturating_add);
                self.holders.iter().any(holds).then_some((Act::Thin, paid))
            }
            _ => None,
        }
    }

    /// When the last step of that kind was entered: what was noted before it was for it.
    fn last_step(&self, act: Act) -> Option<Instant> {
        let mut table = Table::default();
        let mut last = None;
        for entry in &self.entries {
            if self.step(&table, &entry.event).is_some_and(|(own, _)| own == act) {
                last = Some(entry.at);
            }
            // What is kept was accepted by the same engine.
            if table.apply(&entry.event).is_err() {
                break;
            }
        }
        last
    }

    /// Who gets how much of a dividend by the table as it stands.
    pub fn divide(&self, declared: &Declared) -> Result<Vec<Payment>, Vec<Refusal>> {
        if self.venture.state == VentureState::Withdrawn {
            return Err(vec![Refusal::new(Class::Conflict, "venture-withdrawn")]);
        }
        if declared.total <= 0 {
            return Err(refusals(vec![Flaw { field: "total".to_owned(), code: "beyond" }]));
        }
        equity::dividend::divide(&self.table()?, declared).map_err(refusals)
    }
}

/// Duties that are not met, each with the end of its waiting period where one runs.
pub(crate) fn waiting(all: &[super::Standing]) -> Vec<Refusal> {
    let open = all.iter().filter_map(|it| {
        let code = it.code?;
        let flaw = Flaw { field: format!("duties.{}", it.duty.key), code };
        let mut no = refusals(vec![flaw]).remove(0);
        if let Some(at) = it.ends.filter(|_| code == "notice-not-over") {
            no = no.with("at", base::Value::At(at));
        }
        Some(no)
    });
    open.collect()
}

fn is_of_technology(event: &Event) -> bool {
    match &event.what {
        What::Round { round } => round.allotments.iter().any(|it| it.is_technology),
        _ => false,
    }
}

/// The digest of all entries up to one. The salt keeps figures from being guessed out of it.
pub fn chain_of(before: &str, salt: &str, event: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new()
        .chain_update(before)
        .chain_update([0])
        .chain_update(salt)
        .chain_update([0])
        .chain_update(event)
        .finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
