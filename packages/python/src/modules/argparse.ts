import { registerSource } from './osApi';

registerSource(
  'argparse',
  String.raw`
import sys
import os

SUPPRESS = '==SUPPRESS=='
OPTIONAL, ZERO_OR_MORE, ONE_OR_MORE, REMAINDER = '?', '*', '+', '...'

class ArgumentTypeError(Exception):
    pass

class ArgumentError(Exception):
    def __init__(self, argument, message):
        super().__init__(message)
        self.message = message

class Namespace:
    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)
    def __repr__(self):
        return 'Namespace(' + ', '.join(f'{k}={v!r}' for k, v in vars(self).items()) + ')'
    def __eq__(self, other):
        return isinstance(other, Namespace) and vars(self) == vars(other)
    def __contains__(self, key):
        return key in vars(self)

class HelpFormatter:
    pass
class RawDescriptionHelpFormatter(HelpFormatter):
    pass
class RawTextHelpFormatter(HelpFormatter):
    pass
class ArgumentDefaultsHelpFormatter(HelpFormatter):
    pass
class MetavarTypeHelpFormatter(HelpFormatter):
    pass

class BooleanOptionalAction:
    pass

class Action:
    def __init__(self, flags, dest, action, nargs, const, default, type, choices, required, help, metavar, version=None):
        self.option_strings, self.dest, self.action, self.nargs, self.const = flags, dest, action, nargs, const
        self.default, self.type, self.choices, self.required, self.help = default, type, choices, required, help
        self.metavar, self.version = metavar, version
    @property
    def takes_value(self):
        return self.action in ('store', 'append', 'extend')
    def shown(self):
        if self.metavar is not None:
            return self.metavar
        if self.choices is not None:
            return '{' + ','.join(str(c) for c in self.choices) + '}'
        return self.dest.upper() if self.option_strings else self.dest
    def value_text(self):
        name = self.shown()
        if isinstance(name, tuple):
            return ' '.join(name)
        if self.nargs == '?':
            return f'[{name}]'
        if self.nargs == '*':
            return f'[{name} ...]'
        if self.nargs == '+':
            return f'{name} [{name} ...]'
        if isinstance(self.nargs, int):
            return ' '.join([name] * self.nargs)
        return name

class _Group:
    def __init__(self, parser, title=None, description=None, required=False, exclusive=False):
        self._parser, self.title, self.description = parser, title, description
        self.required, self.exclusive, self.actions = required, exclusive, []
    def add_argument(self, *flags, **kwargs):
        action = self._parser.add_argument(*flags, **kwargs)
        self.actions.append(action)
        return action
    def add_argument_group(self, *args, **kwargs):
        return self
    def add_mutually_exclusive_group(self, required=False):
        return self._parser.add_mutually_exclusive_group(required=required)

class _Subparsers:
    def __init__(self, dest, required, kwargs):
        self.dest, self.required, self.parsers, self.helps = dest, required, {}, {}
    def add_parser(self, name, help=None, aliases=(), **kwargs):
        parser = ArgumentParser(prog=name, **kwargs)
        self.parsers[name] = parser
        for alias in aliases:
            self.parsers[alias] = parser
        self.helps[name] = help
        return parser

class ArgumentParser:
    def __init__(self, prog=None, usage=None, description=None, epilog=None, parents=(), formatter_class=HelpFormatter, prefix_chars='-',
                 fromfile_prefix_chars=None, argument_default=None, conflict_handler='error', add_help=True, allow_abbrev=True, exit_on_error=True):
        self.prog = prog or os.path.basename(sys.argv[0])
        self.usage, self.description, self.epilog, self.formatter_class = usage, description, epilog, formatter_class
        self._actions, self._groups, self._defaults, self._subparsers = [], [], {}, None
        self._allow_abbrev = allow_abbrev
        self.argument_default = argument_default
        if add_help:
            self.add_argument('-h', '--help', action='help', help='show this help message and exit', default=SUPPRESS)
        for parent in parents:
            self._actions.extend(a for a in parent._actions if a.action != 'help')
            self._defaults.update(parent._defaults)

    def add_argument(self, *flags, action='store', nargs=None, const=None, default=None, type=None, choices=None, required=False, help=None, metavar=None, dest=None, version=None):
        options = [f for f in flags if f.startswith('-')]
        if default is None and self.argument_default is not None:
            default = self.argument_default
        if action is BooleanOptionalAction:
            action = 'boolean'
            options += ['--no-' + f[2:] for f in options if f.startswith('--')]
        elif not isinstance(action, str):
            raise NotImplementedError('argparse in Stele knows actions by name only: store, store_true, store_false, store_const, append, append_const, extend, count, help, version')
        if options:
            if dest is None:
                long = [f for f in options if f.startswith('--')]
                dest = (long or options)[0].lstrip('-').replace('-', '_')
        else:
            dest = dest or flags[0]
            if default is None and nargs not in ('?', '*'):
                required = True
        if action == 'store_true':
            const = True
            default = False if default is None else default
        elif action == 'store_false':
            const = False
            default = True if default is None else default
        if type is not None and not callable(type):
            raise ValueError(f'{type!r} is not callable')
        made = Action(options, dest, action, nargs, const, default, type, choices, required, help, metavar, version)
        for flag in options:
            if any(flag in a.option_strings for a in self._actions):
                raise ArgumentError(made, f'argument {"/".join(options)}: conflicting option string: {flag}')
        self._actions.append(made)
        return made

    def add_argument_group(self, title=None, description=None, **kwargs):
        group = _Group(self, title, description)
        self._groups.append(group)
        return group
    def add_mutually_exclusive_group(self, required=False):
        group = _Group(self, required=required, exclusive=True)
        self._groups.append(group)
        return group
    def add_subparsers(self, dest=None, required=False, **kwargs):
        self._subparsers = _Subparsers(dest, required, kwargs)
        return self._subparsers
    def set_defaults(self, **kwargs):
        self._defaults.update(kwargs)
        for action in self._actions:
            if action.dest in kwargs:
                action.default = kwargs[action.dest]
    def get_default(self, dest):
        for action in self._actions:
            if action.dest == dest and action.default is not None:
                return action.default
        return self._defaults.get(dest)

    def format_usage(self):
        if self.usage:
            return f'usage: {self.usage}\n'
        parts = []
        for a in self._actions:
            if a.option_strings:
                text = a.option_strings[0] + (' ' + a.value_text() if a.takes_value else '')
                parts.append(text if a.required else f'[{text}]')
        for a in self._actions:
            if not a.option_strings:
                parts.append(a.value_text())
        return f'usage: {" ".join([self.prog] + parts)}\n'
    def format_help(self):
        out = self.format_usage()
        if self.description:
            out += f'\n{self.description}\n'
        positional = [a for a in self._actions if not a.option_strings]
        optional = [a for a in self._actions if a.option_strings]
        for title, actions in (('positional arguments', positional), ('options', optional)):
            if not actions:
                continue
            out += f'\n{title}:\n'
            for a in actions:
                value = ' ' + a.value_text() if a.takes_value and a.option_strings else ''
                head = ', '.join(f + value for f in a.option_strings) if a.option_strings else str(a.shown())
                help = a.help or ''
                if help and '%(' in help:
                    help = help % dict(default=a.default, prog=self.prog, dest=a.dest, type=getattr(a.type, '__name__', None), choices=a.choices, const=a.const)
                if not help:
                    out += f'  {head}\n'
                elif len(head) <= 20:
                    out += f'  {head:<20}  {help}\n'
                else:
                    out += f'  {head}\n{"":24}{help}\n'
        if self.epilog:
            out += f'\n{self.epilog}\n'
        return out
    def print_help(self, file=None):
        print(self.format_help(), end='')
    def print_usage(self, file=None):
        print(self.format_usage(), end='')
    def exit(self, status=0, message=None):
        if message:
            sys.stderr.write(message)
        sys.exit(status)
    def error(self, message):
        raise SystemExit(f'{self.format_usage()}{self.prog}: error: {message}')

    def _convert(self, action, text):
        value = text
        if action.type is not None:
            try:
                value = action.type(text)
            except ArgumentTypeError as e:
                self.error(f'argument {self._name(action)}: {e}')
            except (TypeError, ValueError):
                name = getattr(action.type, '__name__', repr(action.type))
                self.error(f'argument {self._name(action)}: invalid {name} value: {text!r}')
        if action.choices is not None and value not in action.choices:
            shown = ', '.join(repr(c) for c in action.choices)
            self.error(f'argument {self._name(action)}: invalid choice: {value!r} (choose from {shown})')
        return value
    def _name(self, action):
        return '/'.join(action.option_strings) or str(action.metavar or action.dest)

    def _find(self, flag):
        for a in self._actions:
            if flag in a.option_strings:
                return a
        if self._allow_abbrev and flag.startswith('--'):
            near = [a for a in self._actions if any(f.startswith(flag) for f in a.option_strings)]
            if len(near) == 1:
                return near[0]
            if near:
                found = ', '.join(f for a in near for f in a.option_strings if f.startswith(flag))
                self.error(f'ambiguous option: {flag} could match {found}')
        return None

    def _is_flag(self, text):
        if not text.startswith('-') or text == '-':
            return False
        if text.startswith('--'):
            return True
        number = text[1:].replace('.', '', 1).replace('e', '', 1).replace('-', '')
        return not number.isdigit()

    def parse_args(self, args=None, namespace=None):
        space, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error('unrecognized arguments: ' + ' '.join(rest))
        return space

    def parse_known_args(self, args=None, namespace=None):
        args = list(sys.argv[1:] if args is None else args)
        space = namespace or Namespace()
        for a in self._actions:
            if a.default is not SUPPRESS and not hasattr(space, a.dest):
                setattr(space, a.dest, a.default)
        for name, value in self._defaults.items():
            if not hasattr(space, name):
                setattr(space, name, value)
        seen, positional, rest = [], [], []
        i = 0
        while i < len(args):
            arg = args[i]
            i += 1
            if arg == '--':
                positional.extend(args[i:])
                break
            if not self._is_flag(arg):
                if self._subparsers is not None and len(positional) >= sum(1 for a in self._actions if not a.option_strings):
                    if arg not in self._subparsers.parsers:
                        shown = ', '.join(repr(c) for c in self._subparsers.parsers)
                        self.error(f'argument {self._subparsers.dest or "command"}: invalid choice: {arg!r} (choose from {shown})')
                    if self._subparsers.dest:
                        setattr(space, self._subparsers.dest, arg)
                    _, more = self._subparsers.parsers[arg].parse_known_args(args[i:], space)
                    rest.extend(more)
                    seen.append(self._subparsers)
                    break
                positional.append(arg)
                continue
            flag, value = (arg.split('=', 1) + [None])[:2] if arg.startswith('--') and '=' in arg else (arg, None)
            action = self._find(flag)
            if action is None and not arg.startswith('--') and len(arg) > 2:
                action = self._find(arg[:2])
                if action is not None:
                    flag = arg[:2]
                    if action.takes_value:
                        value = arg[2:].lstrip('=')
                    else:
                        args.insert(i, '-' + arg[2:])
            if action is None:
                rest.append(arg)
                continue
            seen.append(action)
            i = self._apply(space, action, flag, value, args, i)
        self._positionals(space, positional, seen, rest)
        for a in self._actions:
            if a in seen:
                continue
            if isinstance(getattr(space, a.dest, None), str) and a.default is getattr(space, a.dest) and a.type is not None and a.option_strings:
                setattr(space, a.dest, self._convert(a, a.default))
        missing = [self._name(a) for a in self._actions if a.required and a not in seen]
        if self._subparsers is not None and self._subparsers not in seen:
            if self._subparsers.dest and not hasattr(space, self._subparsers.dest):
                setattr(space, self._subparsers.dest, None)
            if self._subparsers.required:
                missing.append(self._subparsers.dest or 'command')
        if missing:
            self.error('the following arguments are required: ' + ', '.join(missing))
        for group in self._groups:
            if group.exclusive:
                used = [a for a in group.actions if a in seen]
                if len(used) > 1:
                    self.error(f'argument {self._name(used[1])}: not allowed with argument {self._name(used[0])}')
                if group.required and not used:
                    self.error('one of the arguments ' + ' '.join(self._name(a) for a in group.actions) + ' is required')
        return space, rest

    def _apply(self, space, action, flag, value, args, i):
        kind = action.action
        if not action.takes_value and value is not None:
            self.error(f'argument {self._name(action)}: ignored explicit argument {value!r}')
        if kind == 'help':
            self.print_help()
            sys.exit(0)
        if kind == 'version':
            print(action.version)
            sys.exit(0)
        if kind == 'boolean':
            setattr(space, action.dest, not flag.startswith('--no-'))
        elif kind in ('store_true', 'store_false', 'store_const'):
            setattr(space, action.dest, action.const)
        elif kind == 'append_const':
            setattr(space, action.dest, (getattr(space, action.dest, None) or []) + [action.const])
        elif kind == 'count':
            setattr(space, action.dest, (getattr(space, action.dest, None) or 0) + 1)
        else:
            given = [value] if value is not None else []
            most = 1 if action.nargs in (None, '?') else action.nargs if isinstance(action.nargs, int) else len(args)
            while value is None and len(given) < most and i < len(args) and not self._is_flag(args[i]):
                given.append(args[i])
                i += 1
            if action.nargs is None and not given:
                self.error(f'argument {self._name(action)}: expected one argument')
            if action.nargs == '+' and not given:
                self.error(f'argument {self._name(action)}: expected at least one argument')
            if isinstance(action.nargs, int) and len(given) != action.nargs:
                self.error(f'argument {self._name(action)}: expected {action.nargs} argument{"s" if action.nargs != 1 else ""}')
            values = [self._convert(action, v) for v in given]
            if action.nargs == '?':
                result = values[0] if values else action.const
            else:
                result = values[0] if action.nargs is None else values
            if kind == 'append':
                result = list(getattr(space, action.dest, None) or []) + [result]
            elif kind == 'extend':
                result = list(getattr(space, action.dest, None) or []) + (result if isinstance(result, list) else [result])
            setattr(space, action.dest, result)
        return i

    def _positionals(self, space, given, seen, rest):
        actions = [a for a in self._actions if not a.option_strings]
        least = [1 if a.nargs in (None, '+') else a.nargs if isinstance(a.nargs, int) else 0 for a in actions]
        at = 0
        for n, action in enumerate(actions):
            left = len(given) - at - sum(least[n + 1:])
            if action.nargs is None or action.nargs == '?':
                take = min(1, left)
            elif isinstance(action.nargs, int):
                take = action.nargs if left >= action.nargs else 0
            else:
                take = left
            take = max(0, take)
            if take == 0:
                if action.nargs in ('?', '*'):
                    seen.append(action)
                    if action.nargs == '*' and action.default is None:
                        setattr(space, action.dest, [])
                continue
            values = [self._convert(action, v) for v in given[at:at + take]]
            at += take
            seen.append(action)
            setattr(space, action.dest, values[0] if action.nargs in (None, '?') else values)
        rest.extend(given[at:])

class FileType:
    def __init__(self, mode='r', bufsize=-1, encoding=None, errors=None):
        self._mode = mode
    def __call__(self, name):
        return open(name, self._mode)
`,
);
