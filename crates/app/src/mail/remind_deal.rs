//! Letters before something ends or is due in deals and contracts, and once it is late: each once.

use super::follow_deal::{about_contract, about_deal, organisation_of, speakers};
use super::{Fact, Letter};
use crate::act::No;
use crate::city::City;
use ::contract::Side as Party;
use ::contract::kept::Kept;
use ::contract::milestone::Standing;
use ::contract::plan::Due;
use access::Act as A;
use base::{Bilingual, ContractId, Date, Instant, Lang};
use store::{StoreError, Tx};
use trading::deal::DealState;

/// Offers that end within so many seconds are told of.
const NEAR_SECONDS: i64 = 2 * 86_400;
/// Payments, milestones and answers that are due within so many days are told of.
const NEAR_DAYS: i32 = 3;
/// What one look takes up.
const A_LOOK: usize = 200;

impl City {
    /// Reminds the parties of deals and contracts of what ends, is due or is late; says how many
    /// letters are new.
    pub fn remind_of_deals(&self) -> Result<usize, No> {
        let now = self.now();
        let mut n = self.queue_letters(self.store().read(|tx| ending(tx, self, now))?)?;
        let mut after: Option<ContractId> = None;
        loop {
            let (last, letters) = self.store().read(|tx| {
                let ids = store::contract::in_force(tx, after, A_LOOK)?;
                let mut letters = Vec::new();
                for id in &ids {
                    if let Some(kept) = store::contract::find(tx, *id)? {
                        letters.extend(of_contract(tx, self, &kept, now)?);
                    }
                }
                Ok((ids.last().copied(), letters))
            })?;
            n += self.queue_letters(letters)?;
            if last.is_none() {
                return Ok(n);
            }
            after = last;
        }
    }
}

/// Offers in deals, and of contracts, that end soon: told to whoever may still take them.
fn ending(tx: &mut Tx<'_>, city: &City, now: Instant) -> Result<Vec<Letter>, StoreError> {
    let soon = now.plus_seconds(NEAR_SECONDS);
    let mut letters = Vec::new();
    for id in store::deal::due(tx, soon, A_LOOK)? {
        let Some(deal) = store::deal::find(tx, id)? else { continue };
        if deal.state != DealState::Talking || deal.until <= now {
            continue;
        }
        let party = deal.party(deal.offered_by.other());
        let thing = crate::deal::thing_for(&deal, party);
        let cause = format!("expires:{}:{}", deal.id, deal.n_offers);
        for person in speakers(tx, city, party, (A::LookAtDeal, &thing), (None, now))? {
            letters.push(about_deal(&deal, person, &cause, "deal-expires"));
        }
    }
    for id in store::contract::to_lapse(tx, soon, A_LOOK)? {
        let Some(kept) = store::contract::find(tx, id)? else { continue };
        let Some(offer) = kept.life.offer() else { continue };
        let Some(until) = offer.until.filter(|until| *until > now) else { continue };
        let cause = format!("lapses:{}:{}", kept.id, offer.at.micros());
        for it in kept.life.awaited() {
            let Some(side) = kept.side_of(&it.party) else { continue };
            let told = tell(tx, city, &kept, side, (&cause, "contract-lapses", now))?;
            letters.extend(told.into_iter().map(|letter| letter.fact("at", until)));
        }
    }
    Ok(letters)
}

/// One letter for each of those who speak for a side.
fn tell(
    tx: &mut Tx<'_>,
    city: &City,
    kept: &Kept,
    side: Party,
    (cause, text, now): (&str, &str, Instant),
) -> Result<Vec<Letter>, StoreError> {
    let thing = crate::contract::thing_of(kept);
    let party = organisation_of(kept, side);
    let people = speakers(tx, city, party, (A::LookAtContract, &thing), (None, now))?;
    Ok(people.into_iter().map(|person| about_contract(kept, person, cause, text)).collect())
}

/// What of a contract in force is due or late, and for whom.
struct Told {
    cause: String,
    text: &'static str,
    on: Date,
    sides: &'static [Party],
}

const BOTH: &[Party] = &[Party::Provider, Party::Acquirer];

fn of_contract(
    tx: &mut Tx<'_>,
    city: &City,
    kept: &Kept,
    now: Instant,
) -> Result<Vec<Letter>, StoreError> {
    let today = now.date_at(city.settings().utc_offset_minutes);
    let payments = store::contract_money::payments(tx, kept.id)?;
    let mut all: Vec<Told> = Vec::new();
    for owed in kept.owed(&payments, today) {
        let Due::On(on) = owed.expected.due else { continue };
        let key = &owed.expected.key;
        if owed.is_late {
            let cause = format!("late:{}:{key}:{on}", kept.id);
            all.push(Told { cause, text: "contract-overdue", on, sides: BOTH });
        } else if owed.paid < owed.expected.amount && is_near(on, today) {
            let cause = format!("due:{}:{key}:{on}", kept.id);
            all.push(Told { cause, text: "contract-due", on, sides: &[Party::Acquirer] });
        }
    }
    for it in &kept.current().milestones {
        let (text, on, sides): (&str, Date, &[Party]) =
            match it.standing(kept.happened(&it.key), today) {
                Standing::Open if is_near(it.due, today) => {
                    ("contract-milestone-due", it.due, &[Party::Provider])
                }
                Standing::Late { .. } => ("contract-milestone-late", it.due, BOTH),
                Standing::Delivered { answer_by } if is_near(answer_by, today) => {
                    ("contract-answer-due", answer_by, &[Party::Acquirer])
                }
                _ => continue,
            };
        let cause = format!("{text}:{}:{}:{on}", kept.id, it.key);
        all.push(Told { cause, text, on, sides });
    }
    let mut letters = Vec::new();
    for told in all {
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| words::date(lang, told.on));
        for side in told.sides {
            let found = tell(tx, city, kept, *side, (&told.cause, told.text, now))?;
            let day = Fact::Name(Bilingual::new(en.clone(), zh.clone()));
            letters.extend(found.into_iter().map(|letter| letter.fact("on", day.clone())));
        }
    }
    Ok(letters)
}

fn is_near(on: Date, today: Date) -> bool {
    let days = on.duration_since(today).as_hours() / 24;
    (0..=i64::from(NEAR_DAYS)).contains(&days)
}
