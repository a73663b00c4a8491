use proptest::prelude::*;

use super::*;

/// Shows tokens as `term@position`; the kind is a prefix for codes (`W`, `L`, `piece`, `part`).
fn show(text: &str) -> String {
    let tokens = analyse(text);
    let shown: Vec<String> = tokens
        .tokens()
        .iter()
        .map(|token| {
            let kind = match token.kind {
                Kind::Whole => "W ",
                Kind::Loose => "L ",
                _ => "",
            };
            format!("{kind}{}{}{}", tokens.term(token), at_sign(&tokens, token), token.position)
        })
        .collect();
    shown.join(" ")
}

fn at_sign(tokens: &Tokens, token: &Token) -> &'static str {
    if tokens.term(token).ends_with(|ch: char| ch.is_ascii_digit()) { "@" } else { "" }
}

fn check(text: &str, expect: &str) {
    assert_eq!(show(text), expect, "tokens of {text}");
}

#[test]
fn vectors_of_the_specification() {
    check("锂电池5G模块", "锂0 锂电0 电1 电池1 池2 W 5g3 5@3 g4 模5 模块5 块6");
    check("積體電路", "积0 积体0 体1 体电1 电2 电路2 路3");
    for text in ["C-8", "C–8", "Ｃ－８", "C8"] {
        check(text, "W c8@0 c0 8@1");
    }
    check("C 8", "c0 8@1");
    check("WES-5.4.5", "W wes5.4.5@0 wes0 5@1 4@2 5@3");
    check("RULE-A002", "W rulea002@0 rule0 a002@1 a1 002@2");
    check("12-34", "W 12-34@0 L 1234@0 12@0 34@1");
    check("123-4", "W 123-4@0 L 1234@0 123@0 4@1");
    check("3.5mm", "W 3.5mm0 3.5@0 mm1");
    check("H₂O", "W h2o0 h0 2@1 o2");
    check("He+", "W he+0 he0");
    check("J1234+5678", "W j1234+5678@0 L j12345678@0 j1234@0 j0 1234@1 5678@2");
    check("１,２００", "1200@0");
    check("state of the art", "state0 art3");
    check("IT服务", "=it0 服1 服务1 务2");
}

#[test]
fn normalising_follows_the_five_steps() {
    check("AIDS aids", "=aids0 aid0 aid1");
    check("Ⅳ ㎏ ℃ ①", "=iv0 iv0 kg1 c2 1@3");
    check("ﬁne Müller ΑΘΗΝΑ", "fine0 muller1 αθηνα2");
    check("锂\u{200b}电\u{fe0f}池", "锂0 锂电0 电1 电池1 池2");
    check("锂\n电", "锂0 锂电0 电1");
    check("锂\r\n电", "锂0 锂电0 电1");
    check("锂\n\n电", "锂0 电1");
    check("1,234,567 12,34 1,2345", "1234567@0 12@1 34@2 1@3 2345@4");
    check("e\u{301}tude", "etud0");
    check("𠮷野家", "𠮷0 𠮷野0 野1 野家1 家2");
    check("C++ C# F#", "W c++0 c0 W c#1 c1 W f#2 f2");
    check("ﾊﾟｿｺﾝ 한국", "パ0 パソ0 ソ1 ソコ1 コ2 コン2 ン3 한4 한국4 국5");
}

#[test]
fn spans_cover_the_original_bytes() {
    let text = "℃ﬁx𠮷野-臺灣";
    let tokens = analyse(text);
    let of = |term: &str| {
        let token = tokens.tokens().iter().find(|token| tokens.term(token) == term);
        let token = token.unwrap_or_else(|| panic!("{term} is a token of {}", show(text)));
        &text[wide(token.start)..wide(token.end)]
    };
    assert_eq!(of("台湾"), "臺灣");
    assert_eq!(of("𠮷野"), "𠮷野");
    assert_eq!(of("cfix"), "℃ﬁx");
}

#[test]
fn time_grows_with_the_text() {
    for unit in ["a-", "1.", "é\u{301}", "12,", "锂\n", "C++", "\u{301}", "a1", "W", "9,999"] {
        let tokens = analyse(&unit.repeat(200_000));
        assert!(tokens.tokens().len() <= 800_000, "{unit}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let alphabet = "锂电池積體臺湾𠮷野한ガヾabcXYZIT019-–./_+#,，。 \n\r\u{200b}℃ﬁ①é\u{301}\"：:";
    let chars: Vec<char> = alphabet.chars().collect();
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(chars), 0..40)
            .prop_map(|chars| chars.into_iter().collect::<String>()),
        proptest::collection::vec(any::<char>(), 0..40)
            .prop_map(|chars| chars.into_iter().collect::<String>()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Scenario 14.
    #[test]
    fn analysing_is_repeatable_and_spans_are_whole(text in any_text()) {
        let tokens = analyse(&text);
        let again = analyse(&text);
        prop_assert_eq!(tokens.tokens(), again.tokens());
        let mut before = 0;
        for token in tokens.tokens() {
            prop_assert!(text.is_char_boundary(wide(token.start)));
            prop_assert!(text.is_char_boundary(wide(token.end)));
            prop_assert!(token.start < token.end);
            prop_assert!(token.position >= before);
            prop_assert!(token.position < tokens.n_positions());
            prop_assert!(!tokens.term(token).is_empty());
            before = token.position;
        }
    }

    #[test]
    fn two_adjacent_han_are_a_token(text in any_text()) {
        let tokens = analyse(&text);
        let folded: Vec<char> = fold(&text).chars().collect();
        for pair in folded.windows(2).filter(|pair| pair.iter().all(|ch| is_han(*ch))) {
            let pair: String = pair.iter().collect();
            prop_assert!(tokens.tokens().iter().any(|token| tokens.term(token) == pair));
        }
    }

    #[test]
    fn folding_twice_changes_nothing(text in any_text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }
}
