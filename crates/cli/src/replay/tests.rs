//! Files in, results out: the vectors of the field as files, and complaints that name the line.

use super::*;
use expect_test::{Expect, expect};

const RULES: &str = "kind = \"english\"\nproxy = true\n\
    steps = [[0, 0.05], [1, 0.25], [5, 0.50], [25, 1], [100, 2.50], [250, 5], [500, 10]]\n\
    window_s = 300\ncap_s = 3600\n";
const LOTS: &str = "lot,opening_price,reserve,opens,closes\nA,99,,0,604800\n";

fn run(rules: &str, lots: &str, bids: &str) -> Result<Value, Refusal> {
    let names = ["rules.toml", "lots.csv", "bids.csv"].map(str::to_owned);
    let (rules, lots, bids) = (rules.as_bytes(), lots.as_bytes(), bids.as_bytes());
    replay(&Files { names, rules, lots, bids })
}

fn check(rules: &str, lots: &str, bids: &str, expect: Expect) {
    let said = match run(rules, lots, bids) {
        Ok(document) => document.to_string(),
        Err(reason) => {
            let sentence = words::refusal(base::Lang::En, &reason);
            assert!(!sentence.text.contains('⟦'), "{}", sentence.text);
            assert_eq!(reason.class, base::Class::Invalid);
            sentence.text
        }
    };
    expect.assert_eq(&said.replace(['\u{2068}', '\u{2069}'], ""));
}

#[test]
fn limits_give_the_prices_of_the_page() {
    let bids = "lot,time,bidder,amount\nA,1,a,200\nA,2,b,150\nA,3,c,201\nA,4,d,201\n";
    check(
        RULES,
        LOTS,
        bids,
        expect![[
            r#"{"lots":[{"end":604800,"lot":"A","price":"201.00","refused":[{"code":"under-step","line":5}],"winner":"c"}]}"#
        ]],
    );
}

#[test]
fn columns_may_stand_in_any_order_and_bids_in_any_line() {
    let lots = "\u{feff}closes,opens,reserve,lot,opening_price,note\n100,0,,\"A, b\",10,x\n";
    let bids = "bidder,amount,lot,time\nlate,50,\"A, b\",100.000\nsecond,11,\"A, b\",2.5\n\
        first , 10,\"A, b\",2.4999999\n";
    let rules = "kind = \"english\"\nsteps = [[0, 1]]\n";
    check(
        rules,
        lots,
        bids,
        expect![[
            r#"{"lots":[{"end":100,"lot":"A, b","price":"11.00","refused":[{"code":"late","line":2}],"winner":"second"}]}"#
        ]],
    );
}

#[test]
fn a_reserve_that_nobody_meets_leaves_no_winner() {
    let lots = "lot,opening_price,reserve,opens,closes\nA,10,50.125,0,100\nB,1,,0,100\n";
    let bids = "lot,time,bidder,amount\nA,1,a,40\nA,2,b,-3\n";
    check(
        "kind = \"first-price\"",
        lots,
        bids,
        expect![[
            r#"{"lots":[{"end":100,"lot":"A","price":null,"refused":[{"code":"not-an-amount","line":3}],"winner":null},{"end":100,"lot":"B","price":null,"refused":[],"winner":null}]}"#
        ]],
    );
    let bids = "lot,time,bidder,amount\nA,1,a,51\nB,2,b,0.5\nB,2,c,7\nB,2,d,7\n";
    check(
        "kind = \"second_price\"",
        lots,
        bids,
        expect![[
            r#"{"lots":[{"end":100,"lot":"A","price":"50.125","refused":[],"winner":"a"},{"end":100,"lot":"B","price":"7.00","refused":[{"code":"under-start","line":3}],"winner":"c"}]}"#
        ]],
    );
}

#[test]
fn late_bids_move_the_end_within_the_cap() {
    let rules = "kind = \"english\"\nsteps = [[0, 0.1]]\nwindow_s = 0.25\ncap_s = 0.3\n";
    let lots = "lot,opening_price,reserve,opens,closes\nA,0.1,,0,10\n";
    let bids = "lot,time,bidder,amount\nA,9.9,a,0.1\nA,10.149999999,b,0.3\nA,10.2,c,0.35\n\
        A,10.3,d,5\n";
    check(
        rules,
        lots,
        bids,
        expect![[
            r#"{"lots":[{"end":10.3,"lot":"A","price":"0.30","refused":[{"code":"under-step","line":4},{"code":"late","line":5}],"winner":"b"}]}"#
        ]],
    );
}

#[test]
fn rounds_and_falling_prices_follow_their_timetables() {
    let lots = "lot,opening_price,reserve,opens,closes\nA,100,,0,1\n";
    let bids = "lot,time,bidder,amount\nA,-2,a,150\nA,-1,b,120\nA,300,b,200\nA,301,a,300\n";
    check(
        "kind = \"three-rounds\"\nsteps = [[0, 5]]",
        lots,
        bids,
        expect![[
            r#"{"lots":[{"end":1740,"lot":"A","price":"200.00","refused":[{"code":"not-your-turn","line":5}],"winner":"b"}]}"#
        ]],
    );
    let bids = "lot,time,bidder,amount\nA,29,a,100\nA,330,a,99\nA,351,b,99.01\n";
    check(
        "kind = \"hybrid\"",
        lots,
        bids,
        expect![[
            r#"{"lots":[{"end":1270,"lot":"A","price":"99.01","refused":[{"code":"pause","line":2}],"winner":"b"}]}"#
        ]],
    );
}

#[test]
fn complaints_name_file_and_line() {
    let bids = "lot,time,bidder,amount\nA,1,a,200\n";
    let english = "kind = \"english\"\n";
    check(
        "kind = \"english\"\nsteps = [[0, 1]\n",
        LOTS,
        bids,
        expect!["rules.toml, line 2: unclosed array, expected `]`"],
    );
    check(
        "\nkind = \"yard-sale\"\n",
        LOTS,
        bids,
        expect![[r#"rules.toml, line 2: kind = "yard-sale""#]],
    );
    check("kind = \"english\"\nwindow = 3\n", LOTS, bids, expect!["rules.toml, line 2: window"]);
    check("proxy = true\n", LOTS, bids, expect!["rules.toml, line 1: kind"]);
    check(
        "kind = \"english\"\nsteps = [[5, 1], [1, 1]]\n",
        LOTS,
        bids,
        expect!["rules.toml, line 2: steps.1 (out-of-order)"],
    );
    check(
        english,
        "lot,opening_price,opens,closes\n",
        bids,
        expect!["lots.csv has no column “reserve”."],
    );
    check(
        english,
        "lot,opening_price,reserve,opens,closes\nA,1,,5,5\n",
        bids,
        expect!["lots.csv, line 2: the lot cannot be run: closes (out-of-order)"],
    );
    check(
        english,
        &format!("{LOTS}A,1,,0,5\n"),
        bids,
        expect!["lots.csv, line 3: the lot “A” stands there twice."],
    );
    check(
        english,
        &format!("{LOTS}B,1,\n"),
        bids,
        expect![
            "lots.csv, line 3: the row cannot be read: CSV error: record 2 (line: 3, byte: 54): found record with 3 fields, but the previous record has 5 fields"
        ],
    );
    check(
        english,
        LOTS,
        &format!("{bids}B,1,a,200\n"),
        expect!["bids.csv, line 3: no lot is called “B”."],
    );
    check(
        english,
        LOTS,
        &format!("{bids}A,1,\"two\nlines\",200\nA,x,a,1\n"),
        expect!["bids.csv, line 5: time is “x”, which cannot be used as a number."],
    );
    check(
        english,
        LOTS,
        &format!("{bids}A,1,a,1e40\n"),
        expect!["bids.csv, line 3: amount is “1e40”, which cannot be used as a number."],
    );
    check(
        english,
        LOTS,
        &format!("{bids}A,1,a,0.0000000000001\n"),
        expect!["bids.csv, line 3: amount is “0.0000000000001”, which cannot be used as a number."],
    );
}
