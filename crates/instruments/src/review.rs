//! What somebody reads before an instrument is bought: how far those that are there are used.
//!
//! A review of purchases asks for similar instruments nearby and their hours (Sichuan, 川科政〔2025〕10号; 1,200
//! hours a year count as full use there).

/// Hours of a year from which on an instrument counts as fully used, where nothing else is said.
pub const BASE_HOURS: u32 = 1_200;
/// The most hours of a year.
pub const BASE_HOURS_MAX: u32 = 8_784;

/// What the instruments that were found say together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Review {
    pub found: usize,
    /// Those of which it is known how long they were used: the others count nowhere below.
    pub known: usize,
    pub used_minutes: u64,
    /// Those that were used for the base or longer.
    pub full: usize,
    /// What the others could still have taken up to the base.
    pub spare_minutes: u64,
}

impl Review {
    /// Of the minutes of each in a year; of one whose use is not known there are none.
    pub fn of(used: impl IntoIterator<Item = Option<u64>>, base_hours: u32) -> Self {
        let base = u64::from(base_hours.clamp(1, BASE_HOURS_MAX)) * 60;
        let mut sum = Self::default();
        for minutes in used {
            sum.found += 1;
            let Some(minutes) = minutes else { continue };
            sum.known += 1;
            sum.used_minutes += minutes;
            sum.full += usize::from(minutes >= base);
            sum.spare_minutes += base.saturating_sub(minutes);
        }
        sum
    }

    /// Minutes of one of them in the mean.
    pub fn mean_minutes(&self) -> Option<u64> {
        self.used_minutes.checked_div(u64::try_from(self.known).ok()?)
    }

    /// Whether each of which anything is known is fully used; nothing where nothing is known.
    pub fn is_full(&self) -> Option<bool> {
        (self.known > 0).then_some(self.full == self.known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(used: &[Option<u64>], want: (usize, usize, usize, u64), is_full: Option<bool>) {
        let hours = used.iter().map(|it| it.map(|hours| hours * 60));
        let it = Review::of(hours, BASE_HOURS);
        assert_eq!((it.found, it.known, it.full, it.spare_minutes / 60), want, "{used:?}");
        assert_eq!(it.is_full(), is_full, "{used:?}");
    }

    #[test]
    fn only_known_hours_count_and_the_base_itself_is_full() {
        check(&[], (0, 0, 0, 0), None);
        check(&[None, None], (2, 0, 0, 0), None);
        check(&[Some(1_200), None], (2, 1, 1, 0), Some(true));
        check(&[Some(1_199), Some(2_000), None], (3, 2, 1, 1), Some(false));
        check(&[Some(0), Some(300)], (2, 2, 0, 2_100), Some(false));
    }

    #[test]
    fn the_mean_is_of_those_that_are_known() {
        let it = Review::of([Some(600), None, Some(1_200)], BASE_HOURS);
        assert_eq!(it.mean_minutes(), Some(900));
        assert_eq!(Review::of([None], BASE_HOURS).mean_minutes(), None);
        // A base of nothing would make everything full, and one above a year nothing.
        assert_eq!(Review::of([Some(59)], 0).full, 0);
        assert_eq!(Review::of([Some(60)], 0).full, 1);
    }
}
