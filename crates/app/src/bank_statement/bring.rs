//! Bringing a statement in: read outside the transaction, kept with its lines, once.

use super::{LINES_MAX, StatementMoved, find, told};
use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use access::{Act as A, Thing};
use banking::{Read, Wrong, detect};
use base::{AccountId, BankStatementId, Class, Currency, PersonId, Refusal, limits};
use ledger::Book;
use store::Hold;
use store::bank_statement::{BankLine, BankStatement, Known, LineState, StatementState};
use store::ledger::Kept;

/// Problems of a file that one answer names.
const PROBLEMS_MAX: usize = 20;

/// Keeps one statement of a file.
#[derive(serde::Serialize)]
pub struct BringStatement {
    pub account: AccountId,
    /// The name of the file.
    pub name: String,
    /// Of its bytes and the place of the statement in it: the same file twice is the same statement.
    pub digest: String,
    #[serde(skip)]
    pub statement: banking::Statement,
}

/// What a file brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    pub statements: Vec<StatementMoved>,
    /// Lines that the bank had not booked yet and that were left out.
    pub n_pending: usize,
}

impl BringStatement {
    /// The last four digits of a number.
    fn tail(number: &str) -> String {
        let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
        digits[digits.len().saturating_sub(4)..].iter().collect()
    }

    fn unfit(&self, kept: &Kept) -> Vec<Refusal> {
        let mut no = Vec::new();
        let Some(bank) = &kept.account.bank else {
            return vec![Refusal::invalid("order-bank-unfit").on("account")];
        };
        if kept.account.book != Book::Money(self.statement.currency) {
            let no_other = Refusal::invalid("bank-other-currency").on("file");
            no.push(no_other.text("found", self.statement.currency.code()));
        }
        let (told, own) = (Self::tail(&self.statement.account), Self::tail(&bank.masked_number));
        if !told.is_empty() && own.len() == 4 && told != own {
            let other = Refusal::invalid("bank-other-account").on("file");
            no.push(other.text("found", format!("…{told}")).text("expected", format!("…{own}")));
        }
        if self.statement.lines.len() > LINES_MAX {
            no.push(Refusal::new(Class::TooLarge, "bank-too-long").number("most", LINES_MAX));
        }
        if self.name.chars().count() > limits::NAME_CHARS_MAX
            || self.name.chars().any(char::is_control)
        {
            let unfit = Refusal::invalid("ledger-text-unfit").on("file");
            no.push(unfit.number("most", limits::NAME_CHARS_MAX));
        }
        no
    }

    /// A line as it is kept, with what is known of its reference already.
    fn line(
        &self,
        cx: &mut Cx<'_, '_>,
        (id, n): (BankStatementId, usize),
    ) -> Result<BankLine, Stop> {
        let told = &self.statement.lines[n];
        let own = self.statement.reference(n);
        let place = format!("{}/{}", &self.digest.get(..12).unwrap_or("file"), n + 1);
        let mut reference = own.unwrap_or_else(|| place.clone());
        let known = store::bank_statement::known(cx.tx, self.account, &reference)?;
        let (state, transfer) = match known {
            Known::Never => (LineState::Brought, None),
            Known::Transfer(id, minor) if minor == told.minor => (LineState::Seen, Some(id)),
            Known::Line => (LineState::Seen, None),
            // The reference belongs to another amount: the line is told apart and looked at.
            Known::Transfer(..) => {
                reference = format!("{reference} ({place})");
                (LineState::Brought, None)
            }
        };
        let state = if told.minor == 0 { LineState::Seen } else { state };
        Ok(BankLine {
            statement: id,
            n: n as u64 + 1,
            account: self.account,
            reference: reference.chars().take(limits::NAME_CHARS_MAX).collect(),
            value_date: told.value_date,
            minor: told.minor,
            order: told.order.clone().unwrap_or_default(),
            counterparty: told.counterparty.clone().unwrap_or_default(),
            counterparty_account: told.counterparty_account.clone().unwrap_or_default(),
            text: told.text.clone(),
            state,
            transfer,
            settled: None,
            reason: String::new(),
            keeper: None,
            aside_at: None,
        })
    }
}

impl Act for BringStatement {
    const ACT: A = A::BringStatement;
    type Facts = (Kept, Option<BankStatement>);
    type Plan = (Option<BankStatement>, PersonId);
    type Outcome = StatementMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.account)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let kept = store::ledger::account(cx.tx, self.account)?.ok_or_else(Refusal::not_found)?;
        let known = store::bank_statement::of_digest(cx.tx, self.account, &self.digest)?;
        Ok((kept, known))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (kept, known): Self::Facts,
        cx: &Cx<'_, '_>,
    ) -> Result<Self::Plan, Vec<Refusal>> {
        let no = self.unfit(&kept);
        match cx.actor.person {
            Some(person) if no.is_empty() => Ok((known, person)),
            _ => Err(no),
        }
    }

    fn save(
        &self,
        (known, person): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<StatementMoved, Stop> {
        if let Some(known) = known {
            return Ok(StatementMoved { statement: known.id, replayed: true });
        }
        let id = cx.city.with_chance(|chance| BankStatementId::new(cx.now, chance));
        let mut lines: Vec<BankLine> = Vec::with_capacity(self.statement.lines.len());
        for n in 0..self.statement.lines.len() {
            let mut line = self.line(cx, (id, n))?;
            if lines.iter().any(|other| other.reference == line.reference) {
                line.reference = format!("{} #{}", line.reference, n + 1);
            }
            lines.push(line);
        }
        let closing = self.statement.closing.as_ref().and_then(|closing| {
            let last = self.statement.lines.iter().map(|line| line.value_date).max();
            Some((closing.minor, closing.on.or(last)?))
        });
        let statement = BankStatement {
            id,
            account: self.account,
            digest: self.digest.clone(),
            name: self.name.clone(),
            number: self.statement.number.chars().take(limits::NAME_CHARS_MAX).collect(),
            closing,
            n_lines: lines.len() as u64,
            state: StatementState::Brought,
            difference: 0,
            brought: (person, cx.now),
            taken_at: None,
        };
        store::bank_statement::add(cx.tx, &statement, &lines)?;
        let body = serde_json::json!({
            "account": self.account,
            "digest": self.digest,
            "lines": lines.len(),
        });
        told(cx, id, "bank-statement-brought", body);
        Ok(StatementMoved { statement: id, replayed: false })
    }
}

/// Drops a statement that was brought by mistake, while none of its lines was taken.
#[derive(serde::Serialize)]
pub struct DropStatement {
    pub statement: BankStatementId,
}

impl Act for DropStatement {
    const ACT: A = A::DropStatement;
    type Facts = (BankStatement, Vec<BankLine>);
    type Plan = BankStatement;
    type Outcome = StatementMoved;

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.statement)]
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Self::Facts, Stop> {
        let statement = find(cx, self.statement)?;
        let lines = store::bank_statement::lines(cx.tx, self.statement, 0, LINES_MAX)?;
        Ok((statement, lines))
    }

    fn thing(&self, _: &Self::Facts) -> Thing {
        Thing::open()
    }

    fn decide(
        &self,
        (statement, lines): Self::Facts,
        _: &Cx<'_, '_>,
    ) -> Result<BankStatement, Vec<Refusal>> {
        let is_untaken =
            |line: &BankLine| matches!(line.state, LineState::Brought | LineState::Seen);
        if statement.state != StatementState::Brought || !lines.iter().all(is_untaken) {
            return Err(vec![Refusal::new(Class::Conflict, "bank-statement-taken")]);
        }
        Ok(statement)
    }

    fn save(&self, of: BankStatement, cx: &mut Cx<'_, '_>) -> Result<StatementMoved, Stop> {
        store::bank_statement::drop_lines(cx.tx, of.id)?;
        store::bank_statement::set_state(cx.tx, of.id, StatementState::Dropped, 0, cx.now)?;
        told(cx, of.id, "bank-statement-dropped", serde_json::json!({ "account": of.account }));
        Ok(StatementMoved { statement: of.id, replayed: false })
    }
}

/// What is wrong with a file, by line and element.
fn problems(read: &Read) -> Vec<Refusal> {
    let of = |problem: &banking::Problem| {
        let (code, found) = match &problem.wrong {
            Wrong::TooLarge => ("bank-file-too-large", String::new()),
            Wrong::TooMany => ("bank-file-too-many", String::new()),
            Wrong::NotOfFormat => ("bank-file-format", String::new()),
            Wrong::Forbidden => ("bank-file-forbidden", String::new()),
            Wrong::Missing => ("bank-file-missing", String::new()),
            Wrong::Amount(found) => ("bank-file-amount", found.clone()),
            Wrong::Date(found) => ("bank-file-date", found.clone()),
            Wrong::Currency(found) => ("bank-file-currency", found.clone()),
            Wrong::Sign(found) => ("bank-file-sign", found.clone()),
            Wrong::Unbalanced(off) => ("bank-file-unbalanced", off.to_string()),
        };
        let found: String = found.chars().take(60).collect();
        let element: String = problem.element.chars().take(60).collect();
        Refusal::invalid(code)
            .on("file")
            .number("line", problem.at)
            .text("element", element)
            .text("found", found)
    };
    read.problems.iter().take(PROBLEMS_MAX).map(of).collect()
}

impl City {
    /// Reads a file for an account, or says everything that is wrong in it.
    pub fn read_statements(
        &self,
        asker: &Asker,
        account: AccountId,
        bytes: &[u8],
    ) -> Result<Read, No> {
        let kept = self.ledger_account(asker, account)?;
        let currency = match kept.account.book {
            Book::Money(currency) => currency,
            _ => Currency::CNY,
        };
        let read = banking::read(bytes, detect(bytes), currency);
        if !read.problems.is_empty() {
            return Err(No(problems(&read)));
        }
        if read.statements.is_empty() {
            return Err(Refusal::invalid("bank-file-empty").on("file").into());
        }
        Ok(read)
    }

    /// Reads a file and keeps its statements. What is wrong in it refuses it whole.
    pub fn bring_statements(
        &self,
        asker: &Asker,
        account: AccountId,
        (name, bytes): (&str, &[u8]),
    ) -> Result<Brought, No> {
        let read = self.read_statements(asker, account, bytes)?;
        let digest = crate::secret::digest_of_bytes(bytes);
        let mut statements = Vec::with_capacity(read.statements.len());
        for (n, statement) in read.statements.into_iter().enumerate() {
            let digest = format!("{digest}/{}", n + 1);
            // Each statement has a key of its own below the file's.
            let asker = match &asker.key {
                Some(key) if n > 0 => asker.clone().keyed(format!("{key}/{n}")),
                _ => asker.clone(),
            };
            let act = BringStatement { account, name: name.to_owned(), digest, statement };
            statements.push(self.perform(&asker, act)?);
        }
        Ok(Brought { statements, n_pending: read.n_pending })
    }
}
