import { Button, Input, Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { SIGNAL_STATES } from '@millwright/model/signal-state.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Figure } from '../../parts/figure.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { Empty, Failure } from '../../parts/view-state.tsx'
import { contrast } from '../../theme/contrast.ts'
import { usePreferences } from '../../theme/preferences.ts'
import { PALETTES, TYPE } from '../../theme/tokens.ts'
import './style.css'

const REFUSED = new ApiProblem({ type: '/api/errors#NAME_INVALID', title: 'Name invalid', status: 400, detail: '"a//b": name 2 of the path: a name must not be empty', code: 'NAME_INVALID', retryable: false })
const WAVE = Array.from({ length: 80 }, (_, index): readonly [number, number | null] => [index, index > 38 && index < 44 ? null : Math.sin(index / 6) * 3 + Math.sin(index) * 0.4])

/** All tokens and parts on one page, for those who build rooms. */
export function StyleRoom() {
  const { t } = useTranslation()
  const { theme } = usePreferences()
  const { chart, ...colours } = PALETTES[theme]
  return (
    <div className="mw-room">
      <h1>{t('style.title')}</h1>
      <section className="mw-panel">
        <h2>{t('style.states')}</h2>
        <div className="mw-row">
          {SIGNAL_STATES.map((state) => (
            <span key={state} className={`mw-style-state mw-tile-${state}`}>
              <StateMark state={state} size={20} />
            </span>
          ))}
        </div>
      </section>
      <section className="mw-panel">
        <h2>{t('style.colours')}</h2>
        <ul className="mw-swatches">
          {Object.entries(colours).map(([name, value]) => (
            <li key={name}>
              <i style={{ background: value }} />
              <code>{name}</code>
              <span className="mw-faint">{value}</span>
              <span className="mw-faint">{t('style.contrast', { ratio: contrast(value, colours.surface).toFixed(1) })}</span>
            </li>
          ))}
        </ul>
        <h2>{t('style.chart')}</h2>
        <div className="mw-row">
          {chart.map((value) => (
            <i key={value} className="mw-style-line" style={{ background: value }} title={value} />
          ))}
        </div>
      </section>
      <section className="mw-panel">
        <h2>{t('style.type')}</h2>
        {Object.entries(TYPE).map(([name, px]) => (
          <p key={name} className="mw-style-type" style={{ fontSize: px }}>
            <code>
              {name} {px}
            </code>
            {t('style.sample')} 87.4 °C
          </p>
        ))}
      </section>
      <section className="mw-panel mw-style-parts">
        <h2>{t('style.parts')}</h2>
        <div className="mw-row">
          <Button type="primary">{t('style.primary')}</Button>
          <Button>{t('style.plain')}</Button>
          <Button danger>{t('style.danger')}</Button>
          <Segmented options={[t('model.assets'), t('model.signals')]} aria-label={t('style.parts')} />
          <Select value={t('signal.good')} options={[{ value: t('signal.good') }]} aria-label={t('style.parts')} />
          <Input placeholder={t('model.search')} aria-label={t('model.search')} style={{ width: 160 }} />
        </div>
        <div className="mw-figures">
          <Figure name={t('dataIn.rate')} value="1,104" big history={WAVE} />
          <Figure name={t('dataIn.refused')} value="12" state="outside" />
        </div>
        <div style={{ width: 220 }}>
          <Sparkline points={WAVE} fromMs={0} toMs={79} low={-2.5} high={2.5} label={t('style.sample')} />
        </div>
      </section>
      <section className="mw-panel">
        <h2>{t('style.views')}</h2>
        <Empty>{t('plant.chooseText')}</Empty>
        <Failure error={REFUSED} onRetry={() => undefined} />
      </section>
    </div>
  )
}
