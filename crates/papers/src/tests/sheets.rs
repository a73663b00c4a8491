//! Tables as people make them: every trap has its name.

use super::{items, items_with, refusals, warnings};
use crate::{Options, Problem, annotated_workbook};
use base::Lang;
use calamine::{Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::io::Cursor;
use trading::Trl;

fn check_csv(text: &str, want: &str) {
    let (found, remarks) = items(text.as_bytes(), "a.csv");
    let mut told = vec![refusals(&found)];
    told.extend(warnings(&found).into_iter().map(|(code, n)| format!("{code}×{n}")));
    told.extend(remarks.into_iter().map(|code| format!("!{code}")));
    told.retain(|text| !text.is_empty());
    assert_eq!(told.join(" "), want, "{text}");
}

#[test]
fn rows_of_text_tables() {
    check_csv("key,title_en\n1,A\n2,B\n", "");
    check_csv("注：每行一项\n\n编号；,标题,摘要\n1,甲,\n", "");
    check_csv("编号;标题\n1;甲\n", "");
    check_csv("key\ttitle_en\n1\tA\n", "");
    check_csv("key,title_en,price\n1,A,5\n", "!column-unknown");
    check_csv("key,title_en,Title\n1,A,B\n", "!column-repeated");
    check_csv("key,title_en\n1,A\n1,A\n1,B\n", "=3:record-repeated 4:key-repeated");
    check_csv("key,title_en\n1,A\n2,a\n", "title-repeated×1");
    check_csv("key,title_en\n1,\n", "2:record-without-title");
    check_csv("编号,标题\n1,甲\n合计,\n", "-3:row-total");
    check_csv("key,title_en,trl\n1,A,７\n", "full-width×1");
    check_csv("key,title_en,trl\n1,A,TRL 7\n2,B,7级\n", "");
    check_csv("key,title_en,trl\n1,A,0\n", "2:level-unreadable");
    check_csv("key,title_en,trl\n1,A,ten\n", "2:level-unreadable");
    check_csv("key,title_en,trl_date\n1,A,2026-03-01\n", "2:level-missing");
    check_csv("key,title_en,trl,trl_date\n1,A,6,2026年3月1日\n", "");
    check_csv("key,title_en,trl,trl_date\n1,A,6,1.3.2026\n", "2:cell-date-unreadable");
    check_csv("key,title_en\n1.2E+17,A\n", "2:digits-lost");
    check_csv("key,title_en,stage\n1,A,中试\n2,B,Pilot\n3,C,pilot\n", "");
    check_csv("key,title_en,stage\n1,A,soon\n", "2:choice-unknown");
    check_csv("key,title_en,inventors\n1,A,Wu | sixty\n", "2:share-unreadable");
    check_csv("key,title_en,rights\n1,A,what\n", "2:right-unreadable");
    check_csv("key,title_en,invented\n1,A,maybe\n", "2:flag-unreadable");
    check_csv("key,title_en,other_titles\n1,A,Waage\n", "2:title-language");
    check_csv(
        "key,title_en,trl,stage\n1,,x,y\n",
        "2:level-unreadable+2:choice-unknown+2:record-without-title",
    );
    check_csv("key,title_en,bellwether-technologies-0\n1,A,\n", "!template-other-version");
    check_csv("key,title_en\n1,A\u{7}B\n", "control-character-removed×1");
    check_csv(&format!("key,title_en\n1,{}\n", "x".repeat(400)), "text-shortened×1");
}

#[test]
fn columns_can_be_mapped_by_hand() {
    let mut options = Options::default();
    options.mapping.insert("What".to_owned(), "title_en".to_owned());
    options.mapping.insert("Nr".to_owned(), "key".to_owned());
    options.mapping.insert("Price".to_owned(), String::new());
    let (found, remarks) =
        items_with(b"Nr,What,Price\n7,Balance,5\n".as_slice(), "a.csv", &options);
    let record = found[0].as_ref().expect("a record");
    assert_eq!((record.key.as_str(), record.content.title.en.as_str()), ("7", "Balance"));
    assert!(remarks.is_empty());
}

fn tricky() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (place, head) in (0_u16..).zip(["编号", "标题", "TRL", "成熟度日期", "摘要", "联系电话"])
    {
        sheet.write_string(0, place, head).expect("written");
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let on = ExcelDateTime::from_ymd(2026, 3, 1).expect("a day");
    sheet.write_string(1, 0, "A-1").expect("written");
    sheet.write_string(1, 1, "甲").expect("written");
    sheet.write_formula(1, 2, Formula::new("=3+3").set_result("6")).expect("written");
    sheet.write_datetime_with_format(1, 3, &on, &day).expect("written");
    sheet.merge_range(1, 4, 2, 4, "合并的摘要", &Format::new()).expect("merged");
    sheet.write_number(2, 0, 17_u32).expect("written");
    sheet.write_string(2, 1, "乙").expect("written");
    sheet.write_number(2, 2, 7_u32).expect("written");
    sheet.write_number(2, 3, 46_082_u32).expect("written");
    sheet.set_row_hidden(2).expect("hidden");
    sheet.write_number(3, 0, 510_722_199_001_011_234_u64 as f64).expect("written");
    sheet.write_string(3, 1, "丙").expect("written");
    let secret = book.add_worksheet();
    secret.set_hidden(true);
    secret.write_string(0, 0, "编号").expect("written");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn traps_of_workbooks_are_named() {
    let (found, remarks) = items(tricky(), "a.xlsx");
    assert_eq!(refusals(&found), "4:digits-lost");
    assert_eq!(remarks, ["sheet-hidden"]);
    let codes: Vec<(String, usize)> = warnings(&found).into_iter().collect();
    let want = ["cell-formula", "cell-merged", "code-as-number", "date-as-number", "row-hidden"];
    assert_eq!(codes, want.map(|code| (code.to_owned(), 1)));
    let records: Vec<_> = found.iter().flatten().collect();
    let on = base::Date::new(2026, 3, 1).ok();
    let trl = |level| Some(Trl { level, on, ..Trl::default() });
    assert_eq!(records[0].content.trl, trl(6));
    assert_eq!(records[1].content.trl, trl(7));
    assert_eq!(records[1].content.summary.zh, "合并的摘要");
    assert_eq!(records[1].key, "17");
    assert_eq!(records[0].at.file, "a.xlsx#Sheet1");
}

#[test]
fn the_annotated_workbook_shows_each_problem_at_its_cell() {
    let bytes = tricky();
    let (found, _) = items(bytes.clone(), "a.xlsx");
    let problems: Vec<Problem> = found
        .iter()
        .flat_map(|item| match item {
            Ok(record) => record.warnings.clone(),
            Err(refused) => refused.problems.clone(),
        })
        .collect();
    let source = bytes.into();
    for (only_wrong, n_rows) in [(false, 4), (true, 4)] {
        let given = annotated_workbook(&source, "a.xlsx", &problems, Lang::Zh, only_wrong);
        let given = given.expect("a table").expect("a workbook");
        let mut book = Xlsx::new(Cursor::new(given)).expect("readable");
        let range = book.worksheet_range("Sheet1").expect("the sheet");
        assert_eq!(range.height(), n_rows);
        let told = range.get((3, 6)).expect("the error column").to_string();
        assert!(told.contains("超过15位"), "{told}");
    }
    let csv = "key,title_en,trl\n1,A,6\n2,B,ten\n3,C,7\n".as_bytes();
    let (found, _) = items(csv, "a.csv");
    let problems = found[1].as_ref().expect_err("refused").problems.clone();
    let given = annotated_workbook(&csv.into(), "a.csv", &problems, Lang::En, true);
    let given = given.expect("a table").expect("a workbook");
    let mut book = Xlsx::new(Cursor::new(given)).expect("readable");
    let range = book.worksheet_range("1").expect("the sheet");
    assert_eq!(range.get((range.height() - 1, 1)).expect("B").to_string(), "B");
    assert!(annotated_workbook(&b"{}".as_slice().into(), "a", &[], Lang::En, true).is_none());
}

#[test]
fn days_of_1904_are_four_years_later() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (place, head) in (0_u16..).zip(["key", "title_en", "trl", "trl_date"]) {
        sheet.write_string(0, place, head).expect("written");
    }
    sheet.write_string(1, 0, "1").expect("written");
    sheet.write_string(1, 1, "A").expect("written");
    sheet.write_number(1, 2, 5_u32).expect("written");
    sheet.write_number(1, 3, 44_620_u32).expect("written");
    let bytes = book.save_to_buffer().expect("a workbook");
    let bytes = replace_part(bytes, "xl/workbook.xml", "<workbookPr", "<workbookPr date1904=\"1\"");
    let (found, remarks) = items(bytes, "a.xlsx");
    assert_eq!(remarks, ["workbook-1904"]);
    let trl = found[0].as_ref().expect("a record").content.trl.clone().expect("a level");
    assert_eq!(trl.on, base::Date::new(2026, 3, 1).ok());
}

/// The workbook with one text of one part replaced.
fn replace_part(bytes: Vec<u8>, part: &str, from: &str, to: &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..old.len() {
        let mut member = old.by_index(place).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut content = Vec::new();
        member.read_to_end(&mut content).expect("read");
        if name == part {
            content = String::from_utf8(content).expect("text").replace(from, to).into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        new.write_all(&content).expect("written");
    }
    new.finish().expect("an archive").into_inner()
}
