//! Named statements. Every one is listed, so that a test prepares each on both engines.

use crate::dialect::Engine;
use std::sync::LazyLock;

/// A statement in the portable subset, with its name.
#[derive(Debug)]
pub struct Statement {
    pub name: &'static str,
    pub sql: &'static str,
    /// The same as SQLite wants it, written once.
    pub(crate) sqlite: LazyLock<String>,
}

impl Statement {
    pub(crate) fn text(&'static self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => self.sql,
        }
    }
}

/// Declares the statements of a noun: `statements! { FIND = "select …"; }`, and their list `ALL`.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) static $name: $crate::Statement = $crate::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            sql: $sql,
            sqlite: std::sync::LazyLock::new(|| $crate::dialect::Engine::Sqlite.sql($sql)),
        };)*
        /// Every statement of this file.
        pub(crate) static ALL: &[&$crate::Statement] = &[$(&$name),*];
    };
}

/// Every statement of the program, file by file. `cargo xtask tidy` finds a file left out.
pub fn all() -> impl Iterator<Item = &'static Statement> {
    let files: [&'static [&'static Statement]; 84] = [
        crate::address::ALL,
        crate::agreement::ALL,
        crate::charge::ALL,
        crate::item::ALL,
        crate::joint_request::ALL,
        crate::service_order::ALL,
        crate::service_record::ALL,
        crate::tariff::ALL,
        crate::tie::ALL,
        crate::training::ALL,
        crate::usage::ALL,
        crate::voucher::ALL,
        crate::bank_statement::ALL,
        crate::bench::ALL,
        crate::area::ALL,
        crate::booking::ALL,
        crate::booking_rule::ALL,
        crate::bulletin::ALL,
        crate::calendar_link::ALL,
        crate::cancellation::ALL,
        crate::case::ALL,
        crate::case_word::ALL,
        crate::city::ALL,
        crate::colleague::ALL,
        crate::deal::ALL,
        crate::contract::ALL,
        crate::control::ALL,
        crate::contract_money::ALL,
        crate::delivery::ALL,
        crate::emergency::ALL,
        crate::erasure::ALL,
        crate::factor::ALL,
        crate::falling::ALL,
        crate::feedback::ALL,
        crate::upkeep::ALL,
        crate::file::ALL,
        crate::follower::ALL,
        crate::gate::ALL,
        crate::health::ALL,
        crate::identity::ALL,
        crate::import::ALL,
        crate::instrument::ALL,
        crate::key::ALL,
        crate::lease::ALL,
        crate::ledger::ALL,
        crate::ledger_check::ALL,
        crate::ledger_statement::ALL,
        crate::listing::ALL,
        crate::log::ALL,
        crate::lot::ALL,
        crate::lot_call::ALL,
        crate::lot_default::ALL,
        crate::lot_event::ALL,
        crate::workday::ALL,
        crate::complaint::ALL,
        crate::reserve::ALL,
        crate::sealing::ALL,
        crate::mail::ALL,
        crate::merger::ALL,
        crate::merger_deal::ALL,
        crate::migrate::ALL,
        crate::month::ALL,
        crate::order::ALL,
        crate::open_data::ALL,
        crate::open_licence::ALL,
        crate::organisation::ALL,
        crate::person::ALL,
        crate::registration::ALL,
        crate::relay::ALL,
        crate::saved_search::ALL,
        crate::session::ALL,
        crate::stand_in::ALL,
        crate::standard::ALL,
        crate::subscriber::ALL,
        crate::task::ALL,
        crate::technology::ALL,
        crate::telephone::ALL,
        crate::token::ALL,
        crate::turn::ALL,
        crate::tx::ALL,
        crate::venture::ALL,
        crate::wait::ALL,
        crate::webhook::ALL,
        crate::who::ALL,
    ];
    files.into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use crate::dialect::Engine;

    /// What SQLite would do for a statement, step by step.
    fn steps(connection: &rusqlite::Connection, sql: &str) -> Vec<String> {
        let mut prepared = connection.prepare(&format!("explain {sql}")).expect("a statement");
        let nothing = vec![rusqlite::types::Null; prepared.parameter_count()];
        let values = rusqlite::params_from_iter(nothing);
        let rows = prepared.query_map(values, |row| row.get(1)).expect("its steps");
        rows.collect::<Result<_, _>>().expect("steps")
    }

    /// Tables to which a row is added now and then, and whose indexes hold some states alone.
    const RARE: [&str; 6] =
        ["deals", "contracts", "leases", "lots", "lot_complaints", "payment_orders"];

    #[test]
    fn no_row_is_added_by_way_of_a_table_in_memory() {
        let connection = rusqlite::Connection::open_in_memory().expect("a database");
        let first = Engine::Sqlite.ddl(crate::migrate::FIRST);
        for statement in first.into_iter().chain(crate::migrate::schema(Engine::Sqlite)) {
            connection.execute_batch(&statement).expect("the schema");
        }
        let is_slow = |sql: &str| steps(&connection, sql).iter().any(|it| it == "OpenEphemeral");
        let adds = super::all().map(|one| one.text(Engine::Sqlite));
        let adds = adds.filter(|sql| {
            let table = sql.strip_prefix("insert into ").and_then(|rest| rest.split(' ').next());
            sql.contains("values (") && table.is_some_and(|table| !RARE.contains(&table))
        });
        let slow: Vec<&str> = adds.filter(|sql| is_slow(sql)).collect();
        assert!(slow.is_empty(), "{slow:#?}");
        // What the checks of a table were before they were spread.
        let list = "create table slow (word text check (word in ('a', 'b', 'c')))";
        connection.execute_batch(list).expect("a table");
        assert!(is_slow("insert into slow (word) values (?1)"));
    }
}
