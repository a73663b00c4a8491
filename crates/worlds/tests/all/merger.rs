//! One organisation is taken into another: people, matters and results go there, history stays.

use crate::case::{disclose, house};
use crate::contract::{free, offer, pay, sign, view};
use crate::lot::Hall;
use access::Role;
use app::merger::MergeOrganisations;
use app::technology::CreateTechnology;
use app::webhook::{Ask, CreateWebhook};
use app::{Asker, No, Who};
use base::{Label, OrganisationId, PersonId};
use trading::listing::Licence;
use worlds::{World, on_both};

fn codes(no: &No) -> Vec<String> {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect()
}

fn id_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

fn merger(from: OrganisationId, into: OrganisationId) -> MergeOrganisations {
    let reason = "Notice of the register of 1 March 2026".to_owned();
    MergeOrganisations { organisation: from, version: 1, into, reason }
}

fn roles(world: &World, who: &Asker) -> Vec<(OrganisationId, Role)> {
    world.city.me(who).expect("read").map(|me| me.actor.roles).unwrap_or_default()
}

/// A technology under its owner's own number.
fn keyed(world: &World, officer: &Asker, owner: OrganisationId, key: &str) -> base::TechnologyId {
    let act = CreateTechnology {
        owner,
        content: World::content(&format!("{key} of {owner}")),
        label: Some(Label::public()),
        key: key.to_owned(),
        public_source: String::new(),
    };
    world.city.perform(officer, act).expect("a technology").technology
}

on_both! {
    fn everything_goes_to_the_other_and_history_stays(world) {
        let house = house(world);
        let case = disclose(world, &house, "Pump");
        let into = world.organisation("Successor");
        let there = world.person("there", into, Role::TransferOfficer);
        let desk = world.person("desk", world.hall, Role::AgencyOfficer);
        let same = keyed(world, &there, into, "K-1");
        let double = keyed(world, &house.officer, house.owner, "K-1");
        let single = keyed(world, &house.officer, house.owner, "K-2");
        let shown = world.technology(&house.officer, house.owner, "Lamp", Label::public());
        let kinds = ["technology-confirmed".to_owned()].into_iter().collect();
        let ask = Ask { url: "https://erp.example/".to_owned(), kinds };
        let act = CreateWebhook { organisation: house.owner, ask };
        let webhook = world.city.perform(&house.officer, act).expect("a webhook").webhook;
        world.settle();
        let before = world.city.store().committed().size();
        let view = world.city.merger(&desk, house.owner).expect("seen");
        let counts = view.counts;
        assert_eq!((counts.n_cases, counts.n_people), (1, 4), "{counts:?}");
        let act = MergeOrganisations { version: view.organisation.version, ..merger(house.owner, into) };
        world.city.merge(&desk, act).expect("merged");
        world.settle();

        assert_eq!(roles(world, &house.officer), [(into, Role::TransferOfficer)]);
        assert_eq!(roles(world, &house.reviewer), [(into, Role::Reviewer)]);
        let owner = |id| world.city.technology(&there, id).expect("theirs now").technology.owner;
        for id in [double, single, shown] {
            assert_eq!(owner(id), into);
        }
        let key = |id| world.city.technology(&there, id).expect("seen").technology.key.unwrap_or_default();
        let old = world.city.organisation(&desk, house.owner).expect("it stays").organisation;
        assert_eq!((key(same), key(single)), ("K-1".to_owned(), "K-2".to_owned()));
        assert_eq!(key(double), format!("{}/K-1", old.reference), "numbers stay apart");
        // The matter goes on with the same people, in the other organisation.
        let seen = world.city.case(&house.officer, case.case).expect("seen");
        assert_eq!(seen.case.owner, into);
        let act = crate::case::step(
            &app::case::CaseMoved { version: seen.case.version, ..case.clone() },
            "review-content",
            "agree",
            crate::case::content_met(),
        );
        world.city.perform(&house.reviewer, act).expect("the reviewer goes on");
        let moved = world.city.webhook(&house.officer, webhook).expect("seen").webhook;
        assert_eq!(moved.organisation, into);
        // What refers to the old one leads on.
        assert_eq!(old.merged_into, Some(into));
        assert_eq!(world.city.organisation_named("Institute").expect("a name"), into);
        let found = world.city.search(&Asker::nobody(), &app::search::Ask {
            filters: search::Filters { owners: vec![into.to_string()], ..Default::default() },
            limit: 9,
            ..Default::default()
        });
        assert!(found.expect("found").rows.iter().any(|row| row.summary.id == shown));
        // The log tells what was, and what happened.
        let entries = world.city.store().read(|tx| store::log::entries_after(tx, 0, 10_000));
        let entries = entries.expect("read");
        let (old_ones, new_ones) = entries.split_at(usize::try_from(before).expect("small"));
        let created = old_ones.iter().find(|it| it.header.thing == shown.to_string());
        assert_eq!(created.expect("there").header.owner, Some(house.owner), "history is not rewritten");
        let kinds: Vec<&str> = new_ones.iter().map(|it| it.header.kind.as_str()).collect();
        for kind in ["organisation-merged", "technology-owner-changed", "membership-granted"] {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }
        world.city.verify_log(|_| ()).expect("read").expect("sound");
    }

    fn lots_deals_and_contracts_go_too(world) {
        let hall = Hall::new(world);
        let (contract, buyer) = free(&hall, Licence::NonExclusive);
        let lot = hall.announce(hall.terms());
        let bidder = hall.firm(lot, "ada", true);
        let into = world.organisation("Successor");
        let next = world.organisation("Next firm");
        let heir = world.person("heir", next, Role::FirmAdministrator);
        let merge = |from, into| world.city.merge(&hall.clerk, merger(from, into)).map(|_| ());
        // Its deposit lies under its name until the auction is settled.
        assert_eq!(codes(&merge(bidder.organisation, next).expect_err("it bids")), ["merger-bids"]);
        let seen = view(world, &buyer, contract).kept;
        let text = seen.life.version(1).expect("a text").digest;
        merge(hall.seller, into).expect("merged");
        merge(seen.acquirer, next).expect("merged");
        assert_eq!(hall.lot(lot).owner, into);
        let kept = view(world, &heir, contract).kept;
        assert_eq!((kept.provider, kept.acquirer), (into, next));
        // It goes on between the others: the same text, offered and signed by who speaks for them now.
        offer(world, &hall.officer, contract).expect("offered");
        assert_eq!(sign(world, &heir, contract).expect("signed"), "partly-signed");
        assert_eq!(sign(world, &hall.officer, contract).expect("signed"), "in-force");
        let kept = view(world, &heir, contract).kept;
        assert_eq!(kept.life.version(1).map(|it| it.digest), Some(text), "what is signed stays");
        pay(&hall, contract, "balance", 10_000, "ICBC 1").expect("paid");
        // Two that dealt with each other keep the contract under both names.
        merge(next, into).expect("merged");
        let kept = view(world, &hall.officer, contract).kept;
        assert_eq!((kept.provider, kept.acquirer), (into, next));
        assert_eq!(world.city.check_books().expect("checked"), []);
    }

    fn a_merger_that_ended_in_the_middle_goes_on(world) {
        let house = house(world);
        let into = world.organisation("Successor");
        let there = world.person("there", into, Role::TransferOfficer);
        let desk = world.person("desk", world.hall, Role::AgencyOfficer);
        let id = world.technology(&house.officer, house.owner, "Lamp", Label::public());
        let case = disclose(world, &house, "Pump");
        world.city.perform(&desk, merger(house.owner, into)).expect("begun");
        let owner = || world.city.technology(&desk, id).expect("seen").technology.owner;
        assert_eq!(owner(), house.owner, "not moved yet");
        assert_eq!(world.city.finish_mergers().expect("finished"), 1);
        assert_eq!(owner(), into);
        assert_eq!(world.city.case(&there, case.case).expect("seen").case.owner, into);
        assert_eq!(world.city.finish_mergers().expect("nothing is left"), 0);
    }

    fn not_every_merger_is_one(world) {
        let house = house(world);
        let into = world.organisation("Successor");
        let desk = world.person("desk", world.hall, Role::AgencyOfficer);
        let perform = |who: &Asker, act| world.city.perform(who, act).map(|_| ());
        let no = perform(&house.officer, merger(house.owner, into)).expect_err("an officer of the city");
        assert_eq!(codes(&no), ["not-allowed"]);
        let no = perform(&desk, merger(house.owner, house.owner)).expect_err("itself");
        assert_eq!(codes(&no), ["merger-same"]);
        let no = perform(&desk, merger(world.hall, into)).expect_err("the city's own");
        assert!(codes(&no).contains(&"merger-agency".to_owned()), "{no}");
        let act = MergeOrganisations { version: 7, reason: String::new(), ..merger(house.owner, into) };
        let no = perform(&desk, act).expect_err("all reasons");
        assert_eq!(codes(&no), ["version-conflict", "field-required"]);
        perform(&desk, merger(house.owner, into)).expect("merged");
        let no = perform(&desk, merger(into, house.owner)).expect_err("in a circle");
        assert!(codes(&no).contains(&"merger-into-gone".to_owned()), "{no}");
        let act = MergeOrganisations { version: 2, ..merger(house.owner, into) };
        let no = perform(&desk, act).expect_err("once");
        assert_eq!(codes(&no), ["merger-done"]);
        // What was taken into it before leads to the last one.
        let last = world.organisation("Last");
        perform(&desk, merger(into, last)).expect("merged");
        let first = world.city.organisation(&desk, house.owner).expect("seen").organisation;
        assert_eq!(first.merged_into, Some(last));
        assert_eq!(roles(world, &house.officer), [(last, Role::TransferOfficer)]);
        assert!(id_of(&house.officer) != id_of(&desk));
    }

    fn what_names_it_finds_the_successor(world) {
        let from = world.organisation("Gone");
        let into = world.organisation("Successor");
        let there = world.person("there", into, Role::TransferOfficer);
        let gone = world.person("gone", from, Role::TransferOfficer);
        let reader = world.person("reader", world.hall, Role::AgencyOfficer);
        world.technology(&gone, from, "Lamp", Label::public());
        world.settle();
        let question = app::saved_search::Question {
            owners: vec![from.to_string()],
            ..app::saved_search::Question::default()
        };
        let frequency = app::saved_search::Frequency::Daily;
        let named = ("Of the one that goes".to_owned(), question.clone());
        let search = world.city.save_search(&reader, named, frequency).expect("saved").search;
        let draft = app::bulletin::Draft {
            title: base::Bilingual::new("Issue", "简报"),
            intro: base::Bilingual::new("What is new.", "新增成果。"),
            items: Vec::new(),
            question: Some(question),
            departments: vec![from],
            to_subscribers: false,
        };
        let act = app::bulletin::CreateBulletin { owner: world.hall, draft };
        let bulletin = world.city.perform(&reader, act).expect("made").bulletin;
        let version = world.city.merger(&reader, from).expect("seen").organisation.version;
        let act = MergeOrganisations { version, ..merger(from, into) };
        world.city.merge(&reader, act).expect("merged");
        world.settle();
        let kept = world.city.saved_search(&reader, search).expect("kept").search;
        assert_eq!(kept.question.owners, [into.to_string()]);
        let draft = world.city.bulletin(&reader, bulletin).expect("kept").bulletin.draft;
        assert_eq!(draft.departments, [into]);
        assert_eq!(draft.question.expect("a question").owners, [into.to_string()]);
        // What the successor publishes from now on is new in it.
        let new = world.technology(&there, into, "Valve", Label::public());
        world.settle();
        world.city.follow_alerts().expect("followed");
        let view = world.city.saved_search(&reader, search).expect("kept");
        assert!(view.new.rows.iter().any(|row| row.summary.id == new));
    }
}
