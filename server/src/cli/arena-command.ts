import { Type } from 'typebox'
import { printTable } from '../intelligence/arena/arena-table.ts'
import { runArena } from '../intelligence/arena/arena.ts'
import { RECORDED_DATA } from '../intelligence/arena/recorded-data.ts'
import { defineCommand, EXIT } from './command.ts'

/** `millwright arena`: detectors and predictors on recorded data, beside the published rows. */
export const arenaCommand = defineCommand({
  name: 'arena',
  summary: 'Scores detectors and predictors on recorded data',
  details: 'Collections: skab, nab, smap, tep, cmapss; all when none is named. Choices were made on the tuning half and are reported on the other; both are shown, with published rows.',
  positionals: { label: 'COLLECTION…', minimum: 0, maximum: 16 },
  flags: Type.Object(
    {
      recorded: Type.String({ default: RECORDED_DATA, description: 'Folder of the recorded data' }),
      json: Type.Boolean({ default: false, description: 'One JSON table a line' }),
    },
    { additionalProperties: false },
  ),
  run: async ({ flags, positionals, terminal, signal }) => {
    for (const table of runArena(positionals, flags.recorded)) {
      terminal.stdout.write(flags.json ? `${JSON.stringify(table)}\n` : `${printTable(table)}\n\n`)
      // Lets Ctrl-C be heard between two collections.
      await new Promise((resolve) => setImmediate(resolve))
      if (signal.aborted) return EXIT.failure
    }
    return EXIT.ok
  },
})
