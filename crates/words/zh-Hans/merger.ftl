# 合并：一个机构并入另一机构。

merger-title = 并入另一机构
merger-open = 合并……
merger-lead = { $organisation }保留其编号和代码，此后指向另一机构。此操作不能撤销。
merger-goes = 一并转移的内容
merger-technologies = 成果
merger-deals = 交易、合同与拍卖
merger-cases = 办件
merger-people = 人员
merger-and = 曾用名称、邀请、回调、导入、文件、简报和经办设置一并转移。人员在另一机构保留原角色，并收到邮件通知。日志和已作的决定保持不变。
merger-into-hint = 其名称、编号或统一社会信用代码。
merger-reason-hint = 合并的依据，例如登记机关的公告及日期。
merger-press = 合并
merger-done-notice = 已并入另一机构：
merger-tag = 已合并

field-into = 另一机构

refusal-merger-same = 机构不能并入自身。
    .help = 请填写另一机构。
refusal-merger-done = 该机构已并入另一机构。
    .help = 请打开其并入的机构。
refusal-merger-into-gone = 另一机构自身已并入其他机构。
    .help = 请填写其并入的机构。
refusal-merger-agency = 本市自身的办公室不在此合并。
    .help = 请逐一在另一办公室为其人员设置职位。
refusal-merger-bids = 该机构正参加拍卖 { $reference }，或其保证金尚未结清。
    .help = 请等待拍卖结束并退还保证金。
