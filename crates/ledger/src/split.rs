//! Splits by largest remainder: every minor unit is placed, and the sum is exact.

/// Parts of a total by weights, in their order: exact shares cut toward zero, then one unit each to
/// the largest cut fractions; of equal fractions the earlier is served first. The sign is kept.
///
/// `None` where all weights are zero, since there is nobody to give it to.
pub fn split(total: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return None;
    }
    let size = u128::from(total.unsigned_abs());
    // A product of two 64-bit numbers fits 128 bits.
    let exact = weights.iter().map(|weight| size * u128::from(*weight));
    let (mut parts, fractions): (Vec<u128>, Vec<u128>) =
        exact.map(|exact| (exact / sum, exact % sum)).unzip();
    let placed: u128 = parts.iter().sum();
    let left = usize::try_from(size - placed).expect("fewer than there are weights");
    let mut order: Vec<usize> = (0..weights.len()).filter(|&at| fractions[at] > 0).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(fractions[at]));
    for &at in order.iter().take(left) {
        parts[at] += 1;
    }
    let signed = |part: u128| {
        let part = i128::try_from(part).expect("no larger than the total");
        i64::try_from(if total < 0 { -part } else { part }).expect("no larger than the total")
    };
    Some(parts.into_iter().map(signed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::Dice;

    fn check(total: i64, weights: &[u64], want: &[i64]) {
        assert_eq!(split(total, weights).as_deref(), Some(want), "{total} by {weights:?}");
    }

    #[test]
    fn the_table_of_the_page() {
        check(10_000, &[1, 1, 1], &[3_334, 3_333, 3_333]);
        check(-5, &[1, 1, 1], &[-2, -2, -1]);
        check(100_000, &[1, 2, 4], &[14_286, 28_571, 57_143]);
        check(12_345_678, &[35, 65], &[4_320_987, 8_024_691]);
        check(4_382_717, &[5, 3, 2], &[2_191_359, 1_314_815, 876_543]);
        check(
            100_000_000,
            &[5_100_000, 3_400_000, 1_500_000],
            &[51_000_000, 34_000_000, 15_000_000],
        );
        check(7, &[0, 3, 0], &[0, 7, 0]);
        check(0, &[1, 2], &[0, 0]);
        check(i64::MIN, &[u64::MAX, u64::MAX], &[i64::MIN / 2, i64::MIN / 2]);
        assert_eq!(split(5, &[]), None);
        assert_eq!(split(5, &[0, 0]), None);
    }

    #[test]
    fn every_cent_is_placed_and_nobody_is_a_cent_off() {
        let mut dice = Dice::new(11);
        for _ in 0..20_000 {
            let n = 1 + dice.below(9);
            let weights: Vec<u64> = (0..n).map(|_| dice.roll() >> dice.below(64)).collect();
            let total = i64::from_le_bytes(dice.roll().to_le_bytes()) >> dice.below(64);
            let Some(parts) = split(total, &weights) else { continue };
            let sum: i128 = parts.iter().map(|part| i128::from(*part)).sum();
            assert_eq!(sum, i128::from(total), "{total} by {weights:?}");
            let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(total) * i128::from(*weight);
                let off = i128::from(*part) * all - exact;
                assert!(off.abs() < all, "{part} of {total} by {weights:?}");
            }
        }
    }
}
