//! Open data: releases in the order of their publication, processes, packages and records.
//!
//! What is published has the shapes of the Open Contracting Data Standard and none of our own.

use crate::operation::{Answer, Call, Operation};
use crate::query::{Kind, LIMIT, Parameter, limit};
use crate::reply;
use crate::shape::{ListJson, Moment, NextJson, TextJson};
use access::Act as A;
use app::No;
use app::open_data::Published;
use base::Refusal;
use edge::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The operations of this noun.
pub(crate) static OPERATIONS: &[&Operation] =
    &[&FEED, &LIST, &RELEASES, &RECORD, &VERSIONED, &FLAGS];

/// A process of which something was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenProcess")]
pub struct ProcessJson {
    pub ocid: String,
    /// `lot` for an auction, or the way of the deal.
    pub kind: String,
    pub title: TextJson,
    pub technology: String,
    pub n_releases: u64,
    /// The tag of the last release.
    pub tag: String,
    /// The `ocid` of the attempt before this one.
    pub former: Option<String>,
    #[schemars(with = "Moment")]
    pub changed_at: String,
    /// Where its release package is read.
    pub uri: String,
}

impl ProcessJson {
    fn of(call: &Call<'_>, row: &Published) -> Self {
        Self {
            ocid: row.ocid.clone(),
            kind: row.kind.clone(),
            title: (&row.title).into(),
            technology: row.technology.to_string(),
            n_releases: row.n_releases,
            tag: row.tag.clone(),
            former: Some(row.former.clone()).filter(|text| !text.is_empty()),
            changed_at: row.changed_at.rfc3339(),
            uri: call.url(&format!("/api/v1/open-data/processes/{}", row.ocid)),
        }
    }
}

/// A release with the place behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenRelease")]
pub struct ReleaseJson {
    /// Opaque; going on after this release starts here.
    pub cursor: String,
    /// A release of the Open Contracting Data Standard 1.1.5.
    pub release: Value,
}

/// Releases, the oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenReleases")]
pub struct ReleasesJson {
    pub data: Vec<ReleaseJson>,
    /// Always there: ask again from here, now or later.
    pub next: NextJson,
    /// Whether nothing more is there now.
    pub is_end: bool,
}

static FEED: Operation = Operation {
    query: &[Parameter::new("after", Kind::Text), limit(1_000)],
    answer: Answer::json::<ReleasesJson>(200),
    ..Operation::list(
        "open-data-releases",
        "/api/v1/open-data/releases",
        A::ReadOpenData,
        |request| FEED.answer(request),
        feed,
    )
};

fn feed(call: &Call<'_>) -> Result<Reply, No> {
    let city = call.city();
    let page = city.open_feed(call.asker(), call.query.some("after"), call.query.limit(LIMIT))?;
    let mut data = Vec::with_capacity(page.releases.len());
    for own in &page.releases {
        let damaged = |_| No::from(Refusal::new(base::Class::Unknown, "own-fault"));
        let release = serde_json::from_str(&own.text).map_err(damaged)?;
        data.push(ReleaseJson { cursor: city.open_cursor(own)?, release });
    }
    let query = call.query.with("after", &page.next);
    let uri = call.url(&format!("/api/v1/open-data/releases?{query}"));
    let shown =
        ReleasesJson { data, next: NextJson { cursor: page.next, uri }, is_end: page.is_end };
    Ok(reply::unchanged_is_free(call, &shown))
}

static LIST: Operation = Operation {
    query: &[limit(100), Parameter::new("after", Kind::Text)],
    answer: Answer::json::<ListJson<ProcessJson>>(200),
    ..Operation::look(
        "open-data-processes",
        "/api/v1/open-data/processes",
        A::ReadOpenData,
        |request| LIST.answer(request),
        list,
    )
};

fn list(call: &Call<'_>) -> Result<Reply, No> {
    let page = call.city().open_processes(
        call.asker(),
        call.query.some("after"),
        call.query.limit(LIMIT),
    )?;
    let data = page.rows.iter().map(|row| ProcessJson::of(call, row)).collect();
    Ok(reply::json(&ListJson { data, next: reply::next(call, page.next) }))
}

static RELEASES: Operation = Operation {
    answer: Answer::json::<PackageJson>(200),
    ..Operation::look(
        "open-data-release-package",
        "/api/v1/open-data/processes/{ocid}",
        A::ReadOpenData,
        |request| RELEASES.answer(request),
        |call| {
            let made = call.city().open_releases(call.asker(), call.request.param("ocid"))?;
            Ok(reply::public(&made))
        },
    )
};

static RECORD: Operation = Operation {
    answer: Answer::json::<PackageJson>(200),
    ..Operation::look(
        "open-data-record",
        "/api/v1/open-data/processes/{ocid}/record",
        A::ReadOpenData,
        |request| RECORD.answer(request),
        |call| {
            let made = call.city().open_record(call.asker(), call.request.param("ocid"), false)?;
            Ok(reply::public(&made))
        },
    )
};

static VERSIONED: Operation = Operation {
    answer: Answer::json::<PackageJson>(200),
    ..Operation::look(
        "open-data-versioned-record",
        "/api/v1/open-data/processes/{ocid}/versioned-record",
        A::ReadOpenData,
        |request| VERSIONED.answer(request),
        |call| {
            let made = call.city().open_record(call.asker(), call.request.param("ocid"), true)?;
            Ok(reply::public(&made))
        },
    )
};

/// A release package or record package of the Open Contracting Data Standard 1.1.5, whose schema is the
/// standard's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenPackage")]
pub struct PackageJson {
    pub uri: String,
    pub version: String,
    #[schemars(with = "Moment")]
    #[serde(rename = "publishedDate")]
    pub published: String,
    /// Everything else that the standard says of a package.
    #[serde(flatten)]
    pub rest: std::collections::BTreeMap<String, Value>,
}

/// What makes an officer look twice; no finding of fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RedFlag")]
pub struct FlagJson {
    /// `R024` and so on, as cardinal defines them.
    pub code: String,
    /// The reference of the auction, where it is about one.
    pub process: Option<String>,
    /// The organisation, where it is about one.
    pub organisation: Option<String>,
    pub organisations: Vec<String>,
    /// Bids by their places among those that the room has seen.
    pub bids: Vec<String>,
}

static FLAGS: Operation = Operation {
    answer: Answer::json::<ListJson<FlagJson>>(200),
    ..Operation::list(
        "open-data-red-flags",
        "/api/v1/open-data/red-flags",
        A::LookAtRedFlags,
        |request| FLAGS.answer(request),
        flags,
    )
};

fn flags(call: &Call<'_>) -> Result<Reply, No> {
    use ocds::flags::Subject;
    let view = call.city().red_flags(call.asker())?;
    let data = view.flags.into_iter().map(|flag| FlagJson {
        code: flag.code.as_str().to_owned(),
        process: match &flag.subject {
            Subject::Process { number, .. } => Some(number.clone()),
            _ => None,
        },
        organisation: match flag.subject {
            Subject::Holder(id) | Subject::Bidder(id) => Some(id),
            _ => None,
        },
        organisations: flag.evidence.organisations,
        bids: flag.evidence.bids,
    });
    Ok(reply::json(&ListJson { data: data.collect(), next: None }))
}
