/** Placeholder until the room is in. */
export function StyleRoom() {
  return <div className="mw-room" />
}
