# What is owed under contracts, by age.

receivable-title = What is owed
receivable-lead = Every payment of a contract that is fixed by its day and has not come in, or not in full, as of { $date }.
receivable-none = Nothing is owed.
receivable-none-hint = Payments appear here once a contract is signed and their day is fixed.
receivable-cut = Only the contracts that changed last were looked at.
receivable-ages = By age
receivable-currency = Currency
receivable-age-not-due = Not due yet
receivable-age-month = 1–30 days late
receivable-age-two-months = 31–60 days late
receivable-age-three-months = 61–90 days late
receivable-age-longer = More than 90 days late
receivable-open = Open payments
receivable-column-contract = Contract
receivable-column-what = What
receivable-column-debtor = Who owes
receivable-column-creditor = To whom
receivable-column-due = Due
receivable-column-amount = Open
receivable-of = of { $amount }
receivable-late = { $count ->
    [one] { $count } day late
   *[other] { $count } days late
}
