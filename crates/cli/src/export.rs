//! `export technologies`: exactly what the filter finds and the asker may see, as a file.

use crate::args::{ExportTechnologies, Format};
use crate::desk::{Desk, Outcome};
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use app::gather::Whole;
use app::search::Ask;
use app::{Asker, City};
use base::{Class, Label, Lang, Refusal};
use papers::{Exported, Head};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes gathered before they are handed on.
const CHUNK_BYTES: usize = 64 * 1024;

/// Runs it.
pub fn run(desk: &mut Desk<'_>, asked: &ExportTechnologies) -> Outcome {
    let asker = desk.asker(asked.reading.acting.as_deref())?;
    let out = asked.out.as_ref().map(|path| desk.io.surroundings().path(path));
    let format = asked.format.or_else(|| out.as_deref().and_then(by_ending));
    let format = format.unwrap_or(Format::Jsonl);
    let text = asked.q.clone().unwrap_or_default();
    let work =
        Work { city: desk.city, asker, ask: Ask { text, ..Ask::default() }, lang: desk.lang() };
    let Some(path) = out else {
        if format == Format::Xlsx && desk.io.surroundings().out_is_terminal {
            return Err(Failure::usage(Refusal::new(Class::Invalid, "cli-export-needs-file")));
        }
        let to = BufWriter::with_capacity(CHUNK_BYTES, Pipe { io: &mut *desk.io });
        let n_rows = work.write(format, to).map_err(|error| error.at(Path::new("-")))?;
        desk.say("cli-export-done", &[("count", number(n_rows))]);
        return Ok(Exit::Done);
    };
    if path.exists() && !desk.common.yes {
        let reason = Refusal::new(Class::Conflict, "cli-file-exists");
        return Err(reason.text("path", path.display().to_string()).into());
    }
    let n_rows = to_file(&work, format, &path)?;
    let place = path.display().to_string();
    let document = serde_json::json!({ "rows": n_rows, "file": place });
    let args = [("count", number(n_rows)), ("path", place.as_str().into())];
    desk.done("cli-export-done-file", &args, &document)
}

fn number(n: usize) -> words::Arg {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

fn by_ending(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "xlsx" => Some(Format::Xlsx),
        "csv" => Some(Format::Csv),
        "jsonl" => Some(Format::Jsonl),
        "xml" => Some(Format::St96),
        _ => None,
    }
}

/// A file is there whole or not at all: it is written beside its place and then moved there.
fn to_file(work: &Work<'_>, format: Format, path: &Path) -> Result<usize, Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part: PathBuf = path.with_file_name(name);
    let fail = |error: std::io::Error| Failure::file(path, &error);
    let file = File::create(&part).map_err(fail)?;
    let done = work
        .write(format, BufWriter::with_capacity(CHUNK_BYTES, &file))
        .map_err(|error| error.at(path))
        .and_then(|n_rows| file.sync_all().map(|()| n_rows).map_err(fail))
        .and_then(|n_rows| std::fs::rename(&part, path).map(|()| n_rows).map_err(fail));
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// The caller's standard output as a writer.
struct Pipe<'i> {
    io: &'i mut dyn CommandIo,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.io.out(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What can go wrong while writing.
enum Stopped {
    Refused(Failure),
    File(std::io::Error),
}

impl Stopped {
    fn at(self, path: &Path) -> Failure {
        match self {
            Self::Refused(failure) => failure,
            Self::File(error) => Failure::file(path, &error),
        }
    }
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

struct Work<'c> {
    city: &'c City,
    asker: Asker,
    ask: Ask,
    lang: Lang,
}

fn exported(whole: Whole) -> Exported {
    Exported { technology: whole.technology, owner: whole.owner, listings: whole.offers }
}

impl Work<'_> {
    fn write(&self, format: Format, mut to: impl Write) -> Result<usize, Stopped> {
        if format == Format::Jsonl {
            return self.write_lines(to);
        }
        let mut rows = Vec::new();
        self.each(|row| {
            rows.push(row);
            Ok(())
        })?;
        let n_rows = rows.len();
        if format == Format::St96 {
            let n_written = papers::export_st96(rows, &mut to)?;
            to.flush()?;
            return Ok(n_written);
        }
        let head = self.head(&rows)?;
        if format == Format::Csv {
            papers::export_csv(&head, rows, &mut to)?;
        } else {
            let book = papers::export_xlsx(&head, rows).map_err(std::io::Error::other)?;
            to.write_all(&book)?;
        }
        to.flush()?;
        Ok(n_rows)
    }

    /// Lines need no head, so nothing is gathered first.
    fn write_lines(&self, mut to: impl Write) -> Result<usize, Stopped> {
        let mut n_rows = 0;
        self.each(|row| {
            n_rows += 1;
            papers::export_jsonl([row], &mut to)
        })?;
        to.flush()?;
        Ok(n_rows)
    }

    fn each(&self, mut take: impl FnMut(Exported) -> std::io::Result<()>) -> Result<(), Stopped> {
        let mut broken = None;
        let found = self.city.each_found(&self.asker, &self.ask, |whole| {
            broken = take(exported(whole)).err();
            broken.is_none()
        });
        match broken {
            Some(error) => Err(error.into()),
            None => found.map_err(|no| Stopped::Refused(no.into())),
        }
    }

    fn head(&self, rows: &[Exported]) -> Result<Head, Stopped> {
        let lang = self.lang;
        let all = Label::public();
        let label = rows.iter().fold(all, |all, row| all.least_upper_bound(&row.technology.label));
        let me = self.city.me(&self.asker).map_err(|no| Stopped::Refused(no.into()))?;
        let filter = match self.ask.text.as_str() {
            "" => words::say(lang, "cli-export-everything"),
            text => text.to_owned(),
        };
        Ok(Head {
            lang,
            filter,
            as_of: self.city.now(),
            n_rows: rows.len(),
            label: words::label(lang, &label),
            who: me.map_or_else(String::new, |me| me.person.name.best(lang).0.to_owned()),
        })
    }
}
