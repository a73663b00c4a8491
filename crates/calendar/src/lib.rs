//! Time that can be booked: civil time in zones, opening windows, segments, recurrence, free slots.
