//! How good an order is: nDCG@10, MAP, R@100, each in two views, and the paired bootstrap.
//!
//! *Pool* ranks only what people judged; *full* ranks everything and counts the unjudged as
//! wrong. Ties stand in descending order of the document id, as is usual for such figures.
use std::collections::HashMap;

/// At most so many documents of a run count.
pub const RUN_MAX: usize = 1_000;
const NDCG_DEPTH: usize = 10;
const RECALL_DEPTH: usize = 100;

/// Grades by query and document.
#[derive(Clone, Debug, Default)]
pub struct Judgements {
    by_query: HashMap<String, HashMap<String, u32>>,
    relevant_from: u32,
}

impl Judgements {
    /// Reads lines of query, 0, document, grade; answers the number of the first wrong line.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut by_query: HashMap<String, HashMap<String, u32>> = HashMap::new();
        let mut highest = 0;
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let mut words = line.split_whitespace();
            let (query, document) = (words.next(), words.nth(1));
            let grade = words.next().and_then(|grade| grade.parse::<i64>().ok());
            let (Some(query), Some(document), Some(grade)) = (query, document, grade) else {
                return Err(at + 1);
            };
            let grade = u32::try_from(grade.max(0)).map_err(|_| at + 1)?;
            highest = highest.max(grade);
            by_query.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
        }
        // Relevant is grade 2 and above where the collection has such a grade, else 1.
        Ok(Self { by_query, relevant_from: highest.clamp(1, 2) })
    }

    /// The judged documents of one query.
    pub fn of(&self, query: &str) -> Option<&HashMap<String, u32>> {
        self.by_query.get(query)
    }
}

/// The measures of one query; a measure that is not defined for it is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    pub ndcg10: Option<f64>,
    pub map: Option<f64>,
    pub r100: Option<f64>,
}

/// Means over queries; `n` counts those with a grade above 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    pub ndcg10: f64,
    pub map: f64,
    pub r100: f64,
    pub n: usize,
}

/// One scored document of a run.
pub type Scored = (String, f64);

/// Sorts a run: score descending, then id descending, cut to `RUN_MAX`.
pub fn in_order(run: &mut Vec<Scored>) {
    run.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| b.0.cmp(&a.0)));
    run.truncate(RUN_MAX);
}

/// The measures of a run of one query over everything.
pub fn full(judgements: &Judgements, query: &str, run: &[Scored]) -> Measure {
    let mut run = run.to_vec();
    in_order(&mut run);
    measure(judgements, query, &run)
}

/// The measures of a run of one query over its judged documents alone.
pub fn pool(judgements: &Judgements, query: &str, run: &[Scored]) -> Measure {
    let Some(judged) = judgements.of(query) else { return Measure::default() };
    let mut run: Vec<Scored> =
        run.iter().filter(|(document, _)| judged.contains_key(document)).cloned().collect();
    in_order(&mut run);
    measure(judgements, query, &run)
}

fn measure(judgements: &Judgements, query: &str, run: &[Scored]) -> Measure {
    let Some(judged) = judgements.of(query) else { return Measure::default() };
    let grade = |document: &str| judged.get(document).copied().unwrap_or(0);
    let is_relevant = |document: &str| grade(document) >= judgements.relevant_from;
    let gains: Vec<u32> = run.iter().map(|(document, _)| grade(document)).collect();
    let mut ideal: Vec<u32> = judged.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = discounted(&ideal);
    let n_relevant = judged.values().filter(|grade| **grade >= judgements.relevant_from).count();
    let mut n_found = 0_usize;
    let mut precisions = 0.0;
    for (at, (document, _)) in run.iter().enumerate() {
        if is_relevant(document) {
            n_found += 1;
            precisions += n_found as f64 / (at + 1) as f64;
        }
    }
    let n_early =
        run.iter().take(RECALL_DEPTH).filter(|(document, _)| is_relevant(document)).count();
    let share = |value: f64| (n_relevant > 0).then(|| value / n_relevant as f64);
    Measure {
        ndcg10: (best > 0.0).then(|| discounted(&gains) / best),
        map: share(precisions),
        r100: share(n_early as f64),
    }
}

fn discounted(gains: &[u32]) -> f64 {
    let gain = |(at, gain): (usize, &u32)| f64::from(*gain) / ((at + 2) as f64).log2();
    gains.iter().take(NDCG_DEPTH).enumerate().map(gain).sum()
}

/// Means of the measures that are defined.
pub fn means(measures: &[Measure]) -> Means {
    let mean = |pick: fn(&Measure) -> Option<f64>| {
        let values: Vec<f64> = measures.iter().filter_map(pick).collect();
        if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
    };
    Means {
        ndcg10: mean(|it| it.ndcg10),
        map: mean(|it| it.map),
        r100: mean(|it| it.r100),
        n: measures.iter().filter(|it| it.ndcg10.is_some()).count(),
    }
}

/// The mean of paired differences and its interval from the 2.5th to the 97.5th percentile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// Resamples the differences `ours - theirs` of the same queries, from a fixed seed.
pub fn paired_bootstrap(ours: &[f64], theirs: &[f64], resamples: usize, seed: u64) -> Difference {
    let gaps: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours - theirs).collect();
    if gaps.is_empty() || resamples == 0 {
        return Difference { mean: 0.0, low: 0.0, high: 0.0 };
    }
    let n = gaps.len();
    let mut state = seed;
    let mut draw = || {
        // SplitMix64: equal seeds give equal draws everywhere.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let below = (u128::from(z ^ (z >> 31)) * n as u128) >> 64;
        usize::try_from(below).unwrap_or(0)
    };
    let mut sums: Vec<f64> =
        (0..resamples).map(|_| (0..n).map(|_| gaps[draw()]).sum::<f64>() / n as f64).collect();
    sums.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = share * (resamples - 1) as f64;
        sums[rank.round() as usize]
    };
    Difference { mean: gaps.iter().sum::<f64>() / n as f64, low: at(0.025), high: at(0.975) }
}

/// Fuses orders by rank: each list gives 1 / (60 + rank), ranks from 1; ties by smaller id.
pub fn fuse(lists: &[Vec<String>]) -> Vec<Scored> {
    let mut worth: HashMap<&str, f64> = HashMap::new();
    for list in lists {
        for (at, document) in list.iter().enumerate() {
            *worth.entry(document).or_default() += 1.0 / (61 + at) as f64;
        }
    }
    let mut fused: Vec<Scored> =
        worth.into_iter().map(|(document, worth)| (document.to_owned(), worth)).collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: Option<f64>, expect: f64) {
        let value = value.expect("the measure is defined");
        assert!((value - expect).abs() < 5e-7, "{value} is not {expect}");
    }

    fn run(order: &[(&str, f64)]) -> Vec<Scored> {
        order.iter().map(|(document, score)| ((*document).to_owned(), *score)).collect()
    }

    fn judgements() -> Judgements {
        Judgements::parse("q 0 a 3\nq 0 b 2\nq 0 c 1\nq 0 d 0\nq 0 e 3\n").expect("five lines")
    }

    #[test]
    fn vectors_of_the_specification() {
        let ranked = run(&[("b", 4.0), ("d", 3.0), ("a", 2.0), ("c", 1.0)]);
        let measure = full(&judgements(), "q", &ranked);
        near(measure.ndcg10, 0.621602);
        near(measure.map, 0.555556);
        near(measure.r100, 0.666667);
        let tied = run(&[("a", 1.0), ("b", 1.0), ("c", 1.0), ("d", 1.0)]);
        let measure = full(&judgements(), "q", &tied);
        near(measure.ndcg10, 0.462240);
        near(measure.map, 0.277778);
        let lists = [vec!["x", "y", "z"], vec!["y", "w", "x"]];
        let fused = fuse(&lists.map(|list| list.into_iter().map(String::from).collect()));
        let expect = [("y", 0.032522), ("x", 0.032266), ("w", 0.016129), ("z", 0.015873)];
        for ((document, worth), (name, value)) in fused.iter().zip(expect) {
            assert_eq!(document, name);
            near(Some(*worth), value);
        }
    }

    #[test]
    fn the_pool_leaves_out_what_was_not_judged() {
        let ranked = run(&[("u", 9.0), ("b", 4.0), ("d", 3.0), ("a", 2.0), ("c", 1.0)]);
        near(pool(&judgements(), "q", &ranked).ndcg10, 0.621602);
        assert!(full(&judgements(), "q", &ranked).ndcg10 < Some(0.621602));
        assert_eq!(pool(&judgements(), "other", &ranked), Measure::default());
    }

    #[test]
    fn grades_of_one_are_relevant_where_there_is_none_higher() {
        let judgements = Judgements::parse("q 0 a 1\nq 0 b 0\n").expect("two lines");
        near(full(&judgements, "q", &run(&[("b", 2.0), ("a", 1.0)])).map, 0.5);
        assert_eq!(Judgements::parse("q 0 a\n").expect_err("a line without grade"), 1);
    }

    #[test]
    fn the_bootstrap_is_repeatable_and_brackets_the_mean() {
        let ours: Vec<f64> = (0..100).map(|n| f64::from(n % 7) / 7.0 + 0.1).collect();
        let theirs: Vec<f64> = (0..100).map(|n| f64::from(n % 5) / 5.0).collect();
        let gap = paired_bootstrap(&ours, &theirs, 10_000, 1);
        assert_eq!(gap, paired_bootstrap(&ours, &theirs, 10_000, 1));
        assert!(gap.low < gap.mean && gap.mean < gap.high);
        let same = paired_bootstrap(&ours, &ours, 100, 1);
        assert_eq!((same.mean, same.low, same.high), (0.0, 0.0, 0.0));
    }
}
