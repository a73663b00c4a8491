//! Who may do what to which thing, as a decision and as a list filter.
