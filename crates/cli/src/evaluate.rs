//! `evaluate`: how well search and matching do on a judged collection. Needs no city.

use crate::args::{Collection, Common, Evaluate};
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use base::{Class, Refusal};
use search::evaluate::{Mode, evaluate};
use std::path::Path;

/// Measures, and prints the figures as one JSON document.
pub fn run(common: &Common, asked: &Evaluate, io: &mut dyn CommandIo) -> Outcome {
    let (mode, of) = match asked {
        Evaluate::Search(of) => (Mode::Search, of),
        Evaluate::Matching(of) => (Mode::Matching, of),
    };
    let figures = measure(mode, of, io)?;
    let document = serde_json::to_value(&figures).unwrap_or_default();
    let text = if common.json || !io.surroundings().out_is_terminal {
        document.to_string()
    } else {
        serde_json::to_string_pretty(&document).unwrap_or_default()
    };
    let printed = io.out(format!("{text}\n").as_bytes());
    printed.map_err(|error| Failure::file(Path::new("-"), &error))?;
    Ok(Exit::Done)
}

fn measure(
    mode: Mode,
    of: &Collection,
    io: &dyn CommandIo,
) -> Result<search::evaluate::Figures, Failure> {
    let read = |path: &Path| {
        let path = io.surroundings().path(path);
        std::fs::read(&path).map_err(|error| Failure::file(&path, &error))
    };
    let text = |path: &Path| read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (docs, queries, qrels) = (text(&of.docs)?, text(&of.queries)?, text(&of.qrels)?);
    let dictionary = of.dictionary.as_deref().map(read).transpose()?;
    evaluate(&docs, &queries, &qrels, mode, dictionary.as_deref()).map_err(|error| {
        let reason = Refusal::new(Class::Invalid, "cli-collection-unreadable");
        Failure::usage(reason.text("found", error.to_string()))
    })
}
