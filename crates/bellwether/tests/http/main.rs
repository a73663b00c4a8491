//! The faces through HTTP: every link, every role, both languages; and nothing hidden leaks.

mod accessory;
mod address;
mod announcing;
mod approval;
mod area;
mod auction;
mod axe;
mod booking;
mod booking_race;
mod books;
mod browser;
mod bulletin;
mod chromium;
mod colleagues;
mod contract;
mod control;
mod crawl;
mod deal;
mod disclosure;
mod emergency;
mod factor;
mod falling;
mod feedback;
mod files;
mod firm_walk;
mod forms;
mod hidden;
mod hostile;
mod icalendar;
mod identity;
mod identity_real;
mod imports;
mod instrument;
mod keyboard;
mod lot_default;
mod lot_event;
mod mail;
mod merger;
mod open_data;
mod orders;
mod policy;
mod price;
mod reasons;
mod reserve;
mod resume;
mod review;
mod rights;
mod rounds;
mod saved_search;
mod schemathesis;
mod sealing;
mod sealing_api;
mod service;
mod standing;
mod tie;
mod together;
mod upkeep;
mod usage;
mod venture;
mod voucher;
mod wait;
mod webhook;
mod whole;
mod workday;

use access::Role;
use base::{Clearance, Label, Level, TechnologyId};
use browser::Browser;
use std::collections::BTreeSet;
use worlds::World;

/// A city with something of every kind in it, and who looks at it.
pub struct Stage {
    pub world: World,
    pub shown: TechnologyId,
}

/// The people who look; the last two may know the secret.
pub const PEOPLE: [&str; 9] =
    ["", "member", "rival", "firm", "system", "security", "secrecy", "officer", "cleared"];

/// Builds the city. The secret technology is added by the test that needs it.
pub fn stage() -> Stage {
    let world = World::on(worlds::On::Sqlite).expect("SQLite is built in");
    let owner = world.organisation("Owner institute");
    let other = world.organisation("Other institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let cleared = world.person("cleared", other, Role::Expert);
    world.person("member", other, Role::Member);
    world.person("rival", other, Role::TransferOfficer);
    world.person("firm", other, Role::FirmAdministrator);
    world.person("system", world.hall, Role::SystemAdministrator);
    world.person("security", world.hall, Role::SecurityAdministrator);
    world.person("secrecy", world.hall, Role::ConfidentialityOfficer);
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let full = Clearance {
        level: Level::Restricted,
        compartments: words("A"),
        lists: words("n1"),
        ..Clearance::nobody()
    };
    world.clear(&cleared, full.clone());
    world.clear(&officer, full);
    let mut shown = None;
    for n in 0..30 {
        let title = format!("Laser cladding number {n}");
        shown = Some(world.technology(&officer, owner, &title, Label::public()));
    }
    world.draft(&officer, owner, "A draft of a maser", Label::at(Level::Members));
    world.settle();
    world.city.sign_checkpoint().expect("signed");
    Stage { world, shown: shown.expect("thirty") }
}

/// The label that only `officer` and `cleared` pass.
pub fn secret_label() -> Label {
    let mut label = Label::at(Level::Restricted);
    label.compartments.insert("A".to_owned());
    label.readers.insert("n1".to_owned());
    label
}

impl Stage {
    /// A browser, signed in as this person unless the name is empty.
    pub fn browser(&self, name: &str) -> Browser {
        let mut browser = Browser::new(&self.world.city);
        if !name.is_empty() {
            browser.sign_in(&format!("{name}@testing.example"), "a testing password");
        }
        browser
    }
}
