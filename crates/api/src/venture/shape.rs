//! The published shapes of ventures, holders, statements, exits, rules.

use super::entry::{TrancheJson, WhatJson, Written};
use super::value::{ConcludedJson, OfferJson, ValuationJson};
use crate::shape::{Day, Moment, NamedJson, OneOf, TextJson, date};
use app::No;
use app::venture::{Exit, Holding, VentureChanged, VentureRow, VentureStatement, VentureView};
use base::{Bilingual, Currency, Refusal};
use equity::contribution::Floor;
use equity::duty::{Act as Step, Duty, Needs};
use equity::tranche::Fate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trading::venture::{Rules, Standing};

/// A venture in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VentureRow")]
pub struct RowJson {
    pub id: String,
    pub reference: String,
    pub title: TextJson,
    pub institute: NamedJson,
    pub company: NamedJson,
    /// `prepared`, `running`, `withdrawn`.
    pub state: String,
}

impl RowJson {
    pub(crate) fn of(row: &VentureRow) -> Self {
        let it = &row.venture;
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            title: (&row.title).into(),
            institute: NamedJson::new(it.owner, &row.owner_name),
            company: NamedJson::new(it.company, &row.company_name),
            state: it.state.word().to_owned(),
        }
    }
}

/// One own holding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Holding")]
pub struct HoldingJson {
    pub venture: String,
    pub holder: u64,
    pub title: TextJson,
    pub company: NamedJson,
}

impl HoldingJson {
    pub(crate) fn of(it: &Holding) -> Self {
        Self {
            venture: it.venture.id.to_string(),
            holder: it.holder,
            title: (&it.title).into(),
            company: NamedJson::new(it.venture.company, &it.company_name),
        }
    }
}

/// Somebody who holds shares, or is to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ShareHolder")]
pub struct HolderJson {
    pub number: u64,
    /// Under which the register knows it.
    pub key: String,
    pub name: TextJson,
    pub is_state: bool,
    /// Issued shares as ordinary ones.
    pub issued: i64,
    /// Options, earned or not.
    pub options: i64,
    /// Shares that wait for a milestone.
    pub waiting: i64,
    /// Percentages with four digits.
    pub part_issued: String,
    pub part_full: String,
}

/// One entry as it stands in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RegisterEntry")]
pub struct EntryJson {
    pub entry: u64,
    #[schemars(with = "Day")]
    pub on: String,
    pub what: WhatJson,
    #[schemars(with = "Moment")]
    pub at: String,
    /// Names the text of every entry up to this one.
    pub digest: String,
}

impl EntryJson {
    pub(crate) fn of(it: &trading::venture::Entry, currency: Currency) -> Self {
        Self {
            entry: it.n,
            on: it.event.on.to_string(),
            what: WhatJson::of(&it.event.what, Written(currency)),
            at: it.at.rfc3339(),
            digest: it.digest.clone(),
        }
    }
}

/// A tranche and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TrancheFate")]
pub struct FateJson {
    pub tranche: TrancheJson,
    /// `waiting`, `posted` or `void`.
    pub fate: String,
}

/// How a duty stands before the contribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DutyStanding")]
pub struct StandingJson {
    pub duty: DutyJson,
    #[schemars(with = "Option<Moment>")]
    pub began: Option<String>,
    #[schemars(with = "Option<Moment>")]
    pub ends: Option<String>,
    pub open_objections: u32,
    /// Why the step waits; null where the duty is met.
    pub waits_for: Option<String>,
}

/// A payment of a dividend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DividendPayment")]
pub struct PaymentJson {
    pub holder: String,
    pub gross: String,
    pub withheld: String,
    pub net: String,
}

/// A dividend, divided by the register as it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Dividend")]
pub struct DividendJson {
    pub number: u64,
    pub total: String,
    #[schemars(with = "Moment")]
    pub at: String,
    /// The last entry of the register then.
    pub entry: u64,
    pub payments: Vec<PaymentJson>,
}

/// A venture with its register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Venture")]
pub struct VentureJson {
    pub id: String,
    pub reference: String,
    pub title: TextJson,
    pub technology: String,
    pub institute: NamedJson,
    pub company: NamedJson,
    #[schemars(with = "OneOf<Currency>")]
    pub currency: String,
    /// `prepared`, `running`, `withdrawn`.
    pub state: String,
    pub version: u64,
    /// The number of the last entry.
    pub entry: u64,
    /// Names the text of every entry.
    pub digest: String,
    pub valuation: Option<ValuationJson>,
    pub concluded: Option<ConcludedJson>,
    pub offer: Option<OfferJson>,
    pub duties: Vec<StandingJson>,
    pub holders: Vec<HolderJson>,
    pub tranches: Vec<FateJson>,
    pub dividends: Vec<DividendJson>,
}

fn shown(n: i128) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl VentureJson {
    pub(crate) fn of(view: &VentureView) -> Self {
        let it = view.venture();
        let to = Written(it.currency);
        let plan = &it.plan;
        Self {
            id: it.id.to_string(),
            reference: it.reference.to_string(),
            title: (&view.title).into(),
            technology: it.technology.to_string(),
            institute: NamedJson::new(it.owner, &view.owner_name),
            company: NamedJson::new(it.company, &view.company_name),
            currency: it.currency.code().to_owned(),
            state: it.state.word().to_owned(),
            version: it.version,
            entry: it.n_entries,
            digest: it.chain.clone(),
            valuation: plan.valuation.as_ref().map(|own| ValuationJson::of(own, to)),
            concluded: view.concluded.as_ref().map(|own| ConcludedJson::of(own, to)),
            offer: plan.offer.as_ref().map(|own| OfferJson::of(own, to)),
            duties: view.duties.iter().map(StandingJson::of).collect(),
            holders: holders(view),
            tranches: view
                .table
                .tranches
                .values()
                .map(|held| FateJson {
                    tranche: TrancheJson::of(&held.tranche, to),
                    fate: word(&held.fate).to_owned(),
                })
                .collect(),
            dividends: dividends(view, to),
        }
    }
}

fn word(fate: &Fate) -> &'static str {
    match fate {
        Fate::Waiting { .. } => "waiting",
        Fate::Posted { .. } => "posted",
        Fate::Void { .. } => "void",
    }
}

fn holders(view: &VentureView) -> Vec<HolderJson> {
    let one = |it: &app::venture::HolderName| {
        let key = it.holder.key();
        let line = view.shares.lines.iter().find(|line| line.holder == key);
        let nothing = || ("0.0000".to_owned(), "0.0000".to_owned());
        let (part_issued, part_full) = view.shares.parts(&key).unwrap_or_else(nothing);
        HolderJson {
            number: it.holder.n,
            name: (&it.name).into(),
            is_state: it.holder.is_state,
            issued: line.map_or(0, |it| shown(it.issued)),
            options: line.map_or(0, |it| shown(it.earned + it.unearned)),
            waiting: line.map_or(0, |it| shown(it.waiting)),
            part_issued,
            part_full,
            key,
        }
    };
    view.holders.iter().map(one).collect()
}

fn dividends(view: &VentureView, to: Written) -> Vec<DividendJson> {
    let one = |it: &app::venture::Dividend| DividendJson {
        number: it.n,
        total: to.sum(it.declared.total),
        at: it.at.rfc3339(),
        entry: it.entry,
        payments: it
            .payments
            .iter()
            .map(|own| PaymentJson {
                holder: own.holder.clone(),
                gross: to.sum(own.gross),
                withheld: to.sum(own.withheld),
                net: to.sum(own.net),
            })
            .collect(),
    };
    view.dividends.iter().map(one).collect()
}

impl StandingJson {
    fn of(it: &Standing) -> Self {
        Self {
            duty: DutyJson::of(&it.duty),
            began: it.began.map(base::Instant::rfc3339),
            ends: it.ends.map(base::Instant::rfc3339),
            open_objections: it.open_objections,
            waits_for: it.code.map(str::to_owned),
        }
    }
}

/// A row of law: what a step of some size needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VentureDuty")]
pub struct DutyJson {
    pub key: String,
    /// `contribute`, `sell`, `thin` or `reward`.
    pub step: String,
    /// From this value on, in minor units.
    #[serde(default)]
    pub value_min: i64,
    #[serde(default)]
    pub value_under: Option<i64>,
    #[schemars(with = "Day")]
    pub from: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub until: Option<String>,
    pub needs: NeedsJson,
    pub source: String,
}

/// What has to come first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "DutyNeeds")]
pub enum NeedsJson {
    /// A public notice of so many days, working ones or all.
    Notice {
        days: u16,
        working: bool,
    },
    Approval {
        body: String,
    },
    /// A valuation no older than so many months.
    Valuation {
        months: u32,
    },
}

/// The least part for the inventors, with its days and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RewardFloor")]
pub struct FloorJson {
    #[schemars(with = "Day")]
    pub from: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub until: Option<String>,
    pub rate: String,
    pub source: String,
}

/// The rows of law in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VentureRules")]
pub struct RulesJson {
    pub duties: Vec<DutyJson>,
    pub floors: Vec<FloorJson>,
}

const STEPS: [(Step, &str); 4] = [
    (Step::Contribute, "contribute"),
    (Step::Sell, "sell"),
    (Step::Thin, "thin"),
    (Step::Reward, "reward"),
];

impl DutyJson {
    fn of(it: &Duty) -> Self {
        let step = STEPS.iter().find(|(step, _)| *step == it.act);
        Self {
            key: it.key.clone(),
            step: step.map_or("", |(_, word)| word).to_owned(),
            value_min: it.value_min,
            value_under: it.value_under,
            from: it.from.to_string(),
            until: it.until.map(|on| on.to_string()),
            needs: match &it.needs {
                Needs::Notice { days, working } => {
                    NeedsJson::Notice { days: *days, working: *working }
                }
                Needs::Approval { body } => NeedsJson::Approval { body: body.clone() },
                Needs::Valuation { months } => NeedsJson::Valuation { months: *months },
            },
            source: it.source.clone(),
        }
    }

    fn read(&self, n: usize, no: &mut Vec<Refusal>) -> Option<Duty> {
        let at = |part: &str| format!("rows.{n}.{part}");
        let step = STEPS.iter().find(|(_, word)| *word == self.step);
        if step.is_none() {
            no.push(Refusal::invalid("venture-unknown").on(at("step")));
        }
        let from = date(&at("from"), &self.from, no);
        let until = self.until.as_ref().map(|day| date(&at("until"), day, no));
        Some(Duty {
            key: self.key.clone(),
            act: step?.0,
            value_min: self.value_min,
            value_under: self.value_under,
            from: from?,
            until: until.flatten(),
            needs: match &self.needs {
                NeedsJson::Notice { days, working } => {
                    Needs::Notice { days: *days, working: *working }
                }
                NeedsJson::Approval { body } => Needs::Approval { body: body.clone() },
                NeedsJson::Valuation { months } => Needs::Valuation { months: *months },
            },
            source: self.source.clone(),
        })
    }
}

impl RulesJson {
    pub(crate) fn of(it: &Rules) -> Self {
        let floor = |own: &Floor| FloorJson {
            from: own.from.to_string(),
            until: own.until.map(|on| on.to_string()),
            rate: own.rate.to_string(),
            source: own.source.clone(),
        };
        Self {
            duties: it.duties.iter().map(DutyJson::of).collect(),
            floors: it.floors.iter().map(floor).collect(),
        }
    }

    /// The rows, or every reason against them.
    pub(crate) fn read(&self) -> Result<Rules, No> {
        let mut no = Vec::new();
        let mut rules = Rules::default();
        for (n, it) in self.duties.iter().enumerate() {
            rules.duties.extend(it.read(n, &mut no));
        }
        for (n, it) in self.floors.iter().enumerate() {
            let at = |part: &str| format!("floors.{n}.{part}");
            let from = date(&at("from"), &it.from, &mut no);
            let until = it.until.as_ref().map(|day| date(&at("until"), day, &mut no));
            let rate = equity::Rate::parse(&it.rate);
            if rate.is_none() {
                no.push(Refusal::invalid("venture-rate-unreadable").on(at("rate")));
            }
            let (Some(from), Some(rate)) = (from, rate) else { continue };
            let source = it.source.clone();
            rules.floors.push(Floor { from, until: until.flatten(), rate, source });
        }
        if no.is_empty() { Ok(rules) } else { Err(No(no)) }
    }
}

/// What a change of a venture tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VentureChanged")]
pub struct ChangedJson {
    pub venture: String,
    pub reference: String,
    pub state: String,
    pub version: u64,
    pub entry: u64,
}

impl From<VentureChanged> for ChangedJson {
    fn from(it: VentureChanged) -> Self {
        Self {
            venture: it.venture.to_string(),
            reference: it.reference.to_string(),
            state: it.state,
            version: it.version,
            entry: it.entry,
        }
    }
}

/// A position of one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SharePosition")]
pub struct PositionJson {
    pub class: String,
    pub shares: i64,
    pub paid: String,
}

/// A grant of the own options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OwnOptions")]
pub struct OptionsJson {
    pub grant: String,
    pub granted: i64,
    pub exercisable: i64,
    pub exercised: i64,
    pub returned: i64,
    #[schemars(with = "Day")]
    pub until: String,
}

/// What was paid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PaidOut")]
pub struct PaidOutJson {
    #[schemars(with = "Day")]
    pub on: String,
    pub net: String,
}

/// What one holder is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ShareStatement")]
pub struct StatementJson {
    pub holder: u64,
    pub name: TextJson,
    #[schemars(with = "Day")]
    pub on: String,
    pub positions: Vec<PositionJson>,
    pub part_issued: String,
    pub part_full: String,
    pub options: Vec<OptionsJson>,
    pub waiting: Vec<TrancheJson>,
    #[schemars(with = "Option<Day>")]
    pub locked_until: Option<String>,
    pub paid_out: Vec<PaidOutJson>,
}

impl StatementJson {
    pub(crate) fn of(found: &VentureStatement) -> Self {
        let it = &found.statement;
        let to = Written(found.venture.currency);
        Self {
            holder: found.holder.holder.n,
            name: (&found.holder.name).into(),
            on: it.on.to_string(),
            positions: it
                .positions
                .iter()
                .map(|(class, at)| PositionJson {
                    class: class.clone(),
                    shares: at.shares,
                    paid: to.sum(at.paid),
                })
                .collect(),
            part_issued: it.part_issued.clone(),
            part_full: it.part_full.clone(),
            options: it
                .options
                .iter()
                .map(|own| OptionsJson {
                    grant: own.grant.clone(),
                    granted: own.granted,
                    exercisable: own.exercisable,
                    exercised: own.exercised,
                    returned: own.returned,
                    until: own.until.to_string(),
                })
                .collect(),
            waiting: it.waiting.iter().map(|own| TrancheJson::of(&own.tranche, to)).collect(),
            locked_until: it.locked_until.map(|on| on.to_string()),
            paid_out: it
                .paid_out
                .iter()
                .map(|(on, net)| PaidOutJson { on: on.to_string(), net: to.sum(*net) })
                .collect(),
        }
    }
}

/// What a claim gets of an exit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ExitPayout")]
pub struct PayoutJson {
    /// A class, or `grant:` and a grant.
    pub claim: String,
    /// Whether it became ordinary: converted, or exercised.
    pub is_ordinary: bool,
    pub first: String,
    pub rest: String,
    pub strike: String,
    pub net: String,
}

/// What a holder gets of an exit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ExitPart")]
pub struct PartJson {
    pub holder: String,
    pub sum: String,
}

/// Who would get how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Exit")]
pub struct ExitJson {
    pub proceeds: String,
    pub payouts: Vec<PayoutJson>,
    pub by_holder: Vec<PartJson>,
}

impl ExitJson {
    pub(crate) fn of(found: &Exit, currency: Currency) -> Self {
        let to = Written(currency);
        let payout = |it: &equity::exit::Payout| PayoutJson {
            claim: it.key.clone(),
            is_ordinary: it.is_ordinary,
            first: to.sum(it.first),
            rest: to.sum(it.rest),
            strike: to.sum(it.strike),
            net: to.sum(it.net),
        };
        let part =
            |(holder, sum): &(String, i64)| PartJson { holder: holder.clone(), sum: to.sum(*sum) };
        Self {
            proceeds: to.sum(found.proceeds),
            payouts: found.divided.payouts.iter().map(payout).collect(),
            by_holder: found.by_holder.iter().map(part).collect(),
        }
    }
}

/// Opens a venture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VentureOpening")]
pub struct OpenJson {
    pub company: String,
    #[schemars(with = "OneOf<Currency>")]
    pub currency: String,
}

/// Keeps a valuation, an agreed contribution, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VenturePlan")]
pub struct PlanJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    #[serde(default)]
    pub valuation: Option<ValuationJson>,
    #[serde(default)]
    pub offer: Option<OfferJson>,
}

/// Enters a holder: an organisation, a person of either side, or a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewHolder")]
pub struct NewHolderJson {
    #[serde(default)]
    pub organisation: Option<String>,
    #[serde(default)]
    pub person: Option<String>,
    #[serde(default)]
    pub name: Option<TextJson>,
    #[serde(default)]
    pub is_state: bool,
}

impl NewHolderJson {
    pub(crate) fn name(&self) -> Bilingual {
        self.name.clone().map(Bilingual::from).unwrap_or_default()
    }
}

/// The holder that was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "HolderEntered")]
pub struct EnteredJson {
    pub number: u64,
    pub key: String,
}

/// What is done about a duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DutyNote")]
pub struct NoteJson {
    /// The key of the row.
    pub duty: String,
    #[serde(default)]
    pub reason: String,
    /// The day of an approval; without one an objection is settled.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub approved_on: Option<String>,
}

/// The version of the plan that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ContributionVersion")]
pub struct VersionJson {
    pub version: u64,
}

/// A class that is paid first, so much for its shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DividendFirst")]
pub struct FirstJson {
    pub class: String,
    pub each: super::entry::PriceJson,
}

/// Tax withheld from a holder, such as `0.2`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DividendTax")]
pub struct TaxJson {
    pub holder: String,
    pub rate: String,
}

/// Declares a dividend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DividendDeclaration")]
pub struct DeclareJson {
    pub total: String,
    #[serde(default)]
    pub first: Vec<FirstJson>,
    /// Classes that share in the rest.
    pub rest: Vec<String>,
    #[serde(default)]
    pub withheld: Vec<TaxJson>,
}

/// The dividend that was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DividendDeclared")]
pub struct DeclaredJson {
    pub number: u64,
    pub entry: u64,
}

/// Everybody's shares before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ShareDifference")]
pub struct DifferenceJson {
    pub holder: String,
    pub issued_before: i64,
    pub issued_after: i64,
    pub full_before: String,
    pub full_after: String,
}

impl DifferenceJson {
    pub(crate) fn of(before: &equity::view::View, after: &equity::view::View) -> Vec<Self> {
        let part = |view: &equity::view::View, holder: &str| {
            view.parts(holder).map_or_else(|| "0.0000".to_owned(), |it| it.1)
        };
        let one = |line: &equity::view::Line| {
            let was = before.lines.iter().find(|it| it.holder == line.holder);
            Self {
                holder: line.holder.clone(),
                issued_before: was.map_or(0, |it| shown(it.issued)),
                issued_after: shown(line.issued),
                full_before: part(before, &line.holder),
                full_after: part(after, &line.holder),
            }
        };
        after.lines.iter().map(one).collect()
    }
}
