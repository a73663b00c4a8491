//! From the box as read to demands an index can answer, and to the terms that are scored.
use super::{ADJACENT_CHARS_MAX, Clause, Field, Note, Part, Query};
use crate::analysis::{Analyser, Kind, Run, RunKind, Token, Tokens};

/// One way to answer a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// The term occurs.
    Term(String),
    /// The terms stand at these offsets from one another.
    Phrase(Vec<(u32, String)>),
}

/// What a document must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Any of the alternatives.
    Any(Vec<Alternative>),
    /// Pairs of a long Han run, of whose mass a share must be found, and the run as a phrase.
    Cover { pairs: Vec<String>, whole: Vec<(u32, String)> },
}

/// Where a demand looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every text of the document.
    Anywhere,
    /// The titles only.
    Title,
    /// The body only.
    Body,
    /// The owner's name and the numbers only.
    Other,
}

/// Any of these lists, each of which asks for all its demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub any: Vec<Vec<(Target, Demand)>>,
}

/// A term that counts towards the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub what: Alternative,
    pub weight: f64,
    /// A single Han character: left out where it stands in too many documents.
    pub is_single: bool,
    /// The bytes of `Plan::text` it came from; neighbours are shown as one word.
    pub span: (u32, u32),
}

/// The query as an index answers it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub must: Vec<Group>,
    pub without: Vec<Group>,
    pub scored: Vec<Scored>,
    /// The texts that were cut, one after another.
    pub text: String,
    /// Values of fields that narrow the list: any of each inner list; `true` excludes.
    pub filters: Vec<(bool, Vec<(Field, String)>)>,
    pub notes: Vec<Note>,
}

/// Cuts the texts of a query.
pub fn plan(query: &Query) -> Plan {
    let mut maker = Maker {
        analyser: Analyser::new(),
        plan: Plan { notes: query.notes.clone(), ..Plan::default() },
        takes_stop_words: false,
    };
    for clause in &query.clauses {
        maker.add(clause);
    }
    let has_text = |plan: &Plan| !plan.must.is_empty() || !plan.without.is_empty();
    if !has_text(&maker.plan) && maker.plan.filters.is_empty() && !query.clauses.is_empty() {
        // Nothing but stop words or punctuation: the stop words are taken exactly.
        maker.takes_stop_words = true;
        query.clauses.iter().for_each(|clause| maker.add(clause));
        let note = if has_text(&maker.plan) { Note::OnlyStopWords } else { Note::Nothing };
        if !maker.plan.notes.contains(&note) {
            maker.plan.notes.push(note);
        }
    }
    maker.plan
}

struct Maker {
    analyser: Analyser,
    plan: Plan,
    takes_stop_words: bool,
}

impl Maker {
    fn add(&mut self, clause: &Clause) {
        let (filters, texts): (Vec<&Part>, Vec<&Part>) =
            clause.any.iter().partition(|part| part.field.is_some_and(Field::is_filter));
        if texts.is_empty() {
            let values = filters
                .iter()
                .filter_map(|part| Some((part.field?, part.text.trim().to_owned())))
                .collect();
            self.plan.filters.push((clause.is_without, values));
            return;
        }
        let mut any = Vec::new();
        for part in clause.any.iter() {
            // A filter joined to a text by OR cannot narrow: its value is taken as text.
            let demands = self.demands(part, !clause.is_without);
            if !demands.is_empty() {
                any.push(demands);
            }
        }
        if any.is_empty() {
            return;
        }
        let group = Group { any };
        if clause.is_without {
            self.plan.without.push(group);
        } else {
            self.plan.must.push(group);
        }
    }

    fn demands(&mut self, part: &Part, is_scored: bool) -> Vec<(Target, Demand)> {
        let target = match part.field {
            Some(Field::Title) => Target::Title,
            Some(Field::Body) => Target::Body,
            Some(Field::Owner | Field::Number) => Target::Other,
            _ => Target::Anywhere,
        };
        let mut tokens = Tokens::default();
        self.analyser.run(&part.text, &mut tokens);
        let mut demands = Vec::new();
        if part.is_quoted {
            demands.extend(self.quotation(&tokens).map(|demand| (target, demand)));
        } else {
            for run in tokens.runs() {
                demands.extend(self.run_demand(run, &tokens, &part.text).map(|it| (target, it)));
            }
        }
        if is_scored {
            self.score(&tokens, &part.text);
        }
        // A blank keeps the words of two groups apart when matched terms are shown.
        self.plan.text.push_str(&part.text);
        self.plan.text.push(' ');
        demands
    }

    fn quotation(&self, tokens: &Tokens) -> Option<Demand> {
        let mut phrase = Vec::new();
        for run in tokens.runs() {
            phrase.extend(self.phrase_of(run, tokens));
        }
        let alternative = rebased(phrase)?;
        Some(Demand::Any(vec![alternative]))
    }

    /// The terms of a run that stand for it inside a phrase, at their own positions.
    fn phrase_of(&self, run: &Run, tokens: &Tokens) -> Vec<(u32, String)> {
        let of = tokens.of(run);
        let pick = |kind: Kind| -> Vec<(u32, String)> {
            of.iter().filter(|token| token.kind == kind).map(|it| placed(it, tokens)).collect()
        };
        match run.kind {
            RunKind::Han => {
                let pairs = pick(Kind::Pair);
                if pairs.is_empty() { pick(Kind::Single) } else { every_second(pairs) }
            }
            RunKind::Word => pick(Kind::Word),
            RunKind::Stop => pick(Kind::Exact),
            RunKind::Technical => {
                let parts = pick(Kind::Part);
                if parts.len() > 1 { parts } else { pick(Kind::Whole) }
            }
        }
    }

    fn run_demand(&self, run: &Run, tokens: &Tokens, text: &str) -> Option<Demand> {
        let of = tokens.of(run);
        let terms = |kinds: &[Kind]| -> Vec<Alternative> {
            let of_kinds = of.iter().filter(|token| kinds.contains(&token.kind));
            of_kinds.map(|token| Alternative::Term(tokens.term(token).to_owned())).collect()
        };
        let any = match run.kind {
            RunKind::Han => return han_demand(of, tokens),
            RunKind::Word => terms(&[Kind::Exact, Kind::Word]),
            RunKind::Stop if !of.is_empty() => terms(&[Kind::Exact]),
            RunKind::Stop if self.takes_stop_words => vec![exact(run, text)],
            RunKind::Stop => return None,
            RunKind::Technical => {
                let mut any = terms(&[Kind::Whole, Kind::Loose]);
                let parts = self.phrase_of(run, tokens);
                if parts.len() > 1 {
                    any.extend(rebased(parts));
                }
                any
            }
        };
        if any.is_empty() { None } else { Some(Demand::Any(any)) }
    }

    fn score(&mut self, tokens: &Tokens, text: &str) {
        for run in tokens.runs() {
            if run.kind == RunKind::Technical {
                let parts = self.phrase_of(run, tokens);
                if parts.len() > 1 {
                    let what = rebased(parts);
                    self.scored(what, (0.5, false), (run.start, run.end));
                }
            }
            for token in tokens.of(run) {
                let has_exact = tokens.of(run)[0].kind == Kind::Exact;
                let weight = match token.kind {
                    Kind::Single | Kind::Pair | Kind::Whole | Kind::Exact => 1.0,
                    Kind::Word if has_exact => 0.5,
                    Kind::Word => 1.0,
                    Kind::Loose => 0.5,
                    Kind::Piece | Kind::Part => continue,
                };
                let term = Some(Alternative::Term(tokens.term(token).to_owned()));
                let is_single = token.kind == Kind::Single;
                self.scored(term, (weight, is_single), (token.start, token.end));
            }
            if run.kind == RunKind::Stop && run.n_tokens == 0 && self.takes_stop_words {
                self.scored(Some(exact(run, text)), (1.0, false), (run.start, run.end));
            }
        }
    }

    fn scored(
        &mut self,
        what: Option<Alternative>,
        (weight, is_single): (f64, bool),
        (start, end): (u32, u32),
    ) {
        let Some(what) = what else { return };
        if let Some(known) = self.plan.scored.iter_mut().find(|it| it.what == what) {
            known.weight += weight;
            return;
        }
        let base = u32::try_from(self.plan.text.len()).unwrap_or(u32::MAX / 2);
        let span = (base + start, base + end);
        self.plan.scored.push(Scored { what, weight, is_single, span });
    }
}

fn exact(run: &Run, text: &str) -> Alternative {
    Alternative::Term(format!("={}", crate::analysis::fold(bytes(text, run.start, run.end))))
}

fn bytes(text: &str, start: u32, end: u32) -> &str {
    let of = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    text.get(of(start)..of(end)).unwrap_or("")
}

fn placed(token: &Token, tokens: &Tokens) -> (u32, String) {
    (token.position, tokens.term(token).to_owned())
}

/// Pairs at offsets 0, 2, 4 …, and the last one where the run is odd.
fn every_second(pairs: Vec<(u32, String)>) -> Vec<(u32, String)> {
    let last = pairs.len() - 1;
    let kept = |(at, _): &(usize, (u32, String))| at % 2 == 0 || *at == last;
    pairs.into_iter().enumerate().filter(kept).map(|(_, pair)| pair).collect()
}

/// A phrase whose first offset is 0, or its only term.
fn rebased(mut phrase: Vec<(u32, String)>) -> Option<Alternative> {
    let base = phrase.iter().map(|(offset, _)| *offset).min()?;
    if phrase.len() == 1 {
        return phrase.pop().map(|(_, term)| Alternative::Term(term));
    }
    phrase.iter_mut().for_each(|(offset, _)| *offset -= base);
    Some(Alternative::Phrase(phrase))
}

fn han_demand(of: &[Token], tokens: &Tokens) -> Option<Demand> {
    let pairs: Vec<(u32, String)> = of
        .iter()
        .filter(|token| token.kind == Kind::Pair)
        .map(|token| placed(token, tokens))
        .collect();
    if pairs.is_empty() {
        let single = of.first()?;
        return Some(Demand::Any(vec![Alternative::Term(tokens.term(single).to_owned())]));
    }
    if pairs.len() < ADJACENT_CHARS_MAX {
        return Some(Demand::Any(vec![rebased(every_second(pairs))?]));
    }
    let whole = every_second(pairs.clone());
    let base = whole.first().map_or(0, |(offset, _)| *offset);
    let whole = whole.into_iter().map(|(offset, term)| (offset - base, term)).collect();
    let mut distinct: Vec<String> = Vec::new();
    for (_, pair) in pairs {
        if !distinct.contains(&pair) {
            distinct.push(pair);
        }
    }
    Some(Demand::Cover { pairs: distinct, whole })
}
