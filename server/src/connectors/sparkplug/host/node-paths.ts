import { pathProblem } from '@millwright/model/path.ts'
import type { SparkplugHostSettings } from '../settings.ts'
import { safeName } from './metric-place.ts'

/** Asset paths of edge nodes and devices, by the settings. */
export class NodePaths {
  readonly #under: string
  readonly #rules: readonly { readonly from: readonly string[]; readonly to: string }[]

  constructor({ under, paths }: Pick<SparkplugHostSettings, 'under' | 'paths'>) {
    this.#under = under === '' ? '' : `${under}/`
    this.#rules = paths.map(({ from, to }) => ({ from: from.split('/'), to }))
  }

  of(group: string, node: string, device?: string): string {
    const levels = device === undefined ? [group, node] : [group, node, device]
    const rule = this.#rules.find(({ from }) => from.length === levels.length && from.every((one, at) => one === '+' || one === levels[at]))
    if (rule === undefined) return this.#under + levels.map(safeName).join('/')
    const values: Readonly<Record<string, string>> = { group, node, device: device ?? '' }
    return rule.to.replaceAll(/\{(group|node|device)\}/g, (_, name: string) => safeName(values[name] ?? ''))
  }
}

/** What is wrong with the path settings. */
export function pathSettingsProblems({ under, paths }: Pick<SparkplugHostSettings, 'under' | 'paths'>): string[] {
  const problems: string[] = []
  const underProblem = under === '' ? undefined : pathProblem(under)
  if (underProblem !== undefined) problems.push(`under: ${underProblem}`)
  for (const [index, { from, to }] of paths.entries()) {
    const problem = pathProblem(to.replaceAll(/\{(group|node|device)\}/g, 'x'))
    if (problem !== undefined) problems.push(`paths[${index}].to: ${problem}`)
    if (from.split('/').length === 2 && to.includes('{device}')) problems.push(`paths[${index}].to: there is no {device} where "from" names none`)
  }
  return problems
}
