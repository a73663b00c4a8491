-- The time zone of a room, as the IANA database names it; empty is that of the room around it, and of the
-- city where there is none.
alter table areas add column zone text not null default '';

-- What every booking of an instrument takes with it: its obligatory accessories with their stock, as a list.
alter table instruments add column needed text not null default '[]';
