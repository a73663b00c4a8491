//! Packages of releases and of records, JSON Lines for bulk, and the two files of our own extension.

use std::collections::BTreeSet;

use base::Instant;
use serde_json::{Map, Value, json};

use crate::check;
use crate::section::{self, Part};
use crate::standard::{Extension, Kind, Of, fields};

/// Who publishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    pub name: String,
    pub scheme: Option<String>,
    pub uid: Option<String>,
    pub uri: Option<String>,
}

/// What stands on a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The address of this package.
    pub uri: String,
    /// The last change of what is in it.
    pub published: Instant,
    pub publisher: Publisher,
    pub license: Option<String>,
    pub policy: Option<String>,
    /// Where [`extension_file`] of our own extension is served.
    pub auctions_extension: String,
}

impl Extension {
    /// The address of the extension's file; our own has the given one.
    pub fn address(self, own: &str) -> String {
        let theirs = "https://raw.githubusercontent.com/open-contracting-extensions";
        match self {
            Self::Bids => format!("{theirs}/ocds_bid_extension/v1.1.5/extension.json"),
            Self::Lots => format!("{theirs}/ocds_lots_extension/v1.1.5/extension.json"),
            Self::Techniques => format!("{theirs}/ocds_techniques_extension/master/extension.json"),
            Self::Auctions => own.to_owned(),
        }
    }
}

/// A package of releases. Extensions whose fields occur are named.
pub fn release_package(releases: &[Value], envelope: &Envelope) -> Value {
    let extensions = releases.iter().flat_map(|release| check::release(release).extensions);
    let package = package(envelope, extensions.collect());
    with(package, "releases", releases.to_vec())
}

/// A package of records made of these release packages. Extensions whose fields occur are named.
pub fn record_package(records: &[Value], envelope: &Envelope, packages: &[String]) -> Value {
    let compiled = records.iter().filter_map(|record| record.get("compiledRelease"));
    let extensions = compiled.flat_map(|release| check::release(release).extensions);
    let package = package(envelope, extensions.collect()).set("packages", packages.to_vec());
    with(package, "records", records.to_vec())
}

fn package(envelope: &Envelope, extensions: BTreeSet<Extension>) -> Part {
    let publisher = &envelope.publisher;
    let publisher = Part::default()
        .set("name", publisher.name.as_str())
        .set("scheme", publisher.scheme.as_deref())
        .set("uid", publisher.uid.as_deref())
        .set("uri", publisher.uri.as_deref());
    let address =
        |extension: Extension| Value::String(extension.address(&envelope.auctions_extension));
    Part::default()
        .set("uri", envelope.uri.as_str())
        .set("version", "1.1")
        .set("publishedDate", section::moment(envelope.published))
        .set("publisher", publisher.done())
        .set("license", envelope.license.as_deref())
        .set("publicationPolicy", envelope.policy.as_deref())
        .all("extensions", extensions.into_iter().map(address))
}

fn with(package: Part, name: &str, content: Vec<Value>) -> Value {
    let mut package = package.done();
    if let Value::Object(fields) = &mut package {
        fields.insert(name.to_owned(), Value::Array(content));
    }
    package
}

/// One line for each value, each ended by a line feed: the form of bulk files.
pub fn json_lines<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut text = String::new();
    for value in values {
        // A value without its own line breaks: serde_json writes none unless asked to.
        text.push_str(&value.to_string());
        text.push('\n');
    }
    text
}

/// The file that describes our own extension, with the address of its documentation.
pub fn extension_file(documentation: &str) -> Value {
    json!({
        "name": {"en": "Auctions with rounds", "zh-Hans": "竞价及轮次"},
        "description": {
            "en": "Electronic auctions of a tender: place, step, period, and what each round brought.",
            "zh-Hans": "采购或转让项目的电子竞价：网址、加价幅度、时间及各轮结果。",
        },
        "documentationUrl": {"en": documentation},
        "compatibility": ["1.1"],
        "schemas": ["release-schema.json"],
    })
}

/// The part of a release schema that our own extension adds, made of the table of fields, so that
/// others merge its lists as we do.
pub fn extension_schema() -> Value {
    let auctions = json!({"type": "array", "items": {"$ref": "#/definitions/Auction"}});
    json!({"definitions": {
        "Tender": {"properties": {"auctions": auctions}},
        "Auction": definition(Of::Auction),
        "AuctionRound": definition(Of::Round),
    }})
}

fn definition(of: Of) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields(of) {
        let schema = match field.kind {
            Kind::One(Of::Value) => json!({"$ref": "#/definitions/Value"}),
            Kind::One(Of::Period) => json!({"$ref": "#/definitions/Period"}),
            Kind::Many(_) => {
                json!({"type": "array", "items": {"$ref": "#/definitions/AuctionRound"}})
            }
            Kind::Integer => json!({"type": ["integer", "null"]}),
            Kind::Address => json!({"type": ["string", "null"], "format": "uri"}),
            _ if field.is_needed => json!({"type": "string", "minLength": 1}),
            _ => json!({"type": ["string", "null"]}),
        };
        properties.insert(field.name.to_owned(), schema);
        if field.is_needed {
            required.push(field.name);
        }
    }
    json!({"type": "object", "required": required, "properties": properties})
}
