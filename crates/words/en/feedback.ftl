# What users say of their uses of instruments.

feedback-title = What users said
feedback-lead = What was said of uses of this instrument, newest first. Who used it, the administrators of that user’s organisation, the instrument’s people and the office read it.
feedback-none = Nobody has said anything yet.
feedback-one = How it was
feedback-wanted = You are asked how it was.
feedback-give = Say how it was
feedback-until = Please answer until { $until }. Whoever does not cannot book where an owner asks for it.
feedback-send = Send
feedback-field-opinion = How content are you?
feedback-field-in_order = Was the instrument in order?
feedback-field-problem = What was wrong?
feedback-problem-hint = The people of the instrument are told at once.
feedback-field-note = What else do you want to say?
feedback-order-yes = In order
feedback-order-no = Not in order
feedback-column-when = When
feedback-column-person = User
feedback-column-opinion = Opinion
feedback-column-order = Instrument
feedback-column-words = What they said
feedback-due =
    { $count ->
        [one] You have not said yet how { $count } use was.
       *[other] You have not said yet how { $count } uses were.
    }
feedback-credit = Your reputation with this owner is { $found }, where everybody begins with 100; { $least } is needed here.
feedback-credit-level = Level { $level } of 5 among { $people } people by rank; level 5 is the best fifth.
feedback-credit-gains = What counts for you in the last { $days } days, 50 points at most: { $list }.
feedback-credit-kept = uses that kept to their booking: { $count }
feedback-credit-qualified = qualifications given: { $count }
feedback-credit-costs = What counts against you in the last { $days } days: { $list }.
feedback-credit-missed = bookings missed: { $count }
feedback-credit-given-up-late = given up late: { $count }
feedback-credit-late = begun late: { $count }
feedback-credit-overtime = gone on too long: { $count }
feedback-credit-left-early = left early: { $count }
feedback-credit-unanswered = nothing said within a day: { $count }
field-in-order = state of the instrument
field-problem = problem
refusal-feedback-problem-missing = What was not in order?
    .help = Say in a few words what was wrong.
refusal-feedback-of-another = Only whoever used the instrument says how it was.
    .help = Ask the user to do it.
refusal-feedback-given = You have said how it was already.
    .help = Open the use to read it.
refusal-feedback-not-asked = Nothing is asked about this use.
    .help = Write to the people who operate the instrument.
