//! The books checked in SQL: what must never be found, a statement for each.
//!
//! The same is asserted in Rust by `ledger::audit` and by constraints of the schema; this one runs
//! over everything that is kept, at night and whenever an operator asks.

use crate::{StoreError, Tx, args, statements};

statements! {
    BOOKS = "select book from ledger_accounts group by book
             having sum(debits_posted) <> sum(credits_posted)
                 or sum(debits_pending) <> sum(credits_pending)
             order by book limit $1";
    COUNTERS = "with sums as (
                    select m.account, sum(m.d) as d, sum(m.c) as c, sum(m.dp) as dp, sum(m.cp) as cp
                    from (
                        select debit as account, amount as d, 0 as c, 0 as dp, 0 as cp
                        from ledger_transfers where flags & 10 = 0
                        union all
                        select credit, 0, amount, 0, 0 from ledger_transfers where flags & 10 = 0
                        union all
                        select t.debit, 0, 0, t.amount, 0
                        from ledger_holds h join ledger_transfers t on t.id = h.id
                        where h.state = 'waiting'
                        union all
                        select t.credit, 0, 0, 0, t.amount
                        from ledger_holds h join ledger_transfers t on t.id = h.id
                        where h.state = 'waiting') m
                    group by m.account)
                select a.id from ledger_accounts a left join sums s on s.account = a.id
                where a.debits_posted <> coalesce(s.d, 0) or a.credits_posted <> coalesce(s.c, 0)
                    or a.debits_pending <> coalesce(s.dp, 0)
                    or a.credits_pending <> coalesce(s.cp, 0)
                order by a.id limit $1";
    LEGS = "select a.id from ledger_accounts a
            left join ledger_legs l on l.account = a.id and l.version = a.version
            where a.version <> (select count(*) from ledger_legs n where n.account = a.id)
                or (a.version > 0 and (l.version is null
                    or l.debits_posted <> a.debits_posted or l.credits_posted <> a.credits_posted
                    or l.debits_pending <> a.debits_pending
                    or l.credits_pending <> a.credits_pending))
            order by a.id limit $1";
    STRAYS = "select t.id from ledger_transfers t
              join ledger_accounts d on d.id = t.debit join ledger_accounts c on c.id = t.credit
              where d.book <> t.book or c.book <> t.book order by t.id limit $1";
    HOLDS = "select h.id from ledger_holds h
             left join ledger_transfers r on r.pending = h.id
             where (h.state in ('waiting', 'expired') and r.id is not null)
                 or (h.state in ('posted', 'voided')
                     and (r.id is null or r.id <> h.resolved_by))
             order by h.id limit $1";
    LOST_HOLDS = "select t.id from ledger_transfers t
                  left join ledger_holds h on h.id = t.id
                  where t.flags & 2 = 2 and h.id is null order by t.id limit $1";
    CLOSED = "select a.id from ledger_accounts a left join ledger_holds h on h.id = a.closed_by
              where a.closed_by <> '' and (h.id is null or h.state <> 'waiting')
              order by a.id limit $1";
}

/// Something that must never be, and the id of what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    /// An account, a transfer, a hold, or the name of a book.
    pub of: String,
}

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Debits and credits of a book differ.
    Unbalanced,
    /// An account's counters are not the sum of its transfers and waiting holds.
    Counters,
    /// The legs of an account have a gap or end at other counters.
    Legs,
    /// A transfer is in another book than its accounts.
    Stray,
    /// A hold says something else about its end than the transfers do.
    Hold,
    /// A hold's own row is gone.
    LostHold,
    /// An account is closed by something that closes nothing.
    Closed,
}

/// Everything that is broken, of each kind at most so many.
pub fn check(tx: &mut Tx<'_>, limit: usize) -> Result<Vec<Fault>, StoreError> {
    let all = [
        (Kind::Unbalanced, &BOOKS),
        (Kind::Counters, &COUNTERS),
        (Kind::Legs, &LEGS),
        (Kind::Stray, &STRAYS),
        (Kind::Hold, &HOLDS),
        (Kind::LostHold, &LOST_HOLDS),
        (Kind::Closed, &CLOSED),
    ];
    let mut found = Vec::new();
    for (kind, statement) in all {
        for row in tx.rows(statement, args![limit])? {
            found.push(Fault { kind, of: row.text(0)? });
        }
    }
    Ok(found)
}
