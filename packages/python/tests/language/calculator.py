"""A tokenizer, a recursive-descent parser and an evaluator."""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int


SPEC = [('NUM', r'\d+(\.\d*)?'), ('NAME', r'[a-z]\w*'), ('OP', r'\*\*|[-+*/%()=,]'), ('SKIP', r'\s+'), ('BAD', r'.')]
MASTER = re.compile('|'.join(f'(?P<{n}>{p})' for n, p in SPEC))


def tokenize(text):
    for m in MASTER.finditer(text):
        kind = next(k for k, v in m.groupdict().items() if v is not None)
        if kind == 'BAD':
            raise SyntaxError(f'unexpected {m.group()!r} at {m.start()}')
        if kind != 'SKIP':
            yield Token(kind, m.group(), m.start())
    yield Token('END', '', len(text))


class Parser:
    LEVELS = [{'+': lambda a, b: a + b, '-': lambda a, b: a - b}, {'*': lambda a, b: a * b, '/': lambda a, b: a / b, '%': lambda a, b: a % b}]

    def __init__(self, env=None):
        self.env = {'pi': 3.5, 'max': max, 'double': lambda v: v * 2, **(env or {})}

    def run(self, text):
        self.tokens = list(tokenize(text))
        self.i = 0
        if len(self.tokens) > 2 and self.tokens[1].text == '=':
            name = self.tokens[0].text
            self.i = 2
            self.env[name] = value = self.binary(0)
        else:
            value = self.binary(0)
        if self.peek.kind != 'END':
            raise SyntaxError(f'trailing {self.peek.text!r}')
        return value

    @property
    def peek(self):
        return self.tokens[self.i]

    def take(self):
        self.i += 1
        return self.tokens[self.i - 1]

    def binary(self, level):
        if level == len(self.LEVELS):
            return self.unary()
        value = self.binary(level + 1)
        while (op := self.LEVELS[level].get(self.peek.text)) is not None:
            self.take()
            value = op(value, self.binary(level + 1))
        return value

    def unary(self):
        if self.peek.text == '-':
            self.take()
            return -self.unary()
        base = self.atom()
        if self.peek.text == '**':
            self.take()
            return base ** self.unary()
        return base

    def atom(self):
        t = self.take()
        if t.kind == 'NUM':
            return float(t.text) if '.' in t.text else int(t.text)
        if t.kind == 'NAME':
            value = self.env[t.text]
            if self.peek.text == '(':
                self.take()
                args = []
                while self.peek.text != ')':
                    args.append(self.binary(0))
                    if self.peek.text == ',':
                        self.take()
                self.take()
                return value(*args)
            return value
        if t.text == '(':
            value = self.binary(0)
            if self.take().text != ')':
                raise SyntaxError('missing )')
            return value
        raise SyntaxError(f'unexpected {t.text or "end"!r} at {t.at}')


p = Parser()
for line in ('1 + 2 * 3', '(1 + 2) * 3', '2 ** 3 ** 2', '-2 ** 2', '7 / 2', '8 / 2', 'x = 4 * 2.5', 'x + pi', 'max(1, x, 3) % 4', 'double(double(3))', '10 / (5 - 5)', 'y + 1', '1 + ', '2 $ 3', '(1', '2 ** 100 % 1000'):
    try:
        print(f'{line:20} = {p.run(line)}')
    except (SyntaxError, ZeroDivisionError, KeyError) as e:
        print(f'{line:20} ! {type(e).__name__}: {e}')
