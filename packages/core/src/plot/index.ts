export { color, cycle } from './colors';
export { Figure, type FigureOptions, figure, Panel, type PanelOptions } from './figure';
export type { BarOptions, ImageOptions, LineOptions, LineStyle, Marker, Pixels, ScatterOptions } from './series';
export type { Scale } from './ticks';
