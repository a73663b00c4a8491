# The frame around every page.

shell-name = Bellwether
shell-name-other = 领航
shell-promise = One place where a city’s knowledge meets its economy.
shell-title = { $thing } · Bellwether
shell-title-error = Error: { $title }
shell-navigation = Main
shell-find = Find
shell-trade = Trade
shell-share = Share
shell-support = Support
shell-measure = Measure
shell-find-hint = Technologies, needs, instruments, experts and policies
shell-trade-hint = Listings, auctions, contracts
shell-share-hint = Instruments, test time, standards
shell-support-hint = Accreditation, loans, programmes
shell-measure-hint = Figures, index, yearly report
shell-cases = Cases
shell-desk = My desk
shell-desk-waiting =
    { $count ->
        [one] { $count } thing waits for you
       *[other] { $count } things wait for you
    }
shell-sign-in = Sign in
shell-sign-out = Sign out
shell-signed-in-as = Signed in as { $name }
shell-register = Register
shell-skip = Skip to the content
shell-search = Search
shell-search-what = Search everything, or type a number or reference
shell-language-other = 中文
shell-theme = Appearance
shell-theme-auto = As the device
shell-theme-light = Light
shell-theme-dark = Dark
shell-footer = About this site
shell-help = Help
shell-guide = Guide to this page
shell-contact = Phone and mail of the office
shell-problem = Report a problem
shell-about = About
shell-api = Programming interface
shell-accessibility = Accessibility
shell-privacy = Privacy
shell-checkpoint = Log checkpoint
shell-checkpoint-hint = Every change is in a log that anybody can check.
shell-demo = Demonstration: invented people and prices are marked.
shell-demo-role = Change role
shell-read-only = Reading works, changes do not: the disk is nearly full and the office has been told.
shell-viewing-as = You see this page as { $role } would. Nothing can be changed, and the look is recorded.
shell-printed = Printed by { $name } on { $at }
shell-page-address = Address of this page
shell-look-recorded = Each look at this page is recorded; the owner sees who looked.
shell-look-title = Recorded
shell-search-short = Search or reference
shell-language-here = Show this page in English
shell-account = Account and settings
shell-trust = Trust
shell-nobody = somebody not signed in
