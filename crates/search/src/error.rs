//! What can go wrong with an index: its files, or the library below.
use std::fmt;

/// A fault of the index or of its files; for the log, never for a reader.
#[derive(Debug)]
pub enum SearchError {
    /// The library below reported a fault.
    Index(tantivy::TantivyError),
    /// A file could not be read or written.
    File(std::io::Error),
    /// Data given to the evaluation cannot be read.
    Data(String),
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(fault) => write!(f, "index: {fault}"),
            Self::File(fault) => write!(f, "index file: {fault}"),
            Self::Data(what) => write!(f, "evaluation data: {what}"),
        }
    }
}

impl std::error::Error for SearchError {}

impl SearchError {
    /// Whether the index itself is at fault, so that building it anew helps; a lock held by
    /// another process or a system that refuses is not.
    pub(crate) fn is_damage(&self) -> bool {
        use tantivy::TantivyError as Fault;
        match self {
            Self::Index(fault) => !matches!(
                fault,
                Fault::LockFailure(..)
                    | Fault::OpenDirectoryError(_)
                    | Fault::OpenWriteError(_)
                    | Fault::SystemError(_)
                    | Fault::Poisoned
            ),
            Self::File(_) | Self::Data(_) => false,
        }
    }
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(fault: tantivy::TantivyError) -> Self {
        Self::Index(fault)
    }
}

impl From<std::io::Error> for SearchError {
    fn from(fault: std::io::Error) -> Self {
        Self::File(fault)
    }
}

/// What every function of this crate answers that touches files.
pub(crate) type Result<T> = std::result::Result<T, SearchError>;
