// What `npm start` and the demo put in the place of the outside: example pictures on a web server, and a line for each mail.
import { expect, test } from 'vitest';
import { EXAMPLE_PICTURES, openExamplePictures } from '../../scripts/example-pictures.ts';
import { mailLine } from '../../scripts/start/mail-line.ts';
import { pictureTypeOf } from '../../src/integrations/picture-signature.ts';

test('the example pictures are handed out, and nothing else', async () => {
  const host = await openExamplePictures();
  for (const name of EXAMPLE_PICTURES) {
    const answer = await fetch(host.url + name);
    expect(pictureTypeOf(Buffer.from(await answer.arrayBuffer())), name).toBe('image/jpeg');
  }
  for (const path of ['', 'README.md', 'dialogues.jsonl', '..%2fpackage.json', 'photo.jpg/../README.md'])
    expect((await fetch(host.url + path)).status, path).toBe(404);
  await host.close();
});

test('a mail is told on one line, with what came with it', () => {
  const mail = { from: 'shop@example.com', to: ['li@example.com'], html: null, messageId: '<1@baton>' };
  const attachments = [{ name: 'enhance-1.jpg', mediaType: 'image/jpeg', bytes: 1500 }];
  expect(mailLine({ ...mail, subject: '修好了', text: '', attachments })).toBe(
    'to li@example.com: 修好了, with enhance-1.jpg (2 KB)',
  );
  const large = {
    ...mail,
    subject: 'Ready\u001b[2J',
    text: 'Here:\nhttps://example.com/v1/files/1?sig=a\n',
    attachments: [],
  };
  expect(mailLine(large)).toBe('to li@example.com: Ready [2J, with the link https://example.com/v1/files/1?sig=a');
});
