//! The columns of tables of instruments: keys, heads in two languages and in the tables of others.

use super::{cell_of, line_of};
use crate::sheet::Value;
use base::Lang;
use instruments::place::Point;
use instruments::sheet::{Carrier, Condition, Funds, Kind, Mode, Origin, Sheet};

macro_rules! columns {
    ($($column:ident = $key:literal [$($head:literal),*];)*) => {
        /// What a column means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Column { $($column,)* }

        const ALL: &[(Column, &str, &[&str])] = &[$((Column::$column, $key, &[$($head),*]),)*];
    };
}

// The key, which is the name of the field, then heads of others: the national platform's, UNIQUIP's
// (data-ac-uk/equipment), those of the PNNL collection.
columns! {
    Asset = "asset" ["id", "资产编号", "仪器编号", "所在单位仪器编号"];
    NameZh = "name_zh" ["中文名", "中文名称", "仪器名称", "设备名称", "名称"];
    NameEn = "name_en" ["name", "英文名", "英文名称", "display_name", "instrument"];
    Model = "model" ["型号", "规格型号", "仪器型号"];
    Class = "class_code" ["分类代码", "仪器分类编码", "类别代码"];
    Maker = "maker" ["生产厂商", "厂商", "制造商", "manufacturer"];
    Country = "maker_country" ["产地国别", "国别"];
    Serial = "serial" ["出厂编号", "serial number"];
    National = "national" ["国家平台编号"];
    Persistent = "persistent" ["永久标识", "doi", "handle"];
    Department = "department" ["所在部门", "所属部门"];
    Site = "site" ["园区", "site location"];
    Building = "building" ["楼宇", "楼"];
    Room = "room" ["房间", "房间号", "location"];
    Address = "address" ["安放地址", "详细地址"];
    Region = "region" ["行政区划代码", "所在行政区划"];
    Latitude = "latitude" ["纬度"];
    Longitude = "longitude" ["经度"];
    Zone = "zone" ["时区"];
    Commissioned = "commissioned" ["启用日期", "入账日期", "created"];
    Value = "value" ["原值", "原值（元）", "value (cny)"];
    ValueWan = "value_wan" ["原值（万元）", "原值(万元)"];
    Mode = "share_mode" ["使用方式", "共享方式"];
    Seats = "seats" ["机位数"];
    State = "condition" ["运行状态", "仪器状态", "status"];
    Kind = "kind" ["用途类型", "专用通用"];
    Origin = "origin" ["来源", "设备来源"];
    Funds = "funds" ["经费来源"];
    Carrier = "carrier" ["上级载体", "载体"];
    Group = "group" ["仪器组"];
    Measures = "measures" ["检测能力", "检测参数"];
    Technique = "technique" [];
    DescriptionZh = "description_zh" ["中文简介", "仪器简介"];
    DescriptionEn = "description_en" ["description", "英文简介"];
    Indicators = "indicators" ["主要技术指标", "技术指标"];
    Functions = "functions" ["主要功能", "主要功能及学科领域"];
    Services = "services" ["服务内容"];
    Results = "results" ["服务的典型成果", "服务成果"];
    Rates = "rates" ["收费标准", "参考收费标准"];
    Notice = "notice" ["用户须知"];
    Training = "training" ["所需培训"];
    Fields = "fields" ["学科领域", "主要学科领域"];
    KindWords = "type" ["class", "category"];
    Contact = "contact" ["联系人", "contact name"];
    Phone = "phone" ["联系电话", "电话", "contact telephone"];
    Email = "email" ["联系邮箱", "邮箱", "contact email"];
    Other = "-" ["related facility id", "contact url", "secondary contact name",
        "secondary contact telephone", "secondary contact url", "secondary contact email", "photo",
        "service level", "web address", "group name", "usage", "role", "tracked",
        "percent_facility_owned", "available_hours_per_day", "local_name", "active", "primary"];
}

impl Column {
    fn key(self) -> &'static str {
        ALL.iter().find(|(column, ..)| *column == self).map_or("-", |(_, key, _)| key)
    }

    /// The name of the field that a problem of it stands at.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::ValueWan => "value",
            Self::Class => "class",
            _ => self.key(),
        }
    }

    /// Its head in the template and in what is exported.
    fn head(self, lang: Lang) -> String {
        words::say(lang, &format!("instrument-column-{}", self.key().replace('_', "-")))
    }
}

/// The columns that are written, in their order.
const WRITTEN: &[Column] = &[
    Column::Asset,
    Column::NameEn,
    Column::NameZh,
    Column::Model,
    Column::Class,
    Column::Maker,
    Column::Country,
    Column::Measures,
    Column::Mode,
    Column::Seats,
    Column::State,
    Column::DescriptionEn,
    Column::DescriptionZh,
    Column::Indicators,
    Column::Functions,
    Column::Services,
    Column::Results,
    Column::Rates,
    Column::Notice,
    Column::Training,
    Column::Department,
    Column::Site,
    Column::Building,
    Column::Room,
    Column::Address,
    Column::Region,
    Column::Latitude,
    Column::Longitude,
    Column::Zone,
    Column::Serial,
    Column::National,
    Column::Persistent,
    Column::Commissioned,
    Column::Value,
    Column::Kind,
    Column::Origin,
    Column::Funds,
    Column::Carrier,
    Column::Group,
    Column::Fields,
    Column::Contact,
    Column::Phone,
    Column::Email,
];

fn folded(head: &str) -> String {
    let half: String = head.chars().map(base::time::half_width).collect();
    half.trim().trim_start_matches('*').trim_end_matches(['*', ':']).trim().to_lowercase()
}

/// The column of a head: its key, its name in either language, or one of others.
pub(super) fn column_of(head: &str) -> Option<Column> {
    let head = folded(head);
    if head.is_empty() {
        return None;
    }
    let own = |column: Column| {
        WRITTEN.contains(&column)
            && Lang::ALL.iter().any(|lang| folded(&column.head(*lang)) == head)
    };
    let is = |(column, key, heads): &&(Column, &str, &[&str])| {
        *key == head || own(*column) || heads.iter().any(|known| folded(known) == head)
    };
    ALL.iter().find(is).map(|(column, ..)| *column)
}

/// The heads of the template and of what is exported.
pub fn heads(lang: Lang) -> Vec<String> {
    WRITTEN.iter().map(|column| column.head(lang)).collect()
}

/// Heads of columns that take a word of a list, with the words of each.
pub fn choices(lang: Lang) -> Vec<(String, Vec<String>)> {
    let said = |column: Column, stem: &str, words: Vec<&'static str>| {
        let of = |word: &str| words::say(lang, &format!("{stem}-{word}"));
        (column.head(lang), words.into_iter().map(of).collect())
    };
    vec![
        said(Column::Mode, "instrument-mode", Mode::ALL.iter().map(|it| it.word()).collect()),
        said(
            Column::State,
            "instrument-condition",
            Condition::ALL.iter().map(|it| it.word()).collect(),
        ),
        said(Column::Kind, "instrument-kind", Kind::ALL.iter().map(|it| it.word()).collect()),
        said(Column::Origin, "instrument-origin", Origin::ALL.iter().map(|it| it.word()).collect()),
        said(Column::Funds, "instrument-funds", Funds::ALL.iter().map(|it| it.word()).collect()),
        said(
            Column::Carrier,
            "instrument-carrier",
            Carrier::ALL.iter().map(|it| it.word()).collect(),
        ),
    ]
}

/// A sheet as a row under those heads.
pub fn sheet(it: &Sheet, lang: Lang) -> Vec<Value> {
    WRITTEN.iter().map(|column| value(it, *column, lang)).collect()
}

fn value(it: &Sheet, column: Column, lang: Lang) -> Value {
    let maker = it.makers.first();
    let contact = it.contacts.first();
    let word = |stem: &str, word: &str| words::say(lang, &format!("{stem}-{word}"));
    let text = match column {
        Column::Asset => it.numbers.asset.clone(),
        Column::NameEn => it.name.en.clone(),
        Column::NameZh => it.name.zh.clone(),
        Column::Model => it.model.clone(),
        Column::Class => it.class.clone(),
        Column::Maker => maker.map(|it| it.name.clone()).unwrap_or_default(),
        Column::Country => maker.map(|it| it.country.clone()).unwrap_or_default(),
        Column::Measures => it.capabilities.iter().map(line_of).collect::<Vec<_>>().join(";\n"),
        Column::Mode => word("instrument-mode", it.mode.word()),
        Column::Seats => return Value::Number(i64::from(it.seats())),
        Column::State => word("instrument-condition", it.condition.word()),
        Column::DescriptionEn => it.description.en.clone(),
        Column::DescriptionZh => it.description.zh.clone(),
        Column::Indicators => cell_of(&it.indicators),
        Column::Functions => cell_of(&it.functions),
        Column::Services => cell_of(&it.services),
        Column::Results => cell_of(&it.results),
        Column::Rates => cell_of(&it.rates),
        Column::Notice => cell_of(&it.notice),
        Column::Training => cell_of(&it.training),
        Column::Department => cell_of(&it.department),
        Column::Site => cell_of(&it.place.site),
        Column::Building => cell_of(&it.place.building),
        Column::Room => it.place.room.clone(),
        Column::Address => cell_of(&it.place.address),
        Column::Region => it.place.region.clone(),
        Column::Latitude => it.place.point.map(Point::latitude).unwrap_or_default(),
        Column::Longitude => it.place.point.map(Point::longitude).unwrap_or_default(),
        Column::Zone => it.place.zone.clone(),
        Column::Serial => it.numbers.serial.clone(),
        Column::National => it.numbers.national.clone(),
        Column::Persistent => it.numbers.persistent.clone(),
        Column::Commissioned => return it.commissioned.map_or_else(nothing, Value::Day),
        Column::Value => match it.value {
            Some(value) if value.currency != base::Currency::CNY => {
                format!("{} {}", value.decimal(), value.currency.code())
            }
            Some(value) => return Value::Money(value),
            None => String::new(),
        },
        Column::Kind => word("instrument-kind", it.kind.word()),
        Column::Origin => word("instrument-origin", it.origin.word()),
        Column::Funds => word("instrument-funds", it.funds.word()),
        Column::Carrier => word("instrument-carrier", it.carrier.word()),
        Column::Group => it.group.clone(),
        Column::Fields => cell_of(&it.fields),
        Column::Contact => contact.map(|it| cell_of(&it.name)).unwrap_or_default(),
        Column::Phone => contact.map(|it| it.phone.clone()).unwrap_or_default(),
        Column::Email => contact.map(|it| it.email.clone()).unwrap_or_default(),
        Column::Technique | Column::KindWords | Column::ValueWan | Column::Other => String::new(),
    };
    Value::Text(text)
}

fn nothing() -> Value {
    Value::Text(String::new())
}
