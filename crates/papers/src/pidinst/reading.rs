//! Reading PIDINST, as XML or as JSON, and what a record becomes here.

use super::node::{self, Node};
use super::{
    AlternateIdentifier, Dated, Identifier, InstrumentType, Manufacturer, ManufacturerIdentifier,
    Model, Owner, OwnerIdentifier, RELATED_TYPES, Record, RelatedIdentifier, TypeIdentifier,
    VERSION,
};
use base::time::read_date;
use base::{Bilingual, Lang};
use instruments::Capability;
use instruments::sheet::{Maker, Numbers, Related, Relation, Sheet};

/// Bytes of one record at most.
const BYTES_MAX: usize = 1 << 20;

/// Why bytes are no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPidinst {
    /// Neither XML nor JSON that can be read, or too large.
    Unreadable,
    /// What the schema asks for is missing, or has a value that it does not know: the paths.
    Lacks(Vec<String>),
}

/// Reads a record from XML.
pub fn read_xml(bytes: &[u8]) -> Result<Record, NotPidinst> {
    let text = text(bytes)?;
    let root = node::parse(text).ok_or(NotPidinst::Unreadable)?;
    if root.name != "instrument" {
        return Err(NotPidinst::Unreadable);
    }
    checked(of_node(&root))
}

/// Reads a record from JSON.
pub fn read_json(bytes: &[u8]) -> Result<Record, NotPidinst> {
    let text = text(bytes)?;
    // A list would be read as the fields in their order.
    if !text.trim_start().starts_with('{') {
        return Err(NotPidinst::Unreadable);
    }
    checked(serde_json::from_str(text).map_err(|_| NotPidinst::Unreadable)?)
}

fn text(bytes: &[u8]) -> Result<&str, NotPidinst> {
    if bytes.len() > BYTES_MAX {
        return Err(NotPidinst::Unreadable);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| NotPidinst::Unreadable)?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// The record, if it has everything that the schema asks for.
fn checked(record: Record) -> Result<Record, NotPidinst> {
    let lacks = record.lacks();
    if lacks.is_empty() { Ok(record) } else { Err(NotPidinst::Lacks(lacks)) }
}

impl Record {
    /// The paths of what the schema asks for and does not find here.
    pub fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        let mut must = |path: &str, is_there: bool| {
            if !is_there {
                lacks.push(path.to_owned());
            }
        };
        must("identifier", !self.identifier.identifier.is_empty());
        must("identifier.identifierType", !self.identifier.identifier_type.is_empty());
        must("schemaVersion", self.schema_version == VERSION);
        must("landingPage", !self.landing_page.is_empty());
        must("name", !self.name.is_empty());
        must("owners", !self.owners.is_empty());
        must("owners.ownerName", self.owners.iter().all(|it| !it.owner_name.is_empty()));
        must("manufacturers", !self.manufacturers.is_empty());
        let named = |it: &Manufacturer| !it.manufacturer_name.is_empty();
        must("manufacturers.manufacturerName", self.manufacturers.iter().all(named));
        let types = |it: &InstrumentType| !it.instrument_type_name.is_empty();
        must("instrumentTypes.instrumentTypeName", self.instrument_types.iter().all(types));
        for it in &self.dates {
            let is_known = ["Commissioned", "DeCommissioned"].contains(&it.date_type.as_str());
            must("dates.dateType", is_known);
            must("dates.date", read_date(&it.date).is_some());
        }
        for it in &self.related_identifiers {
            must("relatedIdentifiers.relationType", Relation::parse(&it.relation_type).is_some());
            let is_known = RELATED_TYPES.contains(&it.related_identifier_type.as_str());
            must("relatedIdentifiers.relatedIdentifierType", is_known);
        }
        for it in &self.alternate_identifiers {
            let known = ["SerialNumber", "InventoryNumber", "Other"];
            let is_known = known.contains(&it.alternate_identifier_type.as_str());
            must("alternateIdentifiers.alternateIdentifierType", is_known);
        }
        lacks.dedup();
        lacks
    }

    /// What it becomes here. Its texts are in one language, which is seen from the characters.
    pub fn sheet(&self) -> Sheet {
        let number = |kind: &str| {
            let found =
                self.alternate_identifiers.iter().find(|it| it.alternate_identifier_type == kind);
            found.map(|it| it.alternate_identifier.clone()).unwrap_or_default()
        };
        let is_persistent = ["DOI", "Handle"].contains(&self.identifier.identifier_type.as_str());
        let commissioned = self.dates.iter().find(|it| it.date_type == "Commissioned");
        let code = self.instrument_types.iter().rev().find_map(|it| {
            let id = it.instrument_type_identifier.as_ref()?;
            let is_class = instruments::class::is_class(&id.instrument_type_identifier);
            is_class.then(|| id.instrument_type_identifier.clone())
        });
        Sheet {
            name: told(&self.name),
            description: told(&self.description),
            makers: self.manufacturers.iter().map(maker).collect(),
            model: self.model.as_ref().map(|it| it.model_name.clone()).unwrap_or_default(),
            class: code.unwrap_or_default(),
            numbers: Numbers {
                serial: number("SerialNumber"),
                asset: number("InventoryNumber"),
                national: number("Other"),
                persistent: match is_persistent {
                    true => self.identifier.identifier.clone(),
                    false => String::new(),
                },
            },
            commissioned: commissioned.and_then(|it| read_date(&it.date)),
            capabilities: self
                .measured_variables
                .iter()
                .map(|it| Capability { parameter: told(it), ..Capability::default() })
                .collect(),
            related: self.related_identifiers.iter().filter_map(related).collect(),
            seats: 1,
            ..Sheet::default()
        }
    }
}

/// A text in the language of its characters; `English (中文)` comes apart again.
fn told(text: &str) -> Bilingual {
    let is_han = |text: &str| text.chars().any(instruments::term::is_han);
    if let Some((first, rest)) = text.trim().split_once(" (")
        && let Some(second) = rest.strip_suffix(')')
        && is_han(first) != is_han(second)
    {
        return match is_han(first) {
            true => Bilingual::new(second, first),
            false => Bilingual::new(first, second),
        };
    }
    Bilingual::only(if is_han(text) { Lang::Zh } else { Lang::En }, text.trim())
}

fn maker(it: &Manufacturer) -> Maker {
    Maker {
        name: it.manufacturer_name.clone(),
        country: String::new(),
        identifier: it
            .manufacturer_identifier
            .as_ref()
            .map(|it| it.manufacturer_identifier.clone())
            .unwrap_or_default(),
    }
}

fn related(it: &RelatedIdentifier) -> Option<Related> {
    Some(Related {
        relation: Relation::parse(&it.relation_type)?,
        kind: it.related_identifier_type.clone(),
        identifier: it.related_identifier.clone(),
        name: it.related_identifier_name.clone(),
    })
}

fn of_node(root: &Node) -> Record {
    let identifier = root.child("identifier");
    Record {
        identifier: Identifier {
            identifier: root.text_of("identifier"),
            identifier_type: identifier
                .map(|it| it.attribute("identifierType"))
                .unwrap_or_default(),
        },
        schema_version: root.text_of("schemaVersion"),
        landing_page: root.text_of("landingPage"),
        name: root.text_of("name"),
        owners: root.list("owners", "owner").map(owner).collect(),
        manufacturers: root.list("manufacturers", "manufacturer").map(manufacturer).collect(),
        model: root.child("model").map(|it| Model { model_name: it.text_of("modelName") }),
        description: root.text_of("description"),
        instrument_types: root.list("instrumentTypes", "instrumentType").map(kind).collect(),
        measured_variables: root
            .list("measuredVariables", "measuredVariable")
            .map(|it| it.text.trim().to_owned())
            .collect(),
        dates: root
            .list("dates", "date")
            .map(|it| Dated {
                date: it.text.trim().to_owned(),
                date_type: it.attribute("dateType"),
            })
            .collect(),
        related_identifiers: root
            .list("relatedIdentifiers", "relatedIdentifier")
            .map(|it| RelatedIdentifier {
                related_identifier: it.text.trim().to_owned(),
                related_identifier_type: it.attribute("relatedIdentifierType"),
                relation_type: it.attribute("relationType"),
                related_identifier_name: it.attribute("relatedIdentifierName"),
            })
            .collect(),
        alternate_identifiers: root
            .list("alternateIdentifiers", "alternateIdentifier")
            .map(|it| AlternateIdentifier {
                alternate_identifier: it.text.trim().to_owned(),
                alternate_identifier_type: it.attribute("alternateIdentifierType"),
                alternate_identifier_name: it.attribute("alternateIdentifierName"),
            })
            .collect(),
    }
}

fn owner(it: &Node) -> Owner {
    Owner {
        owner_name: it.text_of("ownerName"),
        owner_contact: it.text_of("ownerContact"),
        owner_identifier: it.child("ownerIdentifier").map(|id| OwnerIdentifier {
            owner_identifier: id.text.trim().to_owned(),
            owner_identifier_type: id.attribute("ownerIdentifierType"),
        }),
    }
}

fn manufacturer(it: &Node) -> Manufacturer {
    Manufacturer {
        manufacturer_name: it.text_of("manufacturerName"),
        manufacturer_identifier: it.child("manufacturerIdentifier").map(|id| {
            ManufacturerIdentifier {
                manufacturer_identifier: id.text.trim().to_owned(),
                manufacturer_identifier_type: id.attribute("manufacturerIdentifierType"),
            }
        }),
    }
}

fn kind(it: &Node) -> InstrumentType {
    InstrumentType {
        instrument_type_name: it.text_of("instrumentTypeName"),
        instrument_type_identifier: it.child("instrumentTypeIdentifier").map(|id| TypeIdentifier {
            instrument_type_identifier: id.text.trim().to_owned(),
            instrument_type_identifier_type: id.attribute("instrumentTypeIdentifierType"),
        }),
    }
}
