// Where this repository lies, whatever the working directory is.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that is made on this machine and not committed. */
export const workshop = join(repository, '.baton');
