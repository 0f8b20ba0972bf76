"""Prints Keras' public signatures as TypeScript tables, one file a namespace: `python signatures.py FOLDER`."""
import inspect
import re
import sys

import keras

WIDTH = 112


def default(value):
    if isinstance(value, (str, int, float, bool, type(None), tuple, list, dict)):
        return repr(value)
    name = getattr(value, "__name__", None)
    return name if name and name.isidentifier() else "..."


def signature(owner):
    # the class that TensorFlow's backend mixes in says nothing of its own
    if owner is keras.optimizers.Optimizer:
        owner = next(c for c in owner.__mro__ if "learning_rate" in inspect.signature(c.__init__).parameters)
    target = owner.__init__ if inspect.isclass(owner) else owner
    parts, star = [], False
    parameters = list(inspect.signature(target).parameters.values())
    if inspect.isclass(owner):
        parameters = parameters[1:]
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            parts.append("*" + p.name)
            star = True
        elif p.kind is p.VAR_KEYWORD:
            parts.append("**" + p.name)
        else:
            if p.kind is p.KEYWORD_ONLY and not star:
                parts.append("*")
                star = True
            parts.append(p.name if p.default is p.empty else f"{p.name}={default(p.default)}")
    return ", ".join(parts)


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" if "'" not in text else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if '"' not in text else "`" + text.replace("`", "\\`") + "`"


def table(namespace, owner):
    lines = []
    for name in sorted(n for n in dir(owner) if not n.startswith("_")):
        value = getattr(owner, name)
        if inspect.ismodule(value) or not callable(value):
            continue
        try:
            text = signature(value)
        except (ValueError, TypeError):
            continue
        key = name if re.fullmatch(r"[A-Za-z_$][\w$]*", name) else quoted(name)
        lines.append(f"  {key}: {quoted(text)},")
    return lines


namespaces = ["layers", "losses", "metrics", "optimizers", "optimizers.schedules", "initializers", "regularizers", "constraints",
              "callbacks", "activations", "utils"]
for namespace in namespaces:
    owner = keras
    for part in namespace.split("."):
        owner = getattr(owner, part)
    stem = namespace.replace(".", "_")
    with open(f"{sys.argv[1]}/{stem}.ts", "w") as out:
        out.write(f"/** What Keras' own signatures are in `keras.{namespace}`, as `scripts/api/signatures.py` read them. */\n")
        out.write(f"export const {stem}: Readonly<Record<string, string>> = {{\n" + "\n".join(table(namespace, owner)) + "\n};\n")
methods = ["build", "call", "compile", "compute_loss", "evaluate", "export", "fit", "get_layer", "load_weights", "predict", "predict_on_batch",
           "save", "save_weights", "summary", "test_on_batch", "to_json", "train_on_batch", "train_step", "get_config", "get_weights", "set_weights", "count_params", "reset_metrics"]
with open(f"{sys.argv[1]}/model_methods.ts", "w") as out:
    out.write("/** What the signatures of Keras' models' own methods are. */\n")
    out.write("export const model_methods: Readonly<Record<string, string>> = {\n")
    for name in methods:
        method = getattr(keras.Model, name, None)
        if method is None:
            continue
        parameters = signature(method).split(", ", 1)
        out.write(f"  {name}: {quoted(parameters[1] if len(parameters) > 1 else '')},\n")
    out.write("};\n")
