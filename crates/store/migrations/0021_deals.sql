-- What follows a deal: its contract, its releases.

-- The deal that a contract came out of; empty for one of an auction or drafted freely.
alter table contracts add column deal text not null default '';
-- A deal has one contract at a time.
create unique index contracts_deal_once on contracts (deal)
    where deal <> '' and state <> 'abandoned';
create index contracts_of_deal on contracts (deal, id) where deal <> '';
-- Contracts whose parties are reminded of what is due.
create index contracts_in_force on contracts (id) where state in ('in-force', 'breached');
