"""Serves a GGUF file over the OpenAI protocol: `serve_model.py FILE PORT NAME`.

A program of its own, because a model in the test process would cost every test its memory.
"""

import importlib
import sys
import threading


def main(path: str, port: str, name: str) -> None:
    llama = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = path
    params.model_alias = {name}
    params.port = int(port)
    params.n_parallel = 2
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = (
        1  # faster where cores are shared
    )
    params.n_ctx = 8192  # shared by the two slots
    params.cache_ram_mib = 256
    params.ui = False
    server = llama.Server(params)
    sys.stderr.write(f"listening on {server.listening_address}\n")
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
