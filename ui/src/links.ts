import { encodePath } from './api/client.ts'

/** Where things are in the app. Names of paths are encoded. */
export const links = {
  overview: (path = '') => (path === '' ? '/' : `/overview/${encodePath(path)}`),
  plant: (path = '') => (path === '' ? '/plant' : `/plant/${encodePath(path)}`),
  /** The trend of signals; the Trend room reads `signals`, one parameter each. */
  trend: (signals: readonly string[]) => `/trend?${new URLSearchParams(signals.map((path) => ['signals', path])).toString()}`,
  model: (tab: 'assets' | 'signals' | 'exchange' | 'inbox' = 'assets', under = '') => `/model/${tab}${under === '' ? '' : `?${new URLSearchParams({ under }).toString()}`}`,
} as const
