//! A Chinese–English dictionary in the format of CC-CEDICT, read from text.
//!
//! The file is the operator's: none is part of the program. One word's glosses form one group,
//! so that a word with eight glosses does not outvote a word with one.
use std::collections::HashMap;

use crate::analysis::{Analyser, Kind, RunKind, Tokens, fold, is_stop_word};

/// A headword longer than this is never looked for.
pub const HEADWORD_CHARS_MAX: usize = 8;
/// As many glosses of one word are used.
pub const GLOSSES_MAX: usize = 8;
const GLOSS_WORDS_MAX: usize = 4;

/// Characters that carry grammar and are not translated.
const PARTICLES: &str = "的了着过地得之吗呢吧啊呀么们与及和或而且并也都就还又在是有为以于被把将从对向到由其这那此该每个所等";

/// The glosses of simplified headwords.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    glosses: HashMap<Box<str>, Box<str>>,
}

/// What one word of the query may be called in the other language.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The word of the query, folded.
    pub word: String,
    /// Terms of the index and their weights.
    pub terms: Vec<(String, f64)>,
    /// The first gloss, for display.
    pub gloss: String,
}

impl Dictionary {
    /// Reads lines `traditional simplified [pinyin] /gloss/gloss/`; others are passed over.
    pub fn parse(text: &str) -> Self {
        let mut dictionary = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((words, rest)) = line.split_once(" [") else { continue };
            let Some(simplified) = words.split_whitespace().nth(1) else { continue };
            let Some((_, glosses)) = rest.split_once("] /") else { continue };
            let headword = fold(simplified);
            if headword.chars().count() > HEADWORD_CHARS_MAX {
                continue;
            }
            let glosses = glosses.trim_end().trim_end_matches('/');
            let entry = dictionary.glosses.entry(headword.into_boxed_str()).or_default();
            // Several entries of one word follow one another.
            let joined =
                if entry.is_empty() { glosses.into() } else { format!("{entry}/{glosses}") };
            *entry = joined.into_boxed_str();
        }
        dictionary
    }

    /// How many headwords there are.
    pub fn len(&self) -> usize {
        self.glosses.len()
    }

    /// True without any headword.
    pub fn is_empty(&self) -> bool {
        self.glosses.is_empty()
    }

    /// The cleaned glosses of a headword, at most `GLOSSES_MAX`.
    pub fn glosses(&self, headword: &str) -> Vec<String> {
        let Some(raw) = self.glosses.get(headword) else { return Vec::new() };
        let mut clean: Vec<String> = Vec::new();
        for gloss in raw.split(['/', ';']).filter_map(clean_gloss) {
            if !clean.contains(&gloss) {
                clean.push(gloss);
            }
        }
        clean.truncate(GLOSSES_MAX);
        clean
    }

    /// Groups for a Chinese text: longest matches; Latin runs pass untranslated.
    pub fn groups(&self, text: &str) -> Vec<Group> {
        let tokens = crate::analysis::analyse(text);
        let mut groups: Vec<Group> = Vec::new();
        let mut analyser = Analyser::new();
        for run in tokens.runs() {
            if run.kind == RunKind::Han {
                let singles = tokens.of(run).iter().filter(|token| token.kind == Kind::Single);
                let chars: Vec<&str> = singles.map(|token| tokens.term(token)).collect();
                self.translate(&chars, &mut analyser, &mut groups);
                continue;
            }
            for token in tokens.of(run) {
                let weight = if token.kind == Kind::Loose { 0.5 } else { 1.0 };
                if !matches!(token.kind, Kind::Part | Kind::Piece | Kind::Exact) {
                    let term = tokens.term(token).to_owned();
                    let terms = vec![(term.clone(), weight)];
                    groups.push(Group { word: term.clone(), terms, gloss: term });
                }
            }
        }
        groups
    }

    fn translate(&self, chars: &[&str], analyser: &mut Analyser, groups: &mut Vec<Group>) {
        let mut at = 0;
        while at < chars.len() {
            let (word, width) = self.longest(&chars[at..]);
            at += width;
            let is_particle = width == 1 && PARTICLES.contains(&word);
            if is_particle {
                continue;
            }
            let glosses = self.glosses(&word);
            let terms = weighted_terms(&glosses, analyser);
            let Some(gloss) = glosses.into_iter().next().filter(|_| !terms.is_empty()) else {
                continue;
            };
            groups.push(Group { word, terms, gloss });
        }
    }

    fn longest(&self, chars: &[&str]) -> (String, usize) {
        for width in (1..=chars.len().min(HEADWORD_CHARS_MAX)).rev() {
            let word = chars[..width].concat();
            if width == 1 || self.glosses.contains_key(word.as_str()) {
                return (word, width);
            }
        }
        (String::new(), 1)
    }
}

/// Without brackets, classifiers, surnames, references; `None` if nothing useful is left.
fn clean_gloss(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut depth = 0_u32;
    for ch in raw.chars() {
        match ch {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(ch),
            _ => {}
        }
    }
    let text = text.trim().trim_start_matches("to ").trim_start_matches("to be ").trim();
    let lower = text.to_lowercase();
    let useless =
        ["cl:", "surname ", "variant of", "old variant", "see ", "abbr. for", "also written"];
    let is_useless = useless.iter().any(|start| lower.starts_with(start))
        || lower.contains("variant of")
        || lower.contains("used in ");
    let n_words = lower.split_whitespace().count();
    (!is_useless && (1..=GLOSS_WORDS_MAX).contains(&n_words)).then_some(lower)
}

/// Each word of a gloss weighs 1 / its number of words; the best weight of a term counts.
fn weighted_terms(glosses: &[String], analyser: &mut Analyser) -> Vec<(String, f64)> {
    let mut terms: Vec<(String, f64)> = Vec::new();
    let mut tokens = Tokens::default();
    for gloss in glosses {
        analyser.run(gloss, &mut tokens);
        let words: Vec<&str> = tokens
            .tokens()
            .iter()
            .filter(|token| !matches!(token.kind, Kind::Part | Kind::Piece | Kind::Exact))
            .map(|token| tokens.term(token))
            .filter(|word| !is_stop_word(word))
            .collect();
        let weight = 1.0 / gloss.split_whitespace().count().max(1) as f64;
        for word in &words {
            match terms.iter_mut().find(|(term, _)| term == word) {
                Some((_, known)) => *known = known.max(weight),
                None => terms.push(((*word).to_owned(), weight)),
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "# head\n\
        鈦合金 钛合金 [tai4 he2 jin1] /titanium alloy/\n\
        臺灣 台湾 [Tai2 wan1] /Taiwan/\n\
        處理 处理 [chu3 li3] /to handle/to treat/to deal with (a problem)/CL:個|个[ge4]/\
        a very long gloss of many words/\n\
        王 王 [Wang2] /surname Wang/\n\
        王 王 [wang2] /king or monarch/best or strongest of its type/\n\
        broken line\n";

    fn check(text: &str, expect: &str) {
        let groups = Dictionary::parse(SAMPLE).groups(text);
        let shown: Vec<String> = groups
            .iter()
            .map(|group| {
                let terms: Vec<String> = group
                    .terms
                    .iter()
                    .map(|(term, weight)| format!("{term} {weight:.2}"))
                    .collect();
                format!("{} = {}", group.word, terms.join(", "))
            })
            .collect();
        assert_eq!(shown.join("; "), expect, "{text}");
    }

    #[test]
    fn words_become_groups_of_glosses() {
        check(
            "钛合金的处理",
            "钛合金 = titanium 0.50, alloy 0.50; 处理 = handl 1.00, treat 1.00, deal 0.50",
        );
        check("鈦合金C-8", "钛合金 = titanium 0.50, alloy 0.50; c8 = c8 1.00");
        check("王", "王 = king 0.33, monarch 0.33");
        check("的龘", "");
        assert_eq!(Dictionary::parse(SAMPLE).len(), 4);
        assert!(Dictionary::parse("").is_empty());
    }

    #[test]
    fn glosses_are_cleaned() {
        let dictionary = Dictionary::parse(SAMPLE);
        assert_eq!(dictionary.glosses("处理"), ["handle", "treat", "deal with"]);
    }
}
