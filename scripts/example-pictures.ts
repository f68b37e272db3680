// A web server for one machine that hands out the example pictures: image tasks can be tried without a platform that keeps pictures.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const EXAMPLE_PICTURES = ['photo.jpg', 'photo-blurred.jpg', 'photo-old.jpg', 'product.jpg'] as const;

export type PictureHost = {
  /** Followed by the name of a picture. */
  readonly url: string;
  readonly close: () => Promise<void>;
};

/** Listens on 127.0.0.1, and knows no file but those. @param port none for a free one. @throws when the port is taken. */
export async function openExamplePictures(port = 0): Promise<PictureHost> {
  const server = createServer((request, response) => {
    const name = EXAMPLE_PICTURES.find((each) => request.url === `/${each}`);
    if (name === undefined) return void response.writeHead(404).end();
    readFile(join(import.meta.dirname, '../examples', name)).then(
      (data) => response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(data),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo; // a TCP server's address is one
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
