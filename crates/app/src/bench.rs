//! What waits at instruments, laboratories and auctions for the reader: wishes to be trained, bookings to
//! agree to, disputed lines, orders, bidders to admit; and the reader's own next booking.

use crate::act::{Stop, offers};
use crate::city::Rx;
use access::{Act as A, Thing};
use base::{
    Bilingual, ChargeId, Instant, InstrumentId, LotId, OrganisationId, PersonId, Reference,
};
use instruments::service_order::Side;

/// What lies on the bench.
#[derive(Clone, Debug, Default)]
pub struct Bench {
    /// Instruments at which people ask for training, with how many wishes.
    pub trainings: Vec<(InstrumentId, Bilingual, u64)>,
    /// Disputed lines with their customers.
    pub disputes: Vec<(ChargeId, Reference, Bilingual)>,
    /// Bookings that wait for agreement.
    pub to_agree: u64,
    /// Orders whose next step is the reader's unit's, and those that wait for it as customer.
    pub orders: (u64, u64),
    /// Auctions in which somebody waits to be admitted, with how many.
    pub to_admit: Vec<(LotId, Reference, u64)>,
    /// How many bookings are the reader's own from now on, and when the first begins.
    pub booked: (u64, Option<Instant>),
}

impl Bench {
    /// Whether nothing lies on it.
    pub fn is_empty(&self) -> bool {
        let counts = [self.to_agree, self.orders.0, self.orders.1, self.booked.0];
        let is_bare = self.trainings.is_empty() && self.disputes.is_empty();
        is_bare && self.to_admit.is_empty() && counts == [0; 4]
    }

    /// How many things wait for an act; the own bookings do not.
    pub fn n_waiting(&self) -> u64 {
        let wishes = self.trainings.iter().map(|(_, _, n)| n);
        let bidders = self.to_admit.iter().map(|(_, _, n)| n);
        let disputes = u64::try_from(self.disputes.len()).unwrap_or(u64::MAX);
        let (works, answers) = self.orders;
        wishes.chain(bidders).chain([&disputes, &self.to_agree, &works, &answers]).sum()
    }
}

/// What waits for the reader at instruments and laboratories; the own bookings, which wait for nobody, only
/// where they are shown.
pub(crate) fn of(rx: &mut Rx<'_, '_>, person: PersonId, is_shown: bool) -> Result<Bench, Stop> {
    let mut own: Vec<OrganisationId> = rx.actor.roles.iter().map(|(id, _)| *id).collect();
    own.sort_unstable();
    own.dedup();
    let of = |act: A, thing: &dyn Fn(OrganisationId) -> Thing| -> Vec<OrganisationId> {
        own.iter().copied().filter(|id| offers(&rx.actor, act, &thing(*id))).collect()
    };
    // As access judges an instrument that is listed, and a line or an order of each side.
    let listed = |id| Thing { state: "listed", ..Thing::of(id) };
    let label = crate::usage::label();
    let unit = |id| Thing { desk: Some(id), label: label.clone(), ..Thing::default() };
    let customer = |id| Thing { label: label.clone(), ..Thing::of(id) };
    let (trains, agrees) = (of(A::QualifyPeople, &listed), of(A::DecideBooking, &listed));
    let (decides, works) = (of(A::DecideAdjustment, &unit), of(A::WorkOnService, &unit));
    let answers = of(A::AnswerService, &customer);
    // A lot is judged as it is announced: who admits there admits everywhere.
    let lot = Thing { state: "announced", ..Thing::open() };
    let to_admit = match offers(&rx.actor, A::DecideBidder, &lot) {
        true => store::bench::to_admit(rx.tx)?,
        false => Vec::new(),
    };
    let booked = match is_shown {
        true => store::bench::booked(rx.tx, person, rx.now)?,
        false => Default::default(),
    };
    Ok(Bench {
        to_admit,
        trainings: store::bench::trainings(rx.tx, &trains, person)?,
        disputes: store::bench::disputes(rx.tx, &decides)?,
        to_agree: store::bench::to_agree(rx.tx, &agrees)?,
        orders: (
            store::bench::orders(rx.tx, &works, Side::Unit)?,
            store::bench::orders(rx.tx, &answers, Side::Customer)?,
        ),
        booked,
    })
}
