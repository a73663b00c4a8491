//! Times in which an instrument cannot be used, and what they do to bookings.

use base::{InstrumentId, OutageId, Span};

/// Why an instrument is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Maintenance,
    Calibration,
    Repair,
    /// The building, the gas, the power.
    Supply,
    Training,
    Other,
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::Maintenance,
        Self::Calibration,
        Self::Repair,
        Self::Supply,
        Self::Training,
        Self::Other,
    ];

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Calibration => "calibration",
            Self::Repair => "repair",
            Self::Supply => "supply",
            Self::Training => "training",
            Self::Other => "other",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How far an outage reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Nothing can be done.
    Whole,
    /// Some of it works: bookings are warned and not refused.
    Part,
}

impl Reach {
    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Whole, Self::Part].into_iter().find(|reach| reach.code() == code)
    }
}

/// An outage as a booking meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Down {
    pub id: OutageId,
    pub span: Span,
    pub reach: Reach,
}

/// What an instrument needs of something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub instrument: InstrumentId,
    /// Whether it stands still without it.
    pub is_full: bool,
}

/// The instruments that an outage of something reaches, and how far.
pub fn cascade(reach: Reach, needs: &[Need]) -> Vec<(InstrumentId, Reach)> {
    let each = needs.iter().map(|need| {
        let is_whole = need.is_full && reach == Reach::Whole;
        (need.instrument, if is_whole { Reach::Whole } else { Reach::Part })
    });
    each.collect()
}

/// What its author wants of the bookings that lie under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Then there is no outage.
    Refuse,
    /// They lose their time and pay nothing.
    Displace,
}

impl Over {
    /// The name in forms and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Displace => "displace",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Refuse, Self::Displace].into_iter().find(|over| over.code() == code)
    }
}

/// Hours for which a displaced booking has the first right to the next equal time.
pub const FIRST_RIGHT_HOURS: i64 = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fully_needs_it_stands_still_and_the_rest_is_warned() {
        let (one, two) = (InstrumentId::from_bits(1), InstrumentId::from_bits(2));
        let needs =
            [Need { instrument: one, is_full: true }, Need { instrument: two, is_full: false }];
        assert_eq!(cascade(Reach::Whole, &needs), [(one, Reach::Whole), (two, Reach::Part)]);
        assert_eq!(cascade(Reach::Part, &needs), [(one, Reach::Part), (two, Reach::Part)]);
    }
}
