import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_AUTHOR, rememberAuthor, useAuthor } from './author.ts'

/** Whose name stands under what is said here. It takes the focus when something waits for a name. */
export function AuthorField() {
  const { t } = useTranslation()
  const { name, isWanted } = useAuthor()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (isWanted) input.current?.focus()
  }, [isWanted])
  return (
    <div className="mw-author">
      <label className="mw-field">
        <span>{t('attention.author')}</span>
        <input ref={input} value={name} maxLength={MAX_AUTHOR} autoComplete="name" aria-invalid={isWanted} onChange={(event) => rememberAuthor(event.target.value)} />
      </label>
      {isWanted && (
        <p className="mw-state-outside" role="alert">
          {t('attention.authorWanted')}
        </p>
      )}
    </div>
  )
}
