//! The rules of booking that platform, unit, group and instrument may set.

use crate::approval::{Asking, CHAINS_MAX, Chain, Step};
use crate::quota::{Quota, Relief};
use crate::setting::{Level, Ruled, Set, nearest};
use crate::sheet::Accessory;
use calendar::{Days, Grid, Hours};

/// Jurisdictions that one level bars at most.
pub const BARRED_MAX: usize = 250;

/// What a list of barred jurisdictions calls a party of whom none is known.
pub const UNKNOWN: &str = "ZZ";

/// When somebody has to agree to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    Never,
    Always,
    /// For people of other organisations than the owner.
    External,
    /// Above so many minutes.
    Over(u32),
}

/// A horizon for one class of customers, instead of the one for all.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClassHorizon {
    pub class: String,
    /// Days; 0 is without an end.
    pub days: u32,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $default:expr;)*) => {
        /// What one level sets; what it leaves open is `None`.
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Layer {$(
            $(#[$doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<Set<$kind>>,
        )*}

        /// The rules in force for one instrument, each with the level it comes from.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Rules {$(
            $(#[$doc])*
            pub $name: Ruled<$kind>,
        )*}

        impl Rules {
            /// The rules in force, of what each level sets.
            pub fn of(layers: &[(Level, Layer)]) -> Self {
                Self {$(
                    $name: {
                        let set = layers.iter().map(|(level, layer)| (*level, layer.$name.as_ref()));
                        match nearest(set) {
                            Some((level, value)) => Ruled { value: value.clone(), level: Some(level) },
                            None => Ruled { value: $default, level: None },
                        }
                    },
                )*}
            }
        }

        impl Rules {
            /// Every rule in force: its name, the level it comes from, its value.
            pub fn told(&self) -> Vec<(&'static str, Option<Level>, serde_json::Value)> {
                vec![$((
                    stringify!($name),
                    self.$name.level,
                    serde_json::to_value(&self.$name.value).unwrap_or_default(),
                ),)*]
            }
        }

        /// The names of all rules, as rows and answers write them.
        pub const NAMES: &[&str] = &[$(stringify!($name),)*];
    };
}

rules! {
    /// The days of rest and of work.
    days: Days = Days::china();
    /// When it can be booked; without windows always.
    hours: Hours = Hours::default();
    /// The grid of starts and lengths, in minutes.
    grid: Grid = Grid { start: 15, length: 15 };
    /// When the building can be entered; without windows always.
    site_hours: Hours = Hours::default();
    /// Whether a booking may go over midnight.
    over_midnight: bool = true;
    /// Minutes of a booking at least.
    least_minutes: u32 = 15;
    /// Minutes of a booking at most; 0 is without a limit. So for all limits below.
    most_minutes: u32 = 0;
    /// Minutes before and after each booking that are kept free for setting up and cleaning.
    setup_minutes: u32 = 0;
    cleanup_minutes: u32 = 0;
    /// Days ahead that a booking may begin.
    horizon_days: u32 = 14;
    /// Other horizons for some classes.
    class_horizons: Vec<ClassHorizon> = Vec::new();
    /// Minutes of notice that a new booking, a change, and a cancellation need.
    notice_minutes: u32 = 0;
    edit_notice_minutes: u32 = 0;
    cancel_notice_minutes: u32 = 0;
    /// Minutes before the start from which a cancellation is late.
    late_cancel_minutes: u32 = 0;
    /// Minutes between own bookings.
    gap_minutes: u32 = 0;
    /// Own bookings on one day, and in the future; minutes in the future.
    day_count: u32 = 0;
    future_count: u32 = 0;
    future_minutes: u32 = 0;
    /// Quiet hours that lift limits.
    relief: Vec<Relief> = Vec::new();
    quotas: Vec<Quota> = Vec::new();
    /// Whether late cancellations and missed bookings count in quotas.
    lost_counts: bool = true;
    /// Whether one person may not be booked twice at one time.
    no_self_overlap: bool = false;
    approval: Approval = Approval::Never;
    /// Who agrees one after the other, where a booking is one of these; else the owner's people do.
    chains: Vec<Chain> = Vec::new();
    /// Whether somebody may ask for what a rule refuses.
    may_ask: bool = false;
    /// Hours within which an approval is decided, or the request lapses.
    decide_hours: u32 = 48;
    needs_qualification: bool = false;
    /// Courses at the site that have to be done, by their codes.
    trainings: Vec<String> = Vec::new();
    /// Whether the notice to users has to be confirmed.
    needs_notice: bool = false;
    /// Whether outsiders need an agreement on services.
    needs_agreement: bool = false;
    /// Jurisdictions, by their ISO 3166 codes, from which it may not be used.
    barred: Vec<String> = Vec::new();
    /// Whether a booking names a project.
    needs_project: bool = false;
    /// Whether users are asked about each use, and who owes an answer for a day does not book.
    asks_feedback: bool = false;
    /// The least reputation; 0 asks for none.
    least_credit: u32 = 0;
    /// Whether a use needs a booking.
    needs_booking: bool = false;
    /// Minutes before the start from which it may be used, and after which a booking is missed.
    early_minutes: u32 = 15;
    missed_after_minutes: u32 = 0;
    /// Minutes by which a use may be late, end early and end late without a mark.
    late_minutes: u32 = 10;
    left_early_minutes: u32 = 15;
    overtime_minutes: u32 = 5;
    /// Accessories of which the instruments below have so many together.
    shared_accessories: Vec<Accessory> = Vec::new();
    /// Whether a booking may be given to somebody else.
    may_transfer: bool = true;
    /// Minutes that an offer from the wait list stands.
    offer_minutes: u32 = 15;
}

impl Rules {
    /// The days ahead that this class may book; 0 is without an end.
    pub fn horizon_for(&self, class: &str) -> u32 {
        let own = self.class_horizons.value.iter().find(|own| own.class == class);
        own.map_or(self.horizon_days.value, |own| own.days)
    }

    /// Whether a party of these jurisdictions may not use it.
    pub fn bars(&self, known: &[String]) -> bool {
        let barred = &self.barred.value;
        match known {
            [] => barred.iter().any(|code| code == UNKNOWN),
            known => known.iter().any(|code| barred.contains(code)),
        }
    }

    /// The steps of agreement that a booking needs, in their order.
    pub fn steps(&self, asking: &Asking<'_>) -> Vec<Step> {
        crate::approval::steps(&self.chains.value, asking)
    }

    /// Whether a booking of so many minutes needs somebody's agreement.
    pub fn needs_approval(&self, minutes: i64, is_external: bool) -> bool {
        match self.approval.value {
            Approval::Never => false,
            Approval::Always => true,
            Approval::External => is_external,
            Approval::Over(most) => minutes > i64::from(most),
        }
    }
}

impl Layer {
    /// The names of the rules that cannot be: windows, grids, quotas of nonsense.
    pub fn unsound(&self) -> Vec<&'static str> {
        let mut found = Vec::new();
        let windows = self.hours.as_ref().map(|set| set.value.windows.as_slice());
        let windows = windows.unwrap_or_default();
        if windows.len() > calendar::hours::WINDOWS_MAX || !windows.iter().all(|own| own.is_sound())
        {
            found.push("hours");
        }
        let windows = self.site_hours.as_ref().map(|set| set.value.windows.as_slice());
        let windows = windows.unwrap_or_default();
        if windows.len() > calendar::hours::WINDOWS_MAX || !windows.iter().all(|own| own.is_sound())
        {
            found.push("site_hours");
        }
        let barred = self.barred.as_ref().map(|set| set.value.as_slice()).unwrap_or_default();
        let is_code =
            |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if barred.len() > BARRED_MAX || !barred.iter().all(is_code) {
            found.push("barred");
        }
        if self.grid.as_ref().is_some_and(|set| !set.value.is_sound()) {
            found.push("grid");
        }
        if self.days.as_ref().is_some_and(|set| set.value.named.len() > calendar::days::NAMED_MAX) {
            found.push("days");
        }
        if self.relief.as_ref().is_some_and(|set| !set.value.iter().all(Relief::is_sound)) {
            found.push("relief");
        }
        let chains = self.chains.as_ref().map(|set| set.value.as_slice()).unwrap_or_default();
        if chains.len() > CHAINS_MAX || !chains.iter().all(Chain::is_sound) {
            found.push("chains");
        }
        let quotas = self.quotas.as_ref().map(|set| set.value.as_slice()).unwrap_or_default();
        if quotas.len() > crate::quota::QUOTAS_MAX || !quotas.iter().all(Quota::is_sound) {
            found.push("quotas");
        }
        let shared = self.shared_accessories.as_ref().map(|set| set.value.as_slice());
        if !crate::accessory::are_sound(shared.unwrap_or_default()) {
            found.push("shared_accessories");
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_from_the_nearest_level_and_say_so() {
        let unit = Layer {
            horizon_days: Some(Set::open(30)),
            most_minutes: Some(Set::locked(120)),
            ..Layer::default()
        };
        let own = Layer {
            horizon_days: Some(Set::open(2)),
            most_minutes: Some(Set::open(600)),
            ..Layer::default()
        };
        let rules = Rules::of(&[(Level::Unit, unit), (Level::Instrument, own)]);
        assert_eq!(rules.horizon_days, Ruled { value: 2, level: Some(Level::Instrument) });
        assert_eq!(rules.most_minutes, Ruled { value: 120, level: Some(Level::Unit) });
        assert_eq!(rules.least_minutes, Ruled { value: 15, level: None });
    }

    #[test]
    fn a_layer_reads_back_and_knows_no_other_rule() {
        let layer = Layer {
            hours: Some(Set::open(Hours::daily(calendar::Weekdays::WORKDAYS, 540, 1020))),
            approval: Some(Set::locked(Approval::Over(480))),
            ..Layer::default()
        };
        let text = serde_json::to_string(&layer).expect("a text");
        assert_eq!(serde_json::from_str::<Layer>(&text).expect("a layer"), layer);
        assert!(serde_json::from_str::<Layer>(r#"{"horizon_dayz":{"value":3}}"#).is_err());
        assert_eq!(serde_json::from_str::<Layer>("{}").expect("a layer"), Layer::default());
    }

    #[test]
    fn a_party_is_barred_by_each_of_its_jurisdictions_or_by_having_none() {
        let rules = |codes: &[&str]| {
            let barred = codes.iter().map(|code| (*code).to_owned()).collect();
            let layer = Layer { barred: Some(Set::locked(barred)), ..Layer::default() };
            Rules::of(&[(Level::Unit, layer)])
        };
        let known =
            |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert!(rules(&["DE", "FR"]).bars(&known(&["CN", "FR"])));
        assert!(!rules(&["DE", "FR"]).bars(&known(&["CN"])));
        assert!(!rules(&["DE"]).bars(&[]));
        assert!(rules(&["DE", UNKNOWN]).bars(&[]));
        assert!(!rules(&[UNKNOWN]).bars(&known(&["CN"])));
    }

    #[test]
    fn nonsense_is_found() {
        let layer = Layer {
            grid: Some(Set::open(Grid { start: 0, length: 15 })),
            hours: Some(Set::open(Hours::daily(calendar::Weekdays(0), 0, 10))),
            ..Layer::default()
        };
        assert_eq!(layer.unsound(), ["hours", "grid"]);
    }
}
