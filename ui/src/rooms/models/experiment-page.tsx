import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { BringModel } from './bring-model.tsx'
import { TrainCandidate } from './train-candidate.tsx'

const WAYS = ['train', 'bring'] as const

/** Where a candidate comes from: learned from the history of a machine, or brought as a file. */
export function ExperimentPage() {
  const { t } = useTranslation()
  const [asked] = useSearchParams()
  const [way, setWay] = useState<(typeof WAYS)[number]>('train')
  const asset = asked.get('asset') ?? ''
  return (
    <>
      <div className="mw-ways" role="radiogroup" aria-label={t('models.bench.way')}>
        {WAYS.map((one) => (
          <label key={one} className={one === way ? 'mw-way mw-way-chosen' : 'mw-way'}>
            <input type="radio" name="way" checked={one === way} onChange={() => setWay(one)} />
            <span>
              <b>{t(`models.bench.${one}`)}</b>
              <span className="mw-soft">{t(`models.bench.${one}Help`)}</span>
            </span>
          </label>
        ))}
      </div>
      {way === 'train' ? <TrainCandidate asset={asset} /> : <BringModel asset={asset} />}
    </>
  )
}
