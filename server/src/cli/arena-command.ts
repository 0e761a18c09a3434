import { Type } from 'typebox'
import { usToMs } from '@millwright/model/time.ts'
import { systemClock } from '../kernel/clock.ts'
import { printTable } from '../intelligence/arena/arena-table.ts'
import { chosenContests, contests, runContest } from '../intelligence/arena/arena.ts'
import { scoreBrought } from '../intelligence/arena/brought-model.ts'
import { simulatorContest } from '../intelligence/arena/contest-simulator.ts'
import { RECORDED_DATA } from '../intelligence/arena/recorded-data.ts'
import { defineCommand, EXIT } from './command.ts'
import { simulatedPlants } from './simulated-plants.ts'

/** `millwright arena`: detectors and predictors on recorded data, beside the published rows. */
export const arenaCommand = defineCommand({
  name: 'arena',
  summary: 'Scores detectors and predictors on recorded data',
  details: `Collections: ${contests.map(({ name }) => name).join(', ')}; all when none is named; simulator (a few minutes) only by name. Choices were made on the tuning half and are reported on the other; both are shown, with published rows.

A model of your own: millwright arena skab --model mine.onnx --contract mine.json --limit 0.8
Detectors by name: ${contests.filter(({ detectors }) => detectors !== undefined).map(({ name, detectors }) => `${name}: ${detectors?.join(', ')}`).join('; ')}`,
  positionals: { label: 'COLLECTION…', minimum: 0, maximum: 16 },
  flags: Type.Object(
    {
      recorded: Type.String({ default: RECORDED_DATA, description: 'Folder of the recorded data' }),
      json: Type.Boolean({ default: false, description: 'One JSON table a line' }),
      detector: Type.Optional(Type.String({ description: 'Detectors of ours to score, by name, parted by commas' })),
      model: Type.Optional(Type.String({ description: 'An ONNX file to score' })),
      contract: Type.Optional(Type.String({ description: 'Its contract, a JSON file; unless given, the one in the ONNX file' })),
      limit: Type.Optional(Type.Number({ description: 'Its scores above this are alarms; unless given, what 1 % of the rows to learn from exceed' })),
    },
    { additionalProperties: false },
  ),
  run: async ({ flags, positionals, settings, terminal, signal }) => {
    const { recorded, json, detector, model, contract, limit } = flags
    const chosen = positionals.length === 0 && (model !== undefined || detector !== undefined) ? contests.filter(({ detectors }) => detectors !== undefined) : chosenContests(positionals, positionals.includes('simulator') ? [simulatorContest(await simulatedPlants())] : [])
    for (const contest of chosen) {
      const { onnxMegabytes: maxMegabytes, onnxProviders: providers } = settings.intelligence
      const brought = model === undefined ? undefined : await scoreBrought(contest, recorded, { path: model, maxMegabytes, providers, ...(contract === undefined ? {} : { contract }), ...(limit === undefined ? {} : { limit }) }, signal)
      const entrants = { ...(detector === undefined ? {} : { detectors: detector.split(',').map((name) => name.trim()) }), ...(brought === undefined ? {} : { brought }) }
      const table = { ...runContest(contest, recorded, entrants), measured: usToMs(systemClock.nowUs()) }
      terminal.stdout.write(json ? `${JSON.stringify({ contest: contest.name, ...table })}\n` : `${printTable(table)}\n\n`)
      // Lets Ctrl-C be heard between two collections.
      await new Promise((resolve) => setImmediate(resolve))
      if (signal.aborted) return EXIT.failure
    }
    return EXIT.ok
  },
})
