-- What waits for whom in auctions and contracts is found without opening every lot and contract.

-- Who keeps a key of which sealed lot, as its terms say.
create table lot_seats (
    lot text not null references lots (id),
    person text not null,
    primary key (lot, person)
);
create index lot_seats_of_person on lot_seats (person, lot);

@sqlite insert into lot_seats (lot, person)
    select distinct l.id, json_extract(seat.value, '$.person')
    from lots l, json_each(l.terms, '$.way.sealed.trustees') seat;
@postgres insert into lot_seats (lot, person)
    select distinct l.id, seat.value ->> 'person'
    from lots l, json_array_elements(l.terms::json -> 'way' -> 'sealed' -> 'trustees') seat;

create index lots_sold on lots (owner, id) where state = 'sold';

-- Whether a version waits for signatures: the first one, or a change of what binds.
alter table contracts add column is_offered boolean not null default false;
update contracts set is_offered = true where state in ('offered', 'partly-signed') or life like '%"amendment":{%';
create index contracts_offered on contracts (id) where is_offered = true;
