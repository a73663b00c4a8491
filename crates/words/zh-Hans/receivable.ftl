# 合同应收应付，按账龄。

receivable-title = 应收应付
receivable-lead = 截至 { $date }，合同中已定期日而未到账或未足额到账的款项。
receivable-none = 没有未付款项。
receivable-none-hint = 合同签署且付款日确定后，款项在此显示。
receivable-cut = 仅统计最近有变动的合同。
receivable-ages = 按账龄
receivable-currency = 币种
receivable-age-not-due = 未到期
receivable-age-month = 逾期1–30天
receivable-age-two-months = 逾期31–60天
receivable-age-three-months = 逾期61–90天
receivable-age-longer = 逾期90天以上
receivable-open = 未付款项
receivable-column-contract = 合同
receivable-column-what = 款项
receivable-column-debtor = 付款方
receivable-column-creditor = 收款方
receivable-column-due = 到期日
receivable-column-amount = 未付金额
receivable-of = 共 { $amount }
receivable-late = 逾期 { $count } 天
