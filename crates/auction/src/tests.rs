//! The scenarios of the field, a slow model beside the engine, and faults planted in the model.

mod award;
mod common;
mod dice;
mod english;
mod hostile;
mod hybrid;
mod model;
mod protocol;
mod reserve;
mod rounds;
mod sealed;
mod versus;
