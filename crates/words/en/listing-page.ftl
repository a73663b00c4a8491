# Ways to get a technology, and the owner's forms for them.

listing-page-none = Nothing is offered at present. Ask the owner.
listing-page-withdrawn =
    { $count ->
        [one] { $count } offer withdrawn
       *[other] { $count } offers withdrawn
    }
listing-page-licence = Licence
listing-page-free = free of charge
listing-page-royalty = Running royalty
listing-page-term = Term
listing-page-territory = Territory
listing-page-field-of-use = Field of use
listing-page-notes = Notes
listing-page-reference = Reference
listing-page-revise = Change terms
listing-page-withdraw = Withdraw
listing-page-call = Call { $phone }.
listing-page-next-fixed-price = Ask to buy
listing-page-next-negotiation = Propose talks
listing-page-next-open-licence = Ask for the licence
listing-page-next-auction = Ask about the auction
listing-page-next-equity = Propose a venture
listing-page-mode = How a deal is made
listing-page-mode-fixed-price = The price is named; who accepts it gets the contract.
listing-page-mode-negotiation = Price and terms are agreed in talks; an indicative price may be named.
listing-page-mode-open-licence = Everybody gets the licence on the same terms.
listing-page-mode-auction = The highest bid wins; the opening price is named.
listing-page-mode-equity = The technology becomes a share in a company at a valuation.
listing-page-price-hint = The price, fee, opening price or valuation; 12.5万 is understood. Enter 0 where it costs nothing.
listing-page-royalty-hint = Percent of sales, such as 3.5.
listing-page-territory-hint = Where the licence holds, such as “China (mainland)” or “worldwide”.
listing-page-new-title = New offer
listing-page-new-act = Publish offer
listing-page-revision-title = Change terms
listing-page-revision-act = Save terms
listing-page-withdrawal-title = Withdraw offer
listing-page-withdrawal-hint = One sentence that readers see.
listing-page-withdrawal-act = Withdraw this offer
