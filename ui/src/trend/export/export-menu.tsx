import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../../api/problem.ts'
import { askJson } from '../../api/client.ts'
import type { WireStatisticsAnswer } from '@millwright/model/wire/statistics.ts'
import { useFormat } from '../../i18n/use-format.ts'
import type { Picture } from '../paint/chart-model.ts'
import { Sign } from '../parts/sign.tsx'
import type { TimeWindow } from '../time/time-window.ts'
import { toLocalInput } from '../time/zone-time.ts'
import { exportPicture } from './export-picture.ts'
import { MAX_EXPORT_SAMPLES, exportBody, exportSamples } from './export-samples.ts'
import { fileName, saveFile } from './save-file.ts'

interface ExportMenuProps {
  readonly signals: readonly string[]
  readonly window: () => TimeWindow
  readonly picture: () => Picture | undefined
}

/** What is seen as CSV, Parquet or PNG, and its address. */
export function ExportMenu({ signals, window, picture }: ExportMenuProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { message } = App.useApp()
  const [isRunning, setRunning] = useState(false)
  const named = (ending: string) => fileName(toLocalInput(window().fromMs, format.zone), ending)

  const samples = async (kind: 'csv' | 'parquet') => {
    const range = window()
    const { results } = await askJson<WireStatisticsAnswer>('/api/v1/statistics', { method: 'POST', body: exportBody(signals, range) })
    const count = results.reduce((sum, { statistics }) => sum + (statistics?.count ?? 0), 0)
    if (count > MAX_EXPORT_SAMPLES) throw new Error(t('trend.export.tooMany', { samples: format.short(count) }))
    saveFile(await exportSamples(signals, range, kind), named(kind))
  }
  const png = async () => {
    const shown = picture()
    if (shown === undefined) return
    saveFile(await exportPicture(shown, `${format.dateTime(shown.window.fromMs)} – ${format.dateTime(shown.window.toMs)} (${format.zone})`), named('png'))
  }
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    void message.success(t('trend.export.copied'))
  }
  const work: Readonly<Record<string, () => Promise<void>>> = { csv: () => samples('csv'), parquet: () => samples('parquet'), png, copyLink: copy }
  const run = async (key: string) => {
    setRunning(true)
    try {
      await work[key]?.()
    } catch (thrown) {
      void message.error(thrown instanceof ApiProblem ? thrown.problem.detail : thrown instanceof Error ? thrown.message : String(thrown), 6)
    }
    setRunning(false)
  }
  return (
    <Dropdown trigger={['click']} disabled={signals.length === 0} menu={{ items: (['csv', 'parquet', 'png', 'copyLink'] as const).map((key) => ({ key, label: t(`trend.export.${key}`) })), onClick: ({ key }) => void run(key) }}>
      <Button aria-label={t('trend.export.label')} title={t('trend.export.label')} loading={isRunning} icon={<Sign name="export" />} />
    </Dropdown>
  )
}
