//! The books of the demonstration city: a line of a bank that nobody knows, and an order by which its
//! money shall go back, waiting for another person. All of it is invented and says so.

use crate::exit::Failure;
use app::bank_statement::{StatementState, suspense_account};
use app::order::{DraftOrder, OrdersWanted};
use app::{Asker, City};
use banking::OrderState;
use base::{AccountId, Currency, Money};

/// What the demonstration's bank is said to have sent; the same bytes at every start, so that they are
/// brought in once. It tells no balance, since deposits of the demonstration come in beside it.
const STATEMENT: &str = "Date,Amount,Counterparty,Counterparty account,Description,Reference\n\
    2026-01-15,8888.00,演示公司 Invented Ltd,6222 0000 0000 0000,演示（虚构）no purpose given,DEMO-LINE-1\n\
    2026-01-15,120.00,演示公司 Invented Ltd,6222 0000 0000 0000,演示（虚构）paid twice,DEMO-LINE-2\n";
const NAME: &str = "demonstration-invented.csv";

/// Sees to it that something is unmatched and an order waits for approval.
pub(crate) fn seed(city: &City, operator: &Asker, bank: AccountId) -> Result<(), Failure> {
    let brought = city.bring_statements(operator, bank, (NAME, STATEMENT.as_bytes()))?;
    for statement in brought.statements {
        let view = city.bank_statement(operator, statement.statement, 0, 1)?;
        if view.statement.state == StatementState::Brought {
            city.take_statement(operator, statement.statement)?;
        }
    }
    let wanted = OrdersWanted { states: OrderState::ALL.to_vec(), after: None };
    if !city.orders(operator, &wanted, 1)?.rows.is_empty() {
        return Ok(());
    }
    let act = DraftOrder {
        bank,
        account: suspense_account(bank, true),
        money: Money::new(12_000, Currency::CNY),
        payee: "演示公司 Invented Ltd".to_owned(),
        payee_account: "6222 0000 0000 0000".to_owned(),
        payee_bank: "演示银行 / Demonstration Bank".to_owned(),
        source: "DEMO-LINE-2".to_owned(),
        purpose: "演示（虚构）Demonstration, invented: paid twice".to_owned(),
        due_on: None,
    };
    city.perform(operator, act)?;
    Ok(())
}
