# Reasons to say no, each with its way out.

refusal-not-found = This is not here.
    .help = Check the address or reference, or search for it.
refusal-sign-in-required = This needs you to be signed in.
    .help = Sign in; what you have written is kept.
refusal-not-allowed = Your role does not include this.
    .help = Ask your organisation’s administrator or the responsible office.
refusal-field-required = Fill in the { $field }.
    .help = This field cannot stay empty.
refusal-text-too-long = The { $field } has { $found } characters, and may have at most { $most }.
    .help = Shorten it, or move details into the description.
refusal-text-control-character = The { $field } holds an invisible control character.
    .help = Delete the text and type it again, or paste it as plain text.
refusal-date-unreadable = The { $field } cannot be read as a date.
    .help = Write year, month and day, like 2026-03-01.
refusal-number-unreadable = The { $field } cannot be read as a number.
    .help = Write figures only, like 12500.
refusal-number-out-of-range = The { $field } must be from { $least } to { $most }.
    .help = Enter a whole number in that range.
refusal-money-unreadable = The { $field } cannot be read as an amount.
    .help = Write an amount like 1234.50; 万 and 亿 are understood.
refusal-choice-unknown = The { $field } is not one of the choices.
    .help = Choose one of those shown.
refusal-email-unreadable = The { $field } is not a mail address.
    .help = Write it like name@example.org.
refusal-too-many-parts = { $field }: { $found } are too many; at most { $most } fit.
    .help = Remove some, or split the record.
refusal-key-missing = The request carries no idempotency key.
    .help = Reload the page and send it again; programs set the header Idempotency-Key.
refusal-key-reused = This key was used for another request.
    .help = Reload the page for a new key; the first request stands as it was.
refusal-busy = Too much is waiting just now, and nothing was done.
    .help = Send it again in a few seconds; it is safe to repeat.
refusal-database-away = The database does not answer just now; nothing was changed.
    .help = Try again in a minute.
refusal-unknown-outcome = It is not known yet whether this was done. Its key is { $key }.
    .help = Send it again unchanged: you get the first answer, never a second act.
refusal-read-only = Only reading works just now: the disk is nearly full.
    .help = The office has been told. Keep this page open and try again later.
refusal-too-many =
    { $seconds ->
        [one] Too many requests. Wait { $seconds } second.
       *[other] Too many requests. Wait { $seconds } seconds.
    }
    .help = Programs find the waiting time in the header Retry-After.
refusal-too-large = What was sent is larger than { $most }.
    .help = Send less, or split the file.
refusal-form-resumed = You were signed out while you were writing. Nothing has been sent yet.
    .help = Everything you wrote is here again; look it over and send it. Files have to be chosen again.
refusal-form-expired = This form was open for too long, so it was not accepted.
    .help = Your entries are kept: check them and send the form again.
refusal-version-conflict = Somebody saved a change while you were writing.
    .help = Compare both versions below, then save again.
refusal-body-unreadable = What was sent cannot be read.
    .help = Reload the page and send it again; programs find the expected shape in the guide.
refusal-own-fault = Something broke on our side; nothing was done.
    .help = Try again. If it happens twice, tell the office the number of the error.
refusal-key-running = The same request is being carried out already.
    .help = Wait a moment and send it again: you get the first answer.
refusal-city-not-initialised = This place has not been set up yet.
    .help = Whoever runs it starts the command init.
refusal-city-already-initialised = This place has been set up already.
    .help = Use it as it is, or choose an empty data folder.
refusal-city-origin = “{ $found }” cannot name the log.
    .help = Write a host and a path without blanks or plus signs, like city.example/log.
