import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { Failure } from '../../parts/view-state.tsx'
import { useSwitch } from './use-switch.ts'

/** Switches the watching of one machine off or on. */
export function WatchedSwitch({ watched: { asset, isOff } }: { readonly watched: WireWatchedAsset }) {
  const { t } = useTranslation()
  const { turn, isPending, error } = useSwitch(asset)
  return (
    <>
      <Button size="small" loading={isPending} onClick={() => turn(!isOff)}>
        {t(isOff ? 'attention.watched.start' : 'attention.watched.stop')}
      </Button>
      {error !== null && <Failure error={error} compact />}
    </>
  )
}
