//! How a command ends, and what it says when it did not do what was asked.

use app::No;
use base::{Class, Lang, Refusal};
use store::StoreError;

/// The exit codes; scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    /// Failed, or done in part.
    Failed = 1,
    Usage = 2,
    NotFound = 3,
    NotAllowed = 4,
    /// Refused by a rule of the city.
    Refused = 5,
    Conflict = 6,
    /// The outcome is not known.
    Unknown = 7,
    /// What is kept is not what was written.
    Damage = 8,
}

impl Exit {
    /// The code for the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::NotAllowed => 4,
            Self::Refused => 5,
            Self::Conflict => 6,
            Self::Unknown => 7,
            Self::Damage => 8,
        }
    }

    /// The exit of a refusal of this class.
    pub fn of(class: Class) -> Self {
        match class {
            Class::Invalid => Self::Usage,
            Class::NotFound => Self::NotFound,
            Class::SignIn | Class::NotAllowed => Self::NotAllowed,
            Class::Refused | Class::TooLarge => Self::Refused,
            Class::Conflict => Self::Conflict,
            Class::Unknown => Self::Unknown,
            Class::TooMany | Class::ReadOnly | Class::Busy => Self::Failed,
        }
    }
}

/// Why a command stopped: reasons with texts, and the exit that follows.
#[derive(Clone, Debug)]
pub struct Failure {
    pub exit: Exit,
    pub reasons: Vec<Refusal>,
}

impl Failure {
    /// One reason with an exit of its own.
    pub fn new(exit: Exit, reason: Refusal) -> Self {
        Self { exit, reasons: vec![reason] }
    }

    /// A file that cannot be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let (exit, code) = match error.kind() {
            std::io::ErrorKind::NotFound => (Exit::NotFound, "cli-file-missing"),
            std::io::ErrorKind::PermissionDenied => (Exit::NotAllowed, "cli-file-forbidden"),
            _ => (Exit::Failed, "cli-file-failed"),
        };
        let reason = Refusal::new(Class::Refused, code)
            .text("path", path.display().to_string())
            .text("found", error.to_string());
        Self::new(exit, reason)
    }

    /// Something typed that cannot be used.
    pub fn usage(reason: Refusal) -> Self {
        Self::new(Exit::Usage, reason)
    }

    /// The lines for a person.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let mut lines = Vec::new();
        for reason in &self.reasons {
            let sentence = words::refusal(lang, reason);
            lines.push(sentence.text);
            lines.extend(sentence.help.map(|help| format!("  {help}")));
        }
        lines
    }

    /// The document for a program.
    pub fn json(&self, lang: Lang) -> serde_json::Value {
        let reasons: Vec<serde_json::Value> = self
            .reasons
            .iter()
            .map(|reason| {
                let sentence = words::refusal(lang, reason);
                serde_json::json!({
                    "code": reason.code,
                    "field": reason.field,
                    "text": sentence.text,
                    "help": sentence.help,
                })
            })
            .collect();
        serde_json::json!({ "exit": self.exit.code(), "errors": reasons })
    }
}

impl From<No> for Failure {
    fn from(no: No) -> Self {
        Self { exit: Exit::of(no.class()), reasons: no.0 }
    }
}

impl From<Refusal> for Failure {
    fn from(reason: Refusal) -> Self {
        Self::new(Exit::of(reason.class), reason)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if let StoreError::Newer { found, known } = error {
            let reason = Refusal::new(Class::Refused, "cli-store-newer");
            return reason.number("found", found).number("known", known).into();
        }
        let exit = match &error {
            StoreError::Damaged(_) | StoreError::Fatal(_) => Exit::Damage,
            StoreError::Unknown(_) => Exit::Unknown,
            _ => Exit::Failed,
        };
        let reason = Refusal::new(Class::Unknown, "cli-store-failed");
        Self::new(exit, reason.text("found", error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_exit() {
        let exits = [
            (Class::Invalid, 2),
            (Class::SignIn, 4),
            (Class::NotAllowed, 4),
            (Class::NotFound, 3),
            (Class::Refused, 5),
            (Class::Conflict, 6),
            (Class::Unknown, 7),
            (Class::Busy, 1),
        ];
        for (class, code) in exits {
            assert_eq!(Exit::of(class).code(), code, "{class:?}");
        }
        let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(Failure::file(std::path::Path::new("x"), &gone).exit, Exit::NotFound);
        assert_eq!(Failure::from(StoreError::Damaged(String::new())).exit.code(), 8);
    }
}
