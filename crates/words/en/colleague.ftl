# Colleagues: invited, given a role and let go by their organisation's own administrator.

colleague-title = People of { $organisation }
colleague-lead = Who belongs to your organisation here, as what. Invite colleagues, change what they may do, let go who leaves.
colleague-invite = Invite a colleague
colleague-invite-lead = The colleague gets a one-time link. Who has an account here already uses its password.
colleague-invited = The colleague is invited
colleague-invited-mailed = The link goes out by mail to the address you gave.
colleague-to-people = To the people
colleague-list = People
colleague-change = Change the role
colleague-change-act = Save the role
colleague-remove = Let go
colleague-remove-title = Let { $name } go?
colleague-remove-text = Every role in this organisation ends at once, and the person is signed out everywhere. Tasks that only this place allowed go back to everybody who may take them. What the person did stays.
colleague-done-removed = The person no longer belongs to the organisation.
colleague-done-changed = The role is changed.
colleague-done-revoked = The invitation is taken back.
colleague-waiting = Invitations that wait
colleague-waiting-none = Nobody is invited just now.
colleague-waiting-ends = Ends
colleague-revoke = Take back
colleague-you = You

refusal-colleague-last-administrator = This is the last administrator of the organisation.
    .help = Make somebody else administrator first. If nobody is left, the city’s office helps.
refusal-colleague-role-not-yours = This person has a role that the city’s office gives and ends.
    .help = Ask the city’s office.
refusal-colleague-too-many-invitations = { $most } invitations wait already.
    .help = Take back those that nobody needs, or wait until they end.
