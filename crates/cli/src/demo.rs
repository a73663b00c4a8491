//! The demonstration city as it lies in `demo/`: read at build time, turned into what acts take.

use access::Role;
use base::{Bilingual, Clearance, Instant, Label, Level, Money};
use parties::OrganisationKind;
use parties::organisation::Profile;
use serde::Deserialize;
use std::collections::BTreeSet;
use trading::Percent;
use trading::field::{Field, FieldTree};
use trading::listing::{DealMode, Licence, Terms};
use trading::technology::{
    Class, Contact, Content, Inventor, Right, RightKind, RightStatus, Stage, TransferMode, Trl,
};

const CITY: &str = include_str!("../../../demo/city.toml");
const FIELDS: &str = include_str!("../../../demo/fields.toml");
const ORGANISATIONS: &str = include_str!("../../../demo/organisations.toml");
const PEOPLE: &str = include_str!("../../../demo/people.toml");
const TECHNOLOGIES: [&str; 6] = [
    include_str!("../../../demo/technologies-1.toml"),
    include_str!("../../../demo/technologies-2.toml"),
    include_str!("../../../demo/technologies-3.toml"),
    include_str!("../../../demo/technologies-4.toml"),
    include_str!("../../../demo/technologies-5.toml"),
    include_str!("../../../demo/technologies-6.toml"),
];

/// The office of the demonstration city; nobody answers there.
pub fn contact() -> crate::config::Contact {
    crate::config::Contact {
        name_en: "Technology transfer office (demonstration)".to_owned(),
        name_zh: "科技成果转移转化服务处（演示）".to_owned(),
        phone: "0816-000 0000".to_owned(),
        email: "office@demo.bellwether.example".to_owned(),
        hours_en: "Monday to Friday, 9:00 to 17:00".to_owned(),
        hours_zh: "周一至周五 9:00–17:00".to_owned(),
    }
}

/// The source that stands beside every public record of the demonstration.
pub const SOURCE: &str = "演示用虚构内容 / invented for the demonstration";

/// Why a file of ours cannot be used; only a broken build or an operator's own file can cause it.
pub type Broken = String;

#[derive(Deserialize)]
struct CityFile {
    city: CityShape,
    figure: Vec<FigureShape>,
}

#[derive(Deserialize)]
struct CityShape {
    full_name_en: String,
    full_name_zh: String,
}

#[derive(Deserialize)]
struct FigureShape {
    key: String,
    value: String,
    #[serde(default)]
    at_least: bool,
    unit_en: String,
    unit_zh: String,
    label_en: String,
    label_zh: String,
    as_of: String,
    source_en: String,
    source_zh: String,
}

/// The name of the city.
pub fn city_name() -> Result<Bilingual, Broken> {
    let file: CityFile = read("city.toml", CITY)?;
    Ok(Bilingual::new(file.city.full_name_en, file.city.full_name_zh))
}

/// The published figures of the city.
pub fn figures() -> Result<Vec<app::city::Figure>, Broken> {
    let file: CityFile = read("city.toml", CITY)?;
    let figure = |shape: FigureShape| app::city::Figure {
        key: shape.key,
        value: if shape.at_least { format!("{}+", shape.value) } else { shape.value },
        unit: Bilingual::new(shape.unit_en, shape.unit_zh),
        label: Bilingual::new(shape.label_en, shape.label_zh),
        as_of: shape.as_of,
        source: Bilingual::new(shape.source_en, shape.source_zh),
    };
    Ok(file.figure.into_iter().map(figure).collect())
}

#[derive(Deserialize)]
struct FieldFile {
    field: Vec<FieldShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldShape {
    key: String,
    parent: Option<String>,
    name_en: String,
    name_zh: String,
}

/// The field tree of the city that ships with the program.
pub fn fields() -> Result<FieldTree, Broken> {
    fields_of(FIELDS)
}

/// A field tree from the text of a file.
pub fn fields_of(text: &str) -> Result<FieldTree, Broken> {
    let file: FieldFile = read("fields.toml", text)?;
    let field = |shape: FieldShape| Field {
        key: shape.key,
        parent: shape.parent,
        name: Bilingual::new(shape.name_en, shape.name_zh),
    };
    FieldTree::new(file.field.into_iter().map(field).collect())
        .map_err(|reasons| reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// An organisation with the short key that other files use.
pub struct DemoOrganisation {
    pub key: String,
    pub profile: Profile,
}

#[derive(Deserialize)]
struct OrganisationFile {
    organisation: Vec<OrganisationShape>,
}

#[derive(Deserialize)]
struct OrganisationShape {
    key: String,
    kind: String,
    name_en: String,
    name_zh: String,
    short_en: String,
    short_zh: String,
    #[serde(default)]
    credit_code: String,
    region_en: String,
    region_zh: String,
    about_en: String,
    about_zh: String,
    invented: bool,
}

/// The organisations.
pub fn organisations() -> Result<Vec<DemoOrganisation>, Broken> {
    let file: OrganisationFile = read("organisations.toml", ORGANISATIONS)?;
    file.organisation
        .into_iter()
        .map(|shape| {
            Ok(DemoOrganisation {
                profile: Profile {
                    kind: word(OrganisationKind::parse(&shape.kind), &shape.kind)?,
                    name: Bilingual::new(shape.name_en, shape.name_zh),
                    short: Bilingual::new(shape.short_en, shape.short_zh),
                    credit_code: shape.credit_code,
                    region: Bilingual::new(shape.region_en, shape.region_zh),
                    about: Bilingual::new(shape.about_en, shape.about_zh),
                    invented: shape.invented,
                },
                key: shape.key,
            })
        })
        .collect()
}

/// A person with the places held, the first of which is the one invited into.
pub struct DemoPerson {
    pub email: String,
    pub name: Bilingual,
    /// Key of the organisation, and the role; the word "registered" has none.
    pub places: Vec<(String, Option<Role>)>,
    /// Without one, a person reads public things only.
    pub clearance: Clearance,
}

#[derive(Deserialize)]
struct PersonFile {
    person: Vec<PersonShape>,
}

#[derive(Deserialize)]
struct PersonShape {
    name_en: String,
    name_zh: String,
    email: String,
    roles: Vec<PlaceShape>,
    clearance: Option<ClearanceShape>,
}

#[derive(Deserialize)]
struct PlaceShape {
    organisation: String,
    role: String,
}

#[derive(Deserialize)]
struct ClearanceShape {
    level: i64,
    compartments: BTreeSet<String>,
    lists: BTreeSet<String>,
    valid_to: String,
}

/// The people.
pub fn people() -> Result<Vec<DemoPerson>, Broken> {
    let file: PersonFile = read("people.toml", PEOPLE)?;
    file.person.into_iter().map(person).collect()
}

fn person(shape: PersonShape) -> Result<DemoPerson, Broken> {
    let mut places = Vec::new();
    for place in shape.roles {
        let role = match place.role.as_str() {
            "registered" => None,
            typed => Some(word(Role::parse(typed), typed)?),
        };
        places.push((place.organisation, role));
    }
    let clearance = match shape.clearance {
        None => Clearance::nobody(),
        Some(given) => Clearance {
            level: word(Level::from_number(given.level), &given.level.to_string())?,
            compartments: given.compartments,
            lists: given.lists,
            jurisdiction: "CN".to_owned(),
            valid_from: None,
            valid_to: Some(end_of_day(&given.valid_to)?),
        },
    };
    Ok(DemoPerson {
        email: shape.email,
        name: Bilingual::new(shape.name_en, shape.name_zh),
        places,
        clearance,
    })
}

fn end_of_day(date: &str) -> Result<Instant, Broken> {
    let text = format!("{date}T23:59:59+08:00");
    word(Instant::parse_rfc3339(&text), date)
}

/// A technology with the terms on which it is offered.
pub struct DemoTechnology {
    /// Key of the owner.
    pub owner: String,
    /// The owner's own number.
    pub number: String,
    pub content: Content,
    pub label: Label,
    pub listings: Vec<(DealMode, Terms)>,
}

#[derive(Deserialize)]
struct TechnologyFile {
    technology: Vec<TechnologyShape>,
}

#[derive(Deserialize)]
struct TechnologyShape {
    owner: String,
    reference: String,
    title_en: String,
    title_zh: String,
    summary_en: String,
    summary_zh: String,
    description_en: String,
    description_zh: String,
    applications_en: String,
    applications_zh: String,
    benefits_en: String,
    benefits_zh: String,
    field: String,
    classes: Vec<String>,
    trl: u8,
    trl_date: String,
    trl_evidence_en: String,
    trl_evidence_zh: String,
    stage: String,
    mode_of_transfer: String,
    level: String,
    #[serde(default)]
    compartments: BTreeSet<String>,
    #[serde(default)]
    readers: BTreeSet<String>,
    invented: bool,
    inventors: Vec<InventorShape>,
    rights: Vec<RightShape>,
    listings: Vec<ListingShape>,
}

#[derive(Deserialize)]
struct InventorShape {
    name_en: String,
    name_zh: String,
    share: String,
}

#[derive(Deserialize)]
struct RightShape {
    kind: String,
    office: String,
    number: String,
    status: String,
    filed: Option<String>,
    published: Option<String>,
    expires: Option<String>,
}

#[derive(Deserialize)]
struct ListingShape {
    mode: String,
    licence: String,
    price: Option<MoneyShape>,
    royalty_percent: Option<String>,
    term_years: Option<u32>,
    #[serde(default)]
    territory_en: String,
    #[serde(default)]
    territory_zh: String,
    #[serde(default)]
    notes_en: String,
    #[serde(default)]
    notes_zh: String,
}

#[derive(Deserialize)]
struct MoneyShape {
    amount: String,
    currency: String,
}

/// The technologies.
pub fn technologies() -> Result<Vec<DemoTechnology>, Broken> {
    let mut all = Vec::new();
    for (n, text) in TECHNOLOGIES.iter().enumerate() {
        let file: TechnologyFile = read(&format!("technologies-{}.toml", n + 1), text)?;
        for shape in file.technology {
            all.push(technology(shape)?);
        }
    }
    Ok(all)
}

fn technology(shape: TechnologyShape) -> Result<DemoTechnology, Broken> {
    let trl = Trl {
        level: shape.trl,
        evidence: Bilingual::new(shape.trl_evidence_en, shape.trl_evidence_zh),
        on: date(Some(&shape.trl_date))?,
        assessed: false,
    };
    let class = |symbol: String| Class { scheme: "IPC".to_owned(), symbol };
    let content = Content {
        title: Bilingual::new(shape.title_en, shape.title_zh),
        summary: Bilingual::new(shape.summary_en, shape.summary_zh),
        description: Bilingual::new(shape.description_en, shape.description_zh),
        applications: Bilingual::new(shape.applications_en, shape.applications_zh),
        benefits: Bilingual::new(shape.benefits_en, shape.benefits_zh),
        field: shape.field,
        classes: shape.classes.into_iter().map(class).collect(),
        trl: Some(trl),
        stage: Some(word(Stage::parse(&shape.stage), &shape.stage)?),
        mode: Some(word(TransferMode::parse(&shape.mode_of_transfer), &shape.mode_of_transfer)?),
        inventors: shape.inventors.into_iter().map(inventor).collect::<Result<_, _>>()?,
        rights: shape.rights.iter().map(right).collect::<Result<_, _>>()?,
        contact: Contact {
            name: Bilingual::new("Transfer desk", "成果转化办公室"),
            phone: String::new(),
            email: format!("transfer.{}@demo.bellwether.example", shape.owner),
        },
        invented: shape.invented,
        ..Content::default()
    };
    let label = Label {
        level: word(Level::parse(&shape.level), &shape.level)?,
        compartments: shape.compartments,
        readers: shape.readers,
        jurisdictions: None,
    };
    let listings = shape.listings.into_iter().map(listing).collect::<Result<_, _>>()?;
    Ok(DemoTechnology { owner: shape.owner, number: shape.reference, content, label, listings })
}

fn inventor(shape: InventorShape) -> Result<Inventor, Broken> {
    let share = word(Percent::parse(&shape.share).ok(), &shape.share)?;
    Ok(Inventor { name: Bilingual::new(shape.name_en, shape.name_zh), share: Some(share) })
}

fn right(shape: &RightShape) -> Result<Right, Broken> {
    Ok(Right {
        kind: word(RightKind::parse(&shape.kind), &shape.kind)?,
        office: shape.office.clone(),
        number: shape.number.clone(),
        code: String::new(),
        application: String::new(),
        status: word(RightStatus::parse(&shape.status), &shape.status)?,
        filed: date(shape.filed.as_deref())?,
        published: date(shape.published.as_deref())?,
        expires: date(shape.expires.as_deref())?,
        checked: String::new(),
    })
}

fn listing(shape: ListingShape) -> Result<(DealMode, Terms), Broken> {
    let price = match &shape.price {
        None => None,
        Some(price) => {
            let currency = word(base::Currency::parse(&price.currency), &price.currency)?;
            Some(word(Money::parse(&price.amount, currency).ok(), &price.amount)?)
        }
    };
    let royalty = match &shape.royalty_percent {
        None => None,
        Some(typed) => Some(word(Percent::parse(typed).ok(), typed)?),
    };
    let terms = Terms {
        price,
        royalty,
        term_years: shape.term_years,
        territory: Bilingual::new(shape.territory_en, shape.territory_zh),
        notes: Bilingual::new(shape.notes_en, shape.notes_zh),
        ..Terms::of(word(Licence::parse(&shape.licence), &shape.licence)?)
    };
    Ok((word(DealMode::parse(&shape.mode), &shape.mode)?, terms))
}

fn date(typed: Option<&str>) -> Result<Option<base::Date>, Broken> {
    typed.map(|typed| word(base::time::read_date(typed), typed)).transpose()
}

fn word<T>(found: Option<T>, typed: &str) -> Result<T, Broken> {
    found.ok_or_else(|| format!("not understood: {typed}"))
}

pub(crate) fn read<'t, T: Deserialize<'t>>(name: &str, text: &'t str) -> Result<T, Broken> {
    toml::from_str(text).map_err(|error| format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_whole() {
        let owners: BTreeSet<String> =
            organisations().expect("readable").into_iter().map(|found| found.key).collect();
        let tree = fields().expect("readable");
        let technologies = technologies().expect("readable");
        assert_eq!(technologies.len(), 120);
        for technology in &technologies {
            assert!(owners.contains(&technology.owner), "{}", technology.owner);
            assert!(tree.get(&technology.content.field).is_some(), "{}", technology.number);
        }
        for person in people().expect("readable") {
            assert!(person.places.iter().all(|(key, _)| owners.contains(key)), "{}", person.email);
        }
        assert!(!figures().expect("readable").is_empty());
        assert!(!city_name().expect("readable").is_empty());
    }
}
