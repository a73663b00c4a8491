# 单位：院所、高校、企业、机关及其他机构。

organisation-one = 单位
organisation-list-title = 单位
organisation-list-lead = 参与本平台的院所、高校、企业和机关，按加入先后排列。
organisation-list-empty = 尚无单位加入。
organisation-name = 名称
organisation-kind = 类型
organisation-region = 地区
organisation-reference = 编号
organisation-short = 简称
organisation-credit-code = 统一社会信用代码
organisation-about = 简介
organisation-changed = 最近修改
organisation-new = 新增单位
organisation-create = 新增单位
organisation-revise = 修改单位信息
organisation-save = 保存修改
organisation-people = 人员
organisation-form-lead = 本页内容全部公开。
organisation-name-hint = 请填写登记名称。
organisation-credit-code-hint = 共18位，含校验位，没有代码的机构可留空。
organisation-aliases = 其他写法
organisation-aliases-hint = 每行一个，填写该单位在待导入文件中出现的其他名称。
organisation-conflict = 在您填写期间，已有他人保存了修改。“修改前”为现有内容，“修改后”为您填写的内容，再次提交将以您的内容为准。
organisation-technologies = 成果（{ $count }项）
organisation-technologies-none = 暂无对您可见的成果。
organisation-technologies-all = 查看全部
organisation-kind-institute = 科研院所
organisation-kind-university = 高等院校
organisation-kind-firm = 企业
organisation-kind-agency = 机关单位
organisation-kind-expert-body = 专家组织
organisation-kind-bank = 银行
organisation-kind-park = 园区

field-short = 简称
field-region = 地区
field-about = 单位简介
field-aliases = 其他写法

refusal-organisation-credit-code = “{ $found }”不是有效的统一社会信用代码。
    .help = 请核对全部18位，末位为校验位。
refusal-organisation-credit-code-taken = 该统一社会信用代码已被其他单位使用。
    .help = 请搜索该单位，可能已以其他名称登记。
refusal-organisation-unknown = 找不到名为“{ $found }”的单位。
    .help = 请填写单位名称、简称或编号，新单位由主管部门登记。
