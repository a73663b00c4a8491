//! A tamper-evident log: RFC 6962 trees, proofs, C2SP checkpoints.
