-- What yearly figures count of a service record stands in columns, so that a million of them are
-- read without opening each.

alter table service_records add column preparation_minutes bigint not null default 0;
alter table service_records add column clearing_minutes bigint not null default 0;
alter table service_records add column samples bigint not null default 0;
-- Minor units, whoever paid them.
alter table service_records add column amount bigint not null default 0;

@sqlite update service_records set
    preparation_minutes = json_extract(record, '$.preparation_minutes'),
    clearing_minutes = json_extract(record, '$.clearing_minutes'),
    samples = json_extract(record, '$.samples'),
    amount = json_extract(record, '$.paid_customer') + json_extract(record, '$.paid_unit')
        + json_extract(record, '$.paid_voucher');
@postgres update service_records set
    preparation_minutes = (record::json ->> 'preparation_minutes')::bigint,
    clearing_minutes = (record::json ->> 'clearing_minutes')::bigint,
    samples = (record::json ->> 'samples')::bigint,
    amount = (record::json ->> 'paid_customer')::bigint + (record::json ->> 'paid_unit')::bigint
        + (record::json ->> 'paid_voucher')::bigint;

-- Everything that is counted lies in the order in which it is read.
drop index service_records_in_time;
create index service_records_counted on service_records (ends_at, id, starts_at, reverses, unit,
    instrument, kind, is_external, preparation_minutes, clearing_minutes, samples, amount);
