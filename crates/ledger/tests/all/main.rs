//! The engine from outside: the numeric scenarios, the order of refusals, and a slow second opinion.

mod audits;
mod codes;
mod exports;
mod flows;
mod model;
mod random;
mod scenarios;
mod statements;
mod world;
