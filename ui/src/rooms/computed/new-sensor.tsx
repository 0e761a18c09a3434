import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, InputNumber } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { lastName, parentPath } from '@millwright/model/path.ts'
import { softSensorsQuery, suggestionsQuery, trainSoftSensor } from '../../api/soft-sensor-queries.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { links } from '../../links.ts'
import { requireAuthor } from '../../parts/author.ts'
import { Failure, Loading } from '../../parts/view-state.tsx'
import { likelyInputs } from './likely-inputs.ts'
import { SignalField } from './signal-field.tsx'

const DAY_MS = 86_400_000
const [DEFAULT_DAYS, MAX_DAYS, MAX_INPUTS] = [180, 3_650, 50]
const [DEFAULT_STEP, LEAST_STEP, MAX_STEP] = [60, 10, 86_400]

/** Which rare value shall be told, from what, learned from which time. The target may stand in the address. */
export function NewSensor() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const format = useFormat()
  const [asked] = useSearchParams()
  const [target, setTarget] = useState(asked.get('target') ?? '')
  const [days, setDays] = useState<number | null>(DEFAULT_DAYS)
  const [step, setStep] = useState<number | null>(DEFAULT_STEP)
  const [chosen, setChosen] = useState<readonly string[]>()
  const [typed, setTyped] = useState('')
  const path = useDeferredValue(target.trim())
  const offered = useQuery({ ...suggestionsQuery(path, step ?? DEFAULT_STEP), enabled: path.includes('/') })
  const inputs = chosen ?? likelyInputs(offered.data ?? [])
  const extra = inputs.filter((input) => offered.data?.some((one) => one.path === input) !== true)
  const train = useMutation({
    mutationFn: (author: string) => trainSoftSensor({ target: path, inputs: [...inputs], everySeconds: step ?? DEFAULT_STEP, from: Math.round(Date.now() - (days ?? DEFAULT_DAYS) * DAY_MS), author }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: softSensorsQuery.queryKey })
      void navigate(links.softSensor(id))
    },
  })
  const toggle = (input: string) => setChosen(inputs.includes(input) ? inputs.filter((one) => one !== input) : [...inputs, input].slice(0, MAX_INPUTS))
  return (
    <form
      className="mw-panel mw-form"
      aria-label={t('computed.new')}
      onSubmit={(event) => {
        event.preventDefault()
        const author = requireAuthor()
        if (author !== undefined) train.mutate(author)
      }}
    >
      <p className="mw-soft">{t('computed.lead')}</p>
      <SignalField
        label={t('computed.target')}
        value={target}
        onChange={(value) => {
          setTarget(value)
          setChosen(undefined)
        }}
      />
      <fieldset className="mw-form-set">
        <legend>{t('computed.inputs')}</legend>
        {path.includes('/') && offered.isPending && <Loading />}
        {offered.error !== null && <Failure error={offered.error} compact />}
        {offered.data !== undefined && <p className="mw-faint">{t('computed.inputsHelp')}</p>}
        <ul className="mw-inputs">
          {offered.data?.map(({ path: input, place, correlation, rows }) => (
            <li key={input}>
              <label>
                <input type="checkbox" checked={inputs.includes(input)} onChange={() => toggle(input)} /> {lastName(input)}
                {place === 'beside' && <span className="mw-faint"> {lastName(parentPath(input) ?? '')}</span>}
              </label>
              <span className="mw-faint mw-number">{correlation === null ? t('computed.tooFew', { rows: format.count(rows) }) : t('computed.goesWith', { value: correlation.toFixed(2) })}</span>
            </li>
          ))}
          {extra.map((input) => (
            <li key={input}>
              <label>
                <input type="checkbox" checked onChange={() => toggle(input)} /> {input}
              </label>
            </li>
          ))}
        </ul>
        <div className="mw-form-add">
          <SignalField label={t('computed.other')} value={typed} onChange={setTyped} />
          <Button
            disabled={typed.trim() === '' || inputs.includes(typed.trim())}
            onClick={() => {
              toggle(typed.trim())
              setTyped('')
            }}
          >
            {t('computed.add')}
          </Button>
        </div>
      </fieldset>
      <label className="mw-form-field">
        <span>{t('computed.days')}</span>
        <InputNumber aria-label={t('computed.days')} min={1} max={MAX_DAYS} precision={0} value={days} onChange={setDays} />
      </label>
      <label className="mw-form-field">
        <span>{t('computed.every')}</span>
        <InputNumber aria-label={t('computed.every')} min={LEAST_STEP} max={MAX_STEP} precision={0} value={step} onChange={setStep} />
      </label>
      <div className="mw-row">
        <Button type="primary" htmlType="submit" disabled={!path.includes('/') || inputs.length === 0 || days === null || step === null} loading={train.isPending}>
          {t('computed.train')}
        </Button>
        <span className="mw-faint">{t('computed.after')}</span>
      </div>
      {train.error !== null && <Failure error={train.error} compact />}
    </form>
  )
}
