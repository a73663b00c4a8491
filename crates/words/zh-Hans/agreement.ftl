# 仪器所属单位与客户之间的服务协议。

agreement-title = 服务协议
agreement-lead = 对要求外单位签订协议的仪器，协议客户的人员可以使用。
agreement-none = 尚无协议。
agreement-new = 登记协议
agreement-record = 登记
agreement-end = 立即终止
agreement-customer-hint = 对方机构的编号、统一社会信用代码或名称。
agreement-number-hint = 本单位的编号；每个编号只用一次。
agreement-subject-hint = 协议内容及文本存放处，例如本市合同编号。
agreement-column-number = 编号
agreement-column-unit = 单位
agreement-column-customer = 客户
agreement-column-days = 期间
agreement-column-state = 状态
agreement-state-holds = 有效
agreement-state-later = 尚未开始
agreement-state-over = 已到期
agreement-state-ended = 已提前终止

field-subject = 内容
refusal-agreement-backward = 最后一天早于第一天。
    .help = 请填写更晚的最后一天。
refusal-agreement-of-one = 单位不能与自身签订协议。
    .help = 请填写另一机构；本单位人员无需协议。
refusal-agreement-known = 该编号已使用。
    .help = 见上方列表，请另选编号。
