//! Field lists of the national network platform for research facilities and large instruments, and
//! what a row still lacks of them.

use crate::words_of;
use std::collections::BTreeMap;

words_of! {
    /// What a row tells.
    List {
        Record = "record",
        Instrument = "instrument",
        Centre = "centre",
        Unit = "unit",
        Facility = "facility",
    }

    /// What the platform said to a row.
    Answer {
        Incomplete = "incomplete",
        Ready = "ready",
        Accepted = "accepted",
        Content = "content-error",
        UnitCode = "unit-code",
        DataType = "data-type",
        PushFormat = "push-format",
        Validation = "validation",
        Other = "other",
        Database = "database-error",
    }
}

/// One column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// In the programming interface.
    pub key: &'static str,
    /// As the platform heads it.
    pub heading: &'static str,
    pub is_required: bool,
}

const fn must(key: &'static str, heading: &'static str) -> Field {
    Field { key, heading, is_required: true }
}

const fn may(key: &'static str, heading: &'static str) -> Field {
    Field { key, heading, is_required: false }
}

const RECORD: &[Field] = &[
    must("id", "服务记录编号"),
    must("instrument", "仪器名称"),
    must("instrument_number", "所属单位仪器编号"),
    must("amount", "服务金额（元）"),
    must("start", "服务开始时间"),
    must("end", "服务结束时间"),
    must("hours", "实际服务机时"),
    must("content", "服务内容"),
    must("way", "服务方式"),
    must("customer_kind", "服务对象"),
    must("purpose", "服务类型"),
    may("project", "课题名称"),
    must("fund_source", "课题经费来源"),
    may("science_field", "学科领域"),
    must("agreement", "是否签订协议"),
    must("place_kind", "单位内外使用"),
    may("place", "使用地点"),
    may("customs_notice", "海关通知书编号"),
    may("tax_record", "纳税记录"),
    must("applicant", "申请人"),
    must("phone", "联系电话"),
    may("email", "电子邮箱"),
    must("unit", "申请人单位"),
    may("opinion", "服务评价意见"),
];

const INSTRUMENT: &[Field] = &[
    must("name_zh", "中文名称"),
    may("name_en", "英文名称"),
    must("number", "所属单位仪器编号"),
    may("department", "所属部门"),
    must("carrier", "所属资源载体"),
    must("class", "仪器设备分类编码"),
    must("region", "行政区划代码"),
    must("street", "街道地址"),
    must("value", "原值（万元）"),
    must("source", "设备来源"),
    must("kind", "仪器设备类别"),
    must("status", "运行状态"),
    must("sharing", "共享模式"),
    may("fields", "主要学科领域"),
    must("country", "产地国别"),
    must("model", "规格型号"),
    must("maker", "生产制造商"),
    must("accounted", "启用日期"),
    must("indicators", "主要技术指标"),
    must("functions", "主要功能"),
    must("notice", "用户须知"),
    must("fees", "参考收费标准"),
    must("services", "服务内容"),
    may("results", "服务典型成果"),
    must("booking", "预约服务网址"),
    must("funds", "购置经费来源"),
    must("hours_total", "年总运行机时"),
    must("hours_service", "年服务机时"),
    must("contact", "联系人"),
    must("phone", "联系电话"),
    must("email", "电子邮箱"),
    must("address", "通讯地址"),
    must("postcode", "邮政编码"),
];

const CENTRE: &[Field] = &[
    must("name", "中心名称"),
    must("number", "中心编号"),
    may("web", "网址"),
    must("address", "地址"),
    must("value", "仪器设备总值（万元）"),
    must("area", "面积（平方米）"),
    must("founded", "建立日期"),
    must("instruments", "大型仪器数"),
    must("fields", "主要学科领域"),
    may("accredited", "通过资质认定"),
    must("introduction", "中心简介"),
    must("contact", "联系人"),
];

const UNIT: &[Field] = &[
    must("name", "服务单元名称"),
    must("number", "服务单元编号"),
    must("category", "类别"),
    must("status", "运行状态"),
    must("sharing", "共享模式"),
    must("functions", "主要功能"),
    may("results", "服务典型成果"),
    must("rules", "对外开放制度"),
    must("fees", "参考收费标准"),
    must("contact", "联系人"),
];

const FACILITY: &[Field] = &[
    must("name", "设施名称"),
    must("number", "设施编号"),
    must("cost", "建设经费（万元）"),
    must("accepted", "验收日期"),
    must("category", "设施类别"),
    must("state", "建设状态"),
    must("authority", "主管部门"),
    must("host", "依托单位"),
    must("approved_by", "批复单位"),
    must("scientist", "首席科学家"),
    must("head", "运行负责人"),
    must("users", "用户数"),
    may("results", "服务典型成果"),
    must("rules", "开放共享制度"),
    must("contact", "联系人"),
];

/// What only instruments under the customs' supervision have.
pub const CUSTOMS: &[Field] = &[
    must("declaration", "报关单编号"),
    must("item", "报关单项号"),
    must("released", "放行日期"),
    must("declared_name", "申报名称"),
];

impl List {
    /// Its columns in the platform's order.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Record => RECORD,
            Self::Instrument => INSTRUMENT,
            Self::Centre => CENTRE,
            Self::Unit => UNIT,
            Self::Facility => FACILITY,
        }
    }
}

/// Texts of one row by column.
pub type Row = BTreeMap<&'static str, String>;

/// Cells of a row in the order of its list.
pub fn cells(fields: &[Field], row: &Row) -> Vec<String> {
    fields.iter().map(|field| row.get(field.key).cloned().unwrap_or_default()).collect()
}

/// Columns that a row must have and lacks.
pub fn missing(fields: &'static [Field], row: &Row) -> Vec<&'static Field> {
    let lacks = |field: &&Field| {
        field.is_required && row.get(field.key).is_none_or(|text| text.trim().is_empty())
    };
    fields.iter().filter(lacks).collect()
}

/// Whether a row may go out; what the platform said before stands until the row is corrected.
pub fn standing(missing: &[&Field], said: Option<Answer>) -> Answer {
    match said {
        Some(said) if said != Answer::Incomplete => said,
        _ if missing.is_empty() => Answer::Ready,
        _ => Answer::Incomplete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_and_headings_are_named_once() {
        for list in List::ALL {
            let keys: BTreeSet<&str> = list.fields().iter().map(|field| field.key).collect();
            let heads: BTreeSet<&str> = list.fields().iter().map(|field| field.heading).collect();
            let n = list.fields().len();
            assert_eq!((keys.len(), heads.len()), (n, n), "{list}");
        }
        assert_eq!((RECORD.len(), INSTRUMENT.len(), CUSTOMS.len()), (24, 33, 4));
    }

    #[test]
    fn a_row_names_what_it_lacks() {
        let fields = List::Centre.fields();
        let mut row: Row = fields.iter().map(|field| (field.key, "x".to_owned())).collect();
        assert_eq!(missing(fields, &row), Vec::<&Field>::new());
        row.insert("web", String::new());
        row.insert("area", " ".to_owned());
        row.remove("contact");
        let lacks = missing(fields, &row);
        assert_eq!(lacks.iter().map(|field| field.key).collect::<Vec<_>>(), ["area", "contact"]);
        assert_eq!(cells(fields, &row)[5], " ");
        assert_eq!(standing(&lacks, None), Answer::Incomplete);
        assert_eq!(standing(&[], None), Answer::Ready);
        assert_eq!(standing(&[], Some(Answer::Validation)), Answer::Validation);
        assert_eq!(standing(&[], Some(Answer::Incomplete)), Answer::Ready);
    }
}
