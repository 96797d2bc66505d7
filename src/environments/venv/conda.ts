/** One dependency of a conda specification as the package index of Python would have it. Pure. */

export type CondaRequirement =
  | { readonly kind: 'python'; readonly range: PythonRange | undefined }
  /** A line of a requirements file. */
  | { readonly kind: 'package'; readonly line: string }
  | { readonly kind: 'left_out'; readonly why: string };

/** Which interpreters will do, by `3.10`: a patch version is the interpreter's own matter. */
export interface PythonRange {
  /** The first version that is named: where none fits, the nearest to it is taken. */
  readonly version: string;
  /** All of them hold. */
  readonly bounds: readonly { readonly is: '=' | '>=' | '>' | '<=' | '<' | '!='; readonly minor: number; readonly exact: boolean }[];
}

/** `3.10`, `=3.10.4`, `>=3.8,<3.12`; undefined where no version is named. */
function pythonRange(rest: string): PythonRange | undefined {
  const bounds = [...rest.matchAll(/(>=|<=|!=|==|=|>|<|~=)?\s*(\d+)\.(\d+)(\.\d+)?/g)].map(
    ([, is = '=', major = '', minor = '', patch]) => ({
      is: is === '==' || is === '~=' ? ('=' as const) : (is as PythonRange['bounds'][number]['is']),
      major,
      minor: Number(minor),
      exact: patch !== undefined,
    }),
  );
  const [first] = bounds;
  if (first === undefined) return undefined;
  return { version: `${first.major}.${first.minor}`, bounds: bounds.map(({ major: _major, ...bound }) => bound) };
}

/** @param version `3.11.7` */
export function isInRange({ version: named, bounds }: PythonRange, version: string): boolean {
  const [major, minor = 0] = version.split('.').map(Number);
  if (major !== Number(named.split('.')[0])) return false;
  return bounds.every((bound) => holds(bound, minor));
}

function holds({ is, minor: limit, exact }: PythonRange['bounds'][number], minor: number): boolean {
  switch (is) {
    case '=':
      return minor === limit;
    case '>=':
      return minor >= limit;
    case '<=':
      return minor <= limit;
    // `>3.8.2` and `<3.8.2` leave room in 3.8 itself, `>3.8` and `<3.8` do not.
    case '>':
      return exact ? minor >= limit : minor > limit;
    case '<':
      return exact ? minor <= limit : minor < limit;
    case '!=':
      return exact || minor !== limit;
  }
}

/** Conda's names for what the package index calls otherwise. */
const named: Readonly<Record<string, string>> = {
  pytorch: 'torch',
  'pytorch-cpu': 'torch',
  'pytorch-gpu': 'torch',
  'tensorflow-gpu': 'tensorflow',
  'py-xgboost': 'xgboost',
  'py-xgboost-cpu': 'xgboost',
  'py-xgboost-gpu': 'xgboost',
  'py-opencv': 'opencv-python-headless',
  opencv: 'opencv-python-headless',
  'matplotlib-base': 'matplotlib',
  'dask-core': 'dask',
  'msgpack-python': 'msgpack',
  faiss: 'faiss-cpu',
  'python-graphviz': 'graphviz',
  ruamel_yaml: 'ruamel.yaml',
  fbprophet: 'prophet',
  umap: 'umap-learn',
};

/** Programs, drivers and libraries of the system, which conda brings and a package index does not. */
const systems: readonly RegExp[] = [
  /^(?:cudatoolkit|cuda(?:-.*)?|cudnn|nccl|pytorch-cuda|pytorch-mutex|nvidia-.*)$/,
  /^(?:gcc|gxx|g\+\+|clang|make|cmake|libgcc.*|libstdcxx.*|compilers|binutils.*|sysroot.*)(?:_.*)?$/,
  /^(?:mkl|mkl-include|blas|libblas|openblas|openmp|llvm-openmp|intel-openmp|nomkl|tbb)$/,
  /^(?:git|curl|wget|zip|unzip|openssl|ffmpeg|nodejs|openjdk|java-jdk|graphviz|openmpi|mpich|ucx.*|libffi|sqlite|ncurses|readline|zlib|xz|tk|libpng|jpeg.*)$/,
  /^(?:conda|mamba|anaconda|nb_conda.*|_.*)$/,
  /^r-/,
];

/** `conda-forge::scikit-learn=1.5=py310_0`, `numpy >=1.21,<2`, `python=3.8.5`. */
export function condaRequirement(text: string): CondaRequirement {
  const match = /^(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)(\[[^\]]*\])?\s*(.*)$/.exec(text.trim());
  const [, name = '', extras = '', rest = ''] = match ?? [];
  const lower = name.toLowerCase();
  if (lower === 'python') return { kind: 'python', range: pythonRange(rest) };
  if (systems.some((pattern) => pattern.test(lower))) {
    return { kind: 'left_out', why: 'it is part of the system, not a Python package: install it on this machine if the script needs it' };
  }
  const known = named[lower] ?? name;
  // Brackets of conda hold more than extras: [version='>=1', build=…].
  const wanted = extras.includes('=') ? '' : extras;
  return { kind: 'package', line: `${known}${wanted}${versions(rest)}` };
}

/** Conda's `=1.2` is any 1.2; a build (`=1.2=py38_0`) names a file of conda's own. */
function versions(rest: string): string {
  const text = rest.trim().replaceAll(/\s+/g, ' ');
  if (text === '') return '';
  const [first = ''] = text.split(/ (?=\S+$)/);
  // `numpy 1.21 py38_0`: a version and a build between blanks.
  const bare = /^\d[\w.*]*$/.test(first) ? `=${first}` : text.replaceAll(' ', '');
  return bare.split(',').map(version).join(',');
}

function version(text: string): string {
  const fuzzy = /^=(?!=)v?([\w.+!-]+\*?)(?:=[\w.*]+)?$/.exec(text);
  if (fuzzy?.[1] !== undefined) return `==${fuzzy[1].replace(/\.?\*$/, '')}.*`;
  const exact = /^==([\w.+!*-]+)(?:=[\w.*]+)?$/.exec(text);
  return exact?.[1] === undefined ? text : `==${exact[1]}`;
}
