import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { currentPreferences, onPreferences } from '../theme/preferences.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

const TAGS = { en: 'en', zh: 'zh-CN' } as const

/** Starts the texts in the language that is preferred, and follows changes of it without a reload. */
export function startTexts(): void {
  void i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, zh: { translation: zh } },
    lng: currentPreferences().language,
    fallbackLng: 'en',
    initAsync: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  const follow = () => {
    const { language } = currentPreferences()
    document.documentElement.lang = TAGS[language]
    if (i18next.language !== language) void i18next.changeLanguage(language)
  }
  follow()
  onPreferences(follow)
}
