# 工作台上的拍卖与合同事项。

due-title = 拍卖与合同
due-register-key = 密封拍卖待您登记公钥
due-publish-key = 密封拍卖已结束：请公布您的私钥
due-agree = 拍卖条件已变更：请重新同意，否则不能参加
due-pay-deposit = 已获准参加：出价前须交纳保证金
due-await-contract = 您已竞得：须与转让方签订合同
due-offer-contract = 已成交：须与竞得人签订合同
due-sign = 有合同待您签署
due-until = 截止 { $at }
