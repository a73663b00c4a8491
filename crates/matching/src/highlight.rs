//! Marks what matched in the original text.
//!
//! Pieces hold plain text: a face escapes each piece first and wraps the marked ones after.
use std::collections::HashSet;

use crate::analysis::{Token, Tokens, analyse};
use crate::query::{Alternative, Demand, Plan};

/// A stretch of the original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub is_marked: bool,
}

/// The whole text in pieces.
pub fn mark(text: &str, plan: &Plan) -> Vec<Piece> {
    cut(text, &spans(text, plan), 0, text.len())
}

/// At most `chars_max` characters around the densest matches; an ellipsis stands where it cuts.
pub fn snippet(text: &str, plan: &Plan, chars_max: usize) -> Vec<Piece> {
    let spans = spans(text, plan);
    let borders: Vec<usize> =
        text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len())).collect();
    if borders.len() <= chars_max + 1 {
        return cut(text, &spans, 0, text.len());
    }
    let first = window(&borders, &spans, chars_max);
    let last = (first + chars_max).min(borders.len() - 1);
    let mut pieces = cut(text, &spans, borders[first], borders[last]);
    let ellipsis = || Piece { text: "…".to_owned(), is_marked: false };
    if first > 0 {
        pieces.insert(0, ellipsis());
    }
    if last + 1 < borders.len() {
        pieces.push(ellipsis());
    }
    pieces
}

/// The index of the first character of the window that holds the most marked bytes.
fn window(borders: &[usize], spans: &[(usize, usize)], chars_max: usize) -> usize {
    let index = |byte: usize| borders.partition_point(|border| *border < byte);
    let lead = chars_max / 4;
    let mut best = (0, 0);
    let mut held = 0;
    let mut tail = 0;
    for (head, span) in spans.iter().enumerate() {
        // Each match in turn is the last of a window; earlier ones fall out at the other side.
        held += span.1 - span.0;
        while tail < head && index(span.1) > index(spans[tail].0) + chars_max - lead {
            held -= spans[tail].1 - spans[tail].0;
            tail += 1;
        }
        if held > best.0 {
            best = (held, index(spans[tail].0).saturating_sub(lead));
        }
    }
    best.1.min(borders.len() - 1 - chars_max)
}

/// Cuts the bytes from `first` to `last` at the borders of the spans.
fn cut(text: &str, spans: &[(usize, usize)], first: usize, last: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = first;
    let mut add = |from: usize, to: usize, is_marked: bool| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text: text.to_owned(), is_marked });
        }
    };
    for (start, end) in spans {
        let (start, end) = ((*start).clamp(at, last), (*end).clamp(at, last));
        add(at, start, false);
        add(start, end, true);
        at = end;
    }
    add(at, last, false);
    pieces
}

/// The bytes that matched, in order, joined where they touch.
fn spans(text: &str, plan: &Plan) -> Vec<(usize, usize)> {
    let tokens = analyse(text);
    let mut found = Vec::new();
    for (_, demand) in plan.must.iter().flat_map(|group| group.any.iter().flatten()) {
        match demand {
            Demand::Cover { pairs, .. } => {
                pairs.iter().for_each(|pair| term_spans(&tokens, pair, &mut found));
            }
            Demand::Any(any) => any.iter().for_each(|alternative| match alternative {
                Alternative::Term(term) => term_spans(&tokens, term, &mut found),
                Alternative::Phrase(terms) => phrase_spans(&tokens, terms, &mut found),
            }),
        }
    }
    found.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(found.len());
    for (start, end) in found {
        match joined.last_mut().filter(|last| start <= last.1) {
            Some(last) => last.1 = last.1.max(end),
            None => joined.push((start, end)),
        }
    }
    joined
}

fn term_spans(tokens: &Tokens, term: &str, found: &mut Vec<(usize, usize)>) {
    let same = tokens.tokens().iter().filter(|token| tokens.term(token) == term);
    found.extend(same.map(|token| (wide(token.start), wide(token.end))));
}

fn phrase_spans(tokens: &Tokens, terms: &[(u32, String)], found: &mut Vec<(usize, usize)>) {
    let mut begins: Option<HashSet<u32>> = None;
    for (offset, term) in terms {
        let here: HashSet<u32> = tokens
            .tokens()
            .iter()
            .filter(|token| tokens.term(token) == term)
            .filter_map(|token| token.position.checked_sub(*offset))
            .collect();
        begins = Some(match begins {
            Some(before) => before.intersection(&here).copied().collect(),
            None => here,
        });
    }
    for begin in begins.unwrap_or_default() {
        let (mut start, mut end) = (usize::MAX, 0);
        for (offset, term) in terms {
            for token in tokens_at(tokens.tokens(), begin + offset) {
                if tokens.term(token) == term {
                    start = start.min(wide(token.start));
                    end = end.max(wide(token.end));
                }
            }
        }
        found.push((start, end));
    }
}

/// The tokens at one position; positions never decrease.
fn tokens_at(tokens: &[Token], position: u32) -> impl Iterator<Item = &Token> {
    let first = tokens.partition_point(|token| token.position < position);
    tokens[first..].iter().take_while(move |token| token.position == position)
}

fn wide(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::{parse, plan};

    fn show(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|it| if it.is_marked { format!("[{}]", it.text) } else { it.text.clone() })
            .collect()
    }

    fn check(query: &str, text: &str, expect: &str) {
        assert_eq!(show(&mark(text, &plan(&parse(query)))), expect, "{query} in {text}");
    }

    #[test]
    fn matches_are_marked_in_the_original() {
        check("台湾", "在臺灣的企业", "在[臺灣]的企业");
        check("臺灣", "在台湾的企业", "在[台湾]的企业");
        check("laser welding", "Laser-welded by LASERS", "[Laser]-[welded] by [LASERS]");
        check("锂电池", "锂电池与电池", "[锂电池]与电池");
        check(
            "\"state of the art\"",
            "the state of the art, state art",
            "the [state of the art], state art",
        );
        check("H2O", "纯H₂O水", "纯[H₂O]水");
        check("C8", "pump C – 8, C–8", "pump [C – 8], [C–8]");
        check("处理 -处理器", "待处理<b>", "待[处理]<b>");
        check("锂离子电池模组", "锂离子与电池", "[锂离子]与[电池]");
        check("a", "nothing", "nothing");
    }

    /// Scenario 9.
    #[test]
    fn marks_cover_the_right_bytes_after_characters_that_grow() {
        check("激光", "25℃ﬁ𠮷激光器", "25℃ﬁ𠮷[激光]器");
        check("fix", "ﬁx 𠮷", "[ﬁx] 𠮷");
    }

    #[test]
    fn a_snippet_shows_the_densest_place() {
        let text =
            format!("{}激光{}激光焊接激光{}", "甲".repeat(50), "乙".repeat(50), "丙".repeat(50));
        let pieces = snippet(&text, &plan(&parse("激光 焊接")), 20);
        assert_eq!(show(&pieces), "…乙乙乙乙乙[激光焊接激光]丙丙丙丙丙丙丙丙丙…");
        assert_eq!(show(&snippet("短文", &plan(&parse("激光")), 20)), "短文");
        assert_eq!(show(&snippet(&text, &plan(&parse("锂")), 5)), "甲甲甲甲甲…");
    }

    proptest! {
        #[test]
        fn pieces_add_up_to_the_text(
            text in "[激光焊接laser ℃ﬁ𠮷\\-8C\n]{0,60}",
            query in "[激光焊接laser8C\\- \"]{0,12}",
        ) {
            let plan = plan(&parse(&query));
            let whole: String = mark(&text, &plan).into_iter().map(|it| it.text).collect();
            prop_assert_eq!(&whole, &text);
            let short = snippet(&text, &plan, 10);
            let inside: String = short.into_iter().map(|it| it.text).collect();
            prop_assert!(inside.chars().count() <= 12);
        }
    }
}
