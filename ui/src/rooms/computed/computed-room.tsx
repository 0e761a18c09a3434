import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { links } from '../../links.ts'
import { JudgingHead } from '../../parts/judging-head.tsx'
import { NewSensor } from './new-sensor.tsx'
import { SensorList } from './sensor-list.tsx'
import { SensorPage } from './sensor-page.tsx'
import '../../parts/form.css'
import './computed.css'

const ONE = 'one/'
const NEW = 'new'

/** Soft sensors: rarely measured values, told all the time. */
export function ComputedRoom() {
  const { t } = useTranslation()
  const asked = useParams()['*'] ?? ''
  const tabs = [
    { to: links.softSensors(), label: t('computed.all'), isChosen: asked === '' },
    { to: links.newSoftSensor(), label: t('computed.new'), isChosen: asked === NEW },
  ]
  return (
    <div className="mw-room mw-computed">
      <JudgingHead area="computed" tabs={tabs} />
      {asked.startsWith(ONE) ? <SensorPage key={asked} id={asked.slice(ONE.length)} /> : asked === NEW ? <NewSensor /> : <SensorList />}
    </div>
  )
}
