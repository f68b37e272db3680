// The layers of a Photoshop document, for those who look at what was written: the sheets and the tests.
import { initializeCanvas, readPsd } from 'ag-psd';

export type PsdLayer = {
  readonly name: string;
  readonly isHidden: boolean;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
};

/** From the top to the bottom. */
export function readLayers(document: Buffer): PsdLayer[] {
  initializeCanvas(withoutCanvas, (width, height) => new PlainImage(width, height));
  const { children = [] } = readPsd(document, { useImageData: true, skipThumbnail: true });
  return children.toReversed().flatMap(({ name = '', hidden = false, imageData }) => {
    if (!imageData) return [];
    const { width, height, data } = imageData;
    return [{ name, isHidden: hidden, width, height, data: new Uint8ClampedArray(data) }];
  });
}

/** The library asks for one even where only bytes are wanted. */
function withoutCanvas(): never {
  throw new Error('No canvas is needed to read bytes.');
}

class PlainImage implements ImageData {
  readonly colorSpace = 'srgb';
  readonly pixelFormat = 'rgba-unorm8';
  readonly data: ImageDataArray;
  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}
