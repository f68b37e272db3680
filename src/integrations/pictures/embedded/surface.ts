// The smooth surface that lies nearest to some points: least squares by the normal equations.

/** The factors of 1, x, y, xx, xy, yy. */
export type Surface = readonly [number, number, number, number, number, number];

/** @param points x, y and the height there; x and y about -1 to 1. */
export function surfaceThrough(points: readonly (readonly [number, number, number])[]): Surface {
  const rows = Array.from({ length: 6 }, (_, row): number[] =>
    // A trace of a wish for flatness: so there is an answer for too few points as well.
    Array.from({ length: 7 }, (_, column) => (row === column ? 1e-6 : 0)),
  );
  for (const [x, y, height] of points) {
    const terms = [1, x, y, x * x, x * y, y * y, height];
    for (const [index, row] of rows.entries()) addTo(row, terms, terms[index] ?? 0);
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = solved(rows);
  return [a, b, c, d, e, f];
}

/** Asked for every pixel, so it is written out. */
export function heightOf([a, b, c, d, e, f]: Surface, x: number, y: number): number {
  return a + (b + d * x + e * y) * x + (c + f * y) * y;
}

/** Gauss and Jordan; the matrix is positive, so no row need change places. */
function solved(rows: readonly number[][]): number[] {
  for (const [index, row] of rows.entries()) {
    addTo(row, row, 1 / (row[index] ?? 1) - 1);
    for (const other of rows) if (other !== row) addTo(other, row, -(other[index] ?? 0));
  }
  return rows.map((row) => row.at(-1) ?? 0);
}

function addTo(row: number[], terms: readonly number[], factor: number): void {
  for (let column = 0; column < row.length; column += 1)
    row[column] = (row[column] ?? 0) + factor * (terms[column] ?? 0);
}
