//! The published shapes of the books. Amounts are decimal texts with no more places than their book
//! has: more are refused, never rounded, and a bare number is no amount.

use crate::shape::{Day, Moment, TextJson, id};
use app::No;
use app::ledger::{Amount, Move, OpenAccount, Opened, Posted, Proof, Request, ReverseTransfer};
use base::{AccountId, CaseId, Currency, Date, Money, OrganisationId, Refusal, TransferId};
use ledger::account::{BankAccount, Keeps, Shown};
use ledger::{Book, HoldState, LegKind, Limit, Purpose, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An account of the books as its reader may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerAccount")]
pub struct LedgerAccountJson {
    pub id: String,
    /// A currency such as `CNY`, or `VOU:`, `SHR:`, `LIM:`, `RCV:` with a name.
    pub book: String,
    /// `bank`, `dep`, `lot`, `pay`, `rcv`, `susp` and others.
    pub purpose: String,
    pub owner: String,
    pub owner_name: TextJson,
    pub subject: Option<String>,
    /// The side on which it grows: `debit` or `credit`.
    pub side: String,
    /// `none`, `debits-within-credits` or `credits-within-debits`.
    pub limit: String,
    pub bank: Option<BankAccountJson>,
    pub balance: BalanceJson,
    /// Counts its changes.
    pub version: i64,
    pub is_closed: bool,
    #[schemars(with = "Moment")]
    pub opened_at: String,
}

/// The real account behind an account of purpose `bank`; its number is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BankAccount")]
pub struct BankAccountJson {
    pub institution: String,
    /// The organisation that holds it, by its id.
    pub holder: String,
    /// `own`, `deposits`, `supervised-collection` or `escrow`.
    pub keeps: String,
    pub masked_number: String,
    pub is_custodian: bool,
}

/// Balance, what is held of it, what is left, and what is announced and does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerBalance")]
pub struct BalanceJson {
    pub book: String,
    pub balance: String,
    pub held: String,
    pub available: String,
    pub announced: String,
}

impl BalanceJson {
    pub(crate) fn of(book: &Book, shown: &Shown) -> Self {
        Self {
            book: book.to_string(),
            balance: book.decimal(shown.balance),
            held: book.decimal(shown.held),
            available: book.decimal(shown.available),
            announced: book.decimal(shown.announced),
        }
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Debit => "debit",
        Side::Credit => "credit",
    }
}

const LIMITS: [(Limit, &str); 3] = [
    (Limit::Free, "none"),
    (Limit::DebitsWithinCredits, "debits-within-credits"),
    (Limit::CreditsWithinDebits, "credits-within-debits"),
];

impl LedgerAccountJson {
    pub(crate) fn of(it: &app::ledger::Account) -> Self {
        let account = &it.account;
        let bank = account.bank.as_ref().map(|bank| BankAccountJson {
            institution: bank.institution.clone(),
            holder: bank.holder.clone(),
            keeps: bank.keeps.code().to_owned(),
            masked_number: bank.masked_number.clone(),
            is_custodian: bank.is_custodian,
        });
        let limit = LIMITS.iter().find(|(limit, _)| *limit == account.limit);
        Self {
            id: account.id.to_string(),
            book: account.book.to_string(),
            purpose: account.purpose.code().to_owned(),
            owner: it.owner.to_string(),
            owner_name: (&it.owner_name).into(),
            subject: account.subject.clone(),
            side: side(account.side).to_owned(),
            limit: limit.map_or("none", |(_, word)| word).to_owned(),
            bank,
            balance: BalanceJson::of(&account.book, &it.shown),
            version: account.state.version,
            is_closed: account.state.closed_by.is_some(),
            opened_at: account.opened_at.rfc3339(),
        }
    }
}

/// A line of a statement, with everything that leads on from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerLine")]
pub struct LedgerLineJson {
    /// The account's version after it; lines of one account are in this order.
    pub version: i64,
    pub transfer: String,
    pub act: String,
    /// The other account, where the reader may see it.
    pub counterparty: Option<String>,
    /// `posted`, `held`, `voided` or `expired`.
    pub kind: String,
    /// `debit` or `credit`.
    pub side: String,
    pub amount: String,
    pub code: u16,
    #[schemars(with = "Moment")]
    pub at: String,
    #[schemars(with = "Day")]
    pub value_date: String,
    pub proof: Option<ProofJson>,
    pub corrects: Option<String>,
    /// The balance after the line.
    pub after: BalanceJson,
}

impl LedgerLineJson {
    pub(crate) fn of(book: &Book, line: &app::ledger::Line) -> Self {
        let told = &line.told;
        let kind = match told.kind {
            LegKind::Posted => "posted",
            LegKind::Held => "held",
            LegKind::Voided => "voided",
            LegKind::Expired => "expired",
        };
        Self {
            version: told.version,
            transfer: told.transfer.to_string(),
            act: line.act.to_string(),
            counterparty: told.counterparty.map(|id| id.to_string()),
            kind: kind.to_owned(),
            side: side(told.side).to_owned(),
            amount: book.decimal(told.amount.minor()),
            code: told.code.0,
            at: told.at.rfc3339(),
            value_date: told.value_date.to_string(),
            proof: told.evidence.as_ref().map(ProofJson::of),
            corrects: told.corrects.map(|id| id.to_string()),
            after: BalanceJson::of(book, &told.after),
        }
    }
}

/// By what a transfer is shown to be true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LedgerProof")]
pub struct ProofJson {
    /// `E0` declared, `E1` confirmed by the other party, `E2` by the bank, `E3` audited.
    pub grade: String,
    pub reference: String,
}

impl ProofJson {
    fn of(evidence: &ledger::Evidence) -> Self {
        Self { grade: evidence.grade.code().to_owned(), reference: evidence.reference.clone() }
    }

    fn read(self) -> Proof {
        Proof { grade: self.grade, reference: self.reference }
    }
}

/// One transfer, its accounts where the reader may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerTransfer")]
pub struct LedgerTransferJson {
    pub id: String,
    pub book: String,
    pub debit: Option<String>,
    pub credit: Option<String>,
    pub amount: String,
    pub code: u16,
    /// `posted`, `waiting`, `voided`, `expired`, or `resolved` for a hold that was posted.
    pub state: String,
    /// The hold it posts or voids.
    pub hold: Option<String>,
    #[schemars(with = "Moment")]
    pub at: String,
    #[schemars(with = "Day")]
    pub value_date: String,
    pub proof: Option<ProofJson>,
    pub corrects: Option<String>,
    pub corrections: Vec<String>,
    pub act: String,
    /// The number of its entry in the log, once it has one.
    pub entry: Option<u64>,
}

impl LedgerTransferJson {
    pub(crate) fn of(view: &app::ledger::Transfer) -> Self {
        let it = &view.transfer;
        let account = |side: &Option<app::ledger::Side>| {
            side.as_ref().map(|it| it.account.account.id.to_string())
        };
        let state = match view.hold {
            Some(HoldState::Waiting) => "waiting",
            Some(HoldState::Posted { .. }) => "resolved",
            Some(HoldState::Voided { .. }) => "voided",
            Some(HoldState::Expired { .. }) => "expired",
            None if it.is_posted() => "posted",
            None => "voided",
        };
        Self {
            id: it.id.to_string(),
            book: it.book.to_string(),
            debit: account(&view.debit),
            credit: account(&view.credit),
            amount: it.book.decimal(it.amount.minor()),
            code: it.code.0,
            state: state.to_owned(),
            hold: it.pending.map(|id| id.to_string()),
            at: it.at.rfc3339(),
            value_date: it.value_date.to_string(),
            proof: it.refs.evidence.as_ref().map(ProofJson::of),
            corrects: it.refs.corrects.map(|id| id.to_string()),
            corrections: view.corrections.iter().map(ToString::to_string).collect(),
            act: view.act.to_string(),
            entry: view.entry.as_ref().map(|entry| entry.seq),
        }
    }
}

/// An account to open; the id is the caller's, so that asking again opens nothing twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LedgerOpening")]
pub struct OpenAccountJson {
    pub id: String,
    pub book: String,
    pub purpose: String,
    pub owner: String,
    #[serde(default)]
    pub subject: String,
    /// `none`, `debits-within-credits` or `credits-within-debits`.
    #[serde(default)]
    pub limit: Option<String>,
    #[serde(default)]
    pub bank: Option<BankAccountJson>,
}

fn unknown(field: &str, found: &str) -> Refusal {
    let refusal = Refusal::invalid("choice-unknown").on(field.to_owned());
    refusal.term("field", base::text::field_term(field)).text("found", found)
}

impl OpenAccountJson {
    pub(crate) fn read(self) -> Result<OpenAccount, No> {
        let mut no = Vec::new();
        let account: Option<AccountId> = id("id", &self.id, &mut no);
        let owner: Option<OrganisationId> = id("owner", &self.owner, &mut no);
        let book = Book::parse(&self.book);
        if book.is_none() {
            no.push(Refusal::invalid("ledger-book-unknown").on("book"));
        }
        let purpose = Purpose::parse(&self.purpose);
        if purpose.is_none() {
            no.push(unknown("purpose", &self.purpose));
        }
        let word = self.limit.as_deref().unwrap_or("none");
        let limit = LIMITS.iter().find(|(_, own)| *own == word).map(|(limit, _)| *limit);
        if limit.is_none() {
            no.push(unknown("limit", word));
        }
        let bank = match self.bank {
            None => None,
            Some(bank) => match Keeps::parse(&bank.keeps) {
                None => {
                    no.push(unknown("bank.keeps", &bank.keeps));
                    None
                }
                Some(keeps) => Some(BankAccount {
                    institution: bank.institution,
                    holder: bank.holder,
                    keeps,
                    masked_number: bank.masked_number,
                    is_custodian: bank.is_custodian,
                }),
            },
        };
        match (account, book, purpose, owner, limit) {
            (Some(account), Some(book), Some(purpose), Some(owner), Some(limit))
                if no.is_empty() =>
            {
                Ok(OpenAccount {
                    account,
                    book,
                    purpose,
                    owner,
                    subject: self.subject,
                    limit,
                    bank,
                })
            }
            _ => Err(No(no)),
        }
    }
}

/// The account that stands open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerOpened")]
pub struct OpenedJson {
    pub account: String,
    /// Whether it was open already, just so.
    pub replayed: bool,
}

impl From<Opened> for OpenedJson {
    fn from(of: Opened) -> Self {
        Self { account: of.account.to_string(), replayed: of.replayed }
    }
}

/// Transfers that are made together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LedgerPosting")]
pub struct PostJson {
    pub transfers: Vec<RequestJson>,
}

/// One transfer: from an account to another, or the end of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LedgerRequest")]
pub struct RequestJson {
    /// Chosen and kept by the caller before sending.
    pub id: String,
    /// `transfer`, `hold`, `post` or `void`.
    pub does: String,
    #[serde(default)]
    pub book: Option<String>,
    #[serde(default)]
    pub debit: Option<String>,
    #[serde(default)]
    pub credit: Option<String>,
    /// A decimal text; left out when posting, all of the hold.
    #[serde(default)]
    pub amount: Option<String>,
    /// The hold to post or to void.
    #[serde(default)]
    pub hold: Option<String>,
    /// After how many seconds a hold ends by itself; 0 for never.
    #[serde(default)]
    pub seconds: u32,
    #[serde(default)]
    pub code: u16,
    #[serde(default)]
    pub case: Option<String>,
    #[serde(default)]
    pub value_date: Option<String>,
    #[serde(default)]
    pub proof: Option<ProofJson>,
    #[serde(default)]
    pub corrects: Option<String>,
}

/// An amount in minor units of its book.
fn minor(book: &Book, text: &str) -> Option<i64> {
    let like = match book {
        Book::Money(currency) => *currency,
        _ if book.places() == 0 => Currency::JPY,
        _ => Currency::CNY,
    };
    Money::parse(text, like).ok().map(|money| money.minor)
}

/// Reads the parts of one request and collects what cannot be read.
struct Reading<'a> {
    at: String,
    no: &'a mut Vec<Refusal>,
}

impl Reading<'_> {
    fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.at)
    }

    fn id<T: std::str::FromStr>(&mut self, name: &str, text: Option<&String>) -> Option<T> {
        let field = self.field(name);
        match text {
            Some(text) => id(&field, text, self.no),
            None => {
                self.no.push(unknown(&field, ""));
                None
            }
        }
    }

    fn maybe<T: std::str::FromStr>(&mut self, name: &str, text: Option<&String>) -> Option<T> {
        let text = text?;
        self.id(name, Some(text))
    }

    fn amount(&mut self, book: Option<&Book>, text: Option<&String>) -> Option<Amount> {
        let found = text.and_then(|text| minor(book?, text));
        if found.is_none() {
            let field = self.field("amount");
            let refusal = Refusal::invalid("money-unreadable")
                .term("field", base::text::field_term("amount"));
            let typed = text.map_or("", String::as_str);
            self.no.push(refusal.on(field).text("found", typed));
        }
        found.map(Amount::Exactly)
    }
}

impl PostJson {
    pub(crate) fn read(self) -> Result<Vec<Request>, No> {
        let mut no = Vec::new();
        let read: Vec<Option<Request>> = self
            .transfers
            .into_iter()
            .enumerate()
            .map(|(n, one)| one.read(&mut Reading { at: format!("transfers.{n}"), no: &mut no }))
            .collect();
        if no.is_empty() { Ok(read.into_iter().flatten().collect()) } else { Err(No(no)) }
    }
}

impl RequestJson {
    fn read(self, with: &mut Reading<'_>) -> Option<Request> {
        let own: Option<TransferId> = with.id("id", Some(&self.id));
        let does = self.does(with);
        let case: Option<CaseId> = with.maybe("case", self.case.as_ref());
        let corrects: Option<TransferId> = with.maybe("corrects", self.corrects.as_ref());
        let value_date = day(with, self.value_date.as_ref());
        let proof = self.proof.map(ProofJson::read);
        Some(Request { case, value_date, proof, corrects, ..Request::new(own?, does?, self.code) })
    }

    fn does(&self, with: &mut Reading<'_>) -> Option<Move> {
        match self.does.as_str() {
            "transfer" | "hold" => {
                let book = self.book.as_deref().and_then(Book::parse);
                if book.is_none() {
                    let field = with.field("book");
                    with.no.push(Refusal::invalid("ledger-book-unknown").on(field));
                }
                let debit = with.id("debit", self.debit.as_ref());
                let credit = with.id("credit", self.credit.as_ref());
                let amount = with.amount(book.as_ref(), self.amount.as_ref());
                Some(Move::Transfer {
                    debit: debit?,
                    credit: credit?,
                    amount: amount?,
                    book: book?.to_string(),
                    hold_seconds: (self.does == "hold").then_some(self.seconds),
                    balancing: (false, false),
                })
            }
            "post" => {
                let hold = with.id("hold", self.hold.as_ref());
                let amount = match &self.amount {
                    None => Some(Amount::All),
                    Some(_) => {
                        let book = self.book.as_deref().and_then(Book::parse);
                        with.amount(book.as_ref(), self.amount.as_ref())
                    }
                };
                Some(Move::Post { hold: hold?, amount: amount? })
            }
            "void" => Some(Move::Void { hold: with.id("hold", self.hold.as_ref())? }),
            other => {
                let field = with.field("does");
                with.no.push(unknown(&field, other));
                None
            }
        }
    }
}

fn day(with: &mut Reading<'_>, text: Option<&String>) -> Option<Date> {
    let text = text?;
    let read = text.parse().ok();
    if read.is_none() {
        let field = with.field("value_date");
        let refusal = Refusal::invalid("date-unreadable").on(field);
        with.no.push(refusal.term("field", base::text::field_term("value_date")));
    }
    read
}

/// What became of the transfers, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerPosted")]
pub struct PostedJson {
    pub transfers: Vec<DoneJson>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LedgerDone")]
pub struct DoneJson {
    pub transfer: String,
    /// What moved or is held, in minor units.
    pub minor: i64,
    #[schemars(with = "Moment")]
    pub at: String,
    /// Whether it had been done before, just so.
    pub replayed: bool,
}

impl From<Posted> for PostedJson {
    fn from(of: Posted) -> Self {
        let one = |done: &app::ledger::Done| DoneJson {
            transfer: done.transfer.to_string(),
            minor: done.minor,
            at: done.at.rfc3339(),
            replayed: done.replayed,
        };
        Self { transfers: of.transfers.iter().map(one).collect() }
    }
}

/// A transfer back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LedgerReversal")]
pub struct ReverseJson {
    /// Of the transfer back, chosen and kept by the caller before sending.
    pub id: String,
    #[serde(default)]
    pub value_date: Option<String>,
    /// Needed where a bank account is touched.
    #[serde(default)]
    pub proof: Option<ProofJson>,
}

impl ReverseJson {
    pub(crate) fn read(self, of: TransferId) -> Result<ReverseTransfer, No> {
        let mut no = Vec::new();
        let own: Option<TransferId> = id("id", &self.id, &mut no);
        let mut with = Reading { at: "reversal".to_owned(), no: &mut no };
        let value_date = day(&mut with, self.value_date.as_ref());
        let proof = self.proof.map(ProofJson::read);
        match own {
            Some(own) if no.is_empty() => {
                let mut act = ReverseTransfer::new(of, own);
                act.value_date = value_date;
                act.proof = proof;
                Ok(act)
            }
            _ => Err(No(no)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_no_more_places_than_its_book() {
        let check = |book: &str, text: &str, want: Option<i64>| {
            let book = Book::parse(book).expect("a book");
            assert_eq!(minor(&book, text), want, "{book} {text}");
        };
        check("CNY", "12.34", Some(1_234));
        check("CNY", "12.345", None);
        check("CNY", "12.3", Some(1_230));
        check("JPY", "2", Some(2));
        check("JPY", "1.5", None);
        check("SHR:ABC", "5", Some(5));
        let bare = serde_json::json!({ "transfers": [
            { "id": "x", "does": "transfer", "amount": 12.34 }
        ] });
        assert!(serde_json::from_value::<PostJson>(bare).is_err(), "a bare number is no amount");
    }
}
