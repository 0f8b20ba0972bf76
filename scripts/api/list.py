"""Lists the public names of a real framework, one JSON file a framework: `python list.py torch|keras|tensorflow > torch.json`."""
import inspect
import json
import re
import sys
import types


def public(owner):
    names = getattr(owner, "__all__", None) or [n for n in dir(owner) if not n.startswith("_")]
    out = []
    for name in sorted(set(names)):
        if name.startswith("_"):
            continue
        try:
            value = getattr(owner, name)
        except Exception:
            continue
        if isinstance(value, types.ModuleType):
            continue
        if callable(value) or isinstance(owner, type) or not inspect.ismodule(value):
            out.append(name)
    return out


def listing(roots):
    return {label: public(owner) for label, owner in roots.items()}


if sys.argv[1] == "torch":
    import torch

    dtypes = [n for n in dir(torch) if isinstance(getattr(torch, n), torch.dtype)]
    table = listing({
        "torch.Tensor": torch.Tensor, "torch.nn": torch.nn, "torch.nn.functional": torch.nn.functional,
        "torch.nn.init": torch.nn.init, "torch.nn.utils": torch.nn.utils, "torch.nn.utils.rnn": torch.nn.utils.rnn,
        "torch.optim": torch.optim, "torch.optim.lr_scheduler": torch.optim.lr_scheduler,
        "torch.utils.data": torch.utils.data, "torch.autograd": torch.autograd, "torch.linalg": torch.linalg,
        "torch.special": torch.special, "torch.fft": torch.fft, "torch.func": torch.func, "torch.random": torch.random,
        "torch.jit": torch.jit, "torch.distributions": torch.distributions,
    })
    # what the compiled part lets through: types of its graphs, kernels of one device, forms for its own use
    own = re.compile("^(cudnn|miopen|mkldnn|fbgemm|quantized|sym|batch_norm_|native|q_|fake_quantize|choose_q|fused|import_ir|parse_)|(_copy|Type|Storage)$|autocast|sparse")
    table["torch"] = sorted(
        n for n in set(torch.__all__) | set(dtypes)
        if not own.search(n) and not (isinstance(getattr(torch, n, None), type) and getattr(torch, n).__module__.startswith(("torch._C", "torch.jit")))
    )
elif sys.argv[1] == "keras":
    import keras

    table = {"keras": public(keras)}
    for name in ["activations", "applications", "callbacks", "config", "constraints", "datasets", "distribution", "dtype_policies",
                 "export", "initializers", "layers", "legacy", "losses", "metrics", "mixed_precision", "models", "ops",
                 "optimizers", "optimizers.schedules", "preprocessing.image", "preprocessing.sequence", "quantizers", "random", "regularizers",
                 "saving", "tree", "utils", "visualization"]:
        owner = keras
        try:
            for part in name.split("."):
                owner = getattr(owner, part)
        except AttributeError:
            continue
        table["keras." + name] = public(owner)
else:
    import tensorflow as tf

    table = {"tf": public(tf)}
    for name in ["audio", "autograph", "bitwise", "compat.v1", "compat.v1.train", "config", "data", "data.Dataset", "debugging", "dtypes", "errors",
                 "feature_column", "graph_util", "image", "io", "linalg", "lite", "lookup", "math", "math.special", "nn", "nn.experimental",
                 "quantization", "ragged", "random", "random.experimental", "raw_ops", "saved_model", "sets", "signal", "sparse",
                 "strings", "summary", "sysconfig", "test", "train", "types", "Tensor", "Variable", "GradientTape", "Module"]:
        owner = tf
        for part in name.split("."):
            owner = getattr(owner, part)
        table["tf." + name] = public(owner)
    del table["tf.raw_ops"]

json.dump(dict(sorted(table.items())), sys.stdout, indent=0)
sys.stdout.write("\n")
