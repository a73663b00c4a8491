//! Files made to harm: nothing panics, nothing grows, everything has a reason.

use banking::{BYTES_MAX, Format, LINES_MAX, PROBLEMS_MAX, Wrong, read};
use base::Currency;
use testkit::Dice;

const ALL: [Format; 3] = [Format::Camt053, Format::Mt940, Format::Csv];

#[test]
fn entities_and_depth_are_refused() {
    let check = |text: String, wrong: &Wrong| {
        let read = read(text.as_bytes(), Format::Camt053, Currency::CNY);
        assert_eq!(&read.problems[0].wrong, wrong, "{}", &text[..60.min(text.len())]);
        assert_eq!(read.statements, []);
    };
    let doctype =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Document>&x;</Document>";
    check(doctype.to_owned(), &Wrong::Forbidden);
    check("<Document>&lol;</Document>".to_owned(), &Wrong::Forbidden);
    check("<a>".repeat(1_000), &Wrong::TooMany);
    check("<Document><a></Document>".to_owned(), &Wrong::NotOfFormat);
    check("<Document>".to_owned(), &Wrong::NotOfFormat);
    check(String::new(), &Wrong::NotOfFormat);
    check("<Document/>".to_owned(), &Wrong::Missing);
}

#[test]
fn size_and_lines_are_bounded() {
    for format in ALL {
        let read = read(&vec![b'<'; BYTES_MAX + 1], format, Currency::CNY);
        assert_eq!(read.problems[0].wrong, Wrong::TooLarge);
    }
    let table = "date,amount\n".to_owned() + &"2026-03-01,1.00\n".repeat(LINES_MAX + 1);
    let taken = read(table.as_bytes(), Format::Csv, Currency::CNY);
    assert_eq!((taken.n_lines(), &taken.problems[0].wrong), (LINES_MAX, &Wrong::TooMany));
    let table = "date,amount\n".to_owned() + &"x,1.00\n".repeat(PROBLEMS_MAX + 5);
    let taken = read(table.as_bytes(), Format::Csv, Currency::CNY);
    assert_eq!((taken.problems.len(), taken.n_more), (PROBLEMS_MAX, 5));
    let long = "x".repeat(100_000);
    let table = format!("date,amount,text\n2026-03-01,1.00,{long}\n");
    let taken = read(table.as_bytes(), Format::Csv, Currency::CNY);
    assert_eq!(taken.statements[0].lines[0].text.len(), banking::TEXT_CHARS_MAX);
}

#[test]
fn damaged_files_never_panic() {
    let files = [
        "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Ccy>CNY</Ccy></Acct><Ntry><Amt Ccy=\"CNY\">\
         1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><ValDt><Dt>2026-03-01</Dt></ValDt></Ntry></Stmt>\
         </BkToCstmrStmt></Document>",
        ":20:A\n:25:B\n:60F:C260301CNY1,00\n:61:2603010301C1,00NTRFX//Y\n:86:?20a?32b\n:62F:C260301CNY2,00\n",
        "日期,金额,摘要\n2026-03-01,1.00,\"a\"\n",
    ];
    let mut dice = Dice::new(1);
    for _ in 0..10_000 {
        let mut bytes = dice.pick(&files).as_bytes().to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(3) {
                0 => bytes[at] = dice.roll().to_le_bytes()[0],
                1 => {
                    bytes.remove(at);
                }
                _ => bytes.insert(at, *dice.pick(b"<>&;:?,-9C\n\"\xff")),
            }
        }
        for format in ALL {
            read(&bytes, format, Currency::CNY);
        }
    }
}
