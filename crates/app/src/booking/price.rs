//! What a booking is going to cost whoever it is for, and what a voucher would pay of it: told before
//! the booking is made, and on its page until it is used.

use super::fund::held;
use super::make::BookAsk;
use super::scene::{For, Scene, rules_of};
use super::{beneficiary, find, thing_of};
use crate::act::{No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::instrument;
use crate::tariff::{EXTERNAL, class_of, wall};
use crate::usage::{customers_of, voucher_account};
use access::Act as A;
use base::{BookingId, Date, Instant, OrganisationId, Refusal, Span, VoucherId};
use instruments::Instrument;
use instruments::booking::Booking;
use instruments::estimate::{Counted, Price, Wish, estimate};
use instruments::voucher::{self, Chain, KeptRedemption};
use store::{StoreError, Tx};

/// What a booking is going to cost.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// The day at the site whose tariff counts.
    pub on: Date,
    /// The class of the customer; nothing where nobody is named who would pay.
    pub class: Option<String>,
    pub price: Price,
    pub voucher: Option<VoucherPart>,
}

/// What a voucher pays of it.
#[derive(Clone, Debug)]
pub struct VoucherPart {
    pub voucher: VoucherId,
    /// Its reference, where the customer holds it.
    pub reference: String,
    pub pays: i64,
    /// Why it pays nothing.
    pub no: Vec<Refusal>,
    /// What it would pay and has not, because nothing is left of it.
    pub short_by: Option<i64>,
}

impl Estimate {
    /// The price, where one is known.
    pub fn counted(&self) -> Option<&Counted> {
        match &self.price {
            Price::Counted(it) => Some(it),
            _ => None,
        }
    }

    /// How the list price comes down to what the customer pays, where a price is known.
    pub fn chain(&self) -> Option<Chain> {
        let pays = self.voucher.as_ref().map_or(0, |part| part.pays);
        self.counted().map(|it| it.chain(pays))
    }

    /// Why the voucher that was named pays nothing.
    pub fn against(&self) -> &[Refusal] {
        self.voucher.as_ref().map(|part| part.no.as_slice()).unwrap_or_default()
    }
}

/// What is reckoned.
pub(crate) struct Asked<'a> {
    pub it: &'a Instrument,
    /// Who pays; nothing where that is not known yet.
    pub customer: Option<OrganisationId>,
    pub booked: Span,
    pub buffers: [u32; 2],
    pub voucher: Option<VoucherId>,
    /// What the booking holds of it already.
    pub held: Option<&'a KeptRedemption>,
}

impl<'a> Asked<'a> {
    /// A booking that stands.
    pub(crate) fn of(it: &'a Instrument, booking: &Booking, voucher: Option<VoucherId>) -> Self {
        Self {
            it,
            customer: booking.organisation,
            booked: booking.span,
            buffers: [booking.setup_minutes, booking.cleanup_minutes],
            voucher,
            held: None,
        }
    }

    /// What is asked of a scene.
    pub(crate) fn in_scene(scene: &'a Scene, (booked, voucher): (Span, Option<VoucherId>)) -> Self {
        Self {
            it: &scene.it,
            customer: scene.beneficiary.organisation,
            booked,
            buffers: [scene.rules.setup_minutes.value, scene.rules.cleanup_minutes.value],
            voucher,
            held: None,
        }
    }
}

impl Estimate {
    /// Reckons a booking by the tariffs known now, in at most five statements.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        asked: &Asked<'_>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let it = asked.it;
        let local = wall(it);
        let on = local(asked.booked.start()).date;
        let kept = store::tariff::of_instrument(tx, it.id)?;
        let tariffs: Vec<_> = kept.into_iter().map(|it| it.tariff).collect();
        let class = match asked.customer {
            Some(customer) => Some(class_of(tx, (it.owner, customer), on)?),
            None => None,
        };
        let price = match &class {
            _ if tariffs.is_empty() && !it.sheet.rates.is_empty() => {
                Price::InWords(it.sheet.rates.clone())
            }
            None if !tariffs.is_empty() => Price::Open,
            class => {
                let class = class.as_deref().unwrap_or(EXTERNAL);
                let (booked, buffers) = (asked.booked, asked.buffers);
                let wish = Wish { class, list_class: EXTERNAL, booked, buffers };
                estimate(&tariffs, &wish, &local)
            }
        };
        let mut told = Self { on, class, price, voucher: None };
        if let (Some(id), Some(customer)) = (asked.voucher, asked.customer) {
            let net = told.counted().map_or(0, |it| it.line.net());
            told.voucher = Some(part(tx, asked, (customer, id, net), local(now).date)?);
        }
        Ok(told)
    }
}

/// What a voucher pays of an amount. One that the customer does not hold is told like one that is not;
/// what the booking holds of it already it keeps, be the voucher over by now.
fn part(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    (customer, id, amount): (OrganisationId, VoucherId, i64),
    today: Date,
) -> Result<VoucherPart, StoreError> {
    let told = VoucherPart {
        voucher: id,
        reference: String::new(),
        pays: 0,
        no: Vec::new(),
        short_by: None,
    };
    let found = store::voucher::find(tx, id)?;
    let Some(kept) = found.filter(|kept| kept.terms.holder == customer) else {
        let no = vec![Refusal::invalid("voucher-other-holder").on("voucher")];
        return Ok(VoucherPart { no, ..told });
    };
    let told = VoucherPart { reference: kept.reference.to_string(), ..told };
    let account = store::ledger::account(tx, voucher_account(id))?;
    let left = account.map_or(0, |it| it.account.state.counters.debit_headroom().minor());
    let used = store::voucher::used_in(tx, id, today.year())?;
    let held = asked.held.filter(|held| held.voucher == id);
    let of_year = held.filter(|held| held.year == today.year());
    let used_year = used - of_year.map_or(0, |held| held.redemption.amount);
    let held = held.map_or(0, |held| held.redemption.amount);
    let (unit, kind) = (asked.it.owner, voucher::Kind::Use);
    let ask = voucher::Ask { customer, unit, related: &[], kind, amount, used_year, today };
    Ok(match kept.terms.hold(kept.state, &ask) {
        Ok(pays) if pays > 0 && left + held <= 0 => VoucherPart { short_by: Some(pays), ..told },
        Ok(pays) => VoucherPart { pays: pays.min(left + held), ..told },
        Err(_) if held > 0 => {
            VoucherPart { pays: kept.terms.part(amount, used_year).min(held), ..told }
        }
        Err(no) => {
            let no = no.into_iter().map(|refusal| refusal.on("voucher")).collect();
            VoucherPart { no, ..told }
        }
    })
}

impl City {
    /// What a booking would cost, with the vouchers that the asker could name for it.
    pub fn booking_estimate(
        &self,
        asker: &Asker,
        ask: &BookAsk,
    ) -> Result<(Estimate, Vec<(VoucherId, String)>), No> {
        self.read(asker, |rx| {
            let (it, _) = instrument::allowed(rx, ask.instrument, A::LookAtInstrument)?;
            rx.may(A::BookTime, &instrument::thing_of(&it, &rx.actor))?;
            let person = beneficiary(ask.person, &rx.actor)?;
            let named = (person, ask.organisation, ask.project.as_str());
            let named = For::load(rx.tx, named, &rx.actor, rx.now)??;
            let (rules, _) = rules_of(rx.tx, &it)?;
            let asked = Asked {
                it: &it,
                customer: named.organisation,
                booked: ask.span(),
                buffers: [rules.setup_minutes.value, rules.cleanup_minutes.value],
                voucher: ask.voucher,
                held: None,
            };
            let told = Estimate::load(rx.tx, &asked, rx.now)?;
            let vouchers = vouchers(rx, &it)?;
            Ok((told, vouchers))
        })
    }

    /// What a booking that stands is going to cost; nothing for one that is over.
    pub fn booking_cost(&self, asker: &Asker, id: BookingId) -> Result<Option<Estimate>, No> {
        self.read(asker, |rx| {
            let (booking, it) = find(rx.tx, id)?;
            rx.may(A::LookAtBooking, &thing_of(&booking, &it, &rx.actor))?;
            if !booking.state.holds_time() {
                return Ok(None);
            }
            let named = store::tie::voucher(rx.tx, id)?;
            let held = held(rx.tx, id)?;
            let asked = Asked { held: held.as_ref(), ..Asked::of(&it, &booking, named) };
            Ok(Some(Estimate::load(rx.tx, &asked, rx.now)?))
        })
    }
}

fn vouchers(
    rx: &mut crate::city::Rx<'_, '_>,
    it: &Instrument,
) -> Result<Vec<(VoucherId, String)>, Stop> {
    let own = customers_of(&rx.actor);
    crate::voucher::usable(rx, (it.owner, voucher::Kind::Use), &own)
}
