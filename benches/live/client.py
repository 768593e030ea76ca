"""Who the API server is and who we are, out of a kubeconfig of the lab, as files for curl."""
import base64
import re


class Client:
    def __init__(self, kubeconfig, scratch):
        text = open(kubeconfig).read()
        self.server = re.search(r"server: (\S+)", text)[1]
        for name, file in [
            ("certificate-authority-data", "ca"),
            ("client-certificate-data", "cert"),
            ("client-key-data", "key"),
        ]:
            path = scratch / f"{file}.pem"
            path.touch(mode=0o600)
            path.write_bytes(base64.b64decode(re.search(rf"{name}: (\S+)", text)[1]))
            setattr(self, file, path)
