//! What every command works with: the city, somebody to talk to, and how to say things.

use crate::args::{Common, Writing};
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use access::Role;
use app::{Asker, City};
use base::{Class, Lang, OrganisationId, Refusal};
use words::Arg;

/// A command at work.
pub struct Desk<'a> {
    pub city: &'a City,
    pub io: &'a mut dyn CommandIo,
    pub common: &'a Common,
}

/// Clears a terminal's line from here to its end.
const CLEAR: &str = "\x1b[K";

/// What a command gives back.
pub type Outcome = Result<Exit, Failure>;

impl Desk<'_> {
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

    /// One line that is written over by the next, on a terminal alone.
    pub fn progress(&mut self, key: &str, done: u64, all: u64) {
        if self.shows_progress() {
            let number = |n: u64| Arg::from(i64::try_from(n).unwrap_or(i64::MAX));
            let args = [("done", number(done)), ("all", number(all))];
            let text = words::say_with(self.lang(), key, &args);
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

    /// Data: one line of the standard output.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Data: bytes of the standard output.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let place = std::path::Path::new("-");
        self.io.out(bytes).map_err(|error| Failure::file(place, &error))
    }

    /// Data: the one document of `--json`.
    pub fn json(&mut self, document: &serde_json::Value) -> Result<(), Failure> {
        self.line(&document.to_string())
    }

    /// Rows: aligned under heads on a terminal, separated by tabs elsewhere.
    pub fn table(&mut self, heads: &[String], rows: &[Vec<String>]) -> Result<(), Failure> {
        if !self.io.surroundings().out_is_terminal {
            for row in rows {
                let plain: Vec<String> =
                    row.iter().map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect();
                self.line(&plain.join("\t"))?;
            }
            return Ok(());
        }
        for line in aligned(heads, rows) {
            self.line(&line)?;
        }
        Ok(())
    }

    /// Who acts: the person named, or the installation's operator account.
    pub fn asker(&self, acting: Option<&str>) -> Result<Asker, Failure> {
        let row = self.city.row()?;
        let person = match acting {
            Some(typed) => self.city.person_named(typed)?,
            None => row.operator,
        };
        let asker = Asker::person(person);
        Ok(Asker { network: "local".to_owned(), ..asker })
    }

    /// Who acts in a command that writes, with the key that makes repeating it safe.
    pub fn writer(&self, writing: &Writing) -> Result<Asker, Failure> {
        let asker = self.asker(writing.acting.as_deref())?;
        Ok(match &writing.key {
            Some(key) => asker.keyed(key.clone()),
            None => asker,
        })
    }

    /// The organisation named, or the one that the operator account belongs to.
    pub fn organisation(&self, typed: Option<&str>) -> Result<OrganisationId, Failure> {
        if let Some(typed) = typed {
            return Ok(self.city.organisation_named(typed)?);
        }
        let operator = self.city.row()?.operator;
        let me = self.city.me(&Asker::person(operator))?;
        let own = me.and_then(|me| {
            let own = me.roles.iter().find(|(_, _, role)| *role == Role::Operator);
            own.map(|(id, ..)| *id)
        });
        let nowhere = || Failure::usage(Refusal::new(Class::Invalid, "cli-needs-organisation"));
        own.ok_or_else(nowhere)
    }

    /// Ends a command that only looked: says what would have been done.
    pub fn dry(&mut self, key: &str, args: &[(&str, Arg)]) -> Outcome {
        if self.common.json {
            self.json(&serde_json::json!({ "dry_run": true }))?;
        }
        self.say(key, args);
        Ok(Exit::Done)
    }

    /// Ends a command that did something: one document for programs, one line for people.
    pub fn done(
        &mut self,
        key: &str,
        args: &[(&str, Arg)],
        document: &serde_json::Value,
    ) -> Outcome {
        if self.common.json {
            self.json(document)?;
        } else {
            self.say(key, args);
        }
        Ok(Exit::Done)
    }

    /// Asks for the thing's own name before something that cannot be taken back.
    pub fn confirm(&mut self, key: &str, name: &str) -> Result<(), Failure> {
        if self.common.yes {
            return Ok(());
        }
        let refused = |code| Failure::usage(Refusal::new(Class::Invalid, code).text("name", name));
        if self.common.no_input || !self.io.surroundings().in_is_terminal {
            return Err(refused("cli-needs-yes"));
        }
        let question = words::say_with(self.lang(), key, &[("name", name.into())]);
        match self.io.ask(&format!("{question} ")) {
            Some(answer) if answer.trim() == name => Ok(()),
            _ => Err(refused("cli-not-confirmed")),
        }
    }
}

/// Lines of a table, columns as wide as their widest cell; a Chinese character takes two places.
pub fn aligned(heads: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let all: Vec<&[String]> =
        std::iter::once(heads).chain(rows.iter().map(Vec::as_slice)).collect();
    let n_columns = heads.len();
    let widths: Vec<usize> = (0..n_columns)
        .map(|at| all.iter().filter_map(|row| row.get(at)).map(|cell| places(cell)).max())
        .map(|width| width.unwrap_or(0))
        .collect();
    let line = |row: &&[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            format!("{cell}{}", " ".repeat(width.saturating_sub(places(cell))))
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

/// Places that a text takes on a terminal.
fn places(text: &str) -> usize {
    let is_wide = |c: char| {
        matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x20000..=0x3fffd)
    };
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_over_both_scripts() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let lines = aligned(&row(["Role", "Name"]), &[row(["专家", "Chen Yan"]), row(["x", "y"])]);
        assert_eq!(lines, ["Role  Name", "专家  Chen Yan", "x     y"]);
    }
}
