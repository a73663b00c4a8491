//! Where HTTP ends: identity, limits, bodies, headers, and one table of routes.
//!
//! A face (`web`, `api`) is a list of [`Route`]s; each names its row in the permission matrix and a
//! plain blocking function from [`Request`] to [`Reply`]. Everything that every answer needs is
//! done here once: who asks, how often, how large, which language, which headers.
//!
//! Invariants: no body is read beyond its bound, nor before it is known who sends it; an answer that
//! takes too long is given up, and says so; a changing form without its token, or from another
//! origin, is refused; what somebody may not know answers like what does not exist; personal pages
//! are never stored by caches.
//!
//! Absent on purpose: HTML, JSON shapes, sentences, the clock (the city has it).

mod body;
mod bounds;
mod cookie;
mod dispatch;
mod live;
mod metrics;
mod network;
mod read;
mod reply;
mod request;
mod resume;

pub use body::{Fields, Received, Upload};
pub use bounds::Bounds;
pub use dispatch::{Body, Edge, EdgeSettings, Face, Route, router};
pub use live::{Heard, Listener, Live, Look, Told};
pub use metrics::Metrics;
pub use network::{Proxies, network_of};
pub use reply::{Cache, Reply};
pub use request::{Request, Theme};
pub use resume::route_of;
