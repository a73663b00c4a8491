//! Ventures of the demonstration city: one that runs, one whose notice waits. All of it is invented.

use crate::exit::{Exit, Failure};
use app::venture::{
    ContributeTechnology, DeclareDividend, EnterHolder, EnterShares, GiveNotice, NewHolder,
    OpenVenture, ReviseVenture, SetVentureRules,
};
use app::{Asker, City};
use base::{
    Bilingual, Class, Currency, Date, OrganisationId, PersonId, Refusal, TechnologyId, VentureId,
    WorkingDays,
};
use equity::class::{Conversion, Participation, Preference};
use equity::contribution::Contribution;
use equity::dividend::Declared;
use equity::duty::{Act as Step, Needs};
use equity::event::{Allotment, Limits, Round};
use equity::grant::{Grant, Vesting};
use equity::tranche::{OnMiss, Tranche};
use equity::valuation::{
    Adjustment, Comparable, Cost, Income, Item, Market, Method, Opinion, Used, Valuation,
};
use equity::{Class as ShareClass, Event, Price, Rate, What};
use std::collections::BTreeMap;
use trading::venture::{Offer, Rules};

/// The institute, its officer and one of its inventors; the company and its administrator.
const INSTITUTE: &str = "gti";
const OFFICER: &str = "lin.shuyao@demo.bellwether.example";
const INVENTOR: &str = "shen.yueli@demo.bellwether.example";
const COMPANY: &str = "yanguang";
const REGISTRAR: &str = "tang.ruoxi@demo.bellwether.example";
const OTHER_COMPANY: &str = "lixing";
/// From this value on the demonstration announces a contribution: 2,000,000.00.
const NOTICE_FROM: i64 = 200_000_000;
/// Technologies looked through.
const LOOKED_THROUGH: usize = 50;

/// What the seeding of ventures works with.
pub(crate) struct Ventures<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
}

impl Ventures<'_> {
    /// Sees to it that one venture runs and another waits; what is there already stays.
    pub(crate) fn seed(&self) -> Result<(), Failure> {
        let officer = self.person(OFFICER)?;
        if !self.city.ventures(&officer, None, 1)?.rows.is_empty() {
            return Ok(());
        }
        self.rules()?;
        let technologies = self.technologies(&officer)?;
        let [first, second, ..] = technologies.as_slice() else { return Err(broken(INSTITUTE)) };
        let venture = self.open(&officer, *first, COMPANY)?;
        self.founded(venture)?;
        self.contributed(&officer, venture)?;
        self.after(venture)?;
        let waiting = self.open(&officer, *second, OTHER_COMPANY)?;
        self.waits(&officer, waiting)
    }

    /// The rows a city begins with, but small contributions need no notice here: so that something
    /// runs on the first day of a demonstration.
    fn rules(&self) -> Result<(), Failure> {
        let mut rules = Rules::initial();
        for duty in &mut rules.duties {
            let is_notice = matches!(duty.needs, Needs::Notice { .. });
            if is_notice && matches!(duty.act, Step::Contribute | Step::Reward) {
                duty.value_min = NOTICE_FROM;
                duty.source =
                    format!("{} · 演示参数 / demonstration: from 2,000,000.00", duty.source);
            }
        }
        self.city.perform(self.operator, SetVentureRules { rules })?;
        Ok(())
    }

    fn technologies(&self, officer: &Asker) -> Result<Vec<TechnologyId>, Failure> {
        let owner = self.organisation(INSTITUTE)?;
        let mut found = Vec::new();
        self.city.each_summary(officer, |it| {
            if it.owner == owner {
                found.push(it.id);
            }
            found.len() < LOOKED_THROUGH
        })?;
        found.sort_unstable();
        Ok(found)
    }

    fn open(
        &self,
        officer: &Asker,
        technology: TechnologyId,
        company: &str,
    ) -> Result<VentureId, Failure> {
        let company = self.organisation(company)?;
        let act = OpenVenture { technology, company, currency: Currency::CNY };
        Ok(self.city.perform(officer, act)?.venture)
    }

    fn enter(&self, venture: VentureId, on: Date, what: What) -> Result<(), Failure> {
        let event = Event { on, what };
        let act = EnterShares { venture, seen: None, event };
        self.city.perform(&self.person(REGISTRAR)?, act)?;
        Ok(())
    }

    fn holder(&self, venture: VentureId, en: &str, zh: &str) -> Result<String, Failure> {
        let holder = NewHolder::Named(Bilingual::new(en, zh));
        let act = EnterHolder { venture, holder, is_state: false };
        Ok(self.city.perform(&self.person(REGISTRAR)?, act)?.key)
    }

    /// Founders, an investor whose milestone was missed, a pool with a grant.
    fn founded(&self, venture: VentureId) -> Result<(), Failure> {
        let founder = self.holder(venture, "Fang Qiming (founder)", "方启明（创始人）")?;
        let staff = self.holder(venture, "Staff of the company", "公司员工")?;
        let fund = self.holder(venture, "Yunling Seed Fund", "云岭种子基金")?;
        let class = ShareClass { authorised: Some(20_000_000), ..ShareClass::ordinary("ordinary") };
        self.enter(venture, self.ago(300), What::Define { class })?;
        let seed = ShareClass {
            key: "seed".to_owned(),
            preference: Some(Preference {
                price: Price::new(250, 1),
                multiple: rate("1"),
                rank: 1,
                participation: Participation::Capped { multiple: rate("2") },
                conversion: Conversion::ONE_TO_ONE,
            }),
            authorised: None,
        };
        self.enter(venture, self.ago(300), What::Define { class: seed })?;
        let founding = round("founding", "ordinary", 100, vec![(&founder, 3_000_000)], Vec::new());
        self.enter(venture, self.ago(300), founding)?;
        let pool =
            What::Pool { pool: "staff".to_owned(), class: "ordinary".to_owned(), shares: 500_000 };
        self.enter(venture, self.ago(280), pool)?;
        let grant = Grant {
            key: "first-hires".to_owned(),
            pool: "staff".to_owned(),
            holder: staff,
            shares: 200_000,
            strike: Price::new(100, 1),
            vesting: Vesting { start: self.ago(280), cliff_months: 6, months: 36 },
            until: self.ago(-2_500),
        };
        self.enter(venture, self.ago(280), What::Grant { grant })?;
        let tranche = Tranche {
            key: "pilot-line".to_owned(),
            holder: fund.clone(),
            class: "seed".to_owned(),
            shares: 400_000,
            paid: 100_000_000,
            milestone: "中试线投产 / pilot line runs".to_owned(),
            due: self.ago(61),
            on_miss: OnMiss::Void,
        };
        let seed = round("seed", "seed", 250, vec![(&fund, 800_000)], vec![tranche]);
        self.enter(venture, self.ago(240), seed)?;
        let limits = Limits { pre_emption_days: 30, holder_max: rate("0.8") };
        self.enter(venture, self.ago(240), What::Limit { limits })?;
        self.enter(venture, self.ago(60), What::Miss { tranche: "pilot-line".to_owned() })
    }

    /// Valued and contributed today, with a rewarded inventor.
    fn contributed(&self, officer: &Asker, venture: VentureId) -> Result<(), Failure> {
        let (offer, valuation) = self.plan(officer, venture, 180_000_000)?;
        let act =
            ReviseVenture { venture, version: 1, valuation: Some(valuation), offer: Some(offer) };
        let version = self.city.perform(officer, act)?.version;
        self.city.perform(officer, ContributeTechnology { venture, version })?;
        Ok(())
    }

    fn plan(
        &self,
        officer: &Asker,
        venture: VentureId,
        value: i64,
    ) -> Result<(Offer, Valuation), Failure> {
        let person = self.people.get(INVENTOR).copied().ok_or_else(|| broken(INVENTOR))?;
        let holder = NewHolder::Person(person);
        let act = EnterHolder { venture, holder, is_state: false };
        let inventor = self.city.perform(officer, act)?.key;
        let today = WorkingDays::china().date(self.city.now());
        let contribution = Contribution {
            on: today,
            value,
            price: Price::new(100, 1),
            owner: "h1".to_owned(),
            reward: rate("0.6"),
            inventors: vec![(inventor, 1)],
        };
        Ok((Offer { class: "ordinary".to_owned(), contribution }, valuation(today)))
    }

    /// A dividend, so that statements show what was paid out.
    fn after(&self, venture: VentureId) -> Result<(), Failure> {
        let declared = Declared {
            total: 12_000_000,
            first: Vec::new(),
            rest: vec!["ordinary".to_owned(), "seed".to_owned()],
            withheld: BTreeMap::new(),
        };
        self.city.perform(&self.person(REGISTRAR)?, DeclareDividend { venture, declared })?;
        Ok(())
    }

    /// A larger one, announced today: its waiting period runs.
    fn waits(&self, officer: &Asker, venture: VentureId) -> Result<(), Failure> {
        let (offer, valuation) = self.plan(officer, venture, 240_000_000)?;
        let act =
            ReviseVenture { venture, version: 1, valuation: Some(valuation), offer: Some(offer) };
        self.city.perform(officer, act)?;
        for duty in ["contribution-notice", "reward-notice"] {
            let act = GiveNotice { venture, duty: duty.to_owned() };
            self.city.perform(officer, act)?;
        }
        Ok(())
    }

    /// So many days before today: a demonstration has a past whenever it is started.
    fn ago(&self, days: i64) -> Date {
        let today = WorkingDays::china().date(self.city.now());
        let span = std::time::Duration::from_secs(days.unsigned_abs() * 86_400);
        if days < 0 { today.saturating_add(span) } else { today.saturating_sub(span) }
    }

    fn person(&self, email: &str) -> Result<Asker, Failure> {
        self.people.get(email).copied().map(Asker::person).ok_or_else(|| broken(email))
    }

    fn organisation(&self, key: &str) -> Result<OrganisationId, Failure> {
        self.organisations.get(key).copied().ok_or_else(|| broken(key))
    }
}

fn round(
    name: &str,
    class: &str,
    minor: i64,
    parts: Vec<(&String, i64)>,
    tranches: Vec<Tranche>,
) -> What {
    let allotments = parts.into_iter().map(|(holder, shares)| Allotment {
        holder: holder.clone(),
        shares,
        paid: shares * minor,
        is_technology: false,
    });
    What::Round {
        round: Round {
            name: name.to_owned(),
            class: class.to_owned(),
            price: Price::new(minor, 1),
            allotments: allotments.collect(),
            tranches,
        },
    }
}

/// Three methods side by side; every figure is invented.
fn valuation(on: Date) -> Valuation {
    let item = |what: &str, spent: i64, index: &str| Item {
        what: what.to_owned(),
        spent,
        index: rate(index),
    };
    let deal = |what: &str, price: i64, by: &str, why: &str| Comparable {
        what: what.to_owned(),
        price,
        adjustments: vec![Adjustment { what: why.to_owned(), rate: rate(by) }],
    };
    let opinion = |expert: &str, low, high, method, why: &str| Opinion {
        expert: expert.to_owned(),
        low,
        high,
        method,
        why: why.to_owned(),
    };
    Valuation {
        on,
        cost: Used::Yes(Cost {
            items: vec![
                item("试验台 / test bench", 78_000_000, "0.06"),
                item("人员两年 / staff, two years", 64_000_000, "0.1"),
            ],
            profit: rate("0.15"),
            obsolete: rate("0.1"),
            months_left: 108,
            months: 120,
            spread: rate("0.1"),
        }),
        market: Used::Yes(Market {
            comparables: vec![
                deal(
                    "演示交易甲 / demonstration deal A",
                    220_000_000,
                    "-0.15",
                    "较成熟 / more mature",
                ),
                deal(
                    "演示交易乙 / demonstration deal B",
                    165_000_000,
                    "0.05",
                    "范围较窄 / narrower",
                ),
                deal("演示交易丙 / demonstration deal C", 190_000_000, "0", "相当 / alike"),
            ],
        }),
        income: Used::Yes(Income {
            sales: vec![300_000_000, 600_000_000, 900_000_000, 1_000_000_000, 1_000_000_000],
            part: rate("0.08"),
            tax: rate("0.15"),
            discount: rate("0.18"),
            discount_spread: rate("0.04"),
            growth: None,
        }),
        weights: [1, 1, 2],
        opinions: vec![
            opinion(
                "陈龑 / Chen Yan",
                150_000_000,
                210_000_000,
                Method::Income,
                "订单可信 / orders are credible",
            ),
            opinion(
                "彭致远 / Peng Zhiyuan",
                90_000_000,
                120_000_000,
                Method::Cost,
                "中试尚未完成 / the pilot is not done",
            ),
        ],
    }
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate of ours reads")
}

fn broken(what: &str) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}
