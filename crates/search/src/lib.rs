//! The full-text index: a follower of the log that answers within labels.
