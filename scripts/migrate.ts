// npm run migrate: brings DATABASE_URL to the present shape.
import { migrate } from '../src/db/migrate.ts';

const url = process.env.DATABASE_URL;
if (!url) {
  console.error('Set DATABASE_URL=mysql://user:password@host:port/database.');
  process.exit(1);
}
const ran = await migrate(url);
console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}.`);
