# 检测所依据的标准。

standard-status-in-force = 现行
standard-status-coming = 即将实施
standard-status-superseded = 已被代替
standard-status-withdrawn = 已废止

standard-page-title = 标准
standard-page-lead = 哪些标准现行有效、被哪项标准代替，以及哪些仪器可做。
standard-page-search = 标准号或名称中的词语
standard-page-new = 录入标准
standard-page-missing = 缺少标准？
standard-page-revision = 修改标准
standard-page-number = 标准号
standard-page-name = 名称
standard-page-status = 状态
standard-page-served = 仪器数
standard-page-none = 没有符合条件的标准
standard-page-follow = 有变更时通知我
standard-page-unfollow = 不再通知
standard-page-no-longer = 该标准已不再有效，代替标准：
standard-page-tests = 可按此标准检测的实验室
standard-page-serving = 可做该标准的仪器
standard-page-nobody = 全市尚无仪器可做该标准
standard-page-facts = 基本信息
standard-page-published = 发布日期
standard-page-in-force = 实施日期
standard-page-ended = 失效日期
standard-page-issuer = 发布单位
standard-page-former = 代替了

refusal-standard-year = 标准号应带年份：{ $found }。
    .help = 请填写完整标准号，例如 GB/T 19077-2016。
refusal-standard-known = 标准{ $number }已经录入。
    .help = 请打开该标准进行修改。
refusal-standard-own-successor = 标准不能代替自身。
    .help = 请填写新标准的编号。
refusal-standard-successor-missing = 缺少代替标准的编号。
    .help = 请填写编号，或选择“已废止”。
refusal-standard-days = 日期顺序不对。
    .help = 先发布，再实施，最后失效。

field-number = 标准号
field-status = 状态
field-published = 发布日期
field-in-force = 实施日期
field-ended = 失效日期
field-successor = 代替标准号
field-issuer = 发布单位
field-scope = 范围
