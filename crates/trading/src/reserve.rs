//! A reserve that nobody knows before the end: terms hold a hash of it and never the sum.

use base::Refusal;

/// What terms say of a hidden reserve.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hidden {
    /// SHA-256 that the rules commit to, in hexadecimal; empty until it is drawn.
    pub hash: String,
    /// Minor units, where it is set now; without it the one that was set before stays. It is neither
    /// kept nor told with the terms.
    #[serde(skip)]
    pub sum: Option<i64>,
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Terms are written into logs of what went wrong; the sum is not.
        f.debug_struct("Hidden").field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl Hidden {
    /// Sets it to a sum.
    pub fn set(sum: i64) -> Self {
        Self { hash: String::new(), sum: Some(sum) }
    }

    /// What the rules commit to.
    pub(crate) fn commitment(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        if self.hash.len() != 64 || !self.hash.is_ascii() {
            return None;
        }
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(self.hash.get(2 * n..2 * n + 2)?, 16).ok()?;
        }
        Some(bytes)
    }

    /// Everything to mend before a lot can be announced with it.
    pub(crate) fn faults(
        &self,
        start: i64,
        buy_now: Option<i64>,
        told: Option<i64>,
    ) -> Vec<Refusal> {
        let on = |code| Refusal::invalid(code).on("hidden_reserve");
        let mut no = Vec::new();
        if told.is_some() {
            no.push(on("lot-hidden-and-told"));
        }
        let Some(sum) = self.sum else { return no };
        if sum <= 0 || sum < start {
            no.push(on("lot-hidden-below-start"));
        }
        if buy_now.is_some_and(|buy_now| buy_now < sum) {
            no.push(on("lot-hidden-above-price"));
        }
        no
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_in_no_text() {
        let hidden = Hidden { hash: "ab".repeat(32), sum: Some(123_456) };
        let debug = format!("{hidden:?}");
        let text = serde_json::to_string(&hidden).expect("text keys");
        assert!(!debug.contains("123456") && !text.contains("123456"), "{debug} {text}");
        assert_eq!(hidden.commitment(), Some([0xab; 32]));
        assert_eq!(Hidden::set(1).commitment(), None);
        let odd = Hidden { hash: "é".repeat(32), sum: None };
        assert_eq!(odd.commitment(), None);
    }

    #[test]
    fn every_fault_stands_at_its_field() {
        #[track_caller]
        fn check(sum: i64, buy_now: Option<i64>, told: Option<i64>, want: &[&str]) {
            let found = Hidden::set(sum).faults(100, buy_now, told);
            let found: Vec<&str> = found.iter().map(|no| no.code.as_ref()).collect();
            assert_eq!(found, want);
        }
        check(100, None, None, &[]);
        check(200, Some(200), None, &[]);
        check(99, None, None, &["lot-hidden-below-start"]);
        check(0, None, None, &["lot-hidden-below-start"]);
        check(201, Some(200), None, &["lot-hidden-above-price"]);
        check(200, None, Some(150), &["lot-hidden-and-told"]);
    }
}
