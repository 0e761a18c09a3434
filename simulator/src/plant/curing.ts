import { CuringAutoclave } from '../machines/curing-autoclave.ts'
import { CLIMATES, Weather } from '../physics/weather.ts'
import type { Site, SiteOptions } from './site.ts'

/** The curing shop of the first site, with a supply of its own: nothing else feels it. It comes last, so that the signals of all other machines keep their ids. */
export function buildCuring({ seed, enterprise }: SiteOptions): Site {
  const site = `${enterprise}/tianjin`
  const shop = `${site}/curing`
  const autoclave = new CuringAutoclave(`${shop}/autoclave1`, seed, new Weather(CLIMATES.tianjin, seed, site))
  return {
    places: [{ path: shop, level: 'area', words: { en: 'Curing shop', zh: '硫化车间' } }],
    gateways: [{ name: 'tj-curing', words: { en: 'Gateway of the curing shop', zh: '硫化车间网关' }, machines: [autoclave] }],
    order: [autoclave],
  }
}
