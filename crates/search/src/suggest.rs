//! Texts that begin like what is being typed, in letters, Han or pinyin.
use std::collections::BTreeMap;

use matching::analysis::is_han;
use matching::query::{parse, plan};
use matching::spelling::{keys, short_prefixes};
use tantivy::postings::TermInfo;

use crate::answer::{Filters, Suggestion};
use crate::columns::Words;
use crate::error::Result;
use crate::find::{Ask, Finder, Screen};
use crate::generation::{Generation, Place};
use crate::postings::{blocks, for_each_block};
use crate::rank::{Ranked, best, scores};
use crate::reach::Reach;
use crate::screen::screens;

/// So many beginnings that the reader reaches are looked at.
const HINTS_MAX: usize = 48;
/// So many documents are looked at.
const DOCS_MAX: usize = 48;
/// So many suggestions are answered at most.
const SUGGESTIONS_MAX: usize = 50;
/// A longer prefix is cut.
const PREFIX_CHARS_MAX: usize = 32;

/// Suggestions: fields and regions first, then owners and titles, each shortest first.
pub(crate) fn suggest(
    generation: &Generation,
    prefix: &str,
    (reach, hide): (&Reach, &[String]),
    limit: usize,
) -> Result<Vec<Suggestion>> {
    let folded = matching::analysis::fold(prefix);
    let prefix: String =
        folded.chars().filter(|ch| ch.is_alphanumeric()).take(PREFIX_CHARS_MAX).collect();
    if prefix.is_empty() {
        return Ok(Vec::new());
    }
    let screens = screens(generation, (reach, hide), &Filters::default(), &Vec::new())?;
    let mut found: Vec<Suggestion> = Vec::new();
    from_columns(&screens, &prefix, &mut found);
    let places = if prefix.chars().any(is_han) {
        places_by_words(generation, &prefix, &screens)?
    } else {
        places_by_hints(generation, &prefix, &screens)?
    };
    for place in places {
        from_document(generation, place, &prefix, &mut found)?;
    }
    let rank = |it: &Suggestion| match it.what {
        "field" | "region" => 0,
        "owner" => 1,
        _ => 2,
    };
    found.sort_by(|a, b| {
        let order = |it: &Suggestion| (rank(it), it.text.chars().count());
        order(a).cmp(&order(b)).then_with(|| (&a.text, &a.id).cmp(&(&b.text, &b.id)))
    });
    found.dedup_by(|later, first| later.text == first.text);
    found.truncate(limit.min(SUGGESTIONS_MAX));
    Ok(found)
}

/// Fields and regions, if the reader reaches a document that has them.
fn from_columns(screens: &[Screen<'_>], prefix: &str, found: &mut Vec<Suggestion>) {
    for screen in screens {
        let columns = &screen.segment.columns;
        for (what, column) in [("field", &columns.subject), ("region", &columns.region)] {
            let mut wanted = wanted_values(column, prefix);
            let mut n_wanted = wanted.iter().filter(|wanted| **wanted).count();
            for doc in 0..screen.segment.n_docs() {
                if n_wanted == 0 {
                    break;
                }
                let value = column.at(doc);
                if wanted[value] && screen.passes(doc) {
                    wanted[value] = false;
                    n_wanted -= 1;
                    let text = column.values()[value].clone();
                    found.push(Suggestion { text, what, id: None });
                }
            }
        }
    }
}

fn wanted_values(column: &Words, prefix: &str) -> Vec<bool> {
    let begins = |value: &String| keys(value).iter().any(|key| key.starts_with(prefix));
    column.values().iter().map(|value| !value.is_empty() && begins(value)).collect()
}

/// Documents whose text holds the Han characters typed, best first.
fn places_by_words(
    generation: &Generation,
    prefix: &str,
    screens: &[Screen<'_>],
) -> Result<Vec<Place>> {
    let plan = plan(&parse(&format!("\"{prefix}\"")));
    let ask = Ask::new(&plan, &generation.counts);
    let mut ranked: Vec<Ranked> = Vec::new();
    for (at, screen) in screens.iter().enumerate() {
        let mut finder = Finder::new(screen.segment, &ask);
        let docs = finder.strict(screen)?;
        let scores = scores(&mut finder, &ask.weighted, ask.average_len, &docs)?;
        ranked.extend(docs.into_iter().zip(scores).map(|(doc, score)| {
            let place = Place { segment: at, doc };
            Ranked { score, place }
        }));
    }
    Ok(best(generation, ranked, DOCS_MAX).into_iter().map(|it| it.place).collect())
}

/// Documents one of whose short keys begins like the letters typed.
fn places_by_hints(
    generation: &Generation,
    prefix: &str,
    screens: &[Screen<'_>],
) -> Result<Vec<Place>> {
    let (short, shorter) = short_prefixes(prefix);
    let mut hints: BTreeMap<Vec<u8>, Vec<Place>> = BTreeMap::new();
    for (at, screen) in screens.iter().enumerate() {
        let reader = &screen.segment.hint;
        // What the reader does not reach does not even use up the limit.
        let mut take = |hint: &[u8], info: &TermInfo| -> Result<usize> {
            let mut places = Vec::new();
            for_each_block(&mut blocks(reader, info, false)?, |docs, _| {
                let reached = docs.iter().copied().filter(|doc| screen.passes(*doc));
                places.extend(reached.map(|doc| Place { segment: at, doc }));
            });
            let is_reached = !places.is_empty();
            if is_reached {
                hints.entry(hint.to_vec()).or_default().extend(places);
            }
            Ok(usize::from(is_reached))
        };
        let mut n_hints = 0;
        for hint in &shorter {
            if let Some(info) = reader.terms().get(hint)? {
                n_hints += take(hint.as_bytes(), &info)?;
            }
        }
        let mut stream = reader.terms().range().ge(short).into_stream()?;
        while let Some((hint, info)) = stream.next() {
            if n_hints >= HINTS_MAX || !hint.starts_with(short.as_bytes()) {
                break;
            }
            n_hints += take(hint, info)?;
        }
    }
    let of_hints: Vec<Vec<Place>> = hints.into_values().take(HINTS_MAX).collect();
    let share = DOCS_MAX / of_hints.len().clamp(1, DOCS_MAX);
    let mut places = Vec::new();
    for mut of_hint in of_hints {
        of_hint.sort_by_key(|place| generation.key(*place));
        places.extend(of_hint.into_iter().take(share));
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

fn from_document(
    generation: &Generation,
    place: Place,
    prefix: &str,
    found: &mut Vec<Suggestion>,
) -> Result<()> {
    let texts = generation.texts(place)?;
    let named =
        [(&texts.title, "title"), (&texts.title_other, "title"), (&texts.owner_name, "owner")];
    for (text, what) in named {
        let begins = |text: &str| keys(text).iter().any(|key| key.starts_with(prefix));
        let has_word = || text.is_ascii() && text.split_whitespace().any(begins);
        let holds =
            || prefix.chars().all(is_han) && matching::analysis::fold(text).contains(prefix);
        if begins(text) || has_word() || holds() {
            let id = (what == "title").then(|| texts.id.clone());
            found.push(Suggestion { text: text.clone(), what, id });
        }
    }
    Ok(())
}
