/** The YAML that job files are written in: 1.2, with the booleans and the merge key of 1.1. */
import { Scalar, type ScalarTag, type Tags } from 'yaml';

/** The booleans of YAML 1.1, as the reader that Azure's client uses has them: `yes` and `off` too, but not `y`. */
const BOOLEAN: ScalarTag = {
  identify: (value) => typeof value === 'boolean',
  default: true,
  tag: 'tag:yaml.org,2002:bool',
  test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => new Scalar(/^(?:yes|true|on)$/i.test(text)),
  stringify: ({ value }) => String(value),
};

/** Writing uses the same: then text that would read as a boolean is quoted. */
export const YAML_OPTIONS = {
  merge: true,
  customTags: (tags: Tags): Tags => tags.map((tag) => (typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:bool' ? BOOLEAN : tag)),
};
