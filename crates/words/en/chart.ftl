# Charts, figures, codes.

chart-table = Table
chart-csv = CSV
chart-method = Method
chart-figures = The same figures as a table
chart-preliminary = preliminary
chart-revised = revised
chart-final = final
chart-target = Target { $value }
chart-up = up by { $value }
chart-down = down by { $value }
chart-same = unchanged
chart-qr = QR code for { $address }
chart-broken-axis = The axis does not begin at zero.
