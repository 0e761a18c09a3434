import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { links } from '../../links.ts'
import { Icon } from '../../parts/icon.tsx'
import { useComposedText } from '../../parts/use-composed-text.ts'
import { Empty } from '../../parts/view-state.tsx'
import { MachinePage } from './machine-page.tsx'
import { PlantSearch } from './plant-search.tsx'
import { PlantTree } from './plant-tree.tsx'
import './plant.css'

/** The plant tree, and beside it (on a phone instead of it) the page of the chosen asset. */
export function PlantRoom() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const path = useParams()['*'] ?? ''
  const { words, input } = useComposedText()
  return (
    <div className={path === '' ? 'mw-plant mw-plant-tree-only' : 'mw-plant mw-plant-chosen'}>
      <aside className="mw-plant-side" aria-label={t('plant.tree')}>
        <label className="mw-field">
          <Icon name="search" size={16} />
          <input {...input} type="search" placeholder={t('plant.search')} aria-label={t('plant.search')} />
        </label>
        {words === '' ? <PlantTree chosen={path} onChoose={(chosen) => void navigate(links.plant(chosen))} /> : <PlantSearch words={words} />}
      </aside>
      <div className="mw-plant-page">
        {path === '' ? (
          <Empty title={t('plant.choose')}>
            <p>{t('plant.chooseText')}</p>
          </Empty>
        ) : (
          <>
            <Link className="mw-plant-back" to={links.plant()}>
              <Icon name="back" size={16} /> {t('plant.back')}
            </Link>
            <MachinePage key={path} path={path} />
          </>
        )}
      </div>
    </div>
  )
}
