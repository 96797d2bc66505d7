/** The names of types and modes, for those who like constants better than text. */

/** What a path leads to. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.constants.assettypes */
export const AssetTypes = {
  URI_FILE: 'uri_file',
  URI_FOLDER: 'uri_folder',
  MLTABLE: 'mltable',
  MLFLOW_MODEL: 'mlflow_model',
  CUSTOM_MODEL: 'custom_model',
  TRITON_MODEL: 'triton_model',
} as const;

/** How a cloud would deliver data, or take it away. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.constants.inputoutputmodes */
export const InputOutputModes = {
  MOUNT: 'mount',
  RO_MOUNT: 'ro_mount',
  RW_MOUNT: 'rw_mount',
  DOWNLOAD: 'download',
  UPLOAD: 'upload',
  DIRECT: 'direct',
  EVAL_MOUNT: 'eval_mount',
  EVAL_DOWNLOAD: 'eval_download',
} as const;
