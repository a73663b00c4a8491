use super::*;
use serde_json::json;

fn codes(refused: Result<(), Vec<Refusal>>) -> String {
    let refusals = refused.err().unwrap_or_default();
    let named: Vec<String> = refusals.iter().map(ToString::to_string).collect();
    named.join(", ")
}

fn application() -> Application {
    Application {
        credit_code: "91350100m000100y43".to_owned(),
        name: Bilingual::new("", "绵阳试验有限公司"),
        evidence: "Licence 2024-17".to_owned(),
        organisation: None,
    }
}

#[test]
fn an_application_is_read_with_all_reasons() {
    let read = application().checked().expect("whole");
    assert_eq!(read.credit_code, "91350100M000100Y43");
    let check = |change: fn(&mut Application), want: &str| {
        let mut asked = application();
        change(&mut asked);
        assert_eq!(codes(asked.checked().map(|_| ())), want);
    };
    check(|it| it.name = Bilingual::new("Testing", " "), "field-required (firm.zh)");
    check(|it| it.evidence = " \n".to_owned(), "field-required (evidence)");
    check(
        |it| *it = Application::default(),
        "credit-code-length (credit_code), field-required (firm.zh), field-required (evidence)",
    );
}

#[test]
fn one_code_has_one_administrator_to_begin_with() {
    let met = json!({ "code-agrees": "met", "name-agrees": "met", "person-entitled": "met" });
    let free = Standing { is_applicant_there: true, ..Standing::default() };
    let holder = OrganisationId::from_bits(7);
    let check = |standing: Standing, want: &str| assert_eq!(codes(standing.accept(&met)), want);
    check(free.clone(), "");
    check(Standing { holder: Some((holder, false)), ..free.clone() }, "");
    let taken = Standing { holder: Some((holder, true)), ..free.clone() };
    check(taken.clone(), "registration-code-decided");
    check(Standing { is_applicant_there: false, ..free.clone() }, "registration-applicant-gone");
    check(
        Standing { is_applicant_machinery: true, ..taken.clone() },
        "membership-roles-separate, registration-code-decided",
    );
    let open = json!({ "code-agrees": "met", "name-agrees": "undecided" });
    assert_eq!(
        codes(free.accept(&open)),
        "registration-check-not-met (checks.name-agrees), \
         registration-check-not-met (checks.person-entitled)"
    );
    assert_eq!(codes(free.pass_on().map(|_| ())), "registration-nobody-to-join");
    assert_eq!(taken.pass_on(), Ok(holder));
    let member = Standing { is_applicant_in_holder: true, ..taken };
    assert_eq!(codes(member.admit()), "registration-is-member");
}

#[test]
fn the_processes_have_no_flaw() {
    let roles = ["agency-officer", "firm-administrator"];
    assert_eq!(cases::check(&REGISTRATION, &roles), []);
    assert_eq!(cases::check(&JOINING, &roles), []);
}
