# Roles of people in an organisation.

role-transfer-officer = Transfer officer
role-transfer-officer-hint = Releases, lists and looks after the results of an institute.
role-member = Member of staff
role-member-hint = Works in an institute or another body.
role-firm-member = Member of a firm
role-firm-member-hint = Works in a firm and looks for what it needs.
role-firm-administrator = Administrator of a firm
role-firm-administrator-hint = Invites colleagues and keeps the firm’s page current.
role-expert = Expert
role-expert-hint = Evaluates and advises.
role-agency-officer = City officer
role-agency-officer-hint = Runs the city’s catalogue and its procedures.
role-confidentiality-officer = Confidentiality officer
role-confidentiality-officer-hint = Reviews labels, and sees who looked at what.
role-reviewer = Reviewer
role-reviewer-hint = Checks the content of results before they are told.
role-statistics-officer = Statistics officer
role-statistics-officer-hint = Compiles and publishes figures.
role-system-administrator = System administrator
role-system-administrator-hint = Runs the machines; grants nothing and reads no business.
role-security-administrator = Security administrator
role-security-administrator-hint = Grants roles and clearances; reads no business.
role-audit-administrator = Audit administrator
role-audit-administrator-hint = Reads and checks the log; changes nothing.
role-operator = Operator
role-operator-hint = The installation’s own account: sets the city up and imports.
