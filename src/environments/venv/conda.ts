/** One dependency of a conda specification as the package index of Python would have it. Pure. */

export type CondaRequirement =
  /** `python=3.10.4`: which interpreter; `3.10`, as a patch version is the interpreter's own matter. */
  | { readonly kind: 'python'; readonly version: string | undefined }
  /** A line of a requirements file. */
  | { readonly kind: 'package'; readonly line: string }
  | { readonly kind: 'left_out'; readonly why: string };

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
  if (lower === 'python') return { kind: 'python', version: /(\d+\.\d+)/.exec(rest)?.[1] };
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
