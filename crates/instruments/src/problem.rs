//! Why a booking is refused: codes with numbers, in one order, the same on every way in.

use crate::setting::Level;
use base::{Class, Refusal, Value};
use std::borrow::Cow;

/// Who may let a problem pass.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    Nobody,
    /// Staff of the instrument, and whoever may do more.
    Staff,
    /// The manager of the owner unit.
    Manager,
}

impl Pass {
    /// The name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nobody => "none",
            Self::Staff => "staff",
            Self::Manager => "manager",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal $refusal:literal $stage:ident $n:literal $class:ident $pass:ident $ask:literal;)*) => {
        /// A reason, in the order in which reasons are told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {$($(#[$doc])* $name,)*}

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in answers, rows and overrides.
            pub fn code(self) -> &'static str {
                match self {$(Self::$name => $code,)*}
            }

            /// The code of the refusal that tells it.
            pub fn refusal(self) -> &'static str {
                match self {$(Self::$name => $refusal,)*}
            }

            /// Its stage and its place in it.
            pub fn stage(self) -> (Stage, u8) {
                match self {$(Self::$name => (Stage::$stage, $n),)*}
            }

            fn class(self) -> Class {
                match self {$(Self::$name => Class::$class,)*}
            }

            /// Who may let it pass.
            pub fn pass(self) -> Pass {
                match self {$(Self::$name => Pass::$pass,)*}
            }

            /// Whether somebody may ask for it instead, where the unit allows that.
            pub fn may_be_asked_for(self) -> bool {
                match self {$(Self::$name => $ask,)*}
            }
        }
    };
}

/// Stages of judgement: the first stops at its first problem, the others tell all of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    A,
    B,
    C,
    D,
    E,
}

codes! {
    NotFound = "not_found" "not-found" A 1 NotFound Nobody false;
    NotAllowed = "not_allowed" "booking-not-allowed" A 2 NotAllowed Nobody false;
    PersonBlocked = "person_blocked" "booking-person-blocked" A 3 NotAllowed Manager false;
    NoBookings = "no_bookings" "booking-no-bookings" A 4 Refused Nobody false;
    BadSpan = "bad_span" "booking-bad-span" A 5 Invalid Nobody false;
    ClosedBooking = "closed_booking" "booking-closed" A 6 Refused Nobody false;
    Stale = "stale" "booking-stale" A 6 Conflict Nobody false;
    Overlap = "overlap" "booking-overlap" B 1 Conflict Nobody false;
    OverCapacity = "over_capacity" "booking-over-capacity" B 2 Conflict Nobody false;
    Outage = "outage" "booking-outage" B 3 Conflict Nobody false;
    AccessoryShort = "accessory_short" "booking-accessory-short" B 4 Refused Nobody false;
    SiteClosed = "site_closed" "booking-site-closed" B 5 Refused Manager false;
    ProjectMissing = "project_missing" "booking-project-missing" C 1 Invalid Nobody false;
    ProjectRefused = "project_refused" "booking-project-refused" C 2 Refused Nobody false;
    NoTariff = "no_tariff" "booking-no-tariff" C 3 Refused Nobody false;
    NoFunds = "no_funds" "booking-no-funds" C 4 Refused Nobody false;
    ExportControl = "export_control" "booking-export-control" C 5 Refused Nobody false;
    TrainingMissing = "training_missing" "booking-training-missing" D 1 Refused Staff false;
    AccessExpired = "access_expired" "booking-access-expired" D 2 Refused Staff false;
    NotQualified = "not_qualified" "booking-not-qualified" D 3 Refused Staff false;
    NoticeUnread = "notice_unread" "booking-notice-unread" D 4 Refused Staff false;
    AgreementMissing = "agreement_missing" "booking-agreement-missing" D 4 Refused Nobody false;
    FeedbackDue = "feedback_due" "booking-feedback-due" D 5 Refused Manager false;
    CreditLow = "credit_low" "booking-credit-low" D 5 Refused Manager false;
    NotOwner = "not_owner" "booking-not-owner" E 1 Refused Staff false;
    InPast = "in_past" "booking-in-past" E 2 Invalid Staff false;
    TooSoon = "too_soon" "booking-too-soon" E 3 Refused Staff true;
    EditLocked = "edit_locked" "booking-edit-locked" E 3 Refused Staff true;
    BeyondHorizon = "beyond_horizon" "booking-beyond-horizon" E 4 Refused Staff true;
    OffGrid = "off_grid" "booking-off-grid" E 5 Invalid Staff false;
    TooShort = "too_short" "booking-too-short" E 6 Invalid Staff false;
    TooLong = "too_long" "booking-too-long" E 7 Refused Staff true;
    OutsideHours = "outside_hours" "booking-outside-hours" E 8 Refused Staff true;
    CrossesMidnight = "crosses_midnight" "booking-crosses-midnight" E 8 Refused Staff true;
    GapBefore = "gap_before" "booking-gap-before" E 9 Refused Staff false;
    GapAfter = "gap_after" "booking-gap-after" E 9 Refused Staff false;
    DayCount = "day_count" "booking-day-count" E 10 Refused Staff true;
    FutureCount = "future_count" "booking-future-count" E 11 Refused Staff true;
    FutureTime = "future_time" "booking-future-time" E 11 Refused Staff true;
    Quota = "quota" "booking-quota" E 12 Refused Manager true;
    SelfOverlap = "self_overlap" "booking-self-overlap" E 13 Refused Staff false;
    AreaMissing = "area_missing" "booking-area-missing" E 14 Refused Staff false;
}

impl Code {
    /// Reads the name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|own| own.code() == code)
    }
}

/// The rule that a problem comes from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// The rule's name.
    pub name: Cow<'static, str>,
    /// The level that set it; `None` where it is the city's own.
    pub level: Option<Level>,
}

/// One reason with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    pub code: Code,
    pub params: Vec<(Cow<'static, str>, Value)>,
    pub rule: Option<Source>,
}

impl Problem {
    /// A problem without numbers.
    pub fn new(code: Code) -> Self {
        Self { code, params: Vec::new(), rule: None }
    }

    /// The rule it comes from.
    pub fn by<T>(mut self, name: &'static str, rule: &crate::setting::Ruled<T>) -> Self {
        self.rule = Some(Source { name: Cow::Borrowed(name), level: rule.level });
        self
    }

    /// A number.
    pub fn number<N: TryInto<i64>>(self, name: &'static str, value: N) -> Self {
        self.with(name, Value::Number(value.try_into().unwrap_or(i64::MAX)))
    }

    /// A moment.
    pub fn at(self, name: &'static str, at: base::Instant) -> Self {
        self.with(name, Value::At(at))
    }

    /// Any value.
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.params.push((Cow::Borrowed(name), value));
        self
    }

    /// One of its numbers.
    pub fn param(&self, name: &str) -> Option<&Value> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The refusal that tells it: its values are the problem's, and `rule`, `level` and `override`.
    pub fn refusal(&self) -> Refusal {
        if self.code == Code::NotFound {
            return Refusal::not_found();
        }
        let mut refusal = Refusal::new(self.code.class(), self.code.refusal());
        refusal.field = self.code.field().map(str::to_owned);
        refusal.values.clone_from(&self.params);
        if let Some(rule) = &self.rule {
            refusal = refusal.text("rule", rule.name.clone());
            refusal = refusal.text("level", rule.level.map_or("city", Level::code));
        }
        let refusal = refusal.text("override", self.code.pass().code());
        if self.code.may_be_asked_for() { refusal.text("ask", "yes") } else { refusal }
    }
}

/// A problem as machines read it: the same bytes on every way in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Told<'a> {
    pub code: &'static str,
    pub params: std::collections::BTreeMap<&'a str, String>,
    pub rule: Option<&'a str>,
    pub level: Option<&'static str>,
    #[serde(rename = "override")]
    pub pass: &'static str,
    pub ask: bool,
}

impl Problem {
    /// As machines read it.
    pub fn told(&self) -> Told<'_> {
        let text = |value: &Value| match value {
            Value::Text(text) | Value::Term(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::At(at) => at.rfc3339(),
            Value::On(on) => on.to_string(),
            Value::Money(money) => money.minor.to_string(),
        };
        Told {
            code: self.code.code(),
            params: self.params.iter().map(|(name, value)| (name.as_ref(), text(value))).collect(),
            rule: self.rule.as_ref().map(|rule| rule.name.as_ref()),
            level: self.rule.as_ref().map(|rule| rule.level.map_or("city", Level::code)),
            pass: self.code.pass().code(),
            ask: self.code.may_be_asked_for(),
        }
    }
}

/// The list of problems as machines read it.
pub fn told(problems: &[Problem]) -> String {
    let all: Vec<Told<'_>> = problems.iter().map(Problem::told).collect();
    serde_json::to_string(&all).expect("a list of texts")
}

impl Code {
    /// The field of a form that has to be mended.
    fn field(self) -> Option<&'static str> {
        match self {
            Self::BadSpan
            | Self::Overlap
            | Self::OverCapacity
            | Self::Outage
            | Self::InPast
            | Self::TooSoon
            | Self::BeyondHorizon
            | Self::OffGrid
            | Self::OutsideHours => Some("start"),
            Self::TooShort | Self::TooLong | Self::CrossesMidnight => Some("end"),
            Self::ProjectMissing | Self::ProjectRefused => Some("project"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_in_the_order_of_their_stages() {
        let stages: Vec<(Stage, u8)> = Code::ALL.iter().map(|code| code.stage()).collect();
        assert!(stages.is_sorted());
        for code in Code::ALL {
            assert_eq!(Code::parse(code.code()), Some(*code));
        }
        assert_eq!(Code::ALL.len(), 42);
    }

    #[test]
    fn a_problem_becomes_one_refusal() {
        let rule = crate::setting::Ruled { value: 60, level: Some(Level::Unit) };
        let problem = Problem::new(Code::TooLong).number("limit_min", 60).by("most_minutes", &rule);
        let refusal = problem.refusal();
        assert_eq!(
            (refusal.code.as_ref(), refusal.field.as_deref()),
            ("booking-too-long", Some("end"))
        );
        let told: Vec<&str> = refusal.values.iter().map(|(name, _)| name.as_ref()).collect();
        assert_eq!(told, ["limit_min", "rule", "level", "override", "ask"]);
        assert_eq!(Problem::new(Code::NotFound).refusal(), Refusal::not_found());
    }
}
