# Standards by which is tested.

standard-status-in-force = In force
standard-status-coming = Published, not yet in force
standard-status-superseded = Superseded
standard-status-withdrawn = Withdrawn

standard-page-title = Standards
standard-page-lead = Which standards count, what took the place of others, and which instruments serve them.
standard-page-search = A number or a word of a title
standard-page-new = Enter a standard
standard-page-missing = A standard is missing?
standard-page-revision = Change a standard
standard-page-number = Number
standard-page-name = Title
standard-page-status = Status
standard-page-served = Instruments
standard-page-none = No standard fits
standard-page-follow = Tell me of changes
standard-page-unfollow = Tell me no more
standard-page-no-longer = This standard no longer counts. In its place:
standard-page-tests = Who tests by it
standard-page-serving = Instruments that serve it
standard-page-nobody = No instrument of the city serves it yet
standard-page-facts = Facts
standard-page-published = Published on
standard-page-in-force = In force from
standard-page-ended = Counted until
standard-page-issuer = Issued by
standard-page-former = Took the place of

refusal-standard-year = A standard is named with its year: { $found }.
    .help = Write the whole number, such as GB/T 19077-2016.
refusal-standard-known = The standard { $number } is here already.
    .help = Open it and change it there.
refusal-standard-own-successor = A standard does not take its own place.
    .help = Write the number of the new one.
refusal-standard-successor-missing = The number of the standard that took its place is missing.
    .help = Write it, or choose “Withdrawn”.
refusal-standard-days = The days are out of order.
    .help = It is published first, then comes into force, then ends.

field-number = number
field-status = status
field-published = day of publication
field-in-force = first day in force
field-ended = last day
field-successor = number of the new standard
field-issuer = issuer
field-scope = scope
