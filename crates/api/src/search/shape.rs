//! Lists of technologies, suggestions, likenesses and counts as published.

use crate::operation::Call;
use crate::reply;
use crate::shape::{LabelJson, Moment, NamedJson, NextJson, TextJson};
use app::search::{Counts, Found, Page, Suggested};
use base::Instant;
use schemars::JsonSchema;
use search::{Count, Facets, Matched, Note, Reason};
use serde::{Deserialize, Serialize};
use trading::field::Field;

/// A technology as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TechnologySummary")]
pub struct SummaryJson {
    pub id: String,
    pub reference: String,
    /// The page about it.
    pub url: String,
    pub owner: NamedJson,
    pub state: String,
    pub label: LabelJson,
    pub version: u64,
    pub title: TextJson,
    pub summary: TextJson,
    pub field: String,
    pub trl: Option<u8>,
    pub year: Option<u16>,
    /// The strongest of its rights, or `none`.
    pub right_status: String,
    pub deal_modes: Vec<String>,
    #[schemars(with = "Option<Moment>")]
    pub confirmed_at: Option<String>,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    /// Why it was found.
    pub matched: Vec<MatchedJson>,
}

/// Where words of the query were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Matched")]
pub struct MatchedJson {
    /// `title`, `body`, `other` or `translation`.
    pub field: String,
    pub words: Vec<String>,
}

impl From<&Matched> for MatchedJson {
    fn from(of: &Matched) -> Self {
        Self { field: of.field.to_owned(), words: of.words.clone() }
    }
}

impl SummaryJson {
    fn of(call: &Call<'_>, found: &Found) -> Self {
        let row = &found.summary;
        let modes = row.deal_modes.split([' ', ',', ';']).filter(|mode| !mode.is_empty());
        Self {
            id: row.id.to_string(),
            reference: row.reference.to_string(),
            url: call.url(&format!("/technologies/{}", row.id)),
            owner: NamedJson::new(row.owner, &found.owner_name),
            state: row.state.clone(),
            label: (&row.label).into(),
            version: row.version,
            title: (&row.title).into(),
            summary: (&row.summary).into(),
            field: row.field.clone(),
            trl: Some(row.trl).filter(|trl| *trl > 0),
            year: Some(row.year).filter(|year| *year > 0),
            right_status: row.right_status.clone(),
            deal_modes: modes.map(str::to_owned).collect(),
            confirmed_at: row.confirmed_at.map(Instant::rfc3339),
            changed_at: row.changed_at.rfc3339(),
            matched: found.why.iter().map(Into::into).collect(),
        }
    }
}

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "TechnologyPage")]
pub struct PageJson {
    pub data: Vec<SummaryJson>,
    /// How many this reader may see.
    pub total: u64,
    pub next: Option<NextJson>,
    /// Found with some of the words only; on the first page.
    pub relaxed: Vec<SummaryJson>,
    /// Found through the dictionary; on the first page.
    pub translated: Vec<SummaryJson>,
    /// The words that were translated.
    pub translations: Vec<TranslationJson>,
    /// Counts of the whole result; null unless `facets=true`.
    pub facets: Option<FacetsJson>,
    pub did_you_mean: Option<String>,
    /// The one technology whose number was typed.
    pub jump: Option<String>,
    /// What has to be said about the query.
    pub notes: Vec<NoteJson>,
}

/// A word and what it was searched as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Translation")]
pub struct TranslationJson {
    pub typed: String,
    pub searched: String,
}

/// Something to know about a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Note")]
pub struct NoteJson {
    pub code: String,
    pub text: String,
}

impl PageJson {
    /// The page for this reader.
    pub(crate) fn of(call: &Call<'_>, page: Page, with_facets: bool) -> Self {
        let rows = |found: &[Found]| found.iter().map(|row| SummaryJson::of(call, row)).collect();
        let facets = with_facets.then(|| FacetsJson::of(&page));
        let pair = |(typed, searched): (String, String)| TranslationJson { typed, searched };
        Self {
            data: rows(&page.rows),
            total: page.total,
            relaxed: rows(&page.relaxed),
            translated: rows(&page.translated),
            translations: page.pairs.into_iter().map(pair).collect(),
            facets,
            did_you_mean: page.did_you_mean,
            jump: page.jump.map(|id| id.to_string()),
            // A list without a query has nothing to be told about it.
            notes: match call.query.some("q") {
                Some(_) => page.notes.iter().map(|note| note_of(call, *note)).collect(),
                None => Vec::new(),
            },
            next: reply::next(call, page.next),
        }
    }
}

fn note_of(call: &Call<'_>, note: Note) -> NoteJson {
    let code = note.code();
    NoteJson { code: code.to_owned(), text: words::say(call.lang(), code) }
}

/// How many there are of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Count")]
pub struct CountJson {
    pub value: String,
    pub n: u64,
}

impl From<&Count> for CountJson {
    fn from(of: &Count) -> Self {
        Self { value: of.value.clone(), n: of.n }
    }
}

/// How many there are of an owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OwnerCount")]
pub struct OwnerCountJson {
    pub value: String,
    pub name: TextJson,
    pub n: u64,
}

/// Counts beside a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Facets")]
pub struct FacetsJson {
    pub field: Vec<CountJson>,
    pub owner: Vec<OwnerCountJson>,
    pub trl: Vec<CountJson>,
    pub right_status: Vec<CountJson>,
    pub deal_mode: Vec<CountJson>,
    pub year: Vec<CountJson>,
}

fn counts(of: &[Count]) -> Vec<CountJson> {
    of.iter().map(Into::into).collect()
}

impl FacetsJson {
    fn of(page: &Page) -> Self {
        let Facets { fields, owners, trl, right_status, deal_modes, years, .. } = &page.facets;
        let owner = |count: &Count| OwnerCountJson {
            value: count.value.clone(),
            name: page.owner_names.get(&count.value).map(Into::into).unwrap_or_default(),
            n: count.n,
        };
        Self {
            field: counts(fields),
            owner: owners.iter().map(owner).collect(),
            trl: counts(trl),
            right_status: counts(right_status),
            deal_mode: counts(deal_modes),
            year: counts(years),
        }
    }
}

/// Counts of everything this reader may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Counts")]
pub struct CountsJson {
    pub total: u64,
    pub by: FacetsJson,
}

impl From<&Counts> for CountsJson {
    fn from(of: &Counts) -> Self {
        let owner = |(name, count): &(base::Bilingual, Count)| OwnerCountJson {
            value: count.value.clone(),
            name: name.into(),
            n: count.n,
        };
        let by = FacetsJson {
            field: counts(&of.by_field),
            owner: of.by_owner.iter().map(owner).collect(),
            trl: counts(&of.by_trl),
            right_status: counts(&of.by_status),
            deal_mode: counts(&of.by_mode),
            year: counts(&of.by_year),
        };
        Self { total: of.total, by }
    }
}

/// Something that somebody may mean who has typed so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Suggestion")]
pub struct SuggestionJson {
    pub text: String,
    /// `title`, `owner`, `field` or `region`.
    pub what: String,
    /// The technology, where the text is its title.
    pub technology: Option<String>,
}

impl From<&Suggested> for SuggestionJson {
    fn from(of: &Suggested) -> Self {
        Self {
            text: of.text.clone(),
            what: of.what.to_owned(),
            technology: of.technology.map(|id| id.to_string()),
        }
    }
}

/// Suggestions, the likeliest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Suggestions")]
pub struct SuggestionsJson {
    pub data: Vec<SuggestionJson>,
}

/// A technology like another, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SimilarTechnology")]
pub struct SimilarJson {
    pub technology: SummaryJson,
    pub reasons: Vec<LikenessJson>,
}

/// What two technologies have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LikenessReason")]
pub struct LikenessJson {
    pub term: String,
    /// How much of the likeness it makes up.
    pub percent: u8,
    pub fields: Vec<String>,
}

impl From<&Reason> for LikenessJson {
    fn from(of: &Reason) -> Self {
        let fields = of.fields.iter().map(|field| (*field).to_owned()).collect();
        Self { term: of.term.clone(), percent: percent_of(of.share), fields }
    }
}

/// A share as a whole percentage: likeness is a float inside and never published as one.
fn percent_of(share: f64) -> u8 {
    (0..=100_u8).rev().find(|percent| f64::from(*percent) <= share * 100.0 + 0.5).unwrap_or(0)
}

/// Technologies like one, the most alike first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SimilarTechnologies")]
pub struct SimilarsJson {
    pub data: Vec<SimilarJson>,
}

impl SimilarsJson {
    /// The likenesses for this reader.
    pub(crate) fn of(call: &Call<'_>, page: &Page) -> Self {
        let one = |found: &Found| SimilarJson {
            technology: SummaryJson::of(call, found),
            reasons: found.reasons.iter().map(Into::into).collect(),
        };
        Self { data: page.rows.iter().map(one).collect() }
    }
}

/// One field of the city's tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Field")]
pub struct FieldJson {
    pub key: String,
    pub parent: Option<String>,
    pub name: TextJson,
}

impl From<&Field> for FieldJson {
    fn from(of: &Field) -> Self {
        let (key, parent) = (of.key.clone(), of.parent.clone());
        Self { key, parent, name: (&of.name).into() }
    }
}

/// The field tree in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Fields")]
pub struct FieldsJson {
    pub data: Vec<FieldJson>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_whole_percentage() {
        let found: Vec<u8> = [0.0, 0.004, 0.005, 0.5, 0.999, 1.0, 7.0, -1.0].map(percent_of).into();
        assert_eq!(found, [0, 0, 1, 50, 100, 100, 100, 0]);
        assert_eq!(percent_of(f64::NAN), 0);
    }
}
