//! Instruments by the Metadata Schema for the Persistent Identification of Instruments, version 1.0
//! (PIDINST, RDA; rdawg-pidinst/schema): written as JSON and XML and read back from both; and as
//! structured data of schema.org.
//!
//! What the schema asks for is always there: an instrument without a maker was made by its owner.

mod node;
mod reading;

pub use reading::{NotPidinst, read_json, read_xml};

use base::{Bilingual, Lang};
use instruments::Instrument;
use instruments::sheet::{Relation, Sheet};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The version of the schema.
pub const VERSION: &str = "1.0";

/// Types of identifiers that the schema knows for related things.
pub const RELATED_TYPES: [&str; 20] = [
    "ARK", "arXiv", "bibcode", "DOI", "EAN13", "EISSN", "Handle", "IGSN", "ISBN", "ISSN", "ISTC",
    "LISSN", "PMID", "PURL", "RAiD", "RRID", "UPC", "URL", "URN", "w3id",
];

/// A record of the schema; names are those of its JSON form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Record {
    pub identifier: Identifier,
    pub schema_version: String,
    pub landing_page: String,
    pub name: String,
    pub owners: Vec<Owner>,
    pub manufacturers: Vec<Manufacturer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Model>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instrument_types: Vec<InstrumentType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measured_variables: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<Dated>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_identifiers: Vec<RelatedIdentifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternate_identifiers: Vec<AlternateIdentifier>,
}

/// What names the instrument for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identifier {
    pub identifier: String,
    pub identifier_type: String,
}

/// Who is responsible for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Owner {
    pub owner_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner_contact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_identifier: Option<OwnerIdentifier>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerIdentifier {
    pub owner_identifier: String,
    pub owner_identifier_type: String,
}

/// Who made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Manufacturer {
    pub manufacturer_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer_identifier: Option<ManufacturerIdentifier>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManufacturerIdentifier {
    pub manufacturer_identifier: String,
    pub manufacturer_identifier_type: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Model {
    pub model_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstrumentType {
    pub instrument_type_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instrument_type_identifier: Option<TypeIdentifier>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TypeIdentifier {
    pub instrument_type_identifier: String,
    pub instrument_type_identifier_type: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dated {
    pub date: String,
    /// `Commissioned` or `DeCommissioned`.
    pub date_type: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RelatedIdentifier {
    pub related_identifier: String,
    pub related_identifier_type: String,
    pub relation_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub related_identifier_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AlternateIdentifier {
    pub alternate_identifier: String,
    /// `SerialNumber`, `InventoryNumber` or `Other`.
    pub alternate_identifier_type: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alternate_identifier_name: String,
}

/// What a record tells beside the instrument itself.
pub struct Around<'a> {
    pub lang: Lang,
    /// The address of its page.
    pub landing_page: &'a str,
    pub owner_name: &'a Bilingual,
    /// The unified social credit code, or empty.
    pub owner_code: &'a str,
    /// From the first level of the classification down: code and name.
    pub classes: &'a [(String, Bilingual)],
    /// Pages of its parts with their names.
    pub components: &'a [(String, Bilingual)],
    /// The page of what it is part of.
    pub parent: Option<(String, Bilingual)>,
}

/// Both texts of a name, where there are two: a record has one language only.
fn both(text: &Bilingual, lang: Lang) -> String {
    let (first, found) = text.best(lang);
    let other = text.get(found.other());
    match other.is_empty() || other == first {
        true => first.to_owned(),
        false => format!("{first} ({other})"),
    }
}

/// `10.…/…` is a DOI; everything else that stands for ever is a Handle.
fn persistent_type(text: &str) -> &'static str {
    if text.starts_with("10.") { "DOI" } else { "Handle" }
}

impl Record {
    /// The record of an instrument.
    pub fn of(it: &Instrument, around: &Around<'_>) -> Self {
        let (sheet, lang) = (&it.sheet, around.lang);
        let (identifier, kind) = match sheet.numbers.persistent.as_str() {
            "" => (around.landing_page, "URL"),
            persistent => (persistent, persistent_type(persistent)),
        };
        let owner = Owner {
            owner_name: both(around.owner_name, lang),
            owner_contact: sheet.contacts.first().map(|it| it.email.clone()).unwrap_or_default(),
            owner_identifier: (!around.owner_code.is_empty()).then(|| OwnerIdentifier {
                owner_identifier: around.owner_code.to_owned(),
                owner_identifier_type: "USCC".to_owned(),
            }),
        };
        let mut manufacturers: Vec<Manufacturer> = sheet.makers.iter().map(maker).collect();
        if manufacturers.is_empty() {
            manufacturers.push(Manufacturer {
                manufacturer_name: owner.owner_name.clone(),
                manufacturer_identifier: owner.owner_identifier.as_ref().map(|it| {
                    ManufacturerIdentifier {
                        manufacturer_identifier: it.owner_identifier.clone(),
                        manufacturer_identifier_type: it.owner_identifier_type.clone(),
                    }
                }),
            });
        }
        let text = [&sheet.description, &sheet.indicators, &sheet.functions]
            .into_iter()
            .map(|it| it.best(lang).0)
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        let mut variables: Vec<String> =
            sheet.capabilities.iter().map(|it| both(&it.parameter, lang)).collect();
        variables.dedup();
        Self {
            identifier: Identifier {
                identifier: identifier.to_owned(),
                identifier_type: kind.to_owned(),
            },
            schema_version: VERSION.to_owned(),
            landing_page: around.landing_page.to_owned(),
            name: both(&sheet.name, lang),
            owners: vec![owner],
            manufacturers,
            model: (!sheet.model.is_empty()).then(|| Model { model_name: sheet.model.clone() }),
            description: text,
            instrument_types: around
                .classes
                .iter()
                .map(|(code, name)| class(code, name, lang))
                .collect(),
            measured_variables: variables,
            dates: dates(it),
            related_identifiers: related(sheet, around),
            alternate_identifiers: alternates(sheet),
        }
    }

    /// The record as JSON of the schema.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a record has text keys only")
    }

    /// The record as XML of the schema, in the order of its declaration.
    pub fn xml(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<instrument>\n");
        let id = &self.identifier;
        element(&mut out, "identifier", &[("identifierType", &id.identifier_type)], &id.identifier);
        element(&mut out, "schemaVersion", &[], &self.schema_version);
        element(&mut out, "landingPage", &[], &self.landing_page);
        element(&mut out, "name", &[], &self.name);
        around(&mut out, "owners", self.owners.iter(), |out, it| {
            around(out, "owner", [it].into_iter(), owner_xml);
        });
        around(&mut out, "manufacturers", self.manufacturers.iter(), |out, it| {
            around(out, "manufacturer", [it].into_iter(), manufacturer_xml);
        });
        around(&mut out, "model", self.model.iter(), |out, it| {
            element(out, "modelName", &[], &it.model_name);
        });
        if !self.description.is_empty() {
            element(&mut out, "description", &[], &self.description);
        }
        around(&mut out, "instrumentTypes", self.instrument_types.iter(), |out, it| {
            around(out, "instrumentType", [it].into_iter(), type_xml);
        });
        around(&mut out, "measuredVariables", self.measured_variables.iter(), |out, it| {
            element(out, "measuredVariable", &[], it);
        });
        around(&mut out, "dates", self.dates.iter(), |out, it| {
            element(out, "date", &[("dateType", &it.date_type)], &it.date);
        });
        around(&mut out, "relatedIdentifiers", self.related_identifiers.iter(), |out, it| {
            let attributes = [
                ("relatedIdentifierType", it.related_identifier_type.as_str()),
                ("relationType", &it.relation_type),
                ("relatedIdentifierName", &it.related_identifier_name),
            ];
            element(out, "relatedIdentifier", &attributes, &it.related_identifier);
        });
        around(&mut out, "alternateIdentifiers", self.alternate_identifiers.iter(), |out, it| {
            let attributes = [
                ("alternateIdentifierType", it.alternate_identifier_type.as_str()),
                ("alternateIdentifierName", &it.alternate_identifier_name),
            ];
            element(out, "alternateIdentifier", &attributes, &it.alternate_identifier);
        });
        out.push_str("</instrument>\n");
        out
    }

    /// The same as structured data of schema.org: a product, as its vocabulary has no instrument.
    pub fn json_ld(&self) -> serde_json::Value {
        let owners: Vec<serde_json::Value> = self
            .owners
            .iter()
            .map(|it| serde_json::json!({ "@type": "Organization", "name": it.owner_name }))
            .collect();
        let makers: Vec<serde_json::Value> = self
            .manufacturers
            .iter()
            .map(|it| serde_json::json!({ "@type": "Organization", "name": it.manufacturer_name }))
            .collect();
        let mut shown = serde_json::json!({
            "@context": "https://schema.org",
            "@type": ["IndividualProduct", "DefinedTerm"],
            "@id": self.landing_page,
            "identifier": {
                "@type": "PropertyValue",
                "propertyID": self.identifier.identifier_type,
                "value": self.identifier.identifier,
            },
            "url": self.landing_page,
            "name": self.name,
            "owner": owners,
            "manufacturer": makers,
            "additionalType": self.instrument_types.iter().map(|it| &it.instrument_type_name).collect::<Vec<_>>(),
            "keywords": self.measured_variables,
        });
        let mut put = |name: &str, value: serde_json::Value| {
            if let Some(shown) = shown.as_object_mut() {
                shown.insert(name.to_owned(), value);
            }
        };
        if !self.description.is_empty() {
            put("description", self.description.as_str().into());
        }
        if let Some(model) = &self.model {
            put("model", model.model_name.as_str().into());
        }
        for it in &self.alternate_identifiers {
            if it.alternate_identifier_type == "SerialNumber" {
                put("serialNumber", it.alternate_identifier.as_str().into());
            }
        }
        for it in self.dates.iter().filter(|it| it.date_type == "Commissioned") {
            put("purchaseDate", it.date.as_str().into());
        }
        shown
    }
}

fn maker(it: &instruments::sheet::Maker) -> Manufacturer {
    let kind = if it.identifier.contains("ror.org") { "ROR" } else { "URL" };
    Manufacturer {
        manufacturer_name: it.name.clone(),
        manufacturer_identifier: (!it.identifier.is_empty()).then(|| ManufacturerIdentifier {
            manufacturer_identifier: it.identifier.clone(),
            manufacturer_identifier_type: kind.to_owned(),
        }),
    }
}

fn class(code: &str, name: &Bilingual, lang: Lang) -> InstrumentType {
    InstrumentType {
        instrument_type_name: both(name, lang),
        instrument_type_identifier: Some(TypeIdentifier {
            instrument_type_identifier: code.to_owned(),
            instrument_type_identifier_type: "NRII".to_owned(),
        }),
    }
}

fn dates(it: &Instrument) -> Vec<Dated> {
    let dated =
        |on: base::Date, kind: &str| Dated { date: on.to_string(), date_type: kind.to_owned() };
    let commissioned = it.sheet.commissioned.map(|on| dated(on, "Commissioned"));
    let retired = it.retired.map(|on| dated(on, "DeCommissioned"));
    commissioned.into_iter().chain(retired).collect()
}

fn related(sheet: &Sheet, around: &Around<'_>) -> Vec<RelatedIdentifier> {
    let page = |(address, name): &(String, Bilingual), relation: Relation| RelatedIdentifier {
        related_identifier: address.clone(),
        related_identifier_type: "URL".to_owned(),
        relation_type: relation.word().to_owned(),
        related_identifier_name: both(name, around.lang),
    };
    let own = sheet.related.iter().map(|it| RelatedIdentifier {
        related_identifier: it.identifier.clone(),
        // Another kind than the schema's list would make the record invalid.
        related_identifier_type: RELATED_TYPES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(&it.kind))
            .unwrap_or("URL")
            .to_owned(),
        relation_type: it.relation.word().to_owned(),
        related_identifier_name: it.name.clone(),
    });
    let parent = around.parent.iter().map(|it| page(it, Relation::IsComponentOf));
    let parts = around.components.iter().map(|it| page(it, Relation::HasComponent));
    parent.chain(parts).chain(own).collect()
}

fn alternates(sheet: &Sheet) -> Vec<AlternateIdentifier> {
    let numbers = &sheet.numbers;
    [
        (&numbers.serial, "SerialNumber", ""),
        (&numbers.asset, "InventoryNumber", ""),
        (&numbers.national, "Other", "NRII"),
    ]
    .into_iter()
    .filter(|(number, ..)| !number.is_empty())
    .map(|(number, kind, name)| AlternateIdentifier {
        alternate_identifier: number.clone(),
        alternate_identifier_type: kind.to_owned(),
        alternate_identifier_name: name.to_owned(),
    })
    .collect()
}

fn owner_xml(out: &mut String, it: &Owner) {
    element(out, "ownerName", &[], &it.owner_name);
    if !it.owner_contact.is_empty() {
        element(out, "ownerContact", &[], &it.owner_contact);
    }
    if let Some(id) = &it.owner_identifier {
        let kind = [("ownerIdentifierType", id.owner_identifier_type.as_str())];
        element(out, "ownerIdentifier", &kind, &id.owner_identifier);
    }
}

fn manufacturer_xml(out: &mut String, it: &Manufacturer) {
    element(out, "manufacturerName", &[], &it.manufacturer_name);
    if let Some(id) = &it.manufacturer_identifier {
        let kind = [("manufacturerIdentifierType", id.manufacturer_identifier_type.as_str())];
        element(out, "manufacturerIdentifier", &kind, &id.manufacturer_identifier);
    }
}

fn type_xml(out: &mut String, it: &InstrumentType) {
    element(out, "instrumentTypeName", &[], &it.instrument_type_name);
    if let Some(id) = &it.instrument_type_identifier {
        let kind = [("instrumentTypeIdentifierType", id.instrument_type_identifier_type.as_str())];
        element(out, "instrumentTypeIdentifier", &kind, &id.instrument_type_identifier);
    }
}

/// An element around others; without any, none, as the schema knows no empty list.
fn around<T>(
    out: &mut String,
    name: &str,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    let _ = writeln!(out, "<{name}>");
    items.for_each(|item| write(out, item));
    let _ = writeln!(out, "</{name}>");
}

/// An element with its text; attributes without a value are left out.
fn element(out: &mut String, name: &str, attributes: &[(&str, &str)], text: &str) {
    let _ = write!(out, "<{name}");
    for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(out, " {name}=\"{}\"", escaped(value));
    }
    let _ = writeln!(out, ">{}</{name}>", escaped(text));
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Characters that XML 1.0 knows no way to write.
            c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
