//! Dates and times: `1 March 2026`, `2026年3月1日`, always with the zone where there is a clock time.

use crate::{Arg, say, say_with};
use base::{Date, Instant, Lang};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{E, YM, YMD};
use icu_datetime::input::Date as Day;
use icu_datetime::pattern::icu_calendar::Gregorian;
use icu_locale_core::{Locale, locale};
use std::sync::LazyLock;

/// The city's clock: China Standard Time.
pub const CITY_OFFSET_MINUTES: i32 = 480;
