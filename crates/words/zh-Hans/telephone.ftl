# 本人的联系电话。

telephone-title = 联系电话
telephone-lead = 您使用过其仪器或委托过检测的单位，须向国家网络管理平台报送每次服务，并填写申请人的联系电话。只有这些单位能在报送文件中看到该号码；它不会出现在任何公开内容中，您可以随时删除。
telephone-number = 联系电话
telephone-hint = 例如 0816-234 5678 或 +86 138 0000 0000。留空则删除。
telephone-none = 未填写
telephone-open = 更改联系电话

field-telephone = 联系电话

refusal-telephone-unreadable = 无法识别该电话号码。
    .help = 请输入 5 至 20 位数字；其间可以有空格、连字符和括号，前面可以有加号。
