-- What is lent is asked for around a time: of the bookings that lend something, the few that end after it.
create index bookings_lending on bookings (ends_at, instrument) where accessories <> '[]';
create index bookings_lending_of_instrument on bookings (instrument, ends_at) where accessories <> '[]';
