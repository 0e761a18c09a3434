/** Placeholder until the room is in. */
export function SimulatorRoom() {
  return <div className="mw-room" />
}
