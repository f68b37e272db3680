// The gate before a message: nothing passes before it is open, nothing after it was shut, and nothing twice.
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { makeGate } from '../../src/integrations/mail-gate.ts';

test('it is opened by whoever reads first, once, and then the message passes whole', async () => {
  let opened = 0;
  const gate = makeGate(async () => {
    opened += 1;
  });
  const stream = gate.guard(Readable.from(['one ', 'two']));
  await Promise.resolve();
  expect({ opened, flowed: gate.hasFlowed() }).toEqual({ opened: 0, flowed: false });
  expect(await text(stream)).toBe('one two');
  expect({ opened, flowed: gate.hasFlowed() }).toEqual({ opened: 1, flowed: true });
});

test('shut while it opens: it waits for the opening, and then nothing passes', async () => {
  const opening = Promise.withResolvers<void>();
  const gate = makeGate(() => opening.promise);
  const reading = text(gate.guard(Readable.from(['one']))).then(
    () => 'passed',
    () => 'refused',
  );
  const shutting = gate.shut();
  opening.resolve();
  await shutting;
  expect(await reading).toBe('refused');
  expect(gate.hasFlowed()).toBe(false);
});

test('a message does not pass twice', async () => {
  const gate = makeGate(async () => undefined);
  expect(await text(gate.guard(Readable.from(['one'])))).toBe('one');
  await expect(text(gate.guard(Readable.from(['one'])))).rejects.toThrow('once');
});
