//! What commands that need no city say, and how.

use crate::args::Common;
use crate::exit::Failure;
use crate::io::CommandIo;
use base::{Lang, Refusal};
use words::Arg;

/// Somebody to talk to, without a city.
pub struct Talk<'a> {
    pub common: &'a Common,
    pub io: &'a mut dyn CommandIo,
}

/// Clears a terminal's line from here to its end.
const CLEAR: &str = "\x1b[K";

impl Talk<'_> {
    /// The language that the caller reads.
    pub fn lang(&self) -> Lang {
        self.common.lang.unwrap_or(self.io.surroundings().lang)
    }

    /// Says a sentence on the error output, unless the caller wants quiet.
    pub fn say(&mut self, key: &str, args: &[(&str, Arg)]) {
        if !self.common.quiet {
            let text = words::say_with(self.lang(), key, args);
            self.io.err(&format!("{text}\n"));
        }
    }

    /// Data: one line of the standard output.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        let place = std::path::Path::new("-");
        let written = self.io.out(format!("{text}\n").as_bytes());
        written.map_err(|error| Failure::file(place, &error))
    }

    /// Data: the one document of `--json`, or else a line for people.
    pub fn result(
        &mut self,
        key: &str,
        args: &[(&str, Arg)],
        document: &serde_json::Value,
    ) -> Result<(), Failure> {
        if self.common.json {
            return self.line(&document.to_string());
        }
        let text = words::say_with(self.lang(), key, args);
        self.line(&text)
    }

    /// How far a copy has come, on a terminal alone; `false` once somebody pressed ctrl-C.
    pub fn copying(&mut self, table: &str, rows: u64) -> bool {
        if self.shows_progress() {
            let args = [("table", table.into()), ("rows", count(rows))];
            let text = words::say_with(self.lang(), "cli-copy-progress", &args);
            self.io.err(&format!("\r{text}{CLEAR}"));
        }
        !self.io.is_interrupted()
    }

    /// How far a check has come, on a terminal alone.
    pub fn checking(&mut self, done: u64, all: u64) {
        if self.shows_progress() {
            let args = [("done", count(done)), ("all", count(all))];
            let text = words::say_with(self.lang(), "cli-progress", &args);
            self.io.err(&format!("\r{text}{CLEAR}"));
        }
    }

    /// Takes the line of progress away.
    pub fn end_progress(&mut self) {
        if self.shows_progress() {
            self.io.err(&format!("\r{CLEAR}"));
        }
    }

    fn shows_progress(&self) -> bool {
        self.io.surroundings().err_is_terminal && !self.common.quiet
    }
}

/// A count as a sentence takes it.
pub fn count(n: u64) -> Arg {
    Arg::from(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The key that was typed, or the file that holds it.
pub fn verifier_key(typed: &str, io: &dyn CommandIo) -> Result<tlog::VerifierKey, Failure> {
    let path = io.surroundings().path(std::path::Path::new(typed));
    let text = std::fs::read_to_string(path).unwrap_or_else(|_| typed.to_owned());
    text.trim().parse().map_err(|why: tlog::KeyError| {
        let reason = Refusal::new(base::Class::Invalid, "cli-key-unreadable");
        Failure::usage(reason.text("found", why.to_string()))
    })
}
