import { useTranslation } from 'react-i18next'
import type { WireModel } from '@millwright/model/wire/ai-model.ts'
import { useFormat } from '../../i18n/use-format.ts'

/** What a model that tells classes said, beside the truth: a row for each true class, a column for each that it said. Colour marks what was wrong. */
export function ConfusionPanel({ model: { confusion } }: { readonly model: WireModel }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (confusion === null) return null
  const { truth, classes, counts, unknown } = confusion
  const at = (row: number, column: number) => counts[row]?.[column] ?? 0
  const sum = (of: (index: number) => number) => classes.reduce((total, _, index) => total + of(index), 0)
  const share = (part: number, whole: number) => (whole === 0 ? '–' : format.percent(part / whole))
  return (
    <section className="mw-panel" aria-label={t('models.confusion.title')}>
      <h2>{t('models.confusion.title')}</h2>
      <div className="mw-table-box" tabIndex={0} role="region" aria-label={t('models.confusion.title')}>
        <table className="mw-table mw-confusion">
          <thead>
            <tr>
              <th scope="col">{t('models.confusion.corner')}</th>
              {classes.map((name) => (
                <th key={name} scope="col" className="mw-right">
                  {name}
                </th>
              ))}
              <th scope="col" className="mw-right" title={t('models.confusion.recallHelp')}>
                {t('models.confusion.recall')}
              </th>
            </tr>
          </thead>
          <tbody>
            {classes.map((name, row) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {classes.map((said, column) => (
                  <td key={said} className={row !== column && at(row, column) > 0 ? 'mw-right mw-number mw-state-outside' : 'mw-right mw-number'}>
                    {row === column ? <b>{format.count(at(row, column))}</b> : format.count(at(row, column))}
                  </td>
                ))}
                <td className="mw-right mw-number">{share(at(row, row), sum((column) => at(row, column)))}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" title={t('models.confusion.precisionHelp')}>
                {t('models.confusion.precision')}
              </th>
              {classes.map((name, column) => (
                <td key={name} className="mw-right mw-number">
                  {share(at(column, column), sum((row) => at(row, column)))}
                </td>
              ))}
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      <p className="mw-faint mw-models-help">
        {t(`models.confusion.truth.${truth}`)} {unknown > 0 && t('models.confusion.unknown', { shown: format.count(unknown) })}
      </p>
    </section>
  )
}
