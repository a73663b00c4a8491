//! What can go wrong with the files themselves.

/// Why a file was not kept or not read.
#[derive(Debug)]
pub enum FilesError {
    /// It has more bytes than this.
    TooLarge { most: u64 },
    /// There is no file of this hash.
    Missing,
    /// Its bytes are not those of its hash.
    Damaged,
    /// The folder or the bucket did not do what was asked of it.
    Away(String),
}

impl std::fmt::Display for FilesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge { most } => write!(f, "more than {most} bytes"),
            Self::Missing => f.write_str("no such file"),
            Self::Damaged => f.write_str("the bytes are not those of the hash"),
            Self::Away(found) => f.write_str(found),
        }
    }
}

impl std::error::Error for FilesError {}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Away(other.to_string()),
        }
    }
}
