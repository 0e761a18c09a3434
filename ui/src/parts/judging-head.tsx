import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { links } from '../links.ts'
import { AuthorField } from './author-field.tsx'

/** The pages about judging machines; they share one place in the navigation. */
const AREAS = ['attention', 'health', 'models', 'computed', 'arena'] as const
export type JudgingArea = (typeof AREAS)[number]

const HOME: Readonly<Record<JudgingArea, string>> = { attention: links.attention(), health: links.health(), models: links.models(), computed: links.softSensors(), arena: links.arena() }

/** A page of an area. */
export interface HeadTab {
  readonly to: string
  readonly label: string
  readonly isChosen: boolean
}

interface JudgingHeadProps {
  readonly area: JudgingArea
  readonly tabs?: readonly HeadTab[]
}

/** The head that all pages about judging machines share: the areas as titles, the pages of this one, and whose name stands under what is said. */
export function JudgingHead({ area, tabs = [] }: JudgingHeadProps) {
  const { t } = useTranslation()
  return (
    <div className="mw-judging-head">
      <h1 className="mw-hidden">{t(`attention.areas.${area}`)}</h1>
      <nav className="mw-areas" aria-label={t('attention.areas.label')}>
        {AREAS.map((one) => (
          <NavLink key={one} to={HOME[one]} className={one === area ? 'mw-area mw-area-chosen' : 'mw-area'} aria-current={one === area ? 'page' : undefined}>
            {t(`attention.areas.${one}`)}
          </NavLink>
        ))}
      </nav>
      {tabs.length > 0 && (
        <nav className="mw-tabs" aria-label={t(`attention.areas.${area}`)}>
          {tabs.map(({ to, label, isChosen }) => (
            <NavLink key={to} to={to} className={isChosen ? 'mw-tab mw-tab-chosen' : 'mw-tab'} aria-current={isChosen ? 'page' : undefined}>
              {label}
            </NavLink>
          ))}
        </nav>
      )}
      <AuthorField />
    </div>
  )
}
