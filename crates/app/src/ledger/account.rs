//! Opening an account, and closing it by a hold that can be lifted.

use super::{burnt_by, holds_on, label, post, refused};
use crate::act::{About, Act, Cx, No, Stop};
use crate::city::City;
use ::ledger::account::BankAccount;
use ::ledger::{Ask, Book, Code, Flags, Limit, OpenAccount as Asked, Purpose, Side, Why};
use access::{Act as A, Thing};
use base::{AccountId, Class, OrganisationId, Refusal, TransferId, limits};
use std::collections::BTreeSet;
use store::ledger::Kept;
use store::{Hold, StoreError};

/// Opens an account. The id is the caller's, so that asking again opens nothing twice.
#[derive(serde::Serialize)]
pub struct OpenAccount {
    pub account: AccountId,
    #[serde(serialize_with = "as_text")]
    pub book: Book,
    #[serde(serialize_with = "as_code")]
    pub purpose: Purpose,
    pub owner: OrganisationId,
    /// The lot, award or scheme it is about, or empty.
    pub subject: String,
    #[serde(serialize_with = "as_debug")]
    pub limit: Limit,
    /// The real account behind an account of purpose bank.
    #[serde(serialize_with = "as_debug")]
    pub bank: Option<BankAccount>,
}

fn as_text<S: serde::Serializer>(book: &Book, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(book)
}

fn as_code<S: serde::Serializer>(purpose: &Purpose, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(purpose.code())
}

fn as_debug<T: std::fmt::Debug, S: serde::Serializer>(of: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{of:?}"))
}

/// What opening tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Opened {
    pub account: AccountId,
    /// Whether it was open already, just so.
    pub replayed: bool,
}

/// The account of that id, if there is one, and whoever runs the platform.
pub struct Found {
    known: Option<Kept>,
    operator: Option<OrganisationId>,
}

impl OpenAccount {
    fn side(&self) -> Side {
        self.purpose.side()
    }

    fn opening(&self) -> Asked {
        Asked {
            id: self.account,
            book: Some(self.book.clone()),
            purpose: Some(self.purpose),
            owner: Some(self.owner.to_string()),
            subject: Some(self.subject.trim().to_owned()).filter(|subject| !subject.is_empty()),
            side: self.side(),
            limit: self.limit,
            bank: self.bank.clone(),
        }
    }

    fn texts(&self) -> Vec<Refusal> {
        let bank = self.bank.as_ref();
        let of = |text: fn(&BankAccount) -> &String| bank.map_or("", |bank| text(bank).as_str());
        let texts = [
            ("subject", self.subject.as_str()),
            ("bank.institution", of(|bank| &bank.institution)),
            ("bank.masked_number", of(|bank| &bank.masked_number)),
        ];
        let mut no: Vec<Refusal> = texts
            .into_iter()
            .filter(|(_, text)| {
                text.chars().count() > limits::NAME_CHARS_MAX || text.chars().any(char::is_control)
            })
            .map(|(field, _)| {
                Refusal::invalid("ledger-text-unfit")
                    .on(field)
                    .number("most", limits::NAME_CHARS_MAX)
            })
            .collect();
        // Whole numbers of accounts have no place in these rows (ledger.md 1).
        let number = of(|bank| &bank.masked_number);
        if number.chars().filter(char::is_ascii_digit).count() > 8 {
            no.push(Refusal::invalid("ledger-number-unmasked").on("bank.masked_number"));
        }
        no
    }
}

impl Act for OpenAccount {
    const ACT: A = A::OpenAccount;
    type Facts = Found;
    type Plan = Option<Kept>;
    type Outcome = Opened;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.account)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Found, Stop> {
        store::organisation::find(cx.tx, self.owner)?.ok_or_else(Refusal::not_found)?;
        let known = store::ledger::account(cx.tx, self.account)?;
        Ok(Found { known, operator: store::city::office(cx.tx)? })
    }

    fn thing(&self, _: &Found) -> Thing {
        Thing::open()
    }

    fn decide(&self, found: Found, cx: &Cx<'_, '_>) -> Result<Option<Kept>, Vec<Refusal>> {
        let texts = self.texts();
        if !texts.is_empty() {
            return Err(texts);
        }
        let operator = found.operator.map(|id| id.to_string()).unwrap_or_default();
        let known = found.known.as_ref().map(|kept| &kept.account);
        match self.opening().decide(known, &operator, cx.now) {
            Ok(account) => Ok(Some(Kept { account, owner: self.owner, label: label() })),
            Err(Why::Exists) => Ok(None),
            Err(why) => Err(vec![refused(why).on("account")]),
        }
    }

    fn save(&self, plan: Option<Kept>, cx: &mut Cx<'_, '_>) -> Result<Opened, Stop> {
        let replayed = plan.is_none();
        if let Some(kept) = plan {
            store::ledger::add_account(cx.tx, &kept)?;
            let body = serde_json::json!({
                "book": self.book.to_string(),
                "purpose": self.purpose.code(),
                "subject": self.subject.trim(),
            });
            let about = About {
                thing: self.account.to_string(),
                version: 0,
                owner: Some(self.owner),
                label: &kept.label,
                state: "",
            };
            cx.event("ledger-account-opened", about, body);
        }
        Ok(Opened { account: self.account, replayed })
    }
}

/// An account that an act of a deal opens for itself: a claim on money, never overdrawn.
pub(crate) struct Opening {
    pub purpose: Purpose,
    pub owner: OrganisationId,
    pub currency: base::Currency,
    pub subject: String,
}

/// Opens an account with an id that follows from its deal, unless it is open.
pub(crate) fn ensure(cx: &mut Cx<'_, '_>, id: AccountId, it: &Opening) -> Result<(), Stop> {
    if store::ledger::account(cx.tx, id)?.is_some() {
        return Ok(());
    }
    let operator = store::city::office(cx.tx)?.map(|id| id.to_string()).unwrap_or_default();
    let opening = Asked {
        id,
        book: Some(Book::Money(it.currency)),
        purpose: Some(it.purpose),
        owner: Some(it.owner.to_string()),
        subject: Some(it.subject.clone()),
        side: it.purpose.side(),
        limit: match it.purpose.side() {
            Side::Credit => Limit::DebitsWithinCredits,
            Side::Debit => Limit::CreditsWithinDebits,
        },
        bank: None,
    };
    let account = opening.decide(None, &operator, cx.now).map_err(refused)?;
    let kept = Kept { account, owner: it.owner, label: label() };
    store::ledger::add_account(cx.tx, &kept)?;
    let body = serde_json::json!({
        "book": it.currency.code(),
        "purpose": it.purpose.code(),
        "subject": it.subject,
    });
    let (thing, owner) = (id.to_string(), Some(it.owner));
    let about = About { thing, version: 0, owner, label: &kept.label, state: "" };
    cx.event("ledger-account-opened", about, body);
    Ok(())
}

/// Closes an account: a hold of nothing that shuts it until the hold is voided. What is held on it
/// can still be voided and still expires.
#[derive(serde::Serialize)]
pub struct CloseAccount {
    pub account: AccountId,
    /// Another account of the same book, which the hold of nothing stands on as well.
    pub beside: AccountId,
    /// The hold: to open the account again, void it.
    pub hold: TransferId,
}

impl CloseAccount {
    fn accounts(&self) -> BTreeSet<AccountId> {
        BTreeSet::from([self.account, self.beside])
    }
}

impl Act for CloseAccount {
    const ACT: A = A::CloseAccount;
    type Facts = Kept;
    type Plan = Kept;
    type Outcome = Opened;

    fn holds(&self) -> Vec<Hold> {
        holds_on(&self.accounts())
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Kept, Stop> {
        Ok(store::ledger::account(cx.tx, self.account)?.ok_or_else(Refusal::not_found)?)
    }

    fn thing(&self, _: &Kept) -> Thing {
        Thing::open()
    }

    fn decide(&self, kept: Kept, _: &Cx<'_, '_>) -> Result<Kept, Vec<Refusal>> {
        match kept.account.state.closed_by {
            Some(by) if by != self.hold => {
                Err(vec![Refusal::new(Class::Refused, "ledger-closed-already").on("account")])
            }
            _ => Ok(kept),
        }
    }

    fn save(&self, kept: Kept, cx: &mut Cx<'_, '_>) -> Result<Opened, Stop> {
        let ask = Ask::single(
            self.hold,
            (self.account, self.beside),
            ::ledger::Amount::ZERO,
            (kept.account.book, Code(super::code::CLOSING)),
        );
        let ask = ask.pending(0).with(Flags::CLOSING_DEBIT);
        let posted = post(cx, &[ask], &self.accounts())?;
        let replayed = posted.transfers.iter().all(|done| done.replayed);
        Ok(Opened { account: self.account, replayed })
    }

    fn remember(&self, reasons: &[Refusal], cx: &mut Cx<'_, '_>) -> Result<(), StoreError> {
        store::ledger::burn(cx.tx, &burnt_by(reasons, cx.now))
    }
}

impl City {
    /// A fresh id for an account that is going to be opened.
    pub fn new_account_id(&self) -> AccountId {
        let now = self.now();
        self.with_chance(|chance| AccountId::new(now, chance))
    }

    /// A fresh id for a transfer that is going to be asked for.
    pub fn new_transfer_id(&self) -> TransferId {
        let now = self.now();
        self.with_chance(|chance| TransferId::new(now, chance))
    }

    /// Everything that is broken in the books, as SQL sees it; empty when all is well.
    pub fn check_books(&self) -> Result<Vec<store::ledger_check::Fault>, No> {
        Ok(self.store().read(|tx| store::ledger_check::check(tx, limits::PAGE_ROWS))?)
    }
}
