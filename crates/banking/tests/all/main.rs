//! The readers from outside: files as banks write them, made up here, and hostile ones.

mod camt;
mod csv;
mod hostile;
mod matched;
mod mt940;
