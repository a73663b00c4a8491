//! Live queues over both databases: joined while it is used, called in their order, paused for bookings.

use crate::booking::{Lab, codes};
use access::Role;
use app::booking::BookAsk;
use app::turn::{JoinQueue, LeaveQueue, ReorderQueue, TurnChanged};
use app::usage::{StartUse, StopUse, UseChanged};
use app::{Asker, No};
use base::TurnId;
use instruments::sheet::{Mode, Sheet};
use instruments::start::Pass;
use instruments::tariff::Way;
use instruments::turn::State;
use instruments::usage::Source;
use worlds::on_both;

const MINUTE: i64 = 60;

impl Lab<'_> {
    /// The lab's instrument with a queue as well as bookings, or with a queue alone.
    fn with_queue(&self, mode: Mode) {
        let view = self.city().instrument(&self.keeper, self.it).expect("seen");
        let sheet = Sheet { mode, ..view.instrument.sheet };
        let act = app::instrument::ReviseInstrument {
            instrument: self.it,
            version: view.instrument.version,
            sheet,
        };
        self.city().perform(&self.keeper, act).expect("revised");
    }

    fn stand(&self, who: &Asker) -> Result<TurnChanged, No> {
        self.city().perform(who, JoinQueue { instrument: self.it })
    }

    fn start(&self, who: &Asker) -> base::UseId {
        let organisation = self.city().me(who).expect("known").expect("somebody").roles[0].0;
        let act = StartUse {
            instrument: self.it,
            organisation,
            project: String::new(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        };
        self.city().perform(who, act).expect("begun").id
    }

    /// Begins now, with what is let pass and why.
    fn begin(&self, who: &Asker, passes: &[Pass], reason: &str) -> Result<UseChanged, No> {
        let organisation = self.city().me(who).expect("known").expect("somebody").roles[0].0;
        let (passes, reason) = (passes.to_vec(), reason.to_owned());
        self.city()
            .start_use(who, StartUse { passes, reason, ..StartUse::new(self.it, organisation) })
    }

    fn line(&self) -> Vec<(TurnId, State)> {
        let view = self.city().queue(&self.keeper, self.it).expect("seen");
        view.turns.iter().map(|(turn, _)| (turn.id, turn.state)).collect()
    }

    fn call(&self) -> u64 {
        self.city().tend_queues().expect("tended")
    }
}

on_both! {
    /// The first is called when it is free, for a time; then the next; each has one place.
    fn the_queue_calls_in_its_order(world) {
        let lab = Lab::new(world);
        assert_eq!(codes(&lab.stand(&lab.ada).expect_err("none")), ["turn-no-queue"]);
        lab.with_queue(Mode::Queue);
        assert_eq!(codes(&lab.stand(&lab.ada).expect_err("free")), ["turn-free-now"]);
        let used = lab.start(&lab.staff);
        let first = lab.stand(&lab.ada).expect("joined").turn;
        assert_eq!(codes(&lab.stand(&lab.ada).expect_err("twice")), ["turn-already"]);
        let second = lab.stand(&lab.bo).expect("joined").turn;
        assert_eq!(lab.call(), 0, "it is in use");
        world.clock.pass(5 * MINUTE);
        lab.city().perform(&lab.staff, StopUse::new(used)).expect("stopped");
        assert_eq!(lab.call(), 1);
        assert_eq!(lab.line(), [(first, State::Called), (second, State::Waiting)]);
        assert_eq!(lab.call(), 0, "once");
        // Who does not come is passed over, and the next is called; who begins is served.
        world.clock.pass(15 * MINUTE);
        assert_eq!(lab.call(), 2);
        assert_eq!(lab.line(), [(second, State::Called)]);
        lab.start(&lab.bo);
        assert_eq!(lab.call(), 1);
        assert_eq!(lab.line(), []);
        let act = LeaveQueue { turn: second, version: 3 };
        assert_eq!(codes(&lab.city().perform(&lab.bo, act).expect_err("over")), ["turn-over"]);
    }

    /// Scenario 31: a booking in ten minutes, a buffer of fifteen: it pauses, and goes on after it.
    fn a_hybrid_queue_pauses_for_a_booking(world) {
        let lab = Lab::new(world);
        lab.with_queue(Mode::Hybrid);
        let used = lab.start(&lab.staff);
        let turn = lab.stand(&lab.ada).expect("joined").turn;
        let quarter = 15 * 60 * 1_000_000;
        let now = lab.city().now().micros();
        let start = base::Instant::from_micros((now / quarter + 1) * quarter);
        let end = start.plus_seconds(30 * MINUTE);
        lab.city().book(&lab.bo, BookAsk::new(lab.it, start, end)).expect("booked");
        world.clock.pass(start.seconds_since(lab.city().now()) - 10 * MINUTE);
        lab.city().perform(&lab.staff, StopUse::new(used)).expect("stopped");
        assert_eq!(lab.call(), 0);
        let view = lab.city().queue(&lab.ada, lab.it).expect("seen");
        assert!(view.is_paused && view.own == Some(turn));
        world.clock.pass(41 * MINUTE);
        assert_eq!(lab.call(), 1);
        assert_eq!(lab.line(), [(turn, State::Called)]);
    }

    /// Staff change the order with a reason; others see neither names nor that form.
    fn staff_change_the_order_with_a_reason(world) {
        let lab = Lab::new(world);
        lab.with_queue(Mode::Queue);
        lab.start(&lab.staff);
        let third = world.person("third", world.organisation("Another"), Role::FirmMember);
        let turns: Vec<TurnId> = [&lab.ada, &lab.bo, &third]
            .map(|who| lab.stand(who).expect("joined").turn)
            .to_vec();
        let order = |who: &Asker, reason: &str| {
            let (instrument, reason) = (lab.it, reason.to_owned());
            let (turn, before) = (turns[2], Some(turns[0]));
            lab.city().perform(who, ReorderQueue { instrument, turn, before, reason })
        };
        assert_eq!(codes(&order(&lab.ada, "Me").expect_err("no staff")), ["not-allowed"]);
        assert_eq!(codes(&order(&lab.staff, " ").expect_err("why")), ["field-required"]);
        order(&lab.staff, "A sample that does not keep").expect("moved");
        let line: Vec<TurnId> = lab.line().into_iter().map(|(id, _)| id).collect();
        assert_eq!(line, [turns[2], turns[0], turns[1]]);
        let view = lab.city().queue(&lab.ada, lab.it).expect("seen");
        let named = view.turns.iter().filter(|(_, name)| name.is_some()).count();
        assert_eq!(named, 1, "one's own alone");
        let act = LeaveQueue { turn: turns[0], version: 2 };
        lab.city().perform(&lab.ada, act).expect("left, at whatever place");
        assert_eq!(lab.line().len(), 2);
    }

    /// Nobody begins before whoever is before them; staff may, with a reason that is kept.
    fn the_door_keeps_the_order_of_the_queue(world) {
        let lab = Lab::new(world);
        lab.with_queue(Mode::Queue);
        let used = lab.start(&lab.staff);
        lab.stand(&lab.ada).expect("joined");
        lab.stand(&lab.bo).expect("joined");
        world.clock.pass(5 * MINUTE);
        lab.city().perform(&lab.staff, StopUse::new(used)).expect("stopped");
        let refused = |who: &Asker, passes: &[Pass], reason: &str| {
            let no = lab.begin(who, passes, reason).expect_err("not their turn");
            codes(&no).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        // Nobody is called yet: the first may begin, the others may not.
        assert_eq!(refused(&lab.bo, &[], ""), ["use-out-of-turn"]);
        assert_eq!(refused(&lab.staff, &[], ""), ["use-out-of-turn"]);
        assert_eq!(lab.call(), 1);
        assert_eq!(refused(&lab.bo, &[], ""), ["use-kept-for-turn"]);
        assert_eq!(refused(&lab.staff, &[], "A pump"), ["use-kept-for-turn"]);
        assert_eq!(refused(&lab.staff, &[Pass::Turn], " "), ["field-required"]);
        assert_eq!(
            refused(&lab.bo, &[Pass::Turn], "I am in a hurry"),
            ["use-kept-for-turn", "use-pass-by-staff"],
        );
        let used = lab.begin(&lab.staff, &[Pass::Turn], "A pump has to be tried").expect("staff").id;
        lab.city().perform(&lab.staff, StopUse::new(used)).expect("stopped");
        let own = lab.city().personal_data(&lab.ada).expect("own").time;
        assert_eq!((own.turns.len(), own.uses.len()), (1, 0));
        lab.begin(&lab.ada, &[], "").expect("called");
        assert_eq!(lab.call(), 1);
        assert_eq!(lab.city().personal_data(&lab.ada).expect("own").time.uses.len(), 1);
    }

    /// In a hybrid queue a booking is a way in of its own, and so is a seat that is left.
    fn who_booked_does_not_queue(world) {
        let lab = Lab::new(world);
        lab.with_queue(Mode::Hybrid);
        let used = lab.start(&lab.staff);
        lab.stand(&lab.ada).expect("joined");
        let quarter = 15 * 60 * 1_000_000;
        let now = lab.city().now().micros();
        let start = base::Instant::from_micros((now / quarter + 1) * quarter);
        lab.city().book(&lab.bo, BookAsk::new(lab.it, start, start.plus_seconds(1_800))).expect("booked");
        lab.city().perform(&lab.staff, StopUse::new(used)).expect("stopped");
        world.clock.pass(start.seconds_since(lab.city().now()));
        assert_eq!(codes(&lab.begin(&lab.staff, &[], "").expect_err("in the queue")), ["use-out-of-turn"]);
        lab.begin(&lab.bo, &[], "").expect("booked");
    }
}
