//! The instruments of the demonstration city: forty units and more than a thousand instruments, made
//! of kinds and places in plain files by a fixed rule, so that every demonstration has the same.

use crate::demo::{Broken, DemoOrganisation};
use app::instrument::{NameClasses, SaveInstruments};
use app::standard::SaveStandard;
use base::{Bilingual, Currency, Date, Money, OrganisationId};
use instruments::capability::{Capability, Range};
use instruments::place::{Place, Point, ZONE};
use instruments::sheet::{Accessory, Condition, Contact, Maker, Mode, Numbers, Sheet};
use instruments::standard::{Facts, Status};
use parties::OrganisationKind;
use parties::organisation::Profile;
use serde::Deserialize;

const KINDS: &str = include_str!("../../../demo/instruments.toml");
const UNITS: &str = include_str!("../../../demo/units.toml");
const STANDARDS: &str = include_str!("../../../demo/standards.toml");

/// Makers of the demonstration, all invented, with where they are said to be.
const MAKERS: [(&str, &str); 12] = [
    ("Aoyun Instruments 傲云仪器", "CN"),
    ("Beichen Precision 北宸精密", "CN"),
    ("Chuanhe Scientific 川禾科仪", "CN"),
    ("Dunhuang Optics 敦璜光学", "CN"),
    ("Fenglan Vacuum 风岚真空", "CN"),
    ("Kestrel Analytics", "GB"),
    ("Nordvik Instruments", "NO"),
    ("Haldane & Pike", "US"),
    ("Brenner Messtechnik", "DE"),
    ("Tsukigawa Seiki", "JP"),
    ("Lumeris", "FR"),
    ("Hanbit Science", "KR"),
];

/// A unit that shares its instruments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub key: String,
    /// Only of a unit that no other file names.
    kind: Option<String>,
    #[serde(default)]
    name_en: String,
    #[serde(default)]
    name_zh: String,
    site_en: String,
    site_zh: String,
    latitude: String,
    longitude: String,
    topics: String,
}

#[derive(Deserialize)]
struct UnitFile {
    unit: Vec<Unit>,
}

#[derive(Deserialize)]
struct KindFile {
    class: Vec<ClassShape>,
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassShape {
    code: String,
    en: String,
    zh: String,
}

/// A kind of instrument, and what all of it measure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    code: String,
    en: String,
    zh: String,
    model: String,
    value_wan: u64,
    mode: String,
    topic: String,
    measures: Vec<Measure>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measure {
    parameter_en: String,
    parameter_zh: String,
    object_en: String,
    object_zh: String,
    from: String,
    to: String,
    unit: String,
    precision: String,
    standards: Vec<String>,
}

/// The units in the order of their file.
pub fn units() -> Result<Vec<Unit>, Broken> {
    let file: UnitFile = crate::demo::read("units.toml", UNITS)?;
    Ok(file.unit)
}

/// Organisations of the units that no other file names.
pub fn organisations() -> Result<Vec<DemoOrganisation>, Broken> {
    let mut all = Vec::new();
    for unit in units()? {
        let Some(kind) = &unit.kind else { continue };
        let kind = OrganisationKind::parse(kind).ok_or_else(|| format!("units.toml: {kind}"))?;
        all.push(DemoOrganisation {
            profile: Profile {
                kind,
                name: Bilingual::new(&unit.name_en, &unit.name_zh),
                short: Bilingual::default(),
                credit_code: String::new(),
                region: Bilingual::new("Mianyang, Sichuan", "四川绵阳"),
                about: Bilingual::new(
                    "Invented for the demonstration: a unit that shares its instruments.",
                    "演示用虚构单位，对外共享仪器设备。",
                ),
                invented: true,
            },
            key: unit.key.clone(),
        });
    }
    Ok(all)
}

#[derive(Deserialize)]
struct StandardFile {
    standard: Vec<StandardShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandardShape {
    number: String,
    title_en: String,
    title_zh: String,
    status: String,
    successor: String,
    issuer: String,
}

/// The standards that instruments of the demonstration serve, and some that they took the place of.
pub fn standards() -> Result<Vec<SaveStandard>, Broken> {
    let file: StandardFile = crate::demo::read("standards.toml", STANDARDS)?;
    let of = |it: StandardShape| {
        let status =
            Status::parse(&it.status).ok_or_else(|| format!("{}: {}", it.number, it.status))?;
        let facts = Facts {
            number: it.number,
            title: Bilingual::new(it.title_en, it.title_zh),
            status,
            successor: it.successor,
            issuer: it.issuer,
            ..Facts::default()
        };
        Ok(SaveStandard { standard: None, facts })
    };
    file.standard.into_iter().map(of).collect()
}

/// Names of the classes below the first level.
pub fn classes() -> Result<NameClasses, Broken> {
    let file: KindFile = crate::demo::read("instruments.toml", KINDS)?;
    let upper = file.class.into_iter().map(|it| (it.code, Bilingual::new(it.en, it.zh)));
    let lower = file.kind.into_iter().map(|it| (it.code, Bilingual::new(it.en, it.zh)));
    Ok(NameClasses { classes: upper.chain(lower).collect(), is_invented: true })
}

/// The instruments of every unit, by its key.
pub fn sheets() -> Result<Vec<(String, Vec<Sheet>)>, Broken> {
    let file: KindFile = crate::demo::read("instruments.toml", KINDS)?;
    let units = units()?;
    let mut all = Vec::with_capacity(units.len());
    for (at, unit) in units.iter().enumerate() {
        let seed = u64::try_from(at).unwrap_or(0) + 1;
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut sheets = Vec::new();
        for kind in &file.kind {
            if !unit.topics.split(' ').any(|topic| topic == kind.topic) {
                continue;
            }
            // One in six stands there twice; one in nine is not there at all.
            let copies = if dice.below(9) == 0 { 0 } else { 1 + u64::from(dice.below(6) == 0) };
            for copy in 0..copies {
                sheets.push(sheet(unit, kind, copy, &mut dice)?);
            }
        }
        all.push((unit.key.clone(), sheets));
    }
    Ok(all)
}

/// What enters the instruments of one unit.
pub fn save(owner: OrganisationId, sheets: Vec<Sheet>) -> SaveInstruments {
    SaveInstruments { owner, rows: (1..).zip(sheets).collect(), is_hidden: false }
}

/// Numbers that look drawn and are the same every time (Knuth's multiplier of MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(u64::try_from(n).unwrap_or(1))).unwrap_or(0)
    }
}

fn sheet(unit: &Unit, kind: &Kind, copy: u64, dice: &mut Dice) -> Result<Sheet, Broken> {
    let (maker, country) = MAKERS[dice.index(MAKERS.len())];
    let mode = Mode::parse(&kind.mode).ok_or_else(|| format!("instruments.toml: {}", kind.mode))?;
    let wan = kind.value_wan * (70 + dice.below(70)) / 100;
    let fen = i64::try_from(wan.max(1) * 10_000 * 100).unwrap_or(i64::MAX);
    let hourly = (wan / 3).clamp(20, 3_000);
    let name = match copy {
        0 => Bilingual::new(&kind.en, &kind.zh),
        _ => Bilingual::new(format!("{} No. 2", kind.en), format!("{}（2号）", kind.zh)),
    };
    let series = 100 + 10 * dice.below(80);
    let long = dice.below(2) == 0;
    let mut sheet = Sheet {
        name,
        description: Bilingual::new(
            format!("{} of the {}. Invented for the demonstration.", kind.en, unit.site_en),
            format!("{}，位于{}。演示用虚构内容。", kind.zh, unit.site_zh),
        ),
        makers: vec![Maker {
            name: maker.to_owned(),
            country: country.to_owned(),
            identifier: String::new(),
        }],
        model: format!("{}-{series}", kind.model),
        class: kind.code.clone(),
        numbers: Numbers {
            serial: format!("{}{:07}", kind.model, dice.below(10_000_000)),
            asset: format!("{}-{}-{}", unit.key.to_uppercase(), kind.code, copy + 1),
            ..Numbers::default()
        },
        commissioned: day(dice),
        value: Some(Money::new(fen, Currency::CNY)),
        mode,
        seats: match kind.topic.as_str() {
            "computing" => 8,
            _ if mode == Mode::Queue => 2,
            _ => 1,
        },
        condition: match dice.below(30) {
            0 => Condition::FailsAtTimes,
            1 => Condition::AwaitsRepair,
            _ => Condition::Sound,
        },
        place: place(unit, dice),
        capabilities: kind.measures.iter().map(|it| capability(it, long)).collect(),
        contacts: vec![Contact {
            name: Bilingual::new("Instrument office (demonstration)", "仪器共享办公室（演示）"),
            phone: format!("0816-000 {:04}", dice.below(10_000)),
            email: format!("instruments.{}@demo.bellwether.example", unit.key),
            address: String::new(),
        }],
        fields: Bilingual::new(&kind.topic, ""),
        invented: true,
        ..Sheet::default()
    };
    told(&mut sheet, mode, hourly);
    if mode == Mode::Bookings && dice.below(3) == 0 {
        let name = Bilingual::new("Heating stage", "加热台");
        sheet.accessories.push(Accessory { name, stock: 1, is_needed: false });
    }
    Ok(sheet)
}

/// Rates and rules in words, by how it is used.
fn told(sheet: &mut Sheet, mode: Mode, hourly: u64) {
    sheet.rates = match mode {
        Mode::Samples => Bilingual::new(
            format!("¥{hourly} for each sample; 20% less for the owner's own people."),
            format!("每件样品{hourly}元；本单位人员八折。"),
        ),
        Mode::NotShared => Bilingual::default(),
        _ => Bilingual::new(
            format!("¥{hourly} an hour; 20% less for the owner's own people."),
            format!("每小时{hourly}元；本单位人员八折。"),
        ),
    };
    if matches!(mode, Mode::Bookings | Mode::Hybrid) {
        sheet.training = Bilingual::new(
            "A course of two hours with the staff, then one run under supervision.",
            "由机组人员培训两小时，并在指导下操作一次。",
        );
        sheet.notice = Bilingual::new(
            "Bring no food into the room. Report every fault at once. Leave the place as you found it.",
            "请勿携带食品入内。发现故障立即报告。使用完毕恢复原状。",
        );
    }
}

fn day(dice: &mut Dice) -> Option<Date> {
    let year = i16::try_from(2009 + dice.below(16)).unwrap_or(2020);
    let month = i8::try_from(1 + dice.below(12)).unwrap_or(1);
    Date::new(year, month, i8::try_from(1 + dice.below(28)).unwrap_or(1)).ok()
}

fn place(unit: &Unit, dice: &mut Dice) -> Place {
    let houses = ["A", "B", "C", "D"];
    let house = houses[dice.index(houses.len())];
    let near = |dice: &mut Dice| i64::try_from(dice.below(4_000)).unwrap_or(0) - 2_000;
    let point = Point::parse(&unit.latitude, &unit.longitude).map(|at| Point {
        latitude_e6: at.latitude_e6 + near(dice),
        longitude_e6: at.longitude_e6 + near(dice),
    });
    Place {
        site: Bilingual::new(&unit.site_en, &unit.site_zh),
        building: Bilingual::new(format!("Building {house}"), format!("{house}座")),
        room: format!("{}{:02}", 1 + dice.below(6), 1 + dice.below(30)),
        region: "510700".to_owned(),
        point,
        zone: ZONE.to_owned(),
        ..Place::default()
    }
}

fn capability(it: &Measure, is_long: bool) -> Capability {
    Capability {
        parameter: Bilingual::new(&it.parameter_en, &it.parameter_zh),
        object: Bilingual::new(&it.object_en, &it.object_zh),
        range: Range { from: it.from.clone(), to: it.to.clone(), unit: it.unit.clone() },
        precision: Bilingual::new(&it.precision, &it.precision),
        sample: match is_long {
            true => {
                Bilingual::new("Dry, labelled, at least two pieces.", "干燥，有标签，至少两件。")
            }
            false => Bilingual::default(),
        },
        standards: it.standards.clone(),
        ..Capability::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;
    use base::{Instant, InstrumentId, Reference};
    use instruments::instrument::{Create, create};
    use std::collections::BTreeSet;

    #[test]
    fn forty_units_have_more_than_a_thousand_instruments() {
        let all = sheets().expect("readable");
        assert_eq!(all.len(), 40);
        let n: usize = all.iter().map(|(_, sheets)| sheets.len()).sum();
        assert!((1_000..1_400).contains(&n), "{n}");
        let mut chance = SeededChance::new(1);
        for (key, sheets) in &all {
            assert!((1..=base::limits::IMPORT_BATCH_MAX).contains(&sheets.len()), "{key}");
            let assets: BTreeSet<&str> =
                sheets.iter().map(|sheet| sheet.numbers.asset.as_str()).collect();
            assert_eq!(assets.len(), sheets.len(), "{key}: inventory numbers");
            for sheet in sheets {
                assert!(sheet.invented && sheet.place.point.is_some(), "{key}");
                let ask = Create {
                    id: InstrumentId::from_bits(1),
                    reference: Reference::draw("YQ", 2026, &mut chance),
                    owner: OrganisationId::from_bits(1),
                    is_hidden: false,
                    sheet: sheet.clone(),
                };
                create(ask, false, Instant::from_micros(1)).expect("nothing stands against it");
            }
        }
    }

    #[test]
    fn every_one_is_a_record_of_pidinst() {
        use papers::pidinst::{Around, Record, read_json, read_xml};
        let mut chance = SeededChance::new(2);
        let all = sheets().expect("readable");
        let (mut xml, mut json) = (Vec::new(), Vec::new());
        for (n, sheet) in all.iter().flat_map(|(_, sheets)| sheets).enumerate() {
            let ask = Create {
                id: InstrumentId::from_bits(1),
                reference: Reference::draw("YQ", 2026, &mut chance),
                owner: OrganisationId::from_bits(1),
                is_hidden: false,
                sheet: sheet.clone(),
            };
            let it =
                create(ask, false, Instant::from_micros(1)).expect("nothing stands against it");
            let record = Record::of(
                &it,
                &Around {
                    lang: base::Lang::Zh,
                    landing_page: "https://city.example/instruments/1",
                    owner_name: &Bilingual::new("Unit", "单位"),
                    owner_code: "",
                    classes: &[],
                    components: &[],
                    parent: None,
                },
            );
            assert!(record.lacks().is_empty(), "{:?}", record.lacks());
            assert_eq!(read_json(record.json().as_bytes()).as_ref(), Ok(&record));
            assert_eq!(read_xml(record.xml().as_bytes()).as_ref(), Ok(&record));
            xml.push((format!("{n:04}.xml"), record.xml()));
            json.push((format!("{n:04}.json"), record.json()));
        }
        // What others published is held against all of them by what others made; and notices what
        // is wrong.
        let (first, last) = (xml[0].1.clone(), json[0].1.clone());
        xml.push(("wrong.xml".to_owned(), first.replace("landingPage>", "landing>")));
        json.push(("wrong.json".to_owned(), last.replace("\"owners\"", "\"owner\"")));
        for (schema, documents) in
            [("pidinst-schema-1_0.xsd", &xml), ("pidinst-schema-1_0.schema.json", &json)]
        {
            let path = testkit::test_data(&format!("instruments/pidinst/{schema}"));
            let Some(path) = path else { continue };
            let named = documents.iter().map(|(name, text)| (name.clone(), text.as_str()));
            let Some(faults) = testkit::schema::faults(&path, named) else { continue };
            assert!(faults.iter().any(|fault| fault.starts_with("wrong.")), "{schema}");
            let others: Vec<_> = faults.iter().filter(|it| !it.starts_with("wrong.")).collect();
            assert!(documents.len() > 1_000 && others.is_empty(), "{others:?}");
        }
    }

    #[test]
    fn the_same_city_comes_out_every_time() {
        assert_eq!(sheets().expect("readable"), sheets().expect("readable"));
        let known = crate::demo::organisations().expect("readable");
        let known: BTreeSet<String> = known.into_iter().map(|it| it.key).collect();
        for unit in units().expect("readable") {
            assert_eq!(unit.kind.is_none(), known.contains(&unit.key), "{}", unit.key);
        }
        assert!(classes().expect("readable").classes.len() > 60);
        assert!(standards().expect("readable").len() > 20);
    }
}
