// What differs between MySQL and MariaDB as a program; both are at times called mysqld.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** @typedef {{ name: 'mysql' | 'mariadb', title: string, parameters: readonly string[] }} Flavour */

/** @type {Flavour} */
const MARIADB = { name: 'mariadb', title: 'MariaDB', parameters: [] };

/**
 * MySQL opens a second port for its X protocol, and many packages make it refuse to start when a folder for file exports is missing or closed.
 * @type {Flavour}
 */
const MYSQL = { name: 'mysql', title: 'MySQL', parameters: ['--loose-mysqlx=OFF', '--secure-file-priv=NULL'] };

/** @param {string} binary */
export async function flavourOf(binary) {
  const { stdout } = await promisify(execFile)(binary, ['--no-defaults', '--version']);
  return /mariadb/i.test(stdout) ? MARIADB : MYSQL;
}

/** Both servers refuse to run as root unless told so by name. */
export function asCurrentUser() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
