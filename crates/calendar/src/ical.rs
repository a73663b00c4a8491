//! iCalendar texts (RFC 5545, with the additions of RFC 7986): written so that every calendar program
//! reads them, and read with a bound on everything.

pub mod event;
pub mod read;
pub mod write;

pub use event::{Event, Feed, FreeBusy, Invitation, Status};
pub use read::{Component, Found, Unreadable, events, parse};
pub use write::Text;
