# Sealed months of the books.

month-title = Sealed months
month-lead = After sealing, nothing is dated into a month any more. The signed root proves what every account stood at.
month-none = No month is sealed
month-seal = Seal a month
month-seal-lead = This cannot be undone. What is found later carries today’s date and names what it corrects.
month-hint = For example 2026-03; only a month that is over.
month-column-month = Month
month-column-book = Book
month-column-accounts = Accounts
month-column-root = Root
month-column-sealed = Sealed
month-unchecked = The books were not checked yet; a job does so every day.
month-sound = Checked on { $at }: debits equal credits in every book, and nothing contradicts itself.
month-faults = Checked on { $at }: { $count } contradictions. Tell the operator at once.
field-month = month
field-book = book
refusal-month-unreadable = This is no month.
    .help = Write it like 2026-03.
refusal-month-not-over = The month is not over.
    .help = Seal it when its last day has passed.
refusal-month-sealed = This month, or a later one, is sealed already.
    .help = Look at the list.
