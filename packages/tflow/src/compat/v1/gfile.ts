import { compose } from '../../define';
import * as gfile from '../../io/gfile';

// the functions of tf.io.gfile under the names and parameters that TF1 has for them

export const Copy = compose('tf.gfile.Copy', 'oldpath, newpath, overwrite=False', gfile.copy);
export const DeleteRecursively = compose('tf.gfile.DeleteRecursively', 'dirname', gfile.rmtree);
export const Exists = compose('tf.gfile.Exists', 'filename', gfile.exists);
export const Glob = compose('tf.gfile.Glob', 'filename', gfile.glob);
export const IsDirectory = compose('tf.gfile.IsDirectory', 'dirname', gfile.isdir);
export const ListDirectory = compose('tf.gfile.ListDirectory', 'dirname', gfile.listdir);
export const MakeDirs = compose('tf.gfile.MakeDirs', 'dirname', gfile.makedirs);
export const MkDir = compose('tf.gfile.MkDir', 'dirname', gfile.mkdir);
export const Remove = compose('tf.gfile.Remove', 'filename', gfile.remove);
export const Rename = compose('tf.gfile.Rename', 'oldname, newname, overwrite=False', gfile.rename);
export const Stat = compose('tf.gfile.Stat', 'filename', gfile.stat);
export const Walk = compose('tf.gfile.Walk', 'top, in_order=True', gfile.walk);
export { GFile, GFile as FastGFile, GFile as Open } from '../../io/gfile';
