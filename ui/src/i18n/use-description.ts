import { useCallback } from 'react'
import { usePreferences } from '../theme/preferences.ts'
import { inLanguage } from './bilingual.ts'

/** Turns a description that is written in both languages into the part that the reader prefers; others stay as they are. */
export function useDescription(): (description: string | undefined) => string | undefined {
  const { language } = usePreferences()
  return useCallback((description) => (description === undefined ? undefined : inLanguage(description, language)), [language])
}
