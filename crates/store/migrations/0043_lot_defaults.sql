-- Winners who let the time to sign pass: whoever did so does not bid on the same thing again, and after three times on
-- nothing for a while, unless the office lifts it with a reason.
create table lot_defaults (
    lot text not null references lots (id),
    organisation text not null references organisations (id),
    alias bigint not null check (alias > 0),
    technology text not null references technologies (id),
    reference text not null,
    at bigint not null,
    lifted_at bigint not null default 0,
    lifted_by text not null default '',
    reason text not null default '',
    constraint lot_defaults_once primary key (lot, alias),
    constraint lot_defaults_lifted_with_reason check ((lifted_at = 0) = (reason = ''))
);
create index lot_defaults_of_organisation on lot_defaults (organisation, at);

-- Those of before are known by the deposits that were forfeited.
insert into lot_defaults (lot, organisation, alias, technology, reference, at)
select l.id, b.organisation, b.alias, l.technology, l.reference, l.changed_at
from lot_bidders b join lots l on l.id = b.lot where b.deposit = 'forfeited';
