//! Written later.

use edge::Route;

/// The routes of this file.
pub static ROUTES: &[Route] = &[];
