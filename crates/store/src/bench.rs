//! What waits at instruments, laboratories and auctions for somebody's answer: counted, with the first of each.

use crate::filter::Composer;
use crate::{Composed, Row, StoreError, Tx, args, statements};
use base::{
    Bilingual, ChargeId, Date, Instant, InstrumentId, LotId, OrganisationId, PersonId, Reference,
    UseId,
};
use instruments::adjustment;
use instruments::service_order::{Side, State};

macro_rules! to_admit {
    () => {
        "select l.id, l.reference, count(*) as n from lots l join lot_bidders b on b.lot = l.id
         where l.state in ('announced', 'open') and b.state = 'asked'
         group by l.id, l.reference order by l.id limit 20"
    };
}

statements! {
    BOOKED = "select count(*), min(starts_at) from bookings
              where person = $1 and state in ('confirmed', 'pending') and ends_at > $2";
    TO_ADMIT = to_admit!();
}

/// Rows of one kind that are told.
const TOLD_MAX: usize = 20;

/// How many bookings somebody has from now on, and when the first begins.
pub fn booked(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: Instant,
) -> Result<(u64, Option<Instant>), StoreError> {
    let row = tx.row(&BOOKED, args![person, now])?;
    row.map_or(Ok((0, None)), |row| Ok((row.count(0)?, row.instant_or_none(1)?)))
}

/// Instruments at which people ask for training, with how many wishes.
pub type Trainings = Vec<(InstrumentId, Bilingual, u64)>;
/// Uses of which their user is to say something, with their instruments.
pub type Unanswered = Vec<(UseId, Bilingual)>;

/// Days for which the desk tells how a request for a change was decided.
const DECIDED_DAYS: i64 = 14;

/// Instruments with faults that people told of, or with upkeep that is due, and how many.
pub type Upkeep = Vec<(Waits, InstrumentId, Bilingual, u64)>;

/// What waits at an instrument to keep it well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    Faults,
    Due,
}

/// What waits for somebody at instruments, and what was decided about lines that they disputed.
#[derive(Clone, Debug, Default)]
pub struct AtInstruments {
    pub trainings: Trainings,
    pub unanswered: Unanswered,
    /// Time that is held until then, with its instrument, the first to lapse first.
    pub offers: Vec<(Bilingual, Instant)>,
    /// Lines whose change was granted or declined of late, the latest first.
    pub decided: Vec<(ChargeId, Reference, adjustment::State)>,
    /// How many bookings colleagues offer, and how many wait for agreement.
    pub n_handed: u64,
    pub upkeep: Upkeep,
    pub to_agree: u64,
}

/// Wishes to be trained at instruments of units or that somebody operates; that person's own uses of which
/// nothing was said yet, time and bookings that are offered, decided disputes; faults and what is due
/// by a day; and how many bookings wait for that person's agreement: in one statement.
pub fn at_instruments(
    tx: &mut Tx<'_>,
    of: &Answering,
    (me, now): (PersonId, Instant),
    by: Date,
) -> Result<AtInstruments, StoreError> {
    let mut composer = Composer::default();
    let wishes = trainings_text(&mut composer, &of.trains, me);
    let unanswered = unanswered_text(&mut composer, me);
    let turns = to_agree_text(&mut composer, &of.agrees, me);
    let offers = offers_text(&mut composer, me, now);
    let handed = handed_text(&mut composer, me, now);
    let decided = decided_text(&mut composer, me, now);
    let upkeep = upkeep_text(&mut composer, &of.trains, (me, by));
    let sql = format!(
        "select 'wish' as kind, w.id, w.name_en, w.name_zh, w.n from ({wishes}) w
         union all
         select 'use', u.use_id, u.name_en, u.name_zh, cast(1 as bigint) from ({unanswered}) u
         union all
         select k.kind, k.id, k.name_en, k.name_zh, k.n from ({upkeep}) k
         union all
         select 'turn', '', '', '', t.n from ({turns}) t
         union all
         select 'offer', '', f.name_en, f.name_zh, f.until_at from ({offers}) f
         union all
         select 'handed', '', '', '', h.n from ({handed}) h
         union all
         select 'decided', d.id, d.reference, d.state, d.decided_at from ({decided}) d"
    );
    let mut found = AtInstruments::default();
    for row in tx.composed(&Composed { sql, args: composer.args })? {
        let (name, n) = (Bilingual::new(row.text(2)?, row.text(3)?), row.count(4)?);
        let id = || row.parsed(1, |text| InstrumentId::parse(text).ok());
        match row.text(0)?.as_str() {
            "turn" => found.to_agree = n,
            "use" => found.unanswered.push((row.parsed(1, |text| UseId::parse(text).ok())?, name)),
            "offer" => found.offers.push((name, row.instant(4)?)),
            "handed" => found.n_handed = n,
            "decided" => {
                let id = row.parsed(1, |text| ChargeId::parse(text).ok())?;
                let reference = row.parsed(2, Reference::parse)?;
                found.decided.push((id, reference, row.parsed(3, adjustment::State::parse)?));
            }
            "fault" => found.upkeep.push((Waits::Faults, id()?, name, n)),
            "upkeep" => found.upkeep.push((Waits::Due, id()?, name, n)),
            _ => found.trainings.push((id()?, name, n)),
        }
    }
    Ok(found)
}

/// Time that is held for somebody who waits.
fn offers_text(composer: &mut Composer, me: PersonId, now: Instant) -> String {
    let (me, now) = (composer.bind(me), composer.bind(now));
    format!(
        "select i.name_en, i.name_zh, w.offered_until as until_at
         from booking_wishes w join instruments i on i.id = w.offered_on
         where w.person = {me} and w.state = 'offered' and w.offered_until > {now}
         order by w.offered_until, w.id limit {TOLD_MAX}"
    )
}

/// Bookings that colleagues offer somebody, as long as they can be taken over.
fn handed_text(composer: &mut Composer, me: PersonId, now: Instant) -> String {
    let (me, now) = (composer.bind(me), composer.bind(now));
    format!(
        "select count(*) as n from bookings
         where offered_to = {me} and offered_to <> '' and state = 'confirmed' and starts_at > {now}"
    )
}

/// Lines that somebody disputed and that were decided of late.
fn decided_text(composer: &mut Composer, me: PersonId, now: Instant) -> String {
    let since = now.plus_seconds(-DECIDED_DAYS * 86_400);
    let (me, since) = (composer.bind(me), composer.bind(since));
    format!(
        "select c.id, c.reference, a.state, a.decided_at
         from charge_adjustments a join charges c on c.id = a.charge
         where a.asked_by = {me} and a.state in ('granted', 'declined') and a.decided_at > {since}
         order by a.decided_at desc, c.id limit {TOLD_MAX}"
    )
}

fn unanswered_text(composer: &mut Composer, me: PersonId) -> String {
    let me = composer.bind(me);
    format!(
        "select f.use_id, i.name_en, i.name_zh
         from use_feedback f join instruments i on i.id = f.instrument
         where f.person = {me} and f.answered_at = 0
         order by f.asked_at, f.use_id limit {TOLD_MAX}"
    )
}

/// The condition that an instrument is of these units, or that somebody operates it.
fn keeps_text(composer: &mut Composer, units: &[OrganisationId], operator: PersonId) -> String {
    let operator = composer.bind(operator);
    let operated =
        format!("i.id in (select instrument from instrument_operators where person = {operator})");
    let mut wheres = vec![operated];
    if !units.is_empty() {
        wheres.push(composer.any_of("i.owner", units));
    }
    wheres.join(" or ")
}

fn upkeep_text(
    composer: &mut Composer,
    units: &[OrganisationId],
    (operator, by): (PersonId, Date),
) -> String {
    let kept = keeps_text(composer, units, operator);
    crate::upkeep::waiting_text(composer, &kept, by)
}

fn trainings_text(composer: &mut Composer, units: &[OrganisationId], operator: PersonId) -> String {
    let kept = keeps_text(composer, units, operator);
    format!(
        "select i.id, i.name_en, i.name_zh, count(*) as n from training_requests t
         join instruments i on i.id = t.instrument
         where t.state = 'asked' and ({kept})
         group by i.id, i.name_en, i.name_zh order by min(t.asked_at), i.id limit {TOLD_MAX}"
    )
}

/// Lines of these units whose customer asks for a change, the oldest first.
pub fn disputes(
    tx: &mut Tx<'_>,
    units: &[OrganisationId],
    me: PersonId,
) -> Result<Vec<(ChargeId, Reference, Bilingual)>, StoreError> {
    let read = |row: &Row| {
        let id = row.parsed(0, |text| ChargeId::parse(text).ok())?;
        let customer = Bilingual::new(row.text(2)?, row.text(3)?);
        Ok((id, row.parsed(1, Reference::parse)?, customer))
    };
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut composer = Composer::default();
    let sql = disputes_text(&mut composer, units, me);
    tx.composed(&Composed { sql, args: composer.args })?.iter().map(read).collect()
}

/// Nobody decides what they asked for or caused.
fn disputes_text(composer: &mut Composer, units: &[OrganisationId], me: PersonId) -> String {
    let (chosen, me) = (composer.any_of("c.unit", units), composer.bind(me));
    format!(
        "select c.id, c.reference, o.name_en, o.name_zh from charge_adjustments a
         join charges c on c.id = a.charge join organisations o on o.id = c.customer
         where a.state = 'asked' and a.asked_by <> {me} and c.person <> {me} and {chosen}
         order by a.asked_at, c.id limit {TOLD_MAX}"
    )
}

/// Whose answers are waited for at instruments and laboratories.
#[derive(Clone, Debug, Default)]
pub struct Answering {
    /// Units whose people train, agree to bookings, decide on disputed lines, work on orders.
    pub trains: Vec<OrganisationId>,
    pub agrees: Vec<OrganisationId>,
    pub decides: Vec<OrganisationId>,
    pub works: Vec<OrganisationId>,
    /// Customers for whom orders are answered.
    pub answers: Vec<OrganisationId>,
    /// Whether bidders are admitted.
    pub admits: bool,
}

/// Orders whose next step is of these laboratories, and of these customers: in one statement.
pub fn orders(tx: &mut Tx<'_>, of: &Answering) -> Result<(u64, u64), StoreError> {
    if of.works.is_empty() && of.answers.is_empty() {
        return Ok((0, 0));
    }
    let mut composer = Composer::default();
    let sql = format!(
        "select ({}), ({})",
        orders_text(&mut composer, &of.works, Side::Unit),
        orders_text(&mut composer, &of.answers, Side::Customer),
    );
    let rows = tx.composed(&Composed { sql, args: composer.args })?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.count(0)?, row.count(1)?)))
}

/// Counts of everything that waits for these, each a query of one number; as many as are listed.
pub(crate) fn counted(
    composer: &mut Composer,
    of: &Answering,
    (me, now, by): (PersonId, Instant, Date),
) -> Vec<String> {
    let sum = |rows: &str| format!("select coalesce(sum(q.n), 0) from ({rows}) q");
    let mut all = vec![
        sum(&trainings_text(composer, &of.trains, me)),
        sum(&upkeep_text(composer, &of.trains, (me, by))),
        format!("select count(*) from ({}) q", unanswered_text(composer, me)),
        to_agree_text(composer, &of.agrees, me),
        format!("select count(*) from ({}) q", offers_text(composer, me, now)),
        handed_text(composer, me, now),
    ];
    if !of.decides.is_empty() {
        all.push(format!("select count(*) from ({}) q", disputes_text(composer, &of.decides, me)));
    }
    for (organisations, side) in [(&of.works, Side::Unit), (&of.answers, Side::Customer)] {
        if !organisations.is_empty() {
            all.push(orders_text(composer, organisations, side));
        }
    }
    if of.admits {
        all.push(sum(to_admit!()));
    }
    all
}

fn to_agree_text(composer: &mut Composer, agrees: &[OrganisationId], me: PersonId) -> String {
    format!("select count(*) as n {}", turns_text(composer, agrees, me))
}

/// Requests whose turn it is for somebody who answers for an organisation or operates an instrument:
/// what stands after the columns.
pub(crate) fn turns_text(
    composer: &mut Composer,
    agrees: &[OrganisationId],
    me: PersonId,
) -> String {
    let me = composer.bind(me);
    let mut turns = vec![format!(
        "b.turn in ('', 'staff')
         and i.id in (select instrument from instrument_operators where person = {me})"
    )];
    if !agrees.is_empty() {
        let owner = composer.any_of("i.owner", agrees);
        let customer = composer.any_of("b.organisation", agrees);
        turns.push(format!("b.turn <> 'leader' and {owner}"));
        turns.push(format!("b.turn = 'leader' and {customer}"));
    }
    format!(
        "from bookings b join instruments i on i.id = b.instrument
         where b.state = 'pending' and b.person <> {me} and b.booked_by <> {me} and ({})",
        turns.join(" or ")
    )
}

fn orders_text(composer: &mut Composer, of: &[OrganisationId], side: Side) -> String {
    let states: Vec<String> = State::ALL
        .iter()
        .filter(|state| state.turn() == Some(side))
        .map(|state| format!("'{state}'"))
        .collect();
    let chosen = composer.any_of(if side == Side::Unit { "unit" } else { "customer" }, of);
    let states = states.join(", ");
    format!(
        "select count(*) from service_orders
         where is_over = false and state in ({states}) and {chosen}"
    )
}

/// Auctions in which somebody waits to be admitted, with how many.
pub fn to_admit(tx: &mut Tx<'_>) -> Result<Vec<(LotId, Reference, u64)>, StoreError> {
    let read = |row: &Row| {
        let id = row.parsed(0, |text| LotId::parse(text).ok())?;
        Ok((id, row.parsed(1, Reference::parse)?, row.count(2)?))
    };
    tx.rows(&TO_ADMIT, &[])?.iter().map(read).collect()
}
