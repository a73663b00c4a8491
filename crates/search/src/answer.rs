//! Questions and answers, as the faces see them.
use crate::reach::Reach;

/// Narrows a search; an empty list or `None` narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Any of these kinds.
    pub kinds: Vec<String>,
    /// Any of these fields of technology.
    pub fields: Vec<String>,
    /// Any of these owners.
    pub owners: Vec<String>,
    pub regions: Vec<String>,
    pub states: Vec<String>,
    pub trl_min: Option<u8>,
    pub trl_max: Option<u8>,
    pub right_status: Vec<String>,
    pub deal_modes: Vec<String>,
    pub year_min: Option<u16>,
    pub year_max: Option<u16>,
    /// Any class that begins with any of these.
    pub class_prefixes: Vec<String>,
}

/// A search: what was typed, what narrows it, what the reader may see.
#[derive(Clone, Debug)]
pub struct Query {
    pub text: String,
    pub filters: Filters,
    pub reach: Reach,
    /// At most 100 hits a page; 0 asks for counts alone.
    pub limit: usize,
    pub after: Option<Cursor>,
    pub facets: bool,
    /// Ids changed since the index position; they take part in nothing.
    pub hide: Vec<String>,
    /// Where it is there, nothing but these ids takes part: what changed, asked again.
    pub among: Option<Vec<String>>,
    /// Look in the other language too, where a dictionary is installed.
    pub translate: bool,
}

impl Query {
    /// A first page of 20 without filters.
    pub fn new(text: &str, reach: Reach) -> Self {
        Self {
            text: text.to_owned(),
            filters: Filters::default(),
            reach,
            limit: 20,
            after: None,
            facets: false,
            hide: Vec::new(),
            among: None,
            translate: false,
        }
    }
}

/// Where a page ended: the list goes on behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    pub score: f64,
    pub id: String,
    pub generation: u64,
}

impl Cursor {
    /// The cursor as a text for an address, without blanks.
    pub fn to_text(&self) -> String {
        format!("{:x}.{:x}.{}", self.generation, self.score.to_bits(), self.id)
    }

    /// Reads what `to_text` wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let generation = u64::from_str_radix(parts.next()?, 16).ok()?;
        let score = f64::from_bits(u64::from_str_radix(parts.next()?, 16).ok()?);
        let id = parts.next()?.to_owned();
        score.is_finite().then_some(Self { score, id, generation })
    }
}

/// Words of the query that matched in one field of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// `title`, `body` or `other` (owner's name and numbers).
    pub field: &'static str,
    pub words: Vec<String>,
}

/// One document found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub kind: String,
    pub id: String,
    pub score: f64,
    pub why: Vec<Matched>,
}

/// A value and how many of the hits have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub value: String,
    pub n: u64,
}

/// Counts over all strict hits, most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    pub kinds: Vec<Count>,
    pub fields: Vec<Count>,
    pub owners: Vec<Count>,
    pub regions: Vec<Count>,
    pub trl: Vec<Count>,
    pub right_status: Vec<Count>,
    pub deal_modes: Vec<Count>,
    pub years: Vec<Count>,
}

/// What the page should say about an answer; `code` names the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// The text was cut to 256 characters.
    CharactersCut,
    /// The text was cut to 64 groups.
    GroupsCut,
    /// Only exclusions: nothing was searched.
    OnlyNegatives,
    /// Only filters: a list, newest first.
    OnlyFilters,
    /// Only stop words: they were taken exactly.
    OnlyStopWords,
    /// Nothing that can be searched.
    NothingToSearch,
    /// A filter's value could not be read and was left out.
    FilterUnread,
    /// The list moved on since the page before.
    GenerationGone,
    /// No dictionary is installed: one language was searched.
    OneLanguage,
}

impl Note {
    /// The key of the sentence.
    pub fn code(self) -> &'static str {
        match self {
            Self::CharactersCut => "search-characters-cut",
            Self::GroupsCut => "search-groups-cut",
            Self::OnlyNegatives => "search-only-negatives",
            Self::OnlyFilters => "search-only-filters",
            Self::OnlyStopWords => "search-only-stop-words",
            Self::NothingToSearch => "search-nothing",
            Self::FilterUnread => "search-filter-unread",
            Self::GenerationGone => "search-generation-gone",
            Self::OneLanguage => "search-one-language",
        }
    }
}

/// Hits found in the other language, and the pairs that found them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Translated {
    pub hits: Vec<Hit>,
    /// Word and gloss, in the order of the query.
    pub pairs: Vec<(String, String)>,
}

/// What a search answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub hits: Vec<Hit>,
    /// How many documents match strictly.
    pub total: u64,
    /// Documents that hold some of the words; only with fewer than three strict hits.
    pub relaxed: Vec<Hit>,
    /// Documents found through the dictionary, under their own heading.
    pub translated: Translated,
    pub facets: Facets,
    /// The query with its mistyped words replaced, as a proposal.
    pub did_you_mean: Option<String>,
    /// The id of the one thing whose identifier was typed.
    pub jump: Option<String>,
    pub next: Option<Cursor>,
    pub notes: Vec<Note>,
}

/// A text the reader may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub text: String,
    /// What the text is: `title`, `owner`, `field` or `region`.
    pub what: &'static str,
    /// The one thing with this title.
    pub id: Option<String>,
}

/// A term that speaks for a pair, and its share of the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub term: String,
    pub share: f64,
    /// The fields of the document where it stands.
    pub fields: Vec<&'static str>,
}

/// A document like another.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarHit {
    pub kind: String,
    pub id: String,
    pub score: f64,
    /// The score as a share of what no document can exceed; calibrate bands on it.
    pub fit: f64,
    pub reasons: Vec<Reason>,
}
