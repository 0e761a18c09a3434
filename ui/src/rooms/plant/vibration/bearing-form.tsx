import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { lastName, parentPath } from '@millwright/model/path.ts'
import type { WireBearing, WireShaftSpeed, WireVibrationPoint } from '@millwright/model/wire/vibration.ts'
import { signalsQuery } from '../../../api/queries.ts'
import { bearingsQuery, forgetPoint, sayPoint } from '../../../api/vibration-queries.ts'
import { AuthorField } from '../../../parts/author-field.tsx'
import { requireAuthor } from '../../../parts/author.ts'
import { Failure } from '../../../parts/view-state.tsx'

const NUMBERS = ['balls', 'ballMm', 'pitchMm', 'contactDeg'] as const
const [UNKNOWN, OWN, FIXED] = ['', '*own', '*fixed'] as const
/** Units in which a speed comes, as the server knows them. */
const SPEED_UNITS = new Set(['1/min', '/min', 'r/min', '{rpm}', '{r}/min', '{rev}/min', 'rpm', 'Hz', '1/s', '/s', '{r}/s', '{rev}/s'])
const MAX_SIGNALS = 200

type Numbers = Readonly<Record<(typeof NUMBERS)[number], string>>

/** Says which bearing a recording is of, from the catalogue or with numbers of one's own, and where the speed comes from. */
export function BearingForm({ point, onDone }: { readonly point: WireVibrationPoint; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: catalogue } = useQuery(bearingsQuery)
  const signals = useInfiniteQuery(signalsQuery({ under: parentPath(point.signal) ?? '', direct: true, limit: MAX_SIGNALS }))
  const speeds = (signals.data?.pages.flatMap(({ items }) => items) ?? []).filter(({ unit, kind }) => kind === 'number' && unit !== undefined && SPEED_UNITS.has(unit))
  const { bearing: known, speed: knownSpeed } = point
  const isListed = known !== null && (catalogue === undefined || catalogue.items.some((one) => sameBearing(one, known)))
  const [choice, setChoice] = useState<string>()
  const kind = choice ?? (known === null ? UNKNOWN : isListed ? known.name : OWN)
  const [name, setName] = useState(known?.name ?? '')
  const [numbers, setNumbers] = useState<Numbers>({ balls: String(known?.balls ?? ''), ballMm: String(known?.ballMm ?? ''), pitchMm: String(known?.pitchMm ?? ''), contactDeg: String(known?.contactDeg ?? 0) })
  const [source, setSource] = useState(knownSpeed === null ? UNKNOWN : 'rpm' in knownSpeed ? FIXED : knownSpeed.signal)
  const [rpm, setRpm] = useState(knownSpeed !== null && 'rpm' in knownSpeed ? String(knownSpeed.rpm) : '')
  const [isWrong, setWrong] = useState(false)
  const done = async () => {
    await client.invalidateQueries({ queryKey: ['vibration'] })
    onDone()
  }
  const say = useMutation({ mutationFn: (fields: Parameters<typeof sayPoint>[1]) => sayPoint(point.signal, fields), onSuccess: done })
  const forget = useMutation({ mutationFn: () => forgetPoint(point.signal), onSuccess: done })
  const save = (event: FormEvent) => {
    event.preventDefault()
    const bearing = kind === UNKNOWN ? null : kind === OWN ? bearingOf(name, numbers) : (catalogue?.items.find((one) => one.name === kind) ?? known)
    const speed: WireShaftSpeed | null | undefined = source === UNKNOWN ? null : source !== FIXED ? { signal: source } : Number(rpm) > 0 ? { rpm: Number(rpm) } : undefined
    setWrong(bearing === undefined || speed === undefined)
    const author = requireAuthor()
    if (author !== undefined && bearing !== undefined && speed !== undefined) say.mutate({ bearing, speed, author })
  }
  const error = say.error ?? forget.error
  return (
    <form className="mw-vibration-form" onSubmit={save}>
      <label>
        <span>{t('vibration.form.kind')}</span>
        <select value={kind} onChange={(event) => setChoice(event.target.value)}>
          <option value={UNKNOWN}>{t('vibration.form.unknown')}</option>
          {catalogue?.items.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
          <option value={OWN}>{t('vibration.form.own')}</option>
        </select>
      </label>
      {kind === OWN && (
        <>
          <label>
            <span>{t('vibration.form.name')}</span>
            <input value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
          </label>
          {NUMBERS.map((field) => (
            <label key={field}>
              <span>{t(`vibration.form.${field}`)}</span>
              <input value={numbers[field]} inputMode="decimal" size={6} onChange={(event) => setNumbers({ ...numbers, [field]: event.target.value })} />
            </label>
          ))}
        </>
      )}
      <label>
        <span>{t('vibration.form.speed')}</span>
        <select value={source} onChange={(event) => setSource(event.target.value)}>
          <option value={UNKNOWN}>{t('vibration.form.unknown')}</option>
          {speeds.map(({ path }) => (
            <option key={path} value={path}>
              {t('vibration.form.speedSignal', { signal: lastName(path) })}
            </option>
          ))}
          <option value={FIXED}>{t('vibration.form.fixed')}</option>
        </select>
      </label>
      {source === FIXED && (
        <label>
          <span>{t('vibration.form.rpm')}</span>
          <input value={rpm} inputMode="decimal" size={8} onChange={(event) => setRpm(event.target.value)} />
        </label>
      )}
      <AuthorField />
      <div className="mw-row">
        <button type="submit" className="mw-button" disabled={say.isPending}>
          {t('vibration.form.save')}
        </button>
        <button type="button" className="mw-button" onClick={onDone}>
          {t('vibration.form.cancel')}
        </button>
        {point.isSaid && (
          <button type="button" className="mw-button" disabled={forget.isPending} onClick={() => forget.mutate()}>
            {t('vibration.form.forget')}
          </button>
        )}
      </div>
      <p className="mw-faint">{t('vibration.form.makers')}</p>
      {isWrong && (
        <p className="mw-state-outside" role="alert">
          {t('vibration.form.wrong')}
        </p>
      )}
      {error !== null && <Failure error={error} compact />}
    </form>
  )
}

/** Undefined when a number is missing. */
function bearingOf(name: string, { balls, ballMm, pitchMm, contactDeg }: Numbers): WireBearing | undefined {
  const bearing = { name: name.trim(), balls: Number(balls), ballMm: Number(ballMm), pitchMm: Number(pitchMm), contactDeg: Number(contactDeg) }
  return bearing.name !== '' && Number.isInteger(bearing.balls) && bearing.balls > 2 && bearing.ballMm > 0 && bearing.pitchMm > 0 && bearing.contactDeg >= 0 ? bearing : undefined
}

function sameBearing(one: WireBearing, other: WireBearing): boolean {
  return one.name === other.name && one.balls === other.balls && NUMBERS.every((field) => one[field] === other[field])
}
