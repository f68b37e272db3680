// The arithmetic under the embedded maker, each part against what it is by definition.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backgroundOf } from '../../../src/integrations/pictures/embedded/background.ts';
import { flood, SHADOW, SUBJECT } from '../../../src/integrations/pictures/embedded/flood.ts';
import { labOf, labPlanes, screenColour } from '../../../src/integrations/pictures/embedded/perceptual.ts';
import { type Pixels, unpack } from '../../../src/integrations/pictures/embedded/pixels.ts';
import { extreme, mean, type Plane } from '../../../src/integrations/pictures/embedded/planes.ts';
import { makeSeats } from '../../../src/integrations/pictures/embedded/seats.ts';
import { cover, largestPart, wantedExtent } from '../../../src/integrations/pictures/embedded/shape.ts';
import { heightOf, surfaceThrough } from '../../../src/integrations/pictures/embedded/surface.ts';
import { blank, drawn } from './originals.ts';

describe('planes', () => {
  const planes = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) =>
      fc
        .array(fc.integer({ min: 0, max: 255 }), { minLength: width * height, maxLength: width * height })
        .map((values): Plane => ({ width, height, values: Float32Array.from(values) })),
    );

  test('means and extremes are those of the square around each pixel', () => {
    fc.assert(
      fc.property(planes, fc.integer({ min: 1, max: 4 }), (plane, reach) => {
        const squares = Array.from(plane.values, (_, at) => square(plane, at, reach));
        squares.forEach((values, at) => {
          const sum = values.reduce((total, value) => total + value, 0);
          expect(mean(plane, reach).values[at]).toBeCloseTo(sum / values.length, 2);
          expect(extreme(plane, reach, 'least').values[at]).toBe(Math.min(...values));
          expect(extreme(plane, reach, 'greatest').values[at]).toBe(Math.max(...values));
        });
      }),
      { numRuns: 60 },
    );
  });

  function square({ width, height, values }: Plane, at: number, reach: number): number[] {
    const [x, y] = [at % width, Math.floor(at / width)];
    const found: number[] = [];
    for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row += 1)
      for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column += 1)
        found.push(values[row * width + column] ?? Number.NaN);
    return found;
  }
});

test('a colour goes to the eye’s space and back', () => {
  const part = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(part, part, part, (red, green, blue) => {
      expect(screenColour(labOf(red, green, blue)).map(Math.round)).toEqual([red, green, blue]);
    }),
  );
});

test('the surface through points that lie on one is that one', () => {
  const factor = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(factor, factor, factor, factor, factor, factor), (surface) => {
      const places = [-0.5, -0.2, 0.1, 0.5].flatMap((x) => [-0.5, -0.1, 0.3, 0.5].map((y) => [x, y] as const));
      const found = surfaceThrough(places.map(([x, y]) => [x, y, heightOf(surface, x, y)]));
      for (const [x, y] of places) expect(heightOf(found, x, y)).toBeCloseTo(heightOf(surface, x, y), 3);
    }),
  );
});

describe('background', () => {
  const looksAt = async (shapes: string) => {
    const planes = labPlanes(await unpack(await drawn(200, 150, shapes), 'flatten'));
    return { planes, background: backgroundOf(planes) };
  };
  const paper = '<path fill="#e8e6e0" d="M0 0h200v150H0z"/>';
  const fade = (from: string, to: string) =>
    `<linearGradient id="g"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient><path fill="url(#g)" d="M0 0h200v150H0z"/>`;

  test.each([
    ['paper', paper],
    ['paper that is a little darker to one side', fade('#f0f0f0', '#dcdcdc')],
    ['paper, with a bottle that is cut off below', `${paper}<path fill="#203" d="M80 40h40v110H80z"/>`],
  ])('%s is plain', async (_name, shapes) => {
    expect((await looksAt(shapes)).background.busy).toBeNull();
  });

  test.each([
    ['a sunset', fade('#f08030', '#203060')],
    ['a strong shade', fade('#ffffff', '#606060')],
    ['stripes', `${paper}<path stroke="#446" stroke-width="8" stroke-dasharray="8" d="M0 0h200v150H0z"/>`],
    ['half wall, half table', `${paper}<path fill="#753" d="M0 80h200v70H0z"/>`],
  ])('%s is not', async (_name, shapes) => {
    expect((await looksAt(shapes)).background.busy).not.toBeNull();
  });

  test('a ring keeps its hole open; a label of another white stays; a speck does not', async () => {
    const ring = '<circle cx="70" cy="75" r="40" fill="none" stroke="#123a6b" stroke-width="14"/>';
    const label = '<path fill="#902020" d="M130 40h50v70h-50z"/><path fill="#ffffff" d="M140 60h30v20h-30z"/>';
    const { planes, background } = await looksAt(`${paper}${ring}${label}<path fill="#000" d="M5 5h1v1H5z"/>`);
    const { kind, holes } = flood(planes, background);
    const at = (x: number, y: number) => kind[y * 200 + x] === SUBJECT;
    expect([at(70, 35), at(70, 75), at(150, 50), at(155, 70), at(5, 5)]).toEqual([true, false, true, true, false]);
    expect(holes).toBe(1);
  });

  test('a soft shadow is neither subject nor background', async () => {
    const soft =
      '<radialGradient id="s"><stop stop-color="#8c8b87"/><stop offset="1" stop-color="#e8e6e0"/></radialGradient>';
    const shapes = `${paper}${soft}<ellipse cx="110" cy="110" rx="70" ry="34" fill="url(#s)"/><path fill="#b01818" d="M80 30h50v80H80z"/>`;
    const { planes, background } = await looksAt(shapes);
    const { kind } = flood(planes, background);
    expect([kind[60 * 200 + 100], kind[122 * 200 + 110], kind[10 * 200 + 10]]).toEqual([SUBJECT, SHADOW, 0]);
  });
});

describe('shape', () => {
  const sides = fc.integer({ min: 16, max: 400 });
  const parts = fc.integer({ min: 1, max: 30 });

  test('the largest part of a ratio lies within the picture, touches two sides and has the ratio', () => {
    fc.assert(
      fc.property(sides, sides, parts, parts, (width, height, across, down) => {
        const part = largestPart(across / down, { width, height });
        expect(part.width === width || part.height === height).toBe(true);
        expect(part.width <= width && part.height <= height).toBe(true);
        const exact = Math.min(height * (across / down), width);
        expect(Math.abs(part.width - Math.max(1, exact))).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });

  test('a size goes before a ratio; without either nothing is cut', () => {
    const from = { width: 300, height: 200 };
    const size = { width: 50, height: 60 };
    expect(wantedExtent({ size, ratio: '1:1' }, from)).toEqual(size);
    expect(wantedExtent({ size: null, ratio: '1:1' }, from)).toEqual({ width: 200, height: 200 });
    expect(wantedExtent({ size: null, ratio: null }, from)).toBeNull();
  });

  test('what is enlarged says so', async () => {
    const pixels: Pixels = await unpack(await blank(40, 30), 'flatten');
    const { pixels: large, notes } = await cover(pixels, { width: 80, height: 60 });
    expect([large.width, large.height]).toEqual([80, 60]);
    expect(notes.join(' ')).toContain('Enlarged 2.0 times');
  });
});

describe('seats', () => {
  const never = new AbortController().signal;

  test('who comes first sits first, and who gives up is left out', async () => {
    const seats = makeSeats(1);
    const sat: string[] = [];
    const release = await seats.take(never);
    const leaving = new AbortController();
    const second = seats.take(leaving.signal);
    const third = seats.take(never).then((free) => {
      sat.push('third');
      free();
    });
    leaving.abort();
    await expect(second).rejects.toMatchObject({ kind: 'retryable', code: 'aborted' });
    expect(sat).toEqual([]);
    release();
    await third;
    (await seats.take(never))();
    expect(sat).toEqual(['third']);
  });
});
