"""Data classes: defaults, factories, order, frozen, inheritance, post-init."""
from dataclasses import FrozenInstanceError, asdict, astuple, dataclass, field, fields, is_dataclass, replace
from typing import ClassVar, Dict, List, Optional


@dataclass
class Point:
    x: float
    y: float = 0.0
    label: str = field(default='p', repr=False)

    def norm(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5


@dataclass
class Point3(Point):
    z: float = 1.0
    tags: List[str] = field(default_factory=list)
    count: ClassVar[int] = 0


p = Point(3, 4)
print(p, p.norm(), p == Point(3, 4), p != Point(3, 5), p == (3, 4), p.label)
q = Point3(1, 2, z=5)
q.tags.append('new')
print(q, Point3(1), asdict(q), astuple(q), [f.name for f in fields(q)], is_dataclass(q), is_dataclass(5))
print(replace(p, y=10), Point.__name__, Point.norm(p))


@dataclass(order=True, frozen=True)
class Card:
    rank: int
    suit: str = field(compare=False)


cards = [Card(5, 'hearts'), Card(2, 'spades'), Card(9, 'clubs')]
print(sorted(cards), max(cards), Card(2, 'x') == Card(2, 'y'), hash(Card(1, 'a')) == hash(Card(1, 'b')), {Card(1, 'a'): 1}[Card(1, 'z')])
try:
    cards[0].rank = 7
except FrozenInstanceError as e:
    print(type(e).__name__, e)


@dataclass
class Account:
    owner: str
    balance: int = 0
    history: list = field(default_factory=list, init=False)
    key: Optional[str] = None

    def __post_init__(self):
        if self.balance < 0:
            raise ValueError('negative balance')
        self.key = self.key or self.owner.lower()
        self.history.append(('open', self.balance))


a, b = Account('Ann', 5), Account('Bob')
a.history.append(('more', 1))
print(a, b, a.history is b.history)
try:
    Account('Zed', -1)
except ValueError as e:
    print(e)
try:
    Point()
except TypeError as e:
    print(e)
try:
    Point(1, 2, 3, 4)
except TypeError as e:
    print(e)
try:
    Point(1, colour=2)
except TypeError as e:
    print(e)
try:
    @dataclass
    class Bad:
        items: list = []
except ValueError as e:
    print(e)
try:
    hash(Point(1, 2))
except TypeError as e:
    print(e)


@dataclass(kw_only=True)
class Config:
    lr: float = 0.1
    layers: Dict[str, int] = field(default_factory=lambda: {'fc': 2})
    nested: Point = field(default_factory=lambda: Point(0))


c = Config(lr=0.5)
print(c, asdict(c))
try:
    Config(0.5)
except TypeError as e:
    print(e)


@dataclass(eq=False, repr=False)
class Plain:
    x: int = 1


print(Plain() == Plain(), 'Plain object' in repr(Plain()))


@dataclass
class Node:
    value: int
    children: List['Node'] = field(default_factory=list)

    def total(self):
        return self.value + sum(c.total() for c in self.children)


tree = Node(1, [Node(2, [Node(4)]), Node(3)])
print(tree.total(), tree)
