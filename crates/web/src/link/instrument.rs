//! Addresses of instruments, their bookings, their uses and standards.

use super::*;
use base::{AreaId, BookingId, FileId, InstrumentId, OrganisationId, StandardId, TestItemId};

/// The page of an instrument.
pub fn instrument(id: InstrumentId) -> String {
    below(INSTRUMENTS, &id.to_string())
}

/// The page of a room.
pub fn area(id: AreaId) -> String {
    below("/areas", &id.to_string())
}

/// The rooms of an owner.
pub fn areas(owner: OrganisationId) -> String {
    below(&organisation(owner), "areas")
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
/// What laboratories can test.
pub const SERVICES: &str = "/services";
/// The form of a new test item.
pub const SERVICE_NEW: &str = "/services/new";
/// Orders of tests and other services.
pub const SERVICE_ORDERS: &str = "/service-orders";
/// The form of a new order.
pub const SERVICE_ORDER_NEW: &str = "/service-orders/new";
/// Requests to several laboratories.
pub const SERVICE_REQUESTS: &str = "/service-requests";
/// The form of one request to several laboratories.
pub const EXCHANGE_NEW: &str = "/service-requests/new";

/// One order.
pub fn service_order(id: base::ServiceOrderId) -> String {
    below(SERVICE_ORDERS, &id.to_string())
}

/// What hangs below the page of an order.
pub fn service_order_part(id: base::ServiceOrderId, part: &str) -> String {
    below(&service_order(id), part)
}

/// The page of a sample, by its place from 0; people count from 1.
pub fn service_sample(id: base::ServiceOrderId, place: usize) -> String {
    below(&service_order_part(id, "samples"), &(place + 1).to_string())
}

/// One request to several laboratories.
pub fn service_request(id: base::ServiceRequestId) -> String {
    below(SERVICE_REQUESTS, &id.to_string())
}

/// One test item.
pub fn service(id: TestItemId) -> String {
    below(SERVICES, &id.to_string())
}

/// What hangs below the page of a test item.
pub fn service_part(id: TestItemId, part: &str) -> String {
    below(&service(id), part)
}
/// Requests for standards that do not exist yet.
pub const JOINT_REQUESTS: &str = "/standard-requests";
/// The form of a new one.
pub const JOINT_REQUEST_NEW: &str = "/standard-requests/new";

/// One request for a new standard.
pub fn joint_request(id: base::JointRequestId) -> String {
    below(JOINT_REQUESTS, &id.to_string())
}
