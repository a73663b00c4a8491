# Open data: what is published of processes, its policy, and red flags for officers.

open-data-title = Open data
open-data-lead = Every public sale and licence of this city as open contracting data: who sold what on which terms, how the price came about, and to whom it went.
open-data-processes = Processes
open-data-none = Nothing has been published yet.
open-data-none-hint = The first release of a process comes with its announcement.
open-data-no-prefix = This installation has no registered prefix yet, and publishes nothing until it has one.
open-data-row = { $count ->
    [one] One release
   *[other] { $count } releases
} · last on { $at } · { $ocid }
open-data-bulk = Download everything
open-data-kind-lot = Auction
open-data-kind-fixed-price = Fixed price
open-data-kind-negotiation = Negotiation
open-data-kind-open-licence = Open licence
open-data-tag-planning = On offer
open-data-tag-planning-update = Offer changed
open-data-tag-tender = Announced
open-data-tag-tender-amendment = Terms changed
open-data-tag-tender-update = Bidding over
open-data-tag-tender-cancellation = Called off
open-data-tag-award = Award
open-data-tag-award-update = Award moved on
open-data-tag-award-cancellation = Award taken back
open-data-tag-contract = Contract signed
open-data-tag-contract-amendment = Contract changed
open-data-tag-implementation = Performance begun
open-data-tag-implementation-update = Performance goes on
open-data-tag-contract-termination = Contract ended
open-data-milestone = Milestone { $number }
open-data-why-amended = The contract was amended.
open-data-why-changed = The terms were changed before the opening.
open-data-method-sealed-first-price = Sealed auction: bids are opened together after the end, the highest wins and pays what it offered
open-data-method-sealed-second-price = Sealed auction: bids are opened together after the end, the highest wins and pays the second-highest
open-data-method-rounds = Rounds: opening offers unseen, then turns in which each bidder may raise the own offer, the lowest first
open-data-method-falling-price = Falling price: somebody stops it, the others may bid above it unseen, the one who stopped it has the last word
open-data-method-english = English auction: rising bids in public, with a minimum raise
open-data-eligibility = Registered organisations that the city’s office has admitted and whose deposit is in, where one is asked for
open-data-eligibility-deal = Registered organisations that the terms and the label of the technology admit
open-data-document-rules = The rules of the auction

open-data-use = Take it along
open-data-way-bulk = Every release, one on each line:
open-data-way-feed = What is new, page by page from where you stopped:
open-data-way-extension = Our own extension, for rounds of auctions:
open-data-way-verify = Releases, packages and records can be checked without this site:

open-data-policy = Publication policy
open-data-policy-what = What is published
open-data-policy-what-text = Every sale or licence of a technology that everybody may read, from its announcement to the contract, by the Open Contracting Data Standard 1.1.5 with its extensions for bids and techniques and our own for auctions.
open-data-policy-when = When
open-data-policy-when-text = Within seconds after it happened. The moment of a release is that of its publication.
open-data-policy-change = Corrections
open-data-policy-change-text = A release is never changed. A correction is a new release with a later moment.
open-data-policy-sale = Sales, not purchases
open-data-policy-sale-text = The standard is made for purchases and has no profile for sales. Here the seller is a party with the role “seller”, nobody is called “buyer”, those to whom something was awarded stand among the suppliers of the award although they pay, the starting price is the least value, and the kind of initiation is “tender”, the only one there is.
open-data-policy-bids = Bids
open-data-policy-bids-text = How many bids and bidders there were, and the lowest and highest valid amount. A bidder is named with the award that was signed, a licensee with the licence, and nobody else ever. Limits of proxy bidding, sealed amounts before their opening and secret reserves are in no release.
open-data-policy-contract = Contracts
open-data-policy-contract-text = That a contract was signed under an award, and that it has ended. Of public institutions also its amount and span, the agreed sums that were paid, and its milestones by number and day. No words of a contract are published, no royalties, and nothing of contracts that were drafted without a public process.
open-data-policy-hidden = What is left out
open-data-policy-hidden-text = Technologies whose label is not public, and everything about them. Where a label is raised later, what was published is no longer given out.
open-data-policy-identifiers = Identifiers
open-data-policy-identifiers-text = An ocid is made of our registered prefix and the reference of the process; it never changes and is never used again. A second attempt is a process of its own and names the first. Organisations of China carry their unified social credit code.
open-data-policy-licence = Licence
open-data-policy-licence-none = No licence has been named by the operator of this site.

open-data-releases = Releases
open-data-releases-lead = Newest first. None of them is ever changed.
open-data-now = What holds now
open-data-links = Connected
open-data-link-auction = The auction and its protocol
open-data-link-technology = The technology
open-data-link-former = The attempt before
open-data-link-later = The attempt after
open-data-file-releases = Releases (JSON)
open-data-file-record = Record (JSON)
open-data-file-versioned = Record with history (JSON)
open-data-fact-status = State
open-data-fact-start = Starting price
open-data-fact-bids = Bids
open-data-fact-bidders = Bidders
open-data-fact-lowest = Lowest bid
open-data-fact-highest = Highest bid
open-data-fact-award = Award
open-data-fact-contract = Contract
open-data-status-planning = Planned
open-data-status-active = Open
open-data-status-complete = Bidding over
open-data-status-cancelled = Called off
open-data-status-unsuccessful = Nobody bid
open-data-award-pending = Waiting for the signature
open-data-award-active = Signed
open-data-award-cancelled = Taken back
open-data-award-unsuccessful = Not awarded
open-data-contract-active = In force
open-data-contract-terminated = Ended

open-data-flags-title = Red flags
open-data-flags-lead = Figures over this city’s own auctions that make it worth looking twice. A flag is no finding of fault, and it changes no result.
open-data-flags-looked = { $count ->
    [one] One auction that has ended was looked at.
   *[other] { $count } auctions that have ended were looked at.
}
open-data-flags-more = There are more; these are the last ones.
open-data-flags-method = Definitions are those of cardinal (Open Contracting Partnership), turned round for sales: the highest bid is the best.
open-data-flags-found = What was found
open-data-flags-none = Nothing was found.
open-data-flags-limits = Limits taken from our own figures
open-data-flags-limits-none = Too few figures to take a limit from.
open-data-flags-quartiles = Quartiles are linear between neighbours (Hyndman and Fan, definition 7); limits are Q1 − 1.5·IQR and Q3 + 1.5·IQR.
open-data-flags-excluded = What was left out, and why
open-data-flags-excluded-none = Nothing was left out.
open-data-flags-all = All auctions together
open-data-flags-bids = Bids number { $bids }
open-data-flags-days = { $count ->
    [one] one day
   *[other] { $count } days
}
open-data-flags-col-code = Indicator
open-data-flags-col-subject = About
open-data-flags-col-found = Found
open-data-flags-col-limit = Limit
open-data-flags-col-look = Look at
open-data-flags-col-n = Figures
open-data-flags-col-q1 = Q1
open-data-flags-col-q3 = Q3
open-data-flags-col-lower = Lower limit
open-data-flags-col-upper = Upper limit
open-data-flags-col-why = Why
open-data-flag-r003 = Too short a time for bids
open-data-flag-r018 = A single bidder in an open procedure
open-data-flag-r024 = The second price is very close to the winning one
open-data-flag-r025 = Many bids that hardly ever win
open-data-flag-r028 = Different bidders bid the same price
open-data-flag-r030 = The winning bid came after the end: a defect of this program
open-data-flag-r035 = All bidders but the winner were shut out
open-data-flag-r036 = The best bid was shut out
open-data-flag-r038 = An unusual share of bids was shut out
open-data-flag-r048 = A winner of an unusual variety of goods
open-data-flag-r058 = The second price is very far from the winning one
open-data-why-fixed-price = The price is fixed in advance.
open-data-why-not-price-alone = Other things than the price decide.
open-data-why-other-currency = Bids are in several currencies.
open-data-why-no-amount = A bid or the award has no amount.
open-data-why-no-award = Nothing has been awarded and signed.
open-data-why-several-awards = There are several awards.
open-data-why-jointly = Several bid together.
open-data-why-no-winning-bid = The winner has no valid bid.
open-data-why-no-other-bid = Nobody else has a valid bid.
open-data-why-not-best = The winner’s bid is not the best.
open-data-why-invalid-bids = { $count ->
    [one] One bid was shut out; the others were looked at.
   *[other] { $count } bids were shut out; the others were looked at.
}
open-data-why-few-values = { $count ->
    [one] One figure is too few to take a limit from.
   *[other] { $count } figures are too few to take a limit from.
}
open-data-why-few-of-them = { $count ->
    [one] One is too few to judge by.
   *[other] { $count } are too few to judge by.
}
