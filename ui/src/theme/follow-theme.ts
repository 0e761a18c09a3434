import { currentPreferences, onPreferences } from './preferences.ts'
import { tokenSheet } from './tokens.ts'

/** Puts the tokens into the page, and the preferred theme on it, now and at every change. */
export function followTheme(): void {
  const sheet = document.createElement('style')
  sheet.textContent = tokenSheet()
  document.head.prepend(sheet)
  const follow = () => {
    document.documentElement.dataset['theme'] = currentPreferences().theme
  }
  follow()
  onPreferences(follow)
}
