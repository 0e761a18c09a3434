/** Placeholder until the room is in. */
export function PlantRoom() {
  return <div className="mw-room" />
}
