import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlantModule } from '../plant/module.ts'
import { consumerName, EdgeClient } from './edge-client.ts'
import { registerPublishingMetrics } from './publishing-metrics.ts'
import { publishingRoutes } from './publishing-routes.ts'
import { publishingSettings, type PublishingSettings } from './settings.ts'

const CONSUMERS = consumerName('')

/** Publishing: what Millwright tells others of its plant, as the edge node that they know how to listen to. */
export const publishingModule: PlantModule<PublishingSettings> = {
  name: 'publishing',
  settings: publishingSettings,
  async start({ plant, folder, log, random }, { sparkplug }) {
    // An edge node that was taken out of the settings no longer holds back the journal.
    for (const { name } of plant.consumers()) if (name.startsWith(CONSUMERS) && !Object.hasOwn(sparkplug, name.slice(CONSUMERS.length))) plant.follow(name).forget()
    const clients = Object.entries(sparkplug).map(([name, settings]) => new EdgeClient({ name, settings, plant, file: join(folder, `${name}.json`), log: log.child({ edgeNode: name }), random }))
    if (clients.length > 0) await mkdir(folder, { recursive: true })
    for (const client of clients) client.start()
    return { routes: [publishingRoutes(clients)], registerMetrics: (register) => registerPublishingMetrics(register, clients), stop: async () => void (await Promise.all(clients.map((client) => client.close()))) }
  },
}
