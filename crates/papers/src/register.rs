//! Registers of enterprises: tables with one firm a row, by heads in Chinese or English.
//!
//! Columns of people and telephones are known in order to be left out, and that is said.

use crate::annotate::{Sheet, sheets};
use crate::cell::{Cell, Form, Row, is_rounded};
use crate::source::Source;
use base::time::read_date;
use base::{Bilingual, Date, Refusal};
use parties::register::Entry;
use std::collections::{BTreeMap, HashMap};
use trading::intake::{Place, Problem};
use trading::marking;

/// Rows looked at to find the heads.
const HEAD_ROWS: usize = 30;

/// What a column of a register means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Code,
    NameZh,
    NameEn,
    Region,
    Industry,
    Founded,
    /// Somebody's name or number: not read.
    Personal,
    /// A number of the row, or another that is of no use here.
    Other,
}

/// Heads as people write them, folded; the first column is the key of the programming interface.
const HEADS: &[(Column, &[&str])] = &[
    (
        Column::Code,
        &[
            "credit_code",
            "统一社会信用代码",
            "社会信用代码",
            "信用代码",
            "统一信用代码",
            "统一代码",
            "unified social credit code",
            "credit code",
            "uscc",
        ],
    ),
    (
        Column::NameZh,
        &[
            "name_zh",
            "企业名称",
            "单位名称",
            "公司名称",
            "名称",
            "机构名称",
            "企业（机构）名称",
            "市场主体名称",
            "name",
            "company name",
            "company",
            "enterprise name",
            "chinese name",
        ],
    ),
    (Column::NameEn, &["name_en", "英文名称", "企业英文名称", "english name", "name in english"]),
    (
        Column::Region,
        &[
            "region",
            "注册地址",
            "住所",
            "地址",
            "企业地址",
            "经营场所",
            "登记住所",
            "address",
            "registered address",
        ],
    ),
    (
        Column::Industry,
        &[
            "industry",
            "行业",
            "所属行业",
            "行业门类",
            "行业类别",
            "行业名称",
            "industry name",
            "trade",
            "sector",
        ],
    ),
    (
        Column::Founded,
        &[
            "founded_on",
            "成立日期",
            "成立时间",
            "注册日期",
            "设立日期",
            "founded",
            "date of establishment",
            "established",
            "established on",
        ],
    ),
    (
        Column::Personal,
        &[
            "法定代表人",
            "法人代表",
            "法人",
            "负责人",
            "法定代表人姓名",
            "联系人",
            "联系电话",
            "电话",
            "手机",
            "手机号",
            "手机号码",
            "固定电话",
            "邮箱",
            "电子邮箱",
            "身份证号",
            "股东",
            "法定代表人身份证号",
            "legal representative",
            "contact",
            "contact person",
            "phone",
            "telephone",
            "mobile",
            "e-mail",
            "email",
            "shareholders",
        ],
    ),
    (
        Column::Other,
        &[
            "序号",
            "编号",
            "no",
            "no.",
            "登记机关",
            "登记状态",
            "经营状态",
            "企业类型",
            "类型",
            "注册资本",
            "经营范围",
            "核准日期",
            "营业期限",
            "备注",
            "status",
            "type",
            "registered capital",
            "remarks",
        ],
    ),
];

/// A firm of the file, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firm {
    pub at: Place,
    pub entry: Entry,
}

/// What a file of a register holds.
#[derive(Debug, Default)]
pub struct Register {
    pub firms: Vec<Firm>,
    pub problems: Vec<Problem>,
    /// Rows that cannot be taken.
    pub n_rejected: u64,
    /// Rows that stand in the file word for word already.
    pub n_repeated: u64,
    /// Whether nothing in the file is such a table.
    pub is_unsupported: bool,
}

/// Reads a table of firms: a workbook, or text with separators in any of the known encodings.
pub fn read_register(source: &Source, name: &str) -> Register {
    let mut register = Register::default();
    let whole = Place { file: name.to_owned(), line: 0 };
    let Some(found) = sheets(source, name) else {
        register.is_unsupported = true;
        register.problems.push(Problem::new("register-no-table", &whole));
        return register;
    };
    let mut seen: HashMap<String, (u64, Entry)> = HashMap::new();
    let mut has_table = false;
    for sheet in &found {
        has_table |= read_sheet(sheet, &mut seen, &mut register);
    }
    if !has_table {
        register.is_unsupported = true;
        register.problems.push(Problem::new("register-no-heads", &whole));
    }
    register
}

fn folded(head: &str) -> String {
    let half: String = head.chars().map(base::time::half_width).collect();
    let plain = half.trim().trim_start_matches('*').trim_end_matches(['*', ':']).to_lowercase();
    // What stands in brackets explains and does not name.
    let named = plain.split(['(', '（']).next().unwrap_or("").trim().to_owned();
    if named.is_empty() { plain } else { named }
}

fn column_of(head: &str) -> Option<Column> {
    let (whole, short) = (head.trim().to_lowercase(), folded(head));
    let is = |known: &&str| *known == whole || *known == short;
    HEADS.iter().find(|(_, names)| names.iter().any(is)).map(|(column, _)| *column)
}

/// Whether the sheet is such a table; its rows go into the register.
fn read_sheet(
    sheet: &Sheet,
    seen: &mut HashMap<String, (u64, Entry)>,
    register: &mut Register,
) -> bool {
    let heads = sheet.rows.iter().take(HEAD_ROWS).position(|row| {
        let columns: Vec<_> = row.cells.iter().filter_map(|cell| column_of(&cell.text)).collect();
        columns.contains(&Column::Code)
            && (columns.contains(&Column::NameZh) || columns.contains(&Column::NameEn))
    });
    let Some(heads) = heads else { return false };
    let at = |line: u64| Place { file: sheet.file.clone(), line };
    let head = &sheet.rows[heads];
    let mut columns: BTreeMap<usize, Column> = BTreeMap::new();
    for (place, cell) in head.cells.iter().enumerate() {
        let text = cell.text.trim();
        let warn = |code| {
            let problem = Problem::warn(code, &at(head.line)).with("head", text).on(text);
            problem.at_column(u64::try_from(place + 1).unwrap_or(0))
        };
        match column_of(text) {
            Some(Column::Personal) => register.problems.push(warn("register-column-personal")),
            Some(Column::Other) => {}
            Some(known) if columns.values().any(|other| *other == known) => {
                register.problems.push(warn("column-repeated"));
            }
            Some(known) => {
                columns.insert(place, known);
            }
            None if text.is_empty() => {}
            None => register.problems.push(warn("column-unknown")),
        }
    }
    for row in &sheet.rows[heads + 1..] {
        let place = at(row.line);
        match entry(row, &columns, &place) {
            Row_::Blank => {}
            Row_::Wrong(problems) => {
                register.n_rejected += 1;
                register.problems.extend(problems);
            }
            Row_::Firm(entry) => keep(register, seen, place, entry),
        }
    }
    true
}

/// Keeps a firm once: the same row again says nothing new, another one of the same code contradicts.
fn keep(
    register: &mut Register,
    seen: &mut HashMap<String, (u64, Entry)>,
    at: Place,
    entry: Entry,
) {
    if let Some((line, first)) = seen.get(&entry.credit_code) {
        if *first == entry {
            register.n_repeated += 1;
            return;
        }
        register.n_rejected += 1;
        let problem = Problem::new("register-code-repeated", &at).on("credit_code");
        register.problems.push(problem.with("line", line).with("found", &entry.credit_code));
        return;
    }
    seen.insert(entry.credit_code.clone(), (at.line, entry.clone()));
    register.firms.push(Firm { at, entry });
}

enum Row_ {
    Blank,
    Wrong(Vec<Problem>),
    Firm(Entry),
}

fn entry(row: &Row, columns: &BTreeMap<usize, Column>, at: &Place) -> Row_ {
    if let Some(problem) = &row.broken {
        return Row_::Wrong(vec![problem.clone()]);
    }
    let first = row.first();
    let totals = ["合计", "总计", "小计", "共计", "total", "sum"];
    if row.is_blank()
        || totals.contains(&first.trim_end_matches(['：', ':']).to_lowercase().as_str())
    {
        return Row_::Blank;
    }
    let mut problems = Vec::new();
    let mut found = Entry::default();
    for (place, column) in columns {
        let Some(cell) = row.cells.get(*place) else { continue };
        let number = u64::try_from(place + 1).unwrap_or(0);
        if let Some(pattern) = marking::find(&cell.text) {
            let problem = Problem::new("marking-found", at).at_column(number).on("file");
            problems.push(problem.with("field", "file").with("pattern", pattern));
            continue;
        }
        let text = crate::csv_in::undefused(cell.text.trim()).to_owned();
        match column {
            Column::Code => {
                if cell.has_lost_digits || is_rounded(&text) {
                    let problem = Problem::new("number-lost-digits", at).on("credit_code");
                    problems.push(problem.at_column(number).with("found", &text));
                }
                found.credit_code = text;
            }
            Column::NameZh => found.name.zh = text,
            Column::NameEn => found.name.en = text,
            Column::Region => found.region = text,
            Column::Industry => found.industry = text,
            Column::Founded => match day(cell, &text) {
                Ok(day) => found.founded_on = day,
                Err(()) => {
                    let problem = Problem::new("date-unreadable", at).on("founded_on");
                    problems.push(problem.at_column(number).with("found", &text));
                }
            },
            Column::Personal | Column::Other => {}
        }
    }
    found.name = named(found.name);
    let column_of = |field: &str| {
        let wanted = match field {
            "credit_code" => Column::Code,
            "name" => Column::NameZh,
            "region" => Column::Region,
            _ => Column::Industry,
        };
        let at = columns.iter().find(|(_, column)| **column == wanted).map(|(place, _)| *place);
        at.map_or(0, |place| u64::try_from(place + 1).unwrap_or(0))
    };
    if problems.is_empty() || !problems.iter().any(|problem| problem.field == "credit_code") {
        match found.checked() {
            Ok(entry) if problems.is_empty() => return Row_::Firm(entry),
            Ok(_) => {}
            Err(refusals) => {
                let told = |no: Refusal| {
                    let field = no.field.clone().unwrap_or_default();
                    problem_of(no, at).at_column(column_of(&field)).on(field)
                };
                problems.extend(refusals.into_iter().map(told));
            }
        }
    }
    Row_::Wrong(problems)
}

/// A name written without Han characters is the English one, whatever column it stands in.
fn named(name: Bilingual) -> Bilingual {
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c) || c > '\u{1ffff}';
    if name.en.is_empty() && !name.zh.is_empty() && !name.zh.chars().any(is_han) {
        return Bilingual::new(name.zh, "");
    }
    name
}

fn day(cell: &Cell, text: &str) -> Result<Option<Date>, ()> {
    if text.is_empty() || matches!(text, "-" | "—" | "/" | "无") {
        return Ok(None);
    }
    if let Form::Date(day) = cell.form {
        return Ok(Some(day));
    }
    let plain = text.replace(['年', '月', '/', '.'], "-").replace('日', "");
    let plain = plain.split([' ', 'T']).next().unwrap_or("");
    read_date(plain.trim_end_matches('-')).map(Some).ok_or(())
}

/// A refusal of the domain as a problem of a row: its sentence is the refusal's.
fn problem_of(no: Refusal, at: &Place) -> Problem {
    use base::Value;
    let code = match no.code.as_ref() {
        "credit-code-length" => "register-credit-code-length",
        "credit-code-character" => "register-credit-code-character",
        "credit-code-division" => "register-credit-code-division",
        "credit-code-check" => "register-credit-code-check",
        "field-required" => "register-name-missing",
        "text-too-long" => "register-text-too-long",
        _ => "register-text-unsafe",
    };
    let mut problem = Problem::new(code, at);
    for (name, value) in no.values {
        let text = match value {
            Value::Text(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Term(key) => key,
            _ => continue,
        };
        let name = match name.as_ref() {
            "found" => "found",
            "expected" => "wanted",
            "place" => "place",
            "most" => "most",
            _ => continue,
        };
        problem = problem.with(name, text);
    }
    problem
}

#[cfg(test)]
mod tests;
