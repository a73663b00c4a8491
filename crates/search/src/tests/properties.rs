//! Properties over hundreds of random documents, and a scan to compare with.
use std::collections::HashSet;

use matching::analysis::{Kind, RunKind, analyse, fold, is_han};
use testkit::Dice;

use super::*;

const HAN: [char; 14] =
    ['锂', '电', '池', '激', '光', '焊', '接', '臺', '灣', '台', '湾', '𠮷', 'ガ', '한'];
const WORDS: [&str; 9] = ["laser", "pump", " the ", "5G", "C-8", "，", " ", "\n", "3.5mm"];

fn text(n: usize, dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..n {
        if dice.below(5) == 0 {
            text.push_str(WORDS[dice.below(WORDS.len())]);
        } else {
            text.push(*dice.pick(&HAN));
        }
    }
    text
}

fn documents(seed: u64, n: usize) -> Vec<Document> {
    let mut dice = Dice::new(seed);
    (0..n)
        .map(|at| {
            let n_title = 1 + dice.below(8);
            let mut document = titled(&format!("d{at:04}"), &text(n_title, &mut dice));
            let n_body = dice.below(20);
            document.body = text(n_body, &mut dice);
            document.version = 1;
            document
        })
        .collect()
}

fn hits(index: &Index, text: &str) -> Vec<String> {
    let mut query = Query::new(text, Reach::Everything);
    query.limit = 100;
    let mut ids = Vec::new();
    loop {
        let answer = index.search(&query).expect("an answer");
        ids.extend(answer.hits.into_iter().map(|hit| hit.id));
        let Some(next) = answer.next else { break };
        query.after = Some(next);
    }
    ids.sort_unstable();
    ids
}

/// Scenario 1: any one to four adjacent Han characters find their document.
#[test]
fn every_short_stretch_of_han_finds_its_document() {
    let documents = documents(1, 300);
    let index = index_of(documents.clone());
    let mut dice = Dice::new(2);
    let mut n_asked = 0;
    for document in &documents {
        for source in [&document.title, &document.body] {
            let folded: Vec<char> = fold(source).chars().collect();
            let n = 1 + dice.below(4);
            let stretches: Vec<&[char]> =
                folded.windows(n).filter(|stretch| stretch.iter().all(|ch| is_han(*ch))).collect();
            if stretches.is_empty() {
                continue;
            }
            let stretch: String = dice.pick(&stretches).iter().collect();
            n_asked += 1;
            let ids = hits(&index, &stretch);
            assert!(ids.contains(&document.id), "{stretch} in {source:?}: {ids:?}");
        }
    }
    assert!(n_asked > 300, "{n_asked} stretches were asked for");
}

/// Terms and positions of a text: what a quotation asks for, or all that a document offers.
fn row(text: &str, is_quotation: bool) -> Vec<(u32, String)> {
    let tokens = analyse(text);
    let mut row = Vec::new();
    for run in tokens.runs() {
        let of = tokens.of(run);
        let has = |kind: Kind, n: usize| of.iter().filter(|it| it.kind == kind).count() >= n;
        for token in of {
            let is_wanted = match run.kind {
                RunKind::Han => token.kind == Kind::Pair || !has(Kind::Pair, 1),
                RunKind::Word => token.kind == Kind::Word,
                RunKind::Stop => token.kind == Kind::Exact,
                RunKind::Technical if has(Kind::Part, 2) => token.kind == Kind::Part,
                RunKind::Technical => token.kind == Kind::Whole,
            };
            if is_wanted || !is_quotation {
                row.push((token.position, tokens.term(token).to_owned()));
            }
        }
    }
    row
}

/// Whether the wanted row stands somewhere in the text, by looking at every place.
fn scan(text: &str, wanted: &[(u32, String)]) -> bool {
    let here = row(text, false);
    let Some((base, _)) = wanted.first() else { return false };
    here.iter().any(|(start, _)| {
        wanted.iter().all(|(offset, term)| {
            here.iter().any(|(at, other)| *at == start + offset - base && other == term)
        })
    })
}

/// Scenario 2: a quotation returns exactly the documents that hold it adjacent.
#[test]
fn a_quotation_returns_exactly_what_a_scan_finds() {
    let documents = documents(3, 300);
    let index = index_of(documents.clone());
    let mut dice = Dice::new(4);
    let mut n_found = 0;
    for _ in 0..400 {
        let source = dice.pick(&documents);
        let source = if dice.below(2) == 0 { &source.title } else { &source.body };
        let chars: Vec<char> = source.chars().collect();
        let first = dice.below(chars.len() + 1);
        let last = (first + 1 + dice.below(5)).min(chars.len());
        let quoted: String = chars[first..last].iter().collect();
        let wanted = row(&quoted, true);
        if wanted.is_empty() {
            continue;
        }
        let expect: Vec<String> = documents
            .iter()
            .filter(|it| scan(&it.title, &wanted) || scan(&it.body, &wanted))
            .map(|it| it.id.clone())
            .collect();
        n_found += expect.len();
        assert_eq!(hits(&index, &format!("\"{quoted}\"")), expect, "{quoted:?}");
    }
    assert!(n_found > 400, "{n_found} documents were found in all");
}

/// A long run finds exactly the documents that hold enough of its mass.
#[test]
fn a_long_run_is_covered_as_counted_by_hand() {
    let documents = documents(7, 250);
    let index = index_of(documents.clone());
    let pairs = |text: &str| -> HashSet<String> {
        let tokens = analyse(text);
        let pairs = tokens.tokens().iter().filter(|token| token.kind == Kind::Pair);
        pairs.map(|token| tokens.term(token).to_owned()).collect()
    };
    let held: Vec<HashSet<String>> = documents
        .iter()
        .map(|it| pairs(&it.title).into_iter().chain(pairs(&it.body)).collect())
        .collect();
    let mut dice = Dice::new(8);
    let mut n_found = 0;
    for _ in 0..200 {
        let run: String = (0..5 + dice.below(6)).map(|_| *dice.pick(&HAN)).collect();
        let mass = |pair: &String| {
            let n_with = held.iter().filter(|held| held.contains(pair)).count() as u64;
            matching::weight::idf(documents.len() as u64, n_with)
        };
        let wanted: Vec<(String, f64)> =
            pairs(&run).into_iter().map(|pair| (pair.clone(), mass(&pair))).collect();
        let sum: f64 = wanted.iter().map(|(_, mass)| mass).sum();
        let covers = |held: &HashSet<String>| {
            let found: f64 =
                wanted.iter().filter(|(pair, _)| held.contains(pair)).map(|(_, mass)| mass).sum();
            found >= sum * matching::query::COVER_SHARE - 1e-9
        };
        let expect: Vec<String> = documents
            .iter()
            .zip(&held)
            .filter(|(_, held)| covers(held))
            .map(|(document, _)| document.id.clone())
            .collect();
        n_found += expect.len();
        assert_eq!(hits(&index, &run), expect, "{run}");
    }
    assert!(n_found > 20, "{n_found} documents were found in all");
}

/// Random boxes are answered, and their hits stay within reach and in order.
#[test]
fn random_boxes_are_answered_in_order() {
    let index = index_of(documents(5, 200));
    let mut dice = Dice::new(6);
    let pieces =
        ["\"", "-", " ", "OR ", "title:", "year:2", "锂电", "激光", "C-8", "laser", "\u{1}"];
    for _ in 0..500 {
        let box_text: String = (0..dice.below(8)).map(|_| *dice.pick(&pieces)).collect();
        let answer = index.search(&Query::new(&box_text, Reach::Everything)).expect("an answer");
        let order = |hits: &[crate::Hit]| {
            hits.windows(2).all(|pair| {
                let [a, b] = pair else { return true };
                a.score > b.score || (a.score == b.score && a.id < b.id)
            })
        };
        assert!(order(&answer.hits) && order(&answer.relaxed), "{box_text:?}");
        let nothing = index.search(&Query::new(&box_text, Reach::Nothing)).expect("an answer");
        assert_eq!((nothing.total, nothing.relaxed.len()), (0, 0), "{box_text:?}");
    }
}
