//! The published shape of an instrument's sheet, both ways.

use crate::shape::{Day, MoneyJson, OneOf, TextJson, Words, date, id, word};
use base::{Bilingual, FileId, InstrumentId, PersonId, Refusal};
use instruments::capability::{Capability, Range};
use instruments::place::{Place, Point};
use instruments::sheet::{
    Accessory, Carrier, Condition, Contact, Expert, Funds, Kind, Maker, Mode, Need, Numbers,
    Origin, Photograph, Related, Relation, Sheet,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($kind:ty, $name:literal;)*) => {$(
        impl Words for $kind {
            const NAME: &'static str = $name;

            fn all() -> Vec<&'static str> {
                Self::ALL.iter().map(|one| one.word()).collect()
            }

            fn read(word: &str) -> Option<Self> {
                Self::parse(word)
            }
        }
    )*};
}

words! {
    Mode, "InstrumentMode";
    Condition, "InstrumentCondition";
    Kind, "InstrumentKind";
    Origin, "InstrumentOrigin";
    Funds, "InstrumentFunds";
    Carrier, "InstrumentCarrier";
    Relation, "InstrumentRelation";
}

/// Everything that an owner's staff writes about an instrument. What is left out is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentSheet")]
pub struct SheetJson {
    pub name: TextJson,
    pub description: TextJson,
    /// Technical indicators.
    pub indicators: TextJson,
    pub functions: TextJson,
    pub makers: Vec<MakerJson>,
    pub model: String,
    /// Six digits of the national classification.
    pub class: String,
    pub serial: String,
    /// The inventory number: unique within the owner.
    pub asset: String,
    /// The number of the national platform.
    pub national: String,
    /// A Handle or DOI without its resolver.
    pub persistent: String,
    #[schemars(with = "Option<Day>")]
    pub commissioned: Option<String>,
    pub value: Option<MoneyJson>,
    #[schemars(with = "Option<OneOf<Kind>>")]
    pub kind: Option<String>,
    #[schemars(with = "Option<OneOf<Origin>>")]
    pub origin: Option<String>,
    #[schemars(with = "Option<OneOf<Funds>>")]
    pub funds: Option<String>,
    #[schemars(with = "Option<OneOf<Condition>>")]
    pub condition: Option<String>,
    #[schemars(with = "Option<OneOf<Carrier>>")]
    pub carrier: Option<String>,
    pub place: PlaceJson,
    #[schemars(with = "Option<OneOf<Mode>>")]
    pub mode: Option<String>,
    /// Equal seats that are booked one by one; 0 counts as 1.
    pub seats: u32,
    /// The group within the owner whose settings it inherits.
    pub group: String,
    pub department: TextJson,
    /// The instrument that it is a part of.
    pub parent: Option<String>,
    pub accessories: Vec<AccessoryJson>,
    pub needs: Vec<NeedJson>,
    pub contacts: Vec<ContactJson>,
    /// People who operate it; shown to signed-in readers.
    pub operators: Vec<String>,
    pub experts: Vec<ExpertJson>,
    pub rates: TextJson,
    /// What a user must have read.
    pub notice: TextJson,
    pub training: TextJson,
    pub services: TextJson,
    pub results: TextJson,
    pub capabilities: Vec<CapabilityJson>,
    pub photographs: Vec<PhotographJson>,
    pub related: Vec<RelatedJson>,
    pub fields: TextJson,
    /// Made up for a demonstration.
    pub invented: bool,
}

/// Who made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentMaker")]
pub struct MakerJson {
    pub name: String,
    /// ISO 3166 code.
    pub country: String,
    /// A ROR or another address.
    pub identifier: String,
}

/// Where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentPlace")]
pub struct PlaceJson {
    pub site: TextJson,
    pub building: TextJson,
    pub room: String,
    pub address: TextJson,
    /// Six digits of the administrative division.
    pub region: String,
    /// Decimal degrees (WGS 84) as text; both or none.
    pub latitude: String,
    pub longitude: String,
    /// A zone of the IANA database; empty stands for Asia/Shanghai.
    pub zone: String,
}

/// What may be booked with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentAccessory")]
pub struct AccessoryJson {
    pub name: TextJson,
    pub stock: u32,
    /// Whether every booking takes one at least.
    pub needed: bool,
}

/// What it does not work without.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentNeed")]
pub struct NeedJson {
    pub resource: String,
    pub instrument: Option<String>,
    /// Without it nothing works; else it works in part.
    pub is_full: bool,
}

/// Who answers questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentContact")]
pub struct ContactJson {
    pub name: TextJson,
    pub phone: String,
    pub email: String,
    pub address: String,
}

/// Somebody who knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentExpert")]
pub struct ExpertJson {
    pub name: TextJson,
    pub knows: TextJson,
    pub email: String,
}

/// One thing it can measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentCapability")]
pub struct CapabilityJson {
    pub parameter: TextJson,
    pub object: TextJson,
    /// Decimals as text; an empty one bounds nothing.
    pub from: String,
    pub to: String,
    pub unit: String,
    pub precision: TextJson,
    pub method: TextJson,
    pub sample: TextJson,
    /// Numbers with their year: `GB/T 19077-2016`.
    pub standards: Vec<String>,
}

/// A picture of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentPhotograph")]
pub struct PhotographJson {
    pub file: String,
    pub caption: TextJson,
}

/// Another thing that it is tied to, in the words of PIDINST 1.0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "InstrumentRelated")]
pub struct RelatedJson {
    #[schemars(with = "OneOf<Relation>")]
    pub relation: String,
    pub kind: String,
    pub identifier: String,
    pub name: String,
}

impl From<&Sheet> for SheetJson {
    fn from(of: &Sheet) -> Self {
        let word = |word: &str| Some(word.to_owned());
        Self {
            name: (&of.name).into(),
            description: (&of.description).into(),
            indicators: (&of.indicators).into(),
            functions: (&of.functions).into(),
            makers: of.makers.iter().map(MakerJson::of).collect(),
            model: of.model.clone(),
            class: of.class.clone(),
            serial: of.numbers.serial.clone(),
            asset: of.numbers.asset.clone(),
            national: of.numbers.national.clone(),
            persistent: of.numbers.persistent.clone(),
            commissioned: of.commissioned.map(|on| on.to_string()),
            value: of.value.map(Into::into),
            kind: word(of.kind.word()),
            origin: word(of.origin.word()),
            funds: word(of.funds.word()),
            condition: word(of.condition.word()),
            carrier: word(of.carrier.word()),
            place: PlaceJson::of(&of.place),
            mode: word(of.mode.word()),
            seats: of.seats,
            group: of.group.clone(),
            department: (&of.department).into(),
            parent: of.parent.map(|id| id.to_string()),
            accessories: of
                .accessories
                .iter()
                .map(|it| AccessoryJson {
                    name: (&it.name).into(),
                    stock: it.stock,
                    needed: it.is_needed,
                })
                .collect(),
            needs: of.needs.iter().map(NeedJson::of).collect(),
            contacts: of.contacts.iter().map(ContactJson::of).collect(),
            operators: of.operators.iter().map(ToString::to_string).collect(),
            experts: of.experts.iter().map(ExpertJson::of).collect(),
            rates: (&of.rates).into(),
            notice: (&of.notice).into(),
            training: (&of.training).into(),
            services: (&of.services).into(),
            results: (&of.results).into(),
            capabilities: of.capabilities.iter().map(CapabilityJson::of).collect(),
            photographs: of
                .photographs
                .iter()
                .map(|it| PhotographJson {
                    file: it.file.to_string(),
                    caption: (&it.caption).into(),
                })
                .collect(),
            related: of.related.iter().map(RelatedJson::of).collect(),
            fields: (&of.fields).into(),
            invented: of.invented,
        }
    }
}

impl MakerJson {
    fn of(it: &Maker) -> Self {
        let (name, country) = (it.name.clone(), it.country.clone());
        Self { name, country, identifier: it.identifier.clone() }
    }
}

impl NeedJson {
    fn of(it: &Need) -> Self {
        Self {
            resource: it.resource.clone(),
            instrument: it.instrument.map(|id| id.to_string()),
            is_full: it.is_full,
        }
    }
}

impl ContactJson {
    fn of(it: &Contact) -> Self {
        Self {
            name: (&it.name).into(),
            phone: it.phone.clone(),
            email: it.email.clone(),
            address: it.address.clone(),
        }
    }
}

impl ExpertJson {
    fn of(it: &Expert) -> Self {
        Self { name: (&it.name).into(), knows: (&it.knows).into(), email: it.email.clone() }
    }
}

impl RelatedJson {
    fn of(it: &Related) -> Self {
        Self {
            relation: it.relation.word().to_owned(),
            kind: it.kind.clone(),
            identifier: it.identifier.clone(),
            name: it.name.clone(),
        }
    }
}

impl PlaceJson {
    fn of(it: &Place) -> Self {
        Self {
            site: (&it.site).into(),
            building: (&it.building).into(),
            room: it.room.clone(),
            address: (&it.address).into(),
            region: it.region.clone(),
            latitude: it.point.map(Point::latitude).unwrap_or_default(),
            longitude: it.point.map(Point::longitude).unwrap_or_default(),
            zone: it.zone().to_owned(),
        }
    }

    fn read(self, no: &mut Vec<Refusal>) -> Place {
        let is_named = !self.latitude.is_empty() || !self.longitude.is_empty();
        let point = Point::parse(&self.latitude, &self.longitude).filter(|_| is_named);
        if is_named && point.is_none() {
            no.push(Refusal::invalid("instrument-point").on("latitude"));
        }
        Place {
            site: self.site.into(),
            building: self.building.into(),
            room: self.room,
            address: self.address.into(),
            region: self.region,
            point,
            zone: self.zone,
        }
    }
}

impl CapabilityJson {
    fn of(it: &Capability) -> Self {
        Self {
            parameter: (&it.parameter).into(),
            object: (&it.object).into(),
            from: it.range.from.clone(),
            to: it.range.to.clone(),
            unit: it.range.unit.clone(),
            precision: (&it.precision).into(),
            method: (&it.method).into(),
            sample: (&it.sample).into(),
            standards: it.standards.clone(),
        }
    }

    fn read(self) -> Capability {
        Capability {
            parameter: self.parameter.into(),
            object: self.object.into(),
            range: Range { from: self.from, to: self.to, unit: self.unit },
            precision: self.precision.into(),
            method: self.method.into(),
            sample: self.sample.into(),
            standards: self.standards,
        }
    }
}

/// The meaning of a word that may be left out.
fn choice<T: Words + Default>(field: &str, text: Option<&String>, no: &mut Vec<Refusal>) -> T {
    text.and_then(|text| word(field, text, no)).unwrap_or_default()
}

fn ids<T: std::str::FromStr>(field: &str, texts: &[String], no: &mut Vec<Refusal>) -> Vec<T> {
    texts
        .iter()
        .enumerate()
        .filter_map(|(at, text)| id(&format!("{field}.{at}"), text, no))
        .collect()
}

impl SheetJson {
    /// The sheet, and every reason why a part of it is none.
    pub(crate) fn read(self, no: &mut Vec<Refusal>) -> Sheet {
        let mut needs = Vec::new();
        for (at, it) in self.needs.into_iter().enumerate() {
            let field = format!("needs.{at}.instrument");
            let instrument =
                it.instrument.as_ref().and_then(|text| id::<InstrumentId>(&field, text, no));
            needs.push(Need { resource: it.resource, instrument, is_full: it.is_full });
        }
        let mut photographs = Vec::new();
        for (at, it) in self.photographs.into_iter().enumerate() {
            let file = id::<FileId>(&format!("photographs.{at}.file"), &it.file, no);
            photographs.extend(file.map(|file| Photograph { file, caption: it.caption.into() }));
        }
        let mut related = Vec::new();
        for (at, it) in self.related.into_iter().enumerate() {
            let relation = word::<Relation>(&format!("related.{at}.relation"), &it.relation, no);
            related.extend(relation.map(|relation| Related {
                relation,
                kind: it.kind,
                identifier: it.identifier,
                name: it.name,
            }));
        }
        let maker =
            |it: MakerJson| Maker { name: it.name, country: it.country, identifier: it.identifier };
        let text = |text: TextJson| Bilingual::from(text);
        Sheet {
            name: text(self.name),
            description: text(self.description),
            indicators: text(self.indicators),
            functions: text(self.functions),
            makers: self.makers.into_iter().map(maker).collect(),
            model: self.model,
            class: self.class,
            numbers: Numbers {
                serial: self.serial,
                asset: self.asset,
                national: self.national,
                persistent: self.persistent,
            },
            commissioned: self.commissioned.as_ref().and_then(|on| date("commissioned", on, no)),
            value: self.value.as_ref().and_then(|value| value.read("value", no)),
            kind: choice("kind", self.kind.as_ref(), no),
            origin: choice("origin", self.origin.as_ref(), no),
            funds: choice("funds", self.funds.as_ref(), no),
            condition: choice("condition", self.condition.as_ref(), no),
            carrier: choice("carrier", self.carrier.as_ref(), no),
            place: self.place.read(no),
            mode: choice("mode", self.mode.as_ref(), no),
            seats: self.seats,
            group: self.group,
            department: text(self.department),
            parent: self.parent.as_ref().and_then(|text| id("parent", text, no)),
            accessories: self
                .accessories
                .into_iter()
                .map(|it| Accessory { name: it.name.into(), stock: it.stock, is_needed: it.needed })
                .collect(),
            needs,
            contacts: self
                .contacts
                .into_iter()
                .map(|it| Contact {
                    name: it.name.into(),
                    phone: it.phone,
                    email: it.email,
                    address: it.address,
                })
                .collect(),
            operators: ids::<PersonId>("operators", &self.operators, no),
            experts: self
                .experts
                .into_iter()
                .map(|it| Expert { name: it.name.into(), knows: it.knows.into(), email: it.email })
                .collect(),
            rates: text(self.rates),
            notice: text(self.notice),
            training: text(self.training),
            services: text(self.services),
            results: text(self.results),
            capabilities: self.capabilities.into_iter().map(CapabilityJson::read).collect(),
            photographs,
            related,
            fields: text(self.fields),
            invented: self.invented,
        }
    }
}
