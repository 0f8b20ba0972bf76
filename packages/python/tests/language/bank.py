"""Accounts, transactions, an event log and reports."""
from collections import defaultdict
from datetime import date, timedelta


class InsufficientFunds(Exception):
    def __init__(self, account, need):
        self.account, self.need = account, need
        super().__init__(f'{account.owner} lacks {need:.2f}')


class Account:
    _next = 1000
    rate = 0.01

    def __init__(self, owner, balance=0.0):
        self.owner, self._balance = owner, balance
        self.number = Account._next
        Account._next += 1
        self.log = []

    @property
    def balance(self):
        return round(self._balance, 2)

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f'bad amount: {amount}')
        self._balance += amount
        self.log.append(('in', amount))
        return self

    def withdraw(self, amount):
        if amount > self._balance:
            raise InsufficientFunds(self, amount - self._balance)
        self._balance -= amount
        self.log.append(('out', amount))
        return self

    def __repr__(self):
        return f'<{type(self).__name__} #{self.number} {self.owner}: {self.balance:,.2f}>'


class Savings(Account):
    rate = 0.05

    def add_interest(self, years=1):
        for _ in range(years):
            self.deposit(self._balance * self.rate)
        return self


class Bank:
    def __init__(self):
        self.accounts = {}
        self.day = date(2024, 1, 30)

    def open(self, kind, *args, **kw):
        account = kind(*args, **kw)
        self.accounts[account.number] = account
        return account

    def transfer(self, a, b, amount):
        try:
            self[a].withdraw(amount)
            self[b].deposit(amount)
        except InsufficientFunds as e:
            return f'{self.day:%d.%m.}: refused, {e}'
        except KeyError as e:
            return f'{self.day:%d.%m.}: no account {e}'
        else:
            return f'{self.day:%d.%m.}: moved {amount:.2f}'
        finally:
            self.day += timedelta(days=1)

    def __getitem__(self, n):
        return self.accounts[n]

    def __iter__(self):
        return iter(sorted(self.accounts.values(), key=lambda a: -a.balance))

    def __len__(self):
        return len(self.accounts)


bank = Bank()
ann = bank.open(Account, 'Ann', 120.5)
bob = bank.open(Savings, owner='Bob')
print(bank.transfer(1000, 1001, 100), bank.transfer(1000, 1001, 100), bank.transfer(1000, 7, 1), sep='\n')
bob.deposit(1000).add_interest(3)
print(*bank, sep='\n')
print(len(bank), bank.day, sum(a.balance for a in bank), max(bank, key=lambda a: len(a.log)).owner)
try:
    ann.deposit(-5)
except ValueError as e:
    print(e)
totals = defaultdict(float)
for account in bank:
    for kind, amount in account.log:
        totals[kind] += amount
print({k: round(v, 3) for k, v in sorted(totals.items())}, [type(a).__name__ for a in bank], Savings.rate, bob.rate, Account.rate)
print(f'{"owner":<10}|{"balance":>12}')
print('-' * 10 + '+' + '-' * 12)
for a in bank:
    print(f'{a.owner:<10}|{a.balance:>12,.2f}')
