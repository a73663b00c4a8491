# 工作台上的仪器与实验室事项。

bench-title = 仪器、实验室、拍卖与合同
bench-to-admit = { $count }家竞买人待审核准入
bench-divide = 有到账款项待分配
bench-decide = 有合同登记申请待审核
bench-file = 有生效合同待提交登记
bench-trainings = { $count }项培训申请待答复
bench-to-agree = { $count }项预约待您同意
bench-dispute = 客户申请更正账单条目
bench-orders = { $count }份委托单待本实验室处理
bench-answers = { $count }份委托单待本单位处理
bench-booked = 您有{ $count }项预约
bench-first = 最近一次：{ $at }
bench-unanswered = 有一次仪器使用待您反馈
bench-offer = 为您保留了机时，请选择是否预约
bench-offer-until = 保留至{ $at }
bench-handed = 同事转给您{ $count }项预约
bench-decided-granted = 您申请的账单更正已同意
bench-decided-declined = 您申请的账单更正未获同意
bench-faults = { $count }个问题待处理
bench-due = { $count }项维护到期
