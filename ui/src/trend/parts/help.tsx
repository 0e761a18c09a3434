import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'

const ROWS = [
  ['move', ['←', '→'], 'moveGesture'],
  ['zoom', ['+', '−'], 'zoomGesture'],
  ['cursor', ['X'], 'cursorGesture'],
  ['second', ['Z'], 'secondGesture'],
  ['cursorStep', ['[', ']'], undefined],
  ['presets', ['1', '…', '6'], undefined],
  ['follow', ['F'], undefined],
  ['all', ['0'], undefined],
  ['pick', ['S'], undefined],
  ['layout', ['L'], undefined],
  ['compare', ['C'], undefined],
  ['note', ['N'], undefined],
  ['clear', ['Esc'], undefined],
  ['help', ['?'], undefined],
] as const

/** What keys and gestures do. */
export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal open={isOpen} onCancel={onClose} onOk={onClose} okText={t('trend.help.close')} cancelButtonProps={{ style: { display: 'none' } }} title={t('trend.help.title')} width={620}>
      <dl className="mw-trend-help">
        {ROWS.map(([what, keys, gesture]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>
              {t(`trend.help.${what}`)}
              {gesture !== undefined && <span className="mw-faint">{t(`trend.help.${gesture}`)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
