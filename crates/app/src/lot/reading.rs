//! What a reader may see of lots: the public sees numbers and prices, a bidder its own place and
//! limit, the office who they are.

use crate::act::{No, Stop, offers};
use crate::asker::Asker;
use crate::city::{City, Rx};
use crate::lot::rounds::{self, Staged};
use crate::lot::{BIDDERS_MAX, Ended, thing_for, thing_of, trustee};
use access::{Act as A, Role};
use base::{
    Bilingual, Instant, ListingId, LotId, OrganisationId, Reference, Refusal, TechnologyId, limits,
};
use std::collections::BTreeMap;
use store::lot::{Protocol, Told};
use store::reserve::Revealed;
use trading::cancellation::Cancellation;
use trading::complaint::{Complaint, ComplaintState};
use trading::lot::{BidderState, Deposit, Lot, LotBidder, LotState, Way};
use trading::lot_default::LotDefault;
use trading::workday::{Change, Recount};

/// Entries of one page of a lot's history.
const HISTORY_ROWS_MAX: usize = limits::PAGE_ROWS_MAX;

/// A lot in a list.
#[derive(Clone, Debug)]
pub struct LotRow {
    pub lot: Lot,
    pub title: Bilingual,
    pub owner_name: Bilingual,
}

/// A page of lots.
#[derive(Clone, Debug)]
pub struct LotPage {
    pub rows: Vec<LotRow>,
    /// Where the next page goes on.
    pub next: Option<LotId>,
    pub now: Instant,
}

/// An offer that is to be auctioned.
#[derive(Clone, Debug)]
pub struct ToAuction {
    pub listing: ListingId,
    pub title: Bilingual,
    pub owner: OrganisationId,
    /// The lots it had, newest first.
    pub lots: Vec<Lot>,
}

impl ToAuction {
    /// Whether a lot of it is under way, or waits for a signature.
    pub fn is_busy(&self) -> bool {
        let live = [LotState::Announced, LotState::Open, LotState::Sold];
        self.lots.first().is_some_and(|lot| live.contains(&lot.state))
    }
}

/// One who wants to bid, as the office sees them.
#[derive(Clone, Debug)]
pub struct BidderView {
    pub bidder: LotBidder,
    pub name: Bilingual,
    /// Where they had the award and let its time pass.
    pub default: Option<LotDefault>,
}

/// Which acts this reader may do here: the buttons of the page.
#[derive(Clone, Debug, Default)]
pub struct LotOffers {
    pub revise: bool,
    pub withdraw: bool,
    /// Who looks after bidders, deposits and the hall.
    pub desk: bool,
    pub sign: bool,
    /// To refuse the winner with a document, for what the terms allow.
    pub reject: bool,
    /// Organisations of the reader that may ask to bid.
    pub register: Vec<(OrganisationId, Bilingual)>,
    /// Why another of them may not: the rules of export, a key that somebody of theirs keeps, an award that they
    /// let fall before.
    pub unfit: Option<Refusal>,
}

/// The reader's own place in a lot.
#[derive(Clone, Debug)]
pub struct OwnPlace {
    pub bidder: LotBidder,
    pub name: Bilingual,
    /// The last amount that was accepted, in minor units: for these eyes alone.
    pub limit: Option<i64>,
    pub leads: bool,
    /// Whether a priority right lets them bid just the price that stands.
    pub equals: bool,
    /// The own entries, newest first, refused ones too.
    pub entries: Vec<Told>,
    /// How the deposit is paid in, while it is asked for.
    pub pay_in: Option<PayIn>,
}

/// Where a deposit is paid in, and what the payment names.
#[derive(Clone, Debug)]
pub struct PayIn {
    /// By this the line of the bank is known.
    pub reference: String,
    pub banks: Vec<PayBank>,
}

/// An account at a bank where deposits come in.
#[derive(Clone, Debug)]
pub struct PayBank {
    pub institution: String,
    pub holder: Bilingual,
    pub masked_number: String,
}

/// A lot as this reader may see it.
#[derive(Clone, Debug)]
pub struct LotView {
    pub lot: Lot,
    pub title: Bilingual,
    pub technology: (TechnologyId, Reference),
    pub owner_name: Bilingual,
    /// The name of the view: `public`, `owner`, `officer`.
    pub view: &'static str,
    pub own: Option<OwnPlace>,
    pub offers: LotOffers,
    pub ended: Option<Ended>,
    /// Who won, once it is sold, for the seller and the office.
    pub winner: Option<(OrganisationId, Bilingual)>,
    /// The reserve that was hidden, once it is revealed.
    pub revealed: Option<Revealed>,
    /// The digest of the signed protocol.
    pub protocol: Option<String>,
    /// What the room has seen last, newest first.
    pub history: Vec<Told>,
    /// Complaints that this reader may read: the own ones, or all for the office.
    pub complaints: Vec<(Complaint, Bilingual)>,
    /// The last wish to call it off, whatever came of it.
    pub cancellation: Option<Cancellation>,
    /// Whether the lot stands still for a complaint, and whether its award does.
    pub stands_still: (bool, bool),
    /// How the time to sign moved with the calendar, with what is said of each day.
    pub recounts: Vec<(Recount, Change)>,
    pub now: Instant,
}

/// A page of what the room has seen.
#[derive(Clone, Debug)]
pub struct History {
    pub lot: Lot,
    pub entries: Vec<Told>,
    /// Where rounds are; it differs with each stage.
    pub stage: Option<Staged>,
    pub now: Instant,
}

pub(crate) fn allowed(rx: &mut Rx<'_, '_>, id: LotId) -> Result<(Lot, &'static str), Stop> {
    let lot = store::lot::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
    let view = rx.may(A::LookAtLot, &thing_of(&lot)).map_err(|_| Refusal::not_found())?;
    Ok((lot, view))
}

pub(crate) fn names(
    rx: &mut Rx<'_, '_>,
    ids: &[OrganisationId],
) -> Result<BTreeMap<OrganisationId, Bilingual>, Stop> {
    let mut known = BTreeMap::new();
    for id in ids {
        if let Some(found) = store::organisation::find(rx.tx, *id)? {
            known.insert(*id, found.profile.name);
        }
    }
    Ok(known)
}

impl City {
    /// Lots in some states, the latest end first, after a lot of the page before.
    pub fn lots(
        &self,
        asker: &Asker,
        states: &[LotState],
        after: Option<LotId>,
        limit: usize,
    ) -> Result<LotPage, No> {
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        self.read(asker, |rx| {
            let filter = rx.filter(A::ListLots)?;
            let before = match after {
                Some(id) => {
                    let (lot, _) = allowed(rx, id)?;
                    Some((lot.course.ends_at, lot.id))
                }
                None => None,
            };
            let mut lots = store::lot::list(rx.tx, &filter, states, before, limit + 1)?;
            let is_more = lots.len() > limit;
            lots.truncate(limit);
            let next = lots.last().map(|lot| lot.id).filter(|_| is_more);
            let owners: Vec<OrganisationId> = lots.iter().map(|lot| lot.owner).collect();
            let known = names(rx, &owners)?;
            let mut rows = Vec::with_capacity(lots.len());
            for lot in lots {
                let technology = store::technology::find(rx.tx, lot.technology)?;
                let title = technology.map(|it| it.content.title).unwrap_or_default();
                let owner_name = known.get(&lot.owner).cloned().unwrap_or_default();
                rows.push(LotRow { lot, title, owner_name });
            }
            Ok(LotPage { rows, next, now: rx.now })
        })
    }

    /// One lot.
    pub fn lot(&self, asker: &Asker, id: LotId) -> Result<LotView, No> {
        self.read(asker, |rx| {
            let (lot, view) = allowed(rx, id)?;
            let technology =
                store::technology::find(rx.tx, lot.technology)?.ok_or_else(Refusal::not_found)?;
            let own = own_place(rx, &lot)?;
            let offers = offers_of(rx, &lot, own.is_some())?;
            let ended = Ended::read(&lot.outcome);
            let is_told =
                view != "public" && matches!(lot.state, LotState::Sold | LotState::Signed);
            let winner = match ended.as_ref().and_then(|it| it.winner).filter(|_| is_told) {
                Some((alias, _)) => store::lot::bidder_of_alias(rx.tx, lot.id, alias)?,
                None => None,
            };
            let ids: Vec<OrganisationId> =
                [Some(lot.owner), winner.as_ref().map(|it| it.organisation)]
                    .into_iter()
                    .flatten()
                    .collect();
            let mut known = names(rx, &ids)?;
            let winner = winner.map(|it| {
                (it.organisation, known.get(&it.organisation).cloned().unwrap_or_default())
            });
            let revealed = match lot.terms.hidden {
                Some(_) => store::reserve::revealed(rx.tx, lot.id)?,
                None => None,
            };
            let protocol = store::lot::protocol(rx.tx, lot.id)?.map(|it| it.digest);
            let history = store::lot::shown_before(rx.tx, lot.id, None, 50)?;
            let mut complaints = store::complaint::of_lot(rx.tx, lot.id)?;
            let stands =
                |stops: fn(ComplaintState) -> bool| complaints.iter().any(|it| stops(it.state));
            let stands_still =
                (stands(ComplaintState::stops_lot), stands(ComplaintState::stops_award));
            let own_organisation = own.as_ref().map(|own| own.bidder.organisation);
            complaints.retain(|it| offers.desk || Some(it.organisation) == own_organisation);
            let ids: Vec<OrganisationId> = complaints.iter().map(|it| it.organisation).collect();
            let who = names(rx, &ids)?;
            let named = |it: Complaint| {
                let name = who.get(&it.organisation).cloned().unwrap_or_default();
                (it, name)
            };
            let recounts = recounts(rx, &lot)?;
            Ok(LotView {
                recounts,
                title: technology.content.title.clone(),
                technology: (technology.id, technology.reference.clone()),
                owner_name: known.remove(&lot.owner).unwrap_or_default(),
                view,
                own,
                offers,
                ended,
                winner,
                revealed,
                protocol,
                history,
                complaints: complaints.into_iter().map(named).collect(),
                cancellation: store::cancellation::of_lot(rx.tx, id)?.into_iter().next(),
                stands_still,
                now: rx.now,
                lot,
            })
        })
    }

    /// What the room has seen of a lot before an entry, newest first.
    pub fn lot_history(
        &self,
        asker: &Asker,
        id: LotId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<History, No> {
        let limit = limit.clamp(1, HISTORY_ROWS_MAX);
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            let entries = store::lot::shown_before(rx.tx, id, before, limit)?;
            let stage = rounds::staged(rx.city, rx.tx, &lot, rx.now)?;
            Ok(History { lot, entries, stage, now: rx.now })
        })
    }

    /// What the room has seen of a lot after an entry, oldest first, with the lot as it stands.
    pub fn lot_news(
        &self,
        asker: &Asker,
        id: LotId,
        after: u64,
        limit: usize,
    ) -> Result<History, No> {
        let limit = limit.clamp(1, HISTORY_ROWS_MAX);
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            let entries = store::lot::shown_after(rx.tx, id, after, limit)?;
            let stage = rounds::staged(rx.city, rx.tx, &lot, rx.now)?;
            Ok(History { lot, entries, stage, now: rx.now })
        })
    }

    /// The same for many listeners at once, each of whom was asked before who they are: only what the
    /// whole room may know. The caller compares the label, so that one that was raised ends it.
    pub fn lot_told(&self, id: LotId, after: u64, limit: usize) -> Result<History, No> {
        let limit = limit.clamp(1, HISTORY_ROWS_MAX);
        let now = self.now();
        let read = self.store().read(|tx| {
            let Some(lot) = store::lot::find(tx, id)? else { return Ok(None) };
            let entries = store::lot::shown_after(tx, id, after, limit)?;
            let stage = rounds::staged(self, tx, &lot, now)?;
            Ok(Some((lot, entries, stage)))
        })?;
        let (lot, entries, stage) = read.ok_or_else(Refusal::not_found)?;
        Ok(History { lot, entries, stage, now })
    }

    /// Everybody who wants to bid on a lot, with their names: for the office.
    pub fn lot_bidders(&self, asker: &Asker, id: LotId) -> Result<Vec<BidderView>, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            rx.may(A::LookAtBidders, &thing_of(&lot))?;
            let all = store::lot::bidders(rx.tx, id, BIDDERS_MAX)?;
            let ids: Vec<OrganisationId> = all.iter().map(|it| it.organisation).collect();
            let known = names(rx, &ids)?;
            let is_over =
                matches!(lot.state, LotState::Sold | LotState::Signed | LotState::Unsuccessful);
            let fell = match is_over {
                true => store::lot_default::of_lot(rx.tx, id)?,
                false => Vec::new(),
            };
            let named = |it: LotBidder| BidderView {
                name: known.get(&it.organisation).cloned().unwrap_or_default(),
                default: fell.iter().find(|of| of.alias == it.alias).cloned(),
                bidder: it,
            };
            Ok(all.into_iter().map(named).collect())
        })
    }

    /// The signed protocol of a lot that has ended.
    pub fn lot_protocol(&self, asker: &Asker, id: LotId) -> Result<Protocol, No> {
        self.read(asker, |rx| {
            allowed(rx, id)?;
            Ok(store::lot::protocol(rx.tx, id)?.ok_or_else(Refusal::not_found)?)
        })
    }

    /// The canonical text of the rules in force, once they are frozen.
    pub fn lot_rules(&self, asker: &Asker, id: LotId) -> Result<String, No> {
        self.read(asker, |rx| {
            let (lot, _) = allowed(rx, id)?;
            match lot.digest.is_empty() {
                true => Ok(lot.terms.rules(&lot.reference.to_string()).text()),
                false => Ok(store::lot::rules(rx.tx, id)?),
            }
        })
    }

    /// Listings on which the reader may announce a lot.
    pub fn to_auction(&self, asker: &Asker, limit: usize) -> Result<Vec<ToAuction>, No> {
        self.read(asker, |rx| {
            let mut found = Vec::new();
            for (listing, technology) in store::lot::to_auction(rx.tx, limits::PAGE_ROWS_MAX)? {
                if found.len() >= limit {
                    break;
                }
                let Some(technology) = store::technology::find(rx.tx, technology)? else {
                    continue;
                };
                let thing = crate::technology::thing_of(&technology);
                if offers(&rx.actor, A::AnnounceLot, &thing) {
                    let lots = store::lot::of_listing(rx.tx, listing)?;
                    let (title, owner) = (technology.content.title, technology.owner);
                    found.push(ToAuction { listing, title, owner, lots });
                }
            }
            Ok(found)
        })
    }

    /// The lots of a technology that the reader may see, newest first.
    pub fn lots_of(&self, asker: &Asker, technology: TechnologyId) -> Result<Vec<Lot>, No> {
        self.read(asker, |rx| {
            let all = store::lot::of_technology(rx.tx, technology)?;
            let actor = rx.actor.clone();
            Ok(all.into_iter().filter(|lot| offers(&actor, A::LookAtLot, &thing_of(lot))).collect())
        })
    }
}

/// How the time to sign of a lot has moved; nothing is asked where no word on a day was known to it.
fn recounts(rx: &mut Rx<'_, '_>, lot: &Lot) -> Result<Vec<(Recount, Change)>, Stop> {
    if lot.days_seen == 0 {
        return Ok(Vec::new());
    }
    let moved = store::workday::of_lot(rx.tx, lot.id)?;
    if moved.is_empty() {
        return Ok(Vec::new());
    }
    let changes = store::workday::changes(rx.tx)?;
    let with = |it: Recount| {
        let found = changes.iter().find(|change| change.n == it.n)?;
        Some((it, found.clone()))
    };
    Ok(moved.into_iter().filter_map(with).collect())
}

/// Organisations for which the reader may bid.
pub(crate) fn bidding_for(rx: &Rx<'_, '_>) -> Vec<OrganisationId> {
    let mut all = rx.actor.organisations_with(&[
        Role::FirmMember,
        Role::FirmAdministrator,
        Role::Member,
        Role::TransferOfficer,
    ]);
    all.sort_unstable();
    all.dedup();
    all
}

/// The number under which the reader bids on a lot, or asked to.
pub(crate) fn own_alias(rx: &mut Rx<'_, '_>, lot: &Lot) -> Result<Option<u32>, Stop> {
    Ok(own_bidder(rx, lot)?.map(|bidder| bidder.alias))
}

fn own_place(rx: &mut Rx<'_, '_>, lot: &Lot) -> Result<Option<OwnPlace>, Stop> {
    for organisation in bidding_for(rx) {
        let Some(bidder) = store::lot::bidder(rx.tx, lot.id, organisation)? else { continue };
        let entries = store::lot::of_bidder(rx.tx, lot.id, bidder.alias, 20)?;
        let last = entries.iter().find(|entry| entry.kind == "bid" && entry.is_accepted);
        let limit = last.and_then(|entry| entry.amount);
        let name = names(rx, &[organisation])?.remove(&organisation).unwrap_or_default();
        let leads = lot.course.leader == Some(bidder.alias);
        let pay_in = pay_in(rx, lot, &bidder)?;
        let equals = outranks(rx, lot, &bidder)?;
        return Ok(Some(OwnPlace { bidder, name, limit, leads, equals, entries, pay_in }));
    }
    Ok(None)
}

/// Whether a bidder holds a higher right than whoever leads a lot of rising bids.
fn outranks(rx: &mut Rx<'_, '_>, lot: &Lot, it: &LotBidder) -> Result<bool, Stop> {
    let (Some(rank), Some(leader)) = (it.rank, lot.course.leader) else { return Ok(false) };
    if lot.terms.way != Way::English || leader == it.alias {
        return Ok(false);
    }
    let leads = store::lot::bidder_of_alias(rx.tx, lot.id, leader)?;
    Ok(leads.and_then(|it| it.rank).is_none_or(|theirs| rank < theirs))
}

/// What an admitted bidder without a deposit has to know to pay it.
fn pay_in(rx: &mut Rx<'_, '_>, lot: &Lot, it: &LotBidder) -> Result<Option<PayIn>, Stop> {
    let is_asked = lot.terms.deposit.is_some()
        && it.state == BidderState::Admitted
        && matches!(it.deposit, Deposit::None | Deposit::Released)
        && lot.takes_bidders(rx.now);
    if !is_asked {
        return Ok(None);
    }
    let all = store::bank_statement::deposit_banks(rx.tx, lot.terms.currency.code())?;
    let holders: Vec<OrganisationId> = all.iter().map(|(_, holder, _)| *holder).collect();
    let known = names(rx, &holders)?;
    let bank = |(institution, holder, masked_number)| PayBank {
        institution,
        holder: known.get(&holder).cloned().unwrap_or_default(),
        masked_number,
    };
    let reference = crate::bank_statement::deposit_reference(&lot.reference, it.alias);
    Ok(Some(PayIn { reference, banks: all.into_iter().map(bank).collect() }))
}

/// The bidder as whom the reader takes part in a lot, or asked to.
pub(crate) fn own_bidder(rx: &mut Rx<'_, '_>, lot: &Lot) -> Result<Option<LotBidder>, Stop> {
    for organisation in bidding_for(rx) {
        if let Some(bidder) = store::lot::bidder(rx.tx, lot.id, organisation)? {
            return Ok(Some(bidder));
        }
    }
    Ok(None)
}

/// Organisations that may ask, by name, and why another may not.
type Fitting = (Vec<(OrganisationId, Bilingual)>, Option<Refusal>);

/// Organisations of the reader that may ask to bid on a lot, and why another of them may not: the
/// rules of export, or a key that somebody of theirs keeps.
pub(crate) fn may_register(rx: &mut Rx<'_, '_>, lot: &Lot) -> Result<Fitting, Stop> {
    let actor = rx.actor.clone();
    let own: Vec<OrganisationId> = bidding_for(rx)
        .into_iter()
        .filter(|id| *id != lot.owner)
        .filter(|id| offers(&actor, A::RegisterForLot, &thing_for(lot, *id)))
        .collect();
    let (mut fit, mut unfit) = (Vec::with_capacity(own.len()), None);
    if own.is_empty() {
        return Ok((Vec::new(), None));
    }
    let torn = trustee::conflicted(rx.tx, lot, rx.now)?;
    for id in own {
        if torn.contains(&id) {
            unfit = Some(trustee::keeps_a_key());
            continue;
        }
        match crate::lot::bidder::export_fault(rx.tx, lot, id)? {
            Some(fault) => unfit = Some(fault),
            None => match crate::lot::default::against(rx.tx, lot, id, rx.now)? {
                Some(fault) => unfit = Some(fault),
                None => fit.push(id),
            },
        }
    }
    Ok((names(rx, &fit)?.into_iter().collect(), unfit))
}

fn offers_of(rx: &mut Rx<'_, '_>, lot: &Lot, has_place: bool) -> Result<LotOffers, Stop> {
    let actor = rx.actor.clone();
    let may = |act| offers(&actor, act, &thing_of(lot));
    let (mut register, mut unfit) = (Vec::new(), None);
    if !has_place && lot.takes_bidders(rx.now) {
        (register, unfit) = may_register(rx, lot)?;
    }
    let is_live = matches!(lot.state, LotState::Announced | LotState::Open);
    Ok(LotOffers {
        revise: lot.is_changeable(rx.now) && may(A::ReviseLot),
        withdraw: is_live && lot.course.n_bids == 0 && may(A::WithdrawLot),
        desk: may(A::LookAtBidders),
        sign: lot.state == LotState::Sold && may(A::SignAward),
        reject: lot.state == LotState::Sold && may(A::RejectAward),
        register,
        unfit,
    })
}
