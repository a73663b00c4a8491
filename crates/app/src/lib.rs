//! Every act: who asks, may they, load, decide, save. The only door to change is
//! [`City::perform`].
//!
//! Invariants: an act is authorised by its row of the matrix inside its own transaction; the answer
//! to a key is kept in that transaction; what a person may not see is "not found"; mail, search and
//! pages follow the log and are never written by an act.
//!
//! Absent on purpose: HTTP, HTML, SQL, the clock and chance themselves (both come in).

pub mod account;
pub mod act;
pub mod address;
pub mod agreement;
pub mod alert;
pub mod area;
pub mod asker;
pub mod backup;
pub mod bank_statement;
pub mod bench;
pub mod booking;
pub mod bulletin;
pub mod case;
pub mod certificate;
pub mod charge;
pub mod checkpoint;
pub mod city;
pub mod colleague;
pub mod contract;
pub mod control;
pub mod deal;
pub mod desk;
pub mod due;
pub mod durable;
pub mod emergency;
pub mod enquiry;
pub mod erasure;
pub mod factor;
pub mod feed;
pub mod feedback;
pub mod file;
pub mod follow;
mod follower;
pub mod front;
pub mod gather;
pub mod identity;
pub mod import;
pub mod instrument;
pub mod invitation;
pub mod item;
pub mod joint_request;
pub mod ledger;
pub mod listing;
pub mod looks;
pub mod lot;
pub mod lot_event;
pub mod mail;
pub mod merger;
pub mod month;
pub mod notice;
pub mod open_data;
pub mod open_licence;
pub mod order;
pub mod organisation;
pub mod person;
pub mod personal;
pub mod protocol;
pub mod rate;
pub mod receipt;
pub mod recovery;
pub mod register;
pub mod registration;
pub mod release;
pub mod restore;
pub mod saved_search;
mod seal;
pub mod search;
pub mod secret;
pub mod service_order;
pub mod service_record;
pub mod sign_in;
pub mod standard;
pub mod standing;
pub mod subscriber;
pub mod tariff;
pub mod technology;
pub mod telephone;
pub mod transfer;
pub mod turn;
pub mod upkeep;
pub mod upload;
pub mod usage;
pub mod venture;
pub mod verify;
pub mod voucher;
pub mod wait;
pub mod webhook;
pub mod workday;

pub use act::{Act, Cx, No, Stop};
pub use asker::{Asker, Who};
pub use city::{City, Clock, Settings};
