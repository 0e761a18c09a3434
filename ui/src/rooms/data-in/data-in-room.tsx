/** Placeholder until the room is in. */
export function DataInRoom() {
  return <div className="mw-room" />
}
