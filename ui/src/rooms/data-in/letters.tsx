import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { deadLettersQuery } from '../../api/queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { QueryView } from '../../parts/view-state.tsx'

const SHOWN = 50

/** What was refused, by source and reason, and the newest of it with the beginning of what came. */
export function Letters() {
  const { t } = useTranslation()
  const format = useFormat()
  const [chosen, setChosen] = useState<string>()
  const query = useQuery(deadLettersQuery)
  return (
    <section className="mw-panel" aria-label={t('dataIn.letters')}>
      <h2>{t('dataIn.letters')}</h2>
      <QueryView query={query} isEmpty={({ groups }) => groups.length === 0} empty={<p className="mw-faint">{t('dataIn.lettersNone')}</p>}>
        {({ groups, letters }) => (
          <div className="mw-letters">
            <ul className="mw-letter-groups">
              {groups.map(({ source, code, count, last }) => {
                const key = `${source}\n${code}`
                return (
                  <li key={key}>
                    <button type="button" aria-pressed={chosen === key} onClick={() => setChosen(chosen === key ? undefined : key)}>
                      <b className="mw-number">{format.short(count)}</b>
                      <span>
                        {source} · <code>{code}</code>
                        <span className="mw-faint">
                          {t('dataIn.last')} {format.time(last)}
                        </span>
                      </span>
                    </button>
                  </li>
                )
              })}
            </ul>
            <ol className="mw-letter-list" aria-label={t('dataIn.latest')}>
              {letters
                .filter(({ source, code }) => chosen === undefined || chosen === `${source}\n${code}`)
                .slice(0, SHOWN)
                .map(({ time, source, where, code, message, excerpt }, index) => (
                  <li key={`${time} ${index}`}>
                    <span className="mw-faint mw-number">{format.time(time)}</span>
                    <span>
                      <b>{message}</b>
                      <span className="mw-faint">
                        {source} · {where} · <a href={`/api/errors#${code}`}>{code}</a>
                      </span>
                      {excerpt !== null && <pre>{excerpt}</pre>}
                    </span>
                  </li>
                ))}
            </ol>
          </div>
        )}
      </QueryView>
    </section>
  )
}
