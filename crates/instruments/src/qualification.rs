//! Who can work an instrument: levels with hours, grants that run out.

use base::{Instant, Span};
use calendar::{Days, Hours, Zone};

/// What somebody is trusted with.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Only with somebody beside them.
    Supervised,
    /// In the hours that the level names.
    OfficeHours,
    Full,
}

impl Grade {
    pub const ALL: [Self; 3] = [Self::Supervised, Self::OfficeHours, Self::Full];

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Supervised => "supervised",
            Self::OfficeHours => "office_hours",
            Self::Full => "full",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.code() == code)
    }
}

/// How a qualification was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Course,
    Exam,
    SupervisedUses,
    /// Another unit's, which the owner accepts.
    Accepted,
    /// Staff say so, with a reason.
    Staff,
}

impl Way {
    pub const ALL: [Self; 5] =
        [Self::Course, Self::Exam, Self::SupervisedUses, Self::Accepted, Self::Staff];

    /// The name in rows and answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Exam => "exam",
            Self::SupervisedUses => "supervised_uses",
            Self::Accepted => "accepted",
            Self::Staff => "staff",
        }
    }

    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// One person's qualification for one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub grade: Grade,
    pub granted: Instant,
    /// The last use under it; uses keep it alive.
    pub last_use: Option<Instant>,
    /// Days after the last use, or the grant, at which it runs out; 0 never.
    pub lives_days: u32,
    /// A day on which it ends in any case.
    pub ends: Option<Instant>,
    pub withdrawn: Option<Instant>,
    /// The hours in which it counts; without windows always.
    pub hours: Hours,
}

/// What a grant is worth for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    /// There is none.
    Missing,
    /// It ends at this moment, before the time is over.
    Lapses(Instant),
    /// It asks for somebody beside them.
    TooLow,
    /// It does not count in those hours.
    OutsideHours,
}

impl Grant {
    /// When it runs out, as things stand.
    pub fn until(&self) -> Option<Instant> {
        let from = self.last_use.map_or(self.granted, |used| used.max(self.granted));
        let idle =
            (self.lives_days > 0).then(|| from.plus_seconds(i64::from(self.lives_days) * 86_400));
        [idle, self.ends, self.withdrawn].into_iter().flatten().min()
    }

    /// What it is worth for a span: asked when the time is booked, and again when the use starts.
    pub fn standing(&self, zone: &Zone, days: &Days, span: Span) -> Standing {
        if self.withdrawn.is_some() {
            return Standing::Missing;
        }
        if let Some(until) = self.until().filter(|until| *until < span.end()) {
            return Standing::Lapses(until);
        }
        match self.grade {
            Grade::Supervised => Standing::TooLow,
            _ if self.hours.within(zone, days, span).covers(span) => Standing::Good,
            _ => Standing::OutsideHours,
        }
    }

    /// Whether somebody has to be told today that it runs out in so many days, on one of the days on
    /// which people want to be told.
    pub fn is_reminded(&self, before_days: &[u32], since: Instant, now: Instant) -> Option<u32> {
        let until = self.until()?;
        let due = |days: u32| until.plus_seconds(-i64::from(days) * 86_400);
        before_days.iter().copied().find(|days| since < due(*days) && due(*days) <= now)
    }
}

/// The best of several grants for a span.
pub fn best(grants: &[Grant], zone: &Zone, days: &Days, span: Span) -> Standing {
    let rank = |standing: &Standing| match standing {
        Standing::Good => 0,
        Standing::OutsideHours => 1,
        Standing::Lapses(_) => 2,
        Standing::TooLow => 3,
        Standing::Missing => 4,
    };
    let each = grants.iter().map(|grant| grant.standing(zone, days, span));
    each.min_by_key(rank).unwrap_or(Standing::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar::Weekdays;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(&format!("2026-{text}:00+08:00")).expect("a moment")
    }

    fn span(from: &str, until: &str) -> Span {
        Span::new(at(from), at(until)).expect("a span")
    }

    fn grant(grade: Grade) -> Grant {
        let granted = at("01-01T00:00");
        let (last_use, ends, withdrawn) = (None, None, None);
        Grant { grade, granted, last_use, lives_days: 0, ends, withdrawn, hours: Hours::default() }
    }

    fn standing(grant: &Grant, from: &str, until: &str) -> Standing {
        best(std::slice::from_ref(grant), &Zone::china(), &Days::default(), span(from, until))
    }

    #[test]
    fn a_level_ends_with_its_hours() {
        let hours = Hours::daily(Weekdays::ALL, 8 * 60, 22 * 60);
        let grant = Grant { hours, ..grant(Grade::OfficeHours) };
        assert_eq!(standing(&grant, "03-02T20:00", "03-02T22:00"), Standing::Good);
        assert_eq!(standing(&grant, "03-02T21:00", "03-02T23:00"), Standing::OutsideHours);
        // A start of use at 22:10 is asked about as a span too.
        assert_eq!(standing(&grant, "03-02T22:10", "03-02T22:11"), Standing::OutsideHours);
    }

    #[test]
    fn use_keeps_a_qualification_alive() {
        let idle = Grant { lives_days: 90, ..grant(Grade::Full) };
        let end = at("01-01T00:00").plus_seconds(90 * 86_400);
        assert_eq!(standing(&idle, "04-02T09:00", "04-02T10:00"), Standing::Lapses(end));
        let used = Grant { last_use: Some(at("03-01T09:00")), ..idle };
        assert_eq!(standing(&used, "04-02T09:00", "04-02T10:00"), Standing::Good);
        let gone = Grant { withdrawn: Some(at("03-03T00:00")), ..used };
        assert_eq!(standing(&gone, "03-02T09:00", "03-02T10:00"), Standing::Missing);
    }

    #[test]
    fn the_best_of_several_counts() {
        let low = grant(Grade::Supervised);
        let both = [low.clone(), grant(Grade::Full)];
        let asked = span("03-02T09:00", "03-02T10:00");
        let of = |grants: &[Grant]| best(grants, &Zone::china(), &Days::default(), asked);
        assert_eq!(
            (of(&both), of(&[low]), of(&[])),
            (Standing::Good, Standing::TooLow, Standing::Missing)
        );
    }

    #[test]
    fn reminders_go_once_however_late_the_run_is() {
        let grant = Grant { ends: Some(at("04-01T00:00")), ..grant(Grade::Full) };
        let days = [30, 7];
        assert_eq!(grant.is_reminded(&days, at("03-01T00:00"), at("03-02T00:00")), Some(30));
        assert_eq!(grant.is_reminded(&days, at("03-02T00:00"), at("03-03T00:00")), None);
        assert_eq!(grant.is_reminded(&days, at("03-20T00:00"), at("03-28T00:00")), Some(7));
    }
}
