//! The programming interface: `/api/v1`.
//!
//! Every route is part of an [`Operation`] with its summary, parameters, shapes and errors; the
//! OpenAPI document, the page for people and the routes themselves are made of that one table.
//! Handlers read like a paragraph: read the body, perform the act, publish the outcome.
//!
//! Invariants: what is published has its own shape and never a domain type; a request without an
//! idempotency key changes nothing; an unknown field or parameter is reported; what is hidden
//! answers like what is absent, byte for byte apart from the number of the request.
//!
//! Absent on purpose: SQL, transactions, rights (see `access`), rules of a domain, sessions of
//! browsers, sentences (see `words`).

mod account;
mod agreement;
mod area;
mod body;
mod booking;
mod bulletin;
mod case;
mod colleague;
mod contract;
mod control;
mod deal;
mod document;
mod emergency;
mod enquiry;
mod feed;
mod feedback;
mod file;
mod guide;
mod import;
mod instrument;
mod item;
mod joint_request;
mod ledger;
mod listing;
mod log;
mod lot;
mod mail;
mod open_data;
mod openapi;
mod operation;
mod operations;
mod order;
mod organisation;
mod person;
mod problem;
mod process;
mod query;
mod registration;
mod relay;
mod release;
mod reply;
mod saved_search;
mod search;
mod service;
mod shape;
mod stand_in;
mod standard;
mod standing;
mod subscription;
mod technology;
mod training;
mod turn;
mod upkeep;
mod usage;
mod venture;
mod webhook;
mod wish;
mod workday;

pub use openapi::{openapi, openapi_of};
pub use operation::{Answer, Operation, SchemaOf};
pub use operations::{NOUNS, operations, routes};
pub use problem::{FACE, ProblemJson, ReasonJson};
pub use query::{Kind, Parameter};
