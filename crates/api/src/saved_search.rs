//! Searches that people keep: one's own, with what is new in each.

use crate::operation::{Answer, Call, Operation, schema_of};
use crate::reply;
use crate::shape::{Moment, OneOf, TextJson, word};
use access::Act as A;
use app::No;
use app::saved_search::{
    Frequency, MarkSavedSearchSeen, Question, RemoveSavedSearch, ReviseSavedSearch, SavedRow,
    SavedSearch, SavedSearchChanged,
};
use base::Refusal;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &SAVE, &REVISE, &REMOVE, &SEEN];

/// What a search asks: words and filters, as the list of technologies takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Question")]
pub struct QuestionJson {
    pub q: String,
    /// Keys of fields; each stands for all below it.
    pub field: Vec<String>,
    pub owner: Vec<String>,
    pub trl_min: Option<u8>,
    pub trl_max: Option<u8>,
    pub right_status: Vec<String>,
    pub deal_mode: Vec<String>,
    pub year_min: Option<u16>,
    pub year_max: Option<u16>,
    pub class: Vec<String>,
}

impl From<&Question> for QuestionJson {
    fn from(of: &Question) -> Self {
        Self {
            q: of.words.clone(),
            field: of.fields.clone(),
            owner: of.owners.clone(),
            trl_min: of.trl_min,
            trl_max: of.trl_max,
            right_status: of.statuses.clone(),
            deal_mode: of.modes.clone(),
            year_min: of.year_min,
            year_max: of.year_max,
            class: of.classes.clone(),
        }
    }
}

impl From<QuestionJson> for Question {
    fn from(of: QuestionJson) -> Self {
        Self {
            words: of.q,
            fields: of.field,
            owners: of.owner,
            trl_min: of.trl_min,
            trl_max: of.trl_max,
            statuses: of.right_status,
            modes: of.deal_mode,
            year_min: of.year_min,
            year_max: of.year_max,
            classes: of.class,
        }
    }
}

/// A saved search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SavedSearch")]
pub struct SavedJson {
    pub id: String,
    pub url: String,
    pub version: u64,
    pub name: String,
    pub question: QuestionJson,
    #[schemars(with = "OneOf<Frequency>")]
    pub frequency: String,
    pub paused: bool,
    /// Up to when what it found was seen.
    #[schemars(with = "Moment")]
    pub looked_at: String,
    #[schemars(with = "Moment")]
    pub created_at: String,
}

impl SavedJson {
    fn of(call: &Call<'_>, of: &SavedSearch) -> Self {
        Self {
            id: of.id.to_string(),
            url: call.url(&format!("/searches/{}", of.id)),
            version: of.version,
            name: of.name.clone(),
            question: (&of.question).into(),
            frequency: of.frequency.word().to_owned(),
            paused: of.is_paused,
            looked_at: of.looked_at.rfc3339(),
            created_at: of.created_at.rfc3339(),
        }
    }
}

/// A saved search in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SavedSearchRow")]
pub struct SavedRowJson {
    #[serde(flatten)]
    pub search: SavedJson,
    /// Found since it was looked at, and within reach now.
    pub new: usize,
}

/// One's own saved searches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SavedSearchList")]
pub struct SavedListJson {
    pub data: Vec<SavedRowJson>,
}

/// Something new in a saved search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "NewFind")]
pub struct FindJson {
    pub id: String,
    pub reference: String,
    pub title: TextJson,
    pub url: String,
}

/// A saved search with what is new in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SavedSearchView")]
pub struct SavedViewJson {
    #[serde(flatten)]
    pub search: SavedJson,
    pub new: Vec<FindJson>,
}

/// A search to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSavedSearch")]
pub struct SaveJson {
    pub name: String,
    pub question: QuestionJson,
    #[schemars(with = "OneOf<Frequency>")]
    pub frequency: String,
}

/// Another name or rhythm of a saved search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevisedSavedSearch")]
pub struct ReviseJson {
    /// The version seen; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    pub name: String,
    #[schemars(with = "OneOf<Frequency>")]
    pub frequency: String,
    #[serde(default)]
    pub paused: bool,
}

/// Up to when what a search found was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SavedSearchSeen")]
pub struct SeenJson {
    #[schemars(with = "Moment")]
    pub until: String,
}

/// What a change of a saved search is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SavedSearchChanged")]
pub struct ChangedJson {
    pub id: String,
    pub version: u64,
}

impl From<SavedSearchChanged> for ChangedJson {
    fn from(of: SavedSearchChanged) -> Self {
        Self { id: of.search.to_string(), version: of.version }
    }
}

fn frequency(text: &str) -> Result<Frequency, No> {
    let mut no: Vec<Refusal> = Vec::new();
    word("frequency", text, &mut no).ok_or(No(no))
}

static LIST: Operation = Operation {
    answer: Answer::json::<SavedListJson>(200),
    ..Operation::list(
        "saved-list",
        "/api/v1/saved-searches",
        A::ListSavedSearches,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let rows = call.city().saved_searches(call.asker())?;
    let row =
        |row: &SavedRow| SavedRowJson { search: SavedJson::of(call, &row.search), new: row.n_new };
    Ok(reply::json(&SavedListJson { data: rows.iter().map(row).collect() }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<SavedViewJson>(200),
    ..Operation::look(
        "saved-look",
        "/api/v1/saved-searches/{id}",
        A::LookAtSavedSearch,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().saved_search(call.asker(), call.id("id")?)?;
    let find = |row: &app::search::Found| FindJson {
        id: row.summary.id.to_string(),
        reference: row.summary.reference.to_string(),
        title: (&row.summary.title).into(),
        url: call.url(&format!("/technologies/{}", row.summary.id)),
    };
    let new = view.new.rows.iter().map(find).collect();
    let shape = SavedViewJson { search: SavedJson::of(call, &view.search), new };
    Ok(reply::single(call, view.search.version, &shape))
}

static SAVE: Operation = Operation {
    request: Some(schema_of::<SaveJson>()),
    answer: Answer::json::<ChangedJson>(201),
    ..Operation::post(
        "saved-create",
        "/api/v1/saved-searches",
        A::SaveSearch,
        |request| SAVE.answer(request),
        save,
    )
};

fn save(call: &Call<'_>) -> Result<Reply, No> {
    let ask: SaveJson = call.body()?;
    let frequency = frequency(&ask.frequency)?;
    let asked = (ask.name, ask.question.into());
    let saved = call.city().save_search(call.asker(), asked, frequency)?;
    let path = format!("/api/v1/saved-searches/{}", saved.search);
    Ok(reply::created(call, &path, &ChangedJson::from(saved)))
}

static REVISE: Operation = Operation {
    request: Some(schema_of::<ReviseJson>()),
    answer: Answer::json::<ChangedJson>(200),
    takes_version: true,
    ..Operation::put(
        "saved-revise",
        "/api/v1/saved-searches/{id}",
        A::ReviseSavedSearch,
        |request| REVISE.answer(request),
        revise,
    )
};

fn revise(call: &Call<'_>) -> Result<Reply, No> {
    let search = call.id("id")?;
    let ask: ReviseJson = call.body()?;
    let version = call.version(ask.version)?;
    let frequency = frequency(&ask.frequency)?;
    let (name, is_paused) = (ask.name, ask.paused);
    let act = ReviseSavedSearch { search, version, name, frequency, is_paused };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static REMOVE: Operation = Operation {
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::delete(
        "saved-remove",
        "/api/v1/saved-searches/{id}",
        A::RemoveSavedSearch,
        |request| REMOVE.answer(request),
        remove,
    )
};

fn remove(call: &Call<'_>) -> Result<Reply, No> {
    let act = RemoveSavedSearch { search: call.id("id")? };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}

static SEEN: Operation = Operation {
    request: Some(schema_of::<SeenJson>()),
    answer: Answer::json::<ChangedJson>(200),
    ..Operation::post(
        "saved-mark",
        "/api/v1/saved-searches/{id}/reading",
        A::MarkSavedSearchSeen,
        |request| SEEN.answer(request),
        seen,
    )
};

fn seen(call: &Call<'_>) -> Result<Reply, No> {
    let search = call.id("id")?;
    let ask: SeenJson = call.body()?;
    let mut no: Vec<Refusal> = Vec::new();
    let Some(until) = crate::shape::moment("until", &ask.until, &mut no) else {
        return Err(No(no));
    };
    let act = MarkSavedSearchSeen { search, until };
    Ok(reply::json(&ChangedJson::from(call.city().perform(call.asker(), act)?)))
}
