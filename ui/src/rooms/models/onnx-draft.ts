import type { WireOnnxBindFields, WireOnnxContract, WireOnnxFile } from '@millwright/model/wire/onnx.ts'

/** A text that is no JSON; the message is the parser's. */
export class UnreadableText extends Error {
  readonly field: 'contract' | 'pairs'

  constructor(field: 'contract' | 'pairs', reason: string) {
    super(reason)
    this.name = 'UnreadableText'
    this.field = field
  }
}

/** What somebody has typed so far. */
export interface OnnxDraft {
  readonly file: string
  readonly contract: string
  readonly pairs: string
  readonly assets: readonly string[]
  readonly author: string
  readonly dryRun: boolean
}

/**
 * The draft as the API takes it. What its fields mean is for the server to judge: it names every fault at once.
 * @throws UnreadableText where a text is no JSON.
 */
export function bindFieldsOf({ file, contract, pairs, assets, author, dryRun }: OnnxDraft): WireOnnxBindFields {
  return { file, contract: jsonOf('contract', contract) as WireOnnxContract, pairs: jsonOf('pairs', pairs) as WireOnnxBindFields['pairs'], assets: [...assets], author, dryRun }
}

function jsonOf(field: 'contract' | 'pairs', text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new UnreadableText(field, thrown instanceof Error ? thrown.message : String(thrown))
  }
}

/** A contract to begin with, of the file's own shape: as many inputs as its first tensor is wide. */
export function exampleContract({ inputs, outputs }: Pick<WireOnnxFile, 'inputs' | 'outputs'>): WireOnnxContract {
  const width = inputs[0]?.shape.at(-1)
  const count = typeof width === 'number' && width > 0 && width <= 256 ? width : 1
  return {
    name: 'My model',
    purpose: '',
    inputs: Array.from({ length: count }, (_, index) => ({ signal: `signal_${index + 1}` })),
    layout: 'flat',
    rows: 1,
    stepSeconds: 10,
    everyRows: 1,
    fill: { rule: 'hold', seconds: 600 },
    output: { means: 'value', signal: 'my_model', ...(outputs[0] !== undefined && { tensor: outputs[0].name }) },
  }
}
