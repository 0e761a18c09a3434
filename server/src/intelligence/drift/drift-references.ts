import { Type, type Static } from 'typebox'
import type { Log } from '../../kernel/log.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import { driftReferenceSchema } from './drift-reference.ts'

/** Models whose references are kept; of more, any goes whose model was not looked at lately: the oldest. */
const MAX_REFERENCES = 5_000

const modelReferences = Type.Object({ inputs: Type.Array(Type.Union([driftReferenceSchema, Type.Null()])), score: Type.Union([driftReferenceSchema, Type.Null()]) })
export type ModelReferences = Static<typeof modelReferences>

/** What the inputs and the score of each model were in training. */
export class DriftReferences {
  readonly #map: DocumentMap<ModelReferences>

  private constructor(map: DocumentMap<ModelReferences>) {
    this.#map = map
  }

  static async open(documents: Documents, log: Log): Promise<DriftReferences> {
    const dropFirst = (all: ReadonlyMap<string, ModelReferences>) => all.keys().next().value
    return new DriftReferences(await DocumentMap.open<ModelReferences>({ documents, kind: 'drift-reference', schema: modelReferences, max: MAX_REFERENCES, dropFirst, log }))
  }

  get(model: string): ModelReferences | undefined {
    return this.#map.get(model)
  }

  async put(model: string, references: ModelReferences): Promise<void> {
    await this.#map.put(model, references)
  }
}
