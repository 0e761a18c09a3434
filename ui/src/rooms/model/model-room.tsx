/** Placeholder until the room is in. */
export function ModelRoom() {
  return <div className="mw-room" />
}
