//! `import statements`: what a bank sent, file by file, looked at and, where asked, taken.

use crate::args::ImportStatements;
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use app::Asker;
use app::bank_statement::{Proposal, StatementState};
use base::{AccountId, Class, Refusal};
use std::io::Read;

/// Runs it.
pub fn run(desk: &mut Desk<'_>, asked: &ImportStatements) -> Outcome {
    let asker = desk.writer(&asked.writing)?;
    let account: AccountId = asked.account.parse().map_err(|_| {
        let no = Refusal::new(Class::Invalid, "id-unreadable").on("account");
        no.text("found", asked.account.as_str()).term("field", "field-account")
    })?;
    for path in &asked.paths {
        let path = desk.io.surroundings().path(path);
        let fail = |error: std::io::Error| Failure::file(&path, &error);
        let mut bytes = Vec::new();
        let most = banking::BYTES_MAX as u64 + 1;
        std::fs::File::open(&path)
            .map_err(fail)?
            .take(most)
            .read_to_end(&mut bytes)
            .map_err(fail)?;
        let name =
            path.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned());
        // A key belongs to one file; what is brought twice is known by its content anyway.
        let own = Asker { key: None, ..asker.clone() };
        if asked.writing.dry_run {
            let n = desk.city.read_statements(&own, account, &bytes)?.n_lines();
            let document = serde_json::json!({ "file": name, "lines": n });
            desk.done("cli-import-statements-read", &[("count", n.into())], &document)?;
            continue;
        }
        let brought = desk.city.bring_statements(&own, account, (&name, &bytes))?;
        for statement in &brought.statements {
            one(desk, &own, statement.statement, asked.take)?;
        }
    }
    Ok(Exit::Done)
}

/// Says what each line would be, or takes them.
fn one(
    desk: &mut Desk<'_>,
    asker: &Asker,
    id: base::BankStatementId,
    is_taken: bool,
) -> Result<(), Failure> {
    let view = desk.city.bank_statement(asker, id, 0, base::limits::PAGE_ROWS_MAX)?;
    let is_waiting = view.statement.state == StatementState::Brought;
    let n_known = view
        .lines
        .iter()
        .filter(|it| {
            use Proposal::{Deposit, Order, Payment};
            matches!(it.proposal, Some(Order { .. } | Deposit { .. } | Payment { .. }))
        })
        .count();
    let count = |n: usize| words::Arg::from(n);
    if is_taken && is_waiting {
        let taken = desk.city.take_statement(asker, id)?;
        let args = [
            ("orders", count(taken.n_orders)),
            ("deposits", count(taken.n_deposits)),
            ("payments", count(taken.n_payments)),
            ("aside", count(taken.n_aside)),
        ];
        let document = serde_json::json!({ "statement": id, "taken": taken });
        return desk.done("cli-import-statements-taken", &args, &document).map(|_| ());
    }
    let n_waiting = usize::try_from(view.n_brought).unwrap_or(usize::MAX);
    let args = [("waiting", count(n_waiting)), ("known", count(n_known))];
    let document = serde_json::json!({ "statement": id, "waiting": n_waiting, "known": n_known });
    desk.done("cli-import-statements-brought", &args, &document).map(|_| ())
}
