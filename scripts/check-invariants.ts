// npm run check:invariants: over DATABASE_URL, or over the database of `npm start`.
import pc from 'picocolors';
import { checkInvariants } from '../src/db/invariants.ts';
import { makeOrm } from '../src/db/orm.ts';
import { startServices } from './services.mjs';

const services = await startServices('start');
const orm = await makeOrm(services.databaseUrl, 2);
const findings = await checkInvariants(orm.em.fork());
for (const { name, says, violations, examples } of findings) {
  const count = violations === 0 ? pc.green('0') : pc.red(String(violations));
  console.log(
    `${count.padStart(6)}  ${name.padEnd(22)} ${says}${examples.length > 0 ? ` For instance: ${examples.join(', ')}.` : ''}`,
  );
}
await orm.close();
await services.stop();
process.exit(findings.some(({ violations }) => violations > 0) ? 1 : 0);
