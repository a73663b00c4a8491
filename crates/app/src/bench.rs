//! What waits at instruments, laboratories, auctions and contracts for the reader: wishes to be
//! trained, bookings to agree to, disputed lines, orders, bidders to admit, payments to divide,
//! registrations; time and bookings that are offered; and the reader's own next booking.

use crate::act::{Stop, offers};
use crate::city::Rx;
use access::{Act as A, Filter, Thing};
use base::{
    Bilingual, ChargeId, ContractId, Instant, InstrumentId, Label, Level, LotId, OrganisationId,
    PersonId, Reference, UseId,
};
use instruments::adjustment;
use store::bench::Answering;
pub use store::bench::Waits;
pub use store::due::Step;

/// Days before its day on which upkeep lies on the desk: a letter came before.
const DUE_DAYS: i64 = 7;

/// The last day of upkeep that lies on the desk.
pub(crate) fn soon(now: Instant) -> base::Date {
    calendar::zone::add_days(base::WorkingDays::china().date(now), DUE_DAYS)
}

/// What lies on the bench.
#[derive(Clone, Debug, Default)]
pub struct Bench {
    /// Instruments at which people ask for training, with how many wishes.
    pub trainings: Vec<(InstrumentId, Bilingual, u64)>,
    /// Instruments with faults that people told of, or with upkeep that is due.
    pub upkeep: store::bench::Upkeep,
    /// The reader's uses of which they are asked and have said nothing yet.
    pub unanswered: Vec<(UseId, Bilingual)>,
    /// Disputed lines with their customers.
    pub disputes: Vec<(ChargeId, Reference, Bilingual)>,
    /// Time that is held for the reader until then, with its instrument.
    pub offers: Vec<(Bilingual, Instant)>,
    /// How many bookings colleagues offer the reader.
    pub n_handed: u64,
    /// Lines of which the reader asked for a change, decided of late: to be read, not to be done.
    pub decided: Vec<(ChargeId, Reference, adjustment::State)>,
    /// Bookings that wait for agreement.
    pub to_agree: u64,
    /// Orders whose next step is the reader's unit's, and those that wait for it as customer.
    pub orders: (u64, u64),
    /// Auctions in which somebody waits to be admitted, with how many.
    pub to_admit: Vec<(LotId, Reference, u64)>,
    /// Payments of contracts to divide, registrations to decide or to hand in.
    pub steps: Vec<(Step, ContractId, Reference)>,
    /// How many bookings are the reader's own from now on, and when the first begins.
    pub booked: (u64, Option<Instant>),
}

impl Bench {
    /// Whether nothing lies on it.
    pub fn is_empty(&self) -> bool {
        let counts = [self.to_agree, self.n_handed, self.orders.0, self.orders.1, self.booked.0];
        let is_bare = self.trainings.is_empty() && self.disputes.is_empty();
        let is_bare = is_bare && self.unanswered.is_empty() && self.offers.is_empty();
        let is_bare = is_bare && self.decided.is_empty() && self.upkeep.is_empty();
        is_bare && self.steps.is_empty() && self.to_admit.is_empty() && counts == [0; 5]
    }

    /// How many things wait for an act; the own bookings do not.
    pub fn n_waiting(&self) -> u64 {
        let wishes = self.trainings.iter().map(|(_, _, n)| n);
        let wishes = wishes.chain(self.upkeep.iter().map(|(.., n)| n));
        let bidders = self.to_admit.iter().map(|(_, _, n)| n);
        let told = self.disputes.len() + self.unanswered.len() + self.offers.len();
        let told = u64::try_from(told).unwrap_or(u64::MAX);
        let steps = u64::try_from(self.steps.len()).unwrap_or(u64::MAX);
        let (works, answers) = self.orders;
        let counts = [&steps, &told, &self.to_agree, &self.n_handed, &works, &answers];
        wishes.chain(bidders).chain(counts).sum()
    }
}

/// For whom the reader answers at instruments and laboratories.
pub(crate) fn answering(rx: &Rx<'_, '_>) -> Answering {
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
    // A lot is judged as it is announced: who admits there admits everywhere.
    let lot = Thing { state: "announced", ..Thing::open() };
    Answering {
        trains: of(A::QualifyPeople, &listed),
        agrees: of(A::DecideBooking, &listed),
        decides: of(A::DecideAdjustment, &unit),
        works: of(A::WorkOnService, &unit),
        answers: of(A::AnswerService, &customer),
        admits: offers(&rx.actor, A::DecideBidder, &lot),
    }
}

/// Who divides payments, decides about registrations and hands them in.
pub(crate) struct Registrar {
    seen: Filter,
    divides: bool,
    decides: bool,
    files: Vec<OrganisationId>,
}

impl Registrar {
    pub(crate) fn of(rx: &mut Rx<'_, '_>) -> Result<Self, Stop> {
        let seen = rx.filter(A::ListContracts)?;
        let may = |act: A, thing: &Thing| offers(&rx.actor, act, thing);
        // To the office a contract is at least of members.
        let contract = Thing { label: Label::at(Level::Members), ..Thing::open() };
        let mut files = rx.actor.organisations_with(crate::contract::SPEAKERS);
        files.retain(|id| may(A::FillFiling, &Thing::of(*id)));
        Ok(Self {
            divides: may(A::DivideIncome, &contract),
            decides: may(A::DecideFiling, &contract),
            seen,
            files,
        })
    }

    pub(crate) fn stored(&self) -> store::due::Steps<'_> {
        let Self { seen, divides, decides, files } = self;
        store::due::Steps { seen, divides: *divides, decides: *decides, files }
    }
}

/// What waits for the reader at instruments and laboratories, and the own bookings, which wait for nobody.
pub(crate) fn of(rx: &mut Rx<'_, '_>, person: PersonId) -> Result<Bench, Stop> {
    let answering = answering(rx);
    let to_admit = match answering.admits {
        true => store::bench::to_admit(rx.tx)?,
        false => Vec::new(),
    };
    let registrar = Registrar::of(rx)?;
    let steps = store::due::steps(rx.tx, registrar.stored())?;
    let at = store::bench::at_instruments(rx.tx, &answering, (person, rx.now), soon(rx.now))?;
    Ok(Bench {
        to_admit,
        steps,
        trainings: at.trainings,
        unanswered: at.unanswered,
        offers: at.offers,
        n_handed: at.n_handed,
        decided: at.decided,
        upkeep: at.upkeep,
        disputes: store::bench::disputes(rx.tx, &answering.decides, person)?,
        to_agree: at.to_agree,
        orders: store::bench::orders(rx.tx, &answering)?,
        booked: store::bench::booked(rx.tx, person, rx.now)?,
    })
}
