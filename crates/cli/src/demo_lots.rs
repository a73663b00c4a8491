//! Auctions of the demonstration city: one that runs and one that is announced, at every start.

use crate::exit::{Exit, Failure};
use app::ledger::OpenAccount;
use app::lot::{AnnounceLot, DecideBidder, ReceiveDeposit, RegisterForLot};
use app::workday::ChangeWorkday;
use app::{Asker, City};
use base::{
    AccountId, Becomes, Bilingual, Class, Currency, Instant, ListingId, LotId, OrganisationId,
    PersonId, Refusal, WorkingDays,
};
use ledger::account::{BankAccount, Keeps};
use ledger::{Book, Limit, Purpose};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use trading::lot::{FREEZE_SECONDS, Lot, LotState, Raise, Terms, Way};

/// Who bids: the organisation and the person who does.
pub(crate) const BIDDERS: [(&str, &str); 2] = [
    ("yanguang", "deng.haoran@demo.bellwether.example"),
    ("lixing", "ma.xiaofeng@demo.bellwether.example"),
];
/// Listings looked through for one that is to be auctioned.
const LISTINGS_MAX: usize = 100;
/// A running auction with less time left is followed by another.
const LEFT_SECONDS_MIN: i64 = 3_600;
/// Lots of the event that is announced.
const EVENT_LOTS: usize = 3;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// The account where invented deposits come in: its id is fixed, so that it is opened once.
const BANK: u128 = 0x0192_0000_0000_7000_8000_0000_0000_0d01;

/// What the seeding of auctions works with.
pub(crate) struct Lots<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
    /// The folder of the data, beside which the demonstration leaves keys.
    pub folder: &'c Path,
}

/// The next offer of the first kind, or of the other, where one is wanted.
fn either(
    first: &mut VecDeque<ListingId>,
    other: &mut VecDeque<ListingId>,
    is_wanted: bool,
) -> Option<ListingId> {
    if is_wanted { first.pop_front().or_else(|| other.pop_front()) } else { None }
}

impl Lots<'_> {
    /// Sees to it that an auction runs for some time yet and another is announced; gives the account
    /// where deposits come in.
    pub(crate) fn seed(&self) -> Result<AccountId, Failure> {
        let bank = self.bank()?;
        self.seed_deals(bank)?;
        let now = self.city.now();
        let all = self.city.to_auction(self.operator, LISTINGS_MAX)?;
        let live = |lot: &Lot| matches!(lot.state, LotState::Announced | LotState::Open);
        let lots = || all.iter().filter_map(|offer| offer.lots.first()).filter(|lot| live(lot));
        // What is over within the hour is signed by both: its seller needs somebody who signs.
        let (mut spoken, mut silent) = (VecDeque::new(), VecDeque::new());
        let (city, operator) = (self.city, self.operator);
        let (organisations, people) = (self.organisations, self.people);
        let deals = crate::demo_deals::Deals { city, operator, organisations, people };
        for offer in all.iter().filter(|offer| !offer.is_busy()) {
            let is_spoken = deals.officer(offer.owner)?.is_some();
            if is_spoken { &mut spoken } else { &mut silent }.push_back(offer.listing);
        }
        let is_soon = |lot: &Lot| lot.terms.opens <= now.plus_seconds(HOUR);
        let runs = lots()
            .filter(|lot| lot.terms.way == Way::English)
            .any(|lot| is_soon(lot) && lot.course.ends_at > now.plus_seconds(LEFT_SECONDS_MIN));
        if let Some(listing) = either(&mut silent, &mut spoken, !runs) {
            // It opens as soon as its terms can be frozen.
            let opens = now.plus_seconds(FREEZE_SECONDS + 15);
            let lot = self.announce(listing, (opens, opens.plus_seconds(2 * DAY)))?;
            self.bidders(lot, bank)?;
        }
        let is_ahead = lots().any(|lot| !is_soon(lot));
        if let Some(listing) = either(&mut silent, &mut spoken, !is_ahead) {
            let opens = now.plus_seconds(3 * DAY);
            self.announce(listing, (opens, opens.plus_seconds(6 * HOUR)))?;
        }
        let is_sealed = lots().any(|lot| lot.terms.way.sealing().is_some());
        if let Some(listing) = either(&mut spoken, &mut silent, !is_sealed) {
            self.seed_sealed(listing, bank)?;
        }
        let falls = lots().any(|lot| lot.terms.way.falling().is_some());
        if let Some(listing) = either(&mut spoken, &mut silent, !falls) {
            self.seed_falling(listing, bank)?;
        }
        let turns = lots().any(|lot| lot.terms.way.rounds().is_some());
        if let Some(listing) = either(&mut spoken, &mut silent, !turns) {
            self.seed_rounds(listing, bank)?;
        }
        let asker = Asker::nobody();
        if self.city.lot_events(&asker, None, 1)?.rows.is_empty() {
            self.seed_event(silent.into_iter().chain(spoken).take(EVENT_LOTS).collect())?;
        }
        if self.city.workdays(&asker)?.changes.is_empty() {
            self.seed_workday()?;
        }
        Ok(bank)
    }

    /// A holiday of the city beside the public ones.
    fn seed_workday(&self) -> Result<(), Failure> {
        let china = WorkingDays::china();
        let day = china.date(china.add(self.city.now().plus_seconds(60 * 86_400), 1));
        let reason = Bilingual::new("City science festival (invented)", "市科技节（虚构）");
        let act = ChangeWorkday { day, becomes: Becomes::Rest, reason };
        self.city.perform(self.operator, act)?;
        Ok(())
    }

    fn announce(
        &self,
        listing: ListingId,
        (opens, closes): (Instant, Instant),
    ) -> Result<LotId, Failure> {
        let terms = Terms {
            way: Way::English,
            currency: Currency::CNY,
            start: 50_000_000,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: Some(5_000_000),
            opens,
            closes,
            steps: vec![(0, Raise::Fixed(1_000_000)), (100_000_000, Raise::Fixed(2_000_000))],
            is_proxy: true,
            window_s: 300,
            cap_s: 1_800,
            bidders_min: 1,
            sign_days: 20,
        };
        self.announce_with(listing, terms)
    }

    pub(crate) fn announce_with(&self, listing: ListingId, terms: Terms) -> Result<LotId, Failure> {
        Ok(self.city.perform(self.operator, AnnounceLot { listing, terms })?.lot)
    }

    pub(crate) fn bidders(&self, lot: LotId, bank: AccountId) -> Result<(), Failure> {
        for bidder in BIDDERS {
            self.bidder(lot, bidder, bank)?;
        }
        Ok(())
    }

    pub(crate) fn bidder(
        &self,
        lot: LotId,
        (key, email): (&str, &str),
        bank: AccountId,
    ) -> Result<(), Failure> {
        let organisation = self.organisation(key)?;
        let person = self.people.get(email).copied().ok_or_else(|| broken(email))?;
        let who = Asker::person(person);
        let act = RegisterForLot { lot, organisation, terms: 1, stands_by: true };
        self.city.perform(&who, act)?;
        let own = self.city.lot(&who, lot)?.own.ok_or_else(|| broken(key))?;
        let (bidder, reason) = (own.bidder.alias, String::new());
        let act = DecideBidder { lot, bidder, admits: true, rank: None, reason };
        self.city.perform(self.operator, act)?;
        // Invented, as everything in the demonstration is.
        let act = ReceiveDeposit::new(lot, bidder, bank, format!("DEMO {lot} {key}"));
        self.city.perform(self.operator, act)?;
        Ok(())
    }

    /// The account where deposits of the demonstration come in.
    fn bank(&self) -> Result<AccountId, Failure> {
        let account = AccountId::from_bits(BANK);
        let owner = self.organisation("evaluation-centre")?;
        let bank = BankAccount {
            institution: "演示银行 / Demonstration Bank".to_owned(),
            holder: owner.to_string(),
            keeps: Keeps::Deposits,
            masked_number: "0000 **** 0001".to_owned(),
            is_custodian: true,
        };
        let act = OpenAccount {
            account,
            book: Book::Money(Currency::CNY),
            purpose: Purpose::Bank,
            owner,
            subject: String::new(),
            limit: Limit::Free,
            bank: Some(bank),
        };
        Ok(self.city.perform(self.operator, act)?.account)
    }

    pub(crate) fn organisation(&self, key: &str) -> Result<OrganisationId, Failure> {
        self.organisations.get(key).copied().ok_or_else(|| broken(key))
    }
}

pub(crate) fn broken(what: &str) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}
