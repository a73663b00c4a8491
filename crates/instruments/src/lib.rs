//! Instruments that a city shares: booking rules, uses, charges, services, records.
