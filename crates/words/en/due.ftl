# What auctions and contracts wait for, on the desk.

due-title = In auctions and contracts
due-register-key = A sealed auction waits for the public half of your key
due-publish-key = A sealed auction has ended: publish your key
due-agree = The terms were changed: agree to them, or you take no part
due-pay-deposit = You are admitted: the deposit is due before you bid
due-await-contract = You have won: a contract with the seller is due
due-offer-contract = Sold: a contract with the winner is due
due-sign = A contract waits for your signature
due-until = until { $at }
