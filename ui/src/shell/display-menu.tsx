import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../api/queries.ts'
import { Icon } from '../parts/icon.tsx'
import { prefer, usePreferences, type Language, type ZoneChoice } from '../theme/preferences.ts'
import type { ThemeName } from '../theme/tokens.ts'

const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Theme and language at one touch each; the clock's zone and the API's page behind the third button. */
export function DisplayMenu() {
  const { t } = useTranslation()
  const { theme, language, zone } = usePreferences()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const { data } = useQuery({ ...statusQuery(), staleTime: Number.POSITIVE_INFINITY })
  useEffect(() => {
    if (!isOpen) return undefined
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !(event.target instanceof Node && box.current?.contains(event.target) === true)) setOpen(false)
    }
    addEventListener('keydown', close)
    addEventListener('pointerdown', close)
    return () => {
      removeEventListener('keydown', close)
      removeEventListener('pointerdown', close)
    }
  }, [isOpen])
  const otherTheme: ThemeName = theme === 'dark' ? 'light' : 'dark'
  const otherLanguage: Language = language === 'zh' ? 'en' : 'zh'
  return (
    <div className="mw-display" ref={box}>
      <button type="button" className="mw-icon-button mw-language" lang={otherLanguage === 'zh' ? 'zh-CN' : 'en'} onClick={() => prefer({ language: otherLanguage })}>
        {t(otherLanguage === 'zh' ? 'shell.toChinese' : 'shell.toEnglish')}
      </button>
      <button type="button" className="mw-icon-button" aria-label={t(otherTheme === 'dark' ? 'shell.toDark' : 'shell.toLight')} title={t(otherTheme === 'dark' ? 'shell.toDark' : 'shell.toLight')} onClick={() => prefer({ theme: otherTheme })}>
        <Icon name={otherTheme === 'dark' ? 'moon' : 'sun'} />
      </button>
      <button type="button" className="mw-icon-button" aria-label={t('shell.settings')} title={t('shell.settings')} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="settings" />
      </button>
      {isOpen && (
        <div className="mw-popover" role="group" aria-label={t('shell.settings')}>
          <fieldset>
            <legend>{t('shell.zone')}</legend>
            {(['plant', 'browser'] satisfies ZoneChoice[]).map((choice) => (
              <label key={choice}>
                <input type="radio" name="zone" checked={zone === choice} onChange={() => prefer({ zone: choice })} />
                {choice === 'plant' ? t('shell.zonePlant', { zone: data?.timezone ?? '–' }) : t('shell.zoneBrowser', { zone: BROWSER_ZONE })}
              </label>
            ))}
          </fieldset>
          <a href="/api/docs">{t('shell.docs')}</a>
        </div>
      )}
    </div>
  )
}
