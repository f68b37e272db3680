// Seats: an agent with capacity 5 has seats 0-4. A seat is taken by a row with a unique key, so the database refuses a sixth.

/** The lowest free seat; null when all are taken. Seats above a capacity that was lowered stay taken until they are released. */
export function freeSeat(capacity: number, taken: ReadonlySet<number>): number | null {
  for (let seat = 0; seat < capacity; seat += 1) if (!taken.has(seat)) return seat;
  return null;
}
