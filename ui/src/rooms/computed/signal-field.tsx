import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId } from 'react'
import { signalsLikeQuery } from '../../api/soft-sensor-queries.ts'

interface SignalFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (path: string) => void
}

/** A field for the path of a numeric signal, with those that match suggested as somebody types. */
export function SignalField({ label, value, onChange }: SignalFieldProps) {
  const id = useId()
  const { data } = useQuery(signalsLikeQuery(useDeferredValue(value.trim())))
  return (
    <label className="mw-form-field">
      <span>{label}</span>
      <input list={id} value={value} spellCheck={false} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      <datalist id={id}>
        {data?.filter(({ kind }) => kind === 'number').map(({ path, description }) => (
          <option key={path} value={path} label={description} />
        ))}
      </datalist>
    </label>
  )
}
