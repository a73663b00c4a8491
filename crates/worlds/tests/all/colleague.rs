//! Colleagues: invited, given roles and let go by their organisation's own administrator.

use access::Role;
use app::account::SignIn;
use app::colleague::{ChangeColleague, InviteColleague, RemoveColleague, RevokeInvitation};
use app::invitation::AcceptInvitation;
use app::person::{DisablePerson, EndMembership};
use app::{Asker, No, Who};
use base::{Bilingual, Lang, OrganisationId, PersonId};
use worlds::{World, on_both};

const PASSWORD: &str = "a colleague's words";

fn code(no: &No) -> String {
    no.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn person_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

fn roles(world: &World, who: &Asker) -> Vec<(OrganisationId, Role)> {
    world.city.me(who).expect("read").map(|me| me.actor.roles).unwrap_or_default()
}

fn firm(world: &World) -> (OrganisationId, Asker) {
    let firm = world.organisation("Firm");
    (firm, world.person("boss", firm, Role::FirmAdministrator))
}

fn invite(organisation: OrganisationId, email: &str, role: Role) -> InviteColleague {
    InviteColleague { organisation, email: email.to_owned(), role, lang: Lang::En }
}

/// Invites and accepts.
fn joined(
    world: &World,
    by: &Asker,
    organisation: OrganisationId,
    email: &str,
    role: Role,
) -> Asker {
    let made = world.city.perform(by, invite(organisation, email, role)).expect("invited");
    let name = Bilingual::new("New", "");
    let act = AcceptInvitation::new(&made.link_secret.expect("no mail here"), name, PASSWORD);
    let done = world.city.perform(&Asker::nobody(), act).expect("accepted");
    Asker::person(done.person)
}

on_both! {
    fn a_colleague_is_invited_and_belongs(world) {
        let (firm, boss) = firm(world);
        let new = joined(world, &boss, firm, "new@firm.example", Role::FirmMember);
        assert_eq!(roles(world, &new), [(firm, Role::FirmMember)]);
        assert!(world.city.invitations(&boss, firm).expect("listed").is_empty());
        assert!(world.city.invitations(&new, firm).is_err(), "a member sees no list");
    }

    fn who_invites_learns_nothing_of_the_address(world) {
        let (firm, boss) = firm(world);
        world.person("known", world.hall, Role::Member);
        let answer = |email: &str| {
            let done = world.city.perform(&boss, invite(firm, email, Role::FirmMember)).expect("made");
            serde_json::to_value(&done).expect("json").as_object().expect("an object").keys().cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(answer("known@testing.example"), answer("unknown@firm.example"));
        let twice = world.city.perform(&boss, invite(firm, "known@testing.example", Role::FirmMember));
        let link = twice.expect("made").link_secret.expect("told");
        let theirs = AcceptInvitation::new(&link, Bilingual::default(), "not the account's");
        let no = world.city.perform(&Asker::nobody(), theirs).expect_err("another's");
        assert_eq!(code(&no), "invitation-password-wrong (password)");
        let own = AcceptInvitation::new(&link, Bilingual::default(), "a testing password");
        let done = world.city.perform(&Asker::nobody(), own).expect("accepted");
        let held = roles(world, &Asker::person(done.person));
        assert!(held.contains(&(firm, Role::FirmMember)) && held.len() == 2, "{held:?}");
        let again = AcceptInvitation::new(&link, Bilingual::default(), "a testing password");
        assert_eq!(code(&world.city.perform(&Asker::nobody(), again).expect_err("once")), "link-gone");
    }

    fn only_the_own_administrator_and_only_own_roles(world) {
        let (firm, boss) = firm(world);
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::FirmAdministrator);
        let member = world.person("member", firm, Role::FirmMember);
        for who in [&rival, &member] {
            let no = world.city.perform(who, invite(firm, "x@firm.example", Role::FirmMember));
            assert_eq!(code(&no.expect_err("hidden")), "not-found");
            let act = RemoveColleague { organisation: firm, person: person_of(&boss), successor: None };
            assert_eq!(code(&world.city.perform(who, act).expect_err("hidden")), "not-found");
        }
        let no = world.city.perform(&boss, invite(firm, "x@firm.example", Role::AgencyOfficer));
        assert_eq!(code(&no.expect_err("too wide")), "person-role-too-wide (role)");
        let stranger = RemoveColleague { organisation: firm, person: person_of(&rival), successor: None };
        assert_eq!(code(&world.city.perform(&boss, stranger).expect_err("not here")), "not-found");
        let officer = world.person("officer", firm, Role::TransferOfficer);
        let act = RemoveColleague { organisation: firm, person: person_of(&officer), successor: None };
        assert_eq!(code(&world.city.perform(&boss, act).expect_err("the city's")), "colleague-role-not-yours");
    }

    fn a_taken_back_invitation_opens_nothing(world) {
        let (firm, boss) = firm(world);
        let made = world.city.perform(&boss, invite(firm, "x@firm.example", Role::FirmMember));
        let made = made.expect("made");
        let act = RevokeInvitation { organisation: firm, invitation: made.invitation };
        world.city.perform(&boss, act).expect("taken back");
        let link = made.link_secret.expect("told");
        let act = AcceptInvitation::new(&link, Bilingual::new("X", ""), PASSWORD);
        assert_eq!(code(&world.city.perform(&Asker::nobody(), act).expect_err("gone")), "link-gone");
    }

    fn a_leaver_is_out_at_once(world) {
        let (firm, boss) = firm(world);
        let new = joined(world, &boss, firm, "new@firm.example", Role::FirmMember);
        let entered = world.city.perform(&Asker::nobody(), SignIn::new("new@firm.example", PASSWORD, "b"));
        let app::account::Entered::In(entered) = entered.expect("signed in") else { panic!("no code") };
        let act = RemoveColleague { organisation: firm, person: person_of(&new), successor: None };
        world.city.perform(&boss, act).expect("let go");
        assert_eq!(roles(world, &new), []);
        let browser = Asker { who: Who::Session(entered.session), ..Asker::nobody() };
        assert!(world.city.me(&browser).expect("read").is_none(), "signed out everywhere");
        let again = RemoveColleague { organisation: firm, person: person_of(&new), successor: None };
        assert_eq!(code(&world.city.perform(&boss, again).expect_err("gone")), "not-found");
    }

    fn a_firm_is_never_left_without_an_administrator(world) {
        let (firm, boss) = firm(world);
        let me = person_of(&boss);
        let last = |no: No| assert!(code(&no).starts_with("colleague-last-administrator"), "{no}");
        let step_down = || ChangeColleague { organisation: firm, person: me, role: Role::FirmMember };
        let leave = || RemoveColleague { organisation: firm, person: me, successor: None };
        last(world.city.perform(&boss, step_down()).expect_err("alone"));
        last(world.city.perform(&boss, leave()).expect_err("alone"));
        let (membership, ..) = world.city.person(&boss, me).expect("own").roles[0].clone();
        last(world.city.perform(&boss, EndMembership { membership, successor: None }).expect_err("alone"));
        let new = joined(world, &boss, firm, "new@firm.example", Role::FirmMember);
        let promote = ChangeColleague {
            organisation: firm, person: person_of(&new), role: Role::FirmAdministrator,
        };
        world.city.perform(&boss, promote).expect("promoted");
        world.city.perform(&boss, leave()).expect("somebody else is there");
        assert_eq!(roles(world, &boss), []);
        assert_eq!(roles(world, &new), [(firm, Role::FirmAdministrator)]);
        let act = DisablePerson { person: person_of(&new), successor: None };
        world.city.perform(&world.operator(), act).expect("the office can always shut an account");
    }

    fn two_administrators_who_leave_at_once_leave_one(world) {
        for round in 0..5 {
            let firm = world.organisation(&format!("Firm {round}"));
            let one = world.person(&format!("one{round}"), firm, Role::FirmAdministrator);
            let two = world.person(&format!("two{round}"), firm, Role::FirmAdministrator);
            let start = &std::sync::Barrier::new(2);
            let ends: Vec<_> = std::thread::scope(|scope| {
                let threads = [&one, &two].map(|who| scope.spawn(move || {
                    start.wait();
                    let act = RemoveColleague { organisation: firm, person: person_of(who), successor: None };
                    world.city.perform(who, act)
                }));
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1, "{ends:?}");
            let n = world.city.store().read(|tx| {
                store::registration::n_administrators(tx, firm, world.city.now())
            });
            assert_eq!(n.expect("read"), 1);
        }
    }
}
