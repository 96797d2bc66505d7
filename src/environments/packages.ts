/** Under which names a Python module is found in environment files, where that is not the module's own name. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  attr: ['attrs'],
  bs4: ['beautifulsoup4'],
  Crypto: ['pycryptodome', 'pycrypto'],
  cv2: ['opencv-python', 'opencv-python-headless', 'opencv-contrib-python', 'opencv-contrib-python-headless', 'opencv', 'py-opencv'],
  dateutil: ['python-dateutil'],
  docx: ['python-docx'],
  dotenv: ['python-dotenv'],
  faiss: ['faiss-cpu', 'faiss-gpu'],
  fitz: ['pymupdf'],
  git: ['gitpython'],
  igraph: ['python-igraph'],
  jwt: ['pyjwt'],
  Levenshtein: ['python-levenshtein'],
  magic: ['python-magic'],
  MySQLdb: ['mysqlclient'],
  OpenSSL: ['pyopenssl'],
  PIL: ['pillow', 'pillow-simd'],
  pkg_resources: ['setuptools'],
  pptx: ['python-pptx'],
  psycopg2: ['psycopg2-binary'],
  serial: ['pyserial'],
  skimage: ['scikit-image'],
  sklearn: ['scikit-learn'],
  tensorflow: ['tensorflow-cpu', 'tensorflow-gpu'],
  torch: ['pytorch'],
  umap: ['umap-learn'],
  xgboost: ['py-xgboost'],
  yaml: ['pyyaml'],
  zmq: ['pyzmq'],
};

/** Modules that many packages share: `azure.ai.ml` comes with azure-ai-ml. */
const shared: ReadonlySet<string> = new Set(['azure', 'azureml', 'google', 'ruamel']);

/** Normalised names of the packages that bring a module, best first. */
export function packagesFor(module: string): readonly string[] {
  const parts = module.split('.');
  const [top = module] = parts;
  const known = packagesOf[top] ?? [];
  if (shared.has(top)) return parts.map((_, count) => normalise(parts.slice(0, parts.length - count).join('-')));
  return [...known, normalise(top)];
}

/** Whether a package of this normalised name may bring the module although it is called otherwise. */
export function mayBring(name: string, module: string): boolean {
  const [top = module] = module.split('.');
  return shared.has(top) && name.startsWith(`${top}-`);
}

/** As PyPI compares names. */
export function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
