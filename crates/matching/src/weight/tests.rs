use proptest::prelude::*;

use super::*;

fn near(value: f64, expect: f64) {
    assert!((value - expect).abs() < 5e-7, "{value} is not {expect}");
}

#[test]
fn vectors_of_the_specification() {
    near(idf(1000, 10), 4.557380);
    near(idf(1000, 500), std::f64::consts::LN_2);
    near(idf(1000, 1000), 0.000500);
    let of = |f: f64, ratio: f64| Bm25::default().saturation(f, ratio);
    near(of(1.0, 1.0), 1.0);
    near(of(2.0, 1.0), 1.375);
    near(of(1.0, 0.5), 1.257143);
    near(of(1.0, 2.0), 0.709677);
    near(of(2.0, 2.0), 1.073171);
    near(need_weight(true, 3), 3.75);
    near(idf(100, 2), 3.698830);
    near(need_weight(true, 3) * idf(1000, 10) * idf(100, 2), 63.213642);
    near(need_weight(false, 2), 0.666667);
    near(idf(1000, 200), 1.607941);
    near(idf(100, 60), 0.512477);
    near(need_weight(false, 2) * idf(1000, 200) * idf(100, 60), 0.549355);
}

#[test]
fn anchors_of_the_specification() {
    let maxima = [5.0, 3.0, 2.0, 1.0];
    assert_eq!([4.0, 6.0, 7.0].map(|threshold| n_anchors(&maxima, threshold)), [2, 2, 1]);
}

/// Counts in two small lists of texts.
fn holding(offers: &[&str], needs: &[&str], term: &str) -> Holding {
    let count = |texts: &[&str]| {
        texts.iter().filter(|text| Profile::of(&[text]).count(term) > 0).count() as u64
    };
    Holding { offers: count(offers), needs: count(needs) }
}

fn kept_of(title: &str, text: &str, offers: &[&str], needs: &[&str]) -> Vec<Kept> {
    let totals = Totals { offers: offers.len() as u64, needs: needs.len() as u64 };
    weigh(title, text, totals, |term| holding(offers, needs, term))
}

/// Scenario 26.
#[test]
fn the_phrases_of_the_form_are_no_reasons() {
    let offers = ["钛合金焊接研究开发", "铝合金铸造", "激光焊接设备研究开发", "轴承", "泵", "阀门"];
    let need = "研究开发".repeat(10) + "钛合金激光焊接设备";
    let needs: Vec<&str> = std::iter::repeat_n("研究开发水稻", 60).chain([need.as_str()]).collect();
    let kept = kept_of("钛合金激光焊接设备", &need, &offers, &needs);
    let score = pair_score(&kept, &Profile::of(&[offers[2]]), 10.0, Bm25::default());
    let reasons = reasons(&kept, &score);
    assert!(!reasons.is_empty());
    assert!(reasons.iter().take(3).all(|it| it.term != "研究" && it.term != "开发"), "{reasons:?}");
    let form: f64 =
        reasons.iter().filter(|it| "研究开发".contains(&it.term)).map(|it| it.share).sum();
    assert!(form < 0.02, "{reasons:?}");
}

/// Scenario 27: empty texts and single characters explain themselves.
#[test]
fn bare_needs_are_weighed() {
    let offers = ["钛合金焊接", "C-8 泵", "阀门", "轴承"];
    for (title, best) in [("钛", 0), ("C-8", 1), ("阀门", 2)] {
        let kept = kept_of(title, "", &offers, &[title]);
        let scores = offers.map(|it| pair_score(&kept, &Profile::of(&[it]), 6.0, Bm25::default()));
        assert!(
            scores.iter().enumerate().all(|(at, it)| (it.total > 0.0) == (at == best)),
            "{title}"
        );
        assert!(!reasons(&kept, &scores[best]).is_empty());
    }
    assert!(kept_of("", "", &offers, &[]).is_empty());
}

proptest! {
    /// Scenario 25: shares add up to one, and a term takes its share away with it.
    #[test]
    fn shares_add_up(title in "[钛合金焊接激光器ab ]{1,12}", text in "[钛合金研究开发ab ]{0,40}") {
        let offers = ["钛合金焊接 a b", "激光器研究开发", "合金 b", "阀门"];
        let kept = kept_of(&title, &text, &offers, &[&title, &text]);
        prop_assert!(kept.len() <= KEPT_TERMS_MAX);
        let offer = Profile::of(&[offers[0]]);
        let score = pair_score(&kept, &offer, 8.0, Bm25::default());
        prop_assert!(score.total <= bound(&kept, Bm25::default()));
        if score.total > 0.0 {
            let sum: f64 = score.parts.iter().map(|part| part / score.total).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9);
            let without: Vec<Kept> = kept[1..].to_vec();
            let less = pair_score(&without, &offer, 8.0, Bm25::default());
            prop_assert!((score.total - score.parts[0] - less.total).abs() < 1e-9);
        }
    }
}
