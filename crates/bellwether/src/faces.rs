//! The faces of the city: which routes there are, and what the pages are told at the start.

use app::City;
use cli::seed::Account;
use edge::Route;
use web::DemoAccount;

/// Every route.
pub fn routes() -> Vec<&'static [Route]> {
    let mut routes = web::routes();
    routes.push(api::routes());
    routes
}

/// What answers where no route does.
pub fn missing() -> &'static Route {
    &web::MISSING
}

/// Tells the pages which accounts the demonstration has.
pub fn show_accounts(accounts: &[Account]) {
    let shown = accounts.iter().map(|account| DemoAccount {
        email: account.email.clone(),
        password: account.password.clone(),
        name: account.name.clone(),
        role: account.role,
        organisation: account.organisation.clone(),
    });
    web::set_demo_accounts(shown.collect());
}

/// Goes on with imports that were running when the program ended.
pub fn resume(city: &City) {
    web::import::resume(city);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_has_its_row_and_its_own_address() {
        let mut seen = BTreeSet::new();
        for route in routes().into_iter().flatten() {
            assert_eq!(route.act.row().act, route.act, "{} {}", route.method, route.path);
            assert!(seen.insert((route.method, route.path)), "{} {}", route.method, route.path);
        }
        assert!(seen.len() > 50, "the faces are there");
        // What is outside the faces is outside the matrix, and says nothing of the city.
        for path in crate::health::PATHS {
            assert!(!seen.iter().any(|(_, known)| *known == path), "{path}");
        }
    }
}
