import { useTranslation } from 'react-i18next'
import type { WireExamination } from '@millwright/model/wire/examination.ts'
import { useFormat } from '../../i18n/use-format.ts'

const [WIDTH, HEIGHT, HIGHEST] = [1_000, 56, 6]

/** The recording as a strip: runs, what was learned from (pale), and each finding as high as it went beyond its limit. A press leads to the finding. */
export function RecordingCourse({ examination: { runs, findings } }: { readonly examination: WireExamination }) {
  const { t } = useTranslation()
  const format = useFormat()
  const first = runs[0]?.from ?? 0
  const last = runs.at(-1)?.to ?? first + 1
  const x = (timeMs: number) => ((timeMs - first) / Math.max(1, last - first)) * WIDTH
  return (
    <figure className="mw-panel mw-course">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={t('examine.courseLabel')}>
        {runs.map(({ from, to, judgedFrom }) => (
          <g key={from}>
            <rect className="mw-course-learned" x={x(from)} y={HEIGHT - 8} width={Math.max(1, x(judgedFrom ?? to) - x(from) - 1)} height={8} />
            {judgedFrom !== null && <rect className="mw-course-judged" x={x(judgedFrom)} y={HEIGHT - 8} width={Math.max(1, x(to) - x(judgedFrom) - 1)} height={8} />}
          </g>
        ))}
        {findings.map(({ id, from, to, height }) => {
          const tall = 10 + ((HEIGHT - 24) * Math.log(Math.min(HIGHEST, Math.max(1, height)))) / Math.log(HIGHEST)
          return (
            <a key={id} href={`#${id}`}>
              <rect className="mw-course-finding" x={x(from)} y={HEIGHT - 10 - tall} width={Math.max(3, x(to) - x(from))} height={tall} />
            </a>
          )
        })}
      </svg>
      <figcaption className="mw-row mw-faint mw-number">
        <span>{format.dateTime(first)}</span>
        <span>{format.dateTime(last)}</span>
      </figcaption>
      <p className="mw-faint">{t('examine.courseLabel')}</p>
    </figure>
  )
}
