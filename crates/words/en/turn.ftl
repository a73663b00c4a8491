# The live queue of an instrument.
refusal-turn-no-queue = This instrument has no queue.
    .help = Book time, or ask its staff.
refusal-turn-free-now = It is free now: there is nobody to wait for.
    .help = Begin at the instrument itself.
refusal-turn-already = You stand in this queue already.
    .help = One place is enough.
refusal-turn-too-many = At most { $most } people stand in one queue.
    .help = Come back later.
refusal-turn-over = You no longer stand in this queue.
    .help = Join it again.
turn-state-waiting = waits
turn-state-called = called
turn-page-title = Queue for { $name }
turn-page-count = { $count ->
    [0] Nobody waits.
    [one] One person waits.
   *[other] { $count } people wait.
}
turn-page-in-use = in use
turn-page-free = free
turn-page-paused = pauses for a booking
turn-page-own = Your place
turn-page-place = You are number { $place }.
turn-page-called = It is your turn: the instrument is kept for you until { $at }.
turn-page-begin = Begin
turn-page-join = Join the queue
turn-page-leave = Leave the queue
turn-page-sign-in = Sign in to join
turn-page-go = It is free: begin at the instrument
turn-page-you = You
turn-page-somebody = Somebody
turn-page-line = The queue
turn-page-head-place = Place
turn-page-head-who = Who
turn-page-head-since = Since
turn-page-head-state = State
turn-page-order = Change the order
turn-page-order-send = Move
turn-page-short = Queue
turn-field-turn = Who
turn-field-before = Before whom (empty: to the end)
turn-field-reason = Reason
