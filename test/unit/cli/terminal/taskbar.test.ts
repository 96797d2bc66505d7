import { expect, test } from 'vitest';
import { knowsProgress, Taskbar } from '../../../../src/cli/terminal/taskbar.ts';

test.each([
  ['Windows Terminal', { WT_SESSION: 'x' }, true],
  ['ConEmu', { ConEmuANSI: 'ON' }, true],
  ['ConEmu without ANSI', { ConEmuANSI: 'OFF' }, false],
  ['ghostty', { TERM_PROGRAM: 'ghostty' }, true],
  ['WezTerm', { TERM_PROGRAM: 'WezTerm' }, true],
  ['Konsole', { KONSOLE_VERSION: '250800' }, true],
  ['VTE', { VTE_VERSION: '7900' }, true],
  ['an older VTE', { VTE_VERSION: '7403' }, false],
  ['iTerm2', { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.6.6' }, true],
  ['a newer iTerm2', { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.10.0' }, true],
  ['an older iTerm2, which would notify', { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.14' }, false],
  ['tmux inside one of them', { TERM_PROGRAM: 'tmux', WT_SESSION: 'x', TMUX: '/tmp/tmux-1000/default,1,0' }, false],
  ['any other', { TERM: 'xterm-256color' }, false],
])('%s', (_, env, expected) => {
  expect(knowsProgress(env)).toBe(expected);
});

test('it is said when it changes and now and then, and taken away at the end, also of the process', () => {
  const said: string[] = [];
  const taskbar = new Taskbar({ write: (text) => said.push(text) });
  taskbar.clear();
  taskbar.show(undefined, 0);
  taskbar.show(0.123, 100);
  taskbar.show(0.124, 200);
  taskbar.show(0.125, 6_000);
  const listeners = process.listeners('exit');
  expect(listeners).toContain(taskbar.clear);
  taskbar.clear();
  taskbar.clear();
  expect(process.listeners('exit')).not.toContain(taskbar.clear);
  expect(said).toEqual(['3;0', '1;12', '1;12', '0;0'].map((state) => `\x1b]9;4;${state}\x1b\\`));
});
