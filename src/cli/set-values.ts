/**
 * `--set a=1 b=2`, as `az` takes it: the words behind `--set` that read PATH=VALUE are its own, each as if it had a `--set` before it.
 * A word of another form is not, so that a file may stand behind them.
 */
export function spreadSets(args: readonly string[]): string[] {
  const spread: string[] = [];
  let state: 'outside' | 'first' | 'further' | 'over' = 'outside';
  for (const arg of args) {
    if (state === 'further' && pathAndValue.test(arg)) spread.push('--set');
    else if (state !== 'over') state = state === 'first' ? 'further' : after(arg);
    spread.push(arg);
  }
  return spread;
}

const pathAndValue = /^[^-=\s][^=\s]*=/;

function after(arg: string): 'outside' | 'first' | 'further' | 'over' {
  if (arg === '--set') return 'first';
  if (arg === '--') return 'over';
  return arg.startsWith('--set=') ? 'further' : 'outside';
}
