import { ValueError } from '../errors';

/** The ten colours that series take in turn. */
export const cycle = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
] as const;

const cycleNames = ['blue', 'orange', 'green', 'red', 'purple', 'brown', 'pink', 'gray', 'olive', 'cyan'];

const letters: Readonly<Record<string, string>> = {
  b: '#0000ff',
  g: '#008000',
  r: '#ff0000',
  c: '#00bfbf',
  m: '#bf00bf',
  y: '#bfbf00',
  k: '#000000',
  w: '#ffffff',
};

const cssNames = new Set(
  `aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood cadetblue
  chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey
  darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray
  darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen
  fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki
  lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen
  lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime
  limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue
  mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive
  olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum
  powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver
  skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
  whitesmoke yellow yellowgreen`.split(/\s+/),
);

/** An SVG colour for a name (`'cyan'`), a letter (`'r'`), `'C0'` to `'C9'`, `'tab:blue'`, `'#1f77b4'` or a grey from `'0'` to `'1'`. */
export function color(name: string): string {
  const lower = name.toLowerCase();
  if (cssNames.has(lower)) return lower;
  const letter = letters[lower];
  if (letter) return letter;
  if (/^#([0-9a-f]{3}|[0-9a-f]{6})$/.test(lower)) return lower;
  if (/^C\d+$/.test(name)) return cycle[Number(name.slice(1)) % cycle.length]!;
  const tab = /^tab:(.+)$/.exec(lower)?.[1];
  const at = tab === undefined ? -1 : cycleNames.indexOf(tab === 'grey' ? 'gray' : tab);
  if (at >= 0) return cycle[at]!;
  if (/^(0?\.\d+|0|1|1\.0|0\.0)$/.test(lower)) return greyHex(Number(lower) * 255);
  throw new ValueError(
    `'${name}' is not a colour; give a CSS name ('red', 'cyan'), a letter of bgrcmykw, 'C0' to 'C9', 'tab:blue' or '#rrggbb'`,
    { op: 'plot' },
  );
}

const hex = (level: number): string =>
  Math.round(Math.min(Math.max(level, 0), 255))
    .toString(16)
    .padStart(2, '0');

export const greyHex = (level: number): string => `#${hex(level).repeat(3)}`;
export const rgbHex = (r: number, g: number, b: number): string => `#${hex(r)}${hex(g)}${hex(b)}`;
