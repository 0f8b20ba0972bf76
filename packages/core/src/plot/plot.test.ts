import { np } from '../numpy';
import { color } from './colors';
import { figure } from './figure';
import { linearTicks, logTicks } from './ticks';

const count = (svg: string, part: string | RegExp): number => svg.split(part).length - 1;

/** Every element that is opened is closed, in order. */
function wellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, close, name, rest] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:[^>"]|"[^"]*")*)>/g)) {
    if (close) {
      if (open.pop() !== name) return false;
    } else if (!rest!.endsWith('/')) open.push(name!);
  }
  return open.length === 0 && !/NaN|Infinity|undefined/.test(svg);
}

describe('figure', () => {
  it('draws loss curves with labels, legend and round ticks, the same text each time', () => {
    const draw = () => {
      const fig = figure({ title: 'Loss & accuracy' });
      fig
        .panel()
        .line([1, 2, 3, 4, 5], [0.9, 0.5, 0.35, 0.3, 0.28], { label: 'train' })
        .line([1, 2, 3, 4, 5], np.array([0.85, 0.55, 0.42, 0.4, 0.39], 'float32'), {
          label: 'validation',
          lineStyle: '--',
        })
        .set({ xLabel: 'epoch', yLabel: 'loss' });
      return fig.toSVG();
    };
    const svg = draw();
    expect(draw()).toBe(svg);
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toContain('Loss &#38; accuracy');
    for (const word of ['train', 'validation', 'epoch', 'loss', '>1<', '>5<', '>0.4<']) expect(svg).toContain(word);
    // two curves and their two samples in the legend
    expect(count(svg, 'stroke-width="1.8"')).toBe(4);
    expect(count(svg, /stroke="#1f77b4"/)).toBe(2);
    expect(count(svg, /stroke="#ff7f0e"/)).toBe(2);
  });

  it('projects points where they belong', () => {
    const fig = figure({ width: 400, height: 300 });
    fig
      .panel()
      .line([0, 10], [0, 1])
      .set({ xLimits: [0, 10], yLimits: [0, 1] });
    const [, x0, y0, x1, y1] = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke="#1f77b4"/
      .exec(fig.toSVG())!
      .map(Number) as number[];
    const frame = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#ffffff"\/><path/
      .exec(fig.toSVG())!
      .map(Number);
    const [, left, top, width, height] = frame as number[];
    expect(x0).toBeCloseTo(left!, 1);
    expect(y0).toBeCloseTo(top! + height!, 1);
    expect(x1).toBeCloseTo(left! + width!, 1);
    expect(y1).toBeCloseTo(top!, 1);
  });

  it('draws one mark per point and breaks lines where values are missing', () => {
    const fig = figure({ columns: 2 });
    fig.panel(0, 0).scatter(np.linspace(-1, 1, 25), np.linspace(0, 1, 25));
    fig.panel(0, 1).line([1, 2, Number.NaN, 3, 4]);
    const svg = fig.toSVG();
    expect(count(svg, '<circle')).toBe(25);
    expect(wellFormed(svg)).toBe(true);
    expect(/d="M[^M"]+M[^M"]+"[^>]*stroke="#1f77b4"/.test(svg)).toBe(true);
  });

  it('draws bars by name, standing on zero', () => {
    const fig = figure();
    fig.panel().bar(['boot', 'bag'], [1, 2]);
    const boxes = [...fig.toSVG().matchAll(/<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"\/>/g)].slice(
      -2,
    );
    const bottoms = boxes.map(([, y, h]) => Math.round(Number(y) + Number(h)));
    expect(bottoms[0]).toBe(bottoms[1]);
    expect(Number(boxes[1]![2]) / Number(boxes[0]![2])).toBeCloseTo(2, 1);
  });

  it('draws images in rectangles, or embeds them where an encoder is given', () => {
    const pixels = np.array([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const fig = figure();
    fig.panel().image(pixels);
    const svg = fig.toSVG();
    // runs of equal neighbours become one rectangle; the two colours are one path each
    expect(svg).toContain('fill="#000000" d="M0 0h2v1h-2zM1 1h2v1h-2z"');
    expect(svg).toContain('fill="#ffffff" d="M2 0h1v1h-1zM0 1h1v1h-1z"');

    const seen: unknown[] = [];
    const embedded = figure();
    embedded.panel().image(pixels, {
      reversed: true,
      encodePng: (image) => {
        seen.push(image);
        return Uint8Array.of(1, 2, 3);
      },
    });
    expect(embedded.toSVG()).toContain('data:image/png;base64,AQID');
    expect(seen[0]).toEqual({ width: 3, height: 2, channels: 1, data: Uint8Array.of(255, 255, 0, 0, 255, 255) });
  });

  it('shows long falls on a log scale', () => {
    const fig = figure();
    fig.panel().line([0, 1, 2], [1, 0.01, 0.0001]).set({ yScale: 'log' });
    expect(fig.toSVG()).toContain('>10⁻²<');
    expect(wellFormed(fig.toSVG())).toBe(true);
  });

  it.each<[string, () => unknown, string]>([
    [
      'unequal lengths',
      () => figure().panel().line([1, 2], [1]),
      'x and y must have the same length, and they have 2 and 1',
    ],
    [
      'a matrix as a line',
      () =>
        figure()
          .panel()
          .line(np.ones([2, 2])),
      'y must be one row of numbers, and its shape is [2, 2]',
    ],
    ['an unknown colour', () => figure().panel().line([1], { color: 'bleu' }), "'bleu' is not a colour"],
    ['a missing panel', () => figure().panel(1), 'there is no panel at row 1, column 0'],
    ['no width', () => figure({ width: 0 }), 'width must be a number above 0, and 0 was given'],
    [
      'an image of two channels',
      () =>
        figure()
          .panel()
          .image(np.ones([2, 2, 2])),
      'an image has shape [height, width]',
    ],
    [
      'limits the wrong way',
      () => {
        const fig = figure();
        fig.panel().set({ xLimits: [1, 0] });
        return fig.toSVG();
      },
      'limits go from a smaller to a larger number',
    ],
    ['too little room', () => figure({ width: 60, height: 40 }).toSVG(), 'the figure is too small for its panels'],
  ])('says what is wrong: %s', (_, run, message) => expect(run).toThrow(message));
});

describe('ticks', () => {
  it.each([
    [0, 1, 5, ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [-10.3, 10.2, 5, ['−10', '−5', '0', '5', '10']],
    [0, 0.9, 4, ['0.00', '0.25', '0.50', '0.75']],
    [0, 3e6, 3, ['0', '1e6', '2e6', '3e6']],
  ])('between %p and %p, %p gaps', (low, high, gaps, labels) =>
    expect(linearTicks(low, high, gaps).labels).toEqual(labels),
  );
  it('keeps epochs whole', () => expect(linearTicks(0.8, 5.2, 8, true).labels).toEqual(['1', '2', '3', '4', '5']));
  it('marks powers of ten', () =>
    expect(logTicks(1e-3, 200, 9).labels).toEqual(['10⁻³', '10⁻²', '10⁻¹', '10⁰', '10¹', '10²']));
});

it.each([
  ['red', 'red'],
  ['c', '#00bfbf'],
  ['C1', '#ff7f0e'],
  ['tab:blue', '#1f77b4'],
  ['#0F0', '#0f0'],
  ['0.5', '#808080'],
])('color %s', (name, value) => expect(color(name)).toBe(value));
