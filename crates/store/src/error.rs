//! What can go wrong below an act, and what each means for the caller.

/// A failure of the store. None of them is a refusal: those are values of the act.
#[derive(Clone, Debug)]
pub enum StoreError {
    /// A constraint of the schema said no; its name is turned into a refusal by the act.
    Constraint(String),
    /// The engine asks for the whole act again.
    Retry(String),
    /// Too many wait already.
    Busy,
    /// The database does not answer; nothing was done.
    Away(String),
    /// Nobody knows whether the act is done; asking again with the same key tells.
    Unknown(String),
    /// The rows were written by a newer program; nothing was changed.
    Newer { found: u64, known: u64 },
    /// A copy goes into an empty place only.
    NotEmpty,
    /// A copy was ended before it was whole: `asked`, or `wal` (it let the write-ahead log grow too
    /// large).
    Stopped(&'static str),
    /// The disk is nearly full.
    ReadOnly,
    /// A row does not read back as what was written.
    Damaged(String),
    /// The act panicked; nothing of it was kept.
    Panicked(String),
    /// The disk or the file failed. The process has to end.
    Fatal(String),
    /// Anything else the engine said.
    Engine(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Constraint(name) => write!(f, "the schema refused: {name}"),
            Self::Retry(what) => write!(f, "to be tried again: {what}"),
            Self::Away(what) => write!(f, "the database does not answer: {what}"),
            Self::Busy => f.write_str("too many acts wait"),
            Self::Unknown(what) => write!(f, "the outcome is not known: {what}"),
            Self::Newer { found, known } => write!(
                f,
                "this data was written by a newer program (schema {found}, this one knows {known})"
            ),
            Self::NotEmpty => f.write_str("the place is not empty"),
            Self::Stopped(why) => write!(f, "the copy was ended: {why}"),
            Self::ReadOnly => f.write_str("the disk is nearly full, nothing is written"),
            Self::Damaged(what) => write!(f, "damaged: {what}"),
            Self::Panicked(what) => write!(f, "the act panicked: {what}"),
            Self::Fatal(what) => write!(f, "the disk failed: {what}"),
            Self::Engine(what) => write!(f, "{what}"),
        }
    }
}

impl std::error::Error for StoreError {}
