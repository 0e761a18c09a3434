import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WireArena } from '@millwright/model/wire/arena.ts'
import { arenaQuery } from '../../api/arena-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { QueryView } from '../../parts/view-state.tsx'
import { Leaderboard } from './leaderboard.tsx'
import { NewRun } from './new-run.tsx'
import { Runs } from './runs.tsx'
import { useContestTitle } from './contest-title.ts'
import './arena.css'

/** Detectors, predictors and models that people bring, on data of others, of the simulated plant and of this one: one scorer, and how each number was made. */
export function ArenaRoom() {
  const { t } = useTranslation()
  const query = useQuery(arenaQuery)
  return (
    <div className="mw-room mw-arena">
      <JudgingHead area="arena" />
      <p className="mw-soft mw-arena-lead">{t('arena.lead')}</p>
      <QueryView query={query}>{(arena) => <Known arena={arena} />}</QueryView>
    </div>
  )
}

function Known({ arena }: { readonly arena: WireArena }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState('')
  const contest = arena.contests.find(({ name }) => name === chosen) ?? arena.contests.find(({ missing }) => missing === null) ?? arena.contests[0]
  const table = arena.tables.find((one) => one.contest === contest?.name)
  return (
    <>
      <Runs arena={arena} />
      <div className="mw-arena-columns">
        <Contests arena={arena} chosen={contest?.name ?? ''} onChoose={setChosen} />
        {contest !== undefined && <NewRun key={contest.name} contest={contest} />}
      </div>
      {table === undefined ? <p className="mw-faint">{t('arena.none')}</p> : <Leaderboard key={table.contest} table={table} />}
    </>
  )
}

/** The collections; the chosen one is shown and can be run. */
function Contests({ arena: { contests, tables }, chosen, onChoose }: { readonly arena: WireArena; readonly chosen: string; readonly onChoose: (name: string) => void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const titleOf = useContestTitle()
  return (
    <fieldset className="mw-panel mw-contests">
      <legend className="mw-hidden">{t('arena.contests')}</legend>
      <h2>{t('arena.contests')}</h2>
      {contests.map((contest) => {
        const { name, missing } = contest
        const table = tables.find((one) => one.contest === name)
        return (
          <label key={name} className={name === chosen ? 'mw-contest mw-contest-chosen' : 'mw-contest'}>
            <input type="radio" name="contest" checked={name === chosen} onChange={() => onChoose(name)} />
            <span>
              <b>{titleOf(contest)}</b>
              <span className="mw-soft">
                {table === undefined ? t('arena.never') : table.made === null ? t('arena.released') : t('arena.made', { time: format.time(table.made), span: format.span(table.tookMs ?? 0), by: table.by ?? '–' })}
              </span>
              {missing !== null && <span className="mw-faint">{t('arena.notHere')}</span>}
            </span>
          </label>
        )
      })}
    </fieldset>
  )
}
