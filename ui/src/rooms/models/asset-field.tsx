import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId } from 'react'
import { askJson } from '../../api/client.ts'
import type { Listing } from '../../api/queries.ts'
import type { WireAsset } from '@millwright/model/wire/asset.ts'

const SUGGESTED = 12

interface AssetFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (path: string) => void
}

/** A field for the path of an asset, with those that match suggested as somebody types. */
export function AssetField({ label, value, onChange }: AssetFieldProps) {
  const id = useId()
  const words = useDeferredValue(value.trim())
  const { data } = useQuery({
    queryKey: ['assets', 'suggested', words],
    queryFn: ({ signal }) => askJson<Listing<WireAsset>>('/api/v1/assets', { query: { search: words === '' ? undefined : words.split('/').at(-1), limit: SUGGESTED }, signal }),
    placeholderData: (before) => before,
  })
  return (
    <label className="mw-bench-field">
      <span>{label}</span>
      <input list={id} value={value} spellCheck={false} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      <datalist id={id}>
        {data?.items.map(({ path, description }) => (
          <option key={path} value={path} label={description} />
        ))}
      </datalist>
    </label>
  )
}
