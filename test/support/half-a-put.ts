// A process that is about to be killed: it puts a file, stops where it was told to, says so, and waits for its end.
// node half-a-put.ts <directory> <writing|naming>
import * as disk from 'node:fs/promises';
import { type Disk, openDisk } from '../../src/integrations/files/disk.ts';

const [, , directory = '', stop = ''] = process.argv;

function waitForTheEnd(): Promise<never> {
  process.stdout.write('stopped\n');
  // Something has to keep the process up.
  setInterval(() => undefined, 60_000);
  return new Promise(() => undefined);
}

const stopping: Disk = {
  open: async (path, flags) => {
    const handle = await disk.open(path, flags);
    if (stop !== 'writing' || flags !== 'wx') return handle;
    handle.writeFile = async (data) => {
      await handle.write(Buffer.from(String(data)).subarray(0, 5));
      await waitForTheEnd();
    };
    return handle;
  },
  rename: async (from, to) => (stop === 'naming' ? waitForTheEnd() : disk.rename(from, to)),
};

await openDisk(directory, stopping).put(Buffer.from('a whole file'), 'text/plain');
