//! Dividing what came in: costs, inventors, institute, department, taxes withheld, in one chain.
//!
//! What is shown before is what is posted: both are made by [`plan`] of the same rows, and nothing
//! is posted where they differ in a minor unit. Each payment is divided once.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::contract::payment::{amount, income_account, transfer};
use crate::contract::{ContractChanged, find, office_thing, save};
use crate::ledger::{Opening, ensure_account, holds_on, post};
use crate::lot::derived;
use ::contract::income::Cost;
use ::contract::kept::{Kept, Part, Payment, Split};
use ::contract::rules::{Declared, Inventor, in_force};
use access::{Act as A, Thing};
use base::{AccountId, Bilingual, Class, ContractId, Currency, Money, OrganisationId, Refusal};
use ledger::{Ask, Book, Code, Flags, Purpose};
use std::collections::{BTreeMap, BTreeSet};
use store::Hold;
use trading::Technology;

const COST: Code = Code(152);
const SHARE: Code = Code(153);
const TAX: Code = Code(154);

/// Costs named for one payment at most.
const COSTS_MAX: usize = 20;
/// What begins the key of an inventor.
const INVENTOR: &str = "inventor-";

fn of(owner: OrganisationId, currency: Currency, what: &str) -> AccountId {
    AccountId::from_bits(derived(&["income", &owner.to_string(), currency.code(), what]))
}

/// What an organisation owes to one who has a part.
pub fn beneficiary_account(owner: OrganisationId, currency: Currency, key: &str) -> AccountId {
    of(owner, currency, &format!("part {key}"))
}

/// What was kept back of income for costs.
pub fn cost_account(owner: OrganisationId, currency: Currency) -> AccountId {
    of(owner, currency, "costs")
}

/// Taxes that were withheld and are owed to the tax office.
pub fn tax_account(owner: OrganisationId, currency: Currency) -> AccountId {
    of(owner, currency, "taxes")
}

/// The key of an inventor within an organisation: the same name is the same person.
fn inventor_key(owner: OrganisationId, name: &Bilingual) -> String {
    let bits = derived(&["inventor", &owner.to_string(), &name.zh, &name.en]);
    format!("{INVENTOR}{:012x}", bits & 0xffff_ffff_ffff)
}

/// What a division is reckoned from.
pub struct Facts {
    kept: Kept,
    payments: Vec<Payment>,
    rules: Vec<Declared>,
    technology: Technology,
}

/// A payment with its division, posted or planned.
#[derive(Clone, Debug)]
pub struct Planned {
    pub payment: Payment,
    pub split: Split,
    /// Where the rules were taken from, and the day they hold from.
    pub source: String,
    pub from: base::Date,
    pub rules: ::contract::rules::Rules,
    /// The recorded shares, by key.
    pub shares: BTreeMap<String, u64>,
}

/// The division of a payment, or every reason why there is none.
fn plan(facts: &Facts, n: u64, costs: &[Cost]) -> Result<Planned, Vec<Refusal>> {
    let Facts { kept, payments, rules, technology } = facts;
    let missing = || vec![Refusal::not_found()];
    let payment = payments.iter().find(|it| it.n == n).ok_or_else(missing)?;
    let mut no = Vec::new();
    if costs.len() > COSTS_MAX {
        no.push(Refusal::invalid("contract-flaw-too-many").on("costs"));
    }
    for (at, cost) in costs.iter().enumerate() {
        let field = format!("costs.{at}.what");
        no.extend(
            base::text::required_line(&field, &cost.what, base::limits::NAME_CHARS_MAX).err(),
        );
    }
    let signed = kept.signed_on.unwrap_or(payment.value_date);
    let declared = in_force(rules, signed);
    if declared.is_none() {
        // What nobody agreed on before the deal is not made up after it.
        no.push(
            Refusal::new(Class::Refused, "contract-rules-absent")
                .with("on", base::Value::On(signed)),
        );
    }
    let inventors = inventors(kept.provider, technology);
    if inventors.is_empty() {
        no.push(Refusal::new(Class::Refused, "contract-shares-absent"));
    }
    let Some(declared) = declared.filter(|_| no.is_empty()) else { return Err(no) };
    // Costs that an earlier payment did not cover come first.
    let before = payments.iter().filter(|it| it.n < n);
    let carried =
        before.filter_map(|it| it.split.as_ref()).next_back().map_or(0, |it| it.divided.carried);
    let mut all = Vec::new();
    if carried > 0 {
        all.push(Cost { what: "carried".to_owned(), amount: carried });
    }
    all.extend(costs.iter().cloned());
    let shares: Vec<Inventor> = inventors
        .iter()
        .map(|(key, _, weight)| Inventor { key: key.clone(), weight: *weight })
        .collect();
    let division = declared.rules.division(&shares);
    let divided = division.divide(payment.amount, &all).map_err(crate::contract::refusals)?;
    let mut names: BTreeMap<String, Bilingual> =
        inventors.iter().map(|(key, name, _)| (key.clone(), name.clone())).collect();
    names.extend(declared.rules.others.iter().map(|it| (it.key.clone(), it.name.clone())));
    Ok(Planned {
        payment: payment.clone(),
        split: Split { rules: declared.n, costs: all, divided, names },
        source: declared.source.clone(),
        from: declared.from,
        rules: declared.rules.clone(),
        shares: shares.into_iter().map(|it| (it.key, it.weight)).collect(),
    })
}

/// Inventors with a recorded share: key, name, ten-thousandths of a percent.
fn inventors(owner: OrganisationId, technology: &Technology) -> Vec<(String, Bilingual, u64)> {
    let all = technology.content.inventors.iter();
    let shared = all.filter_map(|it| Some((it, it.share?)));
    shared
        .map(|(it, share)| {
            (inventor_key(owner, &it.name), it.name.clone(), u64::from(share.parts()))
        })
        .filter(|(_, _, weight)| *weight > 0)
        .collect()
}

fn load(tx: &mut store::Tx<'_>, kept: Kept) -> Result<Facts, Stop> {
    let payments = store::contract_money::payments(tx, kept.id)?;
    let rules = store::contract_money::rules(tx, kept.provider)?;
    let technology =
        store::technology::find(tx, kept.technology)?.ok_or_else(Refusal::not_found)?;
    Ok(Facts { kept, payments, rules, technology })
}

/// Posts the division of a payment, as it was shown.
#[derive(serde::Serialize)]
pub struct DivideIncome {
    pub contract: ContractId,
    pub payment: u64,
    /// Costs of patents, of the transfer, taxes on turnover: each a line of its own.
    pub costs: Vec<Cost>,
    #[serde(skip)]
    held: BTreeSet<AccountId>,
}

impl DivideIncome {
    pub fn new(contract: ContractId, payment: u64, costs: Vec<Cost>) -> Self {
        Self { contract, payment, costs, held: BTreeSet::new() }
    }
}

/// The accounts of everybody who may have a part.
fn accounts(facts: &Facts) -> BTreeSet<AccountId> {
    let (owner, currency) = (facts.kept.provider, facts.kept.current().price.currency);
    let mut all = BTreeSet::from([
        income_account(facts.kept.id),
        cost_account(owner, currency),
        tax_account(owner, currency),
    ]);
    let inventors = inventors(owner, &facts.technology);
    let keys = inventors.iter().map(|(key, ..)| key.as_str());
    let others = facts.rules.iter().flat_map(|it| it.rules.others.iter().map(|it| it.key.as_str()));
    all.extend(keys.chain(others).map(|key| beneficiary_account(owner, currency, key)));
    all
}

impl Act for DivideIncome {
    const ACT: A = A::DivideIncome;
    type Facts = Facts;
    type Plan = (Kept, Planned);
    type Outcome = ContractChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let mut held = BTreeSet::new();
        city.store().read(|tx| {
            let Some(kept) = store::contract::find(tx, self.contract)? else { return Ok(()) };
            match load(tx, kept) {
                Ok(facts) => held = accounts(&facts),
                Err(Stop::Store(error)) => return Err(error),
                Err(Stop::Refused(_)) => {}
            }
            Ok(())
        })?;
        self.held = held;
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.held);
        holds.push(Hold::on(self.contract));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let kept = find(cx, self.contract)?;
        load(cx.tx, kept)
    }

    fn thing(&self, facts: &Facts) -> Thing {
        office_thing(&facts.kept)
    }

    fn decide(&self, facts: Facts, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let planned = plan(&facts, self.payment, &self.costs)?;
        if planned.payment.split.is_some() {
            return Err(vec![Refusal::new(Class::Conflict, "contract-divided-already")]);
        }
        Ok((facts.kept, planned))
    }

    fn save(
        &self,
        (mut kept, planned): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<ContractChanged, Stop> {
        let asks = asks(cx, &kept, &planned)?;
        if !asks.is_empty() {
            post(cx, &asks, &self.held)?;
        }
        let currency = kept.current().price.currency;
        for payout in &planned.split.divided.payouts {
            let part = Part {
                beneficiary: payout.key.clone(),
                name: planned.split.names.get(&payout.key).cloned().unwrap_or_default(),
                is_inventor: payout.is_inventor,
                contract: kept.id,
                payment: planned.payment.n,
                currency,
                gross: payout.gross,
                withheld: payout.withheld,
                net: payout.net,
                at: cx.now,
            };
            store::contract_money::add_part(cx.tx, kept.provider, &part)?;
        }
        if !store::contract_money::divide(cx.tx, kept.id, planned.payment.n, &planned.split)? {
            return Err(Refusal::new(Class::Conflict, "contract-divided-already").into());
        }
        let text = Money::new(planned.split.divided.net, currency).decimal();
        save(cx, &mut kept, "divided", "", &text)
    }
}

/// The chain: costs, then everybody's part, then what is withheld of it. Nothing of nought is moved.
fn asks(cx: &mut Cx<'_, '_>, kept: &Kept, planned: &Planned) -> Result<Vec<Ask>, Stop> {
    let (owner, currency) = (kept.provider, kept.current().price.currency);
    let book = Book::Money(currency);
    let from = income_account(kept.id);
    let open = |cx: &mut Cx<'_, '_>, id: AccountId, subject: &str| {
        let subject = subject.to_owned();
        let opening = Opening { purpose: Purpose::Payable, owner, currency, subject };
        ensure_account(cx, id, &opening)
    };
    let n = planned.payment.n;
    let mut asks: Vec<Ask> = Vec::new();
    let mut left = planned.split.divided.covered;
    for (at, cost) in planned.split.costs.iter().enumerate() {
        let sum = cost.amount.min(left);
        left -= sum;
        if sum > 0 {
            let to = cost_account(owner, currency);
            open(cx, to, "costs")?;
            let id = transfer(kept.id, n, &format!("cost {at}"));
            asks.push(Ask::single(id, (from, to), amount(sum)?, (book.clone(), COST)));
        }
    }
    for payout in planned.split.divided.payouts.iter().filter(|it| it.gross > 0) {
        let to = beneficiary_account(owner, currency, &payout.key);
        open(cx, to, &payout.key)?;
        let id = transfer(kept.id, n, &format!("part {}", payout.key));
        asks.push(Ask::single(id, (from, to), amount(payout.gross)?, (book.clone(), SHARE)));
        if payout.withheld > 0 {
            let taxes = tax_account(owner, currency);
            open(cx, taxes, "taxes")?;
            let id = transfer(kept.id, n, &format!("tax {}", payout.key));
            let sum = amount(payout.withheld)?;
            asks.push(Ask::single(id, (to, taxes), sum, (book.clone(), TAX)));
        }
    }
    if let Some(last) = asks.len().checked_sub(1) {
        for ask in &mut asks[..last] {
            ask.flags = ask.flags.and(Flags::LINKED);
        }
    }
    Ok(asks)
}

impl City {
    /// How a payment is divided, or would be with these costs: every step of it. For the provider
    /// and the office.
    pub fn income_plan(
        &self,
        asker: &Asker,
        contract: ContractId,
        payment: u64,
        costs: &[Cost],
    ) -> Result<Planned, No> {
        self.read(asker, |rx| {
            let kept = super::reading::allowed(rx, contract)?;
            rx.may(A::LookAtIncome, &Thing::of(kept.provider)).map_err(|_| Refusal::not_found())?;
            let facts = load(rx.tx, kept)?;
            let found = facts.payments.iter().find(|it| it.n == payment);
            let split = found.and_then(|it| it.split.clone());
            let planned = match &split {
                // What is posted is shown as it was posted, whatever rules and shares say since.
                Some(split) => {
                    let declared = facts.rules.iter().find(|it| it.n == split.rules);
                    let declared = declared.ok_or_else(Refusal::not_found)?;
                    let of = |it: (String, Bilingual, u64)| (it.0, it.2);
                    Planned {
                        payment: found.cloned().ok_or_else(Refusal::not_found)?,
                        split: split.clone(),
                        source: declared.source.clone(),
                        from: declared.from,
                        rules: declared.rules.clone(),
                        shares: inventors(facts.kept.provider, &facts.technology)
                            .into_iter()
                            .map(of)
                            .collect(),
                    }
                }
                None => plan(&facts, payment, costs)?,
            };
            Ok(planned)
        })
    }
}
