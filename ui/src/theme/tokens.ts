/**
 * The design tokens: the one place where colours, sizes and type are decided. Components use them as CSS variables (`--mw-…`),
 * Ant Design and ECharts through their themes. Neutral greys are the normal state; colour means abnormal (ANSI/ISA-101.01, 5.3).
 * Contrast of every text token on every surface is at least 4.5:1 (WCAG 2.2, 1.4.3); a test holds that.
 */
export interface Palette {
  /** Behind everything; panels; raised cards and inputs; hovered and chosen rows. */
  readonly canvas: string
  readonly surface: string
  readonly raised: string
  readonly hover: string
  readonly chosen: string
  /** Hairlines; edges that must be seen (3:1, WCAG 1.4.11). */
  readonly line: string
  readonly edge: string
  readonly text: string
  readonly textSoft: string
  readonly textFaint: string
  /** What can be pressed: links, the chosen room, focus. Never a state of the plant. */
  readonly accent: string
  readonly onAccent: string
  /** Abnormal states: text or sign on a surface, and a soft ground for it. */
  readonly bad: string
  readonly badGround: string
  readonly outside: string
  readonly outsideGround: string
  readonly uncertain: string
  readonly uncertainGround: string
  readonly stale: string
  readonly staleGround: string
  /** Lines of a chart; none of them is a state's colour. */
  readonly chart: readonly string[]
}

const light: Palette = {
  canvas: '#e9ebed',
  surface: '#f5f6f7',
  raised: '#ffffff',
  hover: '#e6eaed',
  chosen: '#dbe3ea',
  line: '#d6dade',
  edge: '#818b94',
  text: '#1b2126',
  textSoft: '#434c54',
  textFaint: '#59636c',
  accent: '#22577f',
  onAccent: '#ffffff',
  bad: '#b3151b',
  badGround: '#fbe3e2',
  outside: '#8a4a00',
  outsideGround: '#fdebcf',
  uncertain: '#6b5200',
  uncertainGround: '#f6efc9',
  stale: '#6a3f96',
  staleGround: '#efe6f7',
  chart: ['#2f6690', '#7a6a53', '#3d8b85', '#7b7fb5', '#5c7f3c', '#9a6f8e', '#4c4f55', '#6fa0c8'],
}

const dark: Palette = {
  canvas: '#14181b',
  surface: '#1b2024',
  raised: '#23292e',
  hover: '#2a3137',
  chosen: '#2b3a47',
  line: '#31383e',
  edge: '#76818a',
  text: '#e8ebed',
  textSoft: '#bcc4ca',
  textFaint: '#9ba5ad',
  accent: '#8dbfe6',
  onAccent: '#10202d',
  bad: '#ff8a84',
  badGround: '#46201f',
  outside: '#f5b256',
  outsideGround: '#41300f',
  uncertain: '#e3cd5c',
  uncertainGround: '#38330f',
  stale: '#cba6f0',
  staleGround: '#352643',
  chart: ['#7fb4de', '#c2ac88', '#66c2ba', '#a9addf', '#9cc472', '#cf9dc0', '#b9bfc5', '#4f86b3'],
}

export const PALETTES = { light, dark } as const
export type ThemeName = keyof typeof PALETTES

/** Type scale in px. `hero` is legible from two metres on a 24-inch screen. */
export const TYPE = { tiny: 11, small: 12, body: 14, lead: 16, title: 20, figure: 28, hero: 40 } as const
/** Distances in px: a grid of 4. */
export const SPACE = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 40 } as const
export const RADIUS = { small: 4, card: 6 } as const
/** Widths in px at which the layout changes: bottom bar below `phone`, icons only below `narrow`. */
export const WIDTHS = { phone: 640, narrow: 1100 } as const

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif'
export const MONO = 'ui-monospace, "SF Mono", Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace'

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The tokens as a style sheet. */
export function tokenSheet(): string {
  const sizes = [
    ...Object.entries(TYPE).map(([name, px]) => `--mw-type-${name}:${px / 16}rem`),
    ...Object.entries(SPACE).map(([name, px]) => `--mw-space-${name}:${px}px`),
    ...Object.entries(RADIUS).map(([name, px]) => `--mw-radius-${name}:${px}px`),
    `--mw-font:${FONT}`,
    `--mw-mono:${MONO}`,
  ]
  const colours = (palette: Palette) =>
    Object.entries(palette).flatMap(([name, value]) =>
      typeof value === 'string' ? [`--mw-${kebab(name)}:${value}`] : (value as readonly string[]).map((line, index) => `--mw-chart-${index + 1}:${line}`),
    )
  return `:root{${sizes.join(';')}}:root[data-theme=light]{color-scheme:light;${colours(light).join(';')}}:root[data-theme=dark]{color-scheme:dark;${colours(dark).join(';')}}`
}
