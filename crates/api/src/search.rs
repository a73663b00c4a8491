//! Finding technologies: lists, suggestions, likenesses, counts, the field tree.

pub mod shape;

use crate::operation::{Answer, Call, Operation};
use crate::query::{Kind, LIMIT, Parameter, limit, shortened};
use crate::reply;
use crate::search::shape::{CountsJson, FieldsJson, PageJson, SimilarsJson, SuggestionsJson};
use crate::shape::Words;
use access::Act as A;
use app::No;
use app::search::Ask;
use base::{OrganisationId, Refusal};
use edge::Reply;
use search::Filters;
use trading::{DealMode, RightStatus, State};

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] = &[&LIST, &SIMILAR, &SUGGEST, &COUNT, &FIELDS];

const TRL: Kind = Kind::Number { least: 1, most: 9 };
const YEAR: Kind = Kind::Number { least: 1800, most: 2200 };
const SUGGESTIONS: u64 = 8;

const fn filters() -> [Parameter; 10] {
    [
        Parameter::new("field", Kind::Texts),
        Parameter::new("owner", Kind::Texts),
        Parameter::new("state", Kind::Words(|| State::WORDS.to_vec())),
        Parameter::new("trl_min", TRL),
        Parameter::new("trl_max", TRL),
        Parameter::new("right_status", Kind::Words(right_statuses)),
        Parameter::new("deal_mode", Kind::Words(DealMode::all)),
        Parameter::new("year_min", YEAR),
        Parameter::new("year_max", YEAR),
        Parameter::new("class", Kind::Texts),
    ]
}

/// A technology without any right counts too.
fn right_statuses() -> Vec<&'static str> {
    let mut all = RightStatus::all();
    all.push("none");
    all
}

const FILTERS: [Parameter; 10] = filters();

const LIST_QUERY: &[Parameter] = &{
    let [a, b, c, d, e, f, g, h, i, j] = FILTERS;
    let q = Parameter::new("q", Kind::Text);
    let own = Parameter::new("own", Kind::Flag);
    let facets = Parameter::new("facets", Kind::Flag);
    let after = Parameter::new("after", Kind::Text);
    [q, a, b, c, d, e, f, g, h, i, j, own, facets, limit(100), after]
};

static LIST: Operation = Operation {
    query: LIST_QUERY,
    answer: Answer::json::<PageJson>(200),
    ..Operation::list(
        "search-technologies",
        "/api/v1/technologies",
        A::ListTechnologies,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let facets = call.query.flag("facets");
    let ask = Ask {
        text: call.query.text("q").to_owned(),
        filters: filters_of(call)?,
        is_own: call.query.flag("own"),
        limit: call.query.limit(LIMIT),
        after: call.query.some("after").map(str::to_owned),
        facets,
    };
    let page = call.city().search(call.asker(), &ask)?;
    Ok(reply::public(&PageJson::of(call, page, facets)))
}

/// The filters of a query; a field or an owner that cannot be is reported, not searched for.
fn filters_of(call: &Call<'_>) -> Result<Filters, No> {
    let query = &call.query;
    let (fields, owners) = (query.texts("field"), query.texts("owner"));
    let mut no: Vec<Refusal> = Vec::new();
    for key in fields.iter().filter(|key| call.city().fields().get(key).is_none()) {
        let refusal = Refusal::invalid("technology-field-unknown").on("field");
        no.push(refusal.text("found", shortened(key)));
    }
    for owner in &owners {
        crate::shape::id::<OrganisationId>("owner", owner, &mut no);
    }
    if !no.is_empty() {
        return Err(No(no));
    }
    Ok(Filters {
        fields,
        owners,
        states: query.texts("state"),
        trl_min: query.number("trl_min"),
        trl_max: query.number("trl_max"),
        right_status: query.texts("right_status"),
        deal_modes: query.texts("deal_mode"),
        year_min: query.number("year_min"),
        year_max: query.number("year_max"),
        class_prefixes: query.texts("class"),
        ..Filters::default()
    })
}

static SIMILAR: Operation = Operation {
    query: &[limit(50)],
    answer: Answer::json::<SimilarsJson>(200),
    ..Operation::look(
        "search-similar",
        "/api/v1/technologies/{id}/similar",
        A::LookAtTechnology,
        |request| SIMILAR.answer(request),
        similar,
    )
};

fn similar(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(SUGGESTIONS);
    let page = call.city().similar(call.asker(), call.id("id")?, limit)?;
    Ok(reply::public(&SimilarsJson::of(call, &page)))
}

static SUGGEST: Operation = Operation {
    query: &[Parameter::required("q", Kind::Text), limit(20)],
    answer: Answer::json::<SuggestionsJson>(200),
    ..Operation::list(
        "search-suggest",
        "/api/v1/suggestions",
        A::ListTechnologies,
        |request| SUGGEST.answer(request),
        suggest,
    )
};

fn suggest(call: &Call<'_>) -> Result<Reply, No> {
    let limit = call.query.limit(SUGGESTIONS);
    let found = call.city().suggest(call.asker(), call.query.text("q"), limit)?;
    Ok(reply::public(&SuggestionsJson { data: found.iter().map(Into::into).collect() }))
}

static COUNT: Operation = Operation {
    query: &FILTERS,
    answer: Answer::json::<CountsJson>(200),
    ..Operation::list(
        "search-count",
        "/api/v1/counts",
        A::CountTechnologies,
        |request| COUNT.answer(request),
        count,
    )
};

fn count(call: &Call<'_>) -> Result<Reply, No> {
    let counts = call.city().counts(call.asker(), &filters_of(call)?)?;
    Ok(reply::public(&CountsJson::from(&counts)))
}

static FIELDS: Operation = Operation {
    answer: Answer::json::<FieldsJson>(200),
    ..Operation::list(
        "search-fields",
        "/api/v1/fields",
        A::LookAtTechnology,
        |request| FIELDS.answer(request),
        fields,
    )
};

fn fields(call: &Call<'_>) -> Result<Reply, No> {
    let data = call.city().fields().fields().iter().map(Into::into).collect();
    Ok(reply::public(&FieldsJson { data }))
}
