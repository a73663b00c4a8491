//! What somebody typed about an instrument, and the sheet it means.
//!
//! The draft is the posted fields themselves, so that whatever was typed comes back; reading it
//! tells every reason at once.

use crate::form_rows::{self, Group};
use base::text::field_term;
use base::time::{half_width, read_date};
use base::{Bilingual, Currency, FileId, InstrumentId, Lang, Money, PersonId, Refusal};
use edge::Fields;
use instruments::capability::{Capability, Range};
use instruments::place::{Place, Point};
use instruments::sheet::{
    Accessory, Carrier, Condition, Contact, Expert, Funds, Kind, Maker, Mode, Need, Numbers,
    Origin, Photograph, Sheet,
};

/// The repeating groups of the form.
pub const GROUPS: [Group; 6] = [
    ("capabilities", "unit"),
    ("makers", "name"),
    ("contacts", "phone"),
    ("experts", "email"),
    ("accessories", "stock"),
    ("needs", "resource"),
];
/// The pictures that stay.
pub const KEPT: &str = "kept";

/// The posted fields of an instrument.
#[derive(Clone, Debug, Default)]
pub struct Draft(pub Fields);

impl Draft {
    /// What the form shows of a sheet that is there already.
    pub fn of(sheet: &Sheet) -> Self {
        let mut draft = Self::default();
        for (name, text) in texts(sheet) {
            draft.both(name, text);
        }
        let number = |n: u32| n.to_string();
        for (name, value) in [
            ("model", sheet.model.clone()),
            ("class", sheet.class.clone()),
            ("serial", sheet.numbers.serial.clone()),
            ("asset", sheet.numbers.asset.clone()),
            ("national", sheet.numbers.national.clone()),
            ("persistent", sheet.numbers.persistent.clone()),
            ("commissioned", sheet.commissioned.map(|on| on.to_string()).unwrap_or_default()),
            ("value", sheet.value.map(Money::decimal).unwrap_or_default()),
            ("kind", sheet.kind.word().to_owned()),
            ("origin", sheet.origin.word().to_owned()),
            ("funds", sheet.funds.word().to_owned()),
            ("condition", sheet.condition.word().to_owned()),
            ("carrier", sheet.carrier.word().to_owned()),
            ("share_mode", sheet.mode.word().to_owned()),
            ("seats", number(sheet.seats())),
            ("group", sheet.group.clone()),
            ("parent", sheet.parent.map(|id| id.to_string()).unwrap_or_default()),
            ("room", sheet.place.room.clone()),
            ("region", sheet.place.region.clone()),
            ("zone", sheet.place.zone().to_owned()),
            ("latitude", sheet.place.point.map(Point::latitude).unwrap_or_default()),
            ("longitude", sheet.place.point.map(Point::longitude).unwrap_or_default()),
        ] {
            draft.put(name, &value);
        }
        if let Some(value) = sheet.value {
            draft.put("value_currency", value.currency.code());
        }
        draft.rows_of(sheet);
        for person in &sheet.operators {
            draft.0.0.push(("operators".to_owned(), person.to_string()));
        }
        for picture in &sheet.photographs {
            draft.0.0.push((KEPT.to_owned(), picture.file.to_string()));
        }
        draft
    }

    fn rows_of(&mut self, sheet: &Sheet) {
        for (at, it) in sheet.capabilities.iter().enumerate() {
            let path = |part: &str| format!("capabilities.{at}.{part}");
            self.both(&path("parameter"), &it.parameter);
            self.both(&path("object"), &it.object);
            self.put(&path("from"), &it.range.from);
            self.put(&path("to"), &it.range.to);
            self.put(&path("unit"), &it.range.unit);
            self.both(&path("precision"), &it.precision);
            self.both(&path("method"), &it.method);
            self.both(&path("sample"), &it.sample);
            self.put(&path("standards"), &it.standards.join("; "));
        }
        for (at, it) in sheet.makers.iter().enumerate() {
            self.put(&format!("makers.{at}.name"), &it.name);
            self.put(&format!("makers.{at}.country"), &it.country);
            self.put(&format!("makers.{at}.identifier"), &it.identifier);
        }
        for (at, it) in sheet.contacts.iter().enumerate() {
            self.both(&format!("contacts.{at}.name"), &it.name);
            self.put(&format!("contacts.{at}.phone"), &it.phone);
            self.put(&format!("contacts.{at}.email"), &it.email);
            self.put(&format!("contacts.{at}.address"), &it.address);
        }
        for (at, it) in sheet.experts.iter().enumerate() {
            self.both(&format!("experts.{at}.name"), &it.name);
            self.both(&format!("experts.{at}.knows"), &it.knows);
            self.put(&format!("experts.{at}.email"), &it.email);
        }
        for (at, it) in sheet.accessories.iter().enumerate() {
            self.both(&format!("accessories.{at}.name"), &it.name);
            self.put(&format!("accessories.{at}.stock"), &it.stock.to_string());
            self.put(&format!("accessories.{at}.is_needed"), if it.is_needed { "1" } else { "" });
        }
        for (at, it) in sheet.needs.iter().enumerate() {
            self.put(&format!("needs.{at}.resource"), &it.resource);
            self.put(&format!("needs.{at}.is_full"), if it.is_full { "1" } else { "" });
        }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }

    /// A text in both languages.
    pub fn bilingual(&self, name: &str) -> Bilingual {
        crate::form::bilingual(&self.0, name)
    }

    /// Puts a value in place of what was there.
    pub fn put(&mut self, name: &str, value: &str) {
        self.0.0.retain(|(known, _)| known != name);
        self.0.0.push((name.to_owned(), value.to_owned()));
    }

    fn both(&mut self, name: &str, text: &Bilingual) {
        for lang in Lang::ALL {
            self.put(&format!("{name}.{}", lang.short()), text.get(lang));
        }
    }

    /// How many rows a group has.
    pub fn n_rows(&self, group: &str) -> usize {
        self.0.rows(group).len()
    }

    /// Adds or removes a row as a button of the form asks; `false` if it asks for nothing such.
    pub fn change_rows(&mut self, what: &str) -> bool {
        form_rows::change(&mut self.0, &GROUPS, what, base::limits::PARTS_MAX)
    }

    /// Leaves out rows in which nothing was written.
    pub fn compact(&mut self) {
        form_rows::compact(&mut self.0, &GROUPS);
    }

    /// The sheet it means, and what cannot be read. What the form does not show stays as before;
    /// `fresh` are pictures that came with it.
    pub fn sheet(&self, before: &Sheet, fresh: &[FileId]) -> (Sheet, Vec<Refusal>) {
        let mut read = Reader { draft: self, refusals: Vec::new() };
        let text = |name: &str| self.bilingual(name);
        let typed = |name: &str| self.get(name).trim().to_owned();
        let mut sheet = Sheet {
            name: text("name"),
            description: text("description"),
            indicators: text("indicators"),
            functions: text("functions"),
            department: text("department"),
            rates: text("rates"),
            notice: text("notice"),
            training: text("training"),
            services: text("services"),
            results: text("results"),
            fields: text("fields"),
            model: typed("model"),
            class: typed("class"),
            numbers: Numbers {
                serial: typed("serial"),
                asset: typed("asset"),
                national: typed("national"),
                persistent: typed("persistent"),
            },
            commissioned: read.date("commissioned"),
            value: read.money("value"),
            kind: read.choice("kind", Kind::parse),
            origin: read.choice("origin", Origin::parse),
            funds: read.choice("funds", Funds::parse),
            condition: read.choice("condition", Condition::parse),
            carrier: read.choice("carrier", Carrier::parse),
            mode: read.choice("share_mode", Mode::parse),
            seats: read.number("seats").unwrap_or(1),
            group: typed("group"),
            parent: read.id::<InstrumentId>("parent"),
            place: read.place(),
            related: before.related.clone(),
            invented: before.invented,
            ..Sheet::default()
        };
        read.rows(&mut sheet, before);
        sheet.operators =
            self.0.all("operators").iter().filter_map(|id| PersonId::parse(id).ok()).collect();
        let kept = self.0.all(KEPT);
        let stays = |it: &&Photograph| kept.contains(&it.file.to_string().as_str());
        sheet.photographs = before.photographs.iter().filter(stays).cloned().collect();
        sheet.photographs.extend(
            fresh.iter().map(|file| Photograph { file: *file, caption: Bilingual::default() }),
        );
        (sheet, read.refusals)
    }
}

/// The texts in both languages, in the order of the form.
fn texts(sheet: &Sheet) -> [(&'static str, &Bilingual); 14] {
    [
        ("name", &sheet.name),
        ("description", &sheet.description),
        ("indicators", &sheet.indicators),
        ("functions", &sheet.functions),
        ("department", &sheet.department),
        ("rates", &sheet.rates),
        ("notice", &sheet.notice),
        ("training", &sheet.training),
        ("services", &sheet.services),
        ("results", &sheet.results),
        ("fields", &sheet.fields),
        ("site", &sheet.place.site),
        ("building", &sheet.place.building),
        ("address", &sheet.place.address),
    ]
}

/// Reads fields and collects every reason.
struct Reader<'d> {
    draft: &'d Draft,
    refusals: Vec<Refusal>,
}

impl Reader<'_> {
    fn refuse(&mut self, code: &'static str, name: &str) {
        let refusal = Refusal::invalid(code).on(name).term("field", field_term(name));
        self.refusals.push(refusal);
    }

    fn choice<T: Default>(&mut self, name: &str, parse: fn(&str) -> Option<T>) -> T {
        let typed = self.draft.get(name).trim();
        match parse(typed) {
            Some(found) => found,
            None => {
                if !typed.is_empty() {
                    self.refuse("choice-unknown", name);
                }
                T::default()
            }
        }
    }

    fn date(&mut self, name: &str) -> Option<base::Date> {
        let typed = self.draft.get(name).trim();
        let found = read_date(typed);
        if found.is_none() && !typed.is_empty() {
            self.refuse("date-unreadable", name);
        }
        found
    }

    fn money(&mut self, name: &str) -> Option<Money> {
        let typed = self.draft.get(name).trim();
        if typed.is_empty() {
            return None;
        }
        let currency = Currency::parse(self.draft.get(&format!("{name}_currency")));
        let read = Money::parse(typed, currency.unwrap_or(Currency::CNY));
        read.map_err(|_| self.refuse("money-unreadable", name)).ok()
    }

    fn number(&mut self, name: &str) -> Option<u32> {
        let plain: String = self.draft.get(name).trim().chars().map(half_width).collect();
        if plain.is_empty() {
            return None;
        }
        plain.parse().map_err(|_| self.refuse("number-unreadable", name)).ok()
    }

    fn id<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let typed = self.draft.get(name).trim();
        if typed.is_empty() {
            return None;
        }
        typed.parse().map_err(|_| self.refuse("choice-unknown", name)).ok()
    }

    fn place(&mut self) -> Place {
        let draft = self.draft;
        let (latitude, longitude) = (draft.get("latitude").trim(), draft.get("longitude").trim());
        let point = Point::parse(latitude, longitude);
        if point.is_none() && !(latitude.is_empty() && longitude.is_empty()) {
            self.refusals.push(Refusal::invalid("instrument-point").on("latitude"));
        }
        Place {
            site: draft.bilingual("site"),
            building: draft.bilingual("building"),
            room: draft.get("room").trim().to_owned(),
            address: draft.bilingual("address"),
            region: draft.get("region").trim().to_owned(),
            point,
            zone: draft.get("zone").trim().to_owned(),
        }
    }

    fn rows(&mut self, sheet: &mut Sheet, before: &Sheet) {
        let draft = self.draft;
        let text = |path: String| draft.bilingual(&path);
        let typed = |path: String| draft.get(&path).trim().to_owned();
        sheet.capabilities = (0..draft.n_rows("capabilities"))
            .map(|at| {
                let path = |part: &str| format!("capabilities.{at}.{part}");
                Capability {
                    parameter: text(path("parameter")),
                    object: text(path("object")),
                    range: Range {
                        from: typed(path("from")),
                        to: typed(path("to")),
                        unit: typed(path("unit")),
                    },
                    precision: text(path("precision")),
                    method: text(path("method")),
                    sample: text(path("sample")),
                    standards: listed(&typed(path("standards"))),
                }
            })
            .collect();
        sheet.makers = (0..draft.n_rows("makers"))
            .map(|at| Maker {
                name: typed(format!("makers.{at}.name")),
                country: typed(format!("makers.{at}.country")).to_uppercase(),
                identifier: typed(format!("makers.{at}.identifier")),
            })
            .collect();
        sheet.contacts = (0..draft.n_rows("contacts"))
            .map(|at| Contact {
                name: text(format!("contacts.{at}.name")),
                phone: typed(format!("contacts.{at}.phone")),
                email: typed(format!("contacts.{at}.email")),
                address: typed(format!("contacts.{at}.address")),
            })
            .collect();
        sheet.experts = (0..draft.n_rows("experts"))
            .map(|at| Expert {
                name: text(format!("experts.{at}.name")),
                knows: text(format!("experts.{at}.knows")),
                email: typed(format!("experts.{at}.email")),
            })
            .collect();
        for at in 0..draft.n_rows("accessories") {
            let stock = self.number(&format!("accessories.{at}.stock")).unwrap_or(1);
            let name = text(format!("accessories.{at}.name"));
            let is_needed = typed(format!("accessories.{at}.is_needed")) == "1";
            sheet.accessories.push(Accessory { name, stock, is_needed });
        }
        sheet.needs = (0..draft.n_rows("needs"))
            .map(|at| {
                let resource = typed(format!("needs.{at}.resource"));
                // The instrument behind a resource is not in the form: it stays with its name.
                let known = before.needs.iter().find(|it| it.resource == resource);
                Need {
                    instrument: known.and_then(|it| it.instrument),
                    is_full: draft.get(&format!("needs.{at}.is_full")) == "1",
                    resource,
                }
            })
            .collect();
    }
}

/// Numbers of standards as somebody lists them.
fn listed(typed: &str) -> Vec<String> {
    let parts = typed.split([';', '；', ',', '，', '、', '\n']);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_comes_back_out_of_its_form() {
        let sheet = Sheet {
            name: Bilingual::new("X-ray diffractometer", "X射线衍射仪"),
            class: "010301".to_owned(),
            value: Some(Money::new(123_456, Currency::CNY)),
            commissioned: read_date("2020-02-29"),
            seats: 3,
            mode: Mode::Hybrid,
            operators: vec![PersonId::from_bits(4)],
            photographs: vec![Photograph {
                file: FileId::from_bits(5),
                caption: Bilingual::default(),
            }],
            makers: vec![Maker {
                name: "Maker".to_owned(),
                country: "CN".to_owned(),
                ..Maker::default()
            }],
            capabilities: vec![Capability {
                parameter: Bilingual::new("Phase", "物相"),
                range: Range { from: "1".to_owned(), to: "2".to_owned(), unit: "°".to_owned() },
                standards: vec!["GB/T 1-2020".to_owned(), "ISO 2-2021".to_owned()],
                ..Capability::default()
            }],
            accessories: vec![Accessory {
                name: Bilingual::new("Stage", ""),
                stock: 2,
                is_needed: true,
            }],
            needs: vec![Need { resource: "Water".to_owned(), instrument: None, is_full: true }],
            place: Place {
                point: Point::parse("31.4675", "104.6791"),
                zone: "Asia/Shanghai".to_owned(),
                ..Place::default()
            },
            ..Sheet::default()
        };
        let (read, no) = Draft::of(&sheet).sheet(&sheet, &[]);
        assert_eq!((read, no), (sheet, Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field() {
        let mut draft = Draft::default();
        for (name, value) in
            [("commissioned", "soon"), ("value", "much"), ("seats", "x"), ("latitude", "95")]
        {
            draft.put(name, value);
        }
        let (_, no) = draft.sheet(&Sheet::default(), &[]);
        let told: Vec<String> = no.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "date-unreadable (commissioned)",
                "money-unreadable (value)",
                "number-unreadable (seats)",
                "instrument-point (latitude)",
            ]
        );
    }
}
