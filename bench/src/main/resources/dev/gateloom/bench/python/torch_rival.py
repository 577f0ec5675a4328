"""PyTorch itself as a rival: runs one case, controlled line by line on stdin.

usage: torch_rival.py CELL KIND B T I H THREADS FOLDER

FOLDER holds x, dy and the four parameters as raw little-endian float32. Commands:
  run                        one call
  upstream                   reads dy again
  outcome                    writes y, and in training dx and the gradients, into FOLDER
  time WARMUP SECONDS COUNT  answers with COUNT means in nanoseconds per call
Every command is answered by one line.

Written to PyTorch's documentation, for 1.9 or newer (inference_mode), and not yet run with a torch: tried were the commands
and the files, with a stand-in that computes nothing. PythonRivalTest holds it against the reference where python3 has torch.
"""
import array
import sys
import time

import torch

NAMES = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]


def main():
    cell, kind, folder = sys.argv[1], sys.argv[2], sys.argv[8]
    b, t, i, h, threads = (int(a) for a in sys.argv[3:8])
    torch.set_num_threads(threads)

    def load(name, *shape):
        return torch.from_file(f"{folder}/{name}", size=torch.Size(shape).numel(), dtype=torch.float32).clone().view(*shape)

    def save(name, tensor):
        with open(f"{folder}/{name}", "wb") as f:
            array.array("f", tensor.detach().reshape(-1).tolist()).tofile(f)     # torch may come without numpy

    rnn = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](i, h)
    with torch.no_grad():
        for name in NAMES:
            p = getattr(rnn, name)
            p.copy_(load(name, *p.shape))
    x = load("x", t, b, i)
    training = kind == "training"
    x.requires_grad_(training)
    now = {"dy": load("dy", t, b, h) if training else None, "state": None, "y": None}

    def call():
        if training:
            rnn.zero_grad()
            x.grad = None
            y, _ = rnn(x)
            y.backward(now["dy"])
        else:
            with torch.inference_mode():
                y, state = rnn(x, now["state"])
            if kind == "step":
                now["state"] = state
        now["y"] = y

    def mean(seconds):
        """Nanoseconds per call over at least so many seconds."""
        calls, start = 0, time.perf_counter_ns()
        while True:
            call()
            calls += 1
            spent = time.perf_counter_ns() - start
            if spent >= seconds * 1e9:
                return spent / calls

    print(f"PyTorch {torch.__version__} in Python {sys.version.split()[0]}, {threads} threads", flush=True)
    for line in sys.stdin:
        words = line.split()
        answer = "done"
        if words[0] == "run":
            call()
        elif words[0] == "upstream":
            now["dy"] = load("dy", t, b, h)
        elif words[0] == "outcome":
            save("y", now["y"])
            if training:
                save("dx", x.grad)
                for name in NAMES:
                    save("d_" + name, getattr(rnn, name).grad)
        else:
            warmup, seconds, count = float(words[1]), float(words[2]), int(words[3])
            mean(warmup)
            answer = " ".join(str(mean(seconds / count)) for _ in range(count))
        print(answer, flush=True)


main()
