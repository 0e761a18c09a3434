/** Something that happened to an edge node or device, for the plant's event log. */
export interface HostEvent {
  readonly kind: 'edge.online' | 'edge.offline' | 'edge.device-online' | 'edge.device-offline' | 'edge.rebirth-requested' | 'edge.impostor'
  /** The asset that it concerns. */
  readonly path: string
  readonly timeUs: number
  readonly data: Readonly<Record<string, unknown>>
}
