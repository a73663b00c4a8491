//! Addresses of instruments, their bookings, their uses and standards.

use super::*;
use base::{BookingId, FileId, InstrumentId, OrganisationId, StandardId};

/// The page of an instrument.
pub fn instrument(id: InstrumentId) -> String {
    below(INSTRUMENTS, &id.to_string())
}

/// The page of a booking.
pub fn booking(id: BookingId) -> String {
    below(BOOKINGS, &id.to_string())
}

/// What hangs below the page of a booking.
pub fn booking_part(id: BookingId, part: &str) -> String {
    below(&booking(id), part)
}

/// What hangs below the page of an instrument.
pub fn instrument_part(id: InstrumentId, part: &str) -> String {
    below(&instrument(id), part)
}

/// A picture of an instrument.
pub fn instrument_picture(id: InstrumentId, file: FileId) -> String {
    below(&instrument_part(id, "pictures"), &file.to_string())
}

/// One standard.
pub fn standard(id: StandardId) -> String {
    below(STANDARDS, &id.to_string())
}

/// What hangs below a standard.
pub fn standard_part(id: StandardId, part: &str) -> String {
    below(&standard(id), part)
}

/// What the reader waits for.
pub const WAITS: &str = "/waits";

/// What hangs below a wish for time.
pub fn wait_part(id: base::WishId, part: &str) -> String {
    format!("{WAITS}/{id}/{part}")
}

/// Uses of instruments.
pub const USES: &str = "/uses";
/// Monthly statements of what services cost.
pub const STATEMENTS: &str = "/statements";
/// Vouchers.
pub const VOUCHERS: &str = "/vouchers";

/// One use.
pub fn use_(id: base::UseId) -> String {
    format!("{USES}/{id}")
}

/// The page at an instrument.
pub fn kiosk(id: base::InstrumentId) -> String {
    format!("/kiosk/{id}")
}

/// The tariffs of an instrument.
pub fn tariffs(id: base::InstrumentId) -> String {
    format!("/instruments/{id}/tariffs")
}

/// A line of a statement.
pub fn charge(id: base::ChargeId) -> String {
    format!("/charges/{id}")
}

/// The statement of a customer at a unit for a month.
pub fn statement(unit: OrganisationId, customer: OrganisationId, month: &str) -> String {
    format!("{STATEMENTS}/{unit}/{customer}/{month}")
}

/// One voucher.
pub fn voucher(id: base::VoucherId) -> String {
    format!("{VOUCHERS}/{id}")
}

/// The ledger of services.
pub const SERVICE_RECORDS: &str = "/service-records";
/// The hours of a year.
pub const MACHINE_HOURS: &str = "/machine-hours";
