//! The published shapes of contracts, payments, divisions and registrations.

use crate::shape::{Day, Moment, MoneyJson, TextJson};
use app::contract::{
    ContractChanged, ContractRow, ContractView, IncomeView, Planned, Registration, Statistics,
    VersionView,
};
use base::{Currency, Money, Refusal};
use contract::income::Cost;
use contract::kept::{Kept, Part, Payment, Source};
use contract::plan::Due;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Contract")]
pub struct ContractJson {
    pub id: String,
    pub reference: String,
    /// `draft`, `offered`, `partly-signed`, `in-force`, `breached`, `performed`, `terminated`,
    /// `abandoned`.
    pub state: String,
    pub kind: String,
    pub mode: String,
    pub title: TextJson,
    /// The auction it came out of.
    pub lot: Option<String>,
    /// The deal it came out of.
    pub deal: Option<String>,
    pub listing: String,
    pub technology: String,
    pub provider: String,
    pub acquirer: String,
    pub total: MoneyJson,
    /// The total less what is no technology.
    pub technology_amount: MoneyJson,
    /// The day on which it first bound everybody.
    #[schemars(with = "Option<Day>")]
    pub signed_on: Option<String>,
    /// Counts changes; for revisions.
    pub version: u64,
    /// The last version of the text, its digest, and the version that binds.
    pub text: u32,
    pub digest: String,
    pub bound: Option<u32>,
    /// `open`, `submitted`, `returned`, `registered`, `not-registered`, `change-submitted`,
    /// `cancelled`.
    pub registration: String,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    /// The rest only where one contract is shown.
    pub terms: Option<serde_json::Value>,
    pub owed: Vec<OwedJson>,
    pub payments: Vec<PaymentJson>,
    /// Keys of the parties whose signature is awaited.
    pub awaited: Vec<String>,
}

/// A payment of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractOwed")]
pub struct OwedJson {
    pub what: String,
    pub amount: MoneyJson,
    pub paid: MoneyJson,
    /// None while it waits for a signature or a milestone.
    #[schemars(with = "Option<Day>")]
    pub due: Option<String>,
    pub is_late: bool,
}

/// A payment that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractPayment")]
pub struct PaymentJson {
    pub number: u64,
    pub what: String,
    pub amount: MoneyJson,
    /// `bank` or `deposit`.
    pub source: String,
    #[schemars(with = "Day")]
    pub value_date: String,
    pub is_divided: bool,
}

fn money(minor: i64, currency: Currency) -> MoneyJson {
    Money::new(minor, currency).into()
}

impl ContractJson {
    pub(crate) fn of(kept: &Kept) -> Self {
        let terms = kept.current();
        let currency = terms.price.currency;
        let latest = kept.life.latest();
        Self {
            id: kept.id.to_string(),
            reference: kept.reference.to_string(),
            state: kept.state().to_owned(),
            kind: terms.kind.code().to_owned(),
            mode: terms.mode.code().to_owned(),
            title: (&terms.subject.title).into(),
            lot: kept.lot.map(|id| id.to_string()),
            deal: kept.deal.map(|id| id.to_string()),
            listing: kept.listing.to_string(),
            technology: kept.technology.to_string(),
            provider: kept.provider.to_string(),
            acquirer: kept.acquirer.to_string(),
            total: money(terms.price.total().unwrap_or(0), currency),
            technology_amount: money(terms.price.technology_amount().unwrap_or(0), currency),
            signed_on: kept.signed_on.map(|on| on.to_string()),
            version: kept.version,
            text: latest,
            digest: kept.life.version(latest).map(|it| it.digest.to_string()).unwrap_or_default(),
            bound: kept.life.bound().map(|it| it.version),
            registration: app::contract::filing_state(&kept.filing).to_owned(),
            changed_at: kept.changed_at.rfc3339(),
            terms: None,
            owed: Vec::new(),
            payments: Vec::new(),
            awaited: Vec::new(),
        }
    }

    pub(crate) fn row(row: &ContractRow) -> Self {
        Self::of(&row.kept)
    }

    pub(crate) fn whole(view: &ContractView) -> Self {
        let currency = view.kept.current().price.currency;
        let owed = view.owed.iter().map(|it| OwedJson {
            what: it.expected.key.clone(),
            amount: money(it.expected.amount, currency),
            paid: money(it.paid, currency),
            due: match &it.expected.due {
                Due::On(on) => Some(on.to_string()),
                Due::WaitsForSignature | Due::WaitsForMilestone(_) => None,
            },
            is_late: it.is_late,
        });
        let awaited = view.kept.life.awaited().into_iter();
        Self {
            terms: serde_json::to_value(&view.kept.terms).ok(),
            owed: owed.collect(),
            payments: view.payments.iter().map(|it| PaymentJson::of(it, currency)).collect(),
            awaited: awaited.filter(|it| it.is_turn).map(|it| it.party).collect(),
            ..Self::of(&view.kept)
        }
    }
}

impl PaymentJson {
    fn of(it: &Payment, currency: Currency) -> Self {
        Self {
            number: it.n,
            what: it.what.clone(),
            amount: money(it.amount, currency),
            source: match it.source {
                Source::Bank { .. } => "bank",
                Source::Deposit => "deposit",
            }
            .to_owned(),
            value_date: it.value_date.to_string(),
            is_divided: it.split.is_some(),
        }
    }
}

/// What a change tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractChanged")]
pub struct ContractChangedJson {
    pub contract: String,
    pub reference: String,
    pub state: String,
    pub version: u64,
    pub text: u32,
}

impl From<ContractChanged> for ContractChangedJson {
    fn from(done: ContractChanged) -> Self {
        Self {
            contract: done.contract.to_string(),
            reference: done.reference.to_string(),
            state: done.state,
            version: done.version,
            text: done.text,
        }
    }
}

/// A version of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractText")]
pub struct ContractTextJson {
    pub number: u32,
    pub digest: String,
    /// Title, numbered clauses in both languages, and the terms as lines of name and value.
    pub document: serde_json::Value,
}

impl ContractTextJson {
    pub(crate) fn of(view: &VersionView) -> Self {
        Self {
            number: view.n,
            digest: view.document.digest().to_string(),
            document: serde_json::to_value(&view.document).unwrap_or_default(),
        }
    }
}

/// What a contract is drafted out of: a lot, a deal, or a listing and an acquirer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DraftContract")]
pub struct DraftJson {
    #[serde(default)]
    pub lot: Option<String>,
    #[serde(default)]
    pub deal: Option<String>,
    #[serde(default)]
    pub listing: Option<String>,
    #[serde(default)]
    pub acquirer: Option<String>,
    /// That of the listing where it is left out.
    #[serde(default)]
    pub price: Option<MoneyJson>,
    /// The name of a template; its last version is taken.
    #[serde(default)]
    pub template: String,
}

/// The next version of the terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReviseContract")]
pub struct ReviseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// In the shape in which a contract shows them.
    pub terms: serde_json::Value,
    pub why: String,
    /// Files that were handed in before.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// Offering the last version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OfferContract")]
pub struct OfferJson {
    #[serde(default)]
    pub version: Option<u64>,
    #[serde(default)]
    #[schemars(with = "Option<Moment>")]
    pub until: Option<String>,
}

/// Signing under a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignContract")]
pub struct SignJson {
    /// 64 hexadecimal digits.
    pub digest: String,
}

/// Another step of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MoveContract")]
pub struct TurnJson {
    /// `refuse`, `withdraw`, `abandon`, `perform`, `notify`, `settle`, `end-breach`,
    /// `end-agreement`, `end-law`.
    pub turn: String,
    #[serde(default)]
    pub why: String,
}

/// What became of a milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MarkMilestone")]
pub struct MarkJson {
    pub milestone: String,
    /// `delivered`, `accepted` or `rejected`.
    pub mark: String,
    #[serde(default)]
    pub why: String,
}

/// A payment that came in at a bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConfirmPayment")]
pub struct PayJson {
    /// The key of an instalment, or `royalty-3` for a period.
    pub what: String,
    pub amount: MoneyJson,
    pub bank: String,
    pub reference: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub value_date: Option<String>,
}

/// Costs that are taken off first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DivideIncome")]
pub struct DivideJson {
    #[serde(default)]
    pub costs: Vec<CostJson>,
}

/// One cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IncomeCost")]
pub struct CostJson {
    pub what: String,
    pub amount: MoneyJson,
}

impl DivideJson {
    pub(crate) fn read(self, no: &mut Vec<Refusal>) -> Vec<Cost> {
        let read = |(n, cost): (usize, CostJson)| {
            let amount = cost.amount.read(&format!("costs.{n}.amount"), no)?.minor;
            Some(Cost { what: cost.what, amount })
        };
        self.costs.into_iter().enumerate().filter_map(read).collect()
    }
}

/// A division with every step of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "IncomeSplit")]
pub struct SplitJson {
    pub payment: u64,
    pub is_posted: bool,
    pub receipt: MoneyJson,
    pub costs: Vec<CostJson>,
    /// Costs that this payment does not cover.
    pub carried: MoneyJson,
    pub net: MoneyJson,
    pub inventors: MoneyJson,
    /// Where the rules come from.
    pub source: String,
    pub parts: Vec<PartJson>,
}

/// What somebody gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "IncomePart")]
pub struct PartJson {
    pub beneficiary: String,
    pub name: TextJson,
    pub is_inventor: bool,
    pub gross: MoneyJson,
    pub withheld: MoneyJson,
    pub net: MoneyJson,
    /// The contract and payment, in a statement.
    pub contract: Option<String>,
    pub payment: Option<u64>,
}

impl SplitJson {
    pub(crate) fn of(planned: &Planned, currency: Currency) -> Self {
        let divided = &planned.split.divided;
        let of = |minor| money(minor, currency);
        let cost = |it: &Cost| CostJson { what: it.what.clone(), amount: of(it.amount) };
        let part = |it: &contract::income::Payout| PartJson {
            beneficiary: it.key.clone(),
            name: planned.split.names.get(&it.key).map(TextJson::from).unwrap_or_default(),
            is_inventor: it.is_inventor,
            gross: of(it.gross),
            withheld: of(it.withheld),
            net: of(it.net),
            contract: None,
            payment: None,
        };
        Self {
            payment: planned.payment.n,
            is_posted: planned.payment.split.is_some(),
            receipt: of(divided.receipt),
            costs: planned.split.costs.iter().map(cost).collect(),
            carried: of(divided.carried),
            net: of(divided.net),
            inventors: of(divided.inventors_part),
            source: planned.source.clone(),
            parts: divided.payouts.iter().map(part).collect(),
        }
    }
}

impl PartJson {
    fn of(it: &Part) -> Self {
        let of = |minor| money(minor, it.currency);
        Self {
            beneficiary: it.beneficiary.clone(),
            name: (&it.name).into(),
            is_inventor: it.is_inventor,
            gross: of(it.gross),
            withheld: of(it.withheld),
            net: of(it.net),
            contract: Some(it.contract.to_string()),
            payment: Some(it.payment),
        }
    }
}

/// Sales of a period, in decimals of the contract's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReportSales")]
pub struct ReportJson {
    /// From 0.
    pub period: u32,
    pub gross: MoneyJson,
    #[serde(default)]
    pub deductions: Option<MoneyJson>,
    #[serde(default)]
    pub units: i64,
    #[serde(default)]
    pub profit: Option<MoneyJson>,
}

/// Rules and statements of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Income")]
pub struct IncomeJson {
    pub organisation: String,
    /// The last declared first.
    pub rules: Vec<RulesJson>,
    /// Newest first.
    pub parts: Vec<PartJson>,
}

/// Rules with their day and source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "IncomeRules")]
pub struct RulesJson {
    /// They hold for contracts signed since.
    #[schemars(with = "Day")]
    pub from: String,
    pub source: String,
    /// `inventors_rate`, `inventors_rounding`, `floor`, `main_floor`, `others`, `withheld`; rates are
    /// decimal texts.
    pub rules: serde_json::Value,
}

impl IncomeJson {
    pub(crate) fn of(view: &IncomeView) -> Self {
        let rules = |it: &contract::rules::Declared| RulesJson {
            from: it.from.to_string(),
            source: it.source.clone(),
            rules: serde_json::to_value(&it.rules).unwrap_or_default(),
        };
        Self {
            organisation: view.organisation.to_string(),
            rules: view.rules.iter().map(rules).collect(),
            parts: view.parts.iter().map(PartJson::of).collect(),
        }
    }
}

/// The form of a registration and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractRegistration")]
pub struct RegistrationJson {
    pub state: String,
    pub version: u64,
    pub fields: Vec<FieldJson>,
    /// The type that the rule proposes, with its reasons and what speaks against any.
    pub proposed: Option<String>,
    pub reasons: Vec<String>,
    pub against: Vec<String>,
}

/// One field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RegistrationField")]
pub struct FieldJson {
    pub key: String,
    pub value: Option<String>,
    pub is_required: bool,
}

impl RegistrationJson {
    pub(crate) fn of(found: &Registration) -> Self {
        let words = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        let field = |it: &contract::registration::Field| FieldJson {
            key: it.key.to_owned(),
            value: it.value.clone(),
            is_required: it.is_required,
        };
        Self {
            state: app::contract::filing_state(&found.kept.filing).to_owned(),
            version: found.kept.version,
            fields: found.form.fields.iter().map(field).collect(),
            proposed: found.proposal.kind.map(|it| it.code().to_owned()),
            reasons: words(&found.proposal.reasons),
            against: words(&found.proposal.against),
        }
    }
}

/// What the terms do not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FillRegistration")]
pub struct FillJson {
    #[serde(default)]
    pub version: Option<u64>,
    #[serde(default)]
    pub planned_investment: Option<MoneyJson>,
    #[serde(default)]
    pub planned_output: Option<MoneyJson>,
    #[serde(default)]
    pub applicant: Option<String>,
    #[serde(default)]
    pub telephone: Option<String>,
    /// What the form asks of the parties and the contract leaves open, such as `provider.nature`.
    #[serde(default)]
    pub parties: std::collections::BTreeMap<String, String>,
    /// What the deal does; what was answered before stays where this is left out.
    #[serde(default)]
    pub traits: Option<TraitsJson>,
}

/// What a deal does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ContractTraits")]
pub struct TraitsJson {
    pub is_new_research: bool,
    pub right_changes_hands: bool,
    pub right_is_lent: bool,
    pub is_advice: bool,
    pub solves_problem: bool,
    pub is_supply: bool,
    pub is_labour: bool,
    pub is_routine: bool,
}

/// The version seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SubmitRegistration")]
pub struct SubmitJson {
    #[serde(default)]
    pub version: Option<u64>,
}

/// What the office decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecideRegistration")]
pub struct DecideJson {
    /// `register`, `return`, `refuse` or `cancel`.
    pub decision: String,
    /// For registering.
    #[serde(default)]
    pub number: String,
    /// For everything else.
    #[serde(default)]
    pub why: String,
}

/// A cell of the statistics; sums are decimal texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractCount")]
pub struct CountJson {
    pub currency: String,
    pub kind: String,
    pub mode: String,
    pub count: u64,
    pub registered: u64,
    /// Minor units.
    pub total: String,
    pub technology_amount: String,
}

impl CountJson {
    pub(crate) fn all(found: &Statistics) -> Vec<Self> {
        let of = |table: &contract::statistics::Table| {
            let currency = table.currency.code();
            let cell = |((kind, mode), it): (
                &(contract::Kind, contract::Mode),
                &contract::statistics::Cell,
            )| Self {
                currency: currency.to_owned(),
                kind: kind.code().to_owned(),
                mode: mode.code().to_owned(),
                count: it.count,
                registered: it.registered,
                total: it.total.to_string(),
                technology_amount: it.technology.to_string(),
            };
            table.cells.iter().map(cell).collect::<Vec<_>>()
        };
        found.tables.iter().flat_map(of).collect()
    }
}

/// A version of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContractTemplate")]
pub struct TemplateJson {
    pub name: String,
    /// 0 is the one that comes with the program.
    pub version: u64,
    pub note: String,
    pub source: String,
}

/// A template to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SaveTemplate")]
pub struct SaveTemplateJson {
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// What saving tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TemplateSaved")]
pub struct TemplateSavedJson {
    pub name: String,
    pub version: u64,
}
