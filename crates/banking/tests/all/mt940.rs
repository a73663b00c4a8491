//! SWIFT MT940.

use banking::{Format, Wrong, detect, read};
use base::Currency;

const FILE: &str = "{1:F01BKCHCNBJA300}{2:I940X}{4:
:20:REF1
:25:BKCHCNBJ/6222000188
:28C:00061/001
:60F:C260301CNY1000,00
:61:2603010302C50000,00NTRFDEP-2026-7//BK-9
by wire
:86:166?00CREDIT?20deposit for ?21lot 7?30BKCHCNBJ?316222999?32LI AND
?33 SONS
:61:2512311231D12,5NMSCNONREF
:86:plain words
of a bank
:61:260302RCN7,NTRFX//BK-10
:62F:C260302CNY50980,50
-}
";

#[test]
fn a_message_is_read_with_everything_in_it() {
    assert_eq!(detect(FILE.as_bytes()), Format::Mt940);
    let read = read(FILE.as_bytes(), Format::Mt940, Currency::CNY);
    assert_eq!(read.problems, []);
    let statement = &read.statements[0];
    assert_eq!(statement.account, "BKCHCNBJ/6222000188");
    assert_eq!(statement.closing.map(|balance| balance.minor), Some(5_098_050));
    let [first, second, third] = statement.lines.as_slice() else { panic!("three lines") };
    assert_eq!((first.minor, first.at), (5_000_000, 6));
    let texts = [&first.reference, &first.order, &first.counterparty, &first.counterparty_account];
    let texts = texts.map(|text| text.as_deref().unwrap_or(""));
    assert_eq!(texts, ["BK-9", "DEP-2026-7", "LI AND SONS", "6222999"]);
    assert_eq!(first.text, "deposit for lot 7");
    assert_eq!(first.booked_on.map(|day| day.to_string()).as_deref(), Some("2026-03-02"));
    assert_eq!((second.minor, second.order.as_deref()), (-1_250, None));
    assert_eq!(second.value_date.to_string(), "2025-12-31");
    assert_eq!(second.text, "plain words of a bank");
    assert_eq!((third.minor, third.is_reversal), (-700, true));
    assert_eq!(third.booked_on, None);
    assert_eq!(statement.reference(1).as_deref(), Some("BKCHCNBJ/6222000188 00061/001/2"));
}

#[test]
fn a_day_of_booking_may_lie_in_the_next_year() {
    let file = FILE.replace(":61:2512311231D", ":61:2512310102D");
    let read = read(file.as_bytes(), Format::Mt940, Currency::CNY);
    let day = read.statements[0].lines[1].booked_on.map(|day| day.to_string());
    assert_eq!(day.as_deref(), Some("2026-01-02"));
}

#[test]
fn what_is_wrong_is_named_and_the_rest_is_read() {
    let check = |from: &str, to: &str, (at, element): (usize, &str), wrong: &Wrong| {
        let file = FILE.replace(from, to);
        let read = read(file.as_bytes(), Format::Mt940, Currency::CNY);
        let found = read.problems.first().expect("a problem");
        assert_eq!((found.at, found.element.as_str(), &found.wrong), (at, element, wrong));
    };
    let amount = |text: &str| Wrong::Amount(text.to_owned());
    check("D12,5N", "D12.5N", (10, ":61:"), &amount("12"));
    check("D12,5N", "D12,555N", (10, ":61:"), &amount("12,555"));
    check("D12,5N", "X12,5N", (10, ":61:"), &Wrong::Sign("2512311231X12,5NMSCNONREF".to_owned()));
    check(":61:251231", ":61:251331", (10, ":61:"), &Wrong::Date("251331".to_owned()));
    check("C260301CNY", "C260301ZZZ", (5, ":60F:"), &Wrong::Currency("ZZZ".to_owned()));
    check("C260301CNY", "B260301CNY", (5, ":60F:"), &Wrong::Sign("B260301CNY1000,00".to_owned()));
    check(":60F:", ":99F:", (2, ":60F:"), &Wrong::Missing);
    check("50980,50", "50980,51", (2, "balance"), &Wrong::Unbalanced(-1));
    check(":20:", ":21:", (1, ":20:"), &Wrong::Missing);
}

#[test]
fn several_messages_are_several_statements() {
    let two = FILE.to_owned() + FILE;
    let read = read(two.as_bytes(), Format::Mt940, Currency::CNY);
    assert_eq!((read.statements.len(), read.n_lines(), read.problems.len()), (2, 6, 0));
}
