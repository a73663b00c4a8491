//! The floors on judged collections. Absent data is said and counted as skipped.
use crate::evaluate::{Figures, Mode, evaluate};

fn text(name: &str) -> Option<String> {
    let path = testkit::test_data(&format!("ir/{name}"))?;
    Some(std::fs::read_to_string(path).expect("test data is readable"))
}

fn figures(folder: &str, queries: &str, mode: Mode, dictionary: Option<&[u8]>) -> Option<Figures> {
    let documents = text(&format!("{folder}/docs.tsv"))?;
    let queries = text(&format!("{folder}/{queries}"))?;
    let judgements = text(&format!("{folder}/qrels.txt"))?;
    let figures = evaluate(&documents, &queries, &judgements, mode, dictionary);
    let figures = figures.expect("the collection can be evaluated");
    println!(
        "{folder} {mode:?} n {} pool {:?} full {:?}",
        figures.n_queries, figures.pool, figures.full
    );
    Some(figures)
}

#[test]
fn needs_find_achievements_by_title() {
    let Some(it) = figures("bdci2019-zh-dev", "queries.tsv", Mode::Search, None) else { return };
    assert!(it.pool.ndcg10 >= 0.70, "{:?}", it.pool);
}

#[test]
fn needs_find_achievements_by_text() {
    let Some(it) = figures("bdci2019-zh-dev", "queries_full.jsonl", Mode::Matching, None) else {
        return;
    };
    assert!(it.pool.ndcg10 >= 0.742, "{:?}", it.pool);
    assert!(it.full.r100 >= 0.604, "{:?}", it.full);
}

/// Weighing the need is better than its title alone, not by chance.
#[test]
fn the_text_of_a_need_helps() {
    let Some(ours) = figures("bdci2019-zh-dev", "queries_full.jsonl", Mode::Matching, None) else {
        return;
    };
    let Some(title) = figures("bdci2019-zh-dev", "queries.tsv", Mode::Search, None) else { return };
    let mut pairs = Vec::new();
    for (query, pooled, _) in &ours.by_query {
        let other = title.by_query.iter().find(|(other, _, _)| other == query);
        let (_, other, _) = other.expect("both ask the same");
        pairs.extend(pooled.ndcg10.zip(other.ndcg10));
    }
    let (ours, title): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let gap = matching::measure::paired_bootstrap(&ours, &title, 10_000, 1);
    println!("text - title, pool nDCG@10: {gap:?}");
    assert!(gap.low > 0.0, "{gap:?}");
}

#[test]
fn english_abstracts_are_found() {
    let Some(it) = figures("npl", "queries.tsv", Mode::Search, None) else { return };
    assert!(it.full.map >= 0.287, "{:?}", it.full);
}

#[test]
fn chinese_passages_are_found() {
    let Some(it) = figures("cmrc2018-dev", "queries.tsv", Mode::Search, None) else { return };
    assert!(it.full.ndcg10 >= 0.982, "{:?}", it.full);
}

#[test]
fn a_dictionary_crosses_languages() {
    let Some(path) = testkit::test_data("ir/cedict/cedict_1_0_ts_utf-8_mdbg.txt.gz") else {
        return;
    };
    let dictionary = std::fs::read(path).expect("test data is readable");
    let Some(it) = figures("xquad-zh2en", "queries.tsv", Mode::Search, Some(&dictionary)) else {
        return;
    };
    assert!(it.full.ndcg10 >= 0.827, "{:?}", it.full);
}
