# Letters: what they say, which ones one wants, and the outbox.

# What stands in every letter.
mail-greeting = Hello { $name },
mail-link = Open
mail-from = Sent by { $place }, { $url }. Nobody reads answers to this address unless the letter names one.
mail-stop = Stop letters of this kind: { $url }

mail-stop-this = Stop these letters: { $url }

# Kinds, and why one gets them.
mail-kind-invitation = Invitations and one-time links
mail-kind-registration = Links that confirm a registration
mail-kind-security = Safety of my account
mail-kind-task = A task waits for me
mail-kind-reminder = A time limit is near or over
mail-kind-checkpoint = Signed checkpoints of the log
mail-kind-webhook = A webhook was switched off
mail-why-webhook = You get this because you look after the webhooks of your organisation. What you get by mail is set under your account.
mail-webhook-off-subject = A webhook of { $organisation } was switched off
mail-webhook-off-body = A webhook of { $organisation } is told nothing any more. { $reason }

    Open its page to see what was sent and what came back, and to switch it on again. What happened meanwhile is in the change feed.
mail-webhook-off-link = Open the webhook
mail-task-passed-subject = A task was passed on to you: { $reference }
mail-task-passed-body = A task of the case { $reference } ({ $process }) was somebody else’s, who cannot do it any more. It waits for you now. It has no time limit.
mail-task-passed-link = Open the case
mail-task-passed-due-subject = A task was passed on to you: { $reference }
mail-task-passed-due-body = A task of the case { $reference } ({ $process }) was somebody else’s, who cannot do it any more. It waits for you now. It is due { $due }.
mail-task-passed-due-link = Open the case
mail-stand-in-given-subject = You named a stand-in
mail-stand-in-given-body = From { $from } until { $until } somebody may do your tasks in this process: { $process }. If you did not name anybody, end it on the page and tell the office.
mail-stand-in-given-link = Open stand-ins
mail-stand-in-taken-subject = You stand in for a colleague
mail-stand-in-taken-body = From { $from } until { $until } you may do a colleague’s tasks in this process: { $process }. For whom stands on the page.
mail-stand-in-taken-link = Open stand-ins
mail-emergency-asked-subject = Emergency access waits for a decision
mail-emergency-asked-body =
    Somebody asked { $at } for emergency access to one matter, and a security administrator has to decide.

    Open it only after you have made sure who it is and that it cannot wait.
mail-emergency-asked-link = Open the request
mail-emergency-granted-subject = Emergency access is open: { $reference }
mail-emergency-granted-body = The emergency access that you asked for, { $reference }, is open until { $until }. Every look is kept, and those whose matter it is were told.
mail-emergency-granted-link = Open it
mail-emergency-refused-subject = Emergency access was refused: { $reference }
mail-emergency-refused-body = The emergency access that you asked for, { $reference }, was not opened. The reason stands on the page.
mail-emergency-refused-link = Open the answer
mail-emergency-opened-subject = Emergency access to a matter that concerns you: { $reference }
mail-emergency-opened-body =
    { $reference } was opened in an emergency at { $at }, to somebody who may not see it otherwise, until { $until }. Two people decided that. Who they are and why stands on the page, and how often it was looked at.

    You need not do anything. If it looks wrong to you, tell the security administrators.
mail-emergency-opened-link = See who and why
mail-emergency-closed-subject = Emergency access ended: { $reference }
mail-emergency-closed-body = The emergency access to { $reference } was ended at { $at }, before its time.
mail-emergency-closed-link = See how it was used
mail-address-confirm-subject = Confirm your new mail address
mail-address-confirm-body =
    Somebody asked { $at } to use this address for their account here. If it was you, open the link while you are signed in, and press the button there.

    If it was not you, nothing has to be done: without the link the address is not used.
mail-address-confirm-link = Confirm the address
mail-address-taken-subject = Your mail address was asked for
mail-address-taken-body =
    Somebody with another account asked { $at } to use this address. It belongs to an account here already, so that nothing was changed.

    If it was you: sign in with this address, or have the other account closed first.
mail-address-taken-link = Open my account
mail-address-asked-subject = Another mail address was asked for
mail-address-asked-body =
    Somebody who is signed in to your account asked { $at } to use another mail address from now on. This one counts until the new one is confirmed.

    If it was not you, drop it on your account page, change your password, and tell the office.
mail-address-asked-link = Open my account
mail-address-changed-subject = Your mail address was changed
mail-address-changed-body =
    The mail address of your account was changed { $at }. This one does not open it any more, and this is the last letter that comes here.

    If it was not you, tell the office at once.
mail-address-changed-link = Open the city
mail-registration-granted-subject = Your registration was accepted: { $reference }
mail-registration-granted-body = { $process }, { $reference }: it was decided in your favour. Your account has its place in the firm now.
mail-registration-granted-link = Open the decision
mail-registration-passed-on-subject = Your registration goes to the firm’s administrator: { $reference }
mail-registration-passed-on-body = { $process }, { $reference }: the firm is registered already. Its administrator decides now whether you belong to it; a new case was opened for that.
mail-registration-passed-on-link = Open the case
mail-registration-refused-subject = Your registration was not accepted: { $reference }
mail-registration-refused-body = { $process }, { $reference }: it was decided against it. The reasons stand on the page.
mail-registration-refused-link = Open the decision
mail-registration-lapsed-subject = Your registration has lapsed: { $reference }
mail-registration-lapsed-body = { $process }, { $reference }: what was asked for did not come in time. You may register the firm again.
mail-registration-lapsed-link = Open the case
mail-registration-declined-subject = The firm’s administrator declined: { $reference }
mail-registration-declined-body = { $process }, { $reference }: the firm’s administrator does not know of you. If that is wrong, say so on the page, and the office decides.
mail-registration-declined-link = Open the case
mail-kind-test = Letters that test the mail
mail-why-invitation = You get this because somebody gave you an account here. If you know of nothing, do not open the link and tell the sender of this platform.
mail-kind-alert = New results of a saved search
mail-why-alert = You get this because you saved this search. How often it tells is set on its page.
mail-why-registration = You get this because this address was named when a firm was registered. If that was not you, do nothing: the link works with the password only.
mail-kind-bulletin = Bulletins
mail-why-bulletin = You get this as somebody of a department it was sent to, or because you asked for bulletins. That the link of this letter was opened is counted once, for a department as a whole; who opened it is not kept.
mail-kind-subscription = Links that confirm an address
mail-why-subscription = You get this because somebody typed this address on the page of the bulletins. Without a press on the link nothing more comes, and the address is forgotten after a week.
mail-why-security = You get this because it concerns your account. Letters of this kind cannot be turned off.
mail-why-task = You get this because the task is yours or of a role that you hold. What you get by mail is set under your account.
mail-why-reminder = You get this because a time limit concerns you. What you get by mail is set under your account.
mail-why-checkpoint = You get this because the operator named you as a witness. Keep it: it proves later what the log was on this day.
mail-why-test = Somebody who looks after the platform sent this to see whether mail works.

# Letters.
mail-invitation-subject = Your account at { $place }
mail-invitation-body =
    You have an account at { $place }. Set your password with the link below; it works once, until { $until }.

    After that you sign in with this e-mail address.
mail-invitation-link = Set my password
mail-colleague-subject = Your invitation into { $organisation }
mail-colleague-body =
    You are invited into { $organisation }. Open the link by { $until }; it works once.

    If you have an account here already, its password is asked for; otherwise you choose one.
mail-colleague-link = Open the invitation
mail-registration-subject = Confirm your registration at { $place }
mail-registration-body =
    Somebody named this address when a firm was registered at { $place }.

    Open the link by { $until }, and confirm with the password that was chosen. If the address has an account there, it says so and asks for that account’s password.
mail-registration-link = Confirm the registration
mail-password-reset-subject = A new password for { $place }
mail-password-reset-body =
    An administrator started a new password for your account at { $place }. Set it with the link below; it works once, until { $until }.

    If you asked for nothing, do not open it and tell the administrator. Your old password works until a new one is set.
mail-password-reset-link = Set my password
mail-security-subject = About your account: { $what }
mail-security-body =
    { $what }: { $at }.

    If it was not you, end your sessions, change your password and tell the security administrator.
mail-security-link = Look at my account
mail-signed-in-device-subject = Signed in with a browser not seen before
mail-signed-in-device-body =
    Somebody signed in to your account with a browser not seen before, from the network { $network }: { $at }.

    If it was not you, end your sessions, change your password and tell the security administrator.
mail-signed-in-device-link = Look at my sessions
mail-signed-in-network-subject = Signed in from a network not seen before
mail-signed-in-network-body =
    Somebody signed in to your account from the network { $network }, which was not seen before: { $at }.

    If it was not you, end your sessions, change your password and tell the security administrator.
mail-signed-in-network-link = Look at my sessions
mail-recovery-subject = The recovery of a second factor waits
mail-recovery-body =
    The recovery of a lost second factor was started { $at } and waits for a second security administrator.

    Confirm it only after you have made sure who it is.
mail-recovery-link = Open my desk
mail-task-subject = A task waits for you: { $reference }
mail-task-body = A task of the case { $reference } ({ $process }) waits for you. It has no time limit.
mail-task-link = Open the case
mail-task-due-subject = A task waits for you: { $reference }
mail-task-due-body = A task of the case { $reference } ({ $process }) waits for you. It is due { $due }.
mail-task-due-link = Open the case
mail-remind-subject =
    { $days ->
        [one] One working day left: { $reference }
       *[other] { $days } working days left: { $reference }
    }
mail-remind-body = Your task of the case { $reference } ({ $process }) is due { $due }.
mail-remind-link = Open the case
mail-overdue-subject = Overdue: { $reference }
mail-overdue-body = The task of the case { $reference } ({ $process }) was due { $due } and still waits.
mail-overdue-link = Open the case
mail-escalate-subject = Overdue in your department: { $reference }
mail-escalate-body = A task of the case { $reference } ({ $process }) was due { $due } and nobody has done it. It is told to you as the next in charge.
mail-escalate-link = Open the case
mail-checkpoint-subject = Checkpoint of the log: { $size } entries
mail-checkpoint-body =
    The log of this platform held { $size } entries { $at }. The signed note follows.

    Keep this letter as it is. With it anybody can check later that nothing of these entries was changed.
mail-alert-subject = New results of a search you saved
mail-alert-body =
    { $count ->
        [one] A search that you saved found { $count } new result.
       *[other] A search that you saved found { $count } new results.
    }
mail-alert-link = Open the saved search
mail-bulletin-subject = { $title }
mail-bulletin-body =
    { $title }

    { $intro }
mail-bulletin-link = Read the bulletin
mail-subscription-subject = Confirm that you want bulletins
mail-subscription-body = Somebody asked for bulletins of selected results to this address. If it was you, confirm it with the link below within a week.
mail-subscription-link = Confirm my address
mail-technology-not-public = Technology { $reference } (not public)
mail-test-subject = Mail works
mail-test-body = This letter was sent { $at } to see whether mail works. It does.

# Why a letter does not go.
mail-error-too-late = It waited for too long and is worth nothing any more.
mail-error-unreadable = This program does not know this kind of letter.
mail-error-nothing-left = What it listed is no longer there for its reader.
mail-error-secret = The one-time link in it is gone. Make a new one.
mail-error-gone = The account is shut.
mail-error-stopped = The person does not want letters of this kind.
mail-error-done = The task is done, or is no longer this person's.
mail-error-no-server = Mail is not set up.

# The outbox.
mail-outbox-title = Mail
mail-outbox-lead = Letters that wait, were sent, were given up, or were no longer wanted. Their content is not shown.
mail-outbox-off = No mail server is set up. Letters wait here and are given up when they are worth nothing any more. Set mail.smtp_url and mail.from in the settings file and start the server again.
mail-outbox-demo = The demonstration mails nobody. Letters wait here to be seen.
mail-outbox-on = Letters are handed to { $server }.
mail-outbox-empty = No letters here.
mail-outbox-all = All
mail-outbox-tabs = letters
mail-outbox-given-up-help = The receiving server refused these for good. Correct the address of the person or tell the operator of the mail server, then try again.
mail-state-waiting = Waiting
mail-state-sent = Sent
mail-state-given-up = Given up
mail-state-dropped = No longer wanted
mail-column-to = To
mail-column-subject = Subject
mail-column-kind = Kind
mail-column-state = State
mail-column-attempts = Attempts
mail-column-made = Made
mail-column-error = Last trouble
mail-column-act = Act
mail-next = next attempt { $at }
mail-retry = Try again
mail-retried = It is tried again.
mail-test-title = Send a letter to see
mail-test-address = To the address
mail-test-send = Send
mail-test-queued = The letter is in the queue. Reload the page to see what became of it.
mail-queue = Letters waiting
mail-oldest = Oldest letter waiting since
mail-more = Letters

# What one wants.
mail-wishes-title = Mail
mail-wishes-lead = Which letters you get. Those about the safety of your account and one-time links always come. On your desk you see everything whatever you choose here.
mail-wishes-open = Choose letters
mail-wishes-saved = Kept.
mail-wishes-always = Always: { $kinds }
mail-wishes-save = Keep
mail-wishes-recent = Letters to me
mail-wishes-none = No letters yet.
mail-wish-at-once = At once
mail-wish-none = None
mail-stop-title = Stop letters
mail-stop-lead = You will get no more letters of this kind: { $kind }. Nothing else changes, and on your desk you see everything as before.
mail-stop-press = Stop them
mail-stopped = No more letters of this kind are sent to you. You can turn them on again under your account.

refusal-mail-kind-unknown = There is no kind of letters called { $found }.
    .help = Choose one of those that are listed.
refusal-mail-kind-always = Letters of this kind cannot be turned off.
    .help = They concern the safety of your account.
refusal-letter-sent = The letter was sent.
    .help = Look at the list again.
refusal-letter-dropped = The letter is no longer wanted.
    .help = Nothing is to be done.
refusal-letter-secret-gone = The one-time link of this letter is gone.
    .help = Invite the person again, or reset the password again: a new letter goes out.
mail-kind-deal = Deals and contracts of my organisation
mail-why-deal = You get this because you speak for your organisation in deals and contracts. What you get by mail is set under your account.
mail-kind-booking = My bookings of instruments
mail-why-booking = You get this because it concerns a booking of yours, or a wish for time. What you get by mail is set under your account.
mail-kind-freed = Freed time of instruments
mail-why-freed = You get this because you asked to hear of freed time on this instrument. You end it under “What you wait for”.
mail-service-moved-subject = { $what }: { $reference }
mail-service-moved-body = Something happened to an order of your organisation or laboratory, { $reference }: { $what }. Open it to see what comes next.
mail-deal-offer-subject = An offer came in: { $reference }
mail-deal-offer-body = Somebody made an offer for what your organisation gives: { $reference }. It stands until { $at }; silence refuses it.
mail-deal-offer-link = Read the offer
mail-deal-countered-subject = A counter-offer: { $reference }
mail-deal-countered-body = The other side made another offer: { $reference }. It stands until { $at }; silence refuses it.
mail-deal-countered-link = Read the offer
mail-deal-accepted-subject = Your price was accepted: { $reference }
mail-deal-accepted-body = Somebody accepted your price: { $reference }. It stands from { $at } unless you refuse before, with a reason.
mail-deal-accepted-link = Open the deal
mail-deal-expires-subject = An offer ends soon: { $reference }
mail-deal-expires-body = The last offer of { $reference } stands until { $at }. Without an answer it is refused.
mail-deal-expires-link = Answer
mail-deal-recounted-subject = A time limit has moved: { $reference }
mail-deal-recounted-body = The city changed a working day. What runs in the deal { $reference } now ends { $at }.
mail-deal-recounted-link = Open the deal
mail-deal-moved-subject = { $what }: { $reference }
mail-deal-moved-body = What is new about the deal { $reference }: { $what }.
mail-deal-moved-link = Open the deal
mail-contract-drafted-subject = A contract is drafted: { $reference }
mail-contract-drafted-body = The contract { $reference } with your organisation was drafted. Both sides may change the text until it is offered for signature.
mail-contract-drafted-link = Read the draft
mail-contract-to-sign-subject = To sign: { $reference }
mail-contract-to-sign-body = The contract { $reference } waits for the signature of your organisation.
mail-contract-to-sign-link = Read and sign
mail-contract-to-sign-until-subject = To sign: { $reference }
mail-contract-to-sign-until-body = The contract { $reference } waits for the signature of your organisation. The offer stands until { $at }.
mail-contract-to-sign-until-link = Read and sign
mail-contract-lapses-subject = An offer to sign ends soon: { $reference }
mail-contract-lapses-body = The contract { $reference } can be signed until { $at }. Not every party has signed.
mail-contract-lapses-link = Open the contract
mail-contract-bound-subject = Signed by everybody: { $reference }
mail-contract-bound-body = Every party has signed the contract { $reference }. It binds from now on.
mail-contract-bound-link = Open the contract
mail-contract-moved-subject = { $what }: { $reference }
mail-contract-moved-body = What is new about the contract { $reference }: { $what }.
mail-contract-moved-link = Open the contract
mail-contract-due-subject = A payment is due soon: { $reference }
mail-contract-due-body = A payment of the contract { $reference } is due on { $on }.
mail-contract-due-link = Open the contract
mail-contract-overdue-subject = A payment is overdue: { $reference }
mail-contract-overdue-body = A payment of the contract { $reference } was due on { $on } and has not come in, or not in full.
mail-contract-overdue-link = Open the contract
mail-contract-milestone-due-subject = A milestone is due soon: { $reference }
mail-contract-milestone-due-body = A milestone of the contract { $reference } is due on { $on }.
mail-contract-milestone-due-link = Open the contract
mail-contract-milestone-late-subject = A milestone is late: { $reference }
mail-contract-milestone-late-body = A milestone of the contract { $reference } was due on { $on } and is not delivered.
mail-contract-milestone-late-link = Open the contract
mail-contract-answer-due-subject = A delivery waits for your answer: { $reference }
mail-contract-answer-due-body = Accept what was delivered under the contract { $reference }, or send it back with the reason, by { $on }.
mail-contract-answer-due-link = Answer

mail-standard-subject = The standard { $number } was changed
mail-standard-body = { $number }, { $title }: { $status }. You follow this standard.
mail-standard-link = Open the standard
mail-kind-auction = What happens in auctions in which I bid or sell
mail-kind-outbid = Somebody bid more than I did
mail-why-auction = You get this because you bid in this auction or look after what is sold in it. What you get by mail is set under your account.
mail-why-outbid = You get this because you led in this auction. It can be turned off under your account.
mail-charge-disputed-subject = A customer asks for a change: { $reference }
mail-charge-disputed-body = A customer asks for a change of the line { $reference } of a statement of your unit. Nothing of it is collected until somebody of the unit has decided.
mail-charge-granted-subject = Changed as you asked: { $reference }
mail-charge-granted-body = The change of the line { $reference } that you asked for was granted. A credit note takes the line back; its page leads to it and to what stands in its place.
mail-charge-declined-subject = Not changed: { $reference }
mail-charge-declined-body = The change of the line { $reference } that you asked for was declined. The reason stands on its page.
