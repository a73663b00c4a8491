//! Everything that is known when a booking is judged, loaded from the rows in a few statements.

mod approval;

use super::price::Asked;
use super::{Estimate, MANAGERS, PEOPLE, is_manager, is_staff};
use crate::area::{Around, hold_of};
use access::{Actor, Role};
use base::{BookingId, Date, Instant, OrganisationId, PersonId, Refusal, Span, VoucherId, WishId};
use calendar::Zone;
use calendar::seats::Taken;
use instruments::Instrument;
use instruments::accessory::{self, Lent};
use instruments::approval::Others;
use instruments::booking::{CREDIT_DAYS, Conduct};
use instruments::feedback::due_before;
use instruments::outage::Down;
use instruments::policy::{self, Ask, Facts, Own, Person, Purse};
use instruments::qualification::{Grant, Standing, best};
use instruments::quota::{Counted, Quota, What, Who};
use instruments::rules::{Rules, UNKNOWN};
use instruments::setting::Level;
use std::collections::{BTreeMap, BTreeSet};
use store::booking::{Among, Holder, Whose};
use store::who::By;
use store::{StoreError, Tx};

/// Days before and after what is asked that own bookings are looked at.
const BEFORE_DAYS: i64 = 2;
const AFTER_DAYS: i64 = 400;
/// Other times that are priced for one answer, where a voucher is to pay for them.
const PRICED_MAX: usize = 20;

/// Whom a booking is for.
#[derive(Clone, Debug)]
pub struct For {
    pub person: PersonId,
    /// For which organisation; the only one they have where none is named.
    pub organisation: Option<OrganisationId>,
    pub project: String,
    /// Places that the person holds now.
    places: Vec<(OrganisationId, Role)>,
}

impl For {
    /// The person with the places they hold; refused where they do not stand in the organisation.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        (person, organisation, project): (PersonId, Option<OrganisationId>, &str),
        actor: &Actor,
        now: Instant,
    ) -> Result<Result<Self, Refusal>, StoreError> {
        let places: Vec<(OrganisationId, Role)> = match actor.person == Some(person) {
            true => actor.roles.clone(),
            false => match store::who::find(tx, By::Person(person), now)? {
                Some(found) => found.places.iter().map(|(id, _, role)| (*id, *role)).collect(),
                None => return Ok(Err(unknown("person"))),
            },
        };
        let mut own: Vec<OrganisationId> = places.iter().map(|(id, _)| *id).collect();
        own.sort();
        own.dedup();
        let organisation = match (organisation, own.as_slice()) {
            (Some(named), own) if own.contains(&named) => Some(named),
            (Some(_), _) => return Ok(Err(unknown("organisation"))),
            (None, [only]) => Some(*only),
            (None, _) => None,
        };
        Ok(Ok(Self { person, organisation, project: project.trim().to_owned(), places }))
    }

    /// The organisations whose jurisdictions and classes count: all of theirs where none is named.
    fn judged(&self) -> Vec<OrganisationId> {
        match self.organisation {
            Some(organisation) => vec![organisation],
            None => {
                self.places.iter().map(|(id, _)| *id).collect::<BTreeSet<_>>().into_iter().collect()
            }
        }
    }

    /// Whether somebody else leads those for whom they book.
    fn has_leader(&self) -> bool {
        let leads =
            |id| self.places.iter().any(|(own, role)| *own == id && MANAGERS.contains(role));
        self.organisation.is_some_and(|id| !leads(id))
    }

    /// Whether they are of the owner's own people.
    pub(crate) fn is_internal(&self, owner: OrganisationId) -> bool {
        is_internal(owner, &self.places)
    }
}

/// Whether somebody with these places is of the owner's own people.
pub(crate) fn is_internal(owner: OrganisationId, places: &[(OrganisationId, Role)]) -> bool {
    let is_own = |role: &Role| PEOPLE.contains(role) || MANAGERS.contains(role);
    places.iter().any(|(id, role)| *id == owner && is_own(role))
}

pub(crate) fn unknown(field: &'static str) -> Refusal {
    let refusal = Refusal::invalid("choice-unknown").on(field);
    refusal.term("field", base::text::field_term(field))
}

/// The rules of an instrument, and its zone.
pub(crate) fn rules_of(tx: &mut Tx<'_>, it: &Instrument) -> Result<(Rules, Zone), StoreError> {
    let layers = store::booking_rule::layers(tx, (it.owner, &it.sheet.group, it.id))?;
    let zone = Zone::named(it.zone()).unwrap_or_else(Zone::china);
    Ok((Rules::of(&layers), zone))
}

/// The facts of one judgement, owned.
pub struct Scene {
    pub it: Instrument,
    pub zone: Zone,
    pub rules: Rules,
    pub(crate) beneficiary: For,
    actor: policy::Actor,
    person: Person,
    /// What they can work, where that is asked for.
    grants: Vec<Grant>,
    purse: Purse,
    taken: Vec<Taken>,
    downs: Vec<Down>,
    own: Vec<Own>,
    quotas: Vec<(Quota, Vec<Counted>)>,
    accessories: Vec<policy::Accessory>,
    around: Around,
    /// The classes as customer, where a chain of agreement asks for one.
    classes: Vec<String>,
    /// Who agrees to it besides whoever it is for.
    others: Others,
}

/// What a scene is loaded for.
pub(crate) struct Wanted<'a> {
    pub actor: &'a Actor,
    pub span: Span,
    /// The time whose bookings have to be known, around the span.
    pub reach: Span,
    /// The booking that is moved, and whether the asker is its owner.
    pub moved: Option<(BookingId, bool)>,
    /// The wish whose offer is taken: what is held for it is free for it.
    pub offer: Option<WishId>,
    /// What shall be lent with it.
    pub accessories: &'a [Lent],
}

impl<'a> Wanted<'a> {
    /// A time that nobody has yet, with nothing lent.
    pub fn new(actor: &'a Actor, span: Span) -> Self {
        Self { actor, span, reach: span, moved: None, offer: None, accessories: &[] }
    }
}

impl Scene {
    /// Loads what the rules of the instrument ask about, and nothing else.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        it: Instrument,
        beneficiary: For,
        wanted: &Wanted<'_>,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let (rules, zone) = rules_of(tx, &it)?;
        let (is_staff, is_manager) = (is_staff(&it, wanted.actor), is_manager(&it, wanted.actor));
        let is_for_other = wanted.actor.person != Some(beneficiary.person);
        let actor = policy::Actor {
            sees_it: true,
            may_book: true,
            is_for_other,
            may_act_for_other: is_staff || is_manager,
            is_staff,
            is_manager,
            is_owner: wanted.moved.is_none_or(|(_, is_owner)| is_owner),
        };
        let (person, on, grants) =
            person(tx, (&it, &rules, &zone), &beneficiary, wanted.span, now)?;
        let except = wanted.moved.map(|(id, _)| id);
        let holder = except.map(Holder::Booking).or(wanted.offer.map(Holder::Wish));
        let wide = wide(wanted.reach, &rules);
        let taken = store::booking::taken(tx, it.id, wide, holder)?;
        let downs = store::booking_rule::outages(tx, it.id, wanted.reach)?;
        let own = own(tx, (&it, &rules), &beneficiary, wanted.reach, (except, now))?;
        let quotas = quotas(tx, (&it, &rules, &zone), &beneficiary, wanted.reach, (except, now))?;
        let accessories = accessories(tx, (&it, &rules), wanted, except)?;
        let site = (&rules.site_hours.value, &zone, &rules.days.value);
        let whose = (&it, beneficiary.person);
        let around = Around::load(tx, whose, site, wanted.reach, except)?;
        let is_project_missing = rules.needs_project.value && beneficiary.project.is_empty();
        let is_tariff_missing = on.is_tariff_missing;
        let is_barred = is_barred(tx, &rules, (beneficiary.person, &beneficiary.judged()))?;
        let classes = approval::classes_of(tx, (&it, &rules), &beneficiary, wanted.span)?;
        let others = approval::others_of(tx, (&it, &rules), &beneficiary, now)?;
        Ok(Self {
            others,
            classes,
            purse: Purse { is_project_missing, is_tariff_missing, is_barred, ..Purse::default() },
            downs: downs.iter().map(store::booking_rule::Outage::down).collect(),
            zone,
            rules,
            actor,
            person,
            grants,
            taken,
            own,
            quotas,
            accessories,
            around,
            beneficiary,
            it,
        })
    }

    /// The facts as the engine asks for them.
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            zone: &self.zone,
            rules: &self.rules,
            seats: seats_of(&self.it),
            takes_bookings: self.it.takes_bookings(),
            actor: self.actor,
            person: self.person.clone(),
            purse: self.purse.clone(),
            taken: &self.taken,
            downs: &self.downs,
            rooms: &self.around.rooms,
            accessories: &self.accessories,
            site: self.around.open.clone(),
            own: &self.own,
            quotas: &self.quotas,
            area: self.around.booked.clone(),
        }
    }

    /// Whether the act would take another time than the scene was loaded for. What depends on the day
    /// is asked once for each, and only of a time that passes everything else; once enough were priced
    /// none passes.
    pub(crate) fn is_fine(
        &self,
        tx: &mut Tx<'_>,
        (ask, voucher): (&Ask, Option<VoucherId>),
        days: &mut OtherDays,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let Some(span) = Span::new(ask.start, ask.end) else { return Ok(false) };
        if days.n_priced == PRICED_MAX {
            return Ok(false);
        }
        let mut facts = self.facts();
        if self.rules.needs_qualification.value {
            facts.person.standing = best(&self.grants, &self.zone, &self.rules.days.value, span);
        }
        facts.person.missing_trainings.clear();
        facts.person.has_agreement = true;
        (facts.purse.is_tariff_missing, facts.purse.short_by) = (false, None);
        if !policy::judge(&facts, ask, now).is_fine() {
            return Ok(false);
        }
        let last = Instant::from_micros(span.end().micros() - 1);
        let key = (self.zone.date(span.start()), self.zone.date(last));
        let on = match days.known.get(&key) {
            Some(on) => on.clone(),
            None => {
                // A course that ends within the day counts for none of it.
                let whole = Span::new(span.start(), self.zone.day(key.1).end()).unwrap_or(span);
                let place = (&self.it, &self.rules);
                let on = on_day(tx, place, &self.beneficiary, whole, last)?;
                days.known.entry(key).or_insert(on).clone()
            }
        };
        facts.person.missing_trainings = on.missing_trainings;
        facts.person.has_agreement = on.has_agreement;
        facts.purse.is_tariff_missing = on.is_tariff_missing;
        let is_fine = policy::judge(&facts, ask, now).is_fine();
        if !is_fine || voucher.is_none() {
            return Ok(is_fine);
        }
        days.n_priced += 1;
        let told = Estimate::load(tx, &Asked::in_scene(self, (span, voucher)), now)?;
        Ok(told.voucher.is_none_or(|part| part.short_by.is_none()))
    }

    /// What the voucher that was named is short by, as its estimate says.
    pub(crate) fn fund(&mut self, told: &super::Estimate) {
        self.purse.short_by = told.voucher.as_ref().and_then(|part| part.short_by);
    }

    /// What is lent with a booking of this scene.
    pub(crate) fn lent(&self) -> Vec<Lent> {
        let lent = |it: &policy::Accessory| Lent { name: it.name.clone(), count: it.wanted };
        self.accessories.iter().map(lent).collect()
    }

    /// Takes time in this scene, so that the next judgement knows of it.
    pub(crate) fn note(&mut self, pieces: &[Taken], span: Span) {
        self.taken.extend_from_slice(pieces);
        let state = instruments::booking::State::Confirmed;
        self.own.push(Own { span, state, is_here: true });
        for (_, counted) in &mut self.quotas {
            counted.push(Counted { span });
        }
        for one in &mut self.accessories {
            one.taken.push((span, one.wanted));
        }
    }

    /// Time that is given to somebody else in the same act.
    pub(crate) fn hold(&mut self, pieces: &[Taken]) {
        self.taken.extend_from_slice(pieces);
        for room in &mut self.around.rooms {
            room.present.extend(pieces.iter().map(|piece| piece.span));
        }
        for one in &mut self.accessories {
            one.taken.extend(pieces.iter().map(|piece| (piece.span, one.wanted)));
        }
    }

    /// The seats that a span takes with its buffers.
    pub(crate) fn place(&self, span: Span) -> Result<Vec<Taken>, Instant> {
        let (setup, cleanup) = (self.rules.setup_minutes.value, self.rules.cleanup_minutes.value);
        let busy = instruments::booking::busy(span, setup, cleanup);
        calendar::seats::place(&self.taken, seats_of(&self.it), busy)
    }
}

/// What is lent with it, asked for only where something is.
fn accessories(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    wanted: &Wanted<'_>,
    except: Option<BookingId>,
) -> Result<Vec<policy::Accessory>, StoreError> {
    let shared = &rules.shared_accessories;
    let offered = accessory::offered(&it.sheet.accessories, &shared.value);
    let all = accessory::wanted(&offered, wanted.accessories);
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let is_shared = |one: &Lent| shared.value.iter().any(|it| it.known_as() == one.name);
    let among = match shared.level {
        _ if !all.iter().any(is_shared) => Among::Instrument(it.id),
        Some(Level::Instrument) => Among::Instrument(it.id),
        Some(Level::Group) => Among::Group(it.owner, &it.sheet.group),
        _ => Among::Unit(it.owner),
    };
    let lent = store::booking::lent(tx, among, wanted.reach, except)?;
    Ok(accessory::facts((&offered, &shared.value), &all, it.id, &lent))
}

/// What was asked for other days than that of the question.
#[derive(Default)]
pub(crate) struct OtherDays {
    /// By their first and last.
    known: BTreeMap<(Date, Date), OnDay>,
    n_priced: usize,
}

/// What depends on the day of a booking.
#[derive(Clone)]
struct OnDay {
    missing_trainings: Vec<String>,
    has_agreement: bool,
    is_tariff_missing: bool,
}

/// Asks only for what the rules want. `last` is the last moment of the booking.
fn on_day(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    beneficiary: &For,
    span: Span,
    last: Instant,
) -> Result<OnDay, StoreError> {
    let wanted = &rules.trainings.value;
    let done = match wanted.is_empty() {
        true => Vec::new(),
        false => store::booking_rule::trained(tx, beneficiary.person, it.owner, span.end())?,
    };
    let is_external = !beneficiary.is_internal(it.owner);
    Ok(OnDay {
        missing_trainings: wanted.iter().filter(|code| !done.contains(code)).cloned().collect(),
        has_agreement: is_external
            && has_agreement(tx, (it, rules), beneficiary.organisation, last.plus_seconds(1))?,
        is_tariff_missing: lacks_tariff(tx, it, beneficiary, span)?,
    })
}

/// How many can use it at once.
pub(crate) fn seats_of(it: &Instrument) -> u16 {
    u16::try_from(it.sheet.seats()).unwrap_or(u16::MAX).max(1)
}

/// A span with room for buffers of neighbours.
fn wide(span: Span, rules: &Rules) -> Span {
    let buffer = rules.setup_minutes.value.max(rules.cleanup_minutes.value);
    instruments::booking::busy(span, buffer, buffer)
}

fn around(span: Span, now: Instant) -> Span {
    let from = span.start().min(now).plus_seconds(-BEFORE_DAYS * 86_400);
    Span::new(from, span.end().max(now).plus_seconds(AFTER_DAYS * 86_400)).expect("it only grew")
}

fn person(
    tx: &mut Tx<'_>,
    (it, rules, zone): (&Instrument, &Rules, &Zone),
    beneficiary: &For,
    span: Span,
    now: Instant,
) -> Result<(Person, OnDay, Vec<Grant>), StoreError> {
    let id = beneficiary.person;
    let grants: Vec<Grant> = match rules.needs_qualification.value {
        true => {
            let found = store::booking_rule::qualification(tx, it.id, id)?;
            found.into_iter().map(|found| found.grant).collect()
        }
        false => Vec::new(),
    };
    let standing = match rules.needs_qualification.value {
        true => best(&grants, zone, &rules.days.value, span),
        false => Standing::Good,
    };
    let on = on_day(tx, (it, rules), beneficiary, span, span.end().plus_seconds(-1))?;
    let is_external = !beneficiary.is_internal(it.owner);
    let set = store::booking_rule::standing(tx, id, (it.owner, it.id), now)?;
    let person = Person {
        class: if is_external { "external" } else { "internal" }.to_owned(),
        is_external,
        blocked: set.blocked,
        missing_trainings: on.missing_trainings.clone(),
        access_ends: set.access_ends,
        standing,
        is_notice_unread: is_unread(tx, (it, rules), id)?,
        has_agreement: on.has_agreement,
        is_feedback_due: rules.asks_feedback.value
            && store::feedback::is_due(tx, (id, it.owner), due_before(now))?,
        credit: conduct_of(tx, (it, rules), id, now)?.credit(),
        enters_always: false,
    };
    Ok((person, on, grants))
}

/// Whether the rules bar an instrument for a person or the organisations they stand for. Nothing is
/// asked where nothing is barred.
pub(crate) fn is_barred(
    tx: &mut Tx<'_>,
    rules: &Rules,
    (person, organisations): (PersonId, &[OrganisationId]),
) -> Result<bool, StoreError> {
    if rules.barred.value.is_empty() {
        return Ok(false);
    }
    let mut known = Vec::new();
    for organisation in organisations {
        let (entered, credit_code) = store::control::jurisdiction(tx, *organisation)?;
        let found = parties::control::jurisdiction_of(&entered, &credit_code);
        known.push(found.unwrap_or_else(|| UNKNOWN.to_owned()));
    }
    let clearance = store::who::person(tx, person)?.and_then(|(_, clearance)| clearance);
    known.extend(clearance.map(|it| it.jurisdiction).filter(|code| !code.is_empty()));
    Ok(rules.bars(&known))
}

/// Whether an agreement of the organisation holds on the last day of a booking; asked only where the
/// rules want one.
pub(crate) fn has_agreement(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    organisation: Option<OrganisationId>,
    end: Instant,
) -> Result<bool, StoreError> {
    let Some(customer) = organisation.filter(|_| rules.needs_agreement.value) else {
        return Ok(false);
    };
    // The end is the first moment that is not booked.
    let day = crate::tariff::wall(it)(end.plus_seconds(-1)).date;
    store::agreement::holds(tx, (it.owner, customer), day)
}

/// Whether the owner set prices, and none for this customer on the first day.
fn lacks_tariff(
    tx: &mut Tx<'_>,
    it: &Instrument,
    beneficiary: &For,
    span: Span,
) -> Result<bool, StoreError> {
    let Some(customer) = beneficiary.organisation else { return Ok(false) };
    let day = crate::tariff::wall(it)(span.start()).date;
    let (any, classes) = store::tariff::classes_on(tx, it.id, day)?;
    if !any {
        return Ok(false);
    }
    let class = crate::tariff::class_of(tx, (it.owner, customer), day)?;
    Ok(!classes.contains(&class))
}

/// Whether the notice to users, as it is now, was not confirmed although the rules want it.
fn is_unread(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    person: PersonId,
) -> Result<bool, StoreError> {
    match super::training::notice_digest(it).filter(|_| rules.needs_notice.value) {
        None => Ok(false),
        Some(digest) => Ok(store::training::confirmed(tx, it.id, person)? != Some(digest)),
    }
}

/// What counts in a person's reputation with the owner, where a rule asks for it.
fn conduct_of(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    person: PersonId,
    now: Instant,
) -> Result<Conduct, StoreError> {
    if rules.least_credit.value == 0 {
        return Ok(Conduct::default());
    }
    let mut found = conduct(tx, (it.owner, Some(person)), now)?;
    Ok(found.remove(&person).unwrap_or_default())
}

/// What counts in the reputation of one person, or of everybody, with an owner.
pub(crate) fn conduct(
    tx: &mut Tx<'_>,
    whose: (OrganisationId, Option<PersonId>),
    now: Instant,
) -> Result<BTreeMap<PersonId, Conduct>, StoreError> {
    store::tie::conduct(tx, whose, (now.plus_seconds(-CREDIT_DAYS * 86_400), now))
}

/// Own bookings, where a rule asks for them.
fn own(
    tx: &mut Tx<'_>,
    (it, rules): (&Instrument, &Rules),
    beneficiary: &For,
    reach: Span,
    (except, now): (Option<BookingId>, Instant),
) -> Result<Vec<Own>, StoreError> {
    let counts = [rules.day_count.value, rules.future_count.value, rules.future_minutes.value];
    let gap = rules.gap_minutes.value;
    let within = if counts.iter().any(|limit| *limit > 0) {
        around(reach, now)
    } else if gap > 0 || rules.no_self_overlap.value {
        // Nothing further away can meet it or come too near.
        instruments::booking::busy(reach, gap, gap)
    } else {
        return Ok(Vec::new());
    };
    let whose = Whose::Person(beneficiary.person);
    let found = store::booking::counted(tx, &whose, (it.id, within), except)?;
    Ok(found.into_iter().map(|(_, own)| own).collect())
}

fn quotas(
    tx: &mut Tx<'_>,
    (it, rules, zone): (&Instrument, &Rules, &Zone),
    beneficiary: &For,
    span: Span,
    (except, now): (Option<BookingId>, Instant),
) -> Result<Vec<(Quota, Vec<Counted>)>, StoreError> {
    let mut found = Vec::new();
    for quota in &rules.quotas.value {
        let Some(whose) = whose(quota.who, beneficiary) else { continue };
        let reach = quota.reach(zone, span, now);
        let all = store::booking::counted(tx, &whose, (it.id, reach), except)?;
        let among = match quota.what {
            What::Instrument => Some(vec![it.id]),
            What::Group => Some(store::booking::neighbours(tx, it.id, &it.sheet.group)?),
            What::Unit => Some(store::booking::neighbours(tx, it.id, "")?),
            What::All => None,
        };
        let counts = all.into_iter().filter(|(instrument, own)| {
            own.state.counts(rules.lost_counts.value)
                && among.as_ref().is_none_or(|among| among.contains(instrument))
        });
        let counts = counts.map(|(_, own)| Counted { span: own.span }).collect();
        found.push((quota.clone(), counts));
    }
    Ok(found)
}

/// Whose bookings a quota counts; research groups are organisations of the city.
fn whose(who: Who, beneficiary: &For) -> Option<Whose> {
    match who {
        Who::Person => Some(Whose::Person(beneficiary.person)),
        Who::Group | Who::Organisation => beneficiary.organisation.map(Whose::Organisation),
        Who::Project if beneficiary.project.is_empty() => None,
        Who::Project => Some(Whose::Project(beneficiary.project.clone())),
    }
}

/// The names that have to be held besides the instrument's, so that quotas over several instruments
/// and the places of rooms stay true: the person's, and whatever else is counted together.
pub(crate) fn counted_names(it: &Instrument, rules: &Rules, beneficiary: &For) -> Vec<String> {
    let mut names = vec![beneficiary.person.to_string()];
    names.extend(it.area.map(|_| hold_of(it.owner)));
    if !rules.shared_accessories.value.is_empty() {
        names.push(format!("accessories of {}", it.owner));
    }
    for quota in &rules.quotas.value {
        match whose(quota.who, beneficiary) {
            Some(Whose::Organisation(id)) => names.push(format!("bookings of {id}")),
            Some(Whose::Project(name)) => names.push(format!("bookings for {name}")),
            Some(Whose::Person(_)) | None => {}
        }
    }
    names
}
