import { registerSource } from './osApi';

registerSource(
  'tqdm',
  String.raw`
class tqdm:
    """A progress bar that shows nothing: a script's output is what it prints."""
    def __init__(self, iterable=None, desc=None, total=None, leave=True, file=None, ncols=None, mininterval=0.1, unit='it', disable=False, initial=0, position=None, postfix=None, **kwargs):
        if total is None and iterable is not None:
            try:
                total = len(iterable)
            except (TypeError, AttributeError):
                total = None
        self.iterable, self.desc, self.total, self.n, self.disable = iterable, desc or '', total, initial, disable
        self.postfix = postfix
    def __iter__(self):
        for x in self.iterable:
            yield x
            self.n += 1
    def __len__(self):
        return self.total if self.iterable is None else len(self.iterable)
    def __enter__(self):
        return self
    def __exit__(self, *exc):
        return False
    def update(self, n=1):
        self.n += n
    def set_description(self, desc=None, refresh=True):
        self.desc = desc or ''
    set_description_str = set_description
    def set_postfix(self, ordered_dict=None, refresh=True, **kwargs):
        self.postfix = kwargs
    def set_postfix_str(self, s='', refresh=True):
        self.postfix = s
    def refresh(self):
        pass
    def reset(self, total=None):
        self.n = 0
    def clear(self):
        pass
    def close(self):
        pass
    @classmethod
    def write(cls, s, file=None, end='\n', nolock=False):
        print(s, end=end)

def trange(*args, **kwargs):
    return tqdm(range(*args), **kwargs)

tqdm_notebook = tqdm
`,
);
for (const name of ['tqdm.auto', 'tqdm.notebook', 'tqdm.std', 'tqdm.autonotebook']) {
  registerSource(name, 'from tqdm import tqdm, trange\n');
}
