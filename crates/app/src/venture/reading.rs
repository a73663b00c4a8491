//! What a reader may see of ventures: both sides and the supervising office all of it, a holder the
//! own statement, everybody else nothing.

use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::venture::{Dividend, register, thing_of, thing_of_holder};
use access::{Act as A, Thing};
use base::{
    Bilingual, Date, Instant, OrganisationId, PersonId, Reference, Refusal, TechnologyId,
    VentureId, WorkingDays, limits,
};
use equity::contribution::Allotted;
use equity::exit::Divided;
use equity::statement::{NoStatement, Statement};
use equity::valuation::{Concluded, Sensitivity, Used};
use equity::view::{Diluted, View};
use equity::{Event, Flaw, Table};
use trading::venture::{
    HOLDERS_MAX, Holder, Register, Rules, Standing, Venture, VentureState, refusals,
};

/// Dividends that one page shows.
const DIVIDENDS_MAX: usize = 100;
/// Holdings of one reader.
const HOLDINGS_MAX: usize = 500;

/// A holder with the name it is known by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderName {
    pub holder: Holder,
    pub name: Bilingual,
}

/// A venture in a list.
#[derive(Clone, Debug)]
pub struct VentureRow {
    pub venture: Venture,
    pub title: Bilingual,
    pub owner_name: Bilingual,
    pub company_name: Bilingual,
}

/// A page of ventures, newest first.
#[derive(Clone, Debug)]
pub struct VenturePage {
    pub rows: Vec<VentureRow>,
    pub next: Option<VentureId>,
}

/// One own holding in a list.
#[derive(Clone, Debug)]
pub struct Holding {
    pub venture: Venture,
    pub holder: u64,
    pub title: Bilingual,
    pub company_name: Bilingual,
}

/// Which acts this reader may do here: the buttons of the page.
#[derive(Clone, Copy, Debug, Default)]
pub struct VentureOffers {
    pub revise: bool,
    pub withdraw: bool,
    pub notice: bool,
    pub object: bool,
    pub settle: bool,
    pub contribute: bool,
    pub holder: bool,
    pub enter: bool,
    pub declare: bool,
}

/// A venture as this reader may see it, with everything reckoned from its register.
#[derive(Clone, Debug)]
pub struct VentureView {
    pub register: Register,
    pub title: Bilingual,
    pub technology: (TechnologyId, Reference),
    pub owner_name: Bilingual,
    pub company_name: Bilingual,
    /// `owner`, `company`, `officer`.
    pub view: &'static str,
    pub holders: Vec<HolderName>,
    pub table: Table,
    pub today: Date,
    pub shares: View,
    pub dilution: Vec<Diluted>,
    pub concluded: Option<Concluded>,
    pub sensitivity: Option<Sensitivity>,
    /// What the planned contribution comes to today, or what stands against it.
    pub allotted: Option<Result<Allotted, Vec<Refusal>>>,
    pub duties: Vec<Standing>,
    pub dividends: Vec<Dividend>,
    pub offers: VentureOffers,
    pub now: Instant,
}

/// What one holder is told.
#[derive(Clone, Debug)]
pub struct VentureStatement {
    pub venture: Venture,
    pub title: Bilingual,
    pub company_name: Bilingual,
    pub holder: HolderName,
    pub statement: Statement,
    pub now: Instant,
}

/// Who gets how much of some proceeds.
#[derive(Clone, Debug)]
pub struct Exit {
    pub divided: Divided,
    pub by_holder: Vec<(String, i64)>,
    pub proceeds: i64,
}

impl VentureView {
    pub fn venture(&self) -> &Venture {
        &self.register.venture
    }

    /// The name of a holder by its key.
    pub fn name(&self, key: &str) -> Bilingual {
        let found = self.holders.iter().find(|it| it.holder.key() == key);
        found.map_or_else(|| Bilingual::new(key, key), |it| it.name.clone())
    }
}

fn allowed(rx: &mut Rx<'_, '_>, id: VentureId) -> Result<(Venture, &'static str), Stop> {
    let found = store::venture::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let view = rx.may(A::LookAtVenture, &thing_of(&found)).map_err(|_| Refusal::not_found())?;
    Ok((found, view))
}

fn organisation_name(rx: &mut Rx<'_, '_>, id: OrganisationId) -> Result<Bilingual, Stop> {
    Ok(store::organisation::find(rx.tx, id)?.map(|it| it.profile.name).unwrap_or_default())
}

fn title(rx: &mut Rx<'_, '_>, it: &Venture) -> Result<(Bilingual, Reference), Stop> {
    let found = store::technology::find(rx.tx, it.technology)?.ok_or_else(Refusal::not_found)?;
    Ok((found.content.title, found.reference))
}

/// Holders with their names of now: an erased person's is gone here too.
fn named(rx: &mut Rx<'_, '_>, holders: &[Holder]) -> Result<Vec<HolderName>, Stop> {
    let organisations: Vec<OrganisationId> =
        holders.iter().filter_map(|it| it.organisation).collect();
    let people: Vec<PersonId> = holders.iter().filter_map(|it| it.person).collect();
    let organisations = store::organisation::names_of(rx.tx, &organisations)?;
    let people = store::person::names_of(rx.tx, &people)?;
    let name = |it: &Holder| match (it.organisation, it.person) {
        (Some(id), _) => organisations.get(&id.to_string()).cloned().unwrap_or_default(),
        (_, Some(id)) => people.get(&id).cloned().unwrap_or_default(),
        _ => it.name.clone(),
    };
    Ok(holders.iter().map(|it| HolderName { holder: it.clone(), name: name(it) }).collect())
}

fn offers_of(rx: &Rx<'_, '_>, it: &Venture) -> VentureOffers {
    let may = |act| offers(&rx.actor, act, &thing_of(it));
    let prepared = it.state == VentureState::Prepared;
    let live = it.state != VentureState::Withdrawn;
    VentureOffers {
        revise: prepared && may(A::ReviseVenture),
        withdraw: prepared && may(A::WithdrawVenture),
        notice: live && may(A::GiveNotice),
        object: live && may(A::ObjectToVenture),
        settle: live && may(A::SettleDuty),
        contribute: prepared && may(A::ContributeTechnology),
        holder: live && may(A::EnterHolder),
        enter: live && may(A::EnterShares),
        declare: live && may(A::DeclareDividend),
    }
}

/// The whole page of one venture.
fn whole(rx: &mut Rx<'_, '_>, id: VentureId) -> Result<VentureView, Stop> {
    let (venture, view) = allowed(rx, id)?;
    let register = register(rx.tx, venture)?;
    let venture = register.venture.clone();
    let (title, reference) = title(rx, &venture)?;
    let today = WorkingDays::china().date(rx.now);
    let table = register.table()?;
    let income = venture.plan.valuation.as_ref().and_then(|it| match &it.income {
        Used::Yes(income) => Some(income.around()),
        Used::No { .. } => None,
    });
    let allotted = venture.plan.offer.as_ref().map(|it| {
        let mut contribution = it.contribution.clone();
        contribution.on = today;
        contribution.allot(&register.rules.floors).map_err(refusals)
    });
    Ok(VentureView {
        title,
        technology: (venture.technology, reference),
        owner_name: organisation_name(rx, venture.owner)?,
        company_name: organisation_name(rx, venture.company)?,
        view,
        holders: named(rx, &register.holders)?,
        shares: View::of(&table, today),
        dilution: equity::view::dilution(&register.events()).unwrap_or_default(),
        concluded: venture.concluded(),
        sensitivity: income,
        allotted,
        duties: register.duties_of_contribution(rx.now),
        dividends: store::venture::dividends(rx.tx, id, DIVIDENDS_MAX)?,
        offers: offers_of(rx, &venture),
        now: rx.now,
        table,
        today,
        register,
    })
}

impl City {
    /// Ventures that the reader may see, newest first.
    pub fn ventures(
        &self,
        asker: &Asker,
        before: Option<VentureId>,
        limit: usize,
    ) -> Result<VenturePage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListVentures)?;
            let mut found = store::venture::list(rx.tx, &filter, before, limit + 1)?;
            let is_more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|it| it.id).filter(|_| is_more);
            let mut rows = Vec::with_capacity(found.len());
            for venture in found {
                let (title, _) = title(rx, &venture)?;
                let owner_name = organisation_name(rx, venture.owner)?;
                let company_name = organisation_name(rx, venture.company)?;
                rows.push(VentureRow { venture, title, owner_name, company_name });
            }
            Ok(VenturePage { rows, next })
        })
    }

    /// The reader's own holdings.
    pub fn holdings(&self, asker: &Asker) -> Result<Vec<Holding>, No> {
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListHoldings)?;
            let found = store::venture::holdings(rx.tx, &filter, HOLDINGS_MAX)?;
            let mut all = Vec::with_capacity(found.len());
            for (venture, holder) in found {
                let (title, _) = title(rx, &venture)?;
                let company_name = organisation_name(rx, venture.company)?;
                all.push(Holding { venture, holder, title, company_name });
            }
            Ok(all)
        })
    }

    /// One venture with its register.
    pub fn venture(&self, asker: &Asker, id: VentureId) -> Result<VentureView, No> {
        self.read(asker, |rx| whole(rx, id))
    }

    /// The ventures of a technology that the reader may see, newest first.
    pub fn ventures_of(&self, asker: &Asker, id: TechnologyId) -> Result<Vec<Venture>, No> {
        self.read(asker, |rx| {
            let all = store::venture::of_technology(rx.tx, id)?;
            let actor = rx.actor.clone();
            let seen = |it: &Venture| offers(&actor, A::LookAtVenture, &thing_of(it));
            Ok(all.into_iter().filter(seen).collect())
        })
    }

    /// Whether the reader may open a venture for a technology.
    pub fn may_open_venture(&self, asker: &Asker, id: TechnologyId) -> Result<bool, No> {
        self.read(asker, |rx| {
            let Some(found) = store::technology::find(rx.tx, id)? else { return Ok(false) };
            Ok(offers(&rx.actor, A::OpenVenture, &crate::technology::thing_of(&found)))
        })
    }

    /// What an entry would do to everybody, before anybody enters it.
    pub fn preview_shares(
        &self,
        asker: &Asker,
        id: VentureId,
        event: &Event,
    ) -> Result<(View, View), No> {
        self.read(asker, |rx| {
            let (venture, _) = allowed(rx, id)?;
            let register = register(rx.tx, venture)?;
            let before = View::of(&register.table()?, event.on);
            let after = View::of(&register.enter(event, rx.now)?, event.on);
            Ok((before, after))
        })
    }

    /// The table as it was at the end of a day.
    pub fn venture_table(&self, asker: &Asker, id: VentureId, on: Date) -> Result<Table, No> {
        self.read(asker, |rx| {
            let (venture, _) = allowed(rx, id)?;
            let register = register(rx.tx, venture)?;
            Ok(Table::as_of(&register.events(), on).map_err(|it| refusals(it.flaws))?)
        })
    }

    /// The statement of one holder: for the holder, and for those who see the venture.
    pub fn venture_statement(
        &self,
        asker: &Asker,
        id: VentureId,
        n: u64,
    ) -> Result<VentureStatement, No> {
        self.read(asker, |rx| {
            let venture = store::venture::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            let register = register(rx.tx, venture)?;
            let venture = register.venture.clone();
            let sees_all = rx.may(A::LookAtVenture, &thing_of(&venture)).is_ok();
            let holder = register.holders.iter().find(|it| it.n == n);
            let holder = holder.ok_or_else(Refusal::not_found)?;
            let own = thing_of_holder(&venture, holder);
            if !sees_all {
                rx.may(A::LookAtHolding, &own).map_err(|_| Refusal::not_found())?;
            }
            let calendar = WorkingDays::china();
            let today = calendar.date(rx.now);
            let dividends = store::venture::dividends(rx.tx, id, DIVIDENDS_MAX)?;
            let paid = dividends.iter().flat_map(|it| {
                let day = calendar.date(it.at);
                it.payments.iter().map(move |paid| (day, paid.holder.clone(), paid.net))
            });
            let paid: Vec<(Date, String, i64)> = paid.collect();
            let statement = statement(&register.events(), &holder.key(), &paid, today)?;
            let holder = named(rx, std::slice::from_ref(holder))?.remove(0);
            let (title, _) = title(rx, &venture)?;
            let company_name = organisation_name(rx, venture.company)?;
            Ok(VentureStatement { venture, title, company_name, holder, statement, now: rx.now })
        })
    }

    /// Who would get how much of some proceeds today.
    pub fn venture_exit(&self, asker: &Asker, id: VentureId, proceeds: i64) -> Result<Exit, No> {
        self.read(asker, |rx| {
            let (venture, _) = allowed(rx, id)?;
            let register = register(rx.tx, venture)?;
            let table = register.table()?;
            let today = WorkingDays::china().date(rx.now);
            let too_large =
                || refusals(vec![Flaw { field: "proceeds".to_owned(), code: "too-large" }]);
            let claims = equity::exit::claims(&table, today).ok_or_else(too_large)?;
            let divided = equity::exit::divide(proceeds, &claims).map_err(refusals)?;
            let by_holder = equity::exit::by_holder(&table, &divided);
            Ok(Exit { divided, by_holder, proceeds })
        })
    }

    /// The rows of law in force here.
    pub fn venture_rules(&self, asker: &Asker) -> Result<Rules, No> {
        self.read(asker, |rx| {
            rx.may(A::LookAtVentureRules, &Thing::open())?;
            Ok(store::venture::rules(rx.tx)?)
        })
    }

    /// People of the reader's side of a venture, to be entered as holders.
    pub fn venture_people(
        &self,
        asker: &Asker,
        id: VentureId,
    ) -> Result<Vec<(PersonId, Bilingual)>, No> {
        self.read(asker, |rx| {
            let (venture, view) = allowed(rx, id)?;
            let side = match view {
                "owner" => venture.owner,
                "company" => venture.company,
                _ => return Ok(Vec::new()),
            };
            let holders = store::venture::holders(rx.tx, id, HOLDERS_MAX)?;
            let known: Vec<PersonId> = holders.iter().filter_map(|it| it.person).collect();
            let now = rx.now;
            let places =
                store::person::of_organisation(rx.tx, (side, now), "", limits::PAGE_ROWS_MAX)?;
            let mut people: Vec<(PersonId, Bilingual)> =
                places.into_iter().map(|(person, ..)| (person.id, person.name)).collect();
            people.dedup_by_key(|it| it.0);
            people.retain(|(id, _)| !known.contains(id));
            Ok(people)
        })
    }
}

/// A holder without any entry yet has an empty statement.
fn statement(
    events: &[Event],
    holder: &str,
    paid: &[(Date, String, i64)],
    today: Date,
) -> Result<Statement, Stop> {
    match equity::statement::statement(events, holder, paid, today) {
        Ok(statement) => Ok(statement),
        Err(NoStatement::Stopped(stopped)) => Err(refusals(stopped.flaws).into()),
        Err(NoStatement::Unknown(_)) => Ok(Statement {
            holder: holder.to_owned(),
            on: today,
            positions: Vec::new(),
            part_issued: "0.0000".to_owned(),
            part_full: "0.0000".to_owned(),
            options: Vec::new(),
            waiting: Vec::new(),
            locked_until: None,
            dilution: Vec::new(),
            paid_out: Vec::new(),
        }),
    }
}
