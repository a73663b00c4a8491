# Levels of labels, currencies, states.

label-title = Who may see this
label-level-public = Public
label-level-registered = Registered
label-level-members = Members
label-level-restricted = Restricted
label-level-public-hint = Everybody may read this.
label-level-registered-hint = Everybody who is signed in may read this.
label-level-members-hint = Only members of the city’s organisations may read this, and each look is recorded.
label-level-restricted-hint = Only people named for it may read this, and each look is recorded.
label-jurisdiction = only { $names }
label-jurisdiction-none = no jurisdiction
label-currency-cny = yuan
label-currency-usd = US dollars
label-currency-eur = euros
label-currency-gbp = pounds
label-currency-hkd = HK dollars
label-currency-jpy = yen
label-currency-chf = Swiss francs
label-state-ok = Done
label-state-now = In progress
label-state-wait = Waiting
label-state-problem = Problem
label-state-later = Not yet
label-invented = Invented for the demonstration
