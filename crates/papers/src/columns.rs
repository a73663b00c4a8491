//! The columns of our own tables: stable keys, heads in both languages, and what people write
//! instead.

use crate::text::half_width;
use base::Lang;
use std::collections::BTreeMap;

/// Rows looked at to find the heads.
pub(crate) const HEAD_ROWS: usize = 30;
/// The version of the template's columns, as it stands in its hidden cell.
pub(crate) const VERSION: &str = "bellwether-technologies-1";
/// What such a cell begins with, whatever the version.
pub(crate) const VERSION_STEM: &str = "bellwether-technologies-";

/// How a cell of a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line of text.
    Line,
    /// Several lines of text.
    Block,
    /// A number or code that must not be read as a quantity.
    Code,
    /// One of the words of a list; the stem of their keys in `words`.
    Choice(&'static str),
    Date,
    /// A whole number from 1 to 9.
    Level,
    /// Yes or nothing.
    Flag,
    /// A field of the tree, by key or by name.
    Field,
    /// Inventors with their shares.
    Inventors,
    /// Rights, one a line.
    Rights,
    /// Classification symbols.
    Classes,
    /// Numbers separated by semicolons.
    List,
    /// Titles by language tag, one a line.
    Titles,
    /// Written by exports and not read back.
    Told,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The key that never changes.
    pub key: &'static str,
    pub shape: Shape,
}

impl Column {
    /// The head in a language.
    pub fn head(&self, lang: Lang) -> String {
        words::say(lang, &format!("technology-column-{}", self.key.replace('_', "-")))
    }

    /// The note of the template on how to fill it in.
    pub fn note(&self, lang: Lang) -> String {
        let shape = match self.shape {
            Shape::Line => "line",
            Shape::Block => "block",
            Shape::Code => "code",
            Shape::Choice(_) => "choice",
            Shape::Date => "date",
            Shape::Level => "level",
            Shape::Flag => "flag",
            Shape::Field => "field",
            Shape::Inventors => "inventors",
            Shape::Rights => "rights",
            Shape::Classes => "classes",
            Shape::List => "list",
            Shape::Titles => "titles",
            Shape::Told => "told",
        };
        words::say(lang, &format!("technology-fill-{shape}"))
    }

    /// The words that it may hold, with their names; empty for free columns.
    pub fn choices(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let Shape::Choice(stem) = self.shape else { return Vec::new() };
        let all: Vec<&'static str> = match self.key {
            "stage" => trading::Stage::ALL.iter().map(|one| one.word()).collect(),
            "mode" => trading::TransferMode::ALL.iter().map(|one| one.word()).collect(),
            _ => trading::ExportCategory::ALL.iter().map(|one| one.word()).collect(),
        };
        all.into_iter().map(|word| (word, words::say(lang, &format!("{stem}-{word}")))).collect()
    }
}

const fn column(key: &'static str, shape: Shape) -> Column {
    Column { key, shape }
}

/// All columns in the order of the sheet; the last ones are told by exports only.
static COLUMNS: &[Column] = &[
    column("key", Shape::Code),
    column("title_zh", Shape::Line),
    column("title_en", Shape::Line),
    column("summary_zh", Shape::Line),
    column("summary_en", Shape::Line),
    column("description_zh", Shape::Block),
    column("description_en", Shape::Block),
    column("applications_zh", Shape::Block),
    column("applications_en", Shape::Block),
    column("benefits_zh", Shape::Block),
    column("benefits_en", Shape::Block),
    column("keywords_zh", Shape::Line),
    column("keywords_en", Shape::Line),
    column("field", Shape::Field),
    column("classes", Shape::Classes),
    column("trl", Shape::Level),
    column("trl_date", Shape::Date),
    column("trl_assessed", Shape::Flag),
    column("trl_evidence_zh", Shape::Block),
    column("trl_evidence_en", Shape::Block),
    column("stage", Shape::Choice("technology-stage")),
    column("mode", Shape::Choice("technology-mode")),
    column("inventors", Shape::Inventors),
    column("rights", Shape::Rights),
    column("encumbrances_zh", Shape::Block),
    column("encumbrances_en", Shape::Block),
    column("export", Shape::Choice("technology-export")),
    column("export_notes_zh", Shape::Block),
    column("export_notes_en", Shape::Block),
    column("contact_zh", Shape::Line),
    column("contact_en", Shape::Line),
    column("phone", Shape::Code),
    column("email", Shape::Line),
    column("related", Shape::List),
    column("notes_zh", Shape::Block),
    column("notes_en", Shape::Block),
    column("other_titles", Shape::Titles),
    column("invented", Shape::Flag),
    column("reference", Shape::Told),
    column("owner", Shape::Told),
    column("state", Shape::Told),
    column("label", Shape::Told),
    column("version", Shape::Told),
    column("changed", Shape::Told),
    column("listings", Shape::Told),
];

/// All columns, in the order of the sheet.
pub fn columns() -> &'static [Column] {
    COLUMNS
}

/// The columns that a person fills in.
pub(crate) fn filled() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.shape != Shape::Told)
}

/// The column of this key.
pub(crate) fn by_key(key: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.key == key)
}

/// What people write above a column, folded as `fold` does.
const HABITS: &[(&str, &str)] = &[
    ("key", "编号 成果编号 专利号 内部编号 序列号 id number no casenumber casenr ownnumber"),
    ("title_zh", "名称 标题 成果名称 技术名称 项目名称 专利名称 中文标题"),
    ("title_en", "title name englishtitle englishname 英文标题"),
    ("summary_zh", "简介 摘要 一句话简介 成果简介"),
    ("summary_en", "summary abstract"),
    ("description_zh", "说明 描述 技术说明 成果介绍 技术介绍 详细说明"),
    ("description_en", "description"),
    ("applications_zh", "应用 应用场景 应用领域 用途"),
    ("applications_en", "applications uses"),
    ("benefits_zh", "优势 技术优势 创新点"),
    ("benefits_en", "benefits advantages"),
    ("keywords_zh", "关键词 关键字"),
    ("keywords_en", "keywords"),
    ("field", "领域 技术领域 所属领域 行业 field category"),
    ("classes", "分类号 ipc cpc 主分类号 classes classification"),
    ("trl", "trl 成熟度 技术成熟度 readiness readinesslevel"),
    ("trl_date", "成熟度日期"),
    ("stage", "阶段 所处阶段 stage"),
    ("mode", "转移方式 转化方式 modeoftransfer transfermode"),
    ("inventors", "发明人 完成人 主要完成人 inventor inventors"),
    ("rights", "权利 知识产权 专利 rights patents"),
    ("export", "出口类别 exportcategory"),
    ("contact_zh", "联系人 联系人姓名"),
    ("contact_en", "contact contactname"),
    ("phone", "电话 联系电话 手机 phone telephone"),
    ("email", "邮箱 电子邮箱 email mail"),
    ("reference", "平台编号 reference"),
];

/// A head without what does not tell: case, blanks, brackets, stars.
fn fold(head: &str) -> String {
    let plain = half_width(head).to_lowercase();
    plain.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The column that each head means: by its key, by its name in either language, by habit, or as
/// somebody chose by hand. A chosen empty key leaves the column out.
pub fn guess_mapping(
    heads: &[String],
    chosen: &BTreeMap<String, String>,
) -> Vec<Option<&'static Column>> {
    heads.iter().map(|head| guess(head, chosen)).collect()
}

fn guess(head: &str, chosen: &BTreeMap<String, String>) -> Option<&'static Column> {
    let head = head.trim();
    if let Some(key) = chosen.get(head) {
        return by_key(key);
    }
    if let Some(column) = by_key(head) {
        return Some(column);
    }
    let folded = fold(head);
    if folded.is_empty() {
        return None;
    }
    let named = |column: &&Column| Lang::ALL.iter().any(|lang| fold(&column.head(*lang)) == folded);
    COLUMNS.iter().find(named).or_else(|| {
        let habit = HABITS.iter().find(|(_, words)| words.split(' ').any(|word| word == folded));
        habit.and_then(|(key, _)| by_key(key))
    })
}

/// Whether a row of heads is enough to read technologies by.
pub(crate) fn is_enough(mapping: &[Option<&'static Column>]) -> bool {
    let has = |key: &str| mapping.iter().flatten().any(|column| column.key == key);
    (has("title_zh") || has("title_en")) && mapping.iter().flatten().count() >= 2
}

/// The seven heads of NASA's list of patents.
pub(crate) const NASA_HEADS: [&str; 7] = [
    "Center",
    "Status",
    "Case Number",
    "Patent Number",
    "Application SN",
    "Title",
    "Patent Expiration Date",
];

/// Whether a line holds the seven heads of NASA's list.
pub(crate) fn is_nasa_line(line: &str) -> bool {
    let heads = line.trim_start_matches('\u{feff}').split(',');
    heads.map(|head| head.trim().trim_matches('"')).eq(NASA_HEADS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_recognised_in_both_languages_and_by_habit() {
        let check = |head: &str, want: &str| {
            let found = guess(head, &BTreeMap::new()).map_or("", |column| column.key);
            assert_eq!(found, want, "{head}");
        };
        for column in columns() {
            check(column.key, column.key);
            for lang in Lang::ALL {
                check(&column.head(lang), column.key);
            }
        }
        check(" 成果名称 *", "title_zh");
        check("ＴＲＬ", "trl");
        check("Case Number", "key");
        check("E-mail", "email");
        check("总金额", "");
        check("", "");
    }

    #[test]
    fn a_choice_by_hand_wins() {
        let chosen = |key: &str| [("Title".to_owned(), key.to_owned())].into();
        assert_eq!(guess("Title", &chosen("title_zh")).map(|c| c.key), Some("title_zh"));
        assert!(guess("Title", &chosen("")).is_none());
    }
}
