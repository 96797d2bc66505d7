/** A real sshd on loopback for tests, with keys of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './nats-server.ts';

/** False where it is not installed, and CI did not promise it. */
export function hasSshd(): boolean {
  if (process.env.PARALLELRUN_TEST_SSH === 'required') return true;
  try {
    execFileSync('sh', ['-c', 'command -v sshd && command -v ssh'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface TestSshd {
  readonly port: number;
  /** Who has it gets in. */
  readonly identityFile: string;
}

/** Call it inside a test. */
export async function testSshd(): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'prl-sshd-'));
  const at = (name: string) => join(directory, name);
  for (const key of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
  writeFileSync(at('authorized'), readFileSync(at('user.pub')), { mode: 0o600 });
  const port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('authorized')}`,
    `PidFile ${at('pid')}`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'UsePAM no',
    'StrictModes no',
  ];
  writeFileSync(at('config'), `${settings.join('\n')}\n`);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const program = execFileSync('sh', ['-c', 'command -v sshd'], { encoding: 'utf8' }).trim();
  const daemon = spawn(program, ['-D', '-f', at('config'), '-E', at('log')], { stdio: 'ignore' });
  onTestFinished(() => {
    daemon.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  return { port, identityFile: at('user') };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
