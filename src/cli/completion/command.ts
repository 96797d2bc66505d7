import type { Command } from 'commander';

export function define(command: Command, whole: () => Promise<Command>): void {
  command
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      '\nbash: source <(prl completion bash)\nzsh:  source <(prl completion zsh)\nfish: prl completion fish | source\n(in ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish to keep it)',
    )
    .action(async (shell) => {
      const { completion } = await import('./completion.ts');
      process.stdout.write(completion(shell, await whole()));
    });
}
