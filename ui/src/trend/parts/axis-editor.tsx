import { Button, Checkbox, InputNumber, Modal, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AxisChoice } from '../view/trend-view.ts'

interface AxisEditorProps {
  readonly name: string
  readonly choice: AxisChoice
  readonly isStepped: boolean
  /** Several signals stand on the axis. */
  readonly isShared: boolean
  readonly expected: readonly [low: number | undefined, high: number | undefined]
  readonly onApply: (choice: AxisChoice, isStepped: boolean) => void
  readonly onClose: () => void
}

/** The value axis of a signal: by what is seen, or fixed; even or logarithmic; the line as steps. */
export function AxisEditor({ name, choice, isStepped, isShared, expected, onApply, onClose }: AxisEditorProps) {
  const { t } = useTranslation()
  const [isFixed, setFixed] = useState(choice.fixed !== undefined)
  const [low, setLow] = useState<number | null>(choice.fixed?.[0] ?? expected[0] ?? 0)
  const [high, setHigh] = useState<number | null>(choice.fixed?.[1] ?? expected[1] ?? 100)
  const [isLog, setLog] = useState(choice.log === true)
  const [steps, setSteps] = useState(isStepped)
  const isRight = !isFixed || (low !== null && high !== null && low < high && (!isLog || low > 0))
  const apply = () => onApply({ ...(isFixed && low !== null && high !== null && { fixed: [low, high] as const }), ...(isLog && { log: true }) }, steps)
  const [expectedLow, expectedHigh] = expected
  return (
    <Modal open onCancel={onClose} onOk={apply} okText={t('trend.axis.apply')} okButtonProps={{ disabled: !isRight }} title={t('trend.axis.title', { name })} width={440}>
      <div className="mw-trend-form">
        <Radio.Group value={isFixed} onChange={(event) => setFixed(event.target.value === true)} options={[{ value: false, label: t('trend.axis.auto') }, { value: true, label: t('trend.axis.fixed') }]} />
        {isFixed && (
          <div className="mw-row">
            <InputNumber aria-label={t('trend.axis.low')} prefix={t('trend.axis.low')} value={low} onChange={setLow} style={{ width: 150 }} />
            <InputNumber aria-label={t('trend.axis.high')} prefix={t('trend.axis.high')} value={high} onChange={setHigh} style={{ width: 150 }} />
            {expectedLow !== undefined && expectedHigh !== undefined && (
              <Button
                onClick={() => {
                  setLow(expectedLow)
                  setHigh(expectedHigh)
                }}
              >
                {t('trend.axis.expected')}
              </Button>
            )}
          </div>
        )}
        <Checkbox checked={isLog} onChange={(event) => setLog(event.target.checked)}>
          {t('trend.axis.log')}
        </Checkbox>
        <Checkbox checked={steps} onChange={(event) => setSteps(event.target.checked)}>
          {t('trend.axis.step')}
        </Checkbox>
        {!isRight && <p role="alert">{t('trend.axis.wrong')}</p>}
        {isShared && <p className="mw-faint">{t('trend.axis.signalPanel')}</p>}
      </div>
    </Modal>
  )
}
