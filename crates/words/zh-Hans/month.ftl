# 账目的月度封存。

month-title = 月度封存
month-lead = 封存后，不得再以该月日期登记。经签名的根值可证明每个账户当时的余额。
month-none = 尚无封存的月份
month-seal = 封存月份
month-seal-lead = 封存不可撤销。之后发现的差错以当日日期更正，并注明所更正的转账。
month-hint = 例如2026-03；仅限已结束的月份。
month-column-month = 月份
month-column-book = 账簿
month-column-accounts = 账户数
month-column-root = 根值
month-column-sealed = 封存时间
month-unchecked = 尚未核查账目；系统每天自动核查。
month-sound = { $at }核查：各账簿借贷相等，未发现矛盾。
month-faults = { $at }核查：发现{ $count }处矛盾，请立即告知运营方。
field-month = 月份
field-book = 账簿
refusal-month-unreadable = 无法识别该月份。
    .help = 请按2026-03的格式填写。
refusal-month-not-over = 该月尚未结束。
    .help = 请在月末之后封存。
refusal-month-sealed = 该月或其后的月份已封存。
    .help = 请查看列表。
