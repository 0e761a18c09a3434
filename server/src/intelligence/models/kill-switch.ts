import { Type, type Static } from 'typebox'
import type { Log } from '../../kernel/log.ts'
import { DocumentMap, type Documents } from '../anomalies/document-map.ts'
import type { ModelRegistry } from './model-registry.ts'

const KEY = 'switch'
const switchState = Type.Object({ all: Type.Boolean(), assets: Type.Array(Type.Integer()), models: Type.Array(Type.String()) })
type SwitchState = Static<typeof switchState>

/** What is switched off: everything, assets, or models. Kept over restarts. */
export class KillSwitch {
  readonly #map: DocumentMap<SwitchState>
  readonly #models: ModelRegistry

  private constructor(map: DocumentMap<SwitchState>, models: ModelRegistry) {
    this.#map = map
    this.#models = models
  }

  static async open(documents: Documents, models: ModelRegistry, log: Log): Promise<KillSwitch> {
    return new KillSwitch(await DocumentMap.open<SwitchState>({ documents, kind: 'intelligence-switch', schema: switchState, max: 1, log }), models)
  }

  get isAllOff(): boolean {
    return this.#state.all
  }

  /** Assets that are not judged: switched off themselves, or by their champion. */
  assets(): number[] {
    const byModel = this.#state.models.flatMap((id) => {
      const model = this.#models.get(id)
      return model?.stage === 'champion' && model.kind === 'watch' ? [model.asset] : []
    })
    return [...new Set([...this.#state.assets, ...byModel])]
  }

  isModelOff(id: string): boolean {
    return this.#state.models.includes(id)
  }

  async set(what: { readonly asset: number } | { readonly model: string } | 'all', off: boolean): Promise<void> {
    const { all, assets, models } = this.#state
    const changed =
      what === 'all'
        ? { all: off, assets, models }
        : 'asset' in what
          ? { all, assets: toggled(assets, what.asset, off), models }
          : { all, assets, models: toggled(models, what.model, off) }
    await this.#map.put(KEY, changed)
  }

  get #state(): SwitchState {
    return this.#map.get(KEY) ?? { all: false, assets: [], models: [] }
  }
}

function toggled<T>(list: readonly T[], item: T, isIn: boolean): T[] {
  const others = list.filter((other) => other !== item)
  return isIn ? [...others, item] : others
}
