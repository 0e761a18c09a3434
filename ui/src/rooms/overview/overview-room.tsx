/** Placeholder until the room is in. */
export function OverviewRoom() {
  return <div className="mw-room" />
}
