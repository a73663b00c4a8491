//! Tables of banks.

use banking::{Format, Wrong, detect, read};
use base::Currency;

#[test]
fn a_chinese_table_with_a_preface_is_read() {
    let table = "账号:,6222000188\n币种,人民币\n\n\
        交易日期,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要,交易流水号\n\
        20260302,,\"50,000.00\",\"51,000.00\",重庆李氏公司,6222 9990 1,保证金 DEP-2026-7,BK-9\n\
        2026年3月2日,１２.５０,,\"50,987.50\",,,手续费,BK-10\n";
    for bytes in [table.as_bytes().to_vec(), encoding_rs::GB18030.encode(table).0.into_owned()] {
        assert_eq!(detect(&bytes), Format::Csv);
        let read = read(&bytes, Format::Csv, Currency::CNY);
        assert_eq!(read.problems, []);
        let statement = &read.statements[0];
        let minors: Vec<i64> = statement.lines.iter().map(|line| line.minor).collect();
        assert_eq!(minors, [5_000_000, -1_250]);
        assert_eq!(statement.opening.map(|balance| balance.minor), Some(100_000));
        let line = &statement.lines[0];
        assert_eq!(line.at, 5);
        assert_eq!(line.counterparty.as_deref(), Some("重庆李氏公司"));
        assert_eq!(line.counterparty_account.as_deref(), Some("622299901"));
        assert_eq!(line.reference.as_deref(), Some("BK-9"));
    }
}

#[test]
fn a_table_that_runs_backward_balances_too() {
    let table = "Date;Amount;Balance;Description\n2026-03-03;-5.00;100.00;c\n\
        2026-03-02;+20.00;105.00;b\n2026-03-01;1.00;85.00;a\n";
    let read = read(table.as_bytes(), Format::Csv, Currency::EUR);
    assert_eq!(read.problems, []);
    let statement = &read.statements[0];
    let ends = (statement.opening.map(|b| b.minor), statement.closing.map(|b| b.minor));
    assert_eq!(ends, (Some(8_400), Some(10_000)));
}

#[test]
fn a_column_tells_the_sign() {
    let table = "交易日期\t借贷标志\t交易金额\n2026-03-01\t贷\t10.00\n2026-03-01\t借\t4.00\n2026-03-01\t?\t4.00\n";
    let read = read(table.as_bytes(), Format::Csv, Currency::CNY);
    let minors: Vec<i64> = read.statements[0].lines.iter().map(|line| line.minor).collect();
    assert_eq!(minors, [1_000, -400]);
    assert_eq!(read.problems[0].wrong, Wrong::Sign("?".to_owned()));
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_read() {
    let check = |row: &str, element: &str, wrong: &Wrong| {
        let table = format!("date,debit,credit\n{row}\n2026-03-01,,1.00\n");
        let read = read(table.as_bytes(), Format::Csv, Currency::CNY);
        let found = &read.problems[0];
        assert_eq!((found.at, found.element.as_str(), &found.wrong), (2, element, wrong));
        assert_eq!(read.n_lines(), 1);
    };
    check("2026-03-01,x,", "debit", &Wrong::Amount("x".to_owned()));
    check("2026-03-01,1.00,2.00", "debit", &Wrong::Sign("debit and credit".to_owned()));
    check("2026-03-01,,1.005", "credit", &Wrong::Amount("1.005".to_owned()));
    check("2026-02-30,,1.00", "date", &Wrong::Date("2026-02-30".to_owned()));
    check("2026-03-01,,", "amount", &Wrong::Missing);
    check(",,1.00", "date", &Wrong::Missing);
    let read = read(b"a,b\n1,2\n", Format::Csv, Currency::CNY);
    assert_eq!(read.problems[0].element, "heading");
}
