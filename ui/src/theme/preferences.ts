import { useSyncExternalStore } from 'react'
import type { ThemeName } from './tokens.ts'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]
/** Whose clock times are shown by: the plant's, or this browser's. */
export type ZoneChoice = 'plant' | 'browser'

export interface Preferences {
  readonly theme: ThemeName
  readonly language: Language
  readonly zone: ZoneChoice
}

const KEY = 'millwright.preferences'
const listeners = new Set<() => void>()
const systemDark = matchMedia('(prefers-color-scheme: dark)')
let preferences: Preferences = read()
// Who chose no theme gets that of the system, also when it changes at dusk.
systemDark.addEventListener('change', () => {
  preferences = { ...preferences, theme: stored().theme ?? (systemDark.matches ? 'dark' : 'light') }
  for (const listener of listeners) listener()
})

function read(): Preferences {
  const language = navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'zh' : 'en'
  return { theme: systemDark.matches ? 'dark' : 'light', language, zone: 'plant', ...stored() }
}

function stored(): Partial<Preferences> {
  try {
    const { theme, language, zone } = Object(JSON.parse(localStorage.getItem(KEY) ?? '{}')) as Record<string, unknown>
    return {
      ...((theme === 'light' || theme === 'dark') && { theme }),
      ...((language === 'en' || language === 'zh') && { language }),
      ...((zone === 'plant' || zone === 'browser') && { zone }),
    }
  } catch {
    // Storage is closed (private window) or holds something else: the browser's wishes are followed.
    return {}
  }
}

/** The preferences as they are now. */
export function currentPreferences(): Preferences {
  return preferences
}

/** Changes preferences, at once and for the next visit. */
export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...stored(), ...change }))
  } catch {
    // They hold for this visit only.
  }
  for (const listener of listeners) listener()
}

/** Hears of changes. Returns what ends that. */
export function onPreferences(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, currentPreferences)
}
