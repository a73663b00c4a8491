//! Dividends: divided by the table of one moment, owed in the books from then on.

use crate::act::{Act, Cx, Stop};
use crate::venture::{books, find, register, thing_of, told};
use access::{Act as A, Thing};
use base::{Refusal, VentureId};
use equity::dividend::{Declared as Terms, Payment};
use store::Hold;
use store::venture::Dividend;
use trading::venture::Register;

/// Dividends of one company.
const DIVIDENDS_MAX: usize = 100;

/// Declares a dividend: whoever holds shares at this moment is owed its part.
#[derive(serde::Serialize)]
pub struct DeclareDividend {
    pub venture: VentureId,
    pub declared: Terms,
}

/// What declaring tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Declared {
    pub venture: VentureId,
    pub dividend: u64,
    /// The entry of the register that was the last.
    pub entry: u64,
}

impl Act for DeclareDividend {
    const ACT: A = A::DeclareDividend;
    type Facts = (Register, usize);
    type Plan = (Register, Dividend);
    type Outcome = Declared;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.venture)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let venture = find(cx, self.venture)?;
        let n = store::venture::dividends(cx.tx, self.venture, DIVIDENDS_MAX)?.len();
        Ok((register(cx.tx, venture)?, n))
    }

    fn thing(&self, (register, _): &Self::Facts) -> Thing {
        thing_of(&register.venture)
    }

    fn decide(
        &self,
        (register, before): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if before >= DIVIDENDS_MAX {
            let full = Refusal::new(base::Class::Refused, "venture-dividends-full");
            return Err(vec![full.number("most", DIVIDENDS_MAX)]);
        }
        let payments: Vec<Payment> = register.divide(&self.declared)?;
        let dividend = Dividend {
            n: u64::try_from(before).unwrap_or(u64::MAX) + 1,
            entry: register.venture.n_entries,
            declared: self.declared.clone(),
            at: cx.now,
            payments,
        };
        Ok((register, dividend))
    }

    fn save(&self, (register, it): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<Declared, Stop> {
        let venture = &register.venture;
        store::venture::add_dividend(cx.tx, venture.id, &it, cx.actor.person)?;
        books::post_dividend(cx, &register, it.n, &it.payments)?;
        let body = serde_json::json!({ "dividend": it.n, "entry": it.entry });
        told(cx, venture, "venture-dividend-declared", body);
        Ok(Declared { venture: venture.id, dividend: it.n, entry: it.entry })
    }
}
