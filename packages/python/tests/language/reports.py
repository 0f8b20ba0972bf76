"""Text processing: parsing a table, grouping, formatting a report, word counts."""
import re
from collections import Counter, defaultdict

TABLE = """\
id; name;      category; price; count
1;  Hammer;    tools;    12.50; 3
2;  Nails 100; parts;    4.99;  120
3;  Saw;       tools;    23.0;  2
4;  Glue;      parts;    ;      15
5;  Paint;     colour;   18.75; 7
"""


def parse(text):
    head, *rows = [[c.strip() for c in line.split(';')] for line in text.strip().splitlines()]
    for row in rows:
        item = dict(zip(head, row))
        item['price'] = float(item['price'] or 'nan')
        item['count'] = int(item['count'])
        yield item


items = list(parse(TABLE))
print(items[0])
groups = defaultdict(list)
for item in items:
    groups[item['category']].append(item)
for name, members in sorted(groups.items()):
    values = [i['price'] * i['count'] for i in members if i['price'] == i['price']]
    print(f"{name:<8}{len(members):>3} items {sum(values):>10,.2f}{max(values, default=0):>10.2f}  {', '.join(i['name'] for i in members)}")
widths = [max(len(str(i[k])) for i in items) for k in items[0]]
line = '+' + '+'.join('-' * (w + 2) for w in widths) + '+'
print(line)
for i in items:
    print('|' + '|'.join(f' {str(v):>{w}} ' if not isinstance(v, str) else f' {v:<{w}} ' for v, w in zip(i.values(), widths)) + '|')
print(line)
TEXT = '''It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness; it was the epoch of belief.'''
words = re.findall(r"[a-z']+", TEXT.lower())
print(Counter(words).most_common(4), len(set(words)), max(words, key=len), Counter(map(len, words)))
print(Counter(TEXT.lower().replace(' ', '')).most_common(3), ' '.join(sorted(set(words), key=lambda w: (-len(w), w))[:4]))
bars = Counter(len(w) for w in words)
for n in sorted(bars):
    print(f'{n:>2} {"#" * bars[n]} {bars[n] / len(words):.1%}')
print('\n'.join(f'{a:>2} x {b} = {a * b:<3}' for a in (2, 12) for b in range(1, 4)))
print('{:-^30}'.format(' report '), '{:>{w}}'.format('end', w=6), sep='\n')


def to_html(tree, depth=0):
    tag, children = tree
    pad = '  ' * depth
    if isinstance(children, str):
        return f'{pad}<{tag}>{children}</{tag}>'
    inner = '\n'.join(to_html(c, depth + 1) for c in children)
    return f'{pad}<{tag}>\n{inner}\n{pad}</{tag}>'


print(to_html(('ul', [('li', 'one'), ('li', [('b', 'two')])])))
rle = lambda s: re.sub(r'(.)\1*', lambda m: f'{len(m.group())}{m.group(1)}', s)
print(rle('aaabccdddd'), re.sub(r'(\d+)(.)', lambda m: int(m.group(1)) * m.group(2), rle('aaabccdddd')))
camel = lambda s: re.sub(r'_(\w)', lambda m: m.group(1).upper(), s)
snake = lambda s: re.sub(r'(?<!^)(?=[A-Z])', '_', s).lower()
print(camel('learning_rate_decay'), snake('LearningRateDecay'), 'Hello'.translate(str.maketrans('lo', '01')))
template = 'Dear {name},\n  you owe {amount:,.2f} {currency!r}.'
print(template.format(name='Ann', amount=1234.5, currency='EUR'))
log = ['2024-01-01 ERROR disk full', '2024-01-01 INFO ok', 'garbage', '2024-01-02 ERROR net']
pattern = re.compile(r'(?P<day>\S+) (?P<level>[A-Z]+) (?P<text>.*)')
errors = [m.groupdict() for m in map(pattern.match, log) if m and m['level'] == 'ERROR']
print(errors, sum(1 for entry in log if not pattern.match(entry)))
