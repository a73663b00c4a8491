//! The faces of the city: which routes there are, and what the pages are told at the start.

use app::City;
use cli::seed::Account;
use edge::Route;
use web::DemoAccount;

/// Every route.
pub fn routes() -> Vec<&'static [Route]> {
    let mut routes = web::routes();
    routes.push(api::ROUTES);
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
