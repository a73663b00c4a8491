//! ISO 20022 camt.053.

use banking::{Format, Problem, Read, Wrong, detect, read};
use base::Currency;

/// A statement with these entries, opening with 1,000.00 and closing with this text.
fn file(entries: &str, closing: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>
<Stmt><Id>2026-061</Id>
<Acct><Id><Othr><Id>6222000188</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
{entries}
</Stmt></BkToCstmrStmt></Document>"#
    )
}

fn entry(amount: &str, sign: &str, more: &str) -> String {
    format!(
        r#"<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><DtTm>2026-03-01T23:30:00+08:00</DtTm></ValDt>{more}</Ntry>"#
    )
}

fn taken(text: &str) -> Read {
    assert_eq!(detect(text.as_bytes()), Format::Camt053);
    read(text.as_bytes(), Format::Camt053, Currency::CNY)
}

#[test]
fn entries_are_read_with_everything_about_them() {
    let deposit = entry(
        "50000.00",
        "CRDT",
        "<AcctSvcrRef>BK-9</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>DEP-2026-7</EndToEndId></Refs>
<RltdPties><Dbtr><Pty><Nm>Li &amp; Sons &#x516C;司</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE02 1203</IBAN></Id></DbtrAcct></RltdPties>
<RmtInf><Ustrd>deposit for</Ustrd><Ustrd>lot 7</Ustrd></RmtInf></TxDtls></NtryDtls>",
    );
    let fee = entry("12.50", "DBIT", "<RvslInd>true</RvslInd><AddtlNtryInf>fee</AddtlNtryInf>");
    let pending = entry("7.00", "CRDT", "").replace("BOOK", "PDNG");
    let read = taken(&file(&format!("{deposit}{fee}{pending}"), "50987.50"));
    assert_eq!(read.problems, []);
    assert_eq!(read.n_pending, 1);
    let statement = &read.statements[0];
    assert_eq!((statement.account.as_str(), statement.currency), ("6222000188", Currency::CNY));
    assert_eq!(statement.opening.map(|balance| balance.minor), Some(100_000));
    let line = &statement.lines[0];
    assert_eq!((line.minor, line.at), (5_000_000, 9));
    assert_eq!(line.value_date.to_string(), "2026-03-01");
    assert_eq!(line.booked_on.map(|day| day.to_string()).as_deref(), Some("2026-03-02"));
    let texts = [&line.reference, &line.order, &line.counterparty, &line.counterparty_account];
    let texts = texts.map(|text| text.as_deref().unwrap_or(""));
    assert_eq!(texts, ["BK-9", "DEP-2026-7", "Li & Sons 公司", "DE02 1203"]);
    assert_eq!(line.text, "deposit for lot 7");
    let fee = &statement.lines[1];
    assert_eq!((fee.minor, fee.is_reversal, fee.text.as_str()), (-1_250, true, "fee"));
    // Without a reference of the bank's own, the place in the numbered statement is one.
    assert_eq!(statement.reference(0).as_deref(), Some("BK-9"));
    assert_eq!(statement.reference(1).as_deref(), Some("2026-061/2"));
}

#[test]
fn an_entry_of_several_payments_becomes_as_many_lines() {
    let part = |amount: &str, order: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>{order}</EndToEndId></Refs><Amt Ccy=\"CNY\">{amount}</Amt></TxDtls>"
        )
    };
    let whole = |parts: &str| {
        let more = format!("<AcctSvcrRef>BK-1</AcctSvcrRef><NtryDtls>{parts}</NtryDtls>");
        taken(&file(&entry("30.00", "DBIT", &more), "970.00"))
    };
    let read = whole(&(part("10.00", "A") + &part("20.00", "B")));
    let lines = &read.statements[0].lines;
    let got: Vec<_> = lines.iter().map(|l| (l.minor, l.reference.as_deref())).collect();
    assert_eq!(got, [(-1_000, Some("BK-1/1")), (-2_000, Some("BK-1/2"))]);
    // Parts that do not come to the whole are not believed.
    let read = whole(&(part("10.00", "A") + &part("21.00", "B")));
    assert_eq!(read.statements[0].lines.len(), 1);
    assert_eq!(read.problems, []);
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_read() {
    let check = |bad: String, element: &str, wrong: Wrong| {
        let good = entry("1.00", "CRDT", "");
        let read = taken(&file(&format!("{bad}{good}"), "1001.00"));
        let found = read.problems.first().expect("a problem");
        assert_eq!((found.element.as_str(), &found.wrong), (element, &wrong));
        assert!(found.at >= 8, "{found:?}");
        assert_eq!(read.n_lines(), 1);
    };
    let amount = |text: &str| entry(text, "CRDT", "");
    check(amount("1.005"), "Ntry/Amt", Wrong::Amount("1.005".to_owned()));
    check(amount("-1.00"), "Ntry/Amt", Wrong::Amount("-1.00".to_owned()));
    check(amount("1e3"), "Ntry/Amt", Wrong::Amount("1e3".to_owned()));
    let dollars = entry("1.00", "CRDT", "").replace("Ccy=\"CNY\"", "Ccy=\"USD\"");
    check(dollars, "Ntry/Amt", Wrong::Currency("USD".to_owned()));
    check(entry("1.00", "BOTH", ""), "Ntry/CdtDbtInd", Wrong::Sign("BOTH".to_owned()));
    let undated = entry("1.00", "CRDT", "").replace("ValDt", "X").replace("BookgDt", "Y");
    check(undated, "Ntry/ValDt", Wrong::Missing);
    let bad_day = entry("1.00", "CRDT", "").replace("2026-03-02", "2026-02-30");
    let read = taken(&file(&bad_day, "1001.00"));
    assert_eq!(read.problems[0].element, "Ntry/BookgDt");
}

#[test]
fn lines_that_do_not_lead_to_the_closing_balance_are_told() {
    let read = taken(&file(&entry("1.00", "CRDT", ""), "1001.01"));
    let want = Problem { at: 4, element: "balance".to_owned(), wrong: Wrong::Unbalanced(-1) };
    assert_eq!(read.problems, [want]);
}
