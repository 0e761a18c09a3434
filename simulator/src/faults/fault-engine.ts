import { FAULT_KINDS } from './catalogue.ts'
import type { FaultGround, FaultKind, FaultPlacement } from './fault-kind.ts'
import type { Wiring } from '../plant/wiring.ts'

/** Most faults that can be planned or active at one time. */
export const MAX_FAULTS = 500
/** Most entries of the truth; older ones that ended are forgotten first. */
export const MAX_TRUTH = 20_000

/** A fault as it is asked for. */
export interface FaultRequest {
  readonly kind: string
  readonly target: string
  readonly variant?: string
  /** 0…1; the kind's default where absent. */
  readonly severity?: number
  readonly rampS?: number
  /** The kind's own number, where it has one. */
  readonly amount?: number
  /** When it begins; now where absent. */
  readonly beginUs?: number
  /** When it ends by itself; never where absent. */
  readonly endUs?: number
}

/** The truth about one fault: what detectors must find and may not see. */
export interface FaultTruth {
  readonly id: number
  readonly kind: string
  readonly target: string
  readonly variant: string
  /** Path of the struck asset, or name of the gateway. */
  readonly asset: string
  readonly severity: number
  readonly rampS: number
  readonly amount: number
  readonly beginUs: number
  /** When it ended or will end; undefined while nobody knows. */
  endUs: number | undefined
  /** Signals that show it, the most telling first. */
  readonly shows: readonly string[]
  /** Machines that may feel it, by what flows between them. */
  readonly downstream: readonly string[]
}

/** A refused request: what was wrong and what would be right. */
export interface FaultProblem {
  readonly field: string
  readonly message: string
}

export type InjectOutcome = { readonly status: 'injected'; readonly fault: FaultTruth } | { readonly status: 'refused'; readonly problem: FaultProblem }

interface Active {
  readonly truth: FaultTruth
  readonly kind: FaultKind
  readonly placement: FaultPlacement
}

/** Plans faults, moves their severity with time, and keeps the truth about them. */
export class FaultEngine {
  readonly placements: ReadonlyMap<string, ReadonlyMap<string, FaultPlacement>>
  readonly #wiring: Wiring
  #active: Active[] = []
  #truth: FaultTruth[] = []
  #nextId = 1

  constructor(ground: FaultGround, wiring: Wiring) {
    this.#wiring = wiring
    this.placements = new Map(FAULT_KINDS.map((kind) => [kind.kind, new Map(kind.placements(ground).map((placement) => [placement.target, placement]))]))
  }

  /** Plans a fault that begins at `nowUs` or later. */
  inject(request: FaultRequest, nowUs: number): InjectOutcome {
    const found = this.#find(request, nowUs)
    if ('problem' in found) return { status: 'refused', problem: found.problem }
    const { kind, placement } = found
    const variant = request.variant ?? placement.variants[0] ?? ''
    const asset = placement.asset ?? placement.target
    const truth: FaultTruth = {
      id: this.#nextId++, kind: kind.kind, target: placement.target, variant, asset,
      severity: request.severity ?? kind.defaultSeverity, rampS: request.rampS ?? kind.defaultRampS, amount: request.amount ?? kind.amount?.default ?? 0,
      beginUs: request.beginUs ?? nowUs, endUs: request.endUs, shows: placement.shows(variant), downstream: placement.asset === undefined ? [] : this.#wiring.downstream(asset, kind.media),
    }
    this.#active.push({ truth, kind, placement })
    this.#remember(truth)
    return { status: 'injected', fault: { ...truth } }
  }

  #remember(truth: FaultTruth): void {
    this.#truth.push(truth)
    if (this.#truth.length <= MAX_TRUTH) return
    const oldest = this.#truth.findIndex((entry) => !this.#active.some((active) => active.truth === entry))
    this.#truth.splice(oldest, 1)
  }

  #find(request: FaultRequest, nowUs: number): { kind: FaultKind; placement: FaultPlacement } | { problem: FaultProblem } {
    const wrong = (field: string, message: string) => ({ problem: { field, message } })
    const kind = FAULT_KINDS.find((candidate) => candidate.kind === request.kind)
    if (kind === undefined) return wrong('kind', `there is no fault "${request.kind}"; the kinds are ${FAULT_KINDS.map((each) => each.kind).join(', ')}`)
    const placement = this.placements.get(kind.kind)?.get(request.target)
    if (placement === undefined) return wrong('target', `${kind.kind} cannot be put at "${request.target}"; GET /faults lists where it can`)
    const { variant, severity, rampS, amount, beginUs, endUs } = request
    if (variant !== undefined && !placement.variants.includes(variant)) return wrong('variant', `must be one of ${placement.variants.join(', ')}`)
    if (severity !== undefined && !(severity > 0 && severity <= 1)) return wrong('severity', 'must be more than 0 and at most 1')
    if (rampS !== undefined && !(rampS >= 0 && rampS <= 366 * 86_400)) return wrong('rampS', 'must be 0 to 31622400 seconds')
    if (amount !== undefined && kind.amount === undefined) return wrong('amount', `${kind.kind} takes no amount`)
    if (amount !== undefined && kind.amount !== undefined && !(amount >= kind.amount.minimum && amount <= kind.amount.maximum)) return wrong('amount', `${kind.amount.name} must be ${kind.amount.minimum} to ${kind.amount.maximum}`)
    if (beginUs !== undefined && !(beginUs >= nowUs)) return wrong('beginUs', 'must not be in the past of the plant')
    if (endUs !== undefined && !(endUs > (beginUs ?? nowUs))) return wrong('endUs', 'must be after the beginning')
    if (this.#active.length >= MAX_FAULTS) return wrong('kind', `at most ${MAX_FAULTS} faults can be planned or active; clear one first`)
    const clash = this.#active.find((active) => active.kind === kind && active.placement === placement && active.truth.variant === (variant ?? placement.variants[0] ?? ''))
    if (clash !== undefined) return wrong('target', `${kind.kind} is already there as fault ${clash.truth.id}; clear it first`)
    return { kind, placement }
  }

  /** Ends a fault at `nowUs`; false when there is none of that id. A fault that has not begun is forgotten. */
  clear(id: number, nowUs: number): boolean {
    const active = this.#active.find(({ truth }) => truth.id === id)
    if (active === undefined) return false
    this.#end(active)
    if (active.truth.beginUs > nowUs) this.#truth = this.#truth.filter((entry) => entry !== active.truth)
    else active.truth.endUs = nowUs
    return true
  }

  #end(active: Active): void {
    this.#active = this.#active.filter((other) => other !== active)
    active.placement.apply(0, active.truth.variant, active.truth.amount)
  }

  /** Moves all severities to the moment that a step ends at. */
  update(nowUs: number): void {
    for (const active of this.#active) {
      const { truth, kind, placement } = active
      if (nowUs < truth.beginUs) continue
      if (truth.endUs !== undefined && nowUs >= truth.endUs) {
        this.#end(active)
        continue
      }
      const done = truth.rampS === 0 ? 1 : Math.min(1, (nowUs - truth.beginUs) / (truth.rampS * 1e6))
      placement.apply(truth.severity * (kind.growth === 'quadratic' ? done * done : done), truth.variant, truth.amount)
    }
  }

  /** Faults that are planned or active. */
  active(): FaultTruth[] {
    return this.#active.map(({ truth }) => ({ ...truth }))
  }

  /** Everything that was, is and is planned. */
  truth(): FaultTruth[] {
    return this.#truth.map((truth) => ({ ...truth }))
  }

  /** Plain data to {@link restore} from. */
  snapshot(): { readonly truth: FaultTruth[]; readonly active: number[]; readonly nextId: number } {
    return { truth: this.truth(), active: this.#active.map(({ truth }) => truth.id), nextId: this.#nextId }
  }

  restore(saved: ReturnType<FaultEngine['snapshot']>): void {
    for (const active of [...this.#active]) this.#end(active)
    this.#truth = saved.truth.map((truth) => ({ ...truth }))
    this.#nextId = saved.nextId
    this.#active = this.#truth.filter((truth) => saved.active.includes(truth.id)).map((truth) => {
      const kind = FAULT_KINDS.find((candidate) => candidate.kind === truth.kind)
      const placement = this.placements.get(truth.kind)?.get(truth.target)
      if (kind === undefined || placement === undefined) throw new Error(`BUG: a snapshot of another plant: ${truth.kind} at ${truth.target}`)
      return { truth, kind, placement }
    })
  }
}
