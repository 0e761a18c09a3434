import type { FastifyPluginAsync } from 'fastify'
import type { Registry } from 'prom-client'
import { join } from 'node:path'
import { intelligenceModule } from '../../intelligence/module.ts'
import type { Lifecycle } from '../../kernel/lifecycle.ts'
import type { ModuleParts, RunningModule } from '../../plant/module.ts'
import { publishingModule } from '../../publishing/module.ts'
import type { Settings } from '../settings.ts'

type StartModule = (parts: ModuleParts, settings: Settings) => Promise<RunningModule>

/** Brings the simulated plant to the arena, in the arena's own thread. */
const PLANTS = new URL('../simulated-plants.ts', import.meta.url).href

/** The applications on the plant. A new one is its folder, a line here, and its section in `cli/settings.ts`. */
const MODULES: readonly { readonly name: string; readonly start: StartModule }[] = [
  { name: intelligenceModule.name, start: (parts, { intelligence }) => intelligenceModule.start(parts, intelligence, { plants: PLANTS }) },
  { name: publishingModule.name, start: (parts, { publishing }) => publishingModule.start(parts, publishing) },
]

/** What the modules add to the API. */
export interface StartedModules {
  readonly routes: readonly FastifyPluginAsync[]
  registerMetrics(register: Registry): void
}

/** Starts all modules on the plant, each in a folder of its own. */
export async function startModules(lifecycle: Lifecycle, settings: Settings, parts: Omit<ModuleParts, 'folder'>): Promise<StartedModules> {
  const routes: FastifyPluginAsync[] = []
  const all: RunningModule[] = []
  for (const { name, start } of MODULES) {
    let running: RunningModule | undefined
    await lifecycle.start({
      name,
      start: async () => {
        running = await start({ ...parts, folder: join(settings.data, name), log: parts.log.child({ part: name }) }, settings)
        routes.push(...running.routes)
        all.push(running)
      },
      stop: () => running?.stop(),
    })
  }
  return { routes, registerMetrics: (register) => all.forEach((one) => one.registerMetrics?.(register)) }
}
