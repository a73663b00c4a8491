//! Reading contracts: the list, one with all that is under way, its texts, its form, statistics.

use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::contract::royalty::{Royalties, royalties};
use crate::contract::{filing, party_of, thing_for};
use crate::lot::Holder;
use ::contract::document::Document;
use ::contract::kept::{Kept, Moved, Owed, Part, Payment};
use ::contract::registration::Form;
use ::contract::rules::{Declared, Rules};
use ::contract::signing::State;
use ::contract::statistics::{Table, tables};
use ::contract::typing::{Proposal, Traits};
use ::contract::{Side, Terms};
use access::{Act as A, Thing};
use base::{
    AccountId, Bilingual, ContractId, Date, DealId, Instant, LotId, OrganisationId, PersonId,
    Reference, Refusal, limits,
};
use std::collections::BTreeMap;
use store::file::File;

/// What happened to a contract, shown at most.
const MOVES_MAX: usize = 500;
/// Parts in a statement at most.
const PARTS_MAX: usize = 1_000;
/// Contracts that statistics count at most.
const COUNTED_MAX: usize = 500_000;

/// A contract in a list.
#[derive(Clone, Debug)]
pub struct ContractRow {
    pub kept: Kept,
    pub provider: Bilingual,
    pub acquirer: Bilingual,
    /// Whether the next signature is this reader's.
    pub waits: bool,
}

/// A page of contracts.
#[derive(Clone, Debug)]
pub struct ContractPage {
    pub rows: Vec<ContractRow>,
    /// Where the next page goes on.
    pub next: Option<ContractId>,
}

/// Which acts this reader may do now: the buttons of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContractOffers {
    pub revise: bool,
    pub offer: bool,
    pub sign: bool,
    pub refuse: bool,
    pub withdraw: bool,
    pub abandon: bool,
    pub perform: bool,
    pub notify: bool,
    pub settle: bool,
    /// End by agreement, for a breach that was not cured, or by law.
    pub end: bool,
    pub end_for_breach: bool,
    pub mark: bool,
    pub pay: bool,
    pub divide: bool,
    pub income: bool,
    pub report: bool,
    pub file: bool,
    pub decide_filing: bool,
}

/// A contract as its reader sees it.
#[derive(Clone, Debug)]
pub struct ContractView {
    pub kept: Kept,
    /// `provider`, `acquirer` or `officer`.
    pub view: &'static str,
    /// The key and the side of the reader's own party.
    pub own: Option<(String, Side)>,
    pub provider: Bilingual,
    pub acquirer: Bilingual,
    /// The auction it came out of, and until when its award can be signed.
    pub lot: Option<(LotId, Reference, Instant)>,
    /// The deal it came out of.
    pub deal: Option<(DealId, Reference)>,
    pub offers: ContractOffers,
    pub owed: Vec<Owed>,
    pub payments: Vec<Payment>,
    pub royalties: Option<Royalties>,
    pub documents: Vec<File>,
    /// Newest first.
    pub moves: Vec<Moved>,
    pub people: BTreeMap<PersonId, Bilingual>,
    /// Accounts of banks that fit, for whoever confirms payments.
    pub banks: Vec<(AccountId, String)>,
    pub today: Date,
    pub now: Instant,
}

/// One version of the text.
#[derive(Clone, Debug)]
pub struct VersionView {
    pub kept: Kept,
    pub n: u32,
    pub terms: Terms,
    pub document: Document,
}

/// The form of the registration, what the rule proposes, and where it stands.
#[derive(Clone, Debug)]
pub struct Registration {
    pub kept: Kept,
    pub form: Form,
    /// As answered, or as the terms say themselves.
    pub traits: Traits,
    pub proposal: Proposal,
    /// Why the deal is not of the type it is called.
    pub objections: Vec<&'static str>,
    pub fills: bool,
    pub decides: bool,
    pub today: Date,
}

/// Tables of signed contracts, one for each currency.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub from: Date,
    pub until: Date,
    pub tables: Vec<Table>,
}

/// What an organisation's income is divided by and into.
#[derive(Clone, Debug)]
pub struct IncomeView {
    pub organisation: OrganisationId,
    pub name: Bilingual,
    /// The last declared first.
    pub rules: Vec<Declared>,
    /// What a form of new rules begins with.
    pub usual: Rules,
    /// Newest first.
    pub parts: Vec<Part>,
    pub references: BTreeMap<ContractId, Reference>,
    pub declares: bool,
    pub today: Date,
}

/// A contract that this reader may see.
pub(super) fn allowed(rx: &mut Rx<'_, '_>, id: ContractId) -> Result<Kept, Stop> {
    look(rx, id).map(|(kept, _)| kept)
}

fn look(rx: &mut Rx<'_, '_>, id: ContractId) -> Result<(Kept, &'static str), Stop> {
    let kept = store::contract::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let view = rx
        .may(A::LookAtContract, &thing_for(&kept, &rx.actor))
        .map_err(|_| Refusal::not_found())?;
    Ok((kept, view))
}

fn today(rx: &Rx<'_, '_>) -> Date {
    rx.now.date_at(rx.city.settings().utc_offset_minutes)
}

fn name_of(rx: &mut Rx<'_, '_>, id: OrganisationId) -> Result<Bilingual, Stop> {
    let found = store::organisation::find(rx.tx, id)?;
    Ok(found.map(|it| it.profile.name).unwrap_or_default())
}

/// Whether the next signature is one of somebody with these places.
pub(crate) fn signs_next(kept: &Kept, roles: &[(OrganisationId, access::Role)]) -> bool {
    waits_for(kept, party_of(kept, roles).as_deref())
}

/// Whether the next signature is this party's.
fn waits_for(kept: &Kept, own: Option<&str>) -> bool {
    let awaited = kept.life.awaited();
    own.is_some_and(|own| awaited.iter().any(|it| it.party == own && it.is_turn))
}

fn offers_of(rx: &Rx<'_, '_>, kept: &Kept, own: Option<&str>) -> ContractOffers {
    let thing = thing_for(kept, &rx.actor);
    let may = |act| offers(&rx.actor, act, &thing);
    let income = offers(&rx.actor, A::LookAtIncome, &Thing::of(kept.provider));
    let life = &kept.life;
    let (is_draft, is_live) = match &life.state {
        State::Draft => (true, false),
        State::InForce { .. } | State::Breached { .. } => (false, true),
        _ => (false, false),
    };
    let offer = life.offer();
    let moves = may(A::MoveContract) && own.is_some();
    let is_in_force = matches!(life.state, State::InForce { .. });
    let notice = match &life.state {
        State::Breached { notice, .. } => Some(notice),
        _ => None,
    };
    let is_notifier = notice.is_some_and(|it| own == Some(it.by.as_str()));
    let is_amended = life.bound().is_some_and(|it| it.version < life.latest());
    let is_bound = kept.bound.is_some();
    ContractOffers {
        revise: may(A::ReviseContract) && (is_draft || is_live) && offer.is_none(),
        offer: may(A::OfferContract) && offer.is_none() && (is_draft || is_live && is_amended),
        sign: may(A::SignContract) && waits_for(kept, own),
        refuse: moves && offer.is_some_and(|it| own != Some(it.by.as_str())),
        withdraw: moves && offer.is_some_and(|it| own == Some(it.by.as_str())),
        abandon: moves && is_draft,
        perform: moves && is_in_force,
        notify: moves && is_in_force,
        settle: moves && is_notifier,
        end: moves && is_live,
        end_for_breach: moves && is_notifier && notice.is_some_and(|it| it.cure_until <= rx.now),
        mark: may(A::MarkMilestone) && is_live,
        pay: may(A::ConfirmPayment) && is_bound,
        divide: may(A::DivideIncome) && is_bound,
        income,
        report: may(A::ReportSales) && is_live && kept.current().price.royalty.is_some(),
        file: may(A::FillFiling) && is_bound,
        decide_filing: may(A::DecideFiling) && is_bound,
    }
}

fn lot_of(rx: &mut Rx<'_, '_>, kept: &Kept) -> Result<Option<(LotId, Reference, Instant)>, Stop> {
    let Some(id) = kept.lot else { return Ok(None) };
    let lot = store::lot::find(rx.tx, id)?;
    Ok(lot.map(|lot| (lot.id, lot.reference, lot.award_until)))
}

fn deal_of(rx: &mut Rx<'_, '_>, kept: &Kept) -> Result<Option<(DealId, Reference)>, Stop> {
    let Some(id) = kept.deal else { return Ok(None) };
    Ok(store::deal::find(rx.tx, id)?.map(|deal| (deal.id, deal.reference)))
}

impl City {
    /// Contracts that the asker may see in some states, the latest change first; all states where
    /// none is named.
    pub fn contracts(
        &self,
        asker: &Asker,
        states: &[&str],
        after: Option<ContractId>,
        limit: usize,
    ) -> Result<ContractPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::ListContracts)?;
            let before = match after {
                Some(id) => {
                    let kept = allowed(rx, id)?;
                    Some((kept.changed_at, kept.id))
                }
                None => None,
            };
            let mut all = store::contract::list(rx.tx, &filter, states, before, limit + 1)?;
            let is_more = all.len() > limit;
            all.truncate(limit);
            let next = all.last().map(|it| it.id).filter(|_| is_more);
            // The rows know the label of the technology; that of a contract is at least of members.
            let actor = rx.actor.clone();
            all.retain(|it| offers(&actor, A::LookAtContract, &thing_for(it, &actor)));
            let mut rows = Vec::with_capacity(all.len());
            for kept in all {
                let own = party_of(&kept, &rx.actor.roles);
                rows.push(ContractRow {
                    provider: name_of(rx, kept.provider)?,
                    acquirer: name_of(rx, kept.acquirer)?,
                    waits: waits_for(&kept, own.as_deref()),
                    kept,
                });
            }
            Ok(ContractPage { rows, next })
        })
    }

    /// One contract with everything under way about it.
    pub fn contract(&self, asker: &Asker, id: ContractId) -> Result<ContractView, No> {
        let (view, person) = self.read(asker, |rx| {
            let (kept, view) = look(rx, id)?;
            let person = rx.actor.person;
            let own = party_of(&kept, &rx.actor.roles);
            let offers = offers_of(rx, &kept, own.as_deref());
            let on = today(rx);
            let payments = store::contract_money::payments(rx.tx, id)?;
            let reports = store::contract_money::reports(rx.tx, id)?;
            let moves = store::contract::moves(rx.tx, id, MOVES_MAX)?;
            let mut people: Vec<PersonId> = moves.iter().filter_map(|it| it.person).collect();
            people.sort_unstable();
            people.dedup();
            let most = limits::CASE_DOCUMENTS_MAX;
            let view = ContractView {
                provider: name_of(rx, kept.provider)?,
                acquirer: name_of(rx, kept.acquirer)?,
                lot: lot_of(rx, &kept)?,
                deal: deal_of(rx, &kept)?,
                owed: kept.owed(&payments, on),
                royalties: royalties(&kept, reports, &payments, on),
                documents: store::file::of_thing(rx.tx, &id.to_string(), most)?,
                people: store::person::names_of(rx.tx, &people)?.into_iter().collect(),
                own: own.and_then(|key| Some((key.clone(), kept.side_of(&key)?))),
                view,
                offers,
                payments,
                moves,
                banks: Vec::new(),
                today: on,
                now: rx.now,
                kept,
            };
            Ok((view, person))
        })?;
        self.note_looks(asker, person, &[(&view.kept.label, id.to_string())])?;
        let banks = match view.offers.pay {
            true => super::payment::banks(self, asker, view.kept.current().price.currency)?,
            false => Vec::new(),
        };
        Ok(ContractView { banks, ..view })
    }

    /// One version of the text; the last without a number.
    pub fn contract_version(
        &self,
        asker: &Asker,
        id: ContractId,
        n: Option<u32>,
    ) -> Result<VersionView, No> {
        let (view, person) = self.read(asker, |rx| {
            let kept = allowed(rx, id)?;
            let n = n.unwrap_or_else(|| kept.life.latest());
            let found = store::contract::version(rx.tx, id, n)?.ok_or_else(Refusal::not_found)?;
            let view = VersionView { kept, n, terms: found.terms, document: found.document };
            Ok((view, rx.actor.person))
        })?;
        self.note_looks(asker, person, &[(&view.kept.label, id.to_string())])?;
        Ok(view)
    }

    /// The contracts of an auction that the asker may see, newest first, and whether the asker may
    /// draft one out of its award now.
    pub fn contracts_of_lot(&self, asker: &Asker, lot: LotId) -> Result<(Vec<Kept>, bool), No> {
        self.read(asker, |rx| {
            let all = store::contract::of_lot(rx.tx, lot)?;
            let is_drafted = all.iter().any(|it| it.state() != "abandoned");
            let actor = rx.actor.clone();
            let sees = |it: &Kept| offers(&actor, A::LookAtContract, &thing_for(it, &actor));
            let found: Vec<Kept> = all.into_iter().filter(sees).collect();
            let drafts = match store::lot::find(rx.tx, lot)?.filter(|_| !is_drafted) {
                Some(lot) => {
                    let holder = Holder::of(rx.tx, &lot)?;
                    let technology = store::technology::find(rx.tx, lot.technology)?;
                    let thing = technology.as_ref().map(crate::technology::thing_of);
                    holder.zip(thing).is_some_and(|(holder, thing)| {
                        let thing = Thing { desk: Some(holder.organisation), ..thing };
                        lot.award_until > rx.now && offers(&actor, A::DraftContract, &thing)
                    })
                }
                None => false,
            };
            Ok((found, drafts))
        })
    }

    /// The form of the registration of a signed contract.
    pub fn contract_registration(&self, asker: &Asker, id: ContractId) -> Result<Registration, No> {
        let (view, person) = self.read(asker, |rx| {
            let kept = allowed(rx, id)?;
            let own = party_of(&kept, &rx.actor.roles);
            let offers = offers_of(rx, &kept, own.as_deref());
            let traits = kept.traits.unwrap_or_else(|| Traits::of(kept.current()));
            let view = Registration {
                form: filing::form(&kept),
                proposal: traits.propose(),
                objections: traits.objections(kept.current().kind),
                traits,
                fills: offers.file,
                decides: offers.decide_filing,
                today: today(rx),
                kept,
            };
            Ok((view, rx.actor.person))
        })?;
        self.note_looks(asker, person, &[(&view.kept.label, id.to_string())])?;
        Ok(view)
    }

    /// Signed contracts by type and mode of transfer. Only those count that the asker may see.
    pub fn contract_statistics(
        &self,
        asker: &Asker,
        from: Date,
        until: Date,
    ) -> Result<Statistics, No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::CountContracts)?;
            let rows = store::contract::counted(rx.tx, &filter, (from, until), COUNTED_MAX)?;
            Ok(Statistics { from, until, tables: tables(&rows, from, until) })
        })
    }

    /// Rules and statements of an organisation; of one beneficiary where a key is named.
    pub fn income(
        &self,
        asker: &Asker,
        organisation: OrganisationId,
        beneficiary: Option<&str>,
    ) -> Result<IncomeView, No> {
        self.read(asker, |rx| {
            let thing = Thing::of(organisation);
            rx.may(A::LookAtIncome, &thing).map_err(|_| Refusal::not_found())?;
            let found = store::organisation::find(rx.tx, organisation)?;
            let name = found.ok_or_else(Refusal::not_found)?.profile.name;
            let parts = match beneficiary {
                Some(key) => store::contract_money::parts(rx.tx, organisation, key, PARTS_MAX)?,
                None => store::contract_money::parts_of_owner(rx.tx, organisation, PARTS_MAX)?,
            };
            if beneficiary.is_some() && parts.is_empty() {
                return Err(Refusal::not_found().into());
            }
            let mut references = BTreeMap::new();
            for part in &parts {
                if !references.contains_key(&part.contract)
                    && let Some(kept) = store::contract::find(rx.tx, part.contract)?
                {
                    references.insert(part.contract, kept.reference);
                }
            }
            let rules = store::contract_money::rules(rx.tx, organisation)?;
            let usual = match rules.first() {
                Some(last) => last.rules.clone(),
                None => super::prefill::rule_defaults(),
            };
            Ok(IncomeView {
                organisation,
                name,
                rules,
                usual,
                parts,
                references,
                declares: offers(&rx.actor, A::DeclareIncomeRules, &thing),
                today: today(rx),
            })
        })
    }
}
