//! Where a command reads and writes: a terminal here, or a terminal at the far end of a socket.

use base::Lang;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What surrounds the caller of a command.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Surroundings {
    /// Paths are meant from here.
    pub cwd: PathBuf,
    /// The language of the environment.
    pub lang: Lang,
    pub out_is_terminal: bool,
    pub err_is_terminal: bool,
    pub in_is_terminal: bool,
}

impl Surroundings {
    /// Those of this process.
    pub fn here() -> Self {
        Self {
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            lang: lang_of_environment(|name| std::env::var(name).ok()),
            out_is_terminal: std::io::stdout().is_terminal(),
            err_is_terminal: std::io::stderr().is_terminal(),
            in_is_terminal: std::io::stdin().is_terminal(),
        }
    }

    /// A path as the caller meant it.
    pub fn path(&self, typed: &Path) -> PathBuf {
        self.cwd.join(typed)
    }
}

/// The language that the environment asks for: the first of the POSIX variables that is set.
pub fn lang_of_environment(get: impl Fn(&str) -> Option<String>) -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| get(name).filter(|text| !text.is_empty()))
        .and_then(|text| Lang::parse(text.split(['.', '@']).next().unwrap_or("")))
        .unwrap_or_default()
}

/// What a command is given to talk.
pub trait CommandIo {
    /// What surrounds the caller.
    fn surroundings(&self) -> &Surroundings;

    /// Data, to the standard output.
    fn out(&mut self, bytes: &[u8]) -> std::io::Result<()>;

    /// Anything for people, to the standard error output.
    fn err(&mut self, text: &str);

    /// Asks a person and waits for the line; `None` where nobody answers.
    fn ask(&mut self, question: &str) -> Option<String>;

    /// Whether the caller wants the command to stop.
    fn is_interrupted(&self) -> bool;
}

/// The terminal or the pipes of this process.
pub struct Terminal {
    surroundings: Surroundings,
    interrupted: Arc<AtomicBool>,
}

impl Terminal {
    /// Talks to this process; `interrupted` is set when somebody presses ctrl-C.
    pub fn new(interrupted: Arc<AtomicBool>) -> Self {
        Self { surroundings: Surroundings::here(), interrupted }
    }
}

impl CommandIo for Terminal {
    fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    fn out(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    fn err(&mut self, text: &str) {
        // Nobody can be told that telling failed.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        self.err(question);
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(n) if n > 0 => Some(line.trim().to_owned()),
            _ => None,
        }
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

/// Keeps what was said, for tests.
#[cfg(test)]
pub(crate) struct Kept {
    pub surroundings: Surroundings,
    pub out: Vec<u8>,
    pub err: String,
    pub answers: Vec<String>,
}

#[cfg(test)]
impl Kept {
    pub(crate) fn new(cwd: &Path) -> Self {
        let surroundings = Surroundings {
            cwd: cwd.to_owned(),
            lang: Lang::En,
            out_is_terminal: false,
            err_is_terminal: false,
            in_is_terminal: false,
        };
        Self { surroundings, out: Vec::new(), err: String::new(), answers: Vec::new() }
    }
}

#[cfg(test)]
impl CommandIo for Kept {
    fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    fn out(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn err(&mut self, text: &str) {
        self.err.push_str(text);
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        self.err.push_str(question);
        (!self.answers.is_empty()).then(|| self.answers.remove(0))
    }

    fn is_interrupted(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_follows_the_environment() {
        let lang = |set: &'static [(&'static str, &'static str)]| {
            lang_of_environment(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, to)| (*to).to_owned())
            })
        };
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(lang(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_GB.UTF-8")]), Lang::En);
        assert_eq!(lang(&[("LC_ALL", ""), ("LANG", "zh_TW")]), Lang::Zh);
        assert_eq!(lang(&[("LC_ALL", "C")]), Lang::En);
        assert_eq!(lang(&[]), Lang::En);
    }
}
