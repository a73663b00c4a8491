//! Settings that inherit: platform, unit, group, instrument; the nearest wins, unless a higher level
//! locked its own.

/// Where a setting stands, the highest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Platform,
    Unit,
    Group,
    Instrument,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::Platform, Self::Unit, Self::Group, Self::Instrument];

    /// The name in rows and texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Unit => "unit",
            Self::Group => "group",
            Self::Instrument => "instrument",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// A value that one level sets.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Set<T> {
    pub value: T,
    /// Whether lower levels may not set another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_locked: bool,
}

impl<T> Set<T> {
    /// A value that lower levels may change.
    pub fn open(value: T) -> Self {
        Self { value, is_locked: false }
    }

    /// A value that holds below, whatever is set there.
    pub fn locked(value: T) -> Self {
        Self { value, is_locked: true }
    }
}

/// A value in force, and the level it comes from; `None` where nobody set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled<T> {
    pub value: T,
    pub level: Option<Level>,
}

/// The value that counts, of what each level set, the highest level first.
pub fn nearest<'a, T>(
    set: impl IntoIterator<Item = (Level, Option<&'a Set<T>>)>,
) -> Option<(Level, &'a T)> {
    let mut found = None;
    for (level, set) in set {
        if let Some(set) = set {
            found = Some((level, &set.value));
            if set.is_locked {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_wins_unless_a_higher_one_is_locked() {
        let (open, locked) = (|n| Some(Set::open(n)), |n| Some(Set::locked(n)));
        let check = |sets: [Option<Set<u8>>; 4], want: Option<(Level, u8)>| {
            let found = nearest(Level::ALL.into_iter().zip(sets.iter().map(Option::as_ref)));
            assert_eq!(found.map(|(level, value)| (level, *value)), want);
        };
        check([open(1), None, open(3), None], Some((Level::Group, 3)));
        check([open(1), locked(2), open(3), open(4)], Some((Level::Unit, 2)));
        check([locked(1), locked(2), None, None], Some((Level::Platform, 1)));
        check([None, None, None, None], None);
    }
}
