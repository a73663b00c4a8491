//! Deals of the demonstration city: a short auction that can be won within minutes, rules of
//! division, and one contract that has come all the way to its registration.

use crate::demo_lots::Lots;
use crate::exit::Failure;
use app::Asker;
use app::contract::{
    ConfirmPayment, DeclareIncomeRules, DivideIncome, DraftContract, DraftFrom, FillFiling,
    OfferContract, ReviseContract, SignContract,
};
use base::{AccountId, Bilingual, ContractId, Currency, Date, ListingId, OrganisationId};
use contract::income::{Band, Cost, Withholding};
use contract::rates::read_percent;
use contract::registration::Extra;
use contract::rules::Rules;
use ledger::rounding::Rounding;
use trading::lot::{FREEZE_SECONDS, LotState, Raise, Terms};

/// Institutes with somebody who speaks for them.
const SELLERS: [(&str, &str); 3] = [
    ("gti", "lin.shuyao@demo.bellwether.example"),
    ("mingu", "he.jingchuan@demo.bellwether.example"),
    ("qinglian", "zhou.tianmu@demo.bellwether.example"),
];
/// Who takes the licence that is shown whole.
const BUYER: (&str, &str) = ("yanguang", "tang.ruoxi@demo.bellwether.example");
/// Listings looked through.
const LISTINGS_MAX: usize = 100;
const TECHNOLOGIES_MAX: usize = 1_000;
/// A lot that is over within this time is the short one.
const SHORT_SECONDS: i64 = 900;
const MINUTE: i64 = 60;

impl Lots<'_> {
    /// Sees to it that there is something to win, to sign and to divide.
    pub(crate) fn seed_deals(&self, bank: AccountId) -> Result<(), Failure> {
        for (key, email) in SELLERS {
            self.declare(self.organisation(key)?, &self.asker(email)?)?;
        }
        self.seed_short(bank)?;
        let known = self.city.contracts(self.operator, &[], None, 1)?;
        if known.rows.is_empty() {
            self.seed_contract(bank)?;
        }
        Ok(())
    }

    /// Rules of division, once for each institute. All of it is invented.
    fn declare(&self, organisation: OrganisationId, officer: &Asker) -> Result<(), Failure> {
        if !self.city.income(officer, organisation, None)?.rules.is_empty() {
            return Ok(());
        }
        let percent = |text: &str| read_percent(text).expect("written here");
        let withheld = Withholding {
            allowance: 0,
            counted: percent("50"),
            bands: vec![Band { from: 0, rate: percent("20") }],
            rounding: Rounding::HalfUp,
        };
        let rules = Rules {
            inventors_rate: percent("70"),
            withheld: Some(withheld),
            ..app::contract::rule_defaults()
        };
        let act = DeclareIncomeRules {
            organisation,
            from: Date::constant(2024, 1, 1),
            source: "演示章程第九条 / Statutes of the demonstration, article 9".to_owned(),
            rules,
        };
        self.city.perform(officer, act)?;
        Ok(())
    }

    /// The owner of what a listing offers.
    fn owner_of(&self, listing: ListingId) -> Result<Option<OrganisationId>, Failure> {
        let found = self.city.store().read(|tx| {
            let Some(listing) = store::listing::find(tx, listing)? else { return Ok(None) };
            Ok(store::technology::find(tx, listing.technology)?.map(|it| it.owner))
        });
        found.map_err(|error| app::No::from(error).into())
    }

    /// An auction that opens at once and is over within a quarter of an hour.
    fn seed_short(&self, bank: AccountId) -> Result<(), Failure> {
        let sellers: Vec<OrganisationId> =
            SELLERS.iter().map(|(key, _)| self.organisation(key)).collect::<Result<_, _>>()?;
        let all = self.city.to_auction(self.operator, LISTINGS_MAX)?;
        let is_short = |lot: &trading::lot::Lot| {
            lot.terms.closes.seconds_since(lot.terms.opens) <= SHORT_SECONDS
        };
        let is_live = |lot: &trading::lot::Lot| {
            matches!(lot.state, LotState::Announced | LotState::Open | LotState::Sold)
        };
        if all.iter().flat_map(|it| &it.lots).any(|lot| is_short(lot) && is_live(lot)) {
            return Ok(());
        }
        for it in &all {
            let (listing, lots) = (&it.listing, &it.lots);
            let is_free = !lots.first().is_some_and(is_live);
            let owner = self.owner_of(*listing)?;
            if !is_free || owner.is_none_or(|owner| !sellers.contains(&owner)) {
                continue;
            }
            let opens = self.city.now().plus_seconds(FREEZE_SECONDS + 15);
            let terms = Terms {
                way: trading::lot::Way::English,
                currency: Currency::CNY,
                start: 30_000_000,
                reserve: None,
                hidden: None,
                buy_now: None,
                deposit: Some(3_000_000),
                opens,
                closes: opens.plus_seconds(8 * MINUTE),
                steps: vec![(0, Raise::Fixed(1_000_000))],
                is_proxy: true,
                window_s: 60,
                cap_s: 300,
                bidders_min: 1,
                sign_days: 20,
            };
            let lot = self.announce_with(*listing, terms)?;
            return self.bidders(lot, bank);
        }
        Ok(())
    }

    fn asker(&self, email: &str) -> Result<Asker, Failure> {
        let person = self.people.get(email).copied();
        Ok(Asker::person(person.ok_or_else(|| crate::demo_lots::broken(email))?))
    }

    /// A free offer of an institute whose inventors have recorded shares.
    fn offer(&self) -> Result<Option<(ListingId, Asker)>, Failure> {
        for (key, email) in SELLERS {
            let (owner, officer) = (self.organisation(key)?, self.asker(email)?);
            let page = self.city.store().read(|tx| {
                let all = store::technology::after(tx, "", TECHNOLOGIES_MAX)?;
                let mut found = Vec::new();
                for technology in all.into_iter().filter(|it| it.owner == owner) {
                    let shared = technology.content.inventors.iter().all(|it| it.share.is_some());
                    let is_open = technology.label.is_public() && shared;
                    if is_open && technology.state == trading::State::Confirmed {
                        found.extend(store::listing::of_technology(tx, technology.id)?);
                    }
                }
                Ok(found)
            });
            let page = page.map_err(app::No::from)?;
            let fits = page.into_iter().find(|it| {
                it.state == trading::ListingState::Offered
                    && it.mode != trading::DealMode::Auction
                    && it.terms.price.is_some_and(|price| price.currency == Currency::CNY)
                    && it.terms.licence == trading::Licence::NonExclusive
            });
            if let Some(listing) = fits {
                return Ok(Some((listing.id, officer)));
            }
        }
        Ok(None)
    }

    /// A licence from the draft to the form of its registration.
    fn seed_contract(&self, bank: AccountId) -> Result<(), Failure> {
        let Some((listing, officer)) = self.offer()? else { return Ok(()) };
        let (acquirer, buyer) = (self.organisation(BUYER.0)?, self.asker(BUYER.1)?);
        let from = DraftFrom::Listing { listing, acquirer, price: None };
        let act = DraftContract { from, template: String::new() };
        let contract = self.city.perform(&officer, act)?.contract;
        self.complete(contract, &officer)?;
        let version = self.city.contract(&officer, contract)?.kept.version;
        let act = OfferContract { contract, version, until: None };
        self.city.perform(&officer, act)?;
        for who in [&buyer, &officer] {
            let kept = self.city.contract(who, contract)?.kept;
            let version = kept.life.version(kept.life.latest());
            let digest = version.ok_or_else(|| crate::demo_lots::broken("version"))?.digest;
            self.city.perform(who, SignContract::new(contract, digest))?;
        }
        let view = self.city.contract(self.operator, contract)?;
        let Some(first) = view.owed.first() else { return Ok(()) };
        let act = ConfirmPayment {
            contract,
            what: first.expected.key.clone(),
            amount: first.expected.amount,
            bank,
            reference: format!("DEMO {}", view.kept.reference),
            value_date: None,
        };
        self.city.perform(self.operator, act)?;
        let costs = vec![Cost { what: "专利年费 / annuities".to_owned(), amount: 1_234_567 }];
        self.city.perform(self.operator, DivideIncome::new(contract, 1, costs))?;
        let version = self.city.contract(&officer, contract)?.kept.version;
        let extra = Extra {
            applicant: Some("林书瑶 / Lin Shuyao".to_owned()),
            telephone: Some("0816-000 0000".to_owned()),
            ..Extra::default()
        };
        self.city.perform(
            &officer,
            FillFiling { contract, version, extra, traits: None, hands_in: false },
        )?;
        Ok(())
    }

    /// What the form of the registration asks of the parties.
    fn complete(&self, contract: ContractId, officer: &Asker) -> Result<(), Failure> {
        let kept = self.city.contract(officer, contract)?.kept;
        let mut terms = kept.terms;
        for party in &mut terms.parties {
            party.country = "156".to_owned();
            party.division = "510700".to_owned();
            party.nature = "10".to_owned();
            party.representative = "演示代表 / Demo".to_owned();
            if party.address.is_empty() {
                party.address = Bilingual::new("Mianyang", "绵阳");
            }
        }
        let act = ReviseContract {
            contract,
            version: kept.version,
            terms,
            why: "补充当事人信息 / details of the parties".to_owned(),
            documents: Vec::new(),
        };
        self.city.perform(officer, act)?;
        Ok(())
    }
}
