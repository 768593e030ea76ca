"""One chat request by LiteLLM's SDK for each name of a model. Arguments: the base URL, and the names."""

import sys

import litellm

litellm.telemetry = False
base, names = sys.argv[1], sys.argv[2:]
for name in names:
    # The request says by itself which name was called.
    messages = [{"role": "user", "content": name}]
    try:
        litellm.completion(model=name, api_base=base, api_key="x", messages=messages, max_retries=0, timeout=20)
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
