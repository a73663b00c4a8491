# What happened to one's own account, and who looked at one's data.

notice-title = What happened to my account
notice-lead = Newest first. If you did not do something here, end your sessions, change the password and tell the security administrator.
notice-none = Nothing worth telling yet.
notice-desk-title =
    { $count ->
        [one] { $count } thing happened to your account
       *[other] { $count } things happened to your account
    }
notice-desk-lead = Look whether it was you.
notice-read = I have read this
notice-unread = New
notice-by = by { $name }
notice-signed-in-device = Signed in with a browser not seen before: { $device }, network { $network }
notice-signed-in-network = Signed in from a network not seen before: { $device }, network { $network }
notice-looks-title = Who looked at my data
notice-looks-lead = The last month. Colleagues and administrators who opened your page are listed.
notice-looks-none = Nobody.
notice-looks-who = Who
notice-looks-at = When
notice-looks-view = As
notice-view-officer = Administrator
notice-view-colleague = Colleague
notice-view-owner = Oneself
