-- The last word of the city on a day that the time limit of a deal was counted with, as lots have it.
alter table deals add column days_seen bigint not null default 0;
create index deals_to_recount on deals (days_seen, id) where state in ('reserved', 'published');

-- The desks of the office and of whoever registers ask for what a contract that binds waits for.
create index contract_payments_to_divide on contract_payments (contract, n) where split = '';
create index contracts_to_register on contracts (filing_state, provider)
    where filing_state in ('open', 'returned', 'submitted', 'change-submitted');
