//! How fast the index is built and answers: invented texts, drawn from word frequencies with a
//! fixed seed. Arguments: number of documents (100000), number of queries (2000); with 0 queries
//! only the index is built.
//!
//! Beside it SQLite FTS5 indexes the same texts, with the same tokens and with pairs alone.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
use std::time::Instant;

use matching::analysis::{Analyser, Kind, Tokens};
use search::{Change, Document, Index, Like, Likeness, Options, Query, Reach};
use testkit::Dice;

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|it| it.parse::<usize>().ok());
    let n_documents = arguments.next().unwrap_or(100_000);
    let n_queries = arguments.next().unwrap_or(2_000);
    let documents = documents(n_documents);
    let bytes: usize = documents.iter().map(|it| it.title.len() + it.body.len()).sum();
    println!("documents {n_documents}, {:.1} MB of text", bytes as f64 / 1e6);
    for n_threads in [1, 2].into_iter().take(if n_queries == 0 { 1 } else { 2 }) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        build(&documents, n_threads, folder.path());
    }
    fts5(&documents, Peer::SameTokens);
    fts5(&documents, Peer::PairsAlone);
    fts5(&documents, Peer::Trigrams);
    if n_queries == 0 {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let index = build(&documents, 2, folder.path());
    ask(&index, &documents, n_queries);
    visibility(&index, &documents);
}

/// CPU seconds of this process so far, where the system tells.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or("");
    let ticks =
        after_name.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Words of invented characters' pairs with Zipf's frequencies.
struct Language {
    words: Vec<String>,
    sums: Vec<f64>,
}

impl Language {
    fn new(dice: &mut Dice) -> Self {
        let chars: Vec<char> = ('\u{4e00}'..='\u{5a00}').collect();
        let words: Vec<String> = (0..6_000)
            .map(|at| {
                let n = if at % 5 == 4 { 3 } else { 2 };
                // Common characters make up many words, as in any language.
                (0..n).map(|_| chars[dice.below(60 + at.min(2_000)) % chars.len()]).collect()
            })
            .collect();
        let mut sum = 0.0;
        let sums = (0..words.len())
            .map(|at| {
                sum += 1.0 / (at as f64 + 20.0);
                sum
            })
            .collect();
        Self { words, sums }
    }

    fn text(&self, n_words: usize, dice: &mut Dice) -> String {
        let most = self.sums.last().copied().unwrap_or(1.0);
        let word = |dice: &mut Dice| {
            let at = dice.below(1 << 30) as f64 / (1_u64 << 30) as f64 * most;
            let at = self.sums.partition_point(|sum| *sum < at);
            self.words[at.min(self.words.len() - 1)].as_str()
        };
        (0..n_words).map(|_| word(dice)).collect()
    }
}

fn documents(n: usize) -> Vec<Document> {
    let mut dice = Dice::new(7);
    let language = Language::new(&mut dice);
    (0..n)
        .map(|at| {
            let n_title = 5 + dice.below(5);
            let n_body = 10 + dice.below(12);
            let is_public = dice.below(10) > 0;
            Document {
                kind: "technology".into(),
                id: format!("{:08x}-{:04x}", dice.roll() as u32, at),
                version: 1,
                seq: at as u64 + 1,
                gate: if is_public { "public".into() } else { format!("gate-{}", dice.below(8)) },
                owner: format!("owner-{}", dice.below(2_000)),
                state: "released".into(),
                public: is_public,
                title: language.text(n_title, &mut dice),
                body: language.text(n_body, &mut dice),
                classes: vec![format!("G{:02}N {}/{:02}", dice.below(40), dice.below(90), at % 60)],
                field: format!("field-{}", dice.below(12)),
                region: format!("region-{}", dice.below(21)),
                trl: Some(1 + dice.below(9) as u8),
                right_status: vec![["granted", "pending", "none"][dice.below(3)].into()],
                deal_modes: vec![["licence", "sale", "joint"][dice.below(3)].into()],
                year: Some(2005 + dice.below(20) as u16),
                ..Document::default()
            }
        })
        .collect()
}

fn build(documents: &[Document], n_threads: usize, folder: &std::path::Path) -> Index {
    let changes: Vec<Change> = documents.iter().cloned().map(Change::put).collect();
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let options = Options {
        writer_threads: n_threads,
        writer_bytes: std::env::var("WB").ok().and_then(|x| x.parse::<usize>().ok()).unwrap_or(200)
            << 20,
        ..Options::default()
    };
    let index = Index::open(Some(folder), options).expect("an index");
    index.apply(&changes, changes.len() as u64).expect("documents are indexed");
    let took = started.elapsed().as_secs_f64();
    let rate = changes.len() as f64 / took;
    let cpu = cpu_seconds() - cpu;
    println!(
        "build on disk, {n_threads} threads: {took:.2} s ({cpu:.2} CPU), {rate:.0} documents/s"
    );
    index
}

/// How FTS5 is given the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    /// Every token that ours indexes.
    SameTokens,
    /// Without single characters, which then cannot be found.
    PairsAlone,
    /// The texts as they are, for its own three-letter pieces: two characters cannot be found.
    Trigrams,
}

fn fts5(documents: &[Document], peer: Peer) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let base = rusqlite::Connection::open(folder.path().join("fts.db")).expect("a database");
    let tokenizer = if peer == Peer::Trigrams { "trigram" } else { "unicode61" };
    base.execute_batch(&format!(
        "pragma journal_mode = wal; pragma synchronous = normal;
         create virtual table texts using fts5(title, body, tokenize = \"{tokenizer}\")",
    ))
    .expect("FTS5 is built in");
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let mut analyser = Analyser::new();
    let mut tokens = Tokens::default();
    let mut cut = |text: &str| {
        if peer == Peer::Trigrams {
            return text.to_owned();
        }
        analyser.run(text, &mut tokens);
        let mut words = String::with_capacity(text.len() * 3);
        for token in tokens.tokens() {
            if peer == Peer::SameTokens || token.kind != Kind::Single {
                words.push_str(tokens.term(token));
                words.push(' ');
            }
        }
        words
    };
    base.execute_batch("begin").expect("a transaction");
    {
        let mut insert = base
            .prepare("insert into texts (title, body) values ($1, $2)")
            .expect("the statement is right");
        for document in documents {
            insert.execute([cut(&document.title), cut(&document.body)]).expect("a row");
        }
    }
    base.execute_batch("commit").expect("a commit");
    let took = started.elapsed().as_secs_f64();
    let rate = documents.len() as f64 / took;
    let cpu = cpu_seconds() - cpu;
    println!("FTS5 on disk, {peer:?}: {took:.2} s ({cpu:.2} CPU), {rate:.0} documents/s");
}

fn ask(index: &Index, documents: &[Document], n_queries: usize) {
    let mut dice = Dice::new(11);
    let reach = Reach::Any(vec![
        Reach::Gate(vec!["public".into(), "gate-1".into(), "gate-5".into()]),
        Reach::Owner(vec!["owner-17".into()]),
    ]);
    let head = |text: &str, n: usize| text.chars().take(n).collect::<String>();
    let mut measure = |name: &str, make: &dyn Fn(&Document, &Document) -> String| {
        let texts: Vec<String> =
            (0..n_queries).map(|_| make(dice.pick(documents), dice.pick(documents))).collect();
        let mut took = Vec::with_capacity(n_queries);
        let mut n_hits = 0;
        for text in texts.iter().take(100).chain(&texts) {
            let mut query = Query::new(text, reach.clone());
            query.facets = true;
            let started = Instant::now();
            let answer = index.search(&query).expect("an answer");
            took.push(started.elapsed().as_secs_f64() * 1e3);
            n_hits += answer.total;
        }
        show(name, took.split_off(100), Some(n_hits as f64 / (n_queries + 100) as f64));
    };
    measure("search, a whole title", &|a, _| a.title.clone());
    measure("search, halves of two titles", &|a, b| {
        format!("{} {}", head(&a.title, 6), head(&b.title, 6))
    });
    measure("search, two characters", &|a, _| head(&a.title, 2));
    measure("search, one character", &|a, _| head(&a.title, 1));
    measure("search, two words", &|a, _| {
        format!("{} {}", head(&a.title, 2), a.body.chars().rev().take(1).collect::<String>())
    });
    let mut took = Vec::with_capacity(n_queries);
    for _ in 0..n_queries.min(500) {
        let (a, b) = (dice.pick(documents), dice.pick(documents));
        let body = [&*a.body, &b.body, &a.title].concat().repeat(2);
        let like = Like::Text { title: a.title.clone(), body };
        let started = Instant::now();
        index.similar(&Likeness::new(like, reach.clone())).expect("an answer");
        took.push(started.elapsed().as_secs_f64() * 1e3);
    }
    show("similar, a whole need", took, None);
    let mut took = Vec::with_capacity(n_queries);
    for _ in 0..n_queries.min(500) {
        let prefix = head(&dice.pick(documents).title, 2);
        let started = Instant::now();
        index.suggest(&prefix, &reach, 8).expect("an answer");
        took.push(started.elapsed().as_secs_f64() * 1e3);
    }
    show("suggest, two characters", took, None);
}

fn visibility(index: &Index, documents: &[Document]) {
    let mut took = Vec::new();
    for (at, document) in documents.iter().take(60).enumerate() {
        let mut document = document.clone();
        document.version += 1;
        document.title.push_str("鉴定");
        let started = Instant::now();
        index.apply(&[Change::put(document)], (documents.len() + at) as u64).expect("applied");
        took.push(started.elapsed().as_secs_f64() * 1e3);
    }
    show("one change until it is searchable", took, None);
}

fn show(name: &str, mut took: Vec<f64>, hits: Option<f64>) {
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    let hits = hits.map_or(String::new(), |hits| format!(", {hits:.1} hits a query"));
    println!(
        "{name}: p50 {:.3} ms, p95 {:.3}, p99 {:.3}, max {:.3}{hits}",
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}
