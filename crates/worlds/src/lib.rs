//! Small cities for tests: a store on either engine, people, technologies, a clock that stands
//! still until it is moved, chance from a seed.
//!
//! A test that is to run on both databases is written once: `on_both! { fn name(world) { … } }`.

mod database;
mod openid;
mod relay;
mod world;

pub use database::{Database, postgres_url};
pub use openid::{Manner, OpenId, Redirected};
pub use relay::{Behaves, RelayDevice};
pub use world::{Clock, World};

/// Which database a world stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Sqlite,
    Postgres,
}

/// Runs each test on SQLite and on PostgreSQL, as `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* fn $name:ident($world:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing from around it")]
            use super::*;

            $(#[$doc])*
            fn check($world: &$crate::World) $body

            #[test]
            fn sqlite() {
                if let Some(world) = $crate::World::on($crate::On::Sqlite) { check(&world); }
            }

            #[test]
            fn postgres() {
                if let Some(world) = $crate::World::on($crate::On::Postgres) { check(&world); }
            }
        }
    )*};
}
