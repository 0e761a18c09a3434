import { resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { systemClock } from '../../kernel/clock.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { createLog } from '../../kernel/log.ts'
import { openPlant } from '../../plant/open-plant.ts'
import type { Plant } from '../../plant/plant.ts'
import { defineCommand, EXIT, type Terminal } from '../command.ts'
import { holderOf, openDataFolder } from '../data-folder.ts'
import type { Settings } from '../settings.ts'
import { PROGRAM_VERSION } from '../version.ts'
import { askServer } from './ask-server.ts'
import { createBackup } from './create-backup.ts'
import { isInside } from './maintenance-routes.ts'
import { readManifest, verifyBackup } from './manifest.ts'
import { restoreBackup } from './restore-backup.ts'
import { verifyPlant } from './verify-plant.ts'

const MIB = 2 ** 20
const backupAnswer = Type.Object({ files: Type.Integer(), sizeBytes: Type.Integer() })
const verifyAnswer = Type.Object({ files: Type.Integer(), rows: Type.Integer(), problems: Type.Array(Type.String()) })
const noFlags = Type.Object({}, { additionalProperties: false })

/** `millwright backup DIR`. */
export const backupCommand = defineCommand({
  name: 'backup',
  summary: 'Copies everything into an empty folder, while the platform runs or not',
  details: 'The folder holds a manifest with the size and SHA-256 of every file; "millwright verify --backup DIR" checks it.',
  positionals: { label: 'DIR', minimum: 1, maximum: 1 },
  flags: noFlags,
  run: async ({ positionals, settings, terminal, signal }) => {
    const folder = resolve(positionals[0] ?? '')
    if (isInside(folder, settings.data)) throw new MillwrightError('CONFIG_INVALID', `the backup must not lie inside of the data folder ${resolve(settings.data)}`)
    const url = holderOf(settings.data)?.url
    const done = url === undefined ? await offline(settings, 'backup', async (plant) => sizeOf(await createBackup(partsOf(plant, settings), folder))) : await askServer(`${url}/api/v1/backup`, { folder }, backupAnswer, signal)
    terminal.stdout.write(`${folder}: ${done.files} files, ${(done.sizeBytes / MIB).toFixed(1)} MiB\n`)
    return EXIT.ok
  },
})

/** `millwright restore DIR`. */
export const restoreCommand = defineCommand({
  name: 'restore',
  summary: 'Puts a backup in the place of the data folder',
  details: 'The backup is verified first. A data folder that holds something is refused; with --force it is renamed, never deleted.',
  positionals: { label: 'DIR', minimum: 1, maximum: 1 },
  flags: Type.Object({ force: Type.Boolean({ default: false, description: 'Set the present data folder aside' }) }, { additionalProperties: false }),
  run: async ({ flags, positionals, settings, terminal }) => {
    const { manifest, former } = await restoreBackup(resolve(positionals[0] ?? ''), settings.data, { force: flags.force, now: new Date() })
    terminal.stdout.write(`${resolve(settings.data)}: restored from the backup of ${manifest.createdAt}\n${former === undefined ? '' : `what was there before is in ${former}\n`}`)
    return EXIT.ok
  },
})

/** `millwright verify`. */
export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Reads and checks every file of the data folder, or of a backup',
  flags: Type.Object({ backup: Type.Optional(Type.String({ description: 'A backup instead', examples: ['DIR'] })) }, { additionalProperties: false }),
  run: async ({ flags, settings, terminal, signal }) => {
    if (flags.backup !== undefined) {
      const manifest = await readManifest(flags.backup)
      return report(terminal, `${manifest.files.length} files of the backup of ${manifest.createdAt}`, await verifyBackup(flags.backup, manifest))
    }
    const url = holderOf(settings.data)?.url
    const found = url === undefined ? await offline(settings, 'verify', verifyPlant) : await askServer(`${url}/api/v1/verify`, undefined, verifyAnswer, signal)
    return report(terminal, `${found.files} files, ${found.rows.toLocaleString('en')} rows`, found.problems)
  },
})

function report(terminal: Terminal, what: string, problems: readonly string[]): 0 | 1 {
  for (const problem of problems) terminal.stdout.write(`DAMAGED  ${problem}\n`)
  terminal.stdout.write(`${what}: ${problems.length === 0 ? 'sound' : `${problems.length} problems`}\n`)
  return problems.length === 0 ? EXIT.ok : EXIT.failure
}

function partsOf(plant: Plant, settings: Settings) {
  return { plant, dataDir: settings.data, version: PROGRAM_VERSION, now: new Date() }
}

function sizeOf({ files }: { readonly files: readonly { readonly sizeBytes: number }[] }): Static<typeof backupAnswer> {
  return { files: files.length, sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) }
}

/** Opens the plant here, since no server has it open, and closes it again. */
async function offline<T>(settings: Settings, command: string, work: (plant: Plant) => Promise<T>): Promise<T> {
  const folder = openDataFolder(settings.data, command, new Date())
  try {
    const plant = await openPlant({ dataDir: settings.data, settings, clock: systemClock, log: createLog('warn'), random: Math.random })
    try {
      return await work(plant)
    } finally {
      await plant.close()
    }
  } finally {
    folder.release()
  }
}
