# Short pages of text.

about-office = Who can help
about-office-none = The city’s office has not entered its phone and mail yet. Until then whoever runs this platform answers.
about-office-name = Office
about-office-operator = Operator
about-office-phone = Phone
about-office-email = Mail
about-office-hours = Hours
about-city = City
about-log-name = Name of the log

about-place-title = About this place
about-place-lead = One place where a city’s institutes, firms and offices find, offer and count technologies.
about-place-what = What is here
about-place-what-text = Technologies with their owner, inventors, rights, maturity and terms; the organisations behind them; and figures over all of it. Every page exists in English and in Chinese.
about-place-who = Who is behind it
about-place-who-text = The city runs the site. What stands about a technology is said and confirmed by its owner, and the page says when.
about-place-trust = Why you can trust it
about-place-trust-text = Every change is in a log whose signed checkpoints anybody can check. Things marked as invented exist in a demonstration only.
about-place-later = What is not here yet
about-place-later-text = Auctions, booking of instruments, applications for funding and accreditation. Their pages say so, and what can be done today.

about-help-title = Help
about-help-lead = How things are done here, in short.
about-help-find = Find a technology
about-help-find-text = Type words in English or Chinese; the search looks in both. A patent number or a reference goes straight to its technology. The filters beside the results stand in the address: keep it or send it to a colleague.
about-help-get = Get a technology
about-help-get-text = Each offer names how it can be had, at what price or on which terms. Write to the owner named there.
about-help-offer = Offer a technology
about-help-offer-text = Sign in as transfer officer, add the technology on your desk, check it and confirm it. Only then others see it. List it when you know the terms.
about-help-import = Import many at once
about-help-import-text = Hand in a spreadsheet or patent files under imports. You see first what would be added, changed or refused and why; nothing is saved before you say yes, and a run can be undone for a while.
about-help-labels = Who sees what
about-help-labels-text = A label says who may see a thing: everybody, everybody signed in, members of the city’s organisations, or named readers only. Looks at the last two are recorded, and the owner sees who looked. What you may not see answers like what does not exist.
about-help-signed-in = Getting an account
about-help-signed-in-text = The administrator of your organisation or the city’s office invites you and gives you a one-time link, with which you set your password.
about-help-problem = Report a problem
about-help-problem-text = Tell the office below what you did, what you saw, and the number of the error if the page shows one.

about-privacy-title = Privacy
about-privacy-lead = What is kept about people who use this site, and what is not.
about-privacy-account = Your account
about-privacy-account-text = Name, mail address, language, roles, clearance, and a hash of your password that cannot be turned back. Sessions name the browser and the network, and end by themselves.
about-privacy-looks = What you look at
about-privacy-looks-text = Looks at public pages are not tied to you. Looks at things for members or named readers are recorded with your name, and their owner and the confidentiality officer see them; such pages say so.
about-privacy-network = Where you come from
about-privacy-network-text = Only the network part of your address is kept, never the whole address. It serves limits and the record of sign-ins.
about-privacy-cookies = Cookies
about-privacy-cookies-text = One for your session, one that protects forms, one each for language and appearance. No other site is told anything, and nothing is loaded from elsewhere.
about-privacy-log = What cannot be deleted
about-privacy-log-text = The log keeps that an act was done, when and by which account. Texts it points to can be erased; the fact of the act cannot.
about-privacy-rights = Your rights
about-privacy-rights-text = Your account page shows what is kept. Ask the office below to correct or to erase it.

about-accessibility-title = Accessibility
about-accessibility-lead = These pages are meant to be usable by everybody.
about-accessibility-aim = What we aim at
about-accessibility-aim-text = WCAG 2.2, levels A and AA.
about-accessibility-done = What is done
about-accessibility-done-text = Everything works by keyboard and without scripts. Text can be enlarged, colours never carry meaning alone, light and dark follow your device, each figure has its table, and each page names its language.
about-accessibility-gaps = What is missing
about-accessibility-gaps-text = The pages have been checked by programs and by keyboard, not yet by people who use screen readers every day. Files handed in by owners may be less accessible than the pages.
about-accessibility-tell = Tell us
about-accessibility-tell-text = If something does not work for you, tell the office below; you get the content in another form.
