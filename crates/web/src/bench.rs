//! What waits for the reader at instruments, laboratories and auctions, on the desk: one line each, with where it
//! is dealt with.

use crate::link;
use crate::page::{moment, say};
use app::bench::{Bench, Step, Waits};
use edge::Request;
use maud::{Markup, html};

/// The part of the desk; nothing where nothing waits.
pub fn on_desk(request: &Request, bench: &Bench) -> Markup {
    if bench.is_empty() {
        return html! {};
    }
    let lang = request.lang;
    let counted = |key: &str, n: u64| {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        words::say_with(lang, key, &[("count", n.into())])
    };
    let (booked, first) = bench.booked;
    look::part(
        "bench",
        &say(request, "bench-title"),
        html! {
            ul {
                @for (name, until) in &bench.offers {
                    @let args = [("at", moment(request, *until).into())];
                    li {
                        a href=(link::WAITS) { (say(request, "bench-offer")) }
                        " · " (name.best(lang).0) " · " (words::say_with(lang, "bench-offer-until", &args))
                    }
                }
                @if bench.n_handed > 0 {
                    li { a href=(link::BOOKINGS) { (counted("bench-handed", bench.n_handed)) } }
                }
                @for (id, reference, n) in &bench.to_admit {
                    li {
                        a href=(link::auction_part(*id, "desk")) { (counted("bench-to-admit", *n)) }
                        " · " code { (reference) }
                    }
                }
                @for (step, id, reference) in &bench.steps {
                    @let (key, part) = match step {
                        Step::Divide(n) => ("bench-divide", format!("payments/{n}")),
                        Step::Decide => ("bench-decide", "registration".to_owned()),
                        Step::File => ("bench-file", "registration".to_owned()),
                    };
                    li {
                        a href=(link::contract_part(*id, &part)) { (say(request, key)) }
                        " · " code { (reference) }
                    }
                }
                @for (id, name, n) in &bench.trainings {
                    li {
                        a href={ (link::instrument_part(*id, "qualifications")) "#requests" } { (counted("bench-trainings", *n)) }
                        " · " (name.best(lang).0)
                    }
                }
                @for (waits, id, name, n) in &bench.upkeep {
                    @let (key, part) = match waits {
                        Waits::Faults => ("bench-faults", "#faults"),
                        Waits::Due => ("bench-due", "#plans"),
                    };
                    li {
                        a href={ (crate::upkeep::here(*id)) (part) } { (counted(key, *n)) }
                        " · " (name.best(lang).0)
                    }
                }
                @for (id, name) in &bench.unanswered {
                    li {
                        a href={ (link::use_(*id)) "#feedback" } { (say(request, "bench-unanswered")) }
                        " · " (name.best(lang).0)
                    }
                }
                @if bench.to_agree > 0 {
                    li { a href=(link::BOOKINGS_WAITING) { (counted("bench-to-agree", bench.to_agree)) } }
                }
                @for (id, reference, customer) in &bench.disputes {
                    li {
                        a href=(link::charge(*id)) { (say(request, "bench-dispute")) }
                        " · " (customer.best(lang).0) " · " code { (reference) }
                    }
                }
                @if bench.orders.0 > 0 {
                    li { a href=(link::SERVICE_ORDERS) { (counted("bench-orders", bench.orders.0)) } }
                }
                @if bench.orders.1 > 0 {
                    li { a href=(link::SERVICE_ORDERS) { (counted("bench-answers", bench.orders.1)) } }
                }
                @for (id, reference, state) in &bench.decided {
                    li {
                        a href=(link::charge(*id)) { (say(request, &format!("bench-decided-{state}"))) }
                        " · " code { (reference) }
                    }
                }
                @if booked > 0 {
                    li {
                        a href=(link::BOOKINGS) { (counted("bench-booked", booked)) }
                        @if let Some(at) = first {
                            " · " (words::say_with(lang, "bench-first", &[("at", moment(request, at).into())]))
                        }
                    }
                }
            }
        },
    )
}
