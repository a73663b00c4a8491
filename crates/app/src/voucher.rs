//! Vouchers: a programme is funded, vouchers are issued out of it, units claim what they redeemed.
//!
//! Money lies in the books: a budget is an account that cannot be overdrawn, each voucher another,
//! so that two orders at once never spend the same cent.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::ledger::{Opening, Wanted, ensure_account, holds_on, post};
use crate::lot::derived;
use crate::usage::books::{CURRENCY, claims_account, voucher_account};
use access::{Act as A, Thing};
use base::{
    AccountId, Bilingual, Class, Date, Label, Level, OrganisationId, RedemptionId, Reference,
    Refusal, TransferId, VoucherId, WorkingDays, limits,
};
use instruments::voucher::{
    Evidence, Kept, KeptRedemption, Kind, Stage, State, Step, Terms, claim,
};
use ledger::account::Shown;
use ledger::{Amount, Ask, Book, Code, Evidence as Proof, Grade, Purpose, References};
use std::collections::BTreeSet;
use store::Hold;

const FUNDED: Code = Code(132);
const ISSUED: Code = Code(133);
const ENDED: Code = Code(137);
const CLAIM_PAID: Code = Code(138);
/// Redemptions that one page shows.
const REDEMPTIONS_MAX: usize = 200;

/// What a change of a voucher tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VoucherChanged {
    pub voucher: VoucherId,
    pub reference: Reference,
    pub state: String,
    pub version: u64,
}

impl VoucherChanged {
    fn of(it: &Kept) -> Self {
        let state = it.state.word().to_owned();
        Self { voucher: it.id, reference: it.reference.clone(), state, version: it.version }
    }
}

/// The budget of a programme.
pub fn budget_account(programme: &str) -> AccountId {
    AccountId::from_bits(derived(&["voucher-budget", programme]))
}

/// What access judges of a voucher: its holder owns it.
fn thing_of(it: &Kept) -> Thing {
    Thing { owner: Some(it.terms.holder), label: label(), ..Thing::default() }
}

fn label() -> Label {
    Label::at(Level::Members)
}

fn find(cx: &mut Cx<'_, '_>, id: VoucherId) -> Result<Kept, Stop> {
    Ok(store::voucher::find(cx.tx, id)?.ok_or_else(Refusal::not_found)?)
}

fn told(cx: &mut Cx<'_, '_>, it: &Kept, kind: &str, body: serde_json::Value) {
    let label = label();
    let about = About {
        thing: it.id.to_string(),
        version: it.version,
        owner: Some(it.terms.holder),
        label: &label,
        state: it.state.word(),
    };
    cx.event(kind, about, body);
}

fn money(minor: i64) -> Result<Amount, Refusal> {
    let found = Amount::new(minor).filter(|amount| *amount > Amount::ZERO);
    found.ok_or_else(|| Refusal::invalid("voucher-amount").on("amount"))
}

/// Confirms that a programme's money came in, as a bank's reference shows.
#[derive(serde::Serialize)]
pub struct FundProgramme {
    pub programme: String,
    pub bank: AccountId,
    pub amount: i64,
    pub reference: String,
    pub value_date: Option<Date>,
}

impl Act for FundProgramme {
    const ACT: A = A::FundProgramme;
    type Facts = (Option<OrganisationId>, Option<store::ledger::Kept>);
    type Plan = (OrganisationId, String, Amount);
    type Outcome = AccountId;

    fn holds(&self) -> Vec<Hold> {
        holds_on(&BTreeSet::from([self.bank, budget_account(self.programme.trim())]))
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        Ok((store::city::office(cx.tx)?, store::ledger::account(cx.tx, self.bank)?))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (office, bank): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        let book = Book::Money(CURRENCY);
        if !bank.is_some_and(|kept| kept.account.is_bank() && kept.account.book == book) {
            no.push(Refusal::invalid("lot-bank-unfit").on("bank"));
        }
        let length = self.reference.trim().chars().count();
        let is_odd = self.reference.chars().any(char::is_control);
        if !(1..=limits::NAME_CHARS_MAX).contains(&length) || is_odd {
            no.push(Refusal::invalid("ledger-proof-unfit").on("reference"));
        }
        let programme =
            base::text::required_line("programme", &self.programme, limits::NAME_CHARS_MAX);
        let amount = money(self.amount);
        no.extend([programme.as_ref().err(), amount.as_ref().err()].into_iter().flatten().cloned());
        match (office, programme, amount, no.is_empty()) {
            (Some(office), Ok(programme), Ok(amount), true) => Ok((office, programme, amount)),
            _ => Err(no),
        }
    }

    fn save(
        &self,
        (office, programme, amount): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<AccountId, Stop> {
        let budget = budget_account(&programme);
        let (purpose, currency) = (Purpose::Budget, CURRENCY);
        let opening = Opening { purpose, owner: office, currency, subject: programme };
        ensure_account(cx, budget, &opening)?;
        let reference = self.reference.trim().to_owned();
        let parts = ["voucher-fund", &budget.to_string(), &reference];
        let id = TransferId::from_bits(derived(&parts));
        let refs = References {
            evidence: Some(Proof { grade: Grade::E2, reference }),
            value_date: self.value_date,
            ..References::default()
        };
        let ask = Ask::single(id, (self.bank, budget), amount, (Book::Money(CURRENCY), FUNDED));
        post(cx, &[Ask { refs, ..ask }], &BTreeSet::from([self.bank, budget]))?;
        Ok(budget)
    }
}

/// Issues a voucher out of a programme's budget.
#[derive(serde::Serialize)]
pub struct IssueVoucher {
    pub programme: String,
    pub terms: Terms,
    /// What is set aside for it.
    pub amount: i64,
    /// Drawn by the caller, so that asking again issues nothing twice.
    pub voucher: VoucherId,
}

impl IssueVoucher {
    fn accounts(&self) -> BTreeSet<AccountId> {
        BTreeSet::from([budget_account(self.programme.trim()), voucher_account(self.voucher)])
    }
}

impl Act for IssueVoucher {
    const ACT: A = A::IssueVoucher;
    type Facts = ();
    type Plan = Kept;
    type Outcome = VoucherChanged;

    fn holds(&self) -> Vec<Hold> {
        holds_on(&self.accounts())
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<(), Stop> {
        let holder = store::organisation::find(cx.tx, self.terms.holder)?;
        if holder.is_none_or(|it| it.merged_into.is_some()) {
            let id = self.terms.holder.to_string();
            return Err(Refusal::invalid("organisation-unknown")
                .on("holder")
                .text("found", id)
                .into());
        }
        if store::voucher::find(cx.tx, self.voucher)?.is_some() {
            return Err(Refusal::new(Class::Conflict, "voucher-issued-already").into());
        }
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), cx: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
        let mut no = self.terms.flaws();
        if self.terms.last < WorkingDays::china().date(cx.now) {
            no.push(Refusal::invalid("voucher-last").on("last"));
        }
        no.extend(money(self.amount).err());
        let programme =
            base::text::required_line("programme", &self.programme, limits::NAME_CHARS_MAX);
        let (Ok(programme), []) = (programme, no.as_slice()) else {
            if no.is_empty() {
                no.push(
                    Refusal::invalid("field-required")
                        .on("programme")
                        .term("field", "field-programme"),
                );
            }
            return Err(no);
        };
        Ok(Kept {
            id: self.voucher,
            reference: cx.city.reference("VO", cx.now),
            programme,
            terms: self.terms.clone(),
            amount: self.amount,
            state: State::Issued,
            issued_at: cx.now,
            version: 1,
        })
    }

    fn save(&self, it: Kept, cx: &mut Cx<'_, '_>) -> Result<VoucherChanged, Stop> {
        let budget = budget_account(&it.programme);
        if store::ledger::account(cx.tx, budget)?.is_none() {
            return Err(Refusal::invalid("voucher-programme").on("programme").into());
        }
        let account = voucher_account(it.id);
        let opening = Opening {
            purpose: Purpose::Voucher,
            owner: it.terms.holder,
            currency: CURRENCY,
            subject: it.reference.to_string(),
        };
        ensure_account(cx, account, &opening)?;
        let id = TransferId::from_bits(derived(&["voucher-issue", &it.id.to_string()]));
        let book = (Book::Money(CURRENCY), ISSUED);
        let ask = Ask::single(id, (budget, account), money(it.amount)?, book);
        post(cx, &[ask], &self.accounts())?;
        store::voucher::add(cx.tx, &it, cx.actor.person)?;
        told(cx, &it, "voucher-issued", serde_json::json!({ "programme": it.programme }));
        Ok(VoucherChanged::of(&it))
    }
}

/// Ends a voucher: revoked, or past its last day. What is left goes back to the budget, and again what
/// orders and bookings gave back since.
#[derive(serde::Serialize)]
pub struct EndVoucher {
    pub voucher: VoucherId,
    pub version: u64,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl EndVoucher {
    pub fn new(voucher: VoucherId, version: u64) -> Self {
        Self { voucher, version, accounts: BTreeSet::new() }
    }
}

impl Act for EndVoucher {
    const ACT: A = A::IssueVoucher;
    type Facts = (Kept, Amount);
    type Plan = (Kept, Amount);
    type Outcome = VoucherChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.voucher;
        if let Some(it) = city.store().read(|tx| store::voucher::find(tx, id))? {
            self.accounts = BTreeSet::from([budget_account(&it.programme), voucher_account(id)]);
        }
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        holds_on(&self.accounts)
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let it = find(cx, self.voucher)?;
        let account = store::ledger::account(cx.tx, voucher_account(it.id))?;
        let left = account.map_or(Amount::ZERO, |it| it.account.state.counters.debit_headroom());
        Ok((it, left))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (mut it, left): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if it.version != self.version {
            return Err(vec![Refusal::new(Class::Conflict, "version-conflict")]);
        }
        if it.state != State::Issued && left == Amount::ZERO {
            return Err(vec![Refusal::new(Class::Conflict, "voucher-over")]);
        }
        let over = WorkingDays::china().date(cx.now) > it.terms.last;
        if it.state == State::Issued {
            it.state = if over { State::Expired } else { State::Revoked };
        }
        Ok((it, left))
    }

    fn save(
        &self,
        (mut it, left): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<VoucherChanged, Stop> {
        if left > Amount::ZERO {
            let version = self.version.to_string();
            let parts = ["voucher-end", &it.id.to_string(), &version];
            let id = TransferId::from_bits(derived(&parts));
            let accounts = (voucher_account(it.id), budget_account(&it.programme));
            let ask = Ask::single(id, accounts, left, (Book::Money(CURRENCY), ENDED));
            post(cx, &[ask], &self.accounts)?;
        }
        if !store::voucher::change(cx.tx, &it, self.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        it.version += 1;
        told(cx, &it, "voucher-ended", serde_json::json!({}));
        Ok(VoucherChanged::of(&it))
    }
}

/// Moves a redemption on: the unit claims it with its evidence, the office pays.
#[derive(serde::Serialize)]
pub struct MoveRedemption {
    pub redemption: RedemptionId,
    pub step: Step,
    /// What the unit shows with its claim.
    pub evidence: Vec<Evidence>,
    /// Where the money goes out, and the bank's reference, when it is paid.
    pub paid_from: Option<AccountId>,
    pub reference: String,
    #[serde(skip)]
    accounts: BTreeSet<AccountId>,
}

impl MoveRedemption {
    /// A unit's claim.
    pub fn claim(redemption: RedemptionId, evidence: Vec<Evidence>) -> Self {
        let (paid_from, reference) = (None, String::new());
        let accounts = BTreeSet::new();
        Self { redemption, step: Step::Claim, evidence, paid_from, reference, accounts }
    }

    /// The office's payment.
    pub fn pay(redemption: RedemptionId, from: AccountId, reference: String) -> Self {
        let (evidence, accounts) = (Vec::new(), BTreeSet::new());
        let paid_from = Some(from);
        Self { redemption, step: Step::Pay, evidence, paid_from, reference, accounts }
    }
}

impl Act for MoveRedemption {
    const ACT: A = A::MoveRedemption;
    type Facts = (KeptRedemption, Kept, bool);
    type Plan = (KeptRedemption, Kept);
    type Outcome = VoucherChanged;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        let id = self.redemption;
        if let Some(it) = city.store().read(|tx| store::voucher::redemption(tx, id))? {
            self.accounts = BTreeSet::from([claims_account(it.unit)]);
            self.accounts.extend(self.paid_from);
        }
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        let mut holds = holds_on(&self.accounts);
        holds.push(Hold::on(self.redemption));
        holds
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let found = store::voucher::redemption(cx.tx, self.redemption)?;
        let found = found.ok_or_else(Refusal::not_found)?;
        let voucher = find(cx, found.voucher)?;
        let lines = store::charge::of_subject(cx.tx, &found.subject)?;
        let disputed = instruments::charge::State::Disputed;
        let is_disputed = lines.iter().any(|line| line.state == disputed);
        Ok((found, voucher, is_disputed))
    }

    /// The redemption is the unit's matter; paying is the office's.
    fn thing(&self, (it, ..): &Self::Facts) -> Thing {
        Thing { owner: Some(it.unit), label: label(), state: self.step.word(), ..Thing::default() }
    }

    fn decide(
        &self,
        (mut it, voucher, is_disputed): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        if !matches!(self.step, Step::Claim | Step::Pay) {
            return Err(vec![
                Refusal::new(Class::Conflict, "voucher-stage")
                    .term("stage", format!("voucher-stage-{}", it.redemption.stage)),
            ]);
        }
        let next = it.redemption.step(self.step).map_err(|no| vec![no])?;
        if self.step == Step::Claim {
            for one in &self.evidence {
                if !it.evidence.contains(one) {
                    it.evidence.push(*one);
                }
            }
            claim(&it.evidence, is_disputed)?;
        } else if self.paid_from.is_none() || self.reference.trim().is_empty() {
            return Err(vec![Refusal::invalid("ledger-proof-unfit").on("reference")]);
        }
        it.redemption.stage = next;
        Ok((it, voucher))
    }

    fn save(&self, (it, voucher): Self::Plan, cx: &mut Cx<'_, '_>) -> Result<VoucherChanged, Stop> {
        if let Some(bank) = self.paid_from.filter(|_| it.redemption.stage == Stage::Paid) {
            let parts = ["redemption", &it.id.to_string(), "claim"];
            let id = TransferId::from_bits(derived(&parts));
            let reference = self.reference.trim().to_owned();
            let evidence = Some(Proof { grade: Grade::E2, reference });
            let refs = References { evidence, ..References::default() };
            let accounts = (claims_account(it.unit), bank);
            let book = (Book::Money(CURRENCY), CLAIM_PAID);
            let ask = Ask::single(id, accounts, money(it.redemption.amount)?, book);
            post(cx, &[Ask { refs, ..ask }], &self.accounts)?;
        }
        if !store::voucher::change_redemption(cx.tx, &it, it.version)? {
            return Err(Refusal::new(Class::Conflict, "version-conflict").into());
        }
        let body = serde_json::json!({ "redemption": it.id, "stage": it.redemption.stage.word() });
        told(cx, &voucher, "voucher-moved", body);
        Ok(VoucherChanged::of(&voucher))
    }
}

/// A voucher in a list.
#[derive(Clone, Debug)]
pub struct VoucherRow {
    pub voucher: Kept,
    pub holder: Bilingual,
    /// What the books have left of it.
    pub left: i64,
}

/// A voucher with everything that was paid out of it.
#[derive(Clone, Debug)]
pub struct VoucherView {
    pub row: VoucherRow,
    pub shown: Shown,
    pub redemptions: Vec<(KeptRedemption, Bilingual)>,
    pub may_end: bool,
    /// Redemptions that the reader may claim, and whether the reader may pay.
    pub claims: Vec<RedemptionId>,
    pub may_pay: bool,
}

impl City {
    /// A fresh id for a voucher that is going to be issued.
    pub fn new_voucher_id(&self) -> VoucherId {
        let now = self.now();
        self.with_chance(|chance| VoucherId::new(now, chance))
    }

    /// Vouchers that the reader may see, newest first, and whether the reader issues them.
    pub fn vouchers(
        &self,
        asker: &Asker,
        before: Option<VoucherId>,
        limit: usize,
    ) -> Result<(Vec<VoucherRow>, Option<VoucherId>, bool), No> {
        self.read(asker, |rx| {
            rx.actor.person.ok_or_else(crate::account::sign_in_required)?;
            let filter = rx.filter(A::ListVouchers)?;
            let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
            let mut found = store::voucher::list(rx.tx, &filter, before, limit + 1)?;
            let next = (found.len() > limit).then(|| found.pop()).flatten();
            let next = next.and(found.last().map(|it| it.id));
            let mut rows = Vec::with_capacity(found.len());
            for it in found {
                rows.push(row(rx, it)?);
            }
            let issues = crate::act::offers(&rx.actor, A::IssueVoucher, &Thing::open());
            Ok((rows, next, issues))
        })
    }

    /// One voucher.
    pub fn voucher(&self, asker: &Asker, id: VoucherId) -> Result<VoucherView, No> {
        self.read(asker, |rx| {
            let it = store::voucher::find(rx.tx, id)?.ok_or_else(Refusal::not_found)?;
            rx.may(A::LookAtVoucher, &thing_of(&it)).map_err(|_| Refusal::not_found())?;
            let found = store::voucher::redemptions(rx.tx, id, REDEMPTIONS_MAX)?;
            let units: Vec<OrganisationId> = found.iter().map(|it| it.unit).collect();
            let names = store::organisation::names_of(rx.tx, &units)?;
            let may = |it: &KeptRedemption, step: Step| {
                let (owner, state) = (Some(it.unit), step.word());
                let thing = Thing { owner, label: label(), state, ..Thing::default() };
                crate::act::offers(&rx.actor, A::MoveRedemption, &thing)
            };
            let redeemed = |it: &&KeptRedemption| it.redemption.stage == Stage::Redeemed;
            let claims = found.iter().filter(redeemed).filter(|it| may(it, Step::Claim));
            let claims = claims.map(|it| it.id).collect();
            let may_pay = found.iter().any(|it| may(it, Step::Pay));
            let name = |it: KeptRedemption| {
                let name = names.get(&it.unit.to_string()).cloned().unwrap_or_default();
                (it, name)
            };
            let ends = crate::act::offers(&rx.actor, A::IssueVoucher, &Thing::open());
            let account = store::ledger::account(rx.tx, voucher_account(id))?;
            let shown = account
                .map_or_else(Shown::default, |it| it.account.state.counters.shown(it.account.side));
            let redemptions = found.into_iter().map(name).collect();
            let stands = it.state == State::Issued;
            let row = row(rx, it)?;
            let may_end = ends && (stands || row.left > 0);
            Ok(VoucherView { row, shown, redemptions, may_end, claims, may_pay })
        })
    }

    /// Bank accounts out of which a clerk may fund and pay.
    pub fn voucher_banks(&self, asker: &Asker) -> Result<Vec<(AccountId, String)>, No> {
        let wanted = Wanted { purpose: Some(Purpose::Bank), ..Wanted::default() };
        let all = self.ledger_accounts(asker, wanted, limits::PAGE_ROWS_MAX)?;
        let of = |found: &crate::ledger::Account| {
            let bank = found.account.bank.as_ref()?;
            let fits = found.account.book == Book::Money(CURRENCY);
            fits.then(|| (found.account.id, format!("{} {}", bank.institution, bank.masked_number)))
        };
        Ok(all.rows.iter().filter_map(of).collect())
    }
}

/// Vouchers of these holders that a unit takes for a kind of service, newest first, as the reader may
/// see them.
pub(crate) fn usable(
    rx: &mut crate::city::Rx<'_, '_>,
    (unit, kind): (OrganisationId, Kind),
    holders: &[OrganisationId],
) -> Result<Vec<(VoucherId, String)>, Stop> {
    if holders.is_empty() {
        return Ok(Vec::new());
    }
    let today = WorkingDays::china().date(rx.now);
    let filter = rx.filter(A::ListVouchers)?;
    let found = store::voucher::list(rx.tx, &filter, None, limits::PAGE_ROWS)?;
    let fits = |it: &Kept| {
        let terms = &it.terms;
        let takes = terms.units.is_empty() || terms.units.contains(&unit);
        let covers = terms.kinds.is_empty() || terms.kinds.contains(&kind);
        let stands = it.state == State::Issued && today <= terms.last;
        stands && takes && covers && holders.contains(&terms.holder)
    };
    let of = |it: Kept| (it.id, it.reference.to_string());
    Ok(found.into_iter().filter(fits).map(of).collect())
}

fn row(rx: &mut crate::city::Rx<'_, '_>, it: Kept) -> Result<VoucherRow, Stop> {
    let account = store::ledger::account(rx.tx, voucher_account(it.id))?;
    let left = account.map_or(0, |it| it.account.state.counters.debit_headroom().minor());
    let names = store::organisation::names_of(rx.tx, &[it.terms.holder])?;
    let holder = names.get(&it.terms.holder.to_string()).cloned().unwrap_or_default();
    Ok(VoucherRow { voucher: it, holder, left })
}
