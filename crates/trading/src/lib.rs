//! Technologies and listings: what they hold, how they move.
