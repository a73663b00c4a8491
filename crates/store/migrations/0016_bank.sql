-- The books and the banks: what is looked for in the books by its purpose.

create index ledger_accounts_of_purpose on ledger_accounts (purpose, id);
