import type { Layout, PlantAsset, PlantSignal } from '../plant/layout.ts'
import type { Words } from '../sensors/output.ts'

/** Edits sent in one request. */
const EDITS_A_TIME = 5_000

/** Tells a Millwright what its machines would never say themselves: levels, types, units, ranges and descriptions. Rejects when it does not take them. */
export async function uploadModel(apiUrl: string, { assets, signals }: Pick<Layout, 'assets' | 'signals'>): Promise<void> {
  const edits = [...assets.map(assetEdit), ...signals.map(signalEdit)]
  for (let at = 0; at < edits.length; at += EDITS_A_TIME) {
    const answer = await fetch(new URL('/api/v1/model/edits', apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ edits: edits.slice(at, at + EDITS_A_TIME) }),
    })
    if (!answer.ok) throw new Error(`${apiUrl} did not take the plant's description: ${answer.status} ${(await answer.text()).slice(0, 500)}`)
  }
}

function assetEdit({ path, level, type, description, properties }: PlantAsset): object {
  return { op: 'createAsset', path, orUpdate: true, fields: { level, description: bilingual(description), properties, ...(type === undefined ? {} : { type }) } }
}

/** Days that recordings are kept: those of one pump take 17 MB a day. */
const WAVEFORM_DAYS = 14

function signalEdit({ path, kind, unit, low, high, description }: PlantSignal): object {
  const fields = { kind, description: bilingual(description), ...(unit === undefined ? {} : { unit }), ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }), ...(kind === 'waveform' && { retentionDays: WAVEFORM_DAYS }) }
  return { op: 'createSignal', path, orUpdate: true, fields }
}

/** Both languages in one text, so that either finds it. */
function bilingual({ en, zh }: Words): string {
  return `${zh} · ${en}`
}
