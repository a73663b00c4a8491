//! How good the order is on judged collections: the same index and formulas as the pages use.
use std::io::Read;

use matching::dictionary::Dictionary;
use matching::measure::{Judgements, Means, Measure, RUN_MAX, Scored, full, means, pool};
use matching::query::{parse, plan};
use serde::{Deserialize, Serialize};

use crate::answer::Filters;
use crate::document::{Change, Document};
use crate::error::{Result, SearchError};
use crate::find::{Ask, Finder};
use crate::generation::Generation;
use crate::index::{Index, Options};
use crate::rank::Ranked;
use crate::reach::Reach;
use crate::screen::screens;
use crate::search::ranked_by_any;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Titles as typed into the search box, every word optional.
    Search,
    /// Needs, weighed by their titles and texts.
    Matching,
}

/// Means over queries; relevant is grade 2 and above where the collection has such grades.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct View {
    #[serde(rename = "ndcg@10")]
    pub ndcg10: f64,
    pub map: f64,
    #[serde(rename = "r@100")]
    pub r100: f64,
    /// Queries with a grade above 0.
    pub n: usize,
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    pub n_queries: usize,
    /// Judged documents alone.
    pub pool: View,
    /// All documents; the unjudged count as wrong.
    pub full: View,
    /// The measures of each query, for paired comparisons.
    #[serde(skip)]
    pub by_query: Vec<(String, Measure, Measure)>,
}

/// One question.
struct Question {
    id: String,
    title: String,
    text: String,
}

/// A need as a line of JSON.
#[derive(Deserialize)]
struct NeedLine {
    #[serde(rename = "_id", alias = "id")]
    id: String,
    title: String,
    #[serde(default)]
    text: String,
}

/// Measures a collection: documents and queries as id TAB text (or needs as JSON lines), and
/// judgements as query, 0, document, grade. A dictionary, plain or gzip, asks across languages.
pub fn evaluate(
    documents: &str,
    queries: &str,
    judgements: &str,
    mode: Mode,
    dictionary: Option<&[u8]>,
) -> Result<Figures> {
    let judgements = Judgements::parse(judgements)
        .map_err(|line| SearchError::Data(format!("judgements, line {line}")))?;
    let queries = read_queries(queries)?;
    let dictionary = dictionary.map(read_dictionary).transpose()?;
    let index = build(documents, &queries, mode)?;
    let generation = index.now();
    let mut by_query = Vec::with_capacity(queries.len());
    for query in &queries {
        let run = run(&generation, query, mode, dictionary.as_ref())?;
        let pooled = pool(&judgements, &query.id, &run);
        by_query.push((query.id.clone(), pooled, full(&judgements, &query.id, &run)));
    }
    let view = |pick: fn(&(String, Measure, Measure)) -> Measure| {
        let Means { ndcg10, map, r100, n } = means(&by_query.iter().map(pick).collect::<Vec<_>>());
        View { ndcg10, map, r100, n }
    };
    Ok(Figures { n_queries: queries.len(), pool: view(|it| it.1), full: view(|it| it.2), by_query })
}

fn read_queries(text: &str) -> Result<Vec<Question>> {
    let mut queries = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = || SearchError::Data(format!("queries, line {}", at + 1));
        let query = if line.trim_start().starts_with('{') {
            let need: NeedLine = serde_json::from_str(line).map_err(|_| fault())?;
            Question { id: need.id, title: need.title, text: need.text }
        } else {
            let (id, title) = line.split_once('\t').ok_or_else(fault)?;
            Question { id: id.to_owned(), title: title.to_owned(), text: String::new() }
        };
        queries.push(query);
    }
    Ok(queries)
}

/// Reads a dictionary file, plain or gzip.
pub fn read_dictionary(bytes: &[u8]) -> Result<Dictionary> {
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::GzDecoder::new(bytes).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8_lossy(bytes).into_owned();
    }
    Ok(Dictionary::parse(&text))
}

/// An index in memory; in matching mode the needs are in it too, to be counted.
fn build(documents: &str, queries: &[Question], mode: Mode) -> Result<Index> {
    let options = Options { writer_threads: 1, ..Options::default() };
    let index = Index::open(None, options)?;
    let mut changes = Vec::new();
    for (at, line) in documents.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = || SearchError::Data(format!("documents, line {}", at + 1));
        let (id, text) = line.split_once('\t').ok_or_else(fault)?;
        changes.push(document("offer", id, text, ""));
    }
    if mode == Mode::Matching {
        for query in queries {
            changes.push(document("need", &query.id, &query.title, &query.text));
        }
    }
    index.apply(&changes, 1)?;
    Ok(index)
}

fn document(kind: &str, id: &str, title: &str, body: &str) -> Change {
    Change::put(Document {
        kind: kind.to_owned(),
        id: id.to_owned(),
        version: 1,
        public: true,
        title: title.to_owned(),
        body: body.to_owned(),
        ..Document::default()
    })
}

fn run(
    generation: &Generation,
    query: &Question,
    mode: Mode,
    dictionary: Option<&Dictionary>,
) -> Result<Vec<Scored>> {
    let filters = Filters { kinds: vec!["offer".to_owned()], ..Filters::default() };
    let screens = screens(generation, (&Reach::Everything, &[]), &filters, &Vec::new())?;
    let ranked: Vec<Ranked> = match (mode, dictionary) {
        (Mode::Search, Some(dictionary)) => {
            let groups = dictionary.groups(&query.title);
            crate::cross::ranked(generation, &groups, &screens, RUN_MAX)?
        }
        (Mode::Search, None) => {
            let plan = plan(&parse(&query.title));
            let ask = Ask::new(&plan, &generation.counts);
            let finder = |segment| Finder::new(segment, &ask);
            let mut finders: Vec<Finder<'_>> = generation.segments.iter().map(finder).collect();
            ranked_by_any(generation, (&ask, &mut finders), &screens, &[], RUN_MAX)?
        }
        (Mode::Matching, _) => {
            let kept = crate::similar::keep(generation, &query.title, &query.text);
            let mut books = crate::similar::books(generation);
            crate::similar::ranked(generation, (&kept, &mut books), &screens, None, RUN_MAX)?
        }
    };
    let named = |it: &Ranked| (generation.name(it.place).1.to_owned(), it.score);
    Ok(ranked.iter().map(named).collect())
}
