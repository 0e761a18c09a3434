const PATHS = {
  overview: 'M4 4h7v7H4zM13 4h7v4h-7zM13 10h7v10h-7zM4 13h7v7H4z',
  attention: 'M12 4a6 6 0 016 6v4l2 3H4l2-3v-4a6 6 0 016-6zM10 20h4',
  plant: 'M4 20V9l5 3.5V9l5 3.5V4h6v16zM8 16h2M13 16h2',
  trend: 'M4 4v16h16M7 15l4-5 3 3 5-7',
  dataIn: 'M12 3v11M7.5 9.5 12 14l4.5-4.5M4 15v5h16v-5',
  model: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4.3 7.6 12 12l7.7-4.4M12 12v9',
  simulator: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M5.6 18.4l1.8-1.8M16.6 7.4l1.8-1.8',
  style: 'M4 20l4-1 11-11-3-3L5 16zM14 7l3 3',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5 21 21',
  sun: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2',
  moon: 'M20 14.5A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14.5z',
  right: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  back: 'M15 5l-7 7 7 7',
  close: 'M5 5l14 14M19 5L5 19',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  clock: 'M12 3.5a8.5 8.5 0 100 17 8.5 8.5 0 000-17zM12 7.5V12l3 2',
} as const

export type IconName = keyof typeof PATHS

/** A sign drawn in the text's colour. It is decoration: what it stands beside says it in words. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="mw-icon" viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" strokeWidth={1.7} strokeLinejoin="round" strokeLinecap="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}
