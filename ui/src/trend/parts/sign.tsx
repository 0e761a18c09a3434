const PATHS = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  earlier: 'M15 5l-7 7 7 7',
  later: 'M9 5l7 7-7 7',
  live: 'M6 4l13 8-13 8z',
  clock: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.5V12l3 2',
  panels: 'M4 4h16v6H4zM4 14h16v6H4z',
  compare: 'M4 17c4-12 6-12 9-5s4 6 7 0M4 21h3M10 21h3M16 21h3',
  expected: 'M3 8c4-5 8 3 18-1M3 18c4-5 8 3 18-1M3 13c5-4 8 3 18-1',
  note: 'M6 3v18M6 4h12l-3 4 3 4H6',
  label: 'M4 5h10l6 7-6 7H4zM8 12h.01',
  export: 'M12 15V4M7.5 8.5 12 4l4.5 4.5M4 15v5h16v-5',
  help: 'M9 9a3 3 0 116 .5c0 2-3 2.300-3 4.500M12 18v.5',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9.500a2.500 2.500 0 100 5 2.500 2.500 0 000-5z',
  hidden: 'M4 4l16 16M9.500 6c6-2 11 3 12 6-.5 1.200-1.500 2.700-3 4M6 8c-1.700 1.300-3 3-3.500 4 2 4 6.500 7.500 12 6',
  close: 'M6 6l12 12M18 6L6 18',
  axis: 'M5 4v16h15M5 8h2.500M5 13h2.500M10 16l4-6 3 3 3-5',
} as const

export type SignName = keyof typeof PATHS

/** A sign of a button; its words stand in the button's label. */
export function Sign({ name, size = 16 }: { readonly name: SignName; readonly size?: number }) {
  return (
    <svg className="mw-icon" viewBox="0 0 24 24" width={size} height={size} fill={name === 'live' ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth={1.8} strokeLinejoin="round" strokeLinecap="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
