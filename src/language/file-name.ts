/** Names of files that any file system takes. */

/** As it stands after "Expected". The characters are those that `append_row_file_name` refuses (azureml-pipeline-steps 1.62). */
export const FILE_NAME = 'a file name without any of ~ " # % & * : < > ? / \\ { | }';

export function isFileName(text: string): boolean {
  return text.trim() !== '' && !/^\.{1,2}$/.test(text) && !/[~"#%&*:<>?/\\{|}]/.test(text);
}
