//! Sealing months of the books: after it, nothing is dated into them, and what an account stood at can
//! be proved from the signed root alone.

use crate::act::{About, Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use base::{Class, Date, PersonId, Refusal};
use ledger::Book;
use store::Hold;
pub use store::month::{Balance, Check, Seal};
use tlog::Hash;

/// Books that a page lists.
const BOOKS_MAX: usize = 200;
/// How long the results of checks are kept, in seconds.
const CHECKS_KEPT_SECONDS: i64 = 400 * 86_400;

/// Seals a month of a book.
#[derive(serde::Serialize)]
pub struct SealMonth {
    pub book: String,
    /// `2026-03`.
    pub month: String,
}

/// What sealing tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sealed {
    pub book: String,
    pub month: String,
    /// The root over all balances, in hexadecimal.
    pub root: String,
    pub n_accounts: u64,
}

/// What has to be known of a month.
pub struct Facts {
    book: Option<Book>,
    through: Option<Date>,
    sealed: Option<Date>,
    balances: Vec<Balance>,
}

/// A month that can be sealed.
pub struct Plan {
    through: Date,
    balances: Vec<Balance>,
    person: PersonId,
}

/// The last day of a month such as `2026-03`.
fn last_day(month: &str) -> Option<Date> {
    let is_shaped = month.len() == 7 && month.as_bytes()[4] == b'-';
    let first: Date = format!("{month}-01").parse().ok().filter(|_| is_shaped)?;
    Some(first.last_of_month())
}

/// The leaf of a balance, and so what the root stands for.
fn leaf((account, debits, credits): &Balance) -> Hash {
    Hash::leaf(format!("{account} {debits} {credits}\n").as_bytes())
}

/// The root over balances in the order of their accounts.
pub fn root_of(balances: &[Balance]) -> String {
    let leaves: Vec<Hash> = balances.iter().map(leaf).collect();
    tlog::root_of(&leaves).to_string()
}

impl Act for SealMonth {
    const ACT: A = A::SealMonth;
    type Facts = Facts;
    type Plan = Plan;
    type Outcome = Sealed;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(format!("book {}", self.book))]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Facts, Stop> {
        let (book, through) = (Book::parse(&self.book), last_day(&self.month));
        let mut facts = Facts { book, through, sealed: None, balances: Vec::new() };
        if let (Some(book), Some(through)) = (&facts.book, facts.through) {
            store::month::take(cx.tx, book)?;
            facts.sealed = store::month::through(cx.tx, book)?;
            facts.balances = store::month::balances(cx.tx, book, through)?;
        }
        Ok(facts)
    }

    fn thing(&self, _: &Facts) -> Thing {
        Thing::open()
    }

    fn decide(&self, facts: Facts, cx: &Cx<'_, '_>) -> Result<Plan, Vec<Refusal>> {
        let mut no = Vec::new();
        if facts.book.is_none() {
            no.push(Refusal::invalid("ledger-book-unknown").on("book"));
        }
        let Some(through) = facts.through else {
            no.push(Refusal::invalid("month-unreadable").on("month"));
            return Err(no);
        };
        let today = cx.now.date_at(cx.city.settings().utc_offset_minutes);
        if through >= today {
            no.push(Refusal::new(Class::Refused, "month-not-over").on("month"));
        }
        if facts.sealed.is_some_and(|sealed| sealed >= through) {
            no.push(Refusal::new(Class::Conflict, "month-sealed").on("month"));
        }
        match cx.actor.person {
            Some(person) if no.is_empty() => Ok(Plan { through, balances: facts.balances, person }),
            _ => Err(no),
        }
    }

    fn save(&self, plan: Plan, cx: &mut Cx<'_, '_>) -> Result<Sealed, Stop> {
        let root = root_of(&plan.balances);
        let n_accounts = plan.balances.len() as u64;
        let text = format!(
            "bellwether books sealed\nbook {}\nthrough {}\naccounts {n_accounts}\nroot {root}\n",
            self.book, plan.through
        );
        let note = cx.city.sign_protocol(&text).map_err(|No(reasons)| Stop::Refused(reasons))?;
        let seal = Seal {
            book: self.book.clone(),
            month: self.month.clone(),
            through: plan.through,
            n_accounts,
            root: root.clone(),
            note,
            sealed: (plan.person, cx.now),
        };
        store::month::add(cx.tx, &seal, &plan.balances)?;
        let label = crate::ledger::label();
        let thing = format!("{} {}", self.book, self.month);
        let body = serde_json::json!({ "root": root, "accounts": n_accounts });
        let about = About { thing, version: 0, owner: None, label: &label, state: "" };
        cx.event("month-sealed", about, body);
        Ok(Sealed { book: self.book.clone(), month: self.month.clone(), root, n_accounts })
    }
}

/// What the keepers of the books see of months and checks.
#[derive(Clone, Debug)]
pub struct Months {
    /// The newest first.
    pub seals: Vec<Seal>,
    pub books: Vec<String>,
    /// How the books were found the last time.
    pub check: Option<Check>,
}

impl City {
    /// Seals, books and the last check, for whoever keeps the books.
    pub fn months(&self, asker: &Asker) -> Result<Months, No> {
        self.read(asker, |rx| {
            rx.may(A::ListBankStatements, &Thing::open())?;
            Ok(Months {
                seals: store::month::list(rx.tx, BOOKS_MAX)?,
                books: store::month::books(rx.tx, BOOKS_MAX)?,
                check: store::month::last_check(rx.tx)?,
            })
        })
    }

    /// One seal with its balances.
    pub fn month(
        &self,
        asker: &Asker,
        book: &str,
        month: &str,
    ) -> Result<(Seal, Vec<Balance>), No> {
        self.read(asker, |rx| {
            rx.may(A::ListBankStatements, &Thing::open())?;
            let seal = store::month::find(rx.tx, book, month)?.ok_or_else(Refusal::not_found)?;
            Ok((seal, store::month::of_seal(rx.tx, book, month)?))
        })
    }

    /// Checks the books, sealed months among them, and notes how they were found.
    pub fn check_and_note_books(&self) -> Result<Check, No> {
        let begun = self.now();
        let mut faults: Vec<(String, String)> = self
            .check_books()?
            .into_iter()
            .map(|fault| (format!("{:?}", fault.kind), fault.of))
            .collect();
        faults.extend(self.broken_seals()?);
        let at = self.now();
        let took_ms = (at.micros() - begun.micros()) / 1_000;
        let check = Check { at, took_ms, faults };
        let forget = check.at.plus_seconds(-CHECKS_KEPT_SECONDS);
        let noted = check.clone();
        self.store().write("a check of the books", move |tx| {
            store::month::note_check(tx, &noted, forget)
        })?;
        Ok(check)
    }

    /// Sealed months whose balances are no longer what the transfers come to.
    pub fn broken_seals(&self) -> Result<Vec<(String, String)>, No> {
        Ok(self.store().read(|tx| {
            let mut broken = Vec::new();
            let mut seen = std::collections::BTreeSet::new();
            for seal in store::month::list(tx, BOOKS_MAX)? {
                // The newest of a book covers all that was before.
                if !seen.insert(seal.book.clone()) {
                    continue;
                }
                let Some(book) = Book::parse(&seal.book) else { continue };
                let now = store::month::balances(tx, &book, seal.through)?;
                if root_of(&now) != seal.root {
                    broken.push(("Sealed".to_owned(), format!("{} {}", seal.book, seal.month)));
                }
            }
            Ok(broken)
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::AccountId;

    #[test]
    fn a_month_has_a_last_day() {
        let check = |month: &str, want: Option<&str>| {
            assert_eq!(last_day(month).map(|day| day.to_string()).as_deref(), want, "{month}");
        };
        check("2026-02", Some("2026-02-28"));
        check("2028-02", Some("2028-02-29"));
        check("2026-13", None);
        check("2026-2", None);
        check("", None);
    }

    #[test]
    fn a_root_stands_for_every_balance() {
        let of =
            |minor: i64| [(AccountId::from_bits(1), minor, 0), (AccountId::from_bits(2), 0, 5)];
        assert_eq!(root_of(&of(5)), root_of(&of(5)));
        assert_ne!(root_of(&of(5)), root_of(&of(6)));
    }
}
