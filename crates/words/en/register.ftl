# A register of enterprises comes in.

register-title = Bring in a register
register-lead = A workbook or a CSV file with one firm a row. Heads such as 企业名称, 统一社会信用代码, 注册地址, 行业 and 成立日期 are known, in English too. Firms enter unverified, and their own people can claim them.
register-personal = Columns of people and telephone numbers, such as 法定代表人, are neither read nor kept.
register-source-hint = The name of the register and its date; it is shown on the pages of these firms.
register-look = Look at what it holds
register-preview-title = What the register would change
register-preview-lead = Nothing has been written yet.
register-created = New firms
register-updated = Changed
register-unchanged = Unchanged
register-rejected = Rows with faults
register-problems = What was found
register-problems-sheet = The file with every remark, as a workbook
register-line = Line
register-column = Column
register-what = What
register-remark = Remark
register-wrong = Fault
register-mend = Rows with faults are left out. Mend them in the file and hand it in again if you want all of them or none.
register-take =
    { $count ->
        [one] Bring { $count } firm in
       *[other] Bring { $count } firms in
    }
register-take-good =
    { $count ->
        [one] Bring the right one in
       *[other] Bring the { $count } right ones in
    }
register-too-many = These are more rows than a page can bring in. Use the command: bellwether import organisations.
register-nothing = Nothing in this file is new.
register-done = The register is in
register-done-text = New: { $created }, changed: { $updated }, unchanged: { $unchanged }.
field-industry = trade
field-founded-on = day of foundation
field-entries = rows
