import type { WireArenaContest, WireArenaRunFields } from '@millwright/model/wire/arena.ts'
import type { WireOnnxContract, WireOnnxFile } from '@millwright/model/wire/onnx.ts'
import { exampleContract, UnreadableText } from '../models/onnx-draft.ts'

/** A contract says what its model is for; here it is to be scored. */
const PURPOSE = 'Arena'

/** Who is to be scored. */
export type Entrant = 'ours' | 'model'

/** What somebody has chosen so far. */
export interface ArenaDraft {
  readonly contest: string
  readonly entrant: Entrant
  /** Of ours. */
  readonly detectors: readonly string[]
  readonly file: string
  readonly contract: string
  readonly limit: number | null
  readonly by: string
}

/**
 * The draft as the API takes it. Whether the model fits is for the server to say, with its reason.
 * @throws UnreadableText where the contract is no JSON.
 */
export function runFieldsOf({ contest, entrant, detectors, file, contract, limit, by }: ArenaDraft): WireArenaRunFields {
  if (entrant === 'ours') return { contest, by, ...(detectors.length > 0 && { detectors: [...detectors] }) }
  return { contest, by, model: { file, contract: parsed(contract), ...(limit !== null && { limit }) } }
}

/** The file's own contract, or one to begin with: its inputs are the first signals of the collection, its output an anomaly score. */
export function contractFor(file: WireOnnxFile, { signals }: Pick<WireArenaContest, 'signals'>): WireOnnxContract {
  if (file.contract !== null) return file.contract
  const example = exampleContract(file)
  // A classifier's label comes first and is no score; what has one number a row is.
  const isNumber = ({ type }: WireOnnxFile['outputs'][number]) => type.startsWith('float')
  const score = file.outputs.find((output) => isNumber(output) && (output.shape.length < 2 || output.shape.at(-1) === 1)) ?? file.outputs.find(isNumber)
  return { ...example, purpose: PURPOSE, inputs: example.inputs.map((input, index) => ({ ...input, signal: signals[index] ?? input.signal })), output: { ...example.output, means: 'anomaly_score', signal: 'my_score', ...(score !== undefined && { tensor: score.name }) } }
}

function parsed(text: string): WireOnnxContract {
  try {
    return JSON.parse(text) as WireOnnxContract
  } catch (thrown) {
    throw new UnreadableText('contract', thrown instanceof Error ? thrown.message : String(thrown))
  }
}
