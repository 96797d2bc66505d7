/** How readers of events write numbers and times. No locale is loaded for it: that costs as much as starting a job. */

/** `1,234,567`. */
export function formatCount(n: number): string {
  return n < 1000 ? String(n) : String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 4 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** Three significant digits: `0.25`, `7.31`, `84.2`, `1,240`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 100) return formatCount(Math.round(perSecond));
  if (perSecond >= 10) return perSecond.toFixed(1);
  return perSecond.toFixed(2);
}

/** `1 file`, `2 files`. */
export function formatNumberOf(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** How long ago: `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`; the day in UTC where it is more than four weeks. */
export function formatAgo(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ago`;
  return seconds < 28 * 86_400 ? `${Math.floor(seconds / 86_400)} d ago` : time.slice(0, 10);
}

/** `1 mini-batch`, `2 mini-batches`; of an amount in words (`3/8`, `3/8+`) the number decides that it is of. */
export function formatMiniBatches(n: number, amount = formatCount(n)): string {
  return `${amount} ${n === 1 ? 'mini-batch' : 'mini-batches'}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** `0 B`, `512 B`, `1.4 kB`, `38 MB`, `2.1 GB`: powers of 1000. */
export function formatBytes(bytes: number): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${step === 0 || value >= 99.5 ? Math.round(value) : Number(value.toPrecision(2))} ${steps[step]}`;
}
