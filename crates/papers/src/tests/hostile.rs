//! Files made to break a reader: each ends with a named problem in bounded memory.

use super::{items, refusals};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn check(bytes: impl Into<Vec<u8>>, want: &str) {
    let (found, _) = items(bytes.into(), "a");
    assert_eq!(refusals(&found), want);
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in members {
        writer.start_file(*name, options).expect("a member");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn files_of_no_known_kind_are_named() {
    check(b"".as_slice(), "?0:file-empty");
    check(b"%PDF-1.7".as_slice(), "?0:pdf-unsupported");
    check(b"Dear Sir".as_slice(), "?0:kind-unknown");
    check(b"a,b\n1,2\n".as_slice(), "?1:columns-unknown");
    check(b"{\"a\":[]}".as_slice(), "?0:json-unknown");
    check(b"PK\x03\x04broken".as_slice(), "?0:archive-broken");
    let (found, _) = items(std::path::Path::new("/nowhere/at/all"), "a");
    assert_eq!(refusals(&found), "?0:file-unreadable");
}

#[test]
fn a_very_long_line_ends_with_its_name() {
    let mut bytes = b"key,title_en\n1,good\n2,".to_vec();
    bytes.resize(100 << 20, b'x');
    check(bytes, "3:row-too-long");
    let mut bytes = b"key,title_en\n1,\"not closed\n".to_vec();
    bytes.resize(40 << 20, b'\n');
    check(bytes, "2:row-too-long");
    let mut bytes = b"{\"shape\":\"bellwether-technology-1\",\"x\":\"".to_vec();
    bytes.resize(100 << 20, b'x');
    bytes.extend(b"\n{}\n");
    check(bytes, "1:item-too-long 2:json-unreadable");
}

#[test]
fn invalid_utf_8_costs_one_row() {
    let bytes = b"key,title_en\n1,caf\xe9 au lait and more\n2,good\n3,\xff\xfe\n".to_vec();
    let (found, _) = items(bytes, "a");
    assert_eq!(refusals(&found), "2:not-utf8 4:not-utf8");
    assert_eq!(found.iter().flatten().count(), 1);
}

#[test]
fn gb18030_is_recognised_and_said() {
    let text = "编号,标题,摘要\nA-1,磁性材料,轻\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    let (found, remarks) = items(bytes.into_owned(), "a");
    assert_eq!(found.iter().flatten().next().expect("one").content.title.zh, "磁性材料");
    assert_eq!(remarks, ["encoding-recognised"]);
}

#[test]
fn an_entity_bomb_is_refused() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE ep-patent-document [");
    bomb.push_str("<!ENTITY a \"ha\">");
    for (one, two) in "abcdefghij".chars().zip("bcdefghijk".chars()) {
        bomb.push_str(&format!("<!ENTITY {two} \"&{one};&{one};&{one};&{one};&{one};\">"));
    }
    bomb.push_str("]><ep-patent-document>&k;</ep-patent-document>");
    let (found, _) = items(bomb.into_bytes(), "a.xml");
    assert_eq!(found.len(), 1);
    assert!(refusals(&found).contains("entity"), "{}", refusals(&found));
}

#[test]
fn archives_are_bounded_and_report_each_member() {
    let good = b"key,title_en\n1,good\n".as_slice();
    let inner = archive(&[("a.csv", good)]);
    let bytes = archive(&[
        ("a.csv", good),
        ("../evil.csv", good),
        ("b/inner.zip", &inner),
        ("notes.pdf", b"%PDF-1.7"),
        ("__MACOSX/._a.csv", b"x"),
        ("b/c.csv", b"key,title_en\n2,\n"),
    ]);
    let (found, _) = items(bytes, "a.zip");
    assert_eq!(
        refusals(&found),
        "?0:archive-path ?0:archive-nested ?0:pdf-unsupported 2:record-without-title"
    );
    let files: Vec<&str> = found.iter().flatten().map(|record| &*record.at.file).collect();
    assert_eq!(files, ["a.zip!/a.csv"]);
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_read() {
    let zeros = vec![b' '; 64 << 20];
    let members: Vec<(String, &[u8])> =
        (0..9).map(|at| (format!("{at}.csv"), zeros.as_slice())).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, b)| (&**name, *b)).collect();
    let bytes = archive(&members);
    assert!(bytes.len() < 1 << 20);
    check(bytes, "?0:archive-too-large");
}

#[test]
fn a_workbook_bomb_and_macros_are_refused() {
    let zeros = vec![b' '; 130 << 20];
    let parts: [(&str, &[u8]); 4] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &zeros),
        ("xl/worksheets/sheet2.xml", &zeros),
    ];
    check(archive(&parts), "?0:archive-too-large");
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/vbaProject.bin", b"x"),
    ];
    check(archive(&parts), "?0:workbook-macros");
    check(archive(&parts[..2]), "?0:workbook-broken");
}

#[test]
fn marked_texts_are_refused_without_being_repeated() {
    let text = "key,title_zh,description_zh\n1,好,机密★10年 某型号\n2,好,保守商业秘密\n";
    let (found, _) = items(text.as_bytes(), "a.csv");
    assert_eq!(refusals(&found), "2:marking-found");
    assert!(!format!("{found:?}").contains("某型号"));
    let sentence = crate::sentence(base::Lang::Zh, &found[0].as_ref().expect_err("no").problems[0]);
    assert!(!sentence.contains("grade-star"), "{sentence}");
}

#[test]
fn a_marking_anywhere_in_a_table_is_seen() {
    let check = |text: &str, want: &str| {
        let (found, _) = items(text.as_bytes(), "a.csv");
        assert_eq!(refusals(&found), want, "{text}");
        assert!(!format!("{found:?}").contains("某型号"));
    };
    check("机密★10年 某型号,\nkey,title_zh\n1,好\n", "1:marking-found");
    check("key,title_zh,other\n1,好,秘密★ 某型号\n", "2:marking-found");
    check("key,title_zh,trl\n1,绝密★ 某型号,x\n2,好,6\n", "2:marking-found");
    check("机密★ 某型号,b\n1,2\n", "1:marking-found");
}

#[test]
fn a_reader_that_is_dropped_ends() {
    let mut text = String::from("key,title_en\n");
    for at in 0..100_000 {
        text.push_str(&format!("{at},title {at}\n"));
    }
    let mut reading = crate::read(text.into_bytes(), "a", &crate::Options::default());
    assert!(reading.next().is_some_and(|item| item.is_ok()));
}
