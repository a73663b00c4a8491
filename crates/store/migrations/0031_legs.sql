-- The legs of an account lie together, in the order of their making, and in no second order: time
-- never runs backwards on an account, so that a moment is found by halving. A third of what posting
-- writes is spared.

@postgres drop index ledger_legs_at;

@sqlite create table ledger_legs_together (
    account text not null references ledger_accounts (id),
    version integer not null check (version > 0),
    transfer text not null references ledger_transfers (id),
    side text not null check (side in ('debit', 'credit')),
    kind text not null check (kind in ('posted', 'held', 'voided', 'expired')),
    amount integer not null check (amount >= 0),
    at integer not null,
    debits_pending integer not null,
    debits_posted integer not null,
    credits_pending integer not null,
    credits_posted integer not null,
    primary key (account, version)
) strict, without rowid;
@sqlite insert into ledger_legs_together
    select account, version, transfer, side, kind, amount, at, debits_pending, debits_posted,
        credits_pending, credits_posted
    from ledger_legs order by account, version;
@sqlite drop table ledger_legs;
@sqlite alter table ledger_legs_together rename to ledger_legs;
