// Colours as the eye tells them apart: Oklab (Ottosson 2020), where equal distances look equally different.
import type { Extent, Pixels } from './pixels.ts';

/** Lightness 0-1; green to red and blue to yellow about -0.4 to 0.4. */
export type Lab = readonly [lightness: number, greenRed: number, blueYellow: number];
export type LabPlanes = Extent & {
  readonly lightness: Float32Array;
  readonly greenRed: Float32Array;
  readonly blueYellow: Float32Array;
};

const LINEAR = Float32Array.from({ length: 256 }, (_, value) => {
  const x = value / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
});

export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [LINEAR[red] ?? 0, LINEAR[green] ?? 0, LINEAR[blue] ?? 0];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The colour of screens nearest to it, 0-255 each, not rounded. */
export function screenColour([lightness, greenRed, blueYellow]: Lab): readonly [number, number, number] {
  const l = (lightness + 0.3963377774 * greenRed + 0.2158037573 * blueYellow) ** 3;
  const m = (lightness - 0.1055613458 * greenRed - 0.0638541728 * blueYellow) ** 3;
  const s = (lightness - 0.0894841775 * greenRed - 1.291485548 * blueYellow) ** 3;
  return [
    toScreen(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toScreen(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toScreen(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

export function labPlanes({ data, width, height, channels }: Pixels): LabPlanes {
  const size = width * height;
  const [lightness, greenRed, blueYellow] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  for (let at = 0, from = 0; at < size; at += 1, from += channels) {
    const lab = labOf(data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0);
    [lightness[at], greenRed[at], blueYellow[at]] = lab;
  }
  return { width, height, lightness, greenRed, blueYellow };
}

function toScreen(light: number): number {
  const x = Math.min(1, Math.max(0, light));
  return 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
}
