//! Standards: listed by number, looked at with what serves them, kept by the city's office.

use crate::instrument::shape::RowJson;
use crate::operation::{Answer, Call, Operation, schema_of};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{Day, ListJson, NamedJson, OneOf, TextJson, Words, date, word};
use access::Act as A;
use app::No;
use app::standard::{FollowStandard, SaveStandard, StandardChanged};
use base::{Bilingual, Date, Refusal};
use edge::Reply;
use instruments::standard::{Facts, Standard, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &LOOK, &ENTER, &REVISE, &FOLLOW];

impl Words for Status {
    const NAME: &'static str = "StandardStatus";

    fn all() -> Vec<&'static str> {
        Self::ALL.iter().map(|one| one.word()).collect()
    }

    fn read(word: &str) -> Option<Self> {
        Self::parse(word)
    }
}

/// What is known of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StandardFacts")]
pub struct FactsJson {
    /// The version seen, for a revision; may stand in `If-Match` instead.
    #[serde(default)]
    pub version: Option<u64>,
    /// With its year: `GB/T 19077-2016`. A revision does not change it.
    #[serde(default)]
    pub number: String,
    pub title: TextJson,
    #[schemars(with = "OneOf<Status>")]
    pub status: String,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub published: Option<String>,
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub in_force: Option<String>,
    /// The last day on which it counted.
    #[serde(default)]
    #[schemars(with = "Option<Day>")]
    pub ended: Option<String>,
    /// The number of the one that took its place.
    #[serde(default)]
    pub successor: String,
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub scope: TextJson,
}

impl FactsJson {
    fn of(it: &Standard) -> Self {
        let facts = &it.facts;
        let day = |on: Option<Date>| on.map(|on| on.to_string());
        Self {
            version: Some(it.version),
            number: facts.number.clone(),
            title: (&facts.title).into(),
            status: facts.status.word().to_owned(),
            published: day(facts.published),
            in_force: day(facts.in_force),
            ended: day(facts.ended),
            successor: facts.successor.clone(),
            issuer: facts.issuer.clone(),
            scope: (&facts.scope).into(),
        }
    }

    fn read(self) -> Result<Facts, No> {
        let mut no: Vec<Refusal> = Vec::new();
        let mut day = |field: &str, text: &Option<String>| {
            text.as_ref().and_then(|text| date(field, text, &mut no))
        };
        let published = day("published", &self.published);
        let in_force = day("in_force", &self.in_force);
        let ended = day("ended", &self.ended);
        let status = word::<Status>("status", &self.status, &mut no);
        let Some(status) = status.filter(|_| no.is_empty()) else { return Err(No(no)) };
        Ok(Facts {
            number: self.number,
            title: self.title.into(),
            status,
            published,
            in_force,
            ended,
            successor: self.successor,
            issuer: self.issuer,
            scope: Bilingual::from(self.scope),
            invented: false,
        })
    }
}

/// A standard in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StandardRow")]
pub struct RowOfStandardJson {
    pub id: String,
    pub facts: FactsJson,
    /// Listed instruments that serve it.
    pub n_instruments: u64,
}

/// A standard and what serves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Standard")]
pub struct StandardJson {
    pub id: String,
    pub facts: FactsJson,
    /// The ones whose place it took.
    pub former: Vec<NamedJson>,
    pub n_instruments: u64,
    /// At most a hundred of them.
    pub instruments: Vec<RowJson>,
    pub is_followed: bool,
}

/// What a change of a standard led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StandardChanged")]
pub struct ChangedStandardJson {
    pub id: String,
    pub number: String,
    pub version: u64,
    pub changed: bool,
}

impl From<StandardChanged> for ChangedStandardJson {
    fn from(of: StandardChanged) -> Self {
        let (id, number) = (of.standard.to_string(), of.number);
        Self { id, number, version: of.version, changed: of.changed }
    }
}

/// Whether one wants to be told of changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StandardFollow")]
pub struct FollowJson {
    pub is_on: bool,
}

static LIST: Operation = Operation {
    query: &[Parameter::new("q", Kind::Text), limit(200), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<RowOfStandardJson>>(200),
    ..Operation::list(
        "standard-list",
        "/api/v1/standards",
        A::ListStandards,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let query = &call.query;
    let found = call.city().standards(
        call.asker(),
        query.text("q"),
        query.text("after"),
        query.limit(LIMIT),
    )?;
    let data = found
        .rows
        .iter()
        .map(|it| RowOfStandardJson {
            id: it.standard.id.to_string(),
            facts: FactsJson::of(&it.standard),
            n_instruments: it.n_instruments,
        })
        .collect();
    let next = reply::next(call, found.next);
    Ok(reply::json(&ListJson { data, next }))
}

static LOOK: Operation = Operation {
    answer: Answer::json::<StandardJson>(200),
    ..Operation::look(
        "standard-look",
        "/api/v1/standards/{id}",
        A::LookAtStandard,
        |request| LOOK.answer(request),
        look,
    )
};

fn look(call: &Call<'_>) -> Result<Reply, No> {
    let view = call.city().standard(call.asker(), call.id("id")?)?;
    let former = view.former.iter();
    let shown = StandardJson {
        id: view.standard.id.to_string(),
        facts: FactsJson::of(&view.standard),
        former: former
            .map(|(number, id)| NamedJson::new(id, &Bilingual::new(number, number)))
            .collect(),
        n_instruments: u64::try_from(view.n_instruments).unwrap_or(u64::MAX),
        instruments: view.instruments.iter().map(RowJson::of).collect(),
        is_followed: view.is_followed,
    };
    Ok(reply::single(call, view.standard.version, &shown))
}

static ENTER: Operation = Operation {
    request: Some(schema_of::<FactsJson>()),
    answer: Answer::json::<ChangedStandardJson>(201),
    ..Operation::post(
        "standard-enter",
        "/api/v1/standards",
        A::SaveStandard,
        |request| ENTER.answer(request),
        |call| {
            let facts = call.body::<FactsJson>()?.read()?;
            let done = call.city().perform(call.asker(), SaveStandard { standard: None, facts })?;
            let path = format!("/api/v1/standards/{}", done.standard);
            Ok(reply::created(call, &path, &ChangedStandardJson::from(done)))
        },
    )
};

static REVISE: Operation = Operation {
    request: Some(schema_of::<FactsJson>()),
    answer: Answer::json::<ChangedStandardJson>(200),
    takes_version: true,
    ..Operation::put(
        "standard-revise",
        "/api/v1/standards/{id}",
        A::SaveStandard,
        |request| REVISE.answer(request),
        |call| {
            let id = call.id("id")?;
            let ask: FactsJson = call.body()?;
            let version = call.version(ask.version)?;
            let act = SaveStandard { standard: Some((id, version)), facts: ask.read()? };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedStandardJson::from(done)))
        },
    )
};

static FOLLOW: Operation = Operation {
    request: Some(schema_of::<FollowJson>()),
    answer: Answer::json::<ChangedStandardJson>(200),
    ..Operation::post(
        "standard-follow",
        "/api/v1/standards/{id}/following",
        A::FollowStandard,
        |request| FOLLOW.answer(request),
        |call| {
            let act = FollowStandard {
                standard: call.id("id")?,
                is_on: call.body::<FollowJson>()?.is_on,
            };
            let done = call.city().perform(call.asker(), act)?;
            Ok(reply::json(&ChangedStandardJson::from(done)))
        },
    )
};
